"""Notices and deliveries."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import Ambiguous, Delivery, DeliveryState, Notice, Permanent, SendResult, Sent, Severity, Transient
from monitor.store import outbox
from monitor.store.writer import Writer

LEASE = timedelta(minutes=2)
MakeNotice = Callable[..., Notice]


class Box:
    """The outbox of a test, one transaction for each call."""

    def __init__(self, writer: Writer, now: datetime) -> None:
        self.writer, self.now = writer, now

    def enqueue(self, notice: Notice, *channels: str, **more: Any) -> tuple[str, ...]:
        return self.writer.run(lambda conn: outbox.enqueue(conn, notice, channels or ("slack",), self.now, **more))

    def claim(self, channel: str = "slack", limit: int = 10) -> list[Delivery]:
        return self.writer.run(lambda conn: outbox.claim(conn, channel, self.now, "lane-1", LEASE, limit))

    def settle(self, delivery: Delivery, result: SendResult, again_in: timedelta | None = None) -> bool:
        due = None if again_in is None else self.now + again_in
        return self.writer.run(lambda conn: outbox.settle(conn, delivery, result, self.now, due))

    def states(self) -> dict[str, str]:
        return self.writer.run(lambda conn: {row[0]: row[1] for row in conn.execute("SELECT notice, state FROM delivery")})

    def attempts(self) -> list[tuple[object, ...]]:
        return self.writer.run(lambda conn: [tuple(row) for row in conn.execute("SELECT n, outcome, detail, retry_after FROM attempt")])


@pytest.fixture
def box(writer: Writer, now: datetime) -> Box:
    """An empty outbox."""
    return Box(writer, now)


def _ids(deliveries: list[Delivery]) -> list[str]:
    return [delivery.notice.id for delivery in deliveries]


def test_notice_arrives_whole(box: Box, make_notice: MakeNotice) -> None:
    """A claimed delivery carries its notice, its first attempt and a stable id of its own for each channel."""
    ids = box.enqueue(make_notice("n1"), "slack", "mail", "slack")
    (delivery,) = box.claim()

    assert ids == (outbox.delivery_id("n1", "slack"), outbox.delivery_id("n1", "mail"))
    assert delivery == Delivery(ids[0], make_notice("n1"), "slack", DeliveryState.LEASED, 1, box.now)


def test_enqueueing_twice(box: Box, make_notice: MakeNotice) -> None:
    """The same notice again adds nothing, also after it was sent."""
    box.enqueue(make_notice("n1"))
    box.settle(box.claim()[0], Sent())

    assert box.enqueue(make_notice("n1")) == ()
    assert box.claim() == []


def test_lease_is_exclusive(box: Box, make_notice: MakeNotice) -> None:
    """A leased delivery is nobody else's; other channels have their own."""
    box.enqueue(make_notice("n1"), "slack", "mail")

    assert (len(box.claim()), len(box.claim()), len(box.claim("mail"))) == (1, 0, 1)


def test_update_waits_for_its_thread(box: Box, make_notice: MakeNotice) -> None:
    """An update goes out after its thread's earlier message on that channel, and then knows its receipt."""
    box.enqueue(make_notice("n1"), "slack", "mail")
    box.enqueue(make_notice("n2", reason="toll"), "slack", "mail")
    box.enqueue(make_notice("other", incident="m2x9"))

    (root, other) = box.claim()
    assert _ids([root, other]) == ["n1", "other"]
    assert box.claim() == []
    box.settle(root, Sent(ref="1700000000.1"))
    (update,) = box.claim()
    assert (update.notice.id, update.ref) == ("n2", "1700000000.1")
    assert _ids(box.claim("mail")) == ["n1"]


def test_update_waits_while_its_root_is_retried(box: Box, make_notice: MakeNotice) -> None:
    """A root that is to be tried again later holds its updates back until then."""
    box.enqueue(make_notice("n1"))
    box.enqueue(make_notice("n2"))
    box.settle(box.claim()[0], Transient("busy"), timedelta(minutes=5))

    assert box.claim() == []
    box.now += timedelta(minutes=5)
    assert _ids(box.claim()) == ["n1"]


