"""Does a text report or recall at least one concrete attack, of whatever age? A lower bar than an alert's.

Missing one costs more than reading one in vain, so the base is set where 95 of 100 relevant texts of the development
set pass; the values are in lexicon/score.yaml, fitted by logistic regression on that set.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from monitor.detect.evidence import SUBJECTS, Evidence
from monitor.detect.hits import Aspect, EventHit
from monitor.detect.score import ScoreRules, effective_weight
from monitor.detect.text import Zone
from monitor.model import Kind, Part

PLAY = SUBJECTS - {"trial", "anniversary"}  # subjects that leave the attack itself unreal
TOLD = (Aspect.FACT, Aspect.HISTORICAL)
PLAIN = 0.45  # below this a phrase ("attack", "murder") is used of much else
ATTACKS = frozenset({Kind.ATTACK, Kind.ATTEMPT, Kind.UNCLEAR})


def parts(evidence: Evidence, rules: ScoreRules) -> tuple[Part, ...]:
    """What speaks for relevance, by name; their sum is in log odds, and a text is relevant from 0."""
    told = [hit for hit in evidence.events if hit.aspect in TOLD]
    attacks = [hit for hit in told if hit.kind in ATTACKS]
    threat = any(hit.kind is Kind.THREAT for hit in told)
    if not attacks and not threat and not any(hit.kind is Kind.CLASH for hit in told):
        return ()
    value = rules.values
    strongest = max((effective_weight(hit, evidence, rules) for hit in attacks), default=0.0)
    said = _said(attacks, evidence)
    found = [Part("relevance.base", value["relevance.base"]), Part("relevance.event", value["relevance.event"] * strongest)]
    found += [Part(name, value[name]) for name, holds in (*said.items(), ("relevance.threat", threat)) if holds]
    return tuple(found)


def relevant(evidence: Evidence, rules: ScoreRules) -> bool:
    """Is at least one concrete attack by a non-state or unknown side reported or recalled?"""
    found = parts(evidence, rules)
    return bool(found) and math.fsum(part.value for part in found) >= 0


def _plain(hit: EventHit) -> bool:
    return hit.weight < PLAIN or hit.kind is Kind.UNCLEAR or not hit.attack_types


def _said(attacks: Sequence[EventHit], evidence: Evidence) -> Mapping[str, bool]:
    within = {hit.sentence for hit in attacks}
    return {
        "relevance.top": any(evidence.document.sentences[index].zone is not Zone.BODY for index in within),
        "relevance.assassination": any("assassination" in hit.attack_types for hit in attacks),
        "relevance.time": any(hit.sentence in within for hit in evidence.times),
        "relevance.place": any(hit.sentence in within for hit in evidence.places),
        "relevance.target": any(hit.targets for hit in attacks),
        "relevance.toll": any(hit.range.best for hit in evidence.tolls),
        "relevance.bare": not evidence.actors and all(_plain(hit) for hit in attacks),
        "relevance.subject": any(veto is not None and veto.veto in PLAY for veto in (evidence.document_veto(), evidence.throughout())),
    }
