"""The reference of the lexicon: complete, and its instructions work as written."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from monitor.cli.rulebook import lexicon_page, rules_page
from monitor.detect import actors, vetoes
from monitor.detect.lexicon import Lexicon
from monitor.detect.patterns import MACROS
from monitor.detect.text import Document, read
from monitor.model import Article
from monitor.rules import read_lexicon, shipped_entries

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def _document(text: str) -> Document:
    return read(Article(url="", title="", text=text, language="en", published=NOW, seen=NOW, outlet="", feed=""))


@pytest.fixture(scope="module")
def overlaid(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """The lexicon with the overlay that lexicon.md shows."""
    folder = tmp_path_factory.mktemp("lexicon")
    block = re.search(r"\n((?:    .*\n|\n)*    # lexicon/actors\.yaml\n(?:    .*\n|\n)+)", lexicon_page(shipped_entries()))
    assert block is not None
    for name, text in re.findall(r"# lexicon/(\w+\.yaml)\n(.*?)(?=# lexicon/|\Z)", dedent(block[1]), re.DOTALL):
        (folder / name).write_text(text, encoding="utf-8")
    return read_lexicon(folder)


def test_every_rule_has_one_line() -> None:
    """rules.md names each rule of events, stances, tolls, vetoes and score once."""
    listed = re.findall(r"^\| `([\w.]+)` \|", rules_page(shipped_entries()), re.MULTILINE)
    rules = [
        str(entry["id"]) for stem in ("events", "stances", "tolls", "vetoes", "score") for entry in shipped_entries()[stem]
        if entry["id"] not in (MACROS, "gate")
    ]  # fmt: skip

    assert listed == rules
    assert len(set(rules)) == len(rules)


def test_the_reference_counts_the_actors() -> None:
    """lexicon.md says how many groups are known, and shows the families of claimants."""
    page = lexicon_page(shipped_entries())
    groups = re.search(r"(\d+) groups in (\d+) families", page)

    assert groups is not None
    assert int(groups[1]) >= 250
    assert "| Baloch Liberation Army | Majeed Brigade |" in page


def test_the_overlay_of_the_reference_adds_an_actor_and_removes_one(overlaid: Lexicon) -> None:
    """What lexicon.md tells an analyst to write does what it says."""
    found = actors.find(_document("The River Front claimed the attack on the ferry."), overlaid.actors)
    gone = actors.find(_document("The TTP Hakimullah Mehsud group claimed the attack."), overlaid.actors)

    assert [hit.actor for hit in found] == ["river_front"]
    assert "ttp_hakimullah_group" not in [hit.actor for hit in gone]


def test_the_overlay_of_the_reference_adds_a_veto(overlaid: Lexicon) -> None:
    """The festival's mock battle is set aside, by the id the analyst gave."""
    hits = vetoes.find(_document("Knights storm the bridge in the festival battle"), overlaid.vetoes)

    assert "own.festival" in [hit.rule for hit in hits]
