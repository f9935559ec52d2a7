"""How many articles each name occurs in: what linking by wording has learnt, in the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from monitor.incidents.rarity import Frequencies
from monitor.store import meta

PROBES = 400  # terms of one SELECT
_ARTICLES = "articles_observed"


def frequencies(conn: sqlite3.Connection, terms: Sequence[str]) -> Frequencies:
    """What is known of these terms; by point look-ups, so that the cost does not grow with the archive."""
    counts: dict[str, int] = {}
    distinct = list(dict.fromkeys(terms))
    for start in range(0, len(distinct), PROBES):
        part = distinct[start : start + PROBES]
        rows = conn.execute(f"SELECT term, articles FROM term WHERE term IN ({', '.join('?' * len(part))})", part)
        counts.update((row[0], row[1]) for row in rows)
    return Frequencies(int(meta.get(conn, _ARTICLES) or 0), counts)


def observe(conn: sqlite3.Connection, terms: Sequence[str]) -> None:
    """Count one more article with these terms. Must run inside a write transaction."""
    meta.count_up(conn, _ARTICLES)
    conn.executemany(
        "INSERT INTO term (term, articles) VALUES (?, 1) ON CONFLICT (term) DO UPDATE SET articles = articles + 1",
        [(term,) for term in dict.fromkeys(terms)],
    )
