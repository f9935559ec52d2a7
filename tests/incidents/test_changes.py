"""Changes: once each, with stable keys, and silence where nothing is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.incidents.changes import find
from monitor.incidents.merge import fold
from monitor.model import By, Kind, PlacePrecision, Reason, Role, Severity, StanceKind


@pytest.fixture
def news(report):
    """news(mentions, call, told): what the last of these mentions changes in an announced incident."""

    def judge(*mentions, call=None, told=("new_attack",), announced=True, hours=None):
        reports = [report(number, one) for number, one in enumerate(mentions, start=1)]
        if hours is not None:
            reports[-1] = replace(reports[-1], at=reports[-1].at + timedelta(hours=hours), seen=reports[-1].seen + timedelta(hours=hours))
        before = fold("k7f3", reports[:-1], announced) if len(reports) > 1 else None
        after = fold("k7f3", reports, announced and before is not None)
        return find(before, after, reports[-1], call, reports[-1].seen, told=told if before else ())

    return judge


def keys(changes):
    return [change.key for change in changes]


def test_a_first_report_with_a_claim_is_one_alert(news, mention, stance, call):
    """The new attack is told; its claim and toll are recorded as told with it."""
    found = news(mention(stances=(stance(),)), call=call())
    assert keys(found.changes) == ["new_attack"]
    assert set(keys(found.silent)) == {"new_claim:red_hand", "toll:6"}
    assert set(found.told_keys) == {"new_attack", "new_claim:red_hand", "toll:6"}


def test_a_first_report_that_is_a_claim_is_told_as_a_claim(news, mention, stance, call):
    """Where the claim is the news, that is the alert, and the attack counts as told."""
    found = news(mention(stances=(stance(),)), call=call(Reason.NEW_CLAIM))
    assert keys(found.changes) == ["new_claim:red_hand"]
    assert "new_attack" in keys(found.silent)


def test_a_call_that_stances_of_record_do_not_explain_is_told_still(news, mention, stance, call):
    """A claim by an unnamed class is no claimant, but the alert is not lost."""
    found = news(mention(stances=(stance("generic:militants"),)), call=call(Reason.NEW_CLAIM))
    assert keys(found.changes) == ["new_claim:first"]


def test_without_a_call_a_new_incident_is_only_recorded(news, mention, stance):
    """Detection decides what may alert."""
    assert news(mention(stances=(stance(),))).told_keys == ()


def test_an_attack_recorded_without_an_alert_is_announced_by_the_report_that_calls(news, mention, call):
    """A weak first report stays silent; the first one that detection calls an attack is the new-attack alert."""
    assert keys(news(mention(), mention(), call=call(), announced=False, told=()).changes) == ["new_attack"]


def test_the_severity_of_a_first_alert_is_the_graver_of_call_and_incident(news, mention, call):
    """A watch-list hit raises a small attack, a large one raises itself."""
    assert news(mention(), call=call(severity=Severity.CRITICAL)).changes[0].severity is Severity.CRITICAL
    assert news(mention(killed=30, confidence=0.9), call=call()).changes[0].severity is Severity.CRITICAL


def test_claims_are_high_and_other_changes_normal(news, mention, stance):
    """Severities follow the contract; a toll that makes an attack critical is critical."""
    assert news(mention(), mention(stances=(stance(),))).changes[0].severity is Severity.HIGH
    assert news(mention(), mention(killed=9)).changes[0].severity is Severity.NORMAL
    assert news(mention(), mention(killed=12, confidence=0.95)).changes[0].severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [(6, 8, None), (6, 9, "toll:9"), (8, 10, "toll:10"), (40, 47, None), (40, 48, "toll:48"), (49, 50, "toll:50"), (None, 1, "toll:1")],
)
def test_a_toll_is_news_by_three_by_a_fifth_or_across_a_step(news, mention, before, after, key):
    """max(3, 20 %) or crossing 1, 10, 50, 100."""
    assert keys(news(mention(killed=before), mention(killed=after)).changes) == ([key] if key else [])


def test_a_toll_counts_from_what_people_were_told_last(news, mention):
    """The told figure is the base, not the one of the last report."""
    assert keys(news(mention(killed=6), mention(killed=8), mention(killed=9), told=("new_attack", "toll:6")).changes) == ["toll:9"]
    assert keys(news(mention(killed=6), mention(killed=8), mention(killed=9), told=("new_attack", "toll:8")).changes) == []


def test_a_change_says_what_was_and_what_is(news, mention):
    """Before and after are plain words."""
    change = news(mention(killed=6), mention(killed=9)).changes[0]
    assert (change.before, change.after) == ("6 killed", "9 killed (6 to 9 reported)")


def test_a_moved_place_is_corrected_and_a_refined_one_is_not(news, mention, place):
    """Another town is a correction; the town within the province is the same place, told better."""
    moved = news(mention("Northford"), mention("Southford"), mention("Southford"))
    assert keys(moved.changes) == ["corrected:place:XX-southford"]
    assert (moved.changes[0].before, moved.changes[0].after) == ("Northford", "Southford")
    assert news(mention(None, place=place("Highland", PlacePrecision.ADMIN1)), mention("Northford")).changes == ()


def test_an_attack_that_was_none_is_corrected(news, mention):
    """What turns out a raid by state forces is told as a correction."""
    raid = mention(kind=Kind.CT_OPERATION)
    assert keys(news(mention(), raid, raid).changes) == ["corrected:kind:ct_operation"]


def test_a_recollection_is_never_news(news, mention, stance):
    """Background mentions alert nobody, whatever they add."""
    assert news(mention(), mention(role=Role.BACKGROUND, killed=40, stances=(stance(),))).told_keys == ()


def test_a_claim_first_recalled_is_still_told_when_reported(news, mention, stance):
    """A claim that a recollection brought silently is news in the first report about it."""
    claim = (stance(),)
    assert keys(news(mention(), mention(role=Role.BACKGROUND, stances=claim), mention(stances=claim)).changes) == ["new_claim:red_hand"]


def test_after_max_age_only_claims_denials_and_retractions_are_news(news, mention, stance):
    """A week later a toll is silent, a claim is told; a month later neither is."""
    week, month = 24 * 7, 24 * 30
    late = mention(killed=20, stances=(stance(),))
    assert keys(news(mention(), late, hours=week).changes) == ["new_claim:red_hand"]
    assert keys(news(mention(), late, hours=month).changes) == []
    assert keys(news(mention(), late, hours=month, call=None, announced=False, told=()).changes) == []


def test_an_old_event_is_no_new_attack(news, mention, call):
    """What is older than max_age when first seen is recorded only."""
    assert news(mention(), call=call(), hours=24 * 5).changes == ()


def test_a_backfilled_article_tells_nobody_but_counts_as_told(report, mention, stance, call):
    """Everything a first poll brings is silent."""
    first = report(1, mention(stances=(stance(),)))
    found = find(None, fold("k7f3", [first]), first, call(), first.seen, backfill=True)
    assert found.changes == ()
    assert set(found.told_keys) == {"new_attack", "new_claim:red_hand", "toll:6"}


def test_told_keys_are_never_found_again(news, mention, stance):
    """What is on record as told is dropped."""
    assert news(mention(), mention(stances=(stance(),)), told=("new_attack", "new_claim:red_hand")).changes == ()


def test_a_doubted_claim_is_contested(news, mention, stance):
    """A third party's doubt about the claimant is told, in words."""
    doubt = stance("red_hand", StanceKind.DISPUTED, By.THIRD_PARTY)
    change = news(mention(stances=(stance(),)), mention(stances=(doubt,))).changes[0]
    assert change.key == "contested:red_hand"
    assert change.after == "claimed by Red Hand; doubts about Red Hand"


def test_a_denied_accusation_in_one_report_is_told_once(news, mention, stance):
    """Accusation and denial together are one denial alert."""
    both = (stance("red_hand", StanceKind.ACCUSED, By.AUTHORITY), stance("red_hand", StanceKind.DENIED))
    found = news(mention(), mention(stances=both))
    assert keys(found.changes) == ["denied:red_hand"]
    assert keys(found.silent) == ["contested:red_hand"]
