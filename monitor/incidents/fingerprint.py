"""What an article's wording tells it apart by: names with their rarity, streets, ages, clock times, days.

Capitalised words are the names of people, places, streets and buildings alike; nothing here needs to know which. A word
that the text also writes in lower case is no name, whatever a headline does with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log, sqrt
from typing import NamedTuple, TypeVar

from monitor.detect.text import fold
from monitor.incidents.rarity import Frequencies
from monitor.model import Article, Fingerprint

READ = 6000  # characters: what follows in longer texts is background
WEEKDAYS_READ = 2500  # characters in which a bare weekday is that of the event
NAMES = 48  # kept of one article
KEYS = 20
LEAST_LENGTH = 3.5  # of a text's vector: a dozen names seen once; what has fewer says less, however well it agrees
COMMON = 60  # a term in more articles than this leads to too many to be looked up
PAIR_BONUS = 0.3  # a pair of names is a better key than one name as rare
DETAILS = 12  # streets, ages, times or days kept of one article
INITIAL = 4  # characters that " T. " takes
HEADLINE = 0.6  # share of capitals from which a title is written In Headline Case

_INITIALS = frozenset(("", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_Value = TypeVar("_Value", int, str)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:st|nd|rd|th)\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\.? (\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,? (\d{4})\b)?"
)
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b")
_STREET = re.compile(
    r"\b((?:[A-Z][\w'’-]{0,30}|\d{1,4}(?:st|nd|rd|th))(?: [A-Z][\w'’-]{0,30})?)"
    r" (?:St|Street|Ave|Avenue|Road|Rd|Blvd|Boulevard|Drive|Dr|Lane|Ln|Court|Ct|Place|Way|Parkway|Pkwy|Highway|Circle|Terrace|Square)\b"
)
_AGE = re.compile(r"\b(\d{1,2})[- ]year[- ]old|, (\d{1,2})[,.]|\baged? (\d{1,2})\b")
_CLOCK = re.compile(r"\b(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b")
_DIRECTIONS = frozenset({"north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "block", "the", "on", "in"})
# Words that begin sentences, calendar words and the furniture of news pages: capitalised, and no names.
_NO_NAMES = frozenset("""
    a after all also although am amid among an and another any ap are around as associated at ave because been before being both but by
    can capt copyright could county det did do during each even every few for four from had has have he her here his how however i if image
    in into is it its jan just last later like many may me more most mr mrs ms my near new news next no not now of officer officers
    official officials on once one only or other our over per photo photos pm police posted press published read reserved reuters
    rights said says sgt share she since so some soon st still such ten than that the their them then there these they this those three
    though through to today told two under until up updated us video was we were what when where which while who why will with would
    yesterday you your according against lt dr according
    january february march april june july august september october november december feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
""".split())  # fmt: skip


# Offices and institutions, of which every article names some: side by side they are no person, street or company.
_OFFICES = frozenset("""
    affairs agency army association authority bank bureau captain catholic central chief christian city coast commission committee
    congress council county court defence defense department deputy director district east embassy emergency europe european
    federal fire force forces foreign former front gaza general government governor green group guard guards headquarters high home hospital
    human international interior islamic jewish judge justice king law liberation lieutenant mayor middle military minister ministry
    muslim nation national nations north northern office organisation organization palace parliament party president presidential prime
    prince province red republic revolutionary rights saint school secretary security senate sergeant service services shiite south
    southern special spokesman state states strip sunni supreme times union united university web west western white zone
