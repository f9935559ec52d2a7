"""Whole stories through matching, merging and changes, as a stream of documents."""

from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.incidents.replay import Read, Replayer, short_id
from monitor.model import Assessment, By, Kind, PlacePrecision, Range, Reason, Role, StanceKind, Suppressed, TimeBasis, TimePrecision


def keys(replayed):
    return [change.key for change in replayed.alerts]


def test_three_outlets_and_a_reprint_are_one_incident_and_one_alert(feed, mention):
    """One bombing told by three outlets and copied by a fourth alerts once; the copy is no further source."""
    replayer = Replayer()
    first = feed(replayer, 0, mention(), source="a")
    others = [
        feed(replayer, 1, mention(), source="b"),
        feed(replayer, 2, mention(killed=7), source="c"),
        feed(replayer, 3, mention(), source="a"),
    ]
    assert keys(first) == ["new_attack"]
    assert [(one.primary, keys(one)) for one in others] == [(first.primary, [])] * 3
    assert replayer.index.incidents[first.primary].independent_sources == 3


def test_a_toll_alerts_when_it_has_grown_enough(feed, mention):
    """Small steps are silent until together they exceed three dead since people were last told."""
    replayer = Replayer()
    told = [keys(feed(replayer, hour, mention(killed=killed))) for hour, killed in enumerate((6, 7, 8, 9, 9, 12))]
    assert told == [["new_attack"], [], [], ["toll:9"], [], ["toll:12"]]


def test_an_official_lower_toll_is_a_correction(feed, mention):
    """An authority's lower figure corrects what people were told; a straggler's lower figure does not."""
    replayer = Replayer()
    feed(replayer, 0, mention(killed=30))
    straggler = feed(replayer, 1, mention(killed=20))
    official = feed(replayer, 20, mention(killed=22, official=True))
    assert keys(straggler) == []
    assert keys(official) == ["corrected:killed:22"]
    assert official.alerts[0].before == "30 killed"


def test_a_claim_a_day_later_is_news_about_the_same_incident(feed, mention, on, stance):
    """A claim without a date of its own attaches to yesterday's attack and is told once."""
    replayer = Replayer()
    first = feed(replayer, 0, mention())
    claim = mention(when=on(11, TimeBasis.PUBLISHED), stances=(stance(),))
    told = feed(replayer, 24, claim, title="Red Hand says it bombed police post", alert=Reason.NEW_CLAIM)
    again = feed(replayer, 26, claim, title="Red Hand behind bombing", alert=Reason.NEW_CLAIM)
    assert told.primary == again.primary == first.primary
    assert keys(told) == ["new_claim:red_hand"]
    assert keys(again) == []


def test_a_rival_claim_contests_the_incident_and_never_splits_it(feed, mention, stance):
    """Another group's claim of the same attack attaches and is told as contested, once."""
    replayer = Replayer()
    first = feed(replayer, 0, mention(stances=(stance(),)))
    rival = feed(replayer, 20, mention(stances=(stance("blue_star"),)))
    assert rival.primary == first.primary
    assert keys(first) == ["new_attack"]
    assert keys(rival) == ["contested:blue_star|red_hand"]
    assert keys(feed(replayer, 21, mention(stances=(stance("blue_star"), stance())))) == []
    assert replayer.index.incidents[first.primary].claimed_by == ("red_hand", "blue_star")


def test_an_official_blaming_another_group_contests_a_claim(feed, mention, stance):
    """A claim against an accusation of an unrelated group is contested; a child group's accusation is not."""
    replayer = Replayer()
    feed(replayer, 0, mention(stances=(stance(),)))
    child = feed(replayer, 5, mention(stances=(stance("red_hand_north", StanceKind.ACCUSED, By.AUTHORITY, family="red_hand"),)))
    other = feed(replayer, 6, mention(stances=(stance("green_flag", StanceKind.ACCUSED, By.AUTHORITY),)))
    assert keys(child) == []
    assert keys(other) == ["contested:green_flag|red_hand"]