def test_graver_update_does_not_overtake(box: Box, make_notice: MakeNotice) -> None:
    """Order within a thread is stronger than severity; between threads the gravest goes first."""
    box.enqueue(make_notice("n1", severity=Severity.NORMAL))
    box.enqueue(make_notice("n2", severity=Severity.CRITICAL))
    box.enqueue(make_notice("n3", incident="m2x9", severity=Severity.CRITICAL))

    assert _ids(box.claim()) == ["n3", "n1"]


def test_dead_root_lets_the_update_go(box: Box, make_notice: MakeNotice) -> None:
    """When the first message died, the update opens the thread, and its receipt is that of the thread."""
    box.enqueue(make_notice("n1"))
    box.enqueue(make_notice("n2"))
    box.enqueue(make_notice("n3"))
    box.settle(box.claim()[0], Permanent("no such channel"))
    (update,) = box.claim()
    assert (update.notice.id, update.ref) == ("n2", None)

    box.settle(update, Sent(ref="r2"))
    assert [(delivery.notice.id, delivery.ref) for delivery in box.claim()] == [("n3", "r2")]
    assert box.states()["n1"] == "dead"


def test_receipt_of_the_first_message_stays(box: Box, make_notice: MakeNotice) -> None:
    """Later receipts in a thread do not replace the first."""
    for number in (1, 2, 3):
        box.enqueue(make_notice(f"n{number}"))
    for number in (1, 2):
        box.settle(box.claim()[0], Sent(ref=f"r{number}"))

    assert box.claim()[0].ref == "r1"


def test_operator_notes_have_no_order(box: Box, make_notice: MakeNotice) -> None:
    """Messages without a thread do not wait for each other, nor share receipts."""
    box.enqueue(make_notice("o1", incident=""))
    box.enqueue(make_notice("o2", incident=""))

    first, second = box.claim()
    box.settle(first, Sent(ref="r1"))
    box.settle(second, Transient("busy"), timedelta())
    assert box.claim()[0].ref is None


def test_silenced(box: Box, make_notice: MakeNotice) -> None:
    """A silenced notice is recorded, never sent, and holds nothing back."""
    box.enqueue(make_notice("n1"), state=DeliveryState.SILENCED)
    box.enqueue(make_notice("n2"))

    assert _ids(box.claim()) == ["n2"]
    assert box.states()["n1"] == "silenced"


def test_transient(box: Box, make_notice: MakeNotice) -> None:
    """A transient failure is tried again at its time, under the same id, and written down."""
    box.enqueue(make_notice("n1"))
    (first,) = box.claim()
    assert box.settle(first, Transient("429 too many requests", 7), timedelta(seconds=7))

    assert box.claim() == []
    box.now += timedelta(seconds=7)
    (second,) = box.claim()
    assert (second.id, second.attempts, second.ambiguous) == (first.id, 2, False)
    assert box.attempts() == [(1, "transient", "429 too many requests", 7)]


def test_ambiguous(box: Box, make_notice: MakeNotice) -> None:
    """What may have arrived is marked so when it is tried again, also after a later plain failure."""
    box.enqueue(make_notice("n1"))
    box.settle(box.claim()[0], Ambiguous("connection closed after the message"), timedelta())
    (second,) = box.claim()
    box.settle(second, Transient("busy"), timedelta())

    assert (second.ambiguous, box.claim()[0].ambiguous) == (True, True)


def test_given_up(box: Box, make_notice: MakeNotice) -> None:
    """Without a next time the delivery is dead, and listed with its reason."""
    box.enqueue(make_notice("n1"))
    box.settle(box.claim()[0], Transient("still busy"), None)

    assert box.claim() == []
    (dead,) = box.writer.run(lambda conn: outbox.listed(conn, DeliveryState.DEAD))
    assert (dead.notice.id, dead.state) == ("n1", DeliveryState.DEAD)


