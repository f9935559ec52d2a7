"""At start nobody works: whatever a dead process had leased goes back to its queue at once."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from monitor.store import outbox


@dataclass(frozen=True, slots=True)
class Released:
    """How many feeds, entries and deliveries were taken back."""

    feeds: int
    entries: int
    deliveries: int


def release_all(conn: sqlite3.Connection, now: datetime) -> Released:
    """Take back every lease. Only for the one process that works on this archive, before its first cycle.

    An entry keeps its count of attempts: one whose page killed the process is not tried for ever.
    """
    feeds = conn.execute("UPDATE feed SET lease_until = NULL WHERE lease_until IS NOT NULL").rowcount
    entries = conn.execute("UPDATE entry SET state = 'pending', lease_until = NULL WHERE state = 'leased'").rowcount
    return Released(feeds, entries, outbox.release(conn, now))
