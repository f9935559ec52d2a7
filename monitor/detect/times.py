"""When: expressions of time in a document, and the day of an event told by a group of sentences.

A bare weekday counts back from publication. Inside what another outlet or a letter says word for word the base is
unknown, so nothing relative is resolved there. What lies long before publication is marked historical.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from monitor.detect.dategrammar import MONTH, RULES, WEEKDAYS, clock_of, month_number
from monitor.detect.hits import TimeHit
from monitor.detect.patterns import Triggers
from monitor.detect.text import Document, Sentence, Zone
from monitor.model import Quote, TimeBasis, TimePrecision, When

HISTORICAL_DAYS = 60  # older than two months: MUC-4's bound between news and background
GUESS_DAYS = 3  # an undated article tells of something at most so long before it was seen (domain notes, 5)

_TRIGGERS = Triggers([rule.any for rule in RULES])
OPENING = 2  # sentences that date an undated text

_ANY = re.compile(
    r"day\b|days\b|week|month|year|hour|decade|night|today|morning|evening|afternoon|yesterday|19\d\d|20\d\d"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_QUOTED = re.compile(r'"[^"]{1,600}(?:"|$)')
_PAST = re.compile(
    r"\b(?:anniversary|in the (?:19|20)\d0s|previously|at (?:the|that) time|back then|years? (?:ago|earlier|before)"
    r"|decades? (?:ago|earlier)|last year|historic|since then)\b"
)
_FUTURE = re.compile(r"\b(?:next|coming|will|would|scheduled|due|upcoming|by)\b[^.;]{0,40}$")
_SPOKEN = re.compile(
    r"\b(?:said|says|told|reported|announced|added|statement|spokes(?:man|woman)|confirmed|according to|ministry|responsibility|credit"
    r"|denied|condemned|blamed|accused|convicted|sentenced|charged|jailed|arrested|detained|indicted|identified|mourned|vowed|warned"
    r"|officials?|police)\s+(?:[a-z]+\s+){0,2}(?:on\s+|late\s+on\s+|early\s+on\s+|late\s+|early\s+)?$"
)
_SPEAKS = re.compile(
    r",? (?:\w+ly |again |also )?(?:said|told|denied|claimed|withdrew|retracted|announced|condemned|confirmed|blamed|accused|vowed|warned"
    r"|sentenced|convicted|arrested|charged|identified|released|admitted|rejected|reported|urged|called)\b"
)
_OF_EVENT = re.compile(  # "Monday's attack", "the April 14 market bombing": the day of the event itself
    r"(?:\s?'\s?s)?\s+(?:[a-z-]+\s+){0,3}(?:attacks?|bombings?|blasts?|explosions?|shootings?|assault|raid|ambush|killings?|siege|massacre|strikes?)\b"
)
_FULL = re.compile(
    rf"(?P<before>, )?(?:\b(?P<weekday>(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day|\.)?),? (?:\w+ of )?)?"
    rf"\b(?:(?P<m1>{MONTH}) (?P<d2>\d\d?),? (?P<y1>(?:19|20)\d\d)|(?P<d1>\d\d?) (?P<m2>{MONTH}),? (?P<y2>(?:19|20)\d\d))"
    r"(?P<end>\W{0,3}$)?"
)
_PICTURE = re.compile(
    r"\bfile ?[-:]|\b(?:file |handout |undated )?photo(?:graph)?\b|\bis (?:seen|shown|pictured) (?:in|here)\b|\bpictured\b"
)
_FIGURE = re.compile(r"\d")
_WITH_YEAR = frozenset(("time.day.month.year", "time.month.day.year", "time.month.year", "time.iso"))
_WITHOUT_YEAR = frozenset(("time.month.day", "time.day.month"))
_UNSPECIFIC = frozenset(("time.year", "time.relative.year", "time.month", "time.relative.month"))


def written(document: Document) -> date:
    """The day relative dates count from: publication, else the latest day an undated text gives in full with its weekday
    or as the date of a picture, else the day it was first seen."""
    if document.published is not None:
        return document.published.date()
    days: list[date] = []
    for sentence in document.sentences:
        if "19" in sentence.folded or "20" in sentence.folded:
            days += filter(None, map(_full_day, _FULL.finditer(sentence.folded)))
    seen = document.seen.date()
    return max((day for day in days if day <= seen), default=yearless_day(document) or seen)


def yearless_day(document: Document) -> date | None:
    """The day, given without a year, that an undated text opens with ("KABUL, Dec. 13 --"): it was written then, of whatever year."""
    if document.published is not None:
        return None
    top = [sentence for sentence in document.sentences if sentence.zone is not Zone.BODY][:OPENING]
    for sentence in top:
        for rule in RULES:
            if rule.id in _WITH_YEAR and any(rule.pattern.finditer(sentence.folded)):
                return None
    hits = (hit for sentence in top for hit in _in_sentence(sentence, document.seen.date(), None) if hit.rule in _WITHOUT_YEAR)
    return next((hit.when.start for hit in hits if hit.when and hit.when.precision is TimePrecision.DAY), None)


def _full_day(match: re.Match[str]) -> date | None:
    number, month, number_after, year = match["d1"] or "", match["m1"] or match["m2"], match["d2"] or "", match["y1"] or match["y2"]
    try:
        day = date(int(year), month_number(month), int(number or number_after))
    except ValueError:
        return None
    if match["weekday"]:
        return day if WEEKDAYS[day.weekday()].startswith(match["weekday"][:3]) else None
    return day if match["end"] and match["before"] else None


def find(document: Document) -> tuple[TimeHit, ...]:
    """All expressions of time in text order; overlapping ones give way to the longer, more explicit one."""
    base = written(document)
    hits: list[TimeHit] = []
    told: int | None = None  # the year an undated text last gave: its later days without a year are of that year
    for sentence in document.sentences:
        if _ANY.search(sentence.folded):
            hits.extend(_in_sentence(sentence, base, told))
            if document.published is None:
                told = next((hit.when.start.year for hit in reversed(hits) if hit.rule in _WITH_YEAR and hit.when), told)
    return tuple(hits)


def _in_sentence(sentence: Sentence, base: date, told: int | None) -> Iterator[TimeHit]:
    folded = sentence.folded
    quoted = [match.span() for match in _QUOTED.finditer(folded)] if '"' in folded else []
    taken: list[tuple[int, int]] = []
    hits: list[TimeHit] = []
    figures = _FIGURE.search(folded) is not None
    for rule in (RULES[index] for index in _TRIGGERS.candidates(folded)):
        if rule.digits and not figures:
            continue
        since = date(told, 12, 31) if told is not None and told < base.year and rule.id in _WITHOUT_YEAR else base
        for match in rule.pattern.finditer(folded):
            start, end = match.span()
            if any(first < end and start < last for first, last in taken):
                continue
            if _FUTURE.search(folded[max(0, start - 42) : start]) and rule.id not in ("time.year",):
                continue
            when = rule.read(match, since)
            if when is None:
                continue
            taken.append((start, end))
            inside = any(first < start and end < last for first, last in quoted)
            hits.append(_hit(sentence, start, end, rule.id, when, base, inside))
    yield from sorted(hits, key=lambda hit: hit.start)


def _hit(sentence: Sentence, start: int, end: int, rule: str, when: When, base: date, quoted: bool) -> TimeHit:
    folded = sentence.folded
    old = when.end < base - timedelta(days=HISTORICAL_DAYS)
    past = bool(_PAST.search(folded[max(0, start - 40) : end + 30]))
    resolved = None if quoted and when.basis is TimeBasis.RELATIVE else when
    clock = clock_of(folded, max(0, start - 30), min(len(folded), end + 30))
    return TimeHit(resolved, sentence.index, start, end, sentence.text[start:end].strip(), rule, historical=old or past, clock=clock)


def resolve(document: Document, hits: Sequence[TimeHit], sentences: Sequence[int]) -> tuple[When, Quote | None]:
    """The days of the event that a group of sentences tells of, and the sentence that says so.

    Without an expression of its own the group takes the lead's, then the publication day (the day before included),
    then a guess from when the article was first seen. Words like "said on Tuesday" date the saying and count little.
    """
    group = set(sentences)
    usable = [hit for hit in hits if hit.when is not None]
    own = [hit for hit in usable if hit.sentence in group]
    fresh = [hit for hit in own if not hit.historical]
    best = _best(document, fresh) or _best(document, own)
    if best is None and any(document.sentences[index].zone is not Zone.BODY for index in group):
        lead = [hit for hit in usable if document.sentences[hit.sentence].zone is not Zone.BODY and not hit.historical]
        best = _best(document, lead)
    if best is not None and best.when is not None:
        return _precise(best, document), document.sentences[best.sentence].quote()
    return _fallback(document), None


def _best(document: Document, hits: Sequence[TimeHit]) -> TimeHit | None:
    return max(hits, key=lambda hit: (worth(document, hit), -hit.sentence, -hit.start), default=None)


def worth(document: Document, hit: TimeHit) -> float:
    """How likely a time is that of an event: vague ones, dates of saying and datelines count less, "Monday's attack" more."""
    sentence = document.sentences[hit.sentence]
    worth = 0.0 if hit.rule in _UNSPECIFIC else 1.0
    if _spoken(sentence, hit):
        worth -= 0.6
    if _dateline(sentence, hit):
        worth -= 0.8
    if _OF_EVENT.match(sentence.folded, hit.end):
        worth += 0.3
    return worth


def dates_the_report(document: Document, hit: TimeHit) -> bool:
    """Is it the day of the saying ("police said on Tuesday", a dateline, a picture) rather than of an event?"""
    sentence = document.sentences[hit.sentence]
    return _spoken(sentence, hit) or _dateline(sentence, hit) or bool(_PICTURE.search(sentence.folded))


def _spoken(sentence: Sentence, hit: TimeHit) -> bool:
    """ "police said on Tuesday", "on Tuesday denied"; but not "police said Tuesday's attack"."""
    if _OF_EVENT.match(sentence.folded, hit.end):
        return False
    return bool(_SPOKEN.search(sentence.folded[max(0, hit.start - 48) : hit.start]) or _SPEAKS.match(sentence.folded, hit.end))


def _dateline(sentence: Sentence, hit: TimeHit) -> bool:
    """ "SAN SALVADOR, 3 JAN 90 --" dates the report."""
    if sentence.zone is not Zone.LEAD or hit.start > 60:
        return False
    return bool(
        re.match(r"\W{0,3}(?:\([^)]{2,40}\)\s*|\[[^\]]{2,20}\]\s*|gmt\s*){0,2}(?:--|[-–—:]\s)", sentence.folded[hit.end : hit.end + 60])
    )


def _precise(hit: TimeHit, document: Document) -> When:
    when = hit.when
    assert when is not None
    if hit.clock and when.start == when.end:
        return When(when.start, when.end, TimePrecision.HOUR, when.basis)
    if document.published is None and when.basis is TimeBasis.RELATIVE:
        return When(when.start, when.end, when.precision, TimeBasis.GUESSED)
    return when


def _fallback(document: Document) -> When:
    if document.published is not None:
        base = document.published.date()
        return When(base - timedelta(days=1), base, TimePrecision.DAY, TimeBasis.PUBLISHED)
    seen = yearless_day(document) or document.seen.date()
    return When(seen - timedelta(days=GUESS_DAYS), seen, TimePrecision.WEEK, TimeBasis.GUESSED)
