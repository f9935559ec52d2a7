"""Finds signs that something is no attack, or no new one: anniversaries, trials, drills, sport, metaphors, accidents ...

The rules are lexicon/vetoes.yaml. A veto is only noted here; what it takes away is decided in `score`, because a
memorial in the headline must not hide a fresh bomb in the lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.detect.hits import VetoHit
from monitor.detect.patterns import Entry, EntryReader, Mistake, Mistakes, Triggers, macros_of, rules_of
from monitor.detect.text import Document, Sentence, Zone

KEYS = ("veto", "scope", "where", "weight", "any", "pattern")
SPAN, SENTENCE, DOCUMENT = "span", "sentence", "document"
_ZONES = {
    "title": frozenset({Zone.TITLE}),
    "top": frozenset({Zone.TITLE, Zone.LEAD}),
    "any": frozenset({Zone.TITLE, Zone.LEAD, Zone.BODY}),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    veto: str
    scope: str
    zones: frozenset[Zone]
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class VetoRules:
    """lexicon/vetoes.yaml, compiled."""

    rules: tuple[_Rule, ...]
    triggers: Triggers


def compile_rules(entries: Iterable[Entry]) -> VetoRules:
    """Compile the entries of vetoes.yaml. Raises Mistakes with everything that is wrong."""
    entries = tuple(entries)
    macros = macros_of(entries)
    mistakes: list[Mistake] = []
    rules: list[_Rule] = []
    pieces: list[tuple[str, ...]] = []
    for entry in rules_of(entries):
        reader = EntryReader(entry, KEYS, mistakes)
        pattern = reader.pattern("pattern", macros)
        if pattern is None:
            reader.note("pattern", "a veto needs a pattern")
            continue
        zones = _ZONES[reader.one_of("where", tuple(_ZONES), "any")]
        scope = reader.one_of("scope", (SPAN, SENTENCE, DOCUMENT), SENTENCE)
        rules.append(_Rule(reader.id, reader.text("veto", reader.id), scope, zones, reader.number("weight", 1.0), pattern))
        pieces.append(reader.texts("any"))
    if mistakes:
        raise Mistakes(mistakes)
    return VetoRules(tuple(rules), Triggers(pieces))


def find(document: Document, rules: VetoRules) -> tuple[VetoHit, ...]:
    """All veto signs of the document, in reading order. An untitled text is taken to open with its headline."""
    untitled = not document.title.strip()
    return tuple(
        hit
        for sentence in document.sentences
        for hit in _in_sentence(sentence, Zone.TITLE if untitled and sentence.index == 0 else sentence.zone, rules)
    )


def _in_sentence(sentence: Sentence, zone: Zone, rules: VetoRules) -> list[VetoHit]:
    hits: list[VetoHit] = []
    for rule in (rules.rules[index] for index in rules.triggers.candidates(sentence.folded)):
        if zone not in rule.zones:
            continue
        matches = rule.pattern.finditer(sentence.folded) if rule.scope == SPAN else filter(None, [rule.pattern.search(sentence.folded)])
        quote = sentence.quote()
        for match in matches:
            hits.append(VetoHit(rule.veto, rule.id, sentence.index, match.start(), match.end(), quote, rule.scope, rule.weight))
    return hits
