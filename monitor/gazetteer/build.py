"""From towns, provinces and curated entries to the rows of a gazetteer; nothing here reads files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.detect.atlas import STRICT, Gazetteer, NameUse, PlaceKind, assemble, key_of
from monitor.gazetteer.sources import CONFLICT, Area, Curated, Town, area_ids, shown, slug, spellings, with_article

LARGE_BESIDES = frozenset({"RU", "ID", "TR", "IN", "UA", "PH"})  # so many villages that only towns from 2,000 inhabitants are taken
CURATED_WEIGHT = {PlaceKind.COUNTRY: 8.0, PlaceKind.ADMIN1: 5.4, PlaceKind.REGION: 6.4, PlaceKind.DISTRICT: 5.0, PlaceKind.TOWN: 5.2}
KNOWN_ABROAD = 1_000_000  # inhabitants from which names are taken that sound nothing like a town's own (Bombay, Cologne)
ALIKE = 0.34  # share of pairs of letters
MERGE_DEGREES = 0.35  # a curated town this near to one of GeoNames with the same name is that town


@dataclass(slots=True)
class _Rows:
    """Rows under construction."""

    places: list[str] = field(default_factory=list)
    names: dict[str, dict[int, NameUse]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    spared: set[str] = field(default_factory=set)

    def place(self, *columns: str) -> int:
        self.places.append("\t".join(columns))
        return len(self.places) - 1

    def take_over(self, index: int, name: str, weight: float) -> None:
        """A town of GeoNames turns out to be a curated one: our spelling, and at least our weight."""
        code, _, *columns, old = self.places[index].split("\t")
        self.places[index] = "\t".join((code, name, *columns, f"{max(weight, float(old)):.2f}"))

    def name(self, name: str, index: int, use: NameUse) -> None:
        self.key(key_of(name), index, use)

    def key(self, key: str, index: int, use: NameUse) -> None:
        if key:
            self.names.setdefault(key, {}).setdefault(index, use)


def build(towns: Iterable[Town], provinces: Iterable[Area], districts: Iterable[Area], curated: Iterable[Curated]) -> Gazetteer:
    """All sources as one gazetteer; curated entries win over GeoNames, and blocked names count only for them."""
    entries = list(curated)
    blocked = frozenset(key_of(name) for each in entries if each.kind == "blocked" for name in each.names)
    strict = frozenset(key_of(name) for each in entries if each.kind == "strict" for name in each.names)
    ids = area_ids(provinces)
    rows = _Rows(held=blocked)
    rows.spared = {key_of(name) for each in entries if each.kind == "country" for name in (each.name, *each.aliases)}
    kept = [town for town in towns if wanted(town.country, town.population)]
    _countries(rows, entries, kept)
    admin1 = _provinces(rows, ids, entries)
    _districts(rows, districts, admin1)
    curated_names = frozenset((each.country, key_of(each.name)) for each in entries if each.kind == PlaceKind.TOWN)
    near = _towns(rows, kept, admin1, strict, curated_names)
    _curated(rows, entries, ids, near)
    return assemble(rows.places, {key: _joined(uses, key in strict) for key, uses in rows.names.items()})


def _joined(uses: Mapping[int, NameUse], strict: bool) -> str:
    return " ".join(f"{index}{use}" for index, use in uses.items()) + (STRICT if strict else "")


def wanted(country: str, population: int) -> bool:
    """Is a town of this size in this country taken?"""
    if country in LARGE_BESIDES:
        return population >= 2_000
    return population >= 15_000 or country in CONFLICT


def _countries(rows: _Rows, entries: Iterable[Curated], towns: Iterable[Town]) -> None:
    spots: dict[str, list[tuple[float, float]]] = {}
    for town in towns:
        spots.setdefault(town.country, []).append((town.lat, town.lon))
    for each in entries:
        if each.kind != PlaceKind.COUNTRY:
            continue
        lat, lon = _middle(spots.get(each.id, []))
        index = rows.place(each.id, each.name, each.id, "", "", lat, lon, PlaceKind.COUNTRY, str(CURATED_WEIGHT[PlaceKind.COUNTRY]))
        _give(rows, each, index)


def _middle(spots: list[tuple[float, float]]) -> tuple[str, str]:
    if not spots:
        return "", ""
    lats, lons = (sorted(axis) for axis in zip(*spots, strict=True))
    return f"{lats[len(lats) // 2]:.2f}", f"{lons[len(lons) // 2]:.2f}"


def _give(rows: _Rows, each: Curated, index: int) -> None:
    if each.name:
        rows.name(each.name, index, NameUse.PRIMARY)
    for names, use in ((each.aliases, NameUse.ALIAS), (each.demonyms, NameUse.DEMONYM), (each.acronyms, NameUse.CAPITALS)):
        for name in names:
            rows.name(name, index, NameUse.CAPITALS if use is NameUse.ALIAS and len(name) <= 4 and name.isupper() else use)


def _provinces(rows: _Rows, ids: Mapping[str, Area], entries: Iterable[Curated]) -> dict[tuple[str, str], tuple[str, int]]:
    """Adds them; gives (country, code) -> (name, row)."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    numbers: dict[str, int] = {}
    for code, area in ids.items():
        weight = CURATED_WEIGHT[PlaceKind.ADMIN1] + (0.5 if area.country in CONFLICT else -0.6)
        index = rows.place(code, area.name, area.country, area.name, "", area.lat, area.lon, PlaceKind.ADMIN1, f"{weight:.1f}")
        found[area.country, area.code] = (area.name, index)
        numbers[code] = index
        for name in with_article(area.name, area.country):
            if key_of(name) not in rows.held:
                rows.name(name, index, NameUse.PRIMARY)
    for each in entries:
        if each.kind == PlaceKind.ADMIN1 and each.id in numbers:
            _give(rows, each, numbers[each.id])
    return found


