"""Sorts the sentences that tell of violence into tellings: one per incident, as far as the text lets them be told apart.

A sentence joins the telling it stands beside unless its place or its date says that it is about something else, or it
speaks of the past. Incidents recalled are kept apart from what is news (domain rule: background by pluperfect, a year,
"last year", an anniversary).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from monitor.detect import asides
from monitor.detect.asides import ASIDES, STRONG, Side
from monitor.detect.clauses import Part, parts, refers, same_place
from monitor.detect.hits import Aspect, EventHit, PlaceHit, PlaceUse, TimeHit, VetoHit
from monitor.detect.text import Document
from monitor.detect.times import dates_the_report
from monitor.model import Kind, Place, TimePrecision, When

FOLLOWS = 2  # sentences without an event that may still belong to the telling before them
_PAST_VETOES = frozenset({"anniversary", "history"})
_APART = re.compile(
    r"^\W*(?:elsewhere|separately|meanwhile|also |in (?:a |an)?(?:separate|another|other|different)|another )|"
    r"\b(?:in (?:an? (?:separate|unrelated)|another)|elsewhere in|separately,)\b"
)
Hit = TypeVar("Hit", EventHit, PlaceHit, TimeHit)
_EXACT = (TimePrecision.DAY, TimePrecision.HOUR)
_STATE_KINDS = frozenset({Kind.CT_OPERATION})
_BY_ITSELF = {  # nothing is beside an attack before there is one
    Side.PURSUIT: Side.STATE, Side.FLIGHT: Side.ATTACK, Side.DEVICE: Side.ATTACK, Side.PLAN: Side.INTENT,
    Side.RAID: Side.STATE,
}  # fmt: skip
_INTENT_KINDS = frozenset({Kind.FOILED_PLOT, Kind.THREAT})


@dataclass(slots=True)
class Telling:
    """One incident as the text tells it: its event hits and its sentences. `past` tellings are recalled, not reported."""

    hits: list[EventHit] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    days: list[When] = field(default_factory=list)
    firm_days: list[When] = field(default_factory=list)
    place_hits: list[PlaceHit] = field(default_factory=list)
    time_hits: list[TimeHit] = field(default_factory=list)
    past: bool = False
    side: Side = Side.ATTACK
    strength: float = 0.0  # of its strongest phrase


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one sentence says of its event."""

    index: int
    paragraph: int
    hits: tuple[EventHit, ...]
    places: tuple[Place, ...]
    days: tuple[When, ...]
    firm_days: tuple[When, ...]  # exact, and of the event rather than of what was said about it
    past: bool
    apart: bool
    side: Side
    strength: float
    refers: bool  # only to an event told already: "the bombing"
    part: Part


def group(
    document: Document,
    hits: Sequence[EventHit],
    places: Iterable[PlaceHit],
    times: Iterable[TimeHit],
    vetoes: Iterable[VetoHit],
    known: frozenset[str] = frozenset(),
) -> tuple[Telling, ...]:
    """The tellings of a document, the first told first. Hits that only may happen or did not happen open none.

    `known` are the rules of phrases that refer to an event rather than reporting it ("the bombing").
    """
    readings = _readings(document, hits, tuple(places), tuple(times), tuple(vetoes), known)
    tellings: list[Telling] = []
    last: Telling | None = None
    owner: dict[int, Telling] = {}
    for reading in readings:
        telling = _home(reading, tellings, last, owner)
        if telling is None:
            continue
        _join(telling, reading)
        owner[reading.index] = telling
        last = last if last is not None and telling.side in ASIDES else telling
    _adopt_followers(document, owner)
    return tuple(tellings)


def _readings(
    document: Document,
    hits: Sequence[EventHit],
    places: Sequence[PlaceHit],
    times: Sequence[TimeHit],
    vetoes: Sequence[VetoHit],
    known: frozenset[str],
) -> list[_Reading]:
    by_sentence: dict[int, list[EventHit]] = {}
    for hit in hits:
        if hit.aspect in (Aspect.FACT, Aspect.HISTORICAL):
            by_sentence.setdefault(hit.sentence, []).append(hit)
    recalled = {hit.sentence for hit in times if hit.historical}
    recalled |= {hit.sentence for hit in vetoes if hit.veto in _PAST_VETOES and hit.scope == "sentence"}
    places_of = _by_sentence(hit for hit in places if hit.use is PlaceUse.EVENT)
    times_of = _by_sentence(hit for hit in times if hit.when)
    return [
        _reading(document, part, index in recalled or part.recalled, known)
        for index, found in sorted(by_sentence.items())
        for part in parts(document.sentences[index], found, places_of.get(index, []), times_of.get(index, []), known)
    ]