def test_a_denial_is_told_as_a_denial_alone(feed, mention, stance):
    """The denial of the accused group is one alert, although it contests the incident too."""
    replayer = Replayer()
    feed(replayer, 0, mention(stances=(stance("red_hand", StanceKind.ACCUSED, By.AUTHORITY),)))
    denial = feed(replayer, 9, mention(stances=(stance("red_hand", StanceKind.DENIED),)), alert=Reason.DENIED)
    assert keys(denial) == ["denied:red_hand"]
    assert replayer.index.incidents[denial.primary].contested


def test_a_withdrawn_claim_leaves_the_claimants(feed, mention, stance):
    """A retraction is told and removes the group from claimed_by."""
    replayer = Replayer()
    feed(replayer, 0, mention(stances=(stance(),)))
    taken_back = feed(replayer, 30, mention(stances=(stance(kind=StanceKind.RETRACTED),)), alert=Reason.RETRACTED)
    assert keys(taken_back) == ["retracted:red_hand"]
    assert replayer.index.incidents[taken_back.primary].claimed_by == ()


def test_two_towns_on_one_day_are_two_incidents(feed, mention):
    """Bombings in two towns of one province on one day alert separately."""
    replayer = Replayer()
    north, south = feed(replayer, 0, mention("Northford")), feed(replayer, 1, mention("Southford"))
    assert north.primary != south.primary
    assert keys(north) == keys(south) == ["new_attack"]


def test_one_town_hit_twice_in_a_season_is_two_incidents(feed, mention, stance):
    """The same town, group, target and toll five weeks later is another attack."""
    replayer = Replayer()
    first = feed(replayer, 0, mention(stances=(stance(start=2000),)))
    second = feed(replayer, 24 * 36, mention(day=46, stances=(stance(start=2000),)))
    assert first.primary != second.primary
    assert keys(second) == ["new_attack"]


def test_two_kinds_of_attack_in_one_town_on_one_day_are_two_incidents(feed, mention):
    """A shooting and a bombing of different targets in one town on one day are not merged for the town's sake."""
    replayer = Replayer()
    bomb = feed(replayer, 0, mention())
    shots = feed(
        replayer, 2, mention(killed=1, attack_types=("armed_assault",), targets=("private_citizens",)), title="Gunmen shoot trader dead"
    )
    assert bomb.primary != shots.primary


def test_an_anniversary_neither_merges_into_today_nor_alerts(feed, mention, on):
    """A recollection by year or by an old date never joins a fresh attack in the same town, opens nothing and alerts nobody."""
    replayer = Replayer()
    fresh = feed(replayer, 0, mention())
    by_year = mention(role=Role.BACKGROUND, when=on(-1800, precision=TimePrecision.YEAR), killed=40)
    by_day = mention(role=Role.BACKGROUND, when=on(-354), killed=40)
    undated = mention(role=Role.BACKGROUND, day=None, killed=40)
    for hours, told in enumerate((by_year, by_day, undated), start=1):
        assert feed(replayer, hours, told, title="City remembers bombing", alert=None).incidents == ()
    assert replayer.index.incidents[fresh.primary].killed.best == 6


def test_an_anniversary_of_an_attack_on_file_attaches_silently(feed, mention):
    """A year later the story finds its incident by the date it tells, changes nothing and alerts nobody."""
    replayer = Replayer()
    first = feed(replayer, 0, mention())
    later = feed(replayer, 24 * 365, mention(role=Role.BACKGROUND, killed=9), title="A year after the post was bombed", alert=None)
    assert later.primary == first.primary
    assert keys(later) == []
    assert replayer.index.incidents[first.primary].killed.best == 6


def test_what_detection_calls_a_trial_opens_nothing_and_changes_no_fact(mention, article):
    """A trial story dated by its hearing opens nothing and does not join an attack of that day; by the attack's day it attaches."""
    replayer = Replayer()

    def trial(hours, **told):
        judged = Assessment("en", True, (mention(killed=9, **told),), None, (Suppressed("trial", None),))
        return replayer.take(Read(f"trial {hours}", article("Two sentenced for bombing", hours), judged)).primary

    assert trial(0) is None
    fresh = replayer.take(Read("fresh", article(hours=1), Assessment("en", True, (mention(),))))
    assert trial(2) is None
    assert trial(24 * 20) == fresh.primary
    assert replayer.index.incidents[fresh.primary].killed.best == 6


