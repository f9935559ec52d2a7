"""From towns, provinces and curated entries to the rows of a gazetteer; nothing here reads files."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.detect.atlas import STRICT, Gazetteer, NameUse, PlaceKind, assemble, key_of

# Countries whose towns count from 500 inhabitants: those with attacks of armed groups in GTD and UCDP since 1988.
CONFLICT = frozenset(
    [
        "AF",
        "BD",
        "BF",
        "BI",
        "BJ",
        "BO",
        "CD",
        "CF",
        "CI",
        "CL",
        "CM",
        "CO",
        "DZ",
        "EC",
        "EG",
        "ER",
        "ET",
        "GT",
        "HN",
        "ID",
        "IL",
        "IN",
        "IQ",
        "IR",
        "JO",
        "KE",
        "KG",
        "LB",
        "LK",
        "LY",
        "ML",
        "MM",
        "MR",
        "MZ",
        "NE",
        "NG",
        "NI",
        "NP",
        "PE",
        "PH",
        "PK",
        "PS",
        "RU",
        "RW",
        "SA",
        "SD",
        "SN",
        "SO",
        "SS",
        "SV",
        "SY",
        "TD",
        "TG",
        "TH",
        "TJ",
        "TN",
        "TR",
        "TZ",
        "UA",
        "UG",
        "UZ",
        "VE",
        "XK",
        "YE",
    ]
)
LARGE_BESIDES = frozenset({"RU", "ID", "TR", "IN", "UA", "PH"})  # so many villages that only towns from 2,000 inhabitants are taken
ARABIC = frozenset(["DZ", "EG", "IQ", "JO", "LB", "LY", "MA", "MR", "PS", "SA", "SD", "SO", "SY", "TN", "YE", "AE", "BH", "KW", "OM", "QA"])
FROM_OTHER_SCRIPTS = ARABIC | frozenset(
    [
        "AF",
        "BD",
        "BT",
        "CN",
        "ET",
        "GE",
        "IL",
        "IN",
        "IR",
        "JP",
        "KG",
        "KH",
        "KR",
        "KZ",
        "LA",
        "LK",
        "MM",
        "MV",
        "NP",
        "PK",
        "RU",
        "TH",
        "TJ",
        "TM",
        "UA",
        "UZ",
    ]
)
CURATED_WEIGHT = {PlaceKind.COUNTRY: 8.0, PlaceKind.ADMIN1: 5.4, PlaceKind.REGION: 6.4, PlaceKind.DISTRICT: 5.0, PlaceKind.TOWN: 5.2}
MERGE_DEGREES = 0.35  # a curated town this near to one of GeoNames with the same name is that town

_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ '’.\-]*")
_ARTICLE = re.compile(r"(?:al|ar|as|ash|at|ad|adh|an|az|el)[ -]+(?=\w{5})", re.IGNORECASE)
_LARGE = 300_000  # inhabitants from which a town's foreign names are taken as well


@dataclass(frozen=True, slots=True)
class Town:
    """A town of GeoNames."""

    id: int
    name: str
    country: str
    admin1: str  # GeoNames' code
    lat: float
    lon: float
    population: int
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A province or district of the tables."""

    country: str
    code: str
    name: str
    lat: str
    lon: str


@dataclass(frozen=True, slots=True)
class Curated:
    """An entry of places.yaml."""

    id: str
    kind: str
    name: str = ""
    country: str = ""
    admin1: str = ""
    lat: float | None = None
    lon: float | None = None
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


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
        key = key_of(name)
        if key:
            self.names.setdefault(key, {}).setdefault(index, use)


