"""Where a notice goes: the routes in their order, the first that matches, and the next ones after `continue`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Incident, Notice, Reason, Severity

_RANK = {Severity.LOW: 0, Severity.NORMAL: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}
_CHANGES = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class Route:
    """One rule. An empty filter matches everything; countries are ISO 3166-1 alpha-2, actors ids of the lexicon or their families."""

    channels: tuple[str, ...]
    min_severity: Severity = Severity.NORMAL
    reasons: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    continue_: bool = False


def channels_for(notice: Notice, incident: Incident | None, routes: Sequence[Route], all_channels: Sequence[str]) -> tuple[str, ...]:
    """The channels a notice goes to, each once, in the order of the routes; () when no route wants it.

    Without routes, every channel gets what is of normal severity and above. Operator notes, summaries and drills go to
    the routes that name their reason (whatever `min_severity` says), and to every channel when none does: a monitor
    that cannot tell of its own trouble is silent about everything.
    """
    known = tuple(dict.fromkeys(all_channels))
    if notice.reason not in _CHANGES:
        named = [route for route in routes if notice.reason in route.reasons]
        return _collect(named, known) or known
    if not routes:
        routes = (Route(channels=known),)
    return _collect([route for route in routes if matches(route, notice, incident)], known)


def matches(route: Route, notice: Notice, incident: Incident | None) -> bool:
    """Does this route want this change?"""
    if _RANK[notice.severity] < _RANK[route.min_severity] or (route.reasons and notice.reason not in route.reasons):
        return False
    if incident is None:
        return not (route.countries or route.actors or route.kinds)
    country = incident.place.country.upper() if incident.place else ""
    return (
        (not route.countries or country in {code.upper() for code in route.countries})
        and (not route.kinds or incident.kind.value in route.kinds)
        and (not route.actors or bool(set(route.actors) & _actors(incident)))
    )


def _collect(matching: Sequence[Route], known: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for route in matching:
        found += [name for name in route.channels if name in known]
        if not route.continue_:
            break
    return tuple(dict.fromkeys(found))


def _actors(incident: Incident) -> set[str]:
    held = {actor for one in incident.stances for actor in (one.stance.actor, one.stance.family) if actor}
    return held | {*incident.claimed_by, *incident.accused, *incident.denied_by}
