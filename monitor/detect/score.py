"""How likely is it that a telling reports a new attack? A sum of named parts, squeezed into 0 to 1.

The weights are lexicon/score.yaml; every part that counted is returned, so that `explain` and `show` can print the sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.detect.asides import STRONG
from monitor.detect.evidence import Evidence
from monitor.detect.grouping import Telling
from monitor.detect.hits import Aspect, Count, EventHit, Naming
from monitor.detect.patterns import Entry, EntryReader, Mistake, Mistakes
from monitor.detect.text import Zone
from monitor.model import Kind, Part, StanceKind

HARD = 0.8  # a softer veto ("hunt", "fears") leaves a headline alone that itself reports an attack
ESCAPE = 0.5  # what a phrase must weigh, vetoes of its sentence off, to report afresh
FAINT = 0.2  # a phrase that vetoes left less than this shows nothing
BODY_SHARE = 0.65  # what a phrase below the lead counts for
ATTACK_KINDS = frozenset({Kind.ATTACK, Kind.ATTEMPT, Kind.UNCLEAR})
CLAIM_KINDS = frozenset({StanceKind.CLAIMED, StanceKind.DENIED, StanceKind.RETRACTED, StanceKind.DISPUTED})
KEYS = ("value",)
PARTS = (
    "base", "event", "support", "title", "lead", "body_only", "toll", "actor", "target", "place", "time", "claim", "blame",
    "no_claim", "dimmed", "document_veto", "known_only", *(f"relevance.{name}" for name in (
        "base", "event", "top", "assassination", "time", "place", "target", "toll", "bare", "subject", "threat",
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """lexicon/score.yaml: the value of each part, by its name without "score."."""

    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Score:
    """The sum (log odds), its logistic value, and the parts behind it."""

    odds: float
    value: float
    parts: tuple[Part, ...]
    best: EventHit | None  # the strongest phrase left
    reports: bool  # a phrase reports the event, rather than referring to it
    escapes: bool  # the lead reports it afresh, whatever the headline says


def compile_rules(entries: Iterable[Entry]) -> ScoreRules:
    """Compile the entries of score.yaml. Raises Mistakes with everything that is wrong or missing."""
    mistakes: list[Mistake] = []
    values: dict[str, float] = {}
    for entry in entries:
        reader = EntryReader(entry, KEYS, mistakes)
        name = reader.id.removeprefix("score.")
        if name not in PARTS:
            reader.note("id", f"{reader.id!r} is no part of the score", f"one of: {', '.join(PARTS)}")
        values[name] = reader.number("value", 0.0)
    mistakes += [Mistake("score", "", f"score.{name} is missing") for name in PARTS if name not in values]
    if mistakes:
        raise Mistakes(mistakes)
    return ScoreRules(values)


def effective_weight(hit: EventHit, evidence: Evidence, rules: ScoreRules) -> float:
    """A phrase's weight after the vetoes of its sentence."""
    veto = evidence.sentence_veto(hit.sentence)
    return hit.weight * (1 - rules.values["dimmed"] * veto.weight) if veto else hit.weight


def counted(telling: Telling) -> list[EventHit]:
    """The phrases that count: facts, and in memories also what is told as past."""
    wanted = (Aspect.FACT, Aspect.HISTORICAL) if telling.past else (Aspect.FACT,)
    return [hit for hit in telling.hits if hit.aspect in wanted]


def score(telling: Telling, kind: Kind, evidence: Evidence, rules: ScoreRules, known: frozenset[str]) -> Score:
    """Add up the evidence that a telling is of its `kind`; `known` are the rules that only refer to an event."""
    hits = [hit for hit in counted(telling) if hit.kind is kind or {hit.kind, kind} <= ATTACK_KINDS]
    if not hits:
        return Score(-9.0, 0.0, (), None, False, False)
    weights = {id(hit): effective_weight(hit, evidence, rules) for hit in hits}
    best = max(hits, key=lambda hit: (weights[id(hit)] * _reach(hit, evidence), -hit.sentence))
    reports = any(hit.rule not in known and weights[id(hit)] >= 0.3 for hit in hits)
    value = rules.values
    parts = [
        Part("base", value["base"]),
        Part("event", value["event"] * weights[id(best)] * _reach(best, evidence), f"{best.text!r} ({best.rule})"),
        Part("support", value["support"] * max(0, min(3, len({hit.rule for hit in hits if weights[id(hit)] >= 0.3}) - 1))),
        _zone_part(telling, hits, weights, evidence, value),
        *_context_parts(telling, evidence, value),
    ]
    if not reports:
        parts.append(Part("known_only", value["known_only"]))
    escapes = _escapes(hits, weights, evidence, known)
    veto = evidence.document_veto()
    if veto is not None and not escapes:
        parts.append(Part("document_veto", value["document_veto"] * veto.weight, f"{veto.veto} ({veto.rule})"))
    parts = [part for part in parts if part.value]
    odds = sum(part.value for part in parts)
    return Score(odds, round(1 / (1 + math.exp(-odds)), 4), tuple(parts), best, reports, escapes)