def test_a_trial_months_later_alerts_nobody(feed, mention):
    """A primary story about an old attack is not news, even with a higher toll and a call to alert."""
    replayer = Replayer()
    feed(replayer, 0, mention())
    assert keys(feed(replayer, 24 * 60, mention(killed=20), title="Two on trial for bombing")) == []


def test_a_late_claim_finds_the_unique_attack(feed, mention, on, place, stance):
    """ "Claimed the bombing in the province that killed two" attaches to the one attack of the last days that fits."""
    replayer = Replayer()
    feed(replayer, 0, mention("Southford", killed=15, attack_types=("armed_assault",), targets=("military",)))
    fitting = feed(replayer, 1, mention("Northford", killed=2))
    claim = mention(None, killed=2, place=place("Highland", PlacePrecision.ADMIN1), when=on(15, TimeBasis.GUESSED), stances=(stance(),))
    told = feed(replayer, 24 * 5, claim, title="Red Hand claims weekend bombing", alert=Reason.NEW_CLAIM)
    assert told.primary == fitting.primary
    assert keys(told) == ["new_claim:red_hand"]


def test_a_claim_dated_by_its_own_day_finds_the_attack_of_days_ago(feed, mention, stance):
    """A claim made "on Friday" of Monday's attack is no attack of Friday's; with another toll it may be one."""
    replayer = Replayer()
    attack = feed(replayer, 0, mention(killed=6))
    friday = {"day": 14, "stances": (stance(),)}
    told = feed(replayer, 96, mention(killed=6, **friday), title="Red Hand claims Northford bombing", alert=Reason.NEW_CLAIM)
    fresh = feed(replayer, 97, mention(killed=2, **friday), title="Red Hand claims new bombing")
    assert told.primary == attack.primary
    assert fresh.primary != attack.primary


def test_an_ambiguous_late_claim_opens_its_own_and_lists_the_possible_ones(feed, mention, on, place, stance):
    """Where two attacks fit a claim equally, neither gets it; both are listed as possible."""
    replayer = Replayer()
    north = feed(replayer, 0, mention("Northford", killed=2))
    south = feed(replayer, 1, mention("Southford", killed=2))
    claim = mention(None, killed=2, place=place("Highland", PlacePrecision.ADMIN1), when=on(16, TimeBasis.GUESSED), stances=(stance(),))
    told = feed(replayer, 24 * 6, claim, title="Red Hand claims bombing", alert=Reason.NEW_CLAIM)
    decision = replayer.index.incidents[told.primary].reports[0].decision
    assert told.primary not in (north.primary, south.primary)
    assert {name for name, _ in decision.near_misses} == {north.primary, south.primary}
    assert keys(told) == ["new_claim:red_hand"]


def test_a_late_claim_without_any_attack_opens_a_guessed_one(feed, mention, on, stance):
    """A claim of an attack nobody reported opens an incident whose date is marked guessed."""
    replayer = Replayer()
    told = feed(replayer, 0, mention(when=on(10, TimeBasis.PUBLISHED), stances=(stance(),)), alert=Reason.NEW_CLAIM)
    assert replayer.index.incidents[told.primary].when.basis is TimeBasis.GUESSED


def test_a_first_report_of_the_province_refines_to_the_town(feed, mention, place):
    """A blast told only by its province is joined by the reports that name the town, and takes their place."""
    replayer = Replayer()
    first = feed(replayer, 0, mention(None, killed=None, place=place("Highland", PlacePrecision.ADMIN1)))
    second = feed(replayer, 1, mention("Northford", killed=3))
    assert first.primary == second.primary
    assert replayer.index.incidents[first.primary].place.name == "Northford"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(7)))
