"""Vetoes: what looks like an attack and is none, or is no news."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

import pytest
import yaml

from monitor.detect import vetoes
from monitor.detect.patterns import Mistakes
from monitor.detect.text import read
from monitor.detect.vetoes import VetoRules
from monitor.model import Article

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@cache
def rules() -> VetoRules:
    return vetoes.compile_rules(yaml.safe_load((files("monitor") / "lexicon" / "vetoes.yaml").read_text("utf-8")))


def classes(title: str, text: str = "") -> set[str]:
    article = Article("https://paper.example/1", title, text, "en", None, NOW, "Paper", "paper")
    return {hit.veto for hit in vetoes.find(read(article), rules())}


@pytest.mark.parametrize(
    ("title", "veto"),
    [
        ("Town marks fifth anniversary of market bombing", "anniversary"),
        ("Court jails three over harbour bombing", "trial"),
        ("Police arrest suspected bomber in Darwaz", "arrest"),
        ("Airport holds mock drill with staged hijacking", "drill"),
        ("New film retells hotel siege", "film"),
        ("Striker's late attack sinks Rovers in cup", "sport"),
        ("Al Shabab attack too strong for Al Nasr", "sport"),
        ("Late bomb of a shot from thirty metres settles derby", "sport"),
        ("Rovers beat Town City 3-1 as bomb scare clears", "sport"),
        ("Senator dies of heart attack", "metaphor"),
        ("Opposition in scathing attack on budget", "metaphor"),
        ("Hackers behind online attack on bank", "cyber"),
        ("Bomb cyclone batters the coast", "weather"),
        ("Gas cylinder blast kills two in bakery", "accident"),
        ("Man kills his wife over land dispute", "crime"),
        ("Air strike kills commander in the hills", "air_strike"),
        ("Attacks fell 12 percent last year, says annual report", "statistics"),
        ("Opinion: why the insurgency endures", "opinion"),
        ("School cleared after bomb hoax", "hoax"),
        ("Timeline: major attacks on trains", "history"),
        ("Shark attack shuts beach", "animal"),
        ("Government condemns hotel attack", "followup"),
        ("Travel advisory issued after bombings", "advisory"),
    ],
)
def test_classes_of_look_alikes(title: str, veto: str) -> None:
    """Each class of false alarm is recognised by its own signs."""
    assert veto in classes(title)


def test_a_plain_report_carries_no_veto() -> None:
    """An ordinary attack report is touched by nothing."""
    assert (
        classes("Bomb kills six at bus station in Darwaz", "A bomb exploded at the bus station of Darwaz on Monday, killing six.") == set()
    )


def test_headline_signs_count_in_the_headline_only() -> None:
    """A word that marks a follow-up in a headline says nothing in the last paragraph."""
    article = Article("", "Bomb kills six", "A bomb killed six people. " * 30 + "He hopes for talks.", "en", None, NOW, "", "")
    assert all(hit.scope != "document" for hit in vetoes.find(read(article), rules()))


def test_a_veto_carries_its_rule_and_its_quote() -> None:
    """Whoever asks why gets the rule and the sentence."""
    hit = next(hit for hit in vetoes.find(read(Article("", "Senator dies of heart attack", "", "en", None, NOW, "", "")), rules()))
    assert hit.rule.startswith("veto.")
    assert hit.quote.text == "Senator dies of heart attack"
    assert hit.scope == "span"


def test_broken_rules_are_refused() -> None:
    """A rule without a pattern and a scope that does not exist are mistakes."""
    with pytest.raises(Mistakes):
        vetoes.compile_rules([{"id": "veto.x", "veto": "x", "scope": "chapter"}])


def test_every_rule_has_its_own_id() -> None:
    """Ids are unique, so that a suppression names one rule."""
    names = [rule.id for rule in rules().rules]
    assert len(names) == len(set(names))
