"""Pages to articles."""

from __future__ import annotations

import pickle
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.page import MAX_TEXT, extract

URL = "https://www.post.example.com/city/market-attack"
STORY = (
    "<p>Two people were hurt when a device went off beside a vegetable stall in Examplabad on Tuesday, police said.</p>"
    "<p>The blast shattered windows along the street, and traders closed their shops for the rest of the day.</p>"
    "<p>No group has said that it was behind the explosion, the second in the district within a month.</p>"
    "<p>Officers searched the surrounding lanes until the evening and asked witnesses to come forward with photographs.</p>"
)


def html(head: str = "", body: str = STORY, lang: str = ' lang="en-GB"') -> bytes:
    """A news page around a story."""
    return (
        f"<!doctype html><html{lang}><head><meta charset='utf-8'><title>Blast at market - Example Post</title>"
        f"<meta property='og:site_name' content='Example Post'>{head}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<article><h1>Blast at market</h1>{body}</article><footer>Copyright Example Post</footer></body></html>"
    ).encode()


def json_ld(data: str) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{data}</script>'


def test_an_article_is_extracted() -> None:
    """Text without navigation or heading, title, site, language and no problem."""
    page = extract(html(), URL, "text/html; charset=utf-8")

    assert page.problem is None
    assert page.text.startswith("Two people were hurt")
    assert len(page.text.split("\n")) == 4
    assert "Sport" not in page.text
    assert (page.title, page.site_name, page.language) == ("Blast at market", "Example Post", "en")


@pytest.mark.parametrize(
    "head",
    [
        json_ld('{"@type": "NewsArticle", "datePublished": "2026-03-04T15:00:00+05:00"}'),
        json_ld(
            '{"@graph": [{"@type": "WebPage", "datePublished": "2020"}, {"@type": ["NewsArticle"], "datePublished": "2026-03-04T10:00Z"}]}'
        ),
        json_ld('[{"@type": "ReportageNewsArticle", "datePublished": "Wed, 04 Mar 2026 10:00:00 GMT"}]'),
        json_ld("{not json") + "<meta property='article:published_time' content='2026-03-04T10:00:00Z'>",
        "<meta name='parsely-pub-date' content='2026-03-04T10:00:00+00:00'>",
        "<meta itemprop='datePublished' content='2026-03-04T11:00:00+01:00'>",
    ],
)
def test_the_time_of_publication_keeps_its_zone(head: str) -> None:
    """JSON-LD before meta elements, converted to UTC to the minute; a broken script is passed over."""
    assert extract(html(head), URL).published == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_time_element_and_the_address_date_an_article_too() -> None:
    """Without metadata the marked time counts, then the date in the address; without any of them nothing is claimed."""
    marked = html(body="<time datetime='2026-03-04T10:00:00Z'>today</time>" + STORY)

    assert extract(marked, URL).published == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert extract(html(), "https://post.example.com/2026/03/04/blast").published == datetime(2026, 3, 4, tzinfo=UTC)
    assert extract(html(), URL).published is None


def test_authors_are_named_without_by() -> None:
    """One or several authors of the JSON-LD, or the meta element."""
    several = json_ld('{"@type": "NewsArticle", "author": [{"name": "By A. Writer"}, {"name": "B. Author"}]}')

    assert extract(html(several), URL).author == "A. Writer, B. Author"
    assert extract(html("<meta name='author' content='C. Editor'>"), URL).author == "C. Editor"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/city/market-attack?id=4", "https://www.post.example.com/city/market-attack?id=4"),
        ("https://amp.example.com/city/market-attack", "https://amp.example.com/city/market-attack"),
        ("https://elsewhere.org/city/market-attack", None),
        ("https://www.post.example.com/", None),
        ("javascript:x", None),
    ],
)
def test_a_canonical_address_is_believed_within_the_site(href: str, expected: str | None) -> None:
    """Another site, the home page and nonsense are not taken for the article's address."""
    assert extract(html(f"<link rel='canonical' href='{href}'>"), URL).canonical_url == expected


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"%PDF-1.7 ...", "text/html", "a PDF document"),
        (b"\x89PNG\r\n", "", "an image"),
        (b"<html></html>", "application/pdf", "application/pdf"),
        (b"just words", "text/plain", "text/plain"),
        (b"", "text/html", "empty"),
        (b"<!-- only a comment -->", "text/html", "empty"),
        (b"<html><body></body></html>", "text/html", "No article text"),
        (b"<p>" + b"a " * 6_000_000, "text/html", "larger than 10 MB"),
    ],
    ids=["pdf", "png", "declared pdf", "text", "nothing", "comment", "no text", "large"],
)
def test_what_is_no_article_says_why(body: bytes, content_type: str, words: str) -> None:
    """Each kind of non-article has an empty text and a plain problem."""
    page = extract(body, URL, content_type)

    assert page.text == ""
    assert page.problem is not None
    assert words in page.problem


