"""Events: what reporters say when something violent happened, and how they speak of it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

import pytest
import yaml

from monitor.detect import events
from monitor.detect.events import EventRules
from monitor.detect.hits import ActorHit, Aspect, EventHit, Naming
from monitor.detect.patterns import Mistakes
from monitor.detect.text import read
from monitor.model import Article, Kind

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@cache
def rules() -> EventRules:
    return events.compile_rules(yaml.safe_load((files("monitor") / "lexicon" / "events.yaml").read_text("utf-8")))


def found(text: str, title: str = "", actors: tuple[ActorHit, ...] = ()) -> tuple[EventHit, ...]:
    article = Article("https://paper.example/1", title, text, "en", None, NOW, "Paper", "paper")
    return events.find(read(article), rules(), actors)


def best(text: str) -> EventHit:
    return max(found(text), key=lambda hit: hit.weight)


@pytest.mark.parametrize(
    ("text", "attack_type"),
    [
        ("A bomb went off in a vegetable market in Darwaz, killing four shoppers.", "bombing"),
        ("Suicide bomber kills nine at Darwaz shrine", "bombing"),
        ("Two soldiers died when their jeep hit a landmine near Darwaz.", "bombing"),
        ("A roadside device struck a water tanker outside Darwaz.", "bombing"),
        ("Attackers hurled a grenade at a polling station.", "bombing"),
        ("Rockets slammed into the airport of Darwaz overnight.", "bombing"),
        ("A drone dropped explosives on a police post.", "bombing"),
        ("Gunmen opened fire on a bus carrying miners.", "armed_assault"),
        ("Rebels stormed the village before dawn.", "armed_assault"),
        ("The mayor of Darwaz was assassinated outside his home.", "assassination"),
        ("Armed men abducted three engineers from a dam site.", "kidnapping"),
        ("Six men hijacked a bus with 30 passengers aboard.", "hijacking"),
        ("Four hooded men torched the village school, an arson attack that burned down the school library.", "facility_attack"),
        ("A van ploughed into a crowd of pedestrians in Darwaz.", "armed_assault"),
        ("The school siege entered its second day.", "hostage_barricade"),
    ],
)
def test_kinds_of_attack_are_recognised(text: str, attack_type: str) -> None:
    """Each way of attacking gives an attack with its GTD type."""
    hits = [hit for hit in found(text) if hit.kind is Kind.ATTACK]
    assert any(attack_type in hit.attack_types for hit in hits), hits


def test_capitals_and_typographic_dashes_change_nothing() -> None:
    """A headline in capitals with a long dash reads like any other."""
    assert best("CAR–BOMB EXPLODES OUTSIDE DARWAZ COURTHOUSE, 3 DEAD").kind is Kind.ATTACK


def test_state_forces_killing_militants_is_an_operation() -> None:
    """Who acts matters: the same verb is an operation when the army is its subject."""
    assert best("Security forces killed seven militants in the hills of Darwaz on Monday.").kind is Kind.CT_OPERATION
    assert best("Militants killed seven soldiers in the hills of Darwaz on Monday.").kind is Kind.ATTACK


def test_passive_with_its_agent_is_an_attack() -> None:
    """'Shot dead by gunmen' names the side that acted."""
    hit = best("Three traders were shot dead by unidentified gunmen.")
    assert (hit.kind, hit.initiated_by) == (Kind.ATTACK, "nonstate")


def test_victims_in_uniform_do_not_make_an_operation() -> None:
    """'Soldiers were killed when rebels blew up ...' is no operation of the soldiers."""
    assert all(hit.kind is not Kind.CT_OPERATION for hit in found("Five soldiers were killed when rebels blew up their post."))


def test_a_named_group_acts_like_militants_do() -> None:
    """A group found before is a subject, whatever its name is made of."""
    text = "The Darwaz Lions ambushed a convoy."
    lions = ActorHit("named:darwaz-lions", "Darwaz Lions", "Darwaz Lions", 0, 4, 16, Naming.GROUP, "named:darwaz-lions")
    assert any(hit.initiated_by == "nonstate" for hit in found(text, actors=(lions,)))
    assert not any(hit.initiated_by == "nonstate" for hit in found(text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Heavy clashes between the two sides raged through the night.", Kind.CLASH),
        ("Police foiled a plot to bomb the stadium.", Kind.FOILED_PLOT),
        ("The group threatened to kill the two drivers.", Kind.THREAT),
        ("The parcel bomb was found by a clerk and failed to explode.", Kind.ATTEMPT),
        ("A loud explosion puzzled the town.", Kind.UNCLEAR),
    ],
)
def test_other_kinds_are_told_apart(text: str, kind: Kind) -> None:
    """Clashes, plots, threats, failed attempts and unexplained blasts have kinds of their own."""
    assert kind in {hit.kind for hit in found(text)}


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("The rebels could carry out a suicide bombing, he said.", Aspect.HYPOTHETICAL),
        ("They are planning a suicide bombing.", Aspect.FUTURE),
        ("It was not a suicide bombing.", Aspect.NEGATED),
        ("The town has seen a suicide bombing two years ago.", Aspect.HISTORICAL),
        ("The town has seen a suicide bombing.", Aspect.FACT),
    ],
)
def test_how_the_text_speaks_of_it(text: str, aspect: Aspect) -> None:
    """What may happen, will happen, did not happen or happened long ago is marked as such."""
    assert {hit.aspect for hit in found(text)} == {aspect}


def test_negation_of_something_else_leaves_the_event_alone() -> None:
    """'No one was hurt in the grenade attack' still reports the attack."""
    assert best("No one was hurt in the grenade attack on the post.").aspect is Aspect.FACT


def test_targets_leave_out_those_who_speak() -> None:
    """Police who are attacked are a target; police who say so are not."""
    assert "police" in best("A bomb exploded near a police van.").targets
    assert "police" not in best("A bomb exploded near a mosque, police said.").targets
    assert "religious_figures_institutions" in best("A bomb exploded near a mosque, police said.").targets


def test_overlapping_phrases_become_one_hit_with_the_knowledge_of_both() -> None:
    """The weightier phrase stands and takes over weapons and types of the other."""
    hits = found("A suicide car bomb struck the gate.")
    assert len(hits) == 1
    assert hits[0].suicide
    assert "explosives" in hits[0].weapons


def test_offsets_point_into_the_sentence() -> None:
    """A hit's offsets cut out exactly its text."""
    text = "Officials spoke. A bomb exploded in Darwaz."
    for hit in found(text):
        sentence = read(Article("", "", text, "en", None, NOW, "", "")).sentences[hit.sentence]
        assert sentence.text[hit.start : hit.end] == hit.text


def test_the_gate_lets_ordinary_news_go() -> None:
    """A text without any word of violence is not read closely; one with a trigger is."""
    assert not rules().opens("the council voted on parking fees and a new library")
    assert rules().opens("a bomb exploded near the library")


def test_all_mistakes_of_a_lexicon_are_reported_at_once() -> None:
    """A wrong kind, an unknown key and a broken pattern are all named."""
    bad = [{"id": "a", "pattern": "(", "kind": "atack"}, {"id": "b", "patern": "x"}]
    with pytest.raises(Mistakes) as caught:
        events.compile_rules(bad)
    assert {mistake.entry for mistake in caught.value.mistakes} == {"a", "b"}
    assert len(caught.value.mistakes) >= 3


def test_long_hostile_sentences_cost_little() -> None:
    """Patterns are bounded: a sentence of trigger words takes no noticeable time."""
    import time

    text = "gunmen who were reportedly " * 400 + "bomb attack killed by suicide " * 200
    begun = time.perf_counter()
    found(text)
    assert time.perf_counter() - begun < 2.0
