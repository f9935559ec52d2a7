"""An incident is the fold of its reports: the same set gives the same incident, in whatever order it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from monitor.incidents.ledger import best_place, best_when, leading, toll_ledger, voices
from monitor.incidents.settings import FoldSettings, MatchSettings
from monitor.incidents.standing import no_claim_as_of, standing
from monitor.model import Incident, Kind, Mention, Report, Role, Severity, Status, TollLedger

TERMS = 40
_KINDS = (Kind.ATTACK, Kind.CLASH, Kind.ATTEMPT, Kind.CT_OPERATION, Kind.FOILED_PLOT, Kind.THREAT, Kind.UNCLEAR)
_VIOLENT = frozenset({Kind.ATTACK, Kind.ATTEMPT})
_SECOND_SOURCE = 0.3  # what each further source adds of the doubt that is left


def fold(incident_id: str, reports: Sequence[Report], announced: bool = False, settings: FoldSettings | None = None) -> Incident:
    """The incident that these reports tell. Pure in the set of reports; raises ValueError when there is none.

    Background reports bring stances but never a toll, place, date or status, unless nothing else is on file.
    """
    if not reports:
        raise ValueError("an incident needs a report")
    settings = settings or FoldSettings()
    every = ordered(reports)
    telling = [one for one in every if one.mention.role is not Role.BACKGROUND] or every
    stands = standing(every)
    kind = _kind(telling)
    killed = toll_ledger(telling, lambda mention: mention.killed)
    confidence = _confidence(telling)
    ongoing = _lately(telling, lambda mention: mention.ongoing)
    sources = independent(telling)
    return Incident(
        id=incident_id,
        kind=kind,
        status=_status(telling, sources),
        severity=_severity(kind, confidence, killed, ongoing, settings),
        confidence=confidence,
        when=best_when(telling),
        place=best_place(telling, MatchSettings()),
        attack_types=leading(telling, lambda mention: mention.attack_types, 3),
        weapons=leading(telling, lambda mention: mention.weapons, 3),
        targets=leading(telling, lambda mention: mention.targets, 3),
        target_words=leading(telling, lambda mention: mention.target_words, 8, share=0.0),
        suicide=3 * sum(one.mention.suicide for one in telling) >= len(telling),
        ongoing=ongoing,
        killed=killed,
        injured=toll_ledger(telling, lambda mention: mention.injured),
        perpetrators_killed=toll_ledger(telling, lambda mention: mention.perpetrators_killed),
        stances=stands.stances,
        claimed_by=stands.claimed_by,
        accused=stands.accused,
        denied_by=stands.denied_by,
        contested=stands.contested,
        no_claim_as_of=no_claim_as_of(every, bool(stands.claimed_by)),
        reports=tuple(every),
        independent_sources=sources,
        first_seen=min(one.seen for one in every),
        updated=max(one.seen for one in every),
        announced=announced,
        terms=_terms(every),
    )


def ordered(reports: Iterable[Report]) -> list[Report]:
    """Each report once, in the one order that folding uses: as written, then as seen, then by article and text."""
    ranked = sorted(reports, key=_written)
    if any(a.article == b.article for a, b in pairwise(ranked)):  # one article may tell of an incident twice
        ranked.sort(key=lambda one: (*_written(one), repr(one)))
        ranked = [one for one, previous in zip(ranked, [None, *ranked], strict=False) if one != previous]
    return ranked


def _written(report: Report) -> tuple[datetime, datetime, int, str]:
    return report.at, report.seen, report.article, report.url


def independent(reports: Iterable[Report]) -> int:
    """How many sources stand behind reports: copies of one text count once, and so do the articles of one outlet."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for report in reports:
        source = f"source:{report.source}"
        outlet = f"outlet:{report.outlet}" if report.outlet else source
        parent[root(source)] = root(outlet)
    return sum(name == up for name, up in parent.items())


def _kind(reports: Sequence[Report]) -> Kind:
    """The kind most sources give; `unclear` gives way to any other, a tie to the more violent."""
    said = [one.mention.kind for one in voices(reports, lambda mention: mention.kind is not Kind.UNCLEAR)]
    votes = Counter(said)
    return min(votes, key=lambda kind: (-votes[kind], _KINDS.index(kind)), default=Kind.UNCLEAR)


def _status(reports: Sequence[Report], sources: int) -> Status:
    """Preliminary, confirmed by a second source or an official; in doubt when an authority takes "attack" back.

    One source after the attack reports that says, with an authority, that it is unclear whether it was one makes it
    disputed; two make it retracted.
    """
    speaking = voices(reports, lambda _: True)
    backed = 0
    while backed < len(speaking) and speaking[-1 - backed].mention.kind is Kind.UNCLEAR:
        backed += 1
    doubters = speaking[len(speaking) - backed :]
    before = reports if not doubters else [one for one in reports if one.at <= doubters[0].at]
    if any(one.mention.official for one in doubters) and any(one.mention.kind in _VIOLENT for one in before):
        return Status.RETRACTED if backed > 1 else Status.DISPUTED
    official = any(one.mention.official for one in reports)
    return Status.CONFIRMED if sources > 1 or official else Status.PRELIMINARY


def _severity(kind: Kind, confidence: float, killed: TollLedger | None, ongoing: bool, settings: FoldSettings) -> Severity:
    if kind not in (Kind.ATTACK, Kind.ATTEMPT, Kind.CLASH):
        return Severity.NORMAL
    deadly = killed is not None and killed.best >= settings.critical_killed and confidence >= settings.critical_confidence
    return Severity.CRITICAL if deadly or (ongoing and kind is Kind.ATTACK) else Severity.HIGH


def _confidence(reports: Sequence[Report]) -> float:
    """The surest source's confidence, and a share of the remaining doubt for each further one."""
    surest: dict[str, float] = {}
    for report in reports:
        surest[report.source] = max(surest.get(report.source, 0.0), report.mention.confidence)
    best, *others = sorted(surest.values(), reverse=True)
    for other in others[:10]:
        best += (1 - best) * _SECOND_SOURCE * other
    return round(min(best, 0.99) if others else best, 3)


def _lately(reports: Sequence[Report], says: Callable[[Mention], bool]) -> bool:
    recent = voices(reports, lambda _: True)[-3:]
    return 2 * sum(says(one.mention) for one in recent) > len(recent)


def _terms(reports: Iterable[Report]) -> tuple[str, ...]:
    votes = Counter(term for report in reports for term in report.mention.terms)
    return tuple(sorted(votes, key=lambda term: (-votes[term], term))[:TERMS])
