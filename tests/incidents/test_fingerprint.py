"""Fingerprints: what of an invented article's wording is kept, and that it is never without bound."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.incidents.fingerprint import KEYS, NAMES, fingerprint, read
from monitor.incidents.rarity import Frequencies
from monitor.model import Article

WRITTEN = datetime(2031, 3, 12, 9, tzinfo=UTC)  # a Wednesday
TEXT = (
    "NORTHFORD — Amal Qasim, 34, a baker, was shot dead on Monday outside a shop on Cedar Street, police said. "
    "The shots were fired about 9:40 p.m. on March 10. Mr. Qasim, of Millgate, had no enemies, said his 61-year-old father. "
    "The baker's shop stayed shut. Police are looking for a grey van."
)


@pytest.fixture
def wording(article):
    """read() of a text, written on 12 March 2031."""
    return lambda text, title="", **other: read(article(title, text=text, **{"published": WRITTEN, "seen": WRITTEN, **other}))


def test_names_are_what_is_never_written_small(wording):
    """Capitalised words are names, but not those that begin sentences or occur in lower case too; titles in headline case add none."""
    names = wording(TEXT, "Baker Shot Outside Shop In Cedar Street").names
    assert {"northford", "amal", "qasim", "cedar", "street", "millgate"} == set(names)
    assert names["qasim"] == 2


def test_details_are_read(wording):
    """Persons, streets, ages, clock times and days, told by date or by weekday."""
    read_ = wording(TEXT)
    assert "amal qasim" in read_.pairs
    assert read_.streets == ("cedar",)
    assert set(read_.ages) == {34, 61}
    assert read_.clocks == (21 * 60 + 40,)
    assert read_.days == (date(2031, 3, 10).toordinal(),)
    assert read_.weekdays == (date(2031, 3, 10).toordinal(),)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("It happened on December 30.", [date(2030, 12, 30)]),
        ("It happened on Feb. 29, 2028.", [date(2028, 2, 29)]),
        ("It happened on February 31.", []),
        ("The hearing is on May 3, 2033.", []),
        ("It happened on July 4, 0000.", []),
    ],
)
def test_days_without_a_year_are_past_and_impossible_ones_are_none(wording, text, days):
    """A day without a year is the last such day; what is no day, or lies ahead, is not read."""
    assert wording(text).days == tuple(day.toordinal() for day in days)


def test_undated_articles_have_no_days(wording):
    """Where nobody knows when it was written, no day can be told from a weekday."""
    undated = wording(TEXT, published=None)
    assert (undated.days, undated.weekdays, undated.dated) == ((), (), False)


def test_institutions_are_no_persons(wording):
    """Names side by side are a key, but not those of offices that every article names."""
    pairs = wording("The Interior Ministry and Prime Minister Leo T. Marlow spoke to Vera Lund of the National Guard.").pairs
    assert pairs == ("leo marlow", "vera lund")


def test_rare_names_weigh_most_and_common_ones_are_no_keys(wording):
    """Weights follow frequency and rarity; a name that most articles have leads nowhere."""
    seen = Frequencies(500, {"northford": 300, "street": 400})
    made = fingerprint(wording(TEXT), seen)
    assert made.names[0] == "qasim"
    assert made.weights == tuple(sorted(made.weights, reverse=True))
    assert "northford" not in made.keys
    assert "amal qasim" in made.keys
    assert sum(weight**2 for weight in made.weights) <= 1.01


@given(title=st.text(max_size=60), text=st.text(max_size=3000))
def test_any_text_has_a_bounded_fingerprint(title, text):
    """Whatever a text holds, the fingerprint is small and names are unique."""
    made = fingerprint(read(Article("", title, text, "en", WRITTEN, WRITTEN, "", "")), Frequencies())
    assert len(made.names) == len(set(made.names)) == len(made.weights) == len(made.rarities) <= NAMES
    assert len(made.keys) <= KEYS
