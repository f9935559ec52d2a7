"""Read-only connections: for commands, pages and everything outside the writer's thread."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.faults import translated
from monitor.store.schema import compare


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can change nothing, for one thread; close it soon, because an open read lets the WAL grow.

    Raises StoreError when there is no archive or its schema is older, StoreTooNew, StoreCorrupt, StoreLocked.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no archive yet", "`monitor once` or `monitor run` makes it.")
    with translated(path):
        conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)
        try:
            conn.row_factory = sqlite3.Row
            conn.execute("PRAGMA query_only = 1")
            conn.execute("PRAGMA trusted_schema = OFF")
            if compare(conn, path):
                raise StoreError(f"{path}: the archive has an older schema", "`monitor once` or `monitor run` brings it up.")
        except BaseException:
            conn.close()
            raise
    return conn
