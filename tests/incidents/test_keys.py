"""Keys: every mention of one incident must find it, and a town must not look up its country."""

from __future__ import annotations

import pytest

from monitor.incidents.keys import blocking_keys, probe_keys
from monitor.model import PlacePrecision, Role, TimeBasis, TimePrecision


def meet(filed, sought, article, hours=24.0):
    """Does the later mention look up what the earlier is filed under?"""
    return bool(set(blocking_keys(filed, article().at)) & set(probe_keys(sought, article(hours=hours).at)))


@pytest.mark.parametrize(("day", "found"), [(7, False), (8, True), (9, True), (10, True), (11, True), (12, True), (13, False), (30, False)])
def test_a_town_finds_itself_within_the_date_window(mention, article, day, found):
    """Two days back and two ahead are looked up."""
    assert meet(mention(day=10), mention(day=day), article) is found


def test_neighbouring_towns_find_each_other(mention, article):
    """Fifteen kilometres are within a cell's neighbourhood, two hundred are not."""
    assert meet(mention("Northford"), mention("Millgate"), article)
    assert not meet(mention("Northford"), mention("Southford"), article)


@pytest.mark.parametrize("precision", [PlacePrecision.ADMIN1, PlacePrecision.COUNTRY])
def test_levels_of_a_hierarchy_find_each_other(mention, place, article, precision):
    """A town finds what is told by its province or country, and these find the town."""
    broad = mention(None, place=place("Highland", precision))
    assert meet(broad, mention("Northford"), article)
    assert meet(mention("Northford"), broad, article)


def test_a_mention_without_a_place_meets_by_its_words(mention, article, stance):
    """Target words, rare words or an actor lead to and from a mention that names no place."""
    for words in ({"target_words": ("shrine",)}, {"terms": ("abdulov",)}, {"stances": (stance(),)}):
        assert meet(mention(None, **words), mention("Northford", **words), article)
        assert meet(mention("Northford", **words), mention(None, **words), article)


def test_shared_words_alone_do_not_bring_two_placed_mentions_together(mention, article):
    """A town never looks up other towns by common words."""
    assert not meet(mention("Northford", target_words=("shrine",)), mention("Southford", target_words=("shrine",)), article)


def test_a_late_claim_looks_two_weeks_back(mention, on, article, stance):
    """A claim without a day of its own finds what happened a fortnight ago; a report does not."""
    claim = mention(when=on(22, TimeBasis.PUBLISHED), stances=(stance(),))
    told = mention(when=on(22, TimeBasis.PUBLISHED))
    assert meet(mention(day=10), claim, article, hours=24 * 12)
    assert not meet(mention(day=10), told, article, hours=24 * 12)


def test_a_months_precision_meets_the_days_of_that_month(mention, on, article):
    """ "In March" finds the tenth of March and the other way round."""
    vague = mention(when=on(1, precision=TimePrecision.MONTH), role=Role.BACKGROUND)
    assert meet(mention(day=10), vague, article)
    assert meet(vague, mention(day=10), article)


def test_the_number_of_look_ups_is_bounded(mention, on, article, stance):
    """Even a claim with many words stays below five hundred point look-ups."""
    words = tuple(f"word{n}" for n in range(60))
    claim = mention(None, when=on(10, TimeBasis.GUESSED), stances=(stance(),), terms=words, target_words=words)
    town = mention(when=on(10, TimeBasis.GUESSED), stances=(stance(),), terms=words, target_words=words)
    assert len(probe_keys(claim, article().at)) < 500
    assert len(probe_keys(town, article().at)) < 500
    assert len(blocking_keys(town, article().at)) < 60