def test_the_order_of_arrival_does_not_change_what_belongs_together(feed, mention, place, order):
    """Seven reports of three attacks, some told by province or a day off, end in the same three groups in any order."""
    province = place("Highland", PlacePrecision.ADMIN1)
    told = (
        mention(target_words=("station",)),
        mention(killed=8, day=11, target_words=("station",)),
        mention(None, place=province, target_words=("station",)),
        mention("Southford", killed=2, attack_types=("armed_assault",), targets=("military",)),
        mention("Southford", killed=3, attack_types=("armed_assault",), targets=("military",)),
        mention("Eastport", killed=15),
        mention("Eastport", killed=19, day=9),
    )
    replayer = Replayer()
    groups: dict[str, set[int]] = {}
    for hours, number in enumerate(order):
        groups.setdefault(feed(replayer, hours, told[number]).primary, set()).add(number)
    assert sorted(map(sorted, groups.values())) == [[0, 1, 2], [3, 4], [5, 6]]


def test_a_raid_by_state_forces_never_joins_an_attack(feed, mention):
    """Militants killed by security forces in the town of an attack, on its day, are another incident."""
    replayer = Replayer()
    attack = feed(replayer, 0, mention())
    raid = feed(replayer, 1, mention(kind=Kind.CT_OPERATION), title="Forces kill six in raid", alert=None)
    assert raid.primary != attack.primary
    assert keys(raid) == []


def test_the_first_poll_of_a_feed_is_silent_but_its_attacks_stay_known(feed, mention, stance):
    """What a feed's first poll brings alerts nobody, nor does the next outlet's report of it; a new claim of it does."""
    replayer = Replayer()
    old = feed(replayer, 0, mention(), backfill=True)
    same = feed(replayer, 1, mention())
    claim = feed(replayer, 2, mention(stances=(stance(),)))
    assert old.primary == same.primary == claim.primary
    assert keys(old) == keys(same) == []
    assert keys(claim) == ["new_claim:red_hand"]


def test_a_text_with_two_attacks_feeds_each(feed, mention):
    """The primary mention alerts; the other attack of the same text waits for an article of its own."""
    replayer = Replayer()
    both = feed(replayer, 0, mention(), mention("Eastport", role=Role.SECONDARY, killed=2))
    own = feed(replayer, 1, mention("Eastport", killed=2), title="Blast in Eastport")
    assert len(both.incidents) == 2
    assert [one.incident for one in both.alerts] == [both.primary]
    assert own.primary == both.incidents[1]
    assert keys(own) == ["new_attack"]


def test_every_article_opens_an_incident_when_asked(feed, mention):
    """With every_article even an undated recollection is placed, so that matching can be measured alone."""
    replayer = Replayer(every_article=True)
    assert feed(replayer, 0, mention(role=Role.BACKGROUND, day=None)).primary is not None


def test_a_reprint_attaches_even_when_little_was_read_from_it(feed, mention):
    """A copy of a known text belongs where that text is, however few words it shares."""
    replayer = Replayer()
    bare = mention(killed=None, attack_types=(), targets=())
    first = feed(replayer, 0, bare, title="Reports from Northford", source="wire")
    copy = feed(replayer, 1, replace(bare, when=None), title="In brief", source="wire")
    assert copy.primary == first.primary


def test_old_documents_are_replayed_as_they_were_written(feed, mention, article):
    """A corpus first seen today alerts as it would have when it was published."""
    replayer = Replayer()
    seen = article().seen.replace(year=2039)
    assert keys(feed(replayer, 0, mention(), seen=seen)) == ["new_attack"]


def test_ids_are_short_and_distinct():
    """Ids are base 32 with four digits at least."""
    names = [short_id(number) for number in range(3000)]
    assert len(set(names)) == 3000
    assert names[1] == "0001"


def test_the_cost_of_a_document_does_not_grow_with_the_stream(feed, mention):
    """Two thousand attacks over three years are told apart in a few seconds, the last as fast as the first."""
    replayer = Replayer()
    towns = ("Northford", "Southford", "Eastport")
    names = set()
    started = time.perf_counter()
    for number in range(2000):
        day = 10 + 3 * (number // 6)
        told = mention(towns[number % 3], day=day, killed=2 + number % 3, injured=Range(5, 5, 5))
        names.add(feed(replayer, 24 * (day - 10) + number % 6, told, outlet=f"Outlet {number % 7}").primary)
    assert len(names) == 1001
    assert len(replayer.index.incidents) < 1001  # those long without news are forgotten
    assert time.perf_counter() - started < 10
