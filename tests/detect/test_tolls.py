from datetime import UTC, datetime
from importlib import resources

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect import tolls
from monitor.detect.hits import Count
from monitor.detect.patterns import Mistakes
from monitor.detect.text import Document, read
from monitor.model import Article, Range

NOW = datetime(2031, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> tolls.TollRules:
    """The shipped rules."""
    text = (resources.files("monitor") / "lexicon" / "tolls.yaml").read_text(encoding="utf-8")
    return tolls.compile_rules(yaml.safe_load(text))


def document(text: str, title: str = "") -> Document:
    return read(Article("https://example.org/a", title, text, "en", NOW, NOW, "Example", "example"))


def settled(rules: tolls.TollRules, text: str, title: str = "") -> tolls.Tolls:
    made = document(text, title)
    return tolls.settle(made, tolls.find(made, rules), [each.index for each in made.sentences])


def exact(count: int) -> Range:
    return Range(count, count, count)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A bomb exploded in the bazaar, killing 12 people.", exact(12)),
        ("At least 12 worshippers were killed in the blast.", Range(12, 12, None)),
        ("Gunmen shot dead three policemen near the bridge.", exact(3)),
        ("Two soldiers embraced martyrdom in the ambush.", exact(2)),
        ("Two soldiers were martyred when a mine went off.", exact(2)),
        ("A policeman was gunned down on his way home.", exact(1)),
        ("The raid left twenty-three villagers dead.", exact(23)),
        ("The explosion claimed the lives of nine miners' guards.", exact(9)),
        ("The attack killed four guards and a driver.", exact(5)),
        ("Three guards and two clerks were killed in the assault.", exact(5)),
        ("Dozens of people were killed in the market.", Range(24, 24, None)),
        ("Nearly 50 people died in the bombing.", Range(45, 50, 50)),
        ("Between the stalls 60 to 61 cadets were killed.", Range(60, 60, 61)),
        ("The blast killed more than 1,200 people.", Range(1200, 1200, None)),
        ("The death toll rose to 61 on Tuesday, doctors said.", exact(61)),
        ("The shooting resulted in the deaths of two nurses.", exact(2)),
        ("Rauf Examplar was shot dead outside his office.", exact(1)),
    ],
)
def test_killed(rules: tolls.TollRules, text: str, count: Range) -> None:
    """Each way of saying how many died gives that count."""
    assert settled(rules, text).killed == count


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("Bomb kills 12 in Examplabad", exact(12)),
        ("12 killed in Examplabad blast", exact(12)),
        ("Raid leaves 3 dead", exact(3)),
        ("Six shot dead in village", exact(6)),
        ("Two guards, three clerks die in hotel siege", exact(5)),
        ("Blast kills policeman", exact(1)),
        ("Judge gunned down in Examplabad", exact(1)),
        ("Toll in bus bombing rises to 41", exact(41)),
    ],
)
def test_headlines(rules: tolls.TollRules, title: str, count: Range) -> None:
    """Headlines leave words out and are understood."""
    assert settled(rules, "", title).killed == count


@pytest.mark.parametrize(
    "text",
    [
        "About 700 cadets were in the academy when the attack began.",
        "The 35-year-old was known to the police.",
        "The bomb weighed 50 kilograms and destroyed 12 vehicles.",
        "The group threatened to kill two hostages on Friday.",
        "The plot could have killed 200 people, the minister said.",
        "The insurgency has killed 4,000 people since 2009.",
        "Attacks that have killed more than 400 people were blamed on the group.",
        "Hundreds mourn the loss of the student killed on Monday.",
        "The swimmer, 77, believed killed by a shark, lived nearby.",
        "Police arrested nine suspects in the killing.",
        "It was the worst attack in 2006, witnesses said.",
        "The convoy was attacked on Sept. 11 and again on 12 May.",
    ],
)
def test_numbers_of_other_things(rules: tolls.TollRules, text: str) -> None:
    """People present, ages, weights, dates, threats and sums over years are no tolls."""
    assert settled(rules, text).killed is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The blast wounded 30 people.", exact(30)),
        ("Five people were killed and 30 wounded.", exact(30)),
        ("A car bomb killed five people and injured at least 30 others.", Range(30, 30, None)),
        ("Four clerks were killed and another was injured.", exact(1)),
        ("Some 20 pupils suffered burns in the attack.", Range(18, 20, 22)),
        ("Scores were injured.", Range(40, 40, None)),
        ("No one was injured.", exact(0)),
    ],
)
def test_injured(rules: tolls.TollRules, text: str, count: Range) -> None:
    """The injured are counted apart from the dead."""
    assert settled(rules, text).injured == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gunmen kidnapped 20 schoolgirls from the hostel.", exact(20)),
        ("Three engineers were abducted on the road.", exact(3)),
        ("Militants took 14 passengers hostage.", exact(14)),
        ("Gunmen abducted a doctor on Sunday.", exact(1)),
    ],
)
def test_kidnapped(rules: tolls.TollRules, text: str, count: Range) -> None:
    """The kidnapped are counted."""
    assert settled(rules, text).kidnapped == count


