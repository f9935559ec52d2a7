"""One text, several incidents: each with its own place, day and toll; and what counts as relevant at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest

from monitor.detect.assess import Knowledge, Policy, assess
from monitor.gazetteer import read_gazetteer
from monitor.model import Article, Assessment, Kind, Mention, Role
from monitor.rules import read_lexicon

TUESDAY = datetime(2026, 5, 5, 14, tzinfo=UTC)


@cache
def knowledge() -> Knowledge:
    return Knowledge(read_lexicon(), read_gazetteer())


def read(text: str, title: str = "", published: datetime | None = TUESDAY) -> Assessment:
    article = Article("https://example.org/a", title, text, "en", published, TUESDAY, "Example", "example")
    return assess(article, knowledge(), Policy(), TUESDAY)


def in_place(assessment: Assessment, name: str) -> Mention:
    return next(each for each in assessment.incidents if each.place is not None and each.place.name == name)


def test_an_earlier_attack_in_a_side_clause_is_an_incident_of_its_own() -> None:
    """What happened "days after" keeps its own place and its own dead."""
    found = read(
        "A car bomb killed nine people outside a courthouse in Quetta on Monday, days after gunmen stormed a school in Karachi and "
        "killed four teachers."
    )
    quetta, karachi = in_place(found, "Quetta"), in_place(found, "Karachi")
    assert quetta.killed is not None
    assert quetta.killed.best == 9
    assert karachi.killed is not None
    assert karachi.killed.best == 4
    assert karachi.role is Role.BACKGROUND


def test_two_attacks_of_one_sentence_are_told_apart_by_place() -> None:
    """Two phrases that stand beside two places are two incidents."""
    found = read("Gunmen shot dead three policemen in Mosul on Monday, police said, and a roadside bomb killed six soldiers in Basra.")
    mosul, basra = in_place(found, "Mosul"), in_place(found, "Basrah")
    assert mosul.killed is not None
    assert basra.killed is not None
    assert (mosul.killed.best, basra.killed.best) == (3, 6)


def test_a_shootout_with_the_suspect_is_not_the_attack() -> None:
    """Those sought for a bombing who fight the police make a clash of its own."""
    found = read(
        "A bomb killed four people at a street fair in Cardiff last Saturday.\n\nThe suspect died in a shootout with police in Newport "
        "on Monday, officials said."
    )
    assert any(each.kind in (Kind.CLASH, Kind.CT_OPERATION) for each in found.incidents)
    assert found.incidents[0].kind is Kind.ATTACK


def test_a_bomb_found_and_made_safe_is_an_attempt() -> None:
    """GTD counts a bomb that was laid but did not go off as an attempted attack."""
    found = read("Police defused a bomb left under a bridge in Belfast on Monday.", "Bomb defused under Belfast bridge")
    assert found.incidents[0].kind is Kind.ATTEMPT


def test_arrests_in_passing_are_no_incident() -> None:
    """A search after the attack is part of its story."""
    found = read(
        "A bomb killed four people at a market in Peshawar on Monday.\n\nSecurity forces sealed the area and began a search operation. "
        "Police later arrested several suspected militants for the bombing."
    )
    assert [each.kind for each in found.incidents] == [Kind.ATTACK]


def test_what_another_attack_is_called_by_opens_an_incident_in_the_background() -> None:
    """ "the Toulouse attack" in a report of an attack in Berlin."""
    found = read(
        "A gunman killed five people at a station in Berlin on Monday, police said.\n\nHe had told friends that he admired the 2012 "
        "Toulouse school attack, in which seven people died."
    )
    assert in_place(found, "Toulouse").role is Role.BACKGROUND


def test_a_background_incident_without_a_place_is_in_the_country_of_the_story() -> None:
    """Where the text does not say where, the country it is about is the best reading."""
    found = read(
        "A car bomb killed nine people in Quetta on Monday.\n\nIn March 2019 gunmen shot dead a judge and two of his guards, police said."
    )
    older = next(each for each in found.incidents if each.role is Role.BACKGROUND)
    assert older.place is not None
    assert older.place.country == "PK"


def test_an_undated_text_counts_from_the_day_it_gives_with_its_weekday() -> None:
    """A full date with the right weekday says when an undated text was written."""
    found = read("A bomb wounded six people in Madrid on Saturday. Police held a man on Monday, May 2, 2016.", published=None)
    when = in_place(found, "Madrid").when
    assert when is not None
    assert when.start == date(2016, 4, 30)


@pytest.mark.parametrize(
    "text",
    [
        "The former mayor was shot to death by unidentified individuals on his way to the office today.",
        "A telephone booth in the south of the city was destroyed by a bomb yesterday, police said.",
        "Five men suspected of killing the candidate in Medellin last Friday will be brought before a judge.",
        "The guerrillas threatened to kill mayors in Ayacucho who do not resign.",
        "The families laid flowers where gunmen killed twelve worshippers in Lahore in 2009.",
    ],
)
def test_any_concrete_attack_or_threat_makes_a_text_relevant(text: str) -> None:
    """However old, and whether or not an alert is due."""
    assert read(text).relevant


@pytest.mark.parametrize(
    "text",
    [
        "Critics attacked the budget in parliament, and the minister came under fire for the deficit.",
        "The film about a murder in an old mansion opens on Friday; its director called the shooting a nightmare.",
        "The number of homes with broadband has exploded over the past year.",
    ],
)
def test_words_of_violence_alone_make_nothing_relevant(text: str) -> None:
    """Weak words without an armed actor are used of much else."""
    assert not read(text).relevant


def test_a_town_not_known_in_the_province_behind_it_is_in_that_province() -> None:
    """ "Medford, Alabama" is none of the towns called Medford that are known; the province is said."""
    found = read("A pipe bomb wounded three people at a bank in Medford, Alabama, on Monday, police said.")
    assert found.incidents[0].place is not None
    assert found.incidents[0].place.admin1 == "Alabama"


def test_what_the_police_did_about_an_attack_leaves_it_an_attack() -> None:
    """ "... before being shot dead by police": the kind is that of the attack."""
    found = read("A militant stabbed four passengers on a train near Hamburg on Monday before being shot dead by police.")
    assert found.incidents[0].kind is Kind.ATTACK


def test_an_undated_text_that_opens_with_a_day_is_of_that_day() -> None:
    """ "GUWAHATI, Feb 2:" in a text that nobody dated: written then, and its attack is fresh."""
    found = read(
        "GUWAHATI, Feb 2: At least 22 people were killed and 90 injured when two landmine blasts ripped through a railway station.",
        "22 killed, 90 injured in Assam twin blasts", published=None,
    )  # fmt: skip
    assert found.alert is not None
    assert found.incidents[0].when is not None
    assert found.incidents[0].when.end == date(2026, 2, 2)


def test_an_officer_killed_on_the_run_is_an_attack_of_its_own() -> None:
    """Those who planted the bomb kill again while they flee; the bombing keeps its own place."""
    found = read(
        "Two bombs exploded at a fair in Cardiff on Saturday, killing four people.\n\nThe brothers killed a police officer in Newport "
        "on Monday while they were on the run, police said."
    )
    assert in_place(found, "Cardiff").role is Role.PRIMARY
    newport = in_place(found, "Newport")
    assert (newport.kind, newport.role) == (Kind.ATTACK, Role.SECONDARY)


def test_a_further_device_that_did_not_go_off_is_an_attempt_beside_the_attack() -> None:
    """One bomb exploded, another was found: two incidents of the same story."""
    found = read(
        "A bomb exploded at a market in Leeds on Monday, wounding nine people, police said.\n\nThe square was cleared.\n\n"
        "Another unexploded bomb was found in a garbage can in Bradford on Tuesday."
    )
    assert found.incidents[0].kind is Kind.ATTACK
    assert [each.role for each in found.incidents if each.kind is Kind.ATTEMPT] == [Role.SECONDARY]


def test_what_the_attackers_would_have_struck_next_is_a_plot() -> None:
    """The next target, told in passing."""
    found = read(
        "A bomb killed four people at a fair in Cardiff on Saturday.\n\nThe suspects planned to attack a stadium in London next, "
        "investigators said."
    )
    london = in_place(found, "London")
    assert (london.kind, london.role) == (Kind.FOILED_PLOT, Role.BACKGROUND)


def test_a_raid_that_seizes_explosives_in_a_named_place_is_an_operation() -> None:
    """Unlike arrests in passing, it has a place of its own."""
    found = read(
        "A bomb killed four people at a shrine in Lahore on Monday.\n\nOn Tuesday police raided a house in Multan and seized explosives "
        "and detonators."
    )
    multan = in_place(found, "Multan")
    assert (multan.kind, multan.role) == (Kind.CT_OPERATION, Role.SECONDARY)


def test_in_a_report_of_a_trial_everything_beside_is_background() -> None:
    """The court recalls the chase together with the attack."""
    found = read(
        "A jury convicted a man on Tuesday of the 2019 bombing in Cardiff that killed four people.\n\nHis brother was killed in a "
        "shootout with police days after the bombing.",
        "Man convicted of Cardiff bombing",
    )
    assert all(each.role is Role.BACKGROUND for each in found.incidents[1:])


def test_warrants_served_in_another_town_are_an_operation_beside_the_attack() -> None:
    """What the police did where, with the day on which they did it."""
    found = read(
        "A bomb killed four people at an arena in Leeds on Monday, police said.\n\nOn Tuesday officers executed warrants in Bradford, "
        "where two men were held."
    )
    bradford = in_place(found, "Bradford")
    assert (bradford.kind, bradford.role) == (Kind.CT_OPERATION, Role.SECONDARY)
