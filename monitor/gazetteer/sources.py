"""What a gazetteer is built from: towns of GeoNames, provinces and districts of the tables, entries of places.yaml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARABIC = _codes("DZ EG IQ JO LB LY MA MR PS SA SD SO SY TN YE AE BH KW OM QA ")
FROM_OTHER_SCRIPTS = ARABIC | _codes("AF BD BT CN ET GE IL IN IR JP KG KH KR KZ LA LK MM MV NP PK RU TH TJ TM UA UZ ")
# Countries whose towns count from 500 inhabitants: those with attacks of armed groups in GTD and UCDP since 1988.
CONFLICT = _codes(
    "AF BD BF BI BJ BO CD CF CI CL CM CO DZ EC EG ER ET GT HN ID IL IN IQ IR JO KE KG LB LK LY ML MM MR MZ NE NG NI NP PE PH "
    "PK PS RU RW SA SD SN SO SS SV SY TD TG TH TJ TN TR TZ UA UG UZ VE XK YE "
)
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


def with_article(name: str, country: str) -> tuple[str, ...]:
    """A name, and the same without the Arabic article: Al Anbar, Anbar."""
    bare = _ARTICLE.sub("", name, count=1) if country in ARABIC else name
    return (name,) if bare == name else (name, bare[:1].upper() + bare[1:])


def shown(town: Town) -> str:
    """Names from other scripts without the scholars' marks: Jalalabad, as newspapers write."""
    if town.country not in FROM_OTHER_SCRIPTS:
        return town.name
    marks = unicodedata.normalize("NFKD", town.name)
    return "".join(char for char in marks if not unicodedata.combining(char))


def spellings(town: Town) -> list[str]:
    """The names in Latin letters a town is known by, its own first."""
    names = [town.name] if _LATIN.fullmatch(town.name) else []
    if town.country in CONFLICT or town.population >= _LARGE:
        names += [other for other in town.others if len(other) > 4 and _LATIN.fullmatch(other)]
    return [name for each in names for name in with_article(each, town.country)]
