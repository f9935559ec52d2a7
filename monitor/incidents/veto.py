"""What forbids two tellings to be of one incident, whatever else agrees: country, distance, kind, building, date."""

from __future__ import annotations

from monitor.incidents.likeness import Telling
from monitor.incidents.nearness import Level, back, firm, gap_days, relate, soft
from monitor.incidents.settings import MatchSettings
from monitor.model import Kind, Role, TimePrecision, When

_APART = frozenset(
    frozenset(pair)
    for pair in (
        (Kind.ATTACK, Kind.CT_OPERATION), (Kind.ATTEMPT, Kind.CT_OPERATION), (Kind.ATTACK, Kind.FOILED_PLOT),
        (Kind.ATTACK, Kind.THREAT), (Kind.ATTEMPT, Kind.THREAT), (Kind.CT_OPERATION, Kind.THREAT), (Kind.CLASH, Kind.THREAT),
        (Kind.CLASH, Kind.FOILED_PLOT),
    )
)  # fmt: skip
# Buildings that are not each other: an attack on a hospital is none on a college, however like the rest.
_VENUES = {
    word: venue
    for venue, words in {
        "education": "school college academy university madrassa madrasa seminary campus",
        "health": "hospital clinic dispensary",
        "worship": "mosque church temple shrine imambargah gurdwara synagogue cathedral",
        "airport": "airport airfield",
        "embassy": "embassy consulate",
        "court": "court courthouse",
        "hotel": "hotel resort",
        "prison": "prison jail",
    }.items()
    for word in words.split()
}


def veto(one: Telling, other: Telling, settings: MatchSettings, late: bool = False) -> str | None:
    """Why the two cannot be one incident, as one word; None when they can. `late` lets a claim reach back."""
    where = relate(one.mention.place, other.mention.place, settings)
    if where.level is Level.ABROAD:
        return "country"
    if where.level is Level.ELSEWHERE:
        return "distance"
    if kinds_apart(one.mention.kind, other.mention.kind):
        return "kind"
    if _venues_apart(one, other):
        return "target"
    return _late_date_veto(one, other, settings) if late else date_veto(one, other, settings)


def kinds_apart(one: Kind, other: Kind) -> bool:
    """Can two kinds not be readings of one event? `unclear` fits all: an accident may turn out an attack."""
    return one is not other and frozenset((one, other)) in _APART


def _venues_apart(one: Telling, other: Telling) -> bool:
    ours = {_VENUES[word] for word in one.targets if word in _VENUES}
    theirs = {_VENUES[word] for word in other.targets if word in _VENUES}
    return bool(ours and theirs and not ours & theirs and not one.targets & other.targets)


def date_veto(one: Telling, other: Telling, settings: MatchSettings) -> str | None:
    """The rules of dates: told days agree, years never merge into days, recollections are not today's attack."""
    if _vague_year(one.mention.when) != _vague_year(other.mention.when):
        return "year"
    gap = gap_days(one.days, other.days)
    if firm(one.mention.when) and firm(other.mention.when):
        return "date" if gap > _allowed(one, other, settings) else None
    if _recalls(one, other) or _recalls(other, one):
        return "recalled"
    if not soft(one.mention.when) and not soft(other.mention.when):  # a week or a month against a day
        return "date" if gap > settings.midnight_days else None
    return "date" if gap > settings.window or _told_later(one, other) or _told_later(other, one) else None


def _late_date_veto(claim: Telling, other: Telling, settings: MatchSettings) -> str | None:
    first, last = other.days
    if _vague_year(other.mention.when) or first > claim.written:
        return "date"
    return "date" if last < back(claim.written, settings.window) else None


def _vague_year(when: When | None) -> bool:
    return when is not None and when.precision is TimePrecision.YEAR


def _allowed(one: Telling, other: Telling, settings: MatchSettings) -> int:
    midnight = one.days[0] != one.days[1] or other.days[0] != other.days[1]
    return settings.midnight_days if midnight else 1


def _recalls(one: Telling, other: Telling) -> bool:
    """Does `one` recall, without a day, something that cannot be the fresh event of `other`?"""
    if one.mention.role is not Role.BACKGROUND or not soft(one.mention.when) or other.mention.role is Role.BACKGROUND:
        return False
    return gap_days((one.written, one.written), other.days) <= 1


def _told_later(one: Telling, other: Telling) -> bool:
    """Was `one`, which has no day of its own, written more than a day before the day that `other` tells?"""
    return soft(one.mention.when) and firm(other.mention.when) and (other.days[0] - one.written).days > 1
