"""Rarity: learnt from what was seen, between 0 and 1."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.rarity import Frequencies


def test_what_is_in_every_article_is_common_and_what_is_new_is_rare():
    """A term never seen has rarity 1, one of every article nearly none, others lie between."""
    seen = Frequencies()
    for number in range(1000):
        seen.observe(["police", "qasim"] if number % 100 == 0 else ["police", "police"])
    assert seen.rarity("zarinpur") == 1
    assert seen.rarity("police") < 0.05
    assert 0.5 < seen.rarity("qasim") < 1
    assert (seen.documents, seen.count("police")) == (1000, 1000)


@given(st.lists(st.lists(st.sampled_from("abcdef"))), st.sampled_from("abcdefg"))
def test_rarity_stays_in_bounds_and_falls_with_every_sight(articles, term):
    """Seeing a term once more never makes it rarer, in an archive of any age."""
    seen = Frequencies()
    for terms in articles:
        seen.observe(terms)
    before = seen.rarity(term)
    seen.observe([term])
    assert 0 <= seen.rarity(term) <= before <= 1
