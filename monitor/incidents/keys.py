"""What an incident is filed under, and what a mention looks up: exact (kind, key, day) triples, so that look-ups stay indexed.

    at       the mention's place at its own level: a town's gazetteer id, "pk/balochistan", "pk"
    in       everything that contains it: country, province, district
    cell     its quarter-degree square (28 km; near_km fits into a square and its neighbours)
    actor    the family of every group with a stance
    target   specific target words
    term     names and rare words, the first few
    month.*  at and in once more, by month, for mentions that know only the month; vague.* are those mentions themselves
    name     rare names of the article's fingerprint, without a day: what shares them is found however long ago it was
    lost.*   actor, target and term of mentions without a province: all others find them by these alone

A town looks up its own place, its neighbourhood and what is told less precisely; never its whole country. So the number
of look-ups is bounded, and what they find does not grow with the archive. Days are date.toordinal().
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from math import floor

from monitor.detect.text import fold
from monitor.incidents.nearness import back, looks_back, path, soft, span
from monitor.incidents.settings import MatchSettings
from monitor.model import Fingerprint, Mention, Place, PlacePrecision, StanceKind, TimePrecision

Key = tuple[str, str, int]
Label = tuple[str, str]

CELLS_PER_DEGREE = 4
TERMS = 8
TARGET_WORDS = 4
NAMESAKES = 8  # incidents compared for sharing rare names, whenever they were
LONGEST_SPAN = 8  # days of a week's span that are filed one by one
LOOK_BEHIND, LOOK_AHEAD = 2, 2  # days around a told date: reports of one event disagree by so much
# Victims and things that half of all attacks name: they tell no two of them apart.
_COMMON_TARGETS = frozenset(
    {
        "army", "boy", "car", "cars", "child", "children", "civilian", "civilians", "crowd", "crowds", "driver", "drivers",
        "families", "family", "forces", "girl", "government", "guard", "guards", "home", "homes", "house", "houses",
        "man", "men", "military", "minister", "neighborhood", "neighbourhood", "officer", "officers", "official", "officials",
        "passenger", "passengers", "people", "person", "police", "policeman", "policemen", "president", "resident", "residents",
        "road", "soldier", "soldiers", "street", "student", "students", "troops", "vehicle", "vehicles", "villager", "villagers",
        "woman", "women", "worker", "workers",
    }
)  # fmt: skip
_VAGUE = frozenset({TimePrecision.MONTH, TimePrecision.YEAR})


def blocking_keys(mention: Mention, at: datetime) -> tuple[Key, ...]:
    """The keys written with an incident for one of its reports; `at` is when the report was written."""
    labels = list(_filed_places(mention.place))
    places = len(labels)
    labels += _words(mention)
    if _placeless(mention):
        labels += [(f"lost.{kind}", key) for kind, key in _words(mention)]
    first, last = span(mention.when, at.date())
    if mention.when is not None and mention.when.precision in _VAGUE:
        return tuple((f"vague.{kind}", key, _period(mention, first)) for kind, key in labels)
    days = range(first.toordinal(), min(last.toordinal(), first.toordinal() + LONGEST_SPAN - 1) + 1)
    daily = [(kind, key, day) for kind, key in labels for day in days]
    monthly = [(f"month.{kind}", key, _month(first)) for kind, key in labels[:places] if kind != "cell"]
    return tuple(dict.fromkeys(daily + monthly))


def probe_keys(mention: Mention, at: datetime, settings: MatchSettings | None = None) -> tuple[Key, ...]:
    """The keys under which incidents are looked up that this mention could belong to."""
    settings = settings or MatchSettings()
    words = _words(mention)
    labels = list(_sought_places(mention.place))
    places = len(labels)
    labels += words if _placeless(mention) else [(f"lost.{kind}", key) for kind, key in words]
    first, last = span(mention.when, at.date())
    if mention.when is not None and mention.when.precision in _VAGUE:
        period = _period(mention, first)
        vague = [(f"vague.{kind}", key, period) for kind, key in labels]
        return tuple(vague + [(f"month.{kind}", key, period) for kind, key in labels[:places] if kind in ("at", "in")])
    start = back(first, _behind(mention, at.date(), settings)).toordinal()
    stop = min(last.toordinal(), start + settings.window + LONGEST_SPAN) + LOOK_AHEAD
    daily = [(kind, key, day) for kind, key in labels for day in range(start, stop + 1)]
    return tuple(dict.fromkeys(daily + [(f"vague.{kind}", key, _month(first)) for kind, key in labels[:places]]))


def name_keys(fingerprint: Fingerprint | None) -> tuple[Key, ...]:
    """The rare names, to file and to look up under alike. No name that is common by now is among them, so that few share one."""
    return tuple(("name", name, 0) for name in fingerprint.keys) if fingerprint is not None else ()


def _behind(mention: Mention, written: date, settings: MatchSettings) -> int:
    if looks_back(mention, written):
        return settings.window
    return settings.undated_days if soft(mention.when) else LOOK_BEHIND


def _month(day: date) -> int:
    return day.replace(day=1).toordinal()


def _period(mention: Mention, first: date) -> int:
    yearly = mention.when is not None and mention.when.precision is TimePrecision.YEAR
    return _month(first.replace(month=1, day=1) if yearly else first)


def _placeless(mention: Mention) -> bool:
    return mention.place is None or mention.place.precision is PlacePrecision.COUNTRY


def _filed_places(place: Place | None) -> Iterator[Label]:
    if place is None:
        return
    levels = path(place)
    for depth in range(1, len(levels) + 1):
        yield "in", "/".join(levels[:depth])
    if place.precision is PlacePrecision.TOWN:
        yield "at", place.id
        yield from (("cell", f"{row}:{column}") for row, column in _cells(place, reach=0))
        return
    yield "at", "/".join(levels)
    if place.precision is PlacePrecision.DISTRICT:  # towns often do not know their district, but know their province
        yield "at", "/".join(levels[:2])


def _sought_places(place: Place | None) -> Iterator[Label]:
    if place is None:
        return
    levels = path(place)
    for depth in range(1, len(levels) + 1):
        yield "at", "/".join(levels[:depth])
    if place.precision is PlacePrecision.TOWN:
        yield "at", place.id
        yield from (("cell", f"{row}:{column}") for row, column in _cells(place, reach=1))
        return
    inner = levels[:2] if place.precision is PlacePrecision.DISTRICT else levels
    yield "in", "/".join(inner)


def _cells(place: Place, reach: int) -> Iterator[tuple[int, int]]:
    if place.lat is None or place.lon is None:
        return
    row, column = floor(place.lat * CELLS_PER_DEGREE), floor(place.lon * CELLS_PER_DEGREE)
    around = 360 * CELLS_PER_DEGREE
    for north in range(-reach, reach + 1):
        for east in range(-reach, reach + 1):
            yield row + north, (column + east + around // 2) % around - around // 2


def specific_targets(mention: Mention) -> tuple[str, ...]:
    """The target words that could tell one attack from another ("academy", "shrine"), folded."""
    folded = (fold(word) for word in mention.target_words)
    return tuple(word for word in folded if not all(part in _COMMON_TARGETS for part in word.split()))


def _words(mention: Mention) -> list[Label]:
    families = dict.fromkeys(
        held.family or held.actor for held in mention.stances if held.of_record and held.stance is not StanceKind.MENTIONED
    )
    labels = [("actor", family) for family in families]
    labels += [("target", word) for word in specific_targets(mention)[:TARGET_WORDS]]
    return labels + [("term", term) for term in mention.terms[:TERMS]]
