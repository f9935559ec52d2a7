"""The fold of reports: independent of order, tolls as ledgers, the best place and date, status and sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.incidents.merge import fold, independent
from monitor.model import (
    By,
    Kind,
    Mention,
    Place,
    PlacePrecision,
    Quote,
    Range,
    Report,
    Role,
    Severity,
    Stance,
    StanceKind,
    Status,
    TimeBasis,
    TimePrecision,
    Via,
    When,
)

START = datetime(2031, 3, 10, tzinfo=UTC)
_PLACES = (
    None,
    Place("t1", "Northford", "XX", "Land", 30.0, 67.0, PlacePrecision.TOWN, "Highland"),
    Place("t2", "Millgate", "XX", "Land", 30.1, 67.1, PlacePrecision.TOWN, "Highland"),
    Place("a1", "Highland", "XX", "Land", None, None, PlacePrecision.ADMIN1, "Highland"),
    Place("c1", "Land", "XX", "Land", None, None, PlacePrecision.COUNTRY),
)
_stances = st.builds(
    lambda actor, kind: Stance(actor, actor, actor, kind, By.SELF, Via.STATEMENT, Quote(0, 1, "x"), "r", family=actor[0]),
    st.sampled_from(("a1", "a2", "b", "generic:gunmen", "state:XX")),
    st.sampled_from(StanceKind),
)
_whens = st.builds(
    lambda day, precision, basis: When(date(2031, 3, day), date(2031, 3, day), precision, basis),
    st.integers(9, 11),
    st.sampled_from(TimePrecision),
    st.sampled_from(TimeBasis),
)
_mentions = st.builds(
    Mention,
    role=st.sampled_from(Role),
    kind=st.sampled_from(Kind),
    when=st.none() | _whens,
    place=st.sampled_from(_PLACES),
    attack_types=st.sampled_from(((), ("bombing",), ("unknown",), ("armed_assault", "bombing"))),
    killed=st.none()
    | st.builds(lambda low, more: Range(low, low + more, None if more > 3 else low + more), st.integers(0, 60), st.integers(0, 5)),
    ongoing=st.booleans(),
    suicide=st.booleans(),
    official=st.booleans(),
    no_claim=st.booleans(),
    stances=st.lists(_stances, max_size=2).map(tuple),
    confidence=st.floats(0, 1),
)
_reports = st.builds(
    lambda number, mention, hour, source: Report(
        number, mention, f"o{source % 3}", "f", 2, "u", "t", START + timedelta(hours=hour), START + timedelta(hours=hour), f"s{source}"
    ),
    st.integers(1, 5),
    _mentions,
    st.integers(0, 4),
    st.integers(0, 4),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_reports, min_size=1, max_size=6).flatmap(lambda told: st.tuples(st.just(told), st.permutations(told))))
def test_any_order_of_reports_gives_the_same_incident(orders):
    """Merging is a function of the set of reports."""
    told, shuffled = orders
    assert fold("k7f3", told) == fold("k7f3", shuffled) == fold("k7f3", [*told, told[0]])


@settings(max_examples=100, deadline=None)
@given(st.lists(_reports, min_size=1, max_size=6))
def test_a_toll_lies_within_its_bounds(told):
    """The best figure is one that somebody reported, between low and high."""
    killed = fold("k7f3", told).killed
    if killed is not None:
        assert killed.low <= killed.best
        assert killed.high is None or killed.best <= killed.high
        assert killed.best in {one.mention.killed.best for one in told if one.mention.killed}


def test_an_incident_needs_a_report():
    """Nothing folds to nothing."""
    with pytest.raises(ValueError, match="needs a report"):
        fold("k7f3", [])


@pytest.mark.parametrize(
    ("figures", "best"),
    [
        ((2, 59), 59),  # tolls grow: the newest rise is believed
        ((2, 59, 61, 62), 62),
        ((9, 9, 6), 9),  # a straggler's older figure
        ((6, 9, 6), 9),
        ((12, 9, 9), 9),  # two sources agree on less
        ((5, 6, 6, 10000), 6),  # a wild figure waits for a second source
        ((5, 6, 10000, 10000), 10000),
    ],
)
def test_the_best_toll_is_the_newest_majority(report, mention, figures, best):
    """Growth counts at once, a fall or a wild leap when two sources agree; low and high keep them all."""
    killed = fold("k7f3", [report(number, mention(killed=figure)) for number, figure in enumerate(figures, start=1)]).killed
    assert (killed.low, killed.best, killed.high, killed.reports) == (min(figures), best, max(figures), len(figures))


def test_an_official_reduction_hours_later_is_a_revision(report, mention):
    """An authority that lowers the toll next day is believed alone; soon after, its figure is a straggler's."""
    told = [report(1, mention(killed=100)), report(2, mention(killed=103))]
    assert fold("k7f3", [*told, report(3, mention(killed=84, official=True), hours=20)]).killed.best == 84
    assert fold("k7f3", [*told, report(3, mention(killed=84, official=True), hours=3)]).killed.best == 103