def test_lease_runs_out(box: Box, make_notice: MakeNotice) -> None:
    """A delivery whose sender died goes out again, marked ambiguous; the attempt that never ended is on file."""
    box.enqueue(make_notice("n1"))
    box.claim()
    box.now += LEASE
    (again,) = box.claim()

    assert (again.attempts, again.ambiguous) == (2, True)
    assert box.attempts() == [(1, "abandoned", "", None)]


def test_late_failure_does_not_count(box: Box, make_notice: MakeNotice) -> None:
    """The failure of a try whose lease ran out does not disturb the try that followed."""
    box.enqueue(make_notice("n1"))
    (late,) = box.claim()
    box.now += LEASE
    (current,) = box.claim()

    assert not box.settle(late, Permanent("gone"))
    assert box.states() == {"n1": "leased"}
    assert box.settle(current, Sent())


def test_late_receipt_counts(box: Box, make_notice: MakeNotice) -> None:
    """A receipt that comes after the lease ran out still ends the delivery: the message did arrive."""
    box.enqueue(make_notice("n1"))
    (late,) = box.claim()
    box.now += LEASE
    (current,) = box.claim()

    assert not box.settle(late, Sent(ref="r1"))
    assert box.states() == {"n1": "sent"}
    assert not box.settle(current, Transient("busy"), timedelta())
    assert box.states() == {"n1": "sent"}


def test_next_due(box: Box, make_notice: MakeNotice) -> None:
    """A lane can ask when to wake: at a due time, or when a lease runs out."""

    def ask() -> datetime | None:
        return box.writer.run(lambda conn: outbox.next_due(conn, "slack"))

    assert ask() is None
    box.enqueue(make_notice("n1"))
    assert ask() == box.now
    (delivery,) = box.claim()
    assert ask() == box.now + LEASE
    box.settle(delivery, Transient("busy"), timedelta(minutes=9))
    assert ask() == box.now + timedelta(minutes=9)


def test_counts(box: Box, make_notice: MakeNotice) -> None:
    """Deliveries are counted by state, with the age of the oldest that is open."""
    assert box.writer.run(outbox.counts) == outbox.OutboxCounts()
    box.enqueue(make_notice("n1"), "slack", "mail", "hook")
    box.settle(box.claim("slack")[0], Sent())
    box.settle(box.claim("mail")[0], Permanent("no"))

    assert box.writer.run(outbox.counts) == outbox.OutboxCounts(pending=1, sent=1, dead=1, oldest=box.now)


def test_latency(box: Box, make_notice: MakeNotice) -> None:
    """The view of alerts counts the seconds from first sight of the entry to acceptance."""
    box.enqueue(make_notice("n1"), seen=box.now - timedelta(seconds=1.5))
    box.now += timedelta(seconds=1)
    box.settle(box.claim()[0], Sent())

    rows = box.writer.run(lambda conn: [tuple(row) for row in conn.execute("SELECT * FROM alerts_sent")])
    assert rows == [("k7f3", "new_attack", "slack", "sent", 1, "2026-11-19T06:00:01Z", 2.5)]


def test_claim_uses_indexes(writer: Writer, box: Box, make_notice: MakeNotice) -> None:
    """With ten thousand sent deliveries on file a claim stays quick."""

    def fill(conn: sqlite3.Connection) -> None:
        for number in range(2500):
            outbox.enqueue(conn, make_notice(f"n{number}", incident=f"i{number}"), ["slack", "a", "b", "c"], box.now)
        conn.execute("UPDATE delivery SET state = 'sent'")

    writer.run(fill)
    box.enqueue(make_notice("fresh", incident="fresh"))

    def timed(conn: sqlite3.Connection) -> tuple[list[Delivery], float]:
        begun = time.thread_time()
        return outbox.claim(conn, "slack", box.now, "lane-1", LEASE, 10), time.thread_time() - begun

    found, seconds = writer.run(timed)
    assert _ids(found) == ["fresh"]
    assert seconds < 0.02
