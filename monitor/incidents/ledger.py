"""Tolls, places, dates and votes out of many reports: each independent source has one voice, its latest.

Pure functions of reports in their canonical order (oldest first); see `merge.ordered`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.incidents.nearness import Level, claim_led, contains, firm, relate
from monitor.incidents.settings import MatchSettings
from monitor.model import Mention, Place, PlacePrecision, Range, Report, TimeBasis, TimePrecision, TollLedger, When

NEWEST = 3  # sources whose majority decides a toll
WILD = 4  # a lone figure so many times what several sources say waits for a second source ...
WILD_LEAST = 10  # ... if it is at least so much higher
REVISION = timedelta(hours=6)  # an authority's lower figure so long after the last higher one is a revision
_PLACE_RANK = {PlacePrecision.TOWN: 0, PlacePrecision.DISTRICT: 1, PlacePrecision.ADMIN1: 2, PlacePrecision.COUNTRY: 3}
_TIME_RANK = {TimePrecision.HOUR: 0, TimePrecision.DAY: 0, TimePrecision.WEEK: 1, TimePrecision.MONTH: 2, TimePrecision.YEAR: 3}


@dataclass(frozen=True, slots=True)
class _Figure:
    """One source's latest figure."""

    best: int
    report: Report


def voices(reports: Iterable[Report], says: Callable[[Mention], bool]) -> list[Report]:
    """The latest report of each source that says something, oldest first."""
    latest: dict[str, Report] = {}
    for report in reports:
        if says(report.mention):
            latest.pop(report.source, None)
            latest[report.source] = report
    return list(latest.values())


def toll_ledger(reports: Sequence[Report], count: Callable[[Mention], Range | None]) -> TollLedger | None:
    """`best` the newest majority over sources, `low` and `high` over all reports; None when nobody gives a figure."""
    told = [figure for report in reports if (figure := count(report.mention)) is not None]
    if not told:
        return None
    speaking = voices(reports, lambda mention: count(mention) is not None)
    figures = [_Figure(figure.best, report) for report in speaking if (figure := count(report.mention)) is not None]
    return TollLedger(min(figure.low for figure in told), _best(figures), _high(told), len(told))


def _high(figures: Sequence[Range]) -> int | None:
    """The highest bound; None where the highest figure itself is open ("at least 20")."""
    top = max(figure.high if figure.high is not None else figure.best for figure in figures)
    closed = any(figure.high == top for figure in figures)
    return top if closed else None


def _best(figures: Sequence[_Figure]) -> int:
    """The newest majority (GTD). Tolls grow, so a rise is believed at once unless it is wild; a fall needs confirmation."""
    *earlier, newest = figures
    if not earlier:
        return newest.best
    recent = [figure.best for figure in figures[-NEWEST:]]
    standing = max(recent[:-1])
    if newest.best > standing:
        highest = max(figure.best for figure in earlier)
        wild = len(earlier) > 1 and newest.best > WILD * highest and newest.best - highest >= WILD_LEAST
        return standing if wild else newest.best
    agreed = earlier[-1].best == newest.best  # the two newest sources agree; an early figure told again is a straggler's
    return newest.best if agreed or newest.best == standing or _revises(newest, earlier) else standing


def _revises(newest: _Figure, earlier: Sequence[_Figure]) -> bool:
    """Is a lone lower figure a revision, not a straggler's old one? An authority's, hours after the last higher one."""
    higher = max(figure.report.at for figure in earlier if figure.best > newest.best)
    return newest.report.mention.official and newest.report.at - higher >= REVISION


def best_place(reports: Sequence[Report], settings: MatchSettings) -> Place | None:
    """The most precise place that most sources support: they name it, a neighbour of it, or what contains it."""
    speaking = voices(reports, lambda mention: mention.place is not None)
    places = _most_precise_per_source(reports, speaking)
    if not places:
        return None
    named = Counter(places)
    supported = [(place, sum(_supports(other, place, settings) for other in places)) for place in named]
    settled = [one for one in supported if 2 * one[1] > len(places)] or supported
    first = {place: places.index(place) for place in named}  # a tie keeps the place first told, so that it does not flap
    return min(settled, key=lambda one: (_PLACE_RANK[one[0].precision], -one[1], -named[one[0]], first[one[0]]))[0]


def _most_precise_per_source(reports: Sequence[Report], speaking: Sequence[Report]) -> list[Place]:
    """One place per source: its most precise, the latest among equals; sources by their latest report, oldest first."""
    chosen: dict[str, Place] = {}
    for report in reports:
        place = report.mention.place
        held = chosen.get(report.source)
        if place is not None and (held is None or _PLACE_RANK[place.precision] <= _PLACE_RANK[held.precision]):
            chosen[report.source] = place
    return [chosen[report.source] for report in speaking]


def _supports(said: Place, place: Place, settings: MatchSettings) -> bool:
    if said == place or contains(said, place):
        return True
    return said.precision is place.precision and relate(said, place, settings).level in (Level.SAME, Level.NEAR)


def best_when(reports: Sequence[Report]) -> When | None:
    """The most precise date, the text's own before the day of publication, by majority of sources; the first told among equals."""
    speaking = voices(reports, lambda mention: mention.when is not None)
    dates = [when for report in speaking if (when := report.mention.when) is not None]
    if not dates:
        return None
    rank = min(map(_date_rank, dates))
    leading = [when for when in dates if _date_rank(when) == rank]
    votes = Counter((when.start, when.end) for when in leading)
    span = max(votes, key=votes.__getitem__)  # in a tie the first: Counter keeps the order of insertion
    best = min((when for when in leading if (when.start, when.end) == span), key=lambda when: (when.precision.value, when.basis.value))
    if all(claim_led(report.mention) for report in reports):
        return replace(best, basis=TimeBasis.GUESSED)  # a claim says that, not when, something happened
    return best


def _date_rank(when: When) -> tuple[bool, int, bool]:
    told = firm(when) or when.basis in (TimeBasis.EXPLICIT, TimeBasis.RELATIVE)
    return not told, _TIME_RANK[when.precision], when.basis is TimeBasis.GUESSED


def leading(reports: Sequence[Report], values: Callable[[Mention], tuple[str, ...]], most: int, share: float = 0.3) -> tuple[str, ...]:
    """The values that at least `share` of the sources with any value name, most named first; "unknown" only if alone."""
    votes: Counter[str] = Counter()
    speaking = voices(reports, lambda mention: bool(values(mention)))
    for report in speaking:
        votes.update(set(values(report.mention)))
    known = {value: count for value, count in votes.items() if value != "unknown"} or dict(votes)
    ranked = sorted(known, key=lambda value: (-known[value], value))
    return tuple(value for value in ranked if known[value] >= share * len(speaking))[:most]
