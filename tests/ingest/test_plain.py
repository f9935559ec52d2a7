"""HTML fragments to plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.plain import cut, one_line, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>b</b>old.</p><p>Two<br/>three\n four</p><script>x()</script>tail", "One bold.\nTwo\nthree four\ntail"),
        ("AT&amp;T &amp;#8217;s", "AT&T \u2019s"),
        ("&lt;p&gt;escaped&lt;/p&gt;&lt;p&gt;twice&lt;/p&gt;", "escaped\ntwice"),
        ("a < b & c > d", "a < b & c > d"),
        ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
        ("two&nbsp;\u200bwords", "two words"),
        ("<!-- nothing -->", ""),
        ("", ""),
    ],
)
def test_markup_becomes_lines(html: str, text: str) -> None:
    """Blocks end lines, inline tags vanish, entities are resolved, and plain text stays as it is."""
    assert plain_text(html) == text


def test_one_line_is_one_line() -> None:
    """A title is a single line of bounded length."""
    assert one_line("<b>A</b>\n\n title\t&amp; more") == "A title & more"
    assert len(one_line("word " * 1_000, limit=50)) <= 50


def test_long_texts_are_cut_at_a_word() -> None:
    """The limit holds, and no word is cut in two."""
    assert cut("alpha beta gamma", 12) == "alpha beta"
    assert len(plain_text("x" * 10_000, limit=100)) == 100


@given(st.text(alphabet="<>&;#x09abp/! \n\x00\ud800'\"", max_size=200))
def test_any_text_can_be_stored(text: str) -> None:
    """Whatever comes, the result is valid UTF-8 without control characters."""
    result = plain_text(text)

    result.encode("utf-8")
    assert "\x00" not in result


@pytest.mark.parametrize("text", ["<div>" * 50_000, "<" * 100_000, "&" * 100_000, "<a " * 50_000, " \n" * 100_000])
def test_hostile_fragments_take_no_time(text: str) -> None:
    """Nesting, unclosed tags and runs of white space cost no more than their length."""
    started = time.perf_counter()
    plain_text(text)

    assert time.perf_counter() - started < 2
