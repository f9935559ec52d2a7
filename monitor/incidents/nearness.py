"""How two places and two dates relate: by hierarchy first, by distance where the hierarchy is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from monitor.detect.text import fold
from monitor.incidents.settings import MatchSettings
from monitor.model import Mention, Place, PlacePrecision, Role, StanceKind, TimeBasis, TimePrecision, When

EARTH_KM = 6371.0
CLAIM_LEAD = 400  # characters: a claim proved this early is what the article is about
CLAIM_NEWS = frozenset({StanceKind.CLAIMED, StanceKind.DENIED, StanceKind.RETRACTED})
_TEXT_BASES = frozenset({TimeBasis.EXPLICIT, TimeBasis.RELATIVE})
_DAYS = frozenset({TimePrecision.HOUR, TimePrecision.DAY})


class Level(StrEnum):
    """How two places relate."""

    UNKNOWN = "unknown"  # one of them is not told
    SAME = "same"
    NEAR = "near"
    WITHIN = "within"  # one contains the other
    REGION = "region"  # both are the same province
    COUNTRY = "country"  # one is no more than the country
    APART = "apart"  # neighbours, but not the same place
    ELSEWHERE = "elsewhere"  # certainly two places
    ABROAD = "abroad"


@dataclass(frozen=True, slots=True)
class Relation:
    """The relation of two places, with their distance in km where both have coordinates."""

    level: Level
    km: float | None = None


def distance_km(a: Place, b: Place) -> float | None:
    """Great-circle distance (haversine); None where a coordinate is missing."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    north = radians(b.lat - a.lat) / 2
    east = radians(b.lon - a.lon) / 2
    h = sin(north) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(east) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, h)))


def path(place: Place) -> tuple[str, ...]:
    """The place's parents and, above town level, the place itself, folded: ("pk", "balochistan", "kech")."""
    country = place.country.lower()
    if place.precision is PlacePrecision.COUNTRY:
        return (country,)
    if place.precision is PlacePrecision.ADMIN1:
        return (country, fold(place.admin1 or place.name))
    admin1 = fold(place.admin1 or "")
    if place.precision is PlacePrecision.DISTRICT:
        return (country, admin1, fold(place.district or place.name))
    return (country, admin1, fold(place.district)) if place.district else (country, admin1)


def relate(a: Place | None, b: Place | None, settings: MatchSettings) -> Relation:
    """The relation of two places as told; order does not matter."""
    if a is None or b is None:
        return Relation(Level.UNKNOWN)
    if a.country != b.country:
        return Relation(Level.ABROAD)
    if a.id == b.id:
        return Relation(Level.SAME if a.precision in (PlacePrecision.TOWN, PlacePrecision.DISTRICT) else _broad(a))
    if PlacePrecision.COUNTRY in (a.precision, b.precision):
        return Relation(Level.COUNTRY)
    km = distance_km(a, b)
    if a.precision is PlacePrecision.TOWN and b.precision is PlacePrecision.TOWN:
        return Relation(_towns(a, b, km, settings), km)
    if _differ(path(a)[1], path(b)[1]):
        return Relation(Level.ELSEWHERE, km)
    if PlacePrecision.ADMIN1 in (a.precision, b.precision):
        return Relation(Level.REGION if a.precision is b.precision else Level.WITHIN, km)
    return Relation(_districts(a, b, km, settings), km)


def _broad(place: Place) -> Level:
    return Level.REGION if place.precision is PlacePrecision.ADMIN1 else Level.COUNTRY


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _towns(a: Place, b: Place, km: float | None, settings: MatchSettings) -> Level:
    regions_differ = _differ(fold(a.admin1 or ""), fold(b.admin1 or ""))
    if km is None:
        same_name = fold(a.name) == fold(b.name)
        return Level.ELSEWHERE if regions_differ or not same_name else Level.SAME
    if km <= settings.near_km:
        return Level.SAME if fold(a.name) == fold(b.name) else Level.NEAR
    return Level.APART if km <= settings.far_km else Level.ELSEWHERE


def _districts(a: Place, b: Place, km: float | None, settings: MatchSettings) -> Level:
    """At least one is a district, none is broader; the province agrees or is unknown."""
    one, other = path(a)[2:3], path(b)[2:3]
    if one and one == other:
        return Level.SAME if a.precision is b.precision else Level.WITHIN
    if a.precision is not b.precision and fold(a.name) == fold(b.name):
        return Level.WITHIN
    if km is not None and km > settings.wide_km:
        return Level.ELSEWHERE
    if one and other:
        return Level.APART
    return Level.WITHIN if km is not None and km <= settings.far_km else Level.APART


def contains(outer: Place, inner: Place) -> bool:
    """Is `outer` the country, province or district that `inner` lies in?"""
    if outer.precision is PlacePrecision.TOWN or outer.precision is inner.precision:
        return False
    around, within = path(outer), path(inner)
    return within[: len(around)] == around or (outer.precision is PlacePrecision.DISTRICT and fold(outer.name) == fold(inner.name))


def firm(when: When | None) -> bool:
    """Does the text itself give the day?"""
    return when is not None and when.precision in _DAYS and when.basis in _TEXT_BASES


def soft(when: When | None) -> bool:
    """Is the date absent, or only the article's own?"""
    return when is None or when.basis not in _TEXT_BASES


def gap_days(a: tuple[date, date], b: tuple[date, date]) -> int:
    """Days between two spans of days, 0 where they overlap."""
    return max(0, (b[0] - a[1]).days, (a[0] - b[1]).days)


def span(when: When | None, written: date) -> tuple[date, date]:
    """The days an event may have happened on; where nothing is told, the day of writing."""
    return (when.start, when.end) if when is not None else (written, written)


def back(day: date, days: int) -> date:
    """So many days earlier, never before the calendar begins."""
    return day - timedelta(days=min(days, day.toordinal() - 1))


def claim_led(mention: Mention) -> bool:
    """Is a claim, denial or retraction what the article is about, without a day of its own?"""
    return soft(mention.when) and claims_first(mention)


def may_be_late(mention: Mention, written: date) -> bool:
    """May this be news about an attack of days ago? The only day such a text tells is often that of the claim."""
    if not claims_first(mention):
        return False
    return soft(mention.when) or gap_days(span(mention.when, written), (written, written)) <= 1


def claims_first(mention: Mention) -> bool:
    """Does the title or lead tell of a claim, a denial or a retraction?"""
    return any(held.stance in CLAIM_NEWS and (held.quote.field == "title" or held.quote.start < CLAIM_LEAD) for held in mention.stances)


def looks_back(mention: Mention, written: date) -> bool:
    """Must this mention be looked for further back than its own date says? Late claims and undated recollections."""
    return may_be_late(mention, written) or (mention.role is Role.BACKGROUND and soft(mention.when))
