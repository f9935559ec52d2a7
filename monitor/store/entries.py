"""Entries: the items of feeds on file, and the queue of those still to be read."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, pairwise
from statistics import median

from monitor.model import Entry, FeedItem
from monitor.store.values import clean, clean_or_none, iso, iso_or_none, moment, moment_or_none

RHYTHM = 20  # newest entries that the median gap is learnt from
RHYTHM_LEAST = 5


class EntryState(StrEnum):
    """`pending` to be read, `leased` being read, `done` read, `failed` given up; the entry's `detail` says why."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Taken:
    """Ids of entries that are new or changed, and the number that were known as they are."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    known: int = 0


def take(conn: sqlite3.Connection, feed: str, items: Sequence[FeedItem], now: datetime, *, backfill: bool) -> Taken:
    """File the items of one feed document; new ones and those whose title changed become pending.

    An item is known by its guid, else by its link when no other item of the document has it (some feeds give every item
    the same link, others a new guid for the same item at each poll). Guids used twice in one document are told apart by
    link, else by title. Oldest first, so that ids rise with time: documents list the newest first.
    """
    new: list[int] = []
    changed: list[int] = []
    known = 0
    links = Counter(item.url for item in items)
    for guid, item in reversed(identified(items)):
        entry, is_known = _file(conn, feed, guid, item, now, backfill, by_link=links[item.url] == 1)
        if not is_known:
            new.append(entry)
        elif _retitle(conn, entry, item, now):
            changed.append(entry)
        else:
            known += 1
    return Taken(tuple(new), tuple(changed), known)


def identified(items: Sequence[FeedItem]) -> list[tuple[str, FeedItem]]:
    """The items with a guid each that is unique in their document; exact repetitions are left out."""
    uses = Counter(item.guid for item in items)
    unique: dict[str, FeedItem] = {}
    for item in items:
        guid = item.guid if uses[item.guid] == 1 else f"{item.guid}#{item.url or title_hash(item.title)}"
        if guid in unique and unique[guid].title != item.title:
            guid = f"{guid}#{title_hash(item.title)}"
        unique.setdefault(guid, item)
    return [(clean(guid), item) for guid, item in unique.items()]


def title_hash(title: str) -> str:
    """What a title is compared by: its words without case or spacing."""
    return hashlib.blake2b(" ".join(clean(title).casefold().split()).encode(), digest_size=8).hexdigest()


def claim_pending(
    conn: sqlite3.Connection, now: datetime, limit: int, lease: timedelta, wanted: Callable[[str | None], bool] = lambda _: True
) -> list[Entry]:
    """Lease up to `limit` entries to read, fresh ones before backfill; `attempts` counts this one.

    A lease that ran out (its reader died) makes the entry pending again. `wanted` is asked about the address of each
    entry in turn, and leaves for later those of hosts that have enough to do.
    """
    at = now.timestamp()
    conn.execute("UPDATE entry SET state = 'pending', lease_until = NULL WHERE state = 'leased' AND lease_until <= ?", (at,))
    waiting = conn.execute("SELECT id, url FROM entry WHERE state = 'pending' AND next_try <= ? ORDER BY backfill, next_try, id", (at,))
    chosen = list(islice((row["id"] for row in waiting if wanted(row["url"])), limit))
    rows = [conn.execute("SELECT * FROM entry WHERE id = ?", (number,)).fetchone() for number in chosen]
    until = (now + lease).timestamp()
    conn.executemany(
        "UPDATE entry SET state = 'leased', lease_until = ?, attempts = attempts + 1 WHERE id = ?",
        [(until, row["id"]) for row in rows],
    )
    return [_entry(row, row["attempts"] + 1, shares_link(conn, row["id"])) for row in rows]


def shares_link(conn: sqlite3.Connection, entry_id: int) -> bool:
    """Has another entry of the same feed the same address? Some feeds link every item to one page."""
    query = (
        "SELECT 1 FROM entry one JOIN entry other ON other.feed = one.feed AND other.url = one.url WHERE one.id = ? AND other.id <> one.id"
    )
    return conn.execute(f"{query} LIMIT 1", (entry_id,)).fetchone() is not None


def article_of(conn: sqlite3.Connection, entry_id: int) -> int | None:
    """The article that this entry was filed as, when it has been read before."""
    row = conn.execute("SELECT article FROM entry WHERE id = ?", (entry_id,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def finish(conn: sqlite3.Connection, entry_id: int, state: EntryState, detail: str = "", article: int | None = None) -> bool:
    """End the reading of a leased entry as DONE or FAILED. A done entry drops its full text: the article has it.

    False when the entry was no longer leased: a poll found its title changed meanwhile, and it will be read again.
    """
    if article is not None:
        conn.execute("UPDATE entry SET article = ? WHERE id = ?", (article, entry_id))
    cursor = conn.execute(
        """UPDATE entry SET state = ?, detail = ?, lease_until = NULL, content = iif(? = 'done', '', content)
        WHERE id = ? AND state = 'leased'""",
        (state, clean(detail), state, entry_id),
    )
    return cursor.rowcount == 1


def postpone(conn: sqlite3.Connection, entry_id: int, until: datetime, detail: str) -> None:
    """Put a leased entry back, to be read no sooner than `until`."""
    conn.execute(
        "UPDATE entry SET state = 'pending', next_try = ?, detail = ?, lease_until = NULL WHERE id = ? AND state = 'leased'",
        (until.timestamp(), clean(detail), entry_id),
    )


def median_gap(conn: sqlite3.Connection, feed: str) -> float | None:
    """The feed's rhythm: the median of the seconds between its newest entries; None before it has shown five."""
    rows = conn.execute("SELECT coalesce(published, first_seen) FROM entry WHERE feed = ? ORDER BY id DESC LIMIT ?", (feed, RHYTHM))
    times = sorted(moment(row[0]).timestamp() for row in rows)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return median(gaps) if len(gaps) >= RHYTHM_LEAST - 1 else None


