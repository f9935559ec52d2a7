"""Linking by wording: long memory, differences, and what no likeness of wording may join."""

from __future__ import annotations

import pytest

from monitor.incidents.replay import Replayer
from monitor.incidents.settings import IncidentSettings
from monitor.linking import read_weights
from monitor.model import Finding, PlacePrecision, Quote, Reason, Role

SHOOTING = (
    "Amal Qasim, 34, and Tovah Lindgren were shot dead outside the Blue Heron cafe on Cedar Street on Monday night, police said. "
    "Witnesses saw Brannock Vey run from the Heron. Captain Osric Pell said Qasim had owed Vey money."
)
VERDICT = (
    "Brannock Vey was found guilty on Thursday of killing Amal Qasim, 34, and Tovah Lindgren at the Blue Heron cafe. "
    "Captain Osric Pell told the jury how Vey fled along Cedar Street."
)
OTHERS = (
    "Odile Marchetti, 52, was stabbed in Harbour Lane on Friday, said Sergeant Ruven Aske.",
    "A bus belonging to Kestrel Tours burned in Millgate; the driver, Pavo Sund, escaped.",
    "Ines Calder, 19, of Stonebridge, was found dead near the Orchard Mill on Sunday.",
)


@pytest.fixture
def replayer():
    """An empty memory with the shipped weights."""
    return Replayer(IncidentSettings(wording=read_weights()))


def put(place, sentence):
    """The finding that proves a place."""
    return {"place": place, "findings": (Finding("place", Quote(0, len(sentence), sentence)),)}


def test_a_verdict_two_years_on_finds_the_shooting(feed, mention, replayer):
    """Names alone lead back, although the day told is that of the verdict and the town was misread."""
    first = feed(replayer, 0, mention(), text=SHOOTING)
    for hours, text in enumerate(OTHERS, start=30):
        feed(replayer, hours, mention("Southford", day=11 + hours - 30), text=text)
    late = feed(replayer, 24 * 500, mention("Eastport", day=510), text=VERDICT, title="Vey guilty", alert=None)
    assert late.primary == first.primary
    names = {part.name for part in replayer.index.incidents[first.primary].reports[-1].decision.parts}
    assert {"base", "names", "rare", "gap", "place"} <= names


def test_the_same_story_without_weights_stays_apart(feed, mention):
    """Where no weights are given, wording is not compared."""
    replayer = Replayer()
    first = feed(replayer, 0, mention(), text=SHOOTING)
    late = feed(replayer, 24 * 500, mention("Eastport", day=510), text=VERDICT, title="Vey guilty")
    assert late.primary != first.primary


def test_three_cities_hit_on_one_day_by_one_group_are_three(feed, mention, place, replayer):
    """The same group, spokesman and officials in each report do not join three towns that each report clearly names."""
    told = "The Lantern Front set off bombs, said its spokesman Idris Vane. Halvard Ost and Mika Roon condemned the Lantern Front."
    names = set()
    for hours, town in enumerate(("Northford", "Southford", "Eastport")):
        there = f"A bomb hit a police post in {town} on Monday."
        names.add(feed(replayer, hours, mention(**put(place(town), there)), text=f"{there} {told}", title=f"Bomb in {town}").primary)
    assert len(names) == 3


def test_a_town_hit_again_in_a_season_is_two(feed, mention, place, replayer):
    """Five weeks apart, the same town, group, spokesman and governor are two attacks: two fresh reports of two days."""
    there = "A bomb at a police post in Northford"
    first, second = (
        feed(replayer, hours, mention(day=day, **put(place("Northford"), there)), title="Bomb kills six", text=f"{there} {rest}")
        for hours, day, rest in (
            (0, 10, "on March 10 killed six. The Lantern Front claimed it, said Idris Vane. Governor Halvard Ost saw the Aldgate post."),
            (
                24 * 36,
                46,
                "on April 15 killed six. Idris Vane of the Lantern Front claimed it. Halvard Ost spoke at Saint Ives.",
            ),
        )
    )
    assert first.primary != second.primary
    assert [change.reason for change in second.alerts] == [Reason.NEW_ATTACK]


def test_different_details_keep_like_stories_apart(feed, mention, replayer):
    """One police spokesman tells of two shootings of a week: other ages, streets and times make them two."""
    text = "Officer Corwin Tate said a man, {}, was shot at {} p.m. on {} Street in Northford on {}. Tate asked for help."
    one = feed(replayer, 0, mention(None), text=text.format(23, "8:15", "Mill", "March 9"), title="Man shot")
    two = feed(replayer, 24 * 6, mention(None, day=16), text=text.format(47, "2:30", "Vine", "March 15"), title="Man shot")
    assert one.primary != two.primary


def test_undated_items_of_one_capital_stay_apart(feed, mention, place, replayer):
    """Short texts without a date that share a country, its people and a ministry tell of different events."""
    country = place("Land XX", PlacePrecision.COUNTRY)
    texts = (
        "Gunmen seized two engineers in Land, the Interior Ministry said.",
        "A rocket hit a hotel in Land, the Interior Ministry said.",
    )
    kinds = (("kidnapping",), ("bombing",))
    made = [
        feed(replayer, n, mention(None, day=None, place=country, killed=None, attack_types=kinds[n], targets=()), text=texts[n],
             title=texts[n], published=None, alert=None)
        for n in (0, 1)
    ]  # fmt: skip
    assert made[0].primary is None or made[0].primary != made[1].primary


def test_what_an_article_recalls_does_not_get_its_names(feed, mention, replayer):
    """The names of a text belong to what it is about: a recalled attack in it is not found by them."""
    first = feed(replayer, 0, mention(), text=SHOOTING)
    recalled = mention("Southford", day=None, role=Role.BACKGROUND)
    both = feed(replayer, 24 * 60, mention("Eastport", day=70, killed=3), recalled, text=OTHERS[0], title="Stabbing")
    assert first.primary not in both.incidents


def test_rival_claimants_never_split(feed, mention, stance, replayer):
    """Two reports of one attack with different claimants are one incident by wording too."""
    one = feed(replayer, 0, mention(stances=(stance(),)), text=SHOOTING)
    two = feed(replayer, 5, mention(stances=(stance("blue_star"),)), text=VERDICT.replace("Thursday", "Monday"))
    assert one.primary == two.primary
