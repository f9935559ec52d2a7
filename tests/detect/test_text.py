"""How a text is cut into sentences, and that folding keeps every offset."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect.text import MAX_SENTENCE, Document, Zone, fold, read
from monitor.model import Article

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def document(text: str, title: str = "") -> Document:
    return read(Article(url="", title=title, text=text, language="en", published=None, seen=NOW, outlet="", feed=""))


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in document(text).sentences]


def test_titles_come_first_and_offsets_point_into_their_field() -> None:
    """Sentence 0 is the title; every other sentence is found at its offsets in the text."""
    text = "A bomb went off. Four people died.\nPolice came at noon."
    read_text = document(text, "Blast kills four")

    assert read_text.sentences[0].zone is Zone.TITLE
    assert all(text[s.start : s.end] == s.text for s in read_text.sentences[1:])
    assert len(read_text.sentences) == 4


@pytest.mark.parametrize(
    "sentence",
    [
        "Gen. Karim and Lt. Col. Sadiq said on Oct. 24 that the U.S. base was hit.",
        "The blast at 9.30 a.m. on Monday killed Dr. A. B. Shah of St. Mary's hospital.",
        "Police in No. 4 district seized 2.5 kg of explosives.",
        "Lt . Gen . Prasert said so .",
    ],
)
def test_abbreviations_and_initials_end_no_sentence(sentence: str) -> None:
    """Ranks, months, initials and numbers with full stops stay inside their sentence."""
    assert sentences(sentence) == [sentence]


def test_hard_wrapped_text_is_joined_and_upper_case_is_noticed() -> None:
    """Old agency texts are wrapped at 70 characters and written in capitals."""
    line = "THE REBELS ATTACKED A POST OF THE NATIONAL GUARD IN THE NORTH OF THE\n"
    read_text = document(line * 5 + "COUNTRY TODAY.\n\n   A SECOND PARAGRAPH FOLLOWS HERE.")

    assert len(read_text.sentences) == 2
    assert read_text.shouting
    assert all(sentence.shouting for sentence in read_text.sentences)


def test_hard_wrapped_text_without_blank_lines_is_joined_too() -> None:
    """Lines of even length that end in the middle of a sentence are no paragraphs; short paragraphs of their own are."""
    wrapped = (
        "THE REBELS ATTACKED A POST OF THE NATIONAL GUARD IN THE NORTH OF THE\n"
        "PROVINCE AND KILLED TWO OF THE GUARDS, A SPOKESMAN OF\n"
        "THE GUARD SAID IN THE CAPITAL TODAY, ADDING THAT THE\n"
        "ATTACKERS HAD FLED TO THE HILLS BEFORE HELP CAME FROM\n"
        "THE GARRISON. NOBODY CLAIMED THE ATTACK."
    )
    listed = "A first paragraph of its own.\nA second one of its own.\nA third one follows here.\nAnd a fourth.\nAnd a fifth."

    assert len(sentences(wrapped)) == 2
    assert len(sentences(listed)) == 5


@given(st.text(max_size=400))
def test_folding_keeps_the_length(text: str) -> None:
    """An offset in the folded text is an offset in the text, whatever the script."""
    assert len(fold(text)) == len(text)


@given(st.text(max_size=600))
def test_any_text_is_read_without_losing_a_word(text: str) -> None:
    """Every character that is no white space stands in exactly one sentence, in order."""
    said = "".join("".join(sentence.text.split()) for sentence in document(text).sentences)

    assert said == "".join(text.split())


def test_folding_makes_spellings_alike() -> None:
    """Case, diacritics, curly apostrophes and dashes do not matter."""
    assert fold("Ansar al‑Šarīʿa’s") == "ansar al-sari'a's"


@pytest.mark.parametrize("text", ["x" * 200_000, ". " * 100_000, "A. " * 70_000, '"' * 200_000, "\n" * 200_000])
def test_hostile_texts_are_cut(text: str) -> None:
    """A long run without a full stop is cut, so that no rule ever sees more than MAX_SENTENCE characters."""
    assert all(len(sentence.text) <= MAX_SENTENCE for sentence in document(text).sentences)
