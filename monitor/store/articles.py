"""Articles: their texts, the addresses they are known by, their likely reprints, and why they were suppressed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from monitor.codec import dumps, loads
from monitor.model import Article, Assessment, ExtractedBy
from monitor.store.values import clean, clean_or_none, day_number, iso, iso_or_none, moment, moment_or_none

REPRINTS_MOST = 20  # candidates worth comparing in full
_SIGNED = 1 << 63


class ReprintCandidate(NamedTuple):
    """An article on file that shares bands of its signature with a new text."""

    article: int
    text: str
    source: str


def find_by_url_key(conn: sqlite3.Connection, key: str) -> int | None:
    """The article known by this canonical address, or None."""
    row = conn.execute("SELECT article FROM url_alias WHERE key = ?", (_hash(key),)).fetchone()
    return int(row[0]) if row else None


def add_url_keys(conn: sqlite3.Connection, article_id: int, url_keys: Sequence[str]) -> None:
    """Make the article known by further addresses; an address that leads elsewhere already stays there."""
    conn.executemany("INSERT OR IGNORE INTO url_alias (key, article) VALUES (?, ?)", [(_hash(key), article_id) for key in url_keys])


def insert(
    conn: sqlite3.Connection,
    article: Article,
    assessment: Assessment,
    url_keys: Sequence[str],
    content_hash: str,
    source: str | None = None,
    bands: Sequence[int] = (),
) -> int:
    """File an article with what was read out of it; returns its id.

    `source`: the reprint group, None for a text of its own ("a<id>"). `bands`: of its signature, to find its reprints.
    An article suppressed for its language is counted with its feed.
    """
    row = {**_texts(article), **_judged(assessment), "content_hash": content_hash, "source": source or ""}
    names = ", ".join(row)
    cursor = conn.execute(f"INSERT INTO article ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    article_id = int(cursor.lastrowid or 0)
    if source is None:
        conn.execute("UPDATE article SET source = ? WHERE id = ?", (f"a{article_id}", article_id))
    add_url_keys(conn, article_id, url_keys)
    _write_bands(conn, article_id, article.seen, bands)
    _suppress(conn, article_id, assessment)
    if any(suppressed.rule == "language" for suppressed in assessment.suppressed):
        conn.execute("UPDATE feed SET language_skipped = language_skipped + 1 WHERE name = ?", (article.feed,))
    return article_id


def update_text(
    conn: sqlite3.Connection,
    article_id: int,
    article: Article,
    assessment: Assessment,
    content_hash: str,
    now: datetime,
    bands: Sequence[int] = (),
) -> int:
    """Replace title, text and findings of an article that was edited under its address; returns its revision, from 2.

    When it was first seen, who published it and its reprint group stay.
    """
    texts = _texts(article)
    kept = ("title", "text", "language", "author", "published", "canonical_url", "extracted_by", "problem")
    row = {**{name: texts[name] for name in kept}, **_judged(assessment), "content_hash": content_hash, "revised": iso(now)}
    setting = ", ".join(f"{name} = ?" for name in row)
    conn.execute(f"UPDATE article SET {setting}, revision = revision + 1 WHERE id = ?", (*row.values(), article_id))
    _write_bands(conn, article_id, article.seen, bands)
    conn.execute("DELETE FROM suppression WHERE article = ?", (article_id,))
    _suppress(conn, article_id, assessment)
    return int(conn.execute("SELECT revision FROM article WHERE id = ?", (article_id,)).fetchone()[0])


def content_hash(conn: sqlite3.Connection, article_id: int) -> str:
    """The hash of the text on file, to see whether an article was edited. Raises KeyError."""
    return str(_row(conn, article_id)["content_hash"])


def source(conn: sqlite3.Connection, article_id: int) -> str:
    """The reprint group it belongs to. Raises KeyError."""
    return str(_row(conn, article_id)["source"])


def reprint_candidates(conn: sqlite3.Connection, bands: Sequence[int], since: datetime) -> list[ReprintCandidate]:
    """Articles seen since then that share a band, those that share most first, at most twenty."""
    keys = _band_keys(bands)
    newest = conn.execute("SELECT max(day) FROM reprint_band").fetchone()[0]
    if not keys or newest is None:
        return []
    shared: dict[int, int] = {}
    probe = " UNION ALL ".join(["SELECT article FROM reprint_band WHERE day = ? AND key = ?"] * len(keys))
    for day in range(day_number(since), newest + 1):
        for (article,) in conn.execute(probe, [value for key in keys for value in (day, key)]):
            shared[article] = shared.get(article, 0) + 1
    best = sorted(shared, key=lambda article: (-shared[article], article))[:REPRINTS_MOST]
    rows = [conn.execute("SELECT id, text, source FROM article WHERE id = ?", (article,)).fetchone() for article in best]
    return [ReprintCandidate(row["id"], row["text"], row["source"]) for row in rows if row]


def load(conn: sqlite3.Connection, article_id: int) -> Article:
    """The article as it was judged last. Raises KeyError."""
    return _article(_row(conn, article_id))


def load_assessment(conn: sqlite3.Connection, article_id: int) -> Assessment:
    """What was read out of it last. Raises KeyError."""
    return loads(Assessment, _row(conn, article_id)["assessment"])


def seen_since(conn: sqlite3.Connection, since: datetime) -> Iterator[tuple[int, Article]]:
    """Articles first seen since then, in order of arrival, one by one: for `replay`."""
    for row in conn.execute("SELECT * FROM article WHERE seen >= ? ORDER BY id", (iso(since),)):
        yield row["id"], _article(row)


def forget_bands(conn: sqlite3.Connection, before: datetime) -> int:
    """Drop the signatures of articles seen on days before that moment's; the number of rows dropped."""
    return conn.execute("DELETE FROM reprint_band WHERE day < ?", (day_number(before),)).rowcount


