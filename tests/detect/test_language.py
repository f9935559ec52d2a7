"""Language: script first, then little words, then what the feed says."""

from __future__ import annotations

import pytest

from monitor.detect.language import detect

ENGLISH = "The police said that two men were killed and five others were hurt in the attack on the market of the town."
FRENCH = "La police a annoncé que deux hommes ont été tués et que cinq autres sont blessés dans une attaque sur le marché de la ville."
SPANISH = "La policía dijo que dos hombres fueron muertos y que otros cinco han sido heridos en un ataque en el mercado de la ciudad."
GERMAN = "Die Polizei teilte mit, dass zwei Männer bei dem Anschlag auf den Markt der Stadt getötet und fünf nicht schwer verletzt wurden."


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (FRENCH, "fr"), (SPANISH, "es"), (GERMAN, "de")])
def test_latin_languages_by_their_little_words(text: str, language: str) -> None:
    """The commonest words give a language away, whatever the feed declares."""
    assert detect(text, "en") == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Взрыв произошёл на рынке в центре города", "ru"),
        ("Вибух стався на ринку в центрі міста", "uk"),
        ("انفجار في سوق وسط المدينة", "ar"),
        ("شہر کے بازار میں دھماکہ ہوا ہے", "ur"),
        ("शहर के बाज़ार में धमाका हुआ", "hi"),
        ("শহরের বাজারে বিস্ফোরণ", "bn"),
    ],
)
def test_other_scripts_name_their_language(text: str, language: str) -> None:
    """A script is enough where it belongs to one language, its special letters where it does not."""
    assert detect(text, "en") == language


def test_short_texts_are_what_the_feed_says() -> None:
    """Three words prove nothing."""
    assert detect("Attaque au marché", "en-GB") == "en"
    assert detect("Bomb kills three", "") == "en"


def test_foreign_names_do_not_change_the_language() -> None:
    """An English text with names in another script stays English."""
    assert detect(ENGLISH + " The group is called الجبهة.", "en") == "en"
