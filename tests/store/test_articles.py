"""Articles, their addresses, reprints and suppressions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import Article, Assessment, ExtractedBy, Incident, Report
from monitor.store import articles, feeds, incidents, outbox
from monitor.store.search import search
from monitor.store.writer import Writer

MakeArticle = Callable[..., Article]
MakeAssessment = Callable[..., Assessment]
BANDS = tuple(range(1000, 1032))


def _insert(writer: Writer, article: Article, assessment: Assessment, *keys: str, **more: Any) -> int:
    return writer.run(lambda conn: articles.insert(conn, article, assessment, keys, "hash", **more))


def test_article_comes_back_whole(writer: Writer, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """An article and its assessment are loaded as they were filed."""
    article = make_article(author="A. Writer", extracted_by=ExtractedBy.SUMMARY, problem="login wall", backfill=True, published=None)
    article_id = _insert(writer, article, make_assessment("drill"))

    assert writer.run(lambda conn: articles.load(conn, article_id)) == article
    assert writer.run(lambda conn: articles.load_assessment(conn, article_id)) == make_assessment("drill")
    assert writer.run(lambda conn: articles.content_hash(conn, article_id)) == "hash"


def test_unknown_article(writer: Writer) -> None:
    """An article that is not on file raises KeyError."""
    with pytest.raises(KeyError):
        writer.run(lambda conn: articles.load(conn, 9))


def test_addresses(writer: Writer, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """An article is found by every address it has; an address that is taken stays where it was."""
    first = _insert(writer, make_article(), make_assessment(), "x.example/a", "x.example/amp/a")
    second = _insert(writer, make_article(), make_assessment(), "x.example/a", "x.example/b")
    writer.run(lambda conn: articles.add_url_keys(conn, second, ["x.example/c"]))

    found = [writer.run(lambda conn, key=key: articles.find_by_url_key(conn, f"x.example/{key}")) for key in ("a", "amp/a", "b", "c", "d")]
    assert found == [first, first, second, second, None]


def test_source(writer: Writer, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """A text of its own is its own source; a reprint has that of the text it copies."""
    original = _insert(writer, make_article(), make_assessment(), bands=BANDS)
    (found,) = writer.run(lambda conn: articles.reprint_candidates(conn, BANDS, make_article().seen))
    _insert(writer, make_article(), make_assessment(), source=found.source, bands=BANDS)

    assert found == (original, make_article().text, f"a{original}")
    assert writer.run(lambda conn: articles.source(conn, original)) == found.source
    sources = [each.source for each in writer.run(lambda conn: articles.reprint_candidates(conn, BANDS, make_article().seen))]
    assert sources == [found.source] * 2


def test_reprint_candidates(writer: Writer, now: datetime, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """Those that share most bands come first; other texts, other bands' values and earlier days do not come at all."""
    half = _insert(writer, make_article(), make_assessment(), bands=(*BANDS[:16], *range(16)))
    most = _insert(writer, make_article(), make_assessment(), bands=(*BANDS[:30], 1, 2))
    _insert(writer, make_article(), make_assessment(), bands=range(5000, 5032))
    _insert(writer, make_article(), make_assessment(), bands=BANDS[::-1])
    _insert(writer, make_article(seen=now - timedelta(days=5)), make_assessment(), bands=BANDS)

    found = writer.run(lambda conn: articles.reprint_candidates(conn, BANDS, now - timedelta(days=3)))
    assert [candidate.article for candidate in found] == [most, half]
    assert writer.run(lambda conn: articles.reprint_candidates(conn, (), now)) == []