def _by_sentence(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    found: dict[int, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.sentence, []).append(hit)
    return found


def _reading(document: Document, part: Part, recalled: bool, known: frozenset[str]) -> _Reading:
    hits, index = part.hits, part.sentence
    strongest = max(hits, key=lambda hit: hit.weight)
    folded = document.sentences[index].folded
    firm = [hit for hit in part.times if hit.when and hit.when.precision in _EXACT and not dates_the_report(document, hit)]
    return _Reading(
        index,
        document.sentences[index].paragraph,
        hits,
        tuple(hit.place for hit in part.places),
        tuple(hit.when for hit in part.times if hit.when),
        tuple(hit.when for hit in firm if hit.when),
        recalled or strongest.aspect is Aspect.HISTORICAL,
        bool(_APART.search(folded)),
        _side(hits, folded, bool(part.places)),
        strongest.weight,
        refers(hits, folded, known),
        part,
    )


def _side(hits: Sequence[EventHit], folded: str, placed: bool) -> Side:
    kind = max(hits, key=lambda hit: hit.weight).kind
    plain = Side.STATE if kind in _STATE_KINDS else Side.INTENT if kind in _INTENT_KINDS else Side.ATTACK
    return asides.of(hits, folded, placed) or plain


def _home(reading: _Reading, tellings: list[Telling], last: Telling | None, owner: dict[int, Telling]) -> Telling | None:
    """The telling a sentence belongs to, newly opened if need be; None for a vague memory."""
    if not tellings:
        return _open(reading, tellings)
    if reading.side in ASIDES and tellings[0].side is Side.ATTACK:
        return next((telling for telling in tellings if _same_aside(reading, telling)), None) or _open(reading, tellings)
    if reading.refers and not reading.places:
        return last or tellings[0]
    if reading.past:
        return _home_of_memory(reading, tellings)
    near = last if last is not None and (reading.index - 1 in owner or _same_paragraph(reading, last)) else None
    order = [telling for telling in (near, tellings[0], *reversed(tellings)) if telling is not None]
    fitting = [telling for telling in order if _fits(reading, telling) and (not telling.past or telling is tellings[0])]
    own_place = bool(reading.places) and not any(_meets(reading.places, telling.places) for telling in fitting if telling.places)
    if fitting and not (reading.apart and reading.strength >= 0.5 and (own_place or any(telling.places for telling in fitting[:1]))):
        return fitting[0]
    if reading.strength < 0.4 and tellings:
        return fitting[0] if fitting else tellings[0]
    return _open(reading, tellings)


def _same_aside(reading: _Reading, telling: Telling) -> bool:
    if telling.side is not reading.side:
        return False
    if reading.places and telling.places:
        return _meets(reading.places, telling.places)
    return reading.side is not Side.DEVICE or not (reading.places or telling.places)


def _home_of_memory(reading: _Reading, tellings: list[Telling]) -> Telling | None:
    if not (reading.places or reading.days):
        return tellings[0] if tellings[0].past else None
    for telling in tellings:
        same_day = bool(reading.days and telling.days) and _dates_meet(reading.days, telling.days)
        unsaid = not (reading.days and telling.days)
        here = _meets(reading.places, telling.places)
        if (telling.past and (same_day or (here and unsaid))) or (same_day and here):
            return telling
    return _open(reading, tellings)


def _same_paragraph(reading: _Reading, telling: Telling) -> bool:
    return bool(telling.sentences) and reading.index - telling.sentences[-1] <= FOLLOWS + 1


def _fits(reading: _Reading, telling: Telling) -> bool:
    if reading.places and telling.places and not _meets(reading.places, telling.places):
        return False
    both_strong = min(reading.strength, telling.strength) >= STRONG
    if telling.side in ASIDES:
        return False
    if reading.side != telling.side and both_strong and (reading.places or reading.side == "state"):
        return False
    return not (
        reading.firm_days
        and telling.firm_days
        and reading.strength >= STRONG
        and not _dates_meet(reading.firm_days, telling.firm_days, slack=1)
    )


def _meets(some: Sequence[Place], others: Sequence[Place]) -> bool:
    return any(same_place(a, b) for a in some for b in others)


def _dates_meet(some: Sequence[When], others: Sequence[When], slack: int = 0) -> bool:
    return any((a.start - b.end).days <= slack and (b.start - a.end).days <= slack for a in some for b in others)


def _open(reading: _Reading, tellings: list[Telling]) -> Telling:
    side = reading.side if tellings else _BY_ITSELF.get(reading.side, reading.side)
    telling = Telling(past=reading.past, side=side)
    tellings.append(telling)
    return telling


def _join(telling: Telling, reading: _Reading) -> None:
    if telling.past and telling.sentences == [0] and not reading.past and reading.days and reading.strength >= STRONG:
        telling.past = False  # a memory in the headline, a fresh day in the lead
    if reading.strength > telling.strength and telling.side not in ASIDES:
        telling.side, telling.strength = _BY_ITSELF.get(reading.side, reading.side), reading.strength
    telling.hits += reading.hits
    telling.sentences.append(reading.index)
    telling.place_hits += reading.part.places
    telling.time_hits += reading.part.times
    telling.places += [place for place in reading.places if place not in telling.places]
    telling.days += [day for day in reading.days if day not in telling.days]
    telling.firm_days += [day for day in reading.firm_days if day not in telling.firm_days]


def _adopt_followers(document: Document, owner: dict[int, Telling]) -> None:
    """Sentences without an event of their own ("Twelve people died.") belong to the telling just before them."""
    adopted: set[int] = set()
    for index in sorted(owner):
        telling = owner[index]
        for follower in range(index + 1, min(index + 1 + FOLLOWS, len(document.sentences))):
            if follower in owner or follower in adopted:
                break
            if index == 0 or document.sentences[follower].paragraph <= document.sentences[index].paragraph + 1:
                telling.sentences.append(follower)
                adopted.add(follower)
    for telling in {id(telling): telling for telling in owner.values()}.values():
        telling.sentences = sorted(set(telling.sentences))
