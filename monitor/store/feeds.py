"""Feeds: which are due, and what a poll brought, in one transaction with its entries, validators and next due time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from monitor.model import Feed, FeedItem, Fetched, FetchFailed, FetchOutcome, NotModified, Validators
from monitor.store import entries
from monitor.store.values import clean, from_unix, iso, moment_or_none

HORIZON = timedelta(days=8)  # no due time may lie further ahead: it would come from a clock that was wrong


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed to poll now, with what its last polls taught. `first_poll`: it was never read, its items are backfill."""

    feed: Feed
    validators: Validators
    body_hash: str | None
    first_poll: bool
    consecutive_failures: int
    median_gap: float | None  # seconds between its entries, once it has shown five
    due: datetime
    last_success: datetime | None

    @property
    def name(self) -> str:
        return self.feed.name

    @property
    def url(self) -> str:
        return self.feed.url


@dataclass(frozen=True, slots=True)
class Poll:
    """What one poll of a feed came to. A body that could not be parsed is a FetchFailed; an unchanged body has no items."""

    feed: str
    outcome: FetchOutcome
    next_due: datetime
    items: tuple[FeedItem, ...] = ()
    body_hash: str | None = None  # of the body that was read; None keeps the one on file
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PollResult:
    """Entries that the poll added (`new`) or whose title changed (`changed`), by id, and how many were known as they are.

    `gap`: all items were new although the feed had been read before, so that some may have scrolled off unseen.
    """

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    known: int = 0
    backfill: bool = False
    gap: bool = False


def sync(conn: sqlite3.Connection, feeds: Sequence[Feed], now: datetime) -> None:
    """Make the subscriptions those of feeds.yaml. A feed that left is kept, inactive; one that moved forgets its validators.

    New feeds are due at once; a due time beyond HORIZON (a clock that was wrong) becomes now.
    """
    conn.execute("UPDATE feed SET active = 0 WHERE active AND name NOT IN (SELECT value FROM json_each(?))", (_names(feeds),))
    for feed in feeds:
        conn.execute(
            """INSERT INTO feed (name, url, country, language, tier, every, tags, next_due) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET
                etag = iif(url = excluded.url, etag, NULL), last_modified = iif(url = excluded.url, last_modified, NULL),
                body_hash = iif(url = excluded.url, body_hash, NULL),
                next_due = iif(active AND url = excluded.url, next_due, excluded.next_due),
                url = excluded.url, country = excluded.country, language = excluded.language, tier = excluded.tier,
                every = excluded.every, tags = excluded.tags, active = 1""",
            (feed.name, feed.url, feed.country, feed.language, feed.tier, feed.every, json.dumps(feed.tags), now.timestamp()),
        )
    conn.execute("UPDATE feed SET next_due = ? WHERE active AND next_due > ?", (now.timestamp(), (now + HORIZON).timestamp()))


def claim_due(
    conn: sqlite3.Connection, now: datetime, limit: int, lease: timedelta, wanted: Callable[[str | None], bool] = lambda _: True
) -> list[DueFeed]:
    """Lease up to `limit` due feeds, the longest overdue first. A lease that runs out makes the feed due again.

    `wanted` is asked about the address of each in turn, and leaves for later those of hosts that have enough to do.
    """
    at = now.timestamp()
    waiting = conn.execute(
        "SELECT * FROM feed WHERE active AND next_due <= ? AND (lease_until IS NULL OR lease_until <= ?) ORDER BY next_due", (at, at)
    )
    rows = list(islice((row for row in waiting if wanted(row["url"])), limit))
    until = (now + lease).timestamp()
    conn.executemany("UPDATE feed SET lease_until = ? WHERE name = ?", [(until, row["name"]) for row in rows])
    return [_due_feed(row) for row in rows]


def next_due(conn: sqlite3.Connection) -> datetime | None:
    """When the next feed is due; None without feeds."""
    row = conn.execute("SELECT min(next_due) FROM feed WHERE active").fetchone()
    return None if row[0] is None else from_unix(row[0])