def test_large_bands(writer: Writer, now: datetime, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """Bands of 64 bits fit into SQLite's signed integers."""
    bands = [2**64 - 1, 2**63, 0, -5]
    article_id = _insert(writer, make_article(), make_assessment(), bands=bands)

    assert writer.run(lambda conn: articles.reprint_candidates(conn, bands, now))[0].article == article_id


def test_forgotten_bands(writer: Writer, now: datetime, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """Signatures of old days can be dropped."""
    _insert(writer, make_article(seen=now - timedelta(days=5)), make_assessment(), bands=BANDS)

    assert writer.run(lambda conn: articles.forget_bands(conn, now)) == 32


def test_edited_article(writer: Writer, now: datetime, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """An edited article keeps its first sight, gets a revision, its new text is searched, its old reasons are gone."""
    article_id = _insert(writer, make_article(), make_assessment("drill"))
    edited = make_article(text="The toll in Orlan rose to nineteen.", seen=now + timedelta(hours=1))

    revision = writer.run(lambda conn: articles.update_text(conn, article_id, edited, make_assessment("trial"), "hash2", now))

    assert revision == 2
    assert writer.run(lambda conn: articles.load(conn, article_id)) == replace(edited, seen=now)
    assert writer.run(lambda conn: [hit.article for hit in search(conn, "nineteen")]) == [article_id]
    assert writer.run(lambda conn: search(conn, "lantern")) == []
    assert writer.run(lambda conn: [row[0] for row in conn.execute("SELECT rule FROM suppressions")]) == ["trial"]
    writer.run(lambda conn: conn.execute("INSERT INTO articles_search (articles_search) VALUES ('integrity-check')"))


def test_unread_language(writer: Writer, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """Articles in a language that is not read are counted with their feed; other suppressions are not."""
    _insert(writer, make_article(language="ps"), make_assessment("language"))
    _insert(writer, make_article(), make_assessment("trial"))

    assert writer.run(lambda conn: conn.execute("SELECT language_skipped FROM feed").fetchone()[0]) == 1


def test_seen_since(writer: Writer, now: datetime, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """Articles come back in order of arrival, from a moment on."""
    for days in (5, 1, 0):
        _insert(writer, make_article(title=f"{days} days", seen=now - timedelta(days=days)), make_assessment())

    found = writer.run(lambda conn: [article.title for _, article in articles.seen_since(conn, now - timedelta(days=2))])
    assert found == ["1 days", "0 days"]


def test_article_transaction_is_fast(
    writer: Writer,
    now: datetime,
    make_article: MakeArticle,
    make_assessment: MakeAssessment,
    make_report: Callable[..., Report],
    make_incident: Callable[..., Incident],
) -> None:
    """Article, findings, incident and keys take a few milliseconds of work (the disk's own time aside)."""
    text = "The market of Orlan was busy when the bomb went off near the old gate. " * 60

    def write(conn: sqlite3.Connection, number: int) -> None:
        key = f"x.example/{number}"
        articles.find_by_url_key(conn, key)
        articles.reprint_candidates(conn, BANDS, now - timedelta(days=3))
        bands = tuple(band + number for band in BANDS)
        article = articles.insert(conn, make_article(text=text), make_assessment("drill"), [key], "hash", bands=bands)
        keys = [("place", "x:orlan", 20_000 + day) for day in range(4)]
        incidents.candidates(conn, keys[:1] if number % 10 else [])
        incidents.save(conn, make_incident(incidents.new_id(conn), make_report(article)), keys[1:])
        outbox.counts(conn)

    writer.run(lambda conn: write(conn, 0))

    def timed(conn: sqlite3.Connection) -> float:
        begun = time.thread_time()
        for number in range(1, 41):
            write(conn, number)
        return (time.thread_time() - begun) / 40

    assert writer.run(timed) < 0.005


def test_band_look_up_uses_the_key(writer: Writer) -> None:
    """Reprints are looked up by point probes, never by a scan."""
    sql = " UNION ALL ".join(["SELECT article FROM reprint_band WHERE day = ? AND key = ?"] * 32)
    plan = writer.run(lambda conn: [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * 64)])

    assert sum("SEARCH" in step for step in plan) == 32
    assert not any(step.startswith("SCAN") for step in plan)


def test_feed_of_an_article_may_be_unknown(writer: Writer, make_article: MakeArticle, make_assessment: MakeAssessment) -> None:
    """An article from no feed of ours (a page given by hand) is filed as well."""
    _insert(writer, make_article(feed=""), make_assessment("language"))

    assert writer.run(feeds.next_due) is not None
