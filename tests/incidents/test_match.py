"""Pair decisions: what forbids, what speaks for one incident, and what is only possible."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.incidents.match import decide, may_open
from monitor.incidents.merge import fold
from monitor.model import Kind, Range, Role, TimeBasis, TimePrecision, When


@pytest.fixture
def against(report, article):
    """against(filed, mention): the decision on a mention when one incident, told once, is on file."""

    def judge(filed, mention, hours=5.0, title="Bomb hits police post"):
        told = article(title, hours)
        return decide(mention, told, [fold("k7f3", [report(1, filed)])])

    return judge


@pytest.mark.parametrize(
    ("other", "veto"),
    [
        ({"town": "Southford"}, "distance"),
        ({"town": "Eastport"}, "distance"),
        ({"day": 13}, "date"),
        ({"kind": Kind.CT_OPERATION}, "kind"),
        ({"kind": Kind.FOILED_PLOT}, "kind"),
        ({"target_words": ("college",)}, "target"),
        ({"role": Role.BACKGROUND, "day": None}, "recalled"),
        ({"when": When(date(2031, 1, 1), date(2031, 12, 31), TimePrecision.YEAR, TimeBasis.EXPLICIT)}, "year"),
        ({"when": When(date(2031, 2, 1), date(2031, 2, 28), TimePrecision.MONTH, TimeBasis.EXPLICIT)}, "date"),
    ],
)
def test_hard_vetoes_forbid_whatever_else_agrees(against, mention, other, veto):
    """Distance, dates, kinds, named buildings, recollections and years keep two events apart, and the decision says which."""
    decision = against(mention(target_words=("hospital",)), mention(**{"target_words": ("hospital",), **other}))
    assert (decision.incident, decision.veto) == (None, veto)


def test_another_country_is_another_incident(against, mention, place):
    """The same town name abroad is never a match."""
    assert against(mention(), mention(None, place=place("Northford", country="YY"))).veto == "country"


def test_one_day_apart_is_still_one_incident(against, mention):
    """Outlets disagree by a day across time zones."""
    assert against(mention(day=10), mention(day=11)).incident == "k7f3"


def test_two_days_apart_need_a_night_between(against, mention):
    """A gap of two days counts only where one of the dates spans midnight."""
    night = When(date(2031, 3, 10), date(2031, 3, 11), TimePrecision.DAY, TimeBasis.RELATIVE)
    assert against(mention(day=13), mention(day=11)).veto == "date"
    assert against(mention(when=night), mention(day=13)).incident == "k7f3"


def test_a_guessed_date_is_no_veto(against, mention, on):
    """A date that nobody told may be off by days."""
    assert (
        against(mention(when=on(12, TimeBasis.GUESSED), target_words=("shrine",)), mention(day=10, target_words=("shrine",))).incident
        == "k7f3"
    )


def test_different_claimants_do_not_lower_the_score(against, mention, stance):
    """Two claimants of one attack score as two reports without a claim; a shared one adds."""
    plain = against(mention(), mention())
    rival = against(mention(stances=(stance(start=2000),)), mention(stances=(stance("blue_star", start=2000),)))
    shared = against(mention(stances=(stance(start=2000),)), mention(stances=(stance(start=2000),)))
    assert rival.score == plain.score < shared.score


def test_a_decision_names_its_parts(against, mention):
    """The parts add up to the score of a single report and say what agreed."""
    decision = against(mention(target_words=("shrine",)), mention(target_words=("shrine",)))
    assert {part.name for part in decision.parts} >= {"place", "date", "type", "target", "toll", "title"}
    assert decision.score == pytest.approx(sum(part.value for part in decision.parts), abs=0.01)


def test_a_grown_toll_agrees_and_a_shrunken_one_does_not(against, mention):
    """2 then 9 is growth; 60 then 2 speaks against."""
    grown = against(mention(killed=2), mention(killed=9))
    shrunk = against(mention(killed=60), mention(killed=2))
    assert grown.score > shrunk.score + 0.9


def test_what_is_nearly_enough_is_listed_as_possible(against, mention):
    """Same town and day but another type and target is a near miss, not a match."""
    decision = against(mention(), mention(killed=None, attack_types=("armed_assault",), targets=("business",)), title="Gunmen raid shop")
    assert decision.incident is None
    assert [name for name, _ in decision.near_misses] == ["k7f3"]


def test_without_a_place_only_strong_evidence_attaches(against, mention):
    """A placeless report attaches by day, target, toll and words together, not by day and type alone."""
    strong = {"target_words": ("shrine", "pilgrims"), "terms": ("lal", "sayyid", "urs"), "injured": Range(40, 40, 40)}
    assert against(mention(**strong), mention(None, **strong)).incident == "k7f3"
    assert against(mention(), mention(None, killed=None)).incident is None


def test_an_incident_is_compared_by_its_reports_not_by_their_average(report, mention, article):
    """An odd report that slipped in does not open the door to more like it."""
    told = [report(n, mention()) for n in (1, 2, 3, 4)] + [report(5, mention("Millgate", killed=1, attack_types=("armed_assault",)))]
    incoming = mention("Millgate", killed=1, attack_types=("armed_assault",), targets=("business",))
    assert decide(incoming, article("Shop raid", 9), [fold("k7f3", told)]).incident is None


def test_the_better_of_two_candidates_wins(report, mention, article):
    """With two incidents in one town on one day, the one with the same target gets the report."""
    shrine = fold("aaaa", [report(1, mention(target_words=("shrine",)))])
    market = fold("bbbb", [report(2, mention(target_words=("market",), targets=("business",)))])
    decision = decide(mention(target_words=("market",), targets=("business",)), article(hours=6), [shrine, market])
    assert decision.incident == "bbbb"


def test_recollections_open_no_incident_unless_fresh(mention, article):
    """Only a background mention with a day of its own in the last three days may open an incident."""
    assert may_open(mention(), article())
    assert not may_open(mention(day=None), article())
    assert not may_open(mention(when=When(date(2019, 1, 1), date(2019, 12, 31), TimePrecision.YEAR, TimeBasis.EXPLICIT)), article())
    assert may_open(mention(role=Role.BACKGROUND, day=9), article())
    assert not may_open(mention(role=Role.BACKGROUND, day=1), article())
    assert not may_open(mention(role=Role.BACKGROUND, day=None), article())
