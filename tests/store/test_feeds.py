"""Subscriptions, due times and polls."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from monitor.model import FailureKind, Feed, FeedItem, FetchFailed, NotModified, Validators
from monitor.store import entries, feeds
from monitor.store.feeds import Poll, PollResult
from monitor.store.writer import Writer

LEASE = timedelta(minutes=2)
Make = Callable[..., Poll]
MakeItem = Callable[..., FeedItem]


def _record(writer: Writer, poll: Poll, now: datetime) -> PollResult:
    return writer.run(lambda conn: feeds.record_poll(conn, poll, now))


def _claim(writer: Writer, now: datetime, limit: int = 10) -> list[feeds.DueFeed]:
    return writer.run(lambda conn: feeds.claim_due(conn, now, limit, LEASE))


def _sync(writer: Writer, now: datetime, *wanted: Feed) -> None:
    writer.run(lambda conn: feeds.sync(conn, wanted, now))


def _failed(now: datetime) -> FetchFailed:
    return FetchFailed("https://river-post.example/feed", FailureKind.NOT_A_FEED, "this is an HTML page", now, status=200)


def test_new_feed_is_due_at_once(writer: Writer, now: datetime) -> None:
    """A feed that was just subscribed to is due now, with all that feeds.yaml says of it, and was never read."""
    (due,) = _claim(writer, now)

    assert (due.name, due.feed.country, due.feed.tags, due.first_poll) == ("river-post", "PK", ("national",), True)
    assert (due.validators, due.body_hash, due.last_success) == (Validators(), None, None)


def test_lease(writer: Writer, now: datetime) -> None:
    """A claimed feed is nobody else's until its lease runs out."""
    _claim(writer, now)

    assert _claim(writer, now + LEASE - timedelta(seconds=1)) == []
    assert len(_claim(writer, now + LEASE)) == 1


def test_longest_overdue_first(writer: Writer, now: datetime, make_feed: Callable[..., Feed]) -> None:
    """When there are more due feeds than asked for, those that waited longest come first."""
    _sync(writer, now - timedelta(hours=1), make_feed(), make_feed(name="old"))
    _sync(writer, now, make_feed(name="old"), make_feed(), make_feed(name="young"))

    assert [due.name for due in _claim(writer, now, limit=1)] == ["old"]


