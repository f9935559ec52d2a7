"""The outbox: notices, and one delivery for each channel, from the transaction that found the news to the receipt.

    pending -> leased -> sent                       accepted; the receipt is kept for the thread
                      -> pending, due later         transient, or ambiguous (it may have arrived: `ambiguous` is set)
                      -> dead                       permanent, or given up
    silenced                                        recorded, never sent

At least once: a lease that runs out puts the delivery back, marked ambiguous, and it is sent again under the same id.
Within a thread and channel order holds: an update waits until every earlier delivery there is sent, dead or silenced.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.codec import dumps, loads
from monitor.model import Ambiguous, Delivery, DeliveryState, Notice, SendResult, Sent, Severity, Transient
from monitor.store.values import clean, from_unix, iso

_PRIORITY = {severity: rank for rank, severity in enumerate(Severity)}  # critical first

_EARLIER_IS_OPEN = """d.thread <> '' AND EXISTS (SELECT 1 FROM delivery e WHERE e.channel = d.channel AND e.thread = d.thread
    AND e.seq < d.seq AND e.state IN ('pending', 'leased'))"""


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """Deliveries by state; `oldest` is when the oldest open one was enqueued."""

    pending: int = 0
    leased: int = 0
    sent: int = 0
    dead: int = 0
    silenced: int = 0
    oldest: datetime | None = None


def delivery_id(notice_id: str, channel: str) -> str:
    """The stable id of a notice on a channel: it survives restarts, and receivers may drop what they have seen."""
    return hashlib.sha256(f"{notice_id}.{channel}".encode()).hexdigest()[:32]


def enqueue(
    conn: sqlite3.Connection,
    notice: Notice,
    channels: Sequence[str],
    now: datetime,
    *,
    state: DeliveryState = DeliveryState.PENDING,
    seen: datetime | None = None,
) -> tuple[str, ...]:
    """Put a notice out for each channel, due now; ids of the deliveries that are new. Doing it twice adds nothing.

    `state` is PENDING or SILENCED. `seen`: when the entry behind the notice was first seen, for the latency shown in
    `alerts_sent`; the notice's own time without it.
    """
    conn.execute(
        "INSERT INTO notice (id, reason, severity, thread, at, seen, record) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (
            *(notice.id, notice.reason, notice.severity, notice.message.thread, iso(notice.at)),
            *((seen or notice.at).timestamp(), dumps(notice)),
        ),
    )
    conn.executemany(
        "INSERT INTO notice_incident (incident, notice) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(incident, notice.id) for incident in notice.incidents],
    )
    added = []
    for channel in dict.fromkeys(channels):
        key = delivery_id(notice.id, channel)
        cursor = conn.execute(
            """INSERT INTO delivery (id, notice, channel, thread, priority, state, due, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING""",
            (
                *(key, notice.id, channel, notice.message.thread, _PRIORITY[notice.severity], state),
                *(now.timestamp(), now.timestamp()),
            ),
        )
        if cursor.rowcount == 1:
            added.append(key)
    return tuple(added)


def thread_subject(conn: sqlite3.Connection, thread: str) -> str:
    """The subject of the thread's first notice, "" when there is none: mail clients thread by an unchanged subject."""
    row = conn.execute(
        "SELECT json_extract(record, '$.message.subject') FROM notice WHERE thread = ? ORDER BY at, rowid LIMIT 1", (thread,)
    ).fetchone()
    return str(row[0]) if row else ""


def claim(conn: sqlite3.Connection, channel: str, now: datetime, owner: str, lease: timedelta, limit: int) -> list[Delivery]:
    """Lease up to `limit` due deliveries of a channel: the gravest, then the oldest, one of each thread.

    `Delivery.attempts` counts this try (1 at the first); `ref` is the receipt of the thread's first message, None when
    there is none (the message then opens the thread, also when an earlier one died).
    """
    at = now.timestamp()
    _take_back(conn, "lease_until <= ?", (at,), at)
    rows = conn.execute(
        f"""SELECT d.*, n.record, r.ref FROM delivery d JOIN notice n ON n.id = d.notice
            LEFT JOIN thread_ref r ON r.thread = d.thread AND r.channel = d.channel AND d.thread <> ''
        WHERE d.channel = ? AND d.state = 'pending' AND d.due <= ? AND NOT ({_EARLIER_IS_OPEN})
        ORDER BY d.priority, d.seq LIMIT ?""",
        (channel, at, limit),
    ).fetchall()
    until = (now + lease).timestamp()
    conn.executemany(
        "UPDATE delivery SET state = 'leased', lease_until = ?, owner = ?, attempts = attempts + 1 WHERE id = ?",
        [(until, owner, row["id"]) for row in rows],
    )
    return [_delivery(row, DeliveryState.LEASED, row["attempts"] + 1) for row in rows]


def settle(conn: sqlite3.Connection, delivery: Delivery, result: SendResult, now: datetime, next_due: datetime | None) -> bool:
    """Write the end of one try. `next_due` for Transient and Ambiguous: when to try again, None to give up.

    False when the lease had run out and another try has begun or ended: then only a receipt still counts.
    """
    outcome = type(result).__name__.lower()
    conn.execute(
        """INSERT INTO attempt (delivery, n, at, outcome, detail, retry_after) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET at = excluded.at, outcome = excluded.outcome, detail = excluded.detail""",
        (
            *(delivery.id, delivery.attempts, now.timestamp(), outcome, clean(result.detail)),
            result.retry_after if isinstance(result, Transient) else None,
        ),
    )
    if isinstance(result, Sent):
        return _sent(conn, delivery, result, now)
    again = next_due is not None and isinstance(result, Transient | Ambiguous)
    cursor = conn.execute(
        """UPDATE delivery SET state = ?, due = coalesce(?, due), ambiguous = ambiguous OR ?, detail = ?, lease_until = NULL, owner = NULL
        WHERE id = ? AND state = 'leased' AND attempts = ?""",
        (
            DeliveryState.PENDING if again else DeliveryState.DEAD,
            next_due.timestamp() if again and next_due else None,
            isinstance(result, Ambiguous),
            clean(result.detail),
            *(delivery.id, delivery.attempts),
        ),
    )
    return cursor.rowcount == 1


def release(conn: sqlite3.Connection, now: datetime) -> int:
    """At start, take back what a dead process had leased, due now and marked ambiguous; the number of deliveries."""
    return _take_back(conn, "TRUE", (), now.timestamp())


def next_due(conn: sqlite3.Connection, channel: str) -> datetime | None:
    """When the channel's next delivery is due or a lease of it runs out; None when nothing is open."""
    row = conn.execute(
        "SELECT min(coalesce(lease_until, due)) FROM delivery WHERE channel = ? AND state IN ('pending', 'leased')", (channel,)
    ).fetchone()
    return None if row[0] is None else from_unix(row[0])


def counts(conn: sqlite3.Connection) -> OutboxCounts:
    """How many deliveries are in each state, over all channels."""
    by_state = {row[0]: row[1] for row in conn.execute("SELECT state, count(*) FROM delivery GROUP BY state")}
    oldest = conn.execute("SELECT min(created) FROM delivery WHERE state IN ('pending', 'leased')").fetchone()[0]
    return OutboxCounts(**by_state, oldest=None if oldest is None else from_unix(oldest))


def listed(conn: sqlite3.Connection, state: DeliveryState, limit: int = 100) -> list[Delivery]:
    """Deliveries in one state, the newest first: dead letters, for instance."""
    rows = conn.execute(
        """SELECT d.*, n.record, r.ref FROM delivery d JOIN notice n ON n.id = d.notice
            LEFT JOIN thread_ref r ON r.thread = d.thread AND r.channel = d.channel AND d.thread <> ''
        WHERE d.state = ? ORDER BY d.seq DESC LIMIT ?""",
        (state, limit),
    )
    return [_delivery(row, state, row["attempts"]) for row in rows]


def _sent(conn: sqlite3.Connection, delivery: Delivery, result: Sent, now: datetime) -> bool:
    in_time = conn.execute(
        "SELECT 1 FROM delivery WHERE id = ? AND state = 'leased' AND attempts = ?", (delivery.id, delivery.attempts)
    ).fetchone()
    conn.execute(
        "UPDATE delivery SET state = 'sent', sent = ?, detail = ?, lease_until = NULL, owner = NULL WHERE id = ? AND state <> 'sent'",
        (now.timestamp(), clean(result.detail), delivery.id),
    )
    thread = delivery.notice.message.thread
    if result.ref and thread:
        conn.execute(
            "INSERT INTO thread_ref (thread, channel, ref, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (thread, delivery.channel, result.ref, iso(now)),
        )
    return in_time is not None


def _take_back(conn: sqlite3.Connection, which: str, values: tuple[float, ...], at: float) -> int:
    """Return leased deliveries to the queue; nobody knows whether they went out."""
    conn.execute(
        f"""INSERT INTO attempt (delivery, n, at, outcome, detail) SELECT id, attempts, ?, 'abandoned', '' FROM delivery
        WHERE state = 'leased' AND {which} ON CONFLICT DO NOTHING""",
        (at, *values),
    )
    cursor = conn.execute(
        f"""UPDATE delivery SET state = 'pending', due = min(due, ?), ambiguous = 1, lease_until = NULL, owner = NULL
        WHERE state = 'leased' AND {which}""",
        (at, *values),
    )
    return cursor.rowcount


def _delivery(row: sqlite3.Row, state: DeliveryState, attempts: int) -> Delivery:
    return Delivery(
        id=row["id"],
        notice=loads(Notice, row["record"]),
        channel=row["channel"],
        state=state,
        attempts=attempts,
        due=from_unix(row["due"]),
        ambiguous=bool(row["ambiguous"]),
        ref=row["ref"],
    )