def _file(
    conn: sqlite3.Connection, feed: str, guid: str, item: FeedItem, now: datetime, backfill: bool, *, by_link: bool
) -> tuple[int, bool]:
    """The entry of this item, and whether it was on file before."""
    url = clean_or_none(item.url)
    row = conn.execute("SELECT id FROM entry WHERE feed = ? AND guid = ?", (feed, guid)).fetchone()
    if row is None and url is not None and by_link:
        row = conn.execute("SELECT id FROM entry WHERE feed = ? AND url = ?", (feed, url)).fetchone()
    if row is not None:
        return int(row[0]), True
    cursor = conn.execute(
        """INSERT INTO entry (feed, guid, url, title, title_hash, summary, content, published, first_seen, backfill, state, next_try)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)""",
        (
            *(feed, guid, url, clean(item.title), title_hash(item.title), clean(item.summary), clean(item.content)),
            *(iso_or_none(item.published), iso(now), backfill, now.timestamp()),
        ),
    )
    return int(cursor.lastrowid or 0), False


def _retitle(conn: sqlite3.Connection, entry: int, item: FeedItem, now: datetime) -> bool:
    """Make a known entry pending again when its title is another one. What was read before and is rewritten is news, no backfill."""
    cursor = conn.execute(
        """UPDATE entry SET title = ?, title_hash = ?, summary = ?, content = ?, changed = ?,
            backfill = iif(state = 'done', 0, backfill), state = 'pending', attempts = 0,
            next_try = ?, lease_until = NULL, detail = '' WHERE id = ? AND title_hash <> ?""",
        (
            *(clean(item.title), title_hash(item.title), clean(item.summary), clean(item.content), iso(now), now.timestamp()),
            *(entry, title_hash(item.title)),
        ),
    )
    return cursor.rowcount == 1


def _entry(row: sqlite3.Row, attempts: int, shared_link: bool) -> Entry:
    return Entry(
        id=row["id"],
        feed=row["feed"],
        guid=row["guid"],
        url=row["url"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        published=moment_or_none(row["published"]),
        first_seen=moment(row["first_seen"]),
        backfill=bool(row["backfill"]),
        attempts=attempts,
        shared_link=shared_link,
    )