def test_an_open_toll_stays_open_until_it_is_bounded(report, mention):
    """ "At least 20" has no upper bound; a later "22" closes it."""
    open_toll = report(1, mention(killed=None))
    open_toll = replace(open_toll, mention=replace(open_toll.mention, killed=Range(20, 20, None)))
    assert fold("k7f3", [open_toll]).killed.high is None
    assert fold("k7f3", [open_toll, report(2, mention(killed=22))]).killed.high == 22


def test_background_reports_bring_stances_but_no_facts(report, mention, stance):
    """A recollection adds a claim, never a toll, a place, a date or a source."""
    fresh = report(1, mention())
    recalled = report(2, mention("Eastport", day=12, killed=50, role=Role.BACKGROUND, stances=(stance(),)))
    folded = fold("k7f3", [fresh, recalled])
    assert (folded.killed.best, folded.place.name, folded.when.start.day, folded.independent_sources) == (6, "Northford", 10, 1)
    assert folded.claimed_by == ("red_hand",)


def test_places_refine_and_the_odd_one_out_loses(report, mention, place):
    """Province and neighbouring names support the town that most name; one stray town does not win by precision."""
    province = place("Highland", PlacePrecision.ADMIN1)
    told = [
        report(1, mention(None, place=province)),
        report(2, mention("Northford")),
        report(3, mention("Northford")),
        report(4, mention("Eastport")),
    ]
    assert fold("k7f3", told).place.name == "Northford"
    assert fold("k7f3", [told[0], told[1]]).place.name == "Northford"
    stray = [report(1, mention(None, place=province)), report(2, mention(None, place=province)), report(3, mention("Eastport"))]
    assert fold("k7f3", stray).place.name == "Highland"


def test_the_texts_own_date_beats_the_day_of_publication(report, mention, on):
    """A told day wins over days of publication, and a majority over a single other day."""
    told = [report(n, mention(when=on(11, TimeBasis.PUBLISHED))) for n in (1, 2)] + [report(3, mention(day=10))]
    assert fold("k7f3", told).when.start.day == 10
    assert fold("k7f3", [report(n, mention(day=day)) for n, day in enumerate((10, 10, 11), start=1)]).when.start.day == 10


def test_a_second_source_or_an_official_confirms(report, mention):
    """One outlet twice, or a reprint, confirms nothing; another outlet's own text or an authority does."""
    one = report(1, mention(), source="a", outlet="Daily")
    assert fold("k7f3", [one]).status is Status.PRELIMINARY
    assert fold("k7f3", [one, report(2, mention(), source="b", outlet="Daily")]).status is Status.PRELIMINARY
    assert fold("k7f3", [one, report(2, mention(), source="a", outlet="Weekly")]).status is Status.PRELIMINARY
    assert fold("k7f3", [one, report(2, mention(), source="b", outlet="Weekly")]).status is Status.CONFIRMED
    assert fold("k7f3", [report(1, mention(official=True))]).status is Status.CONFIRMED


def test_copies_and_sister_articles_are_one_source(report):
    """Outlet A's two texts and B's copy of one of them are one source; C is another."""
    told = [
        report(1, source="x", outlet="A"),
        report(2, source="y", outlet="A"),
        report(3, source="y", outlet="B"),
        report(4, source="z", outlet="C"),
    ]
    assert independent(told) == 2