def _reach(hit: EventHit, evidence: Evidence) -> float:
    return BODY_SHARE if evidence.document.sentences[hit.sentence].zone is Zone.BODY else 1.0


def _zone_part(telling: Telling, hits: list[EventHit], weights: dict[int, float], evidence: Evidence, value: Mapping[str, float]) -> Part:
    """Weak phrases ("attack") in the title count in part: titles use them of budgets, too. A claim is a strong one."""
    strongest = dict.fromkeys(Zone, 0.0)
    claims = [hit.sentence for hit in evidence.stances if hit.stance.stance is not StanceKind.MENTIONED]
    for sentence in (*claims, *(hit.sentence for hit in evidence.no_claims)):
        if sentence in telling.sentences:
            strongest[evidence.document.sentences[sentence].zone] = 1.0
    for hit in hits:
        zone = evidence.document.sentences[hit.sentence].zone
        if weights[id(hit)] >= FAINT:
            strongest[zone] = max(strongest[zone], min(1.0, weights[id(hit)] / STRONG))
    total = value["title"] * strongest[Zone.TITLE] + value["lead"] * strongest[Zone.LEAD]
    if not total:
        return Part("body_only", value["body_only"])
    where = [zone.value for zone in (Zone.TITLE, Zone.LEAD) if strongest[zone]]
    return Part(where[0], total, "in " + " and ".join(where))


def _context_parts(telling: Telling, evidence: Evidence, value: Mapping[str, float]) -> list[Part]:
    told = set(telling.sentences)
    event_sentences = {hit.sentence for hit in telling.hits}
    actors = (Naming.GROUP, Naming.GENERIC, Naming.SELF_NAMED)
    held = [hit.stance for hit in evidence.stances if hit.sentence in told]
    stances = {stance.stance for stance in held if stance.of_record or stance.stance is not StanceKind.DISPUTED}
    acting = any(hit.initiated_by == "nonstate" for hit in telling.hits)
    named = any(hit.sentence in event_sentences and hit.naming in actors for hit in evidence.actors)
    counts = [hit for hit in evidence.tolls if hit.sentence in told and hit.what is not Count.PERPETRATORS_KILLED]
    checks = (
        ("toll", any(hit.range.best for hit in counts)),
        ("actor", acting or named),
        ("target", any(hit.targets for hit in telling.hits)),
        ("place", bool(telling.places)),
        ("time", bool(telling.days) and not telling.past),
        ("claim", bool(stances & CLAIM_KINDS)),
        ("blame", bool(stances & {StanceKind.ACCUSED, StanceKind.SUSPECTED})),
        ("no_claim", any(hit.sentence in told for hit in evidence.no_claims)),
    )
    return [Part(name, value[name]) for name, holds in checks if holds]


def _escapes(hits: list[EventHit], weights: dict[int, float], evidence: Evidence, known: frozenset[str]) -> bool:
    """Does the lead itself report a fresh event? Then a veto on the headline does not reach it."""
    titled = bool(evidence.document.title.strip())
    hard = [veto for veto in evidence.vetoes if veto.scope == "document" and (veto.weight >= HARD or veto.sentence or not titled)]
    vetoed = {veto.sentence for veto in hard}
    opening = next((sentence.index for sentence in evidence.document.sentences if sentence.zone is not Zone.TITLE), 0)
    dated = {hit.sentence for hit in evidence.times if hit.when and not hit.historical} | {opening, 0}
    if evidence.throughout() is not None:
        return False
    return any(
        hit.rule not in known
        and hit.aspect is Aspect.FACT
        and hit.kind in ATTACK_KINDS
        and weights[id(hit)] >= ESCAPE
        and hit.sentence in dated - vetoed
        and evidence.document.sentences[hit.sentence].zone is not Zone.BODY
        for hit in hits
    )
