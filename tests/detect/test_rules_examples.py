"""Every rule of the lexicon proves itself: its own example fires it, its counterexample does not.

A rule is tried alone (with its file's macros), so that no other rule can stand in for it. An example is read as a
headline and as a text; one of the two must fire the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache

import pytest

from monitor.detect import actors, events, stances, tolls, vetoes
from monitor.detect.lexicon import Lexicon
from monitor.detect.masks import mask
from monitor.detect.patterns import MACROS, Entry
from monitor.detect.text import Document, read
from monitor.model import Article
from monitor.rules import read_lexicon, shipped_entries

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
PROBE = {"id": "event.probe", "any": ["attack"], "pattern": r"\battack(?:ed|s|ing)?\b", "kind": "attack", "weight": 0.5}
RULES = [
    pytest.param(stem, entry, id=str(entry["id"]))
    for stem in ("events", "stances", "tolls", "vetoes")
    for entry in shipped_entries()[stem]
    if entry["id"] != MACROS and "gate" not in entry
]


@cache
def _lexicon() -> Lexicon:
    return read_lexicon()


@cache
def _macros(stem: str) -> Entry:
    return next((entry for entry in shipped_entries()[stem] if entry["id"] == MACROS), {"id": MACROS})


def _readings(example: str) -> tuple[Document, Document]:
    def article(title: str, text: str) -> Document:
        return read(Article(url="", title=title, text=text, language="en", published=NOW, seen=NOW, outlet="", feed=""))

    return article(example, ""), article("", example)


def _event_fires(document: Document, entry: Entry) -> bool:
    probe = [] if "pattern" in entry and "aspect" not in entry else [PROBE]
    rules = events.compile_rules([_macros("events"), entry, *probe])
    hits = events.find(document, rules, actors.find(document, _lexicon().actors))
    if "aspect" in entry:
        return any(hit.aspect == entry["aspect"] for hit in hits)
    if "target" in entry:
        return any(entry["target"] in hit.targets for hit in hits)
    return any(hit.rule == entry["id"] for hit in hits)


def _stance_fires(document: Document, entry: Entry) -> bool:
    rules = stances.compile_rules([_macros("stances"), entry])
    named = actors.find(document, _lexicon().actors)
    if entry["family"] == "via":
        return any(pattern.search(sentence.folded) for _, pattern in rules.channels for sentence in document.sentences)
    if entry["family"] == "nonresp":
        pattern = rules.rules[0].pattern
        by_sentence = [[hit for hit in named if hit.sentence == sentence.index] for sentence in document.sentences]
        return any(pattern.search(mask(sentence, own, None).text) for sentence, own in zip(document.sentences, by_sentence, strict=True))
    held, silent = stances.find(document, named, rules)
    return bool(held) or bool(silent)


def _toll_fires(document: Document, entry: Entry) -> bool:
    return bool(tolls.find(document, tolls.compile_rules([_macros("tolls"), entry])))


def _veto_fires(document: Document, entry: Entry) -> bool:
    return bool(vetoes.find(document, vetoes.compile_rules([_macros("vetoes"), entry])))


FIRES: Mapping[str, Callable[[Document, Entry], bool]] = {
    "events": _event_fires,
    "stances": _stance_fires,
    "tolls": _toll_fires,
    "vetoes": _veto_fires,
}


@pytest.mark.parametrize(("stem", "entry"), RULES)
def test_the_example_of_a_rule_fires_it_and_the_counterexample_does_not(stem: str, entry: Entry) -> None:
    """Each rule carries one sentence that it reads, and may carry one that must not fool it."""
    example = entry.get("example")
    assert isinstance(example, str), "the rule has no example"
    assert any(FIRES[stem](document, entry) for document in _readings(example)), example
    counter = entry.get("counterexample")
    if counter is not None:
        assert isinstance(counter, str)
        assert not any(FIRES[stem](document, entry) for document in _readings(counter)), counter


@pytest.mark.parametrize(("stem", "entry"), RULES)
def test_every_rule_says_what_it_means(stem: str, entry: Entry) -> None:
    """The reference has a line of meaning for each rule."""
    assert isinstance(entry.get("why"), str), f"{stem}: {entry['id']} has no `why`"