def _row(conn: sqlite3.Connection, article_id: int) -> sqlite3.Row:
    row: sqlite3.Row | None = conn.execute("SELECT * FROM article WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        raise KeyError(article_id)
    return row


def _texts(article: Article) -> dict[str, object]:
    return {
        "entry": article.entry,
        "feed": article.feed,
        "feed_country": article.feed_country,
        "tier": article.tier,
        "url": clean(article.url),
        "canonical_url": clean_or_none(article.canonical_url),
        "title": clean(article.title),
        "text": clean(article.text),
        "language": article.language,
        "author": clean_or_none(article.author),
        "outlet": clean(article.outlet),
        "published": iso_or_none(article.published),
        "seen": iso(article.seen),
        "extracted_by": article.extracted_by,
        "problem": clean_or_none(article.problem),
        "backfill": article.backfill,
    }


def _judged(assessment: Assessment) -> dict[str, object]:
    return {"relevant": assessment.relevant, "confidence": assessment.confidence, "assessment": dumps(assessment)}


def _suppress(conn: sqlite3.Connection, article_id: int, assessment: Assessment) -> None:
    for found in assessment.suppressed:
        quote = found.quote
        where = (quote.field, quote.start, quote.end) if quote else (None, None, None)
        conn.execute(
            """INSERT INTO suppression (article, rule, rule_id, quote, quote_field, quote_start, quote_end, confidence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (article_id, found.rule, found.rule_id, clean(quote.text) if quote else None, *where, found.confidence),
        )


def _write_bands(conn: sqlite3.Connection, article_id: int, seen: datetime, bands: Sequence[int]) -> None:
    day = day_number(seen)
    rows = [(day, key, article_id) for key in sorted(_band_keys(bands))]
    conn.executemany("INSERT OR IGNORE INTO reprint_band (day, key, article) VALUES (?, ?, ?)", rows)


def _band_keys(bands: Sequence[int]) -> list[int]:
    """One signed 64-bit key per band; the band's number is mixed in, so that equal values in two bands do not meet."""
    keys = []
    for number, value in enumerate(bands):
        mixed = (value * 31 + number) % (2 * _SIGNED)
        keys.append(mixed - 2 * _SIGNED if mixed >= _SIGNED else mixed)
    return keys


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(clean(key).encode(), digest_size=8).digest(), signed=True)


def _article(row: sqlite3.Row) -> Article:
    return Article(
        url=row["url"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published=moment_or_none(row["published"]),
        seen=moment(row["seen"]),
        outlet=row["outlet"],
        feed=row["feed"],
        feed_country=row["feed_country"],
        tier=row["tier"],
        author=row["author"],
        canonical_url=row["canonical_url"],
        extracted_by=ExtractedBy(row["extracted_by"]),
        problem=row["problem"],
        backfill=bool(row["backfill"]),
        entry=row["entry"],
    )
