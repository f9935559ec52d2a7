from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect.spacing import close_up, spaced_out
from monitor.model import Article, Quote

NOW = datetime(2024, 5, 7, tzinfo=UTC)


def article(text: str, title: str = "") -> Article:
    return Article(url="", title=title, text=text, language="en", published=NOW, seen=NOW, outlet="", feed="")


@pytest.mark.parametrize(
    ("spaced", "closed"),
    [
        ("A bomb went off , police said . Nobody died .", "A bomb went off, police said. Nobody died."),
        ("Troops ( and police ) left , he said . It was a car - bomb .", "Troops (and police) left, he said. It was a car-bomb."),
        ("He didn ' t say , but Rana ' s U . S . Army unit did .", "He didn't say, but Rana's U.S. Army unit did."),
        ('" We did it , " the caller said , hanging up .', '"We did it, " the caller said, hanging up.'.replace(', "', ',"')),
        ("Some 28 , 000 left , on May 7 , 2024 , at 9 : 30 .", "Some 28,000 left, on May 7, 2024, at 9:30."),
    ],
)
def test_spaces_before_punctuation_go(spaced: str, closed: str) -> None:
    """Text in which every mark stands apart is closed up to ordinary spacing."""
    assert close_up(article(spaced))[0].text == closed


def test_ordinary_text_is_left_alone() -> None:
    """An article with ordinary spacing comes back as the very same object."""
    given_one = article("A bomb went off, police said. It was 3 - 2 at the time.")
    assert close_up(given_one)[0] is given_one


def test_a_quote_is_given_back_as_it_stands_in_the_article() -> None:
    """Offsets and text of a quote are those of the article that came in."""
    text = "In Zarmin , two died . Kharan ' s mayor , who lives , said so ."
    closed, restored = close_up(article(text))
    start = closed.text.index("Kharan")
    quote = restored.quote(Quote(start, len(closed.text), closed.text[start:]))
    assert quote.text == "Kharan ' s mayor , who lives , said so ." == text[quote.start : quote.end]


@given(st.text(alphabet="ab ,.'\"-()1\n", max_size=200))
def test_every_character_finds_its_way_back(text: str) -> None:
    """Each character of the closed text maps to the same character of the original."""
    closed, restored = close_up(article(text))
    for index, char in enumerate(closed.text):
        assert restored.quote(Quote(index, index + 1, char)).text == char
    assert spaced_out(text) or closed.text == text
