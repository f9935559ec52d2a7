"""Addresses, their keys and their outlets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.urls import absolute, is_home_page, outlet, same_site, url_key


@pytest.mark.parametrize(
    "url",
    [
        "https://post.example/news/12-blast", "http://www.post.example/news/12-blast/", "https://m.post.example:443/news/12-blast#comments",
        "https://amp.post.example/news/12-blast?utm_source=rss&utm_medium=x", "https://post.example/news/12-blast/amp",
        "https://post.example/news/12-blast.amp", "https://post.example/news/12-blast?amp=1&fbclid=9", "https://POST.example/news//./12-blast",
        "https://post.example/x/../news/12-blast?outputType=amp", "https://mobile.post.example/news/12%2Dblast?ref=rss&CMP=tw",
        "https://www.google.com/url?url=https%3A%2F%2Fpost.example%2Fnews%2F12-blast&ct=ga&cd=1", "https://google.com/amp/s/post.example/news/12-blast",
        "https://post-example.cdn.ampproject.org/c/s/www.post.example/news/12-blast/amp",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fpost.example%2Fnews%2F12-blast%3Ffbclid%3D1",
        "https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fpost.example%2fnews%2f12-blast&c=1",
    ],
)  # fmt: skip
def test_one_article_has_one_key(url: str) -> None:
    """Scheme, host prefixes, AMP, tracking, fragments and redirectors do not make another article."""
    assert url_key(url) == "post.example/news/12-blast"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://post.example/story.php?storyid=5", "https://post.example/story.php?storyid=6"),
        ("https://post.example/story.php?cid=99&storyid=5", "https://post.example/story.php?cid=98&storyid=5"),
        ("https://post.example/read?uid=4", "https://post.example/read?uid=5"),
        ("https://post.example/?p=1", "https://post.example/?p=2"),
        ("https://post.example/News/A", "https://post.example/News/a"),
        ("https://post.example/a", "https://mail.post.example/a"),
        ("https://post.example/news?page=1", "https://post.example/news?page=2"),
        ("https://news.google.com/rss/articles/CBMiA", "https://news.google.com/rss/articles/CBMiB"),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    ],
)
def test_different_articles_keep_different_keys(one: str, other: str) -> None:
    """Ids in the query, letter case in paths, other hosts and opaque redirectors are told apart."""
    assert url_key(one) != url_key(other)


def test_parameters_are_sorted() -> None:
    """The order of parameters does not matter."""
    assert url_key("https://post.example/x?b=2&a=1") == url_key("https://post.example/x?a=1&b=2")


@given(st.text(max_size=120))
def test_a_key_never_raises_and_is_stable(text: str) -> None:
    """Any text has a key, the same each time."""
    assert url_key("https://post.example/" + text) == url_key("https://post.example/" + text)
    url_key(text)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a?b=1", "https://post.example/a?b=1"),
        (" c d\n ", "https://post.example/rss/c%20d"),
        ("//other.example/x", "https://other.example/x"),
        ("HTTP://other.example/x", "http://other.example/x"),
        ("mailto:a@b.example", None),
        ("javascript:void(0)", None),
        ("#top", None),
        ("", None),
        (None, None),
        ("http://[broken", None),
        ("http://h.example:0/", None),
        ("https://h.example/" + "x" * 3_000, None),
    ],
)
def test_links_become_absolute_web_addresses(link: str | None, expected: str | None) -> None:
    """Relative links are completed; what is no web address is None."""
    assert absolute("https://post.example/rss/feed.xml", link) == expected


def test_outlets_are_registered_domains() -> None:
    """Subdomains belong to one outlet; numbers and local names stand for themselves, with their port."""
    assert outlet("https://edition.post.co.uk/a") == outlet("https://www.post.co.uk/b") == "post.co.uk"
    assert outlet("http://127.0.0.1:8001/a") == "127.0.0.1:8001"
    assert outlet("nonsense") == ""


def test_sites_are_compared_by_outlet() -> None:
    """Two hosts of one domain are one site, and nothing is the same site as nonsense."""
    assert same_site("https://a.post.com/x", "https://post.com/y")
    assert not same_site("https://post.com/x", "https://mail.com/y")
    assert not same_site("nonsense", "nonsense")


def test_home_pages_are_known() -> None:
    """An address without a path names the site, not an article."""
    assert is_home_page("https://post.example/")
    assert is_home_page("https://post.example/index.html")
    assert not is_home_page("https://post.example/?p=3")
    assert not is_home_page("https://post.example/a")
