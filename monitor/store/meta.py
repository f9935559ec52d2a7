"""Single values that survive a restart: the end of the last cycle, counters of ids."""

from __future__ import annotations

import sqlite3


def get(conn: sqlite3.Connection, key: str) -> str | None:
    """The value under `key`, or None."""
    row = conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def put(conn: sqlite3.Connection, key: str, value: str) -> None:
    """Keep `value` under `key`, in place of an earlier one."""
    conn.execute("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))


def count_up(conn: sqlite3.Connection, key: str) -> int:
    """The next number of a counter, from 0; a number that was committed never comes again."""
    number = int(get(conn, key) or 0)
    put(conn, key, str(number + 1))
    return number