def test_an_attack_that_authorities_take_back_is_disputed_then_retracted(report, mention):
    """One later source with an official doubt disputes the attack, a second retracts it."""
    doubt = mention(kind=Kind.UNCLEAR, official=True)
    told = [report(1, mention()), report(2, mention()), report(3, doubt)]
    assert fold("k7f3", told).status is Status.DISPUTED
    assert fold("k7f3", [*told, report(4, doubt)]).status is Status.RETRACTED
    assert fold("k7f3", [*told, report(4, mention())]).status is Status.CONFIRMED


def test_an_explosion_becomes_an_attack(report, mention):
    """A kind that was unclear gives way to what later sources say."""
    assert fold("k7f3", [report(1, mention(kind=Kind.UNCLEAR)), report(2, mention())]).kind is Kind.ATTACK


def test_severity_follows_toll_confidence_and_hostages(report, mention):
    """Ten dead with high confidence, or hostages held, are critical; other attacks high; raids normal."""
    assert fold("k7f3", [report(1, mention(killed=12, confidence=0.9))]).severity is Severity.CRITICAL
    assert fold("k7f3", [report(1, mention(killed=12, confidence=0.6))]).severity is Severity.HIGH
    assert fold("k7f3", [report(1, mention(ongoing=True))]).severity is Severity.CRITICAL
    assert fold("k7f3", [report(1, mention(kind=Kind.CT_OPERATION, killed=12, confidence=0.9))]).severity is Severity.NORMAL


def test_confidence_grows_with_sources(report, mention):
    """A second source removes some of the doubt, a copy none."""
    one = fold("k7f3", [report(1, mention(confidence=0.6))]).confidence
    copied = fold("k7f3", [report(1, mention(confidence=0.6), source="a"), report(2, mention(confidence=0.6), source="a")]).confidence
    two = fold("k7f3", [report(1, mention(confidence=0.6)), report(2, mention(confidence=0.6))]).confidence
    assert one == copied == 0.6
    assert 0.6 < two < 1


def test_nobody_has_claimed_holds_until_somebody_does(report, mention, stance):
    """ "No group has claimed" keeps its latest moment and ends with a claim."""
    silent = report(1, mention(no_claim=True))
    assert fold("k7f3", [silent]).no_claim_as_of == silent.at
    assert fold("k7f3", [silent, report(2, mention(stances=(stance(),)))]).no_claim_as_of is None


def test_parent_and_child_are_one_claimant_named_most_specifically(report, mention, stance):
    """A child's claim after its parent's makes one claimant, the child, and no contest."""
    told = [report(1, mention(stances=(stance("red_hand"),))), report(2, mention(stances=(stance("red_hand_north", family="red_hand"),)))]
    folded = fold("k7f3", told)
    assert folded.claimed_by == ("red_hand_north",)
    assert not folded.contested
    assert [(one.stance.actor, one.article, one.sources) for one in folded.stances] == [("red_hand", 1, 2)]


def test_generic_classes_never_claim(report, mention, stance):
    """Unnamed militants carry a stance but fill no column of record, and contest nothing."""
    folded = fold("k7f3", [report(1, mention(stances=(stance("generic:militants"), stance())))])
    assert folded.claimed_by == ("red_hand",)
    assert not folded.contested


def test_a_suspicion_or_an_accused_state_does_not_contest_a_claim(report, mention, stance):
    """Suspected groups and states blamed for backing one stand beside a claim without contest; a doubted claim is contested."""
    suspected = stance("blue_star", StanceKind.SUSPECTED, By.AUTHORITY)
    state = stance("state:YY", StanceKind.ACCUSED, By.AUTHORITY)
    told = [report(1, mention(stances=(stance(), suspected, state)))]
    assert not fold("k7f3", told).contested
    assert fold("k7f3", told).accused == ("blue_star", "state:YY")
    formula = report(2, mention(stances=(stance("red_hand", StanceKind.DISPUTED, By.MEDIA),)))
    assert not fold("k7f3", [*told, formula]).contested  # "could not be verified" doubts nothing in particular
    doubt = report(3, mention(stances=(stance("red_hand", StanceKind.DISPUTED, By.THIRD_PARTY),)))
    assert fold("k7f3", [*told, formula, doubt]).contested
