"""Incidents told beside an attack: the officer killed by its authors on the run, the device that did not go off, the next plan.

They belong to the story of the attack and stand among its sentences, but each is an incident of its own (GTD codes each
place and time as one incident; a device that was laid and did not explode is an attempt).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from monitor.detect.hits import EventHit
from monitor.model import Kind


class Side(StrEnum):
    """Which story a phrase belongs to: attacks, operations of the state and intentions are told apart, and so are asides."""

    ATTACK = "attack"
    STATE = "state"
    INTENT = "intent"
    PURSUIT = "pursuit"  # those sought for an attack meet the police
    FLIGHT = "flight"  # those sought for an attack kill again
    DEVICE = "device"  # a further device that did no harm
    PLAN = "plan"  # what they would have attacked next

    RAID = "raid"  # the police search a place for those behind it, or for what they had


ASIDES = frozenset({Side.PURSUIT, Side.FLIGHT, Side.DEVICE, Side.PLAN, Side.RAID})
STRONG = 0.6  # a phrase of this weight reports an event by itself
_FOUGHT = frozenset({Kind.CT_OPERATION, Kind.CLASH})
_WAR = frozenset({"event.ct.strike", "event.ct.state_attack"})  # no suspect is met by an air strike
_PURSUED = re.compile(  # those sought for an attack meet the police: another incident than the attack
    r"\b(?:(?:bombing |attack |shooting |terror )?suspects?|fugitives?|(?:older|younger) brother|brothers"
    r"|manhunt|getaway|on the run|taken into custody|police chase"
    r"|(?:killed|died|wounded) (?:in|during) (?:an? |the |that |this )?(?:\w+ ){0,3}"
    r"(?:shoot-?outs?|fire-?fights?|gun-?(?:fight|battle)s?))\b"
)
_BOMB = re.compile(r"\b(?:bombs?|devices?|explosives?|ieds?|mines?|explode|detonate|go off)\b")
_RAID = re.compile(
    r"\b(?:raid(?:s|ed|ing)?|search(?:es|ed) (?:of )?(?:an? |the |his |her |their |several |two |multiple )?(?:[\w'-]+ ){0,2}"
    r"(?:apartments?|flats?|homes?|houses?|rooms?|units?|building|property|properties|hideouts?)|(?:executed|served) (?:\w+ ){0,2}warrants?"
    r"|(?:found|seized|recovered) (?:[^.;]{0,40} )?(?:explosives?|bomb-?making|detonators|ammunition|weapons)"
    r"|(?:explosives?|detonators|ammunition|weapons) (?:[^.;]{0,60} )?(?:found|seized|recovered))\b"
)
_OFFICER = (
    r"(?:police ?(?:officers?|m[ae]n)|(?:patrol|campus|university|transit|security) (?:police )?(?:officers?|guards?|m[ae]n)|officers?)"
)
_SLAIN = r"(?:kill(?:ed|ing)|murder(?:ed|ing)?|shot|shooting|gunned down|death)"
_FLIGHT = re.compile(
    rf"\b{_SLAIN}\b[^.;,]{{0,60}}\b{_OFFICER}\b|\b{_OFFICER}\b[^.;]{{0,40}}\b(?:killed|murdered|shot dead|shot to death|gunned down)\b"
)
_FLEEING = re.compile(
    r"\b(?:brothers?|suspects?|bombers|flee(?:ing)?|fled|on the run|evad\w+|escap\w+|(?:hours|days) (?:later|after)|manhunt"
    r"|accused of|convicted|charged|counts)\b"
)
_PLAN = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|intend(?:ed|ing)|plott?(?:ed|ing)?|devis(?:ed|ing) a plan|want(?:ed|ing)) "
    r"(?:an? |the |further |more |other )?(?:to (?:[^.;,]{0,40} )?(?:attack|bomb|strike|set off|blow up|target|detonate)"
    r"|(?:attacks?|bombings?) (?:on|in|at)\b)"
)
_FURTHER = re.compile(
    r"\b(?:second|third|fourth|other|another|further|additional|more|also|unexploded|blocks|nearby|backpack|trash|garbage|later"
    r"|elsewhere|two|three|four|five|several)\b"
)


def spans(folded: str) -> tuple[tuple[int, int], ...]:
    """Where a sentence tells of police killed by those who are sought for something else."""
    return tuple(match.span() for match in _FLIGHT.finditer(folded)) if _FLEEING.search(folded) else ()


def of(hits: Sequence[EventHit], folded: str, placed: bool) -> Side | None:
    """The aside a share of a sentence tells, by its strongest phrase; None for none. `placed`: it says where."""
    strongest = max(hits, key=lambda hit: hit.weight)
    if strongest.kind in _FOUGHT and strongest.rule not in _WAR and strongest.weight >= STRONG and _PURSUED.search(folded):
        return Side.PURSUIT
    if strongest.kind is Kind.ATTACK and any(_inside(hit, spans(folded)) for hit in hits):
        return Side.FLIGHT
    if strongest.kind is Kind.ATTEMPT and _BOMB.search(strongest.text.lower()) and _FURTHER.search(folded):
        return Side.DEVICE
    if strongest.kind is Kind.FOILED_PLOT and _PLAN.search(folded):
        return Side.PLAN
    if strongest.kind in (Kind.CT_OPERATION, Kind.FOILED_PLOT) and placed and _RAID.search(folded):
        return Side.RAID
    return None


def apart(hits: Sequence[EventHit], folded: str) -> tuple[tuple[EventHit, ...], tuple[EventHit, ...]]:
    """(the phrases of a flight or of a fight with suspects, all others) of a sentence; the first is empty where it tells of neither."""
    where = spans(folded)
    inside = tuple(hit for hit in hits if _inside(hit, where))
    if not inside and _PURSUED.search(folded):
        inside = tuple(hit for hit in hits if hit.kind is Kind.CLASH and hit.weight >= STRONG)
    return inside, tuple(hit for hit in hits if hit not in inside)


def _inside(hit: EventHit, where: Sequence[tuple[int, int]]) -> bool:
    return any(start < hit.end and hit.start < end for start, end in where)