def _districts(rows: _Rows, districts: Iterable[Area], admin1: Mapping[tuple[str, str], tuple[str, int]]) -> None:
    weight = f"{CURATED_WEIGHT[PlaceKind.DISTRICT] - 0.6:.1f}"
    for area in districts:
        province = admin1.get((area.country, area.code), ("", 0))[0]
        code = f"{area.country.lower()}.{slug(province)}.{slug(area.name)}"
        keys = [name for name in with_article(area.name, area.country) if key_of(name) not in rows.held | rows.spared]
        if keys and len(area.name) > 3:
            index = rows.place(code, area.name, area.country, province, area.name, area.lat, area.lon, PlaceKind.DISTRICT, weight)
            for name in keys:
                rows.name(name, index, NameUse.PRIMARY)


def _towns(
    rows: _Rows,
    towns: Iterable[Town],
    admin1: Mapping[tuple[str, str], tuple[str, int]],
    strict: frozenset[str],
    curated: frozenset[tuple[str, str]],
) -> dict[tuple[str, str], list[tuple[float, float, int]]]:
    """Adds them; gives (country, key) -> where towns of that name are, for those names that curated entries have too."""
    near: dict[tuple[str, str], list[tuple[float, float, int]]] = {}
    for town in towns:
        weight = math.log10(town.population + 10) + (0.8 if town.country in CONFLICT else 0.0)
        province = admin1.get((town.country, town.admin1), ("", 0))[0]
        columns = (shown(town), town.country, province, "", f"{town.lat:.4f}", f"{town.lon:.4f}", PlaceKind.TOWN, f"{weight:.2f}")
        index = rows.place(f"gn:{town.id}", *columns)
        own = ""
        for name in spellings(town):
            key = key_of(name)
            own = own or key
            if (town.country, key) in curated:
                near.setdefault((town.country, key), []).append((town.lat, town.lon, index))
            if town.population < KNOWN_ABROAD and not akin(key, own):
                continue  # a nickname, a suburb, or what another language calls it
            if _passes(key, name == town.name, town, rows, strict):
                rows.key(key, index, NameUse.PRIMARY if key == own else NameUse.ALIAS)
    return near


def akin(name: str, own: str) -> bool:
    """Do two names sound alike? Compared by pairs of letters."""
    pairs, others = ({each[at : at + 2] for at in range(len(each) - 1)} for each in (name, own))
    return name == own or len(pairs & others) >= ALIKE * max(1, min(len(pairs), len(others)))


def _passes(key: str, own: bool, town: Town, rows: _Rows, strict: frozenset[str]) -> bool:
    """May a town be known by this name? `own`: it is the name GeoNames gives first."""
    if key in rows.held or (not own and (key in rows.spared or key in strict)):
        return False
    return len(key) > 3 or (own and town.population >= 100_000)


def _curated(
    rows: _Rows, entries: Iterable[Curated], ids: Mapping[str, Area], near: Mapping[tuple[str, str], list[tuple[float, float, int]]]
) -> None:
    for each in entries:
        if each.kind not in (PlaceKind.TOWN, PlaceKind.DISTRICT, PlaceKind.REGION):
            continue
        kind = PlaceKind(each.kind)
        index = _same_town(each, near) if kind is PlaceKind.TOWN else None
        weight = CURATED_WEIGHT[kind] + (0.8 if each.country in CONFLICT else 0.3)
        if index is not None:
            rows.take_over(index, each.name, weight)
        else:
            province = ids[each.admin1].name if each.admin1 in ids else ""
            index = rows.place(
                each.id, each.name, each.country, province, each.name if kind is PlaceKind.DISTRICT else "",
                "" if each.lat is None else f"{each.lat:.2f}", "" if each.lon is None else f"{each.lon:.2f}", kind,
                f"{weight:.1f}",
            )  # fmt: skip
        _give(rows, each, index)


def _same_town(each: Curated, near: Mapping[tuple[str, str], list[tuple[float, float, int]]]) -> int | None:
    for lat, lon, index in near.get((each.country, key_of(each.name)), ()):
        if each.lat is not None and each.lon is not None and max(abs(lat - each.lat), abs(lon - each.lon)) < MERGE_DEGREES:
            return index
    return None
