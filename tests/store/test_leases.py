"""What a start takes back from a process that died."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.model import FeedItem, Notice
from monitor.store import entries, feeds, outbox
from monitor.store.leases import Released, release_all
from monitor.store.writer import Writer

LONG = timedelta(hours=1)


def test_release(writer: Writer, now: datetime, make_item: Callable[..., FeedItem], make_notice: Callable[..., Notice]) -> None:
    """All leases end at once; the entry remembers its attempt, the delivery that it may have gone out."""

    def work(conn: sqlite3.Connection) -> None:
        feeds.claim_due(conn, now, 1, LONG)
        entries.take(conn, "river-post", [make_item(1)], now, backfill=False)
        entries.claim_pending(conn, now, 1, LONG)
        outbox.enqueue(conn, make_notice("n1"), ["slack"], now)
        outbox.claim(conn, "slack", now, "lane", LONG, 1)

    writer.run(work)
    assert writer.run(lambda conn: release_all(conn, now)) == Released(1, 1, 1)

    assert len(writer.run(lambda conn: feeds.claim_due(conn, now, 1, LONG))) == 1
    assert [entry.attempts for entry in writer.run(lambda conn: entries.claim_pending(conn, now, 1, LONG))] == [2]
    (delivery,) = writer.run(lambda conn: outbox.claim(conn, "slack", now, "lane", LONG, 1))
    assert (delivery.ambiguous, delivery.attempts) == (True, 2)
    assert writer.run(lambda conn: release_all(conn, now)) == Released(1, 1, 1)
