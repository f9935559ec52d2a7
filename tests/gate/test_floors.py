"""Floors under the quality of detection, on invented articles: a change that makes it worse shows here.

adversarial.yaml holds texts made to trip the rules, articles.yaml texts of all kinds. The floors lie a little below what
was reached when they were set; raise them when detection gets better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from monitor.detect.assess import Knowledge, Policy, assess
from monitor.gazetteer import read_gazetteer
from monitor.model import Article, Assessment, Mention
from monitor.rules import read_lexicon

HERE = Path(__file__).parent
WRITTEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
COUNTS = ("killed", "injured", "kidnapped")


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its right answers and what detection made of it."""

    id: str
    gold: Mapping[str, object]
    found: Assessment

    @property
    def expected(self) -> tuple[str, ...]:
        """The kinds of alert that are right; none for what is no news."""
        kinds = self.gold["alert"]
        assert isinstance(kinds, list)
        return tuple(kinds)

    @property
    def alert(self) -> str | None:
        """The kind of alert that came."""
        return self.found.alert.kind.value if self.found.alert else None

    @property
    def first(self) -> Mention | None:
        """What the article is mainly about."""
        return self.found.incidents[0] if self.found.incidents else None

    def claims(self) -> set[str]:
        """Who is said to have claimed."""
        stances = (stance for mention in self.found.incidents for stance in mention.stances)
        return {stance.actor for stance in stances if stance.stance.value == "claimed"}

    def count(self, name: str) -> int | None:
        """The best count of the main incident."""
        found = getattr(self.first, name, None)
        return found.best if found else None


def _judged(file: str) -> list[Judged]:
    knowledge = Knowledge(read_lexicon(), read_gazetteer())
    entries = yaml.load((HERE / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
    articles = [
        Article(url="", title=entry["title"], text=entry["text"], language="en", published=WRITTEN, seen=WRITTEN, outlet="", feed="")
        for entry in entries
    ]
    read = [assess(article, knowledge, Policy(), WRITTEN) for article in articles]
    return [Judged(entry["id"], entry, found) for entry, found in zip(entries, read, strict=True)]


@pytest.fixture(scope="module")
def adversarial() -> list[Judged]:
    """The texts made to trip the rules."""
    return _judged("adversarial.yaml")


@pytest.fixture(scope="module")
def everything(adversarial: list[Judged]) -> list[Judged]:
    """All articles."""
    return [*adversarial, *_judged("articles.yaml")]


def test_there_is_enough_to_judge_by(everything: list[Judged]) -> None:
    """At least 160 articles, each with an id of its own, half of them no news."""
    quiet = [one for one in everything if not one.expected]

    assert len({one.id for one in everything}) == len(everything) >= 160
    assert 0.4 < len(quiet) / len(everything) < 0.6


def test_hardly_any_adversarial_alert_is_wrong(adversarial: list[Judged]) -> None:
    """Fewer than eight of a hundred adversarial texts alert wrongly, or fail to."""
    wrong = [one.id for one in adversarial if (one.alert not in one.expected if one.expected else one.alert)]

    assert len(adversarial) >= 100
    assert len(wrong) < 0.08 * len(adversarial), wrong


def test_alerts_are_precise(everything: list[Judged]) -> None:
    """Of a hundred alerts at most three are false."""
    sent = [one for one in everything if one.alert]
    false = [one.id for one in sent if not one.expected]

    assert len(false) <= 0.03 * len(sent), false


def test_attacks_and_claims_are_found(everything: list[Judged]) -> None:
    """Of a hundred attacks, claims and denials at most nine are missed."""
    due = [one for one in everything if one.expected]
    missed = [one.id for one in due if not one.alert]

    assert len(missed) <= 0.09 * len(due), missed


def test_alerts_say_what_kind_of_news_it_is(everything: list[Judged]) -> None:
    """An attack, a claim, a denial, a withdrawal: nineteen of twenty alerts name the right one."""
    sent = [one for one in everything if one.alert and one.expected]
    wrong = [one.id for one in sent if one.alert not in one.expected]

    assert len(wrong) <= 0.05 * len(sent), wrong


def test_counts_are_right(everything: list[Judged]) -> None:
    """Of the counts given in articles that alert, 85 % are read right, and hardly any are made up."""
    sent = [one for one in everything if one.alert and one.expected]
    given = [(one, name) for one in sent for name in COUNTS if name in one.gold]
    wrong = [f"{one.id} {name}: {one.count(name)}" for one, name in given if one.count(name) != one.gold[name]]
    invented = [f"{one.id} {name}" for one in sent for name in COUNTS if name not in one.gold and one.count(name) is not None]

    assert len(wrong) <= 0.15 * len(given), wrong
    assert len(invented) <= 2, invented


def test_countries_are_right(everything: list[Judged]) -> None:
    """The country of 95 % of what alerts is right."""
    placed = [one for one in everything if one.alert and "country" in one.gold]
    wrong = [one.id for one in placed if not one.first or not one.first.place or one.first.place.country != one.gold["country"]]

    assert len(wrong) <= 0.05 * len(placed), wrong


def test_claims_are_put_into_the_right_mouths(everything: list[Judged]) -> None:
    """No claim is put into a mouth that made none, and at most one in ten is missed."""
    claims = [(one, set(_words(one, "claims"))) for one in everything]
    false = [f"{one.id}: {one.claims() - gold}" for one, gold in claims if one.claims() - gold]
    missed = [f"{one.id}: {gold - one.claims()}" for one, gold in claims if gold - one.claims()]

    assert false == []
    assert len(missed) <= 0.1 * sum(len(gold) for _, gold in claims), missed


def test_denials_accusations_and_suspicions_are_found(everything: list[Judged]) -> None:
    """At most one in ten of the other stances is missed."""
    held = {(one.id, f"{s.actor} {s.stance.value}") for one in everything for mention in one.found.incidents for s in mention.stances}
    due = [(one.id, words) for one in everything for words in _words(one, "stances")]

    assert len([each for each in due if each not in held]) <= 0.1 * len(due), [each for each in due if each not in held]


def test_what_is_held_back_says_why(everything: list[Judged]) -> None:
    """Whatever comes near an alert and is none has a reason on record, with the rule that gave it."""
    silent = [one.id for one in everything if one.found.confidence >= 0.2 and not one.alert and not one.found.suppressed]

    assert silent == []


def _words(one: Judged, key: str) -> list[str]:
    value = one.gold.get(key, [])
    assert isinstance(value, list)
    return value