def slug(name: str) -> str:
    """Lower-case ASCII words joined by hyphens, for ids."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ø", "o").replace("ı", "i"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’.ʽ]", "", plain)).strip("-")


def area_ids(areas: Iterable[Area]) -> dict[str, Area]:
    """Ids of provinces, like pk.balochistan; a second one of the same name in a country carries its code too."""
    ids: dict[str, Area] = {}
    for area in areas:
        plain = f"{area.country.lower()}.{slug(area.name)}"
        ids[plain if plain not in ids else f"{plain}-{area.code.lower()}"] = area
    return ids


def build(towns: Iterable[Town], provinces: Iterable[Area], districts: Iterable[Area], curated: Iterable[Curated]) -> Gazetteer:
    """All sources as one gazetteer; curated entries win over GeoNames, and blocked names count only for them."""
    entries = list(curated)
    blocked = frozenset(key_of(name) for each in entries if each.kind == "blocked" for name in each.names)
    strict = frozenset(key_of(name) for each in entries if each.kind == "strict" for name in each.names)
    ids = area_ids(provinces)
    rows = _Rows(held=blocked)
    rows.spared = {key_of(name) for each in entries if each.kind == "country" for name in (each.name, *each.aliases)}
    kept = [town for town in towns if _wanted(town)]
    _countries(rows, entries, kept)
    admin1 = _provinces(rows, ids, entries)
    _districts(rows, districts, admin1)
    near = _towns(rows, kept, admin1, strict)
    _curated(rows, entries, ids, near)
    return assemble(rows.places, {key: _joined(uses, key in strict) for key, uses in rows.names.items()})


def _joined(uses: Mapping[int, NameUse], strict: bool) -> str:
    return " ".join(f"{index}{use}" for index, use in uses.items()) + (STRICT if strict else "")


def _wanted(town: Town) -> bool:
    if town.country in LARGE_BESIDES:
        return town.population >= 2_000
    return town.population >= 15_000 or town.country in CONFLICT


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
        for name in _with_article(area.name, area.country):
            if key_of(name) not in rows.held:
                rows.name(name, index, NameUse.PRIMARY)
    for each in entries:
        if each.kind == PlaceKind.ADMIN1 and each.id in numbers:
            _give(rows, each, numbers[each.id])
    return found


def _with_article(name: str, country: str) -> tuple[str, ...]:
    bare = _ARTICLE.sub("", name, count=1) if country in ARABIC else name
    return (name,) if bare == name else (name, bare[:1].upper() + bare[1:])


def _districts(rows: _Rows, districts: Iterable[Area], admin1: Mapping[tuple[str, str], tuple[str, int]]) -> None:
    weight = f"{CURATED_WEIGHT[PlaceKind.DISTRICT] - 0.6:.1f}"
    for area in districts:
        province = admin1.get((area.country, area.code), ("", 0))[0]
        code = f"{area.country.lower()}.{slug(province)}.{slug(area.name)}"
        keys = [name for name in _with_article(area.name, area.country) if key_of(name) not in rows.held | rows.spared]
        if keys and len(area.name) > 3:
            index = rows.place(code, area.name, area.country, province, area.name, area.lat, area.lon, PlaceKind.DISTRICT, weight)
            for name in keys:
                rows.name(name, index, NameUse.PRIMARY)


def _towns(
    rows: _Rows, towns: Iterable[Town], admin1: Mapping[tuple[str, str], tuple[str, int]], strict: frozenset[str]
) -> dict[tuple[str, str], list[tuple[float, float, int]]]:
    """Adds them; gives (country, key) -> where towns of that name are, for the curated ones to join."""
    near: dict[tuple[str, str], list[tuple[float, float, int]]] = {}
    for town in towns:
        names = [name for name in _names(town) if _passes(name, town, rows, strict)]
        weight = math.log10(town.population + 10) + (0.8 if town.country in CONFLICT else 0.0)
        province = admin1.get((town.country, town.admin1), ("", 0))[0]
        index = rows.place(
            f"gn:{town.id}", _shown(town), town.country, province, "", f"{town.lat:.4f}", f"{town.lon:.4f}", PlaceKind.TOWN, f"{weight:.2f}"
        )
        for number, name in enumerate(names):
            rows.name(name, index, NameUse.PRIMARY if number == 0 and key_of(name) == key_of(town.name) else NameUse.ALIAS)
        for name in _names(town):
            near.setdefault((town.country, key_of(name)), []).append((town.lat, town.lon, index))
    return near


def _shown(town: Town) -> str:
    """Names from other scripts without the scholars' marks: Jalalabad, as newspapers write."""
    if town.country not in FROM_OTHER_SCRIPTS:
        return town.name
    marks = unicodedata.normalize("NFKD", town.name)
    return "".join(char for char in marks if not unicodedata.combining(char))


def _names(town: Town) -> list[str]:
    names = [town.name]
    if town.country in CONFLICT or town.population >= _LARGE:
        names += [other for other in town.others if len(other) > 4 and _LATIN.fullmatch(other)]
    return [name for each in names for name in _with_article(each, town.country)]


def _passes(name: str, town: Town, rows: _Rows, strict: frozenset[str]) -> bool:
    key = key_of(name)
    if key in rows.held or not _LATIN.fullmatch(name):
        return False
    if name != town.name and (key in rows.spared or key in strict):
        return False
    return len(key) > 3 or (name == town.name and town.population >= 100_000)


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
