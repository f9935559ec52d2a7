"""Copies, edits and cuts of one text."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.reprints import BANDS, Signature, content_hash, same_text, signature

WORDS = [f"word{number}" for number in range(4_000)]


def article(seed: int, words: int = 330) -> list[str]:
    """An invented text whose words fall off in frequency as those of real texts do."""
    chance = random.Random(seed)
    return chance.choices(WORDS, weights=[1 / (rank + 1) for rank in range(len(WORDS))], k=words)


def candidates(a: Signature, b: Signature) -> bool:
    """Would a look-up by bands find one from the other?"""
    return bool(set(a.bands) & set(b.bands))


def edited(words: list[str], share: float, seed: int) -> list[str]:
    """A copy with a share of its words replaced."""
    chance = random.Random(seed)
    return [f"other{chance.random()}" if chance.random() < share else word for word in words]


@pytest.mark.parametrize(
    "change",
    [
        lambda words, seed: edited(words, 0.05, seed),
        lambda words, _: ["a", "new", "headline", *words, *(f"footer{number}" for number in range(40))],
        lambda words, _: words[: int(len(words) * 0.6)],
    ],
    ids=["5 % edited", "new headline and footer", "cut to 60 %"],
)
def test_copies_are_found_and_verified(change: object) -> None:
    """Of forty changed copies at least thirty-eight share a band, and all are verified."""
    assert callable(change)
    pairs = [(signature(" ".join(words)), signature(" ".join(change(words, seed)))) for seed in range(40) if (words := article(seed))]

    assert sum(candidates(a, b) for a, b in pairs) >= 38
    assert all(same_text(a, b) for a, b in pairs)


def test_unrelated_texts_are_never_the_same() -> None:
    """No two of sixty texts are candidates, let alone copies."""
    found = [signature(" ".join(article(seed))) for seed in range(60)]

    assert not any(candidates(a, b) or same_text(a, b) for at, a in enumerate(found) for b in found[:at])


def test_case_and_punctuation_do_not_matter() -> None:
    """What people see as the same text has the same signature and hash."""
    one, other = "Gunmen fired on a bus, police said.", "GUNMEN fired on a bus;  police\nsaid"

    assert signature(one) == signature(other)
    assert content_hash(one) == content_hash(other)


def test_a_short_brief_is_not_a_reprint_of_what_quotes_it() -> None:
    """A few words contained in a longer text prove nothing."""
    assert not same_text("police said the road was closed", "police said the road was closed " + " ".join(article(3)))


def test_a_text_too_short_has_no_bands() -> None:
    """Two words are no text to compare by."""
    assert signature("two words").bands == ()
    assert not same_text("two words", "two words")


def test_bands_fit_the_archive_and_are_fixed() -> None:
    """Thirty-two positive integers of SQLite's size, the same in every run: they are stored for weeks."""
    bands = signature("five words make three shingles").bands

    assert (len(bands), bands[0]) == (BANDS, 2254469266864497587)
    assert all(0 <= band < 2**63 for band in bands)


@settings(max_examples=50)
@given(st.text(max_size=300), st.text(max_size=300))
def test_sameness_is_symmetric(a: str, b: str) -> None:
    """It does not matter which text came first, and signatures answer as texts do."""
    assert same_text(a, b) == same_text(b, a) == same_text(signature(a), signature(b))
