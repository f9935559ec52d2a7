"""Who stands where towards an incident: stances held, who claims, who is accused, who denies, whether it is contested.

Parent and child groups are one claimant (one `family`). An incident is contested (domain notes; GTD's compclaim) when
two unrelated groups claim it, when one claims it and an unrelated one is accused, or when the leading actor's part is
denied, withdrawn or doubted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.incidents.nearness import claim_led
from monitor.model import By, HeldStance, Report, Role, Stance, StanceKind

_DOUBTS = frozenset({StanceKind.DENIED, StanceKind.RETRACTED, StanceKind.DISPUTED})
_BLAME = frozenset({StanceKind.ACCUSED, StanceKind.SUSPECTED})


@dataclass(frozen=True, slots=True)
class Standing:
    """The stances of an incident and what follows from them."""

    stances: tuple[HeldStance, ...]
    claimed_by: tuple[str, ...]
    accused: tuple[str, ...]
    denied_by: tuple[str, ...]
    rivals: tuple[str, ...]  # the families that make it contested, sorted; empty when it is not

    @property
    def contested(self) -> bool:
        return bool(self.rivals)


def family_of(stance: Stance) -> str:
    """The claimant that a stance counts for."""
    return stance.family or stance.actor


def standing(reports: Sequence[Report]) -> Standing:
    """What the reports, oldest first, say together."""
    held = held_stances(reports)
    return Standing(
        stances=held,
        claimed_by=_actors(reports, claimants(held), frozenset({StanceKind.CLAIMED})),
        accused=_actors(reports, _blamed(held), _BLAME),
        denied_by=_actors(reports, _families(held, StanceKind.DENIED), frozenset({StanceKind.DENIED})),
        rivals=rivals(held),
    )


def held_stances(reports: Sequence[Report]) -> tuple[HeldStance, ...]:
    """One per family and kind of stance: the earliest report that says so, and how many sources do."""
    first: dict[tuple[str, StanceKind], tuple[Report, Stance]] = {}
    sources: dict[tuple[str, StanceKind], set[str]] = {}
    for report in reports:
        for stance in report.mention.stances:
            key = (family_of(stance), stance.stance)
            if key not in first or (_formula(first[key][1]) and not _formula(stance)):
                first[key] = (report, stance)
            sources.setdefault(key, set()).add(report.source)
    return tuple(HeldStance(stance, report.article, report.outlet, report.at, len(sources[key])) for key, (report, stance) in first.items())


def _formula(stance: Stance) -> bool:
    """Is it the outlet's own "could not be verified"? That doubts nothing in particular; a third party's doubt does."""
    return stance.stance is StanceKind.DISPUTED and stance.by is By.MEDIA


def claimants(held: Iterable[HeldStance]) -> list[str]:
    """Families with a claim of record that they have not withdrawn, first claim first."""
    held = list(held)
    withdrawn = set(_families(held, StanceKind.RETRACTED))
    return [family for family in _families(held, StanceKind.CLAIMED) if family not in withdrawn]


def _families(held: Iterable[HeldStance], kind: StanceKind) -> list[str]:
    return [family_of(one.stance) for one in held if one.stance.stance is kind and one.stance.of_record]


def _blamed(held: Iterable[HeldStance]) -> list[str]:
    named = (one for one in held if one.stance.stance in _BLAME and not one.stance.actor.startswith("generic:"))
    return list(dict.fromkeys(family_of(one.stance) for one in named))


def _actors(reports: Sequence[Report], families: Iterable[str], kinds: frozenset[StanceKind]) -> tuple[str, ...]:
    """The most specific actor of each family: a child named by most sources, else the family itself."""
    wanted = list(families)
    votes: dict[str, Counter[str]] = {family: Counter() for family in wanted}
    seen: set[tuple[str, str]] = set()
    for report in reports:
        for stance in report.mention.stances:
            family = family_of(stance)
            if stance.stance in kinds and family in votes and (report.source, stance.actor) not in seen:
                seen.add((report.source, stance.actor))
                votes[family][stance.actor] += 1
    return tuple(_most_specific(family, votes[family]) for family in wanted)


def _most_specific(family: str, votes: Counter[str]) -> str:
    children = [actor for actor in votes if actor != family]
    return min(children, key=lambda actor: (-votes[actor], actor)) if children else family


def rivals(held: Iterable[HeldStance]) -> tuple[str, ...]:
    """The families between which an incident is contested, sorted; empty when it is not.

    A suspicion contests nothing, and neither does a state accused of standing behind a claimant: both can be true.
    """
    held = list(held)
    claiming = claimants(held)
    accused = [one for one in _families(held, StanceKind.ACCUSED) if one not in claiming]
    involved: set[str] = set()
    if len(claiming) > 1:
        involved.update(claiming)
    if claiming and accused:
        involved.update((*claiming, *accused))
    doubts = [one.stance for one in held if one.stance.stance in _DOUBTS and one.stance.of_record and not _formula(one.stance)]
    doubted = set(map(family_of, doubts))
    leaders = _families(held, StanceKind.CLAIMED) or [one for one in _blamed(held) if not one.startswith("state:")]
    involved.update(doubted & set(leaders))
    return tuple(sorted(involved))


def no_claim_as_of(reports: Sequence[Report], claimed: bool) -> datetime | None:
    """When it was last said that nobody has claimed; None once somebody has."""
    if claimed:
        return None
    said = [one.at for one in reports if one.mention.no_claim and one.mention.role is not Role.BACKGROUND and not claim_led(one.mention)]
    return max(said, default=None)