@pytest.mark.parametrize(
    "page",
    [
        html(body="<form><p>Sign in to continue reading this article.</p><input type='password'></form>"),
        html(body="<p>Two people were hurt in Examplabad on Tuesday, police said, when a device went off at a stall.</p>"
             "<div class='wall'><p>Subscribe now to read the full story.</p></div>"),
        html(json_ld('{"@type": "NewsArticle", "isAccessibleForFree": "False"}'), body="<p>Two people were hurt in Examplabad.</p>"),
    ],
    ids=["login form", "teaser", "declared"],
)  # fmt: skip
def test_login_walls_are_recognised(page: bytes) -> None:
    """A form, a teaser with a demand, and a declared paywall are walls, not articles."""
    found = extract(page, URL)

    assert found.text == ""
    assert found.problem == "The article is behind a login or subscription wall."
    assert found.title == "Blast at market"


def test_a_whole_text_behind_a_declared_paywall_is_used() -> None:
    """What the server sent in full is read, whatever the page says about payment."""
    page = extract(html(json_ld('{"@type": "NewsArticle", "isAccessibleForFree": false}'), body=STORY * 1), URL)

    assert page.problem is None
    assert len(page.text) > 300


def test_a_short_brief_is_an_article() -> None:
    """Two lines without any demand are news, not a wall."""
    brief = "<p>Two people were hurt in Examplabad on Tuesday when a device went off at a stall, police said in a statement.</p>"

    assert extract(html(body=brief), URL).text.startswith("Two people")


def test_a_page_for_human_visitors_is_named() -> None:
    """The challenge page of a content network is told from an empty article."""
    page = extract(b"<html><head><title>Just a moment...</title></head><body><p>Verify you are human</p></body></html>", URL)

    assert page.problem == "The site answered with a page for human visitors only, not with the article."


@pytest.mark.parametrize(
    ("encoding", "content_type", "declared"),
    [
        ("windows-1251", "", ""),
        ("windows-1251", "text/html; charset=windows-1251", ""),
        ("windows-1251", "", "windows-1251"),
        ("utf-8", "", "nonsense"),
        ("utf-16", "", ""),
    ],
)
def test_encodings_are_found(encoding: str, content_type: str, declared: str) -> None:
    """Header, declaration, byte order mark and, without any of them, the bytes themselves tell the encoding."""
    words = "На рынке произошел взрыв, "
    text = f"<html><head><title>x</title>META</head><body><article><p>{words * 30}</p></article></body></html>"
    meta = f"<meta charset='{declared}'>" if declared else ""

    assert "рынке" in extract(text.replace("META", meta).encode(encoding), URL, content_type).text


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000 + STORY.encode(),
        b"<table>" + b"<tr><td colspan=9007199254740992>x</td></tr>" * 50 + b"</table>",
        b"<p>" + b" " * 300_000 + b"</p>",
        b"<p>\x00\x00\x00</p>" + STORY.encode(),
        b"<script type='application/ld+json'>" + b"[" * 100_000 + b"</script>" + STORY.encode(),
        b"<a href='" + b"x" * 500_000,
    ],
    ids=["nesting", "colspan", "spaces", "nul", "deep json", "long attribute"],
)
def test_hostile_pages_end_soon(body: bytes) -> None:
    """Nesting, giant spans, runs of space and endless attributes end in a value within seconds."""
    started = time.perf_counter()
    page = extract(body, URL, "text/html")

    assert bool(page.text) != bool(page.problem)
    assert time.perf_counter() - started < 5


def test_endless_texts_are_cut() -> None:
    """Half a million characters are capped before anybody analyses them."""
    paragraphs = "".join(
        f"<p>Paragraph {number} of a very long report about the traffic in the town and its many junctions.</p>" for number in range(6_000)
    )

    assert len(extract(html(body=paragraphs), URL, fast=True).text) <= MAX_TEXT


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_bytes_raise(body: bytes, content_type: str) -> None:
    """Whatever comes, the answer is a page that travels between processes, with a text or a problem."""
    page = extract(b"<html>" + body, URL, content_type)

    assert bool(page.text) != bool(page.problem)
    assert pickle.loads(pickle.dumps(page)) == page
