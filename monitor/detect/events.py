"""Finds words and phrases that tell of violence: attacks, attempts, raids by the state, clashes, plots, threats.

The rules are lexicon/events.yaml. They see a sentence whose names of armed groups have been replaced by runs of one
sign, so that "militants" and "Jaish-e-X" are the same subject; the replacement keeps all offsets. Where two phrases
overlap, the weightier stands and takes over what the other one knows of weapons and types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.detect.hits import ActorHit, Aspect, EventHit, Naming, NoClaimHit, StanceHit
from monitor.detect.patterns import Entry, EntryReader, Mistake, Mistakes, Triggers, macros_of, rules_of
from monitor.detect.targets import TargetWords
from monitor.detect.text import Document, Sentence
from monitor.model import Kind, StanceKind

STANCE_RULE = "event.stance"
STANCE_WEIGHT = 0.5  # who claims or denies an attack speaks of one, whatever word he uses for it
GROUP_SIGN = "ǂ"
EVENT_KEYS = ("any", "pattern", "kind", "weight", "known", "attack_types", "weapons", "suicide", "ongoing", "act_by")
ASPECT_KEYS = ("aspect", "pattern", "reach", "after", "clause")
TARGET_KEYS = ("target", "words")
ATTACK_TYPES = frozenset({
    "assassination", "armed_assault", "bombing", "hijacking", "hostage_barricade", "kidnapping", "facility_attack", "unarmed_assault",
    "unknown",
})  # fmt: skip
PER_RULE = 4  # matches of one rule in one sentence; more say nothing new
_INTENDED = frozenset({Kind.FOILED_PLOT, Kind.THREAT, Kind.CT_OPERATION})  # of these, only the past is worth telling apart
_SPEAKING = frozenset({StanceKind.CLAIMED, StanceKind.DENIED, StanceKind.RETRACTED, StanceKind.DISPUTED})
_CLAUSE_END = re.compile(r"[;:.]\s|\bbut\b|\bwhile\b")


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    pattern: re.Pattern[str]
    kind: Kind
    weight: float
    known: bool
    attack_types: tuple[str, ...]
    weapons: tuple[str, ...]
    suicide: bool
    ongoing: bool
    act_by: str


@dataclass(frozen=True, slots=True)
class _AspectRule:
    aspect: Aspect
    pattern: re.Pattern[str]
    reach: int
    after: int
    clause: bool


@dataclass(frozen=True, slots=True)
class EventRules:
    """lexicon/events.yaml, compiled. `known` holds the rules that refer to an event rather than reporting it."""

    rules: tuple[_Rule, ...]
    triggers: Triggers
    gate: Triggers
    aspects: tuple[_AspectRule, ...]
    targets: TargetWords
    known: frozenset[str]

    def opens(self, folded: str) -> bool:
        """Does the text hold any word worth a closer look? One cheap pass."""
        return bool(self.gate.candidates(folded))


def compile_rules(entries: Iterable[Entry]) -> EventRules:
    """Compile the entries of events.yaml. Raises Mistakes with everything that is wrong."""
    entries = tuple(entries)
    macros = macros_of(entries)
    mistakes: list[Mistake] = []
    rules: list[_Rule] = []
    pieces: list[tuple[str, ...]] = []
    aspects: list[_AspectRule] = []
    targets: list[tuple[str, tuple[str, ...]]] = []
    gate: list[str] = []
    for entry in rules_of(entries):
        if "aspect" in entry:
            aspects += _aspect(EntryReader(entry, ASPECT_KEYS, mistakes), macros)
        elif "gate" in entry:
            gate += EntryReader(entry, ("gate",), mistakes).texts("gate")
        elif "target" in entry:
            reader = EntryReader(entry, TARGET_KEYS, mistakes)
            targets.append((reader.text("target"), reader.texts("words")))
        else:
            reader = EntryReader(entry, EVENT_KEYS, mistakes)
            pieces.append(reader.texts("any"))
            rules.append(_event(reader, macros))
    if mistakes:
        raise Mistakes(mistakes)
    known = frozenset(rule.id for rule in rules if rule.known) | {STANCE_RULE}
    return EventRules(tuple(rules), Triggers(pieces), Triggers([gate]), tuple(aspects), TargetWords(targets), known)


def find(document: Document, rules: EventRules, actors: Sequence[ActorHit] = ()) -> tuple[EventHit, ...]:
    """All events named in the document, in reading order; `actors` lets named groups act as subjects."""
    groups: dict[int, list[ActorHit]] = {}
    for actor in actors:
        if actor.naming in (Naming.GROUP, Naming.SELF_NAMED, Naming.STATE_LABEL):
            groups.setdefault(actor.sentence, []).append(actor)
    hits: list[EventHit] = []
    for sentence in document.sentences:
        hits += _in_sentence(sentence, groups.get(sentence.index, []), rules)
    return tuple(hits)


def implied(stances: Sequence[StanceHit], no_claims: Sequence[NoClaimHit]) -> tuple[EventHit, ...]:
    """The events that claims, denials and "nobody has claimed it" speak of, in sentences that may not name them otherwise."""
    spoken = [(hit.sentence, hit.start, hit.end, hit.stance.quote.text) for hit in stances if hit.stance.stance in _SPEAKING]
    spoken += [(hit.sentence, 0, len(hit.quote.text), hit.quote.text) for hit in no_claims]
    return tuple(EventHit(sentence, start, end, text, STANCE_RULE, Kind.ATTACK, STANCE_WEIGHT) for sentence, start, end, text in spoken)


def _event(reader: EntryReader, macros: dict[str, str]) -> _Rule:
    pattern = reader.pattern("pattern", macros)
    if pattern is None:
        reader.note("pattern", "an event needs a pattern")
    for kind in reader.texts("attack_types"):
        if kind not in ATTACK_TYPES:
            reader.note("attack_types", f"{kind!r} is no attack type", f"one of: {', '.join(sorted(ATTACK_TYPES))}")
    weight = reader.number("weight", 0.5)
    if not 0 < weight <= 1:
        reader.note("weight", "weight must be above 0 and at most 1")
    return _Rule(
        reader.id, pattern or re.compile("(?!)"), Kind(reader.one_of("kind", tuple(Kind), Kind.ATTACK)), weight, reader.flag("known"),
        reader.texts("attack_types"), reader.texts("weapons"), reader.flag("suicide"), reader.flag("ongoing"),
        reader.one_of("act_by", ("state", "nonstate")),
    )  # fmt: skip


def _aspect(reader: EntryReader, macros: dict[str, str]) -> list[_AspectRule]:
    pattern = reader.pattern("pattern", macros)
    aspect = reader.one_of("aspect", tuple(Aspect), Aspect.FACT)
    reach, after = int(reader.number("reach", 0)), int(reader.number("after", 0))
    return [_AspectRule(Aspect(aspect), pattern, reach, after, reader.flag("clause"))] if pattern else []


def _in_sentence(sentence: Sentence, groups: Sequence[ActorHit], rules: EventRules) -> list[EventHit]:
    candidates = rules.triggers.candidates(sentence.folded)
    if not candidates:
        return []
    text = _with_group_signs(sentence.folded, groups)
    found: list[EventHit] = []
    for rule in (rules.rules[index] for index in candidates):
        for count, match in enumerate(rule.pattern.finditer(text)):
            if count == PER_RULE:
                break
            found.append(_hit(sentence, text, rule, match, rules))
    standing = _settle_overlaps(found)
    if not standing:
        return []
    targets, words = rules.targets.find(text)
    return [replace(hit, targets=targets, target_words=words) for hit in standing]


def _with_group_signs(folded: str, groups: Sequence[ActorHit]) -> str:
    for group in groups:
        folded = folded[: group.start] + GROUP_SIGN * (group.end - group.start) + folded[group.end :]
    return folded


def _hit(sentence: Sentence, text: str, rule: _Rule, match: re.Match[str], rules: EventRules) -> EventHit:
    start, end = match.span()
    return EventHit(
        sentence.index, start, end, sentence.text[start:end], rule.id, rule.kind, rule.weight, rule.attack_types, rule.weapons,
        suicide=rule.suicide, ongoing=rule.ongoing, initiated_by=rule.act_by, aspect=_aspect_of(text, start, end, rule, rules.aspects),
    )  # fmt: skip


def _aspect_of(text: str, start: int, end: int, rule: _Rule, aspects: Sequence[_AspectRule]) -> Aspect:
    for each in aspects:
        if rule.kind in _INTENDED and each.aspect is not Aspect.HISTORICAL:
            continue
        if each.reach and each.pattern.search(_before(text, start, each)):
            return each.aspect
        if each.after and each.pattern.search(text[start : end + each.after]):
            return each.aspect
    return Aspect.FACT


def _before(text: str, start: int, each: _AspectRule) -> str:
    window = text[max(0, start - each.reach) : start]
    ends = [match.end() for match in _CLAUSE_END.finditer(window)]
    window = window[ends[-1] :] if ends else window
    return window[window.rfind(",") + 1 :] if each.clause else window


def _settle_overlaps(found: list[EventHit]) -> list[EventHit]:
    standing: list[EventHit] = []
    for hit in sorted(found, key=lambda each: (-each.weight, each.start, each.rule)):
        over = next((index for index, other in enumerate(standing) if hit.start < other.end and other.start < hit.end), None)
        if over is None:
            standing.append(hit)
        elif standing[over].kind in (hit.kind, Kind.ATTACK) and hit.kind in (Kind.ATTACK, Kind.UNCLEAR):
            standing[over] = _enriched(standing[over], hit)
    return sorted(standing, key=lambda each: each.start)


def _enriched(hit: EventHit, other: EventHit) -> EventHit:
    return replace(
        hit,
        attack_types=tuple(dict.fromkeys(hit.attack_types + other.attack_types)),
        weapons=tuple(dict.fromkeys(hit.weapons + other.weapons)),
        suicide=hit.suicide or other.suicide,
        ongoing=hit.ongoing or other.ongoing,
        initiated_by=hit.initiated_by or other.initiated_by,
    )