def test_poll_is_one_whole(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """A poll keeps entries, validators, body hash and next due time, and ends the lease."""
    _claim(writer, now)
    result = _record(writer, make_poll(make_item(1), make_item(2)), now)

    assert (len(result.new), result.changed, result.known, result.backfill) == (2, (), 0, True)
    assert _claim(writer, now + timedelta(minutes=9)) == []
    (due,) = _claim(writer, now + timedelta(minutes=10))
    assert (due.validators.etag, due.body_hash, due.first_poll, due.last_success) == ('"v1"', "hash", False, now)


def test_failed_transaction_leaves_the_poll_undone(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """When the transaction of a poll fails, neither validators nor entries nor the due time have moved."""

    def poll_then_fail(conn: sqlite3.Connection) -> None:
        feeds.record_poll(conn, make_poll(make_item(1)), now)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        writer.run(poll_then_fail)

    (due,) = _claim(writer, now)
    assert (due.validators.etag, due.first_poll) == (None, True)
    assert writer.run(lambda conn: entries.claim_pending(conn, now, 10, LEASE)) == []


def test_failures_count_and_keep_validators(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """Failed polls are counted with their reason, keep what was known, and are forgotten at the next success."""
    _record(writer, make_poll(make_item(1)), now)
    for _ in range(2):
        _record(writer, make_poll(outcome=_failed(now), next_due=now), now)

    (due,) = _claim(writer, now)
    assert (due.consecutive_failures, due.validators.etag) == (2, '"v1"')
    assert writer.run(lambda conn: tuple(conn.execute("SELECT failure_kind, last_error FROM feed").fetchone())) == (
        "not_a_feed",
        "this is an HTML page",
    )
    _record(writer, make_poll(make_item(1), next_due=now), now)
    assert _claim(writer, now)[0].consecutive_failures == 0


def test_first_success_is_backfill_even_after_failures(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """The first poll that is read is the silent one, whatever failed before; the next one is not."""
    _record(writer, make_poll(outcome=_failed(now)), now)

    assert _record(writer, make_poll(make_item(1)), now).backfill
    assert not _record(writer, make_poll(make_item(1), make_item(2)), now).backfill
    found = writer.run(lambda conn: entries.claim_pending(conn, now, 10, LEASE))
    assert [(entry.guid, entry.backfill) for entry in found] == [("g2", False), ("g1", True)]


def test_not_modified(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """A 304 is a success that keeps the validators it does not repeat."""
    _record(writer, make_poll(make_item(1)), now)
    later = now + timedelta(minutes=20)
    _record(writer, make_poll(outcome=NotModified("u", later, Validators('"v2"')), body_hash=None, next_due=later), later)

    (due,) = _claim(writer, later)
    assert (due.validators.etag, due.validators.last_modified) == ('"v2"', "Thu, 19 Nov 2026 05:00:00 GMT")
    assert (due.body_hash, due.last_success) == ("hash", later)


def test_gap(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """When nothing of a document is known any more, items may have scrolled off unseen, and the result says so."""
    assert not _record(writer, make_poll(make_item(1)), now).gap
    assert not _record(writer, make_poll(make_item(1), make_item(2)), now).gap
    assert _record(writer, make_poll(make_item(8), make_item(9)), now).gap


def test_history(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """Each poll leaves a line, and old lines can be dropped."""
    _record(writer, make_poll(make_item(1), seconds=0.5), now)
    _record(writer, make_poll(outcome=NotModified("u", now)), now)
    _record(writer, make_poll(outcome=_failed(now)), now + timedelta(days=1))

    rows = writer.run(lambda conn: [tuple(row) for row in conn.execute("SELECT outcome, status, items, new, detail FROM poll_history")])
    assert rows == [("fetched", 200, 1, 1, ""), ("not_modified", 304, 0, 0, ""), ("not_a_feed", 200, 0, 0, "this is an HTML page")]
    assert writer.run(lambda conn: feeds.forget_polls(conn, now + timedelta(hours=1))) == 2


def test_unknown_feed(writer: Writer, now: datetime, make_poll: Make) -> None:
    """A poll of a feed that nobody subscribed to is a mistake of the caller's."""
    with pytest.raises(KeyError):
        _record(writer, make_poll(feed="nobody"), now)


def test_unsubscribed_and_back(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem, make_feed: Callable[..., Feed]) -> None:
    """A feed that leaves feeds.yaml is not polled; when it returns it is due at once and remembers its entries."""
    _record(writer, make_poll(make_item(1)), now)
    _sync(writer, now)
    assert _claim(writer, now + timedelta(days=1)) == []

    _sync(writer, now, make_feed())
    assert [due.first_poll for due in _claim(writer, now)] == [False]
    assert _record(writer, make_poll(make_item(1)), now).known == 1


def test_same_feeds_again(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem, make_feed: Callable[..., Feed]) -> None:
    """A restart with the same feeds.yaml moves no due time and forgets no validator."""
    _record(writer, make_poll(make_item(1)), now)
    _sync(writer, now, make_feed(tier=1))

    assert _claim(writer, now) == []
    (due,) = _claim(writer, now + timedelta(minutes=10))
    assert (due.feed.tier, due.validators.etag) == (1, '"v1"')


def test_moved_feed(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem, make_feed: Callable[..., Feed]) -> None:
    """A new address makes the feed due at once and drops the validators of the old one."""
    _record(writer, make_poll(make_item(1)), now)
    _sync(writer, now, make_feed(url="https://river-post.example/new"))

    (due,) = _claim(writer, now)
    assert (due.url, due.validators, due.body_hash) == ("https://river-post.example/new", Validators(), None)


def test_due_time_from_a_wrong_clock(writer: Writer, now: datetime, make_poll: Make, make_feed: Callable[..., Feed]) -> None:
    """A due time far in the future, from a clock that ran ahead, is mended at the next start."""
    _record(writer, make_poll(next_due=now + timedelta(days=400)), now)
    _sync(writer, now, make_feed())

    assert len(_claim(writer, now)) == 1


def test_next_due(writer: Writer, now: datetime, make_poll: Make) -> None:
    """The loop can ask when there is something to do."""
    _record(writer, make_poll(), now)

    assert writer.run(feeds.next_due) == now + timedelta(minutes=10)


def test_median_gap(writer: Writer, now: datetime, make_poll: Make, make_item: MakeItem) -> None:
    """A feed's rhythm is the median of the gaps between its entries, known from five entries on."""
    _record(writer, make_poll(*(make_item(n, published=now - timedelta(hours=n)) for n in (1, 2, 3, 40)), next_due=now), now)
    assert _claim(writer, now)[0].median_gap is None

    _record(writer, make_poll(make_item(0, published=now), next_due=now), now)
    assert _claim(writer, now)[0].median_gap == 3600
