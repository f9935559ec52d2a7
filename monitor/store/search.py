"""Full text over the archive."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from monitor.errors import UsageError
from monitor.store.values import clean


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that holds the words; `incident` is the one it mainly tells of. `snippet` marks the words with [ ]."""

    article: int
    title: str
    url: str
    outlet: str
    published: str | None  # ISO text, as in the views
    incident: str | None
    snippet: str


def quoted(words: str) -> str:
    """What a person typed as an FTS5 query: all words, in any order; "quoted words" in that order; word* by its beginning.

    Everything else that means something to FTS5 is taken as text. Raises UsageError when no word is left.
    """
    terms = []
    for nth, part in enumerate(clean(words).split('"')):
        for term in [part] if nth % 2 else part.split():
            if any(letter.isalnum() for letter in term):
                star = "*" if term.endswith("*") and nth % 2 == 0 else ""
                terms.append(f'"{term.rstrip("*")}"{star}')
    if not terms:
        raise UsageError("nothing to search for", 'Give one or more words, or "words in this order".')
    return " ".join(terms)


def search(conn: sqlite3.Connection, words: str, limit: int = 20) -> list[Hit]:
    """Articles that hold all the words in title or text, those that came in last first. Raises UsageError."""
    rows = conn.execute(
        """SELECT a.id, a.title, a.url, a.outlet, a.published, a.incident,
            snippet(articles_search, -1, '[', ']', ' … ', 16) AS snippet
        FROM articles_search JOIN articles a ON a.id = articles_search.rowid
        WHERE articles_search MATCH ? ORDER BY articles_search.rowid DESC LIMIT ?""",
        (quoted(words), limit),
    )
    return [Hit(*row) for row in rows]