""".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """An article read for its names and details, before it is known which of them are rare."""

    names: Counter[str]
    pairs: tuple[str, ...]  # names that follow each other: "amal qasim", "cedar street"
    streets: tuple[str, ...]
    ages: tuple[int, ...]
    clocks: tuple[int, ...]
    days: tuple[int, ...]
    weekdays: tuple[int, ...]
    dated: bool

    @property
    def terms(self) -> tuple[str, ...]:
        """What is counted in Frequencies, each once."""
        return (*self.names, *self.pairs)


class _Name(NamedTuple):
    folded: str
    start: int
    end: int


def read(article: Article) -> Wording:
    """Names and details of the article. Days are read only where it is known when it was written."""
    text = article.text[:READ]
    folded = fold(text)
    lower = _lower(text)
    found = list(_names(text, folded, lower))
    names = Counter(name.folded for name in found)
    names.update(_title_names(article.title, names, lower))
    written = article.at.date() if article.published is not None else None
    return Wording(
        names=names,
        pairs=_pairs(text, found),
        streets=_first(_streets(text)),
        ages=_first(int(next(filter(None, match.groups()))) for match in _AGE.finditer(folded)),
        clocks=_first(_clocks(folded)),
        days=_first(_days(folded, written)) if written else (),
        weekdays=_first(_weekdays(folded, written)) if written else (),
        dated=written is not None,
    )


def fingerprint(wording: Wording, frequencies: Frequencies) -> Fingerprint:
    """The wording weighed by what has been seen so far; weights are kept as they are now and never change."""
    rarity = {name: frequencies.rarity(name) for name in wording.names}
    weight = {name: (1 + log(count)) * rarity[name] for name, count in wording.names.items()}
    chosen = sorted((name for name in weight if weight[name] > 0), key=lambda name: (-weight[name], name))[:NAMES]
    length = max(LEAST_LENGTH, sqrt(sum(weight[name] ** 2 for name in chosen)))
    return Fingerprint(
        names=tuple(chosen),
        weights=tuple(round(weight[name] / length, 3) for name in chosen),
        rarities=tuple(round(rarity[name], 3) for name in chosen),
        keys=_keys(wording, weight, frequencies),
        streets=wording.streets,
        ages=wording.ages,
        clocks=wording.clocks,
        days=wording.days,
        weekdays=wording.weekdays,
        dated=wording.dated,
    )


def _keys(wording: Wording, weight: dict[str, float], frequencies: Frequencies) -> tuple[str, ...]:
    worth = weight | {pair: frequencies.rarity(pair) + PAIR_BONUS for pair in wording.pairs}
    rare = (term for term in worth if frequencies.count(term) <= COMMON)
    return tuple(sorted(rare, key=lambda term: (-worth[term], term))[:KEYS])


def _lower(text: str) -> set[str]:
    """The words that the text writes small."""
    words = {word for word in _TOKEN.findall(text) if not _capital(word)}
    return {word.removesuffix("'s") for word in fold(" ".join(words)).split()}


def _capital(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit()


def _names(text: str, folded: str, lower: set[str]) -> Iterator[_Name]:
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if end - start > 2 and _capital(text[start]):
            name = folded[start:end].removesuffix("'s")
            if len(name) > 2 and name not in lower and name not in _NO_NAMES:
                yield _Name(name, start, end)


def _title_names(title: str, names: Counter[str], lower: set[str]) -> list[str]:
    """The title's names; where it is in headline case, only those that the text has as well."""
    words = _TOKEN.findall(title)
    headline = sum(map(_capital, words)) > HEADLINE * len(words)
    return [name.folded for name in _names(title, fold(title), lower) if name.folded in names or not headline]


def _pairs(text: str, names: list[_Name]) -> tuple[str, ...]:
    """Names side by side, mostly of persons; an initial between them is passed over."""
    found: dict[str, None] = {}
    for one, two in pairwise(names):
        beside = two.start - one.end <= INITIAL and text[one.end : two.start].strip(" .") in _INITIALS
        if beside and one.folded not in _OFFICES and two.folded not in _OFFICES:
            found[f"{one.folded} {two.folded}"] = None
    return tuple(found)


def _streets(text: str) -> Iterator[str]:
    for match in _STREET.finditer(text):
        words = [word for word in fold(match.group(1)).split() if word not in _DIRECTIONS]
        if words:
            yield " ".join(words)


def _clocks(folded: str) -> Iterator[int]:
    for match in _CLOCK.finditer(folded):
        hour, minute = int(match.group(1)), int(match.group(2) or 0)
        if 1 <= hour <= 12 and minute < 60:
            yield (hour % 12 + (12 if match.group(3) == "p" else 0)) * 60 + minute


def _days(folded: str, written: date) -> Iterator[int]:
    """Days told by month; without a year, the last such day before the text was written. Never in the future."""
    for match in _DATE.finditer(folded):
        month, day = _MONTHS.index(match.group(1)[:3]) + 1, int(match.group(2))
        for year in (int(match.group(3)),) if match.group(3) else (written.year, written.year - 1):
            try:
                told = date(year, month, day)
            except ValueError:
                continue
            if (told - written).days <= 1:
                yield told.toordinal()
                break


def _weekdays(folded: str, written: date) -> Iterator[int]:
    for match in _WEEKDAY.finditer(folded[:WEEKDAYS_READ]):
        ago = (written.weekday() - _WEEKDAYS.index(match.group(1))) % 7
        if written.toordinal() > ago:
            yield (written - timedelta(days=ago)).toordinal()


def _first(values: Iterator[_Value]) -> tuple[_Value, ...]:
    return tuple(dict.fromkeys(values))[:DETAILS]