def record_poll(conn: sqlite3.Connection, poll: Poll, now: datetime) -> PollResult:
    """Write a poll down: its new and changed entries, validators, next due time, failure or success, and history.

    Raises KeyError for a feed that `sync` never saw.
    """
    row = conn.execute("SELECT * FROM feed WHERE name = ?", (poll.feed,)).fetchone()
    if row is None:
        raise KeyError(poll.feed)
    taken = entries.Taken()
    if not isinstance(poll.outcome, FetchFailed):
        taken = entries.take(conn, poll.feed, poll.items, now, backfill=row["first_read"] is None)
        _succeed(conn, poll, poll.outcome, taken, now)
    else:
        conn.execute(
            "UPDATE feed SET consecutive_failures = consecutive_failures + 1, failure_kind = ?, last_error = ? WHERE name = ?",
            (poll.outcome.kind, clean(poll.outcome.detail), poll.feed),
        )
    conn.execute(
        "UPDATE feed SET next_due = ?, lease_until = NULL, last_poll = ? WHERE name = ?",
        (poll.next_due.timestamp(), iso(now), poll.feed),
    )
    _remember(conn, poll, taken, now)
    read_before = row["first_read"] is not None and row["last_new_entry"] is not None
    gap = read_before and bool(taken.new) and taken.known == 0 and not taken.changed
    return PollResult(taken.new, taken.changed, taken.known, row["first_read"] is None, gap)


def forget_polls(conn: sqlite3.Connection, before: datetime) -> int:
    """Drop the poll history older than `before`; the number of rows dropped."""
    return conn.execute("DELETE FROM poll_history WHERE at < ?", (iso(before),)).rowcount


def _succeed(conn: sqlite3.Connection, poll: Poll, outcome: Fetched | NotModified, taken: entries.Taken, now: datetime) -> None:
    """A 304 may leave out the validators it confirms (RFC 9110, 15.4.5), so it only replaces those it repeats."""
    known = outcome.validators
    keep = isinstance(outcome, NotModified)
    conn.execute(
        """UPDATE feed SET consecutive_failures = 0, failure_kind = NULL, last_error = NULL, last_success = ?,
            first_read = coalesce(first_read, ?), etag = iif(?, coalesce(?, etag), ?),
            last_modified = iif(?, coalesce(?, last_modified), ?), body_hash = coalesce(?, body_hash)
        WHERE name = ?""",
        (
            *(iso(now), iso(now), keep, known.etag, known.etag, keep, known.last_modified, known.last_modified),
            *(poll.body_hash, poll.feed),
        ),
    )
    if taken.new:
        gap = entries.median_gap(conn, poll.feed)
        conn.execute("UPDATE feed SET last_new_entry = ?, median_gap = ? WHERE name = ?", (iso(now), gap, poll.feed))


def _remember(conn: sqlite3.Connection, poll: Poll, taken: entries.Taken, now: datetime) -> None:
    outcome = poll.outcome
    failed = isinstance(outcome, FetchFailed)
    conn.execute(
        """INSERT INTO poll_history (feed, at, outcome, status, detail, items, new, changed, bytes, seconds)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            poll.feed,
            iso(now),
            outcome.kind if isinstance(outcome, FetchFailed) else "not_modified" if isinstance(outcome, NotModified) else "fetched",
            outcome.status if isinstance(outcome, FetchFailed) else 304 if isinstance(outcome, NotModified) else 200,
            clean(outcome.detail) if isinstance(outcome, FetchFailed) else "",
            0 if failed else len(poll.items),
            len(taken.new),
            len(taken.changed),
            len(outcome.body) if isinstance(outcome, Fetched) else 0,
            poll.seconds,
        ),
    )


def _due_feed(row: sqlite3.Row) -> DueFeed:
    tags = tuple(json.loads(row["tags"]))
    return DueFeed(
        Feed(row["name"], row["url"], row["country"], row["language"], row["tier"], row["every"], tags),
        Validators(row["etag"], row["last_modified"]),
        row["body_hash"],
        row["first_read"] is None,
        row["consecutive_failures"],
        row["median_gap"],
        from_unix(row["next_due"]),
        moment_or_none(row["last_success"]),
    )


def _names(feeds: Sequence[Feed]) -> str:
    return json.dumps([feed.name for feed in feeds])
