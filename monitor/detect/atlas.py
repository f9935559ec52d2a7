"""The gazetteer as detection uses it: names, folded, to the places that bear them; two texts' worth of strings, quick to load.

A place is one line of nine columns and a name one line of two; both are taken apart only when asked for, so that a
hundred thousand places cost little memory. Who builds these lines is `monitor.gazetteer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.detect.text import fold
from monitor.model import Place, PlacePrecision


class PlaceKind(StrEnum):
    """What a row of the gazetteer is; a region is as large as a province without being one (Kashmir, Darfur)."""

    COUNTRY = "country"
    ADMIN1 = "admin1"
    REGION = "region"
    DISTRICT = "district"
    TOWN = "town"


class NameUse(StrEnum):
    """How a name belongs to its place."""

    PRIMARY = "p"
    ALIAS = "a"
    DEMONYM = "d"
    CAPITALS = "c"  # counts only when written in capitals


PRECISION = {
    PlaceKind.COUNTRY: PlacePrecision.COUNTRY,
    PlaceKind.ADMIN1: PlacePrecision.ADMIN1,
    PlaceKind.REGION: PlacePrecision.ADMIN1,
    PlaceKind.DISTRICT: PlacePrecision.DISTRICT,
    PlaceKind.TOWN: PlacePrecision.TOWN,
}
PROMINENT = 4.9  # weight
STRICT = "!"  # ends the row of a name that counts only with a preposition of place and support from the rest of the text

_DROPPED = re.compile(r"['.ʽ]")
_BREAKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One place that a name may mean. `weight` grows with size and with how often the place is in such news."""

    place: Place
    kind: PlaceKind
    use: NameUse
    weight: float
    strict: bool

    @property
    def prominent(self) -> bool:
        """Is it curated, or a town of some 100,000 people (16,000 in a country with armed groups)?"""
        return self.weight >= PROMINENT


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places and names. `places` are rows, `names` maps a key to rows of uses, `firsts` a first word to its longest name."""

    places: Sequence[str]
    names: Mapping[str, str]
    firsts: Mapping[str, int]
    countries: Mapping[str, str] = field(default_factory=dict)  # ISO2 -> row number
    _cache: dict[str, tuple[Reading, ...]] = field(default_factory=dict, compare=False, repr=False)

    def readings(self, key: str) -> tuple[Reading, ...]:
        """The places of this name, heaviest first; empty when it is none."""
        row = self.names.get(key)
        if row is None:
            return ()
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = tuple(sorted(self._parse(row), key=lambda each: -each.weight))
        return found

    def country(self, code: str) -> Place | None:
        """A country by its ISO 3166-1 alpha-2 code."""
        row = self.countries.get(code)
        return None if row is None else self._place(int(row))[0]

    def _parse(self, row: str) -> Iterable[Reading]:
        strict = row.endswith(STRICT)
        for item in row.rstrip(STRICT).split():
            place, kind, weight = self._place(int(item[:-1]))
            use = NameUse(item[-1])
            yield Reading(place, kind, use, weight - (0.4 if use is NameUse.ALIAS else 0.0), strict)

    def _place(self, index: int) -> tuple[Place, PlaceKind, float]:
        code, name, country, admin1, district, lat, lon, kind, weight = self.places[index].split("\t")
        row = self.countries.get(country)
        named = self.places[int(row)].split("\t", 2)[1] if row is not None else country
        place = Place(
            code, name, country, named, float(lat) if lat else None, float(lon) if lon else None, PRECISION[PlaceKind(kind)],
            admin1 or None, district or None,
        )  # fmt: skip
        return place, PlaceKind(kind), float(weight)


def key_of(name: str) -> str:
    """The form names are looked up by: folded, without dots and apostrophes, words separated by single spaces."""
    return _BREAKS.sub(" ", _DROPPED.sub("", fold(name))).strip()


def assemble(places: Sequence[str], names: Mapping[str, str]) -> Gazetteer:
    """A gazetteer from its rows."""
    firsts: dict[str, int] = {}
    for key in names:
        if " " in key:
            first = key[: key.index(" ")]
            firsts[first] = max(firsts.get(first, 0), key.count(" ") + 1)
    countries = {row.split("\t", 1)[0]: str(index) for index, row in enumerate(places) if row.split("\t")[7] == PlaceKind.COUNTRY}
    return Gazetteer(places, names, firsts, countries)


def dump(gazetteer: Gazetteer) -> str:
    """The rows as one text: a line with the number of places, the places, the names."""
    lines = [str(len(gazetteer.places)), *gazetteer.places, *(f"{key}\t{row}" for key, row in gazetteer.names.items())]
    return "\n".join(lines)


def load(text: str) -> Gazetteer:
    """The gazetteer that `dump` wrote. Raises ValueError when the text is not one."""
    lines = text.split("\n")
    count = int(lines[0])
    names = dict(line.split("\t", 1) for line in lines[count + 1 :])
    return assemble(lines[1 : count + 1], names)