def test_perpetrators_are_counted_apart(rules: tolls.TollRules) -> None:
    """Dead attackers are not among the victims."""
    found = settled(rules, "The bombing killed six guards. Troops later killed three attackers.")
    assert (found.killed, found.perpetrators_killed) == (exact(6), exact(3))


def test_raid_on_militants_kills_perpetrators(rules: tolls.TollRules) -> None:
    """Militants killed in a raid are perpetrators."""
    found = settled(rules, "Seventeen militants were killed in the operation, the army said.")
    assert (found.killed, found.perpetrators_killed) == (None, exact(17))


def test_including_never_adds(rules: tolls.TollRules) -> None:
    """A part inside a count changes nothing."""
    assert settled(rules, "The blast killed 12 people, including three children, and wounded 20.").killed == exact(12)


def test_breakdown_is_not_added(rules: tolls.TollRules) -> None:
    """Five people, three of one kind and two of another, are five."""
    assert settled(rules, "The blast killed five people, three soldiers and two clerks.").killed == exact(5)


def test_another_adds(rules: tolls.TollRules) -> None:
    """What is said to come on top does."""
    found = settled(rules, "A bomb killed four soldiers at the gate. Another two soldiers were killed when help arrived.")
    assert found.killed == exact(6)


def test_total_beats_parts(rules: tolls.TollRules) -> None:
    """A toll that rose replaces the first count."""
    found = settled(rules, "A blast killed 20 people on Monday. The death toll has risen to 24, doctors said.")
    assert found.killed == exact(24)


def test_revised_toll_may_fall(rules: tolls.TollRules) -> None:
    """A revision downwards is the total as well."""
    assert settled(rules, "The death toll was revised from 103 to 84.").killed == exact(84)


def test_title_and_lead_make_a_range(rules: tolls.TollRules) -> None:
    """Where title and lead differ, the range holds both and the larger is best."""
    found = settled(rules, "A car bomb killed 22 guardsmen on Sunday, police said.", "Bomber kills 21 guardsmen")
    assert found.killed == Range(21, 22, 22)


def test_recalled_counts_give_way(rules: tolls.TollRules) -> None:
    """A count of an earlier attack is used only when there is no other."""
    text = "A blast killed two guards on Monday, a year after a similar attack killed 40 people."
    assert settled(rules, text).killed == exact(2)


def test_only_the_group_counts(rules: tolls.TollRules) -> None:
    """Sentences outside the group do not matter."""
    made = document("A blast killed two guards.\n\nElsewhere a mine killed nine soldiers.")
    assert tolls.settle(made, tolls.find(made, rules), [1]).killed == exact(9)


def test_official_source_and_quote(rules: tolls.TollRules) -> None:
    """A count that police give is official, and its sentence is quoted."""
    found = settled(rules, "A mine killed nine soldiers, police said.")
    assert found.official
    assert found.quotes[0].field == "killed"
    assert found.quotes[0].quote.text == "A mine killed nine soldiers, police said."


def test_joint_figure_is_marked(rules: tolls.TollRules) -> None:
    """One figure for separate attacks says so."""
    made = document("Ten people were killed in two separate attacks.")
    assert [hit.joint for hit in tolls.find(made, rules)] == [True]


def test_capitals(rules: tolls.TollRules) -> None:
    """Text in capitals is read like any other."""
    assert settled(rules, "THREE SOLDIERS WERE KILLED AND SEVEN OTHERS WERE WOUNDED NEAR THE BRIDGE.").injured == exact(7)


def test_no_casualties_is_nought(rules: tolls.TollRules) -> None:
    """Saying that nobody was harmed is a count of nought."""
    found = settled(rules, "Two rockets landed in a field. No casualties were reported.")
    assert (found.killed, found.injured) == (exact(0), exact(0))


def test_self_blown_bomber_is_one(rules: tolls.TollRules) -> None:
    """One bomber who blew himself up is one dead perpetrator."""
    assert settled(rules, "A suicide bomber blew himself up at the gate.").perpetrators_killed == exact(1)


def test_wrong_entries_are_all_reported() -> None:
    """Every mistake of the entries is named at once."""
    with pytest.raises(Mistakes) as caught:
        tolls.compile_rules(
            [{"id": "a", "what": "kiled", "pattern": "x"}, {"id": "b", "what": "killed"}, {"id": "c", "pattern": "(", "shap": "none"}]
        )
    assert {each.entry for each in caught.value.mistakes} == {"a", "b", "c"}


@given(st.text(alphabet='abn 12,.killed-woundtwenty aos"', max_size=300))
def test_any_text_is_survived(text: str) -> None:
    """No text makes the reading fail, and every hit lies in its sentence."""
    made = document(text)
    shipped = tolls.compile_rules(yaml.safe_load((resources.files("monitor") / "lexicon" / "tolls.yaml").read_text(encoding="utf-8"))[:3])
    for hit in tolls.find(made, shipped):
        assert 0 <= hit.start < hit.end <= len(made.sentences[hit.sentence].text)
        assert isinstance(hit.what, Count)
