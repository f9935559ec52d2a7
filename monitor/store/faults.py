"""SQLite's errors in the words of `monitor.errors`, with what a person can do about each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreCorrupt, StoreError, StoreFull, StoreLocked

_PRIMARY = 0xFF  # the low byte of an extended result code is the primary one (sqlite.org/rescode.html)


def is_locked(error: sqlite3.Error) -> bool:
    """Did another connection hold the lock?"""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def as_store_error(error: sqlite3.Error, path: Path) -> StoreError | None:
    """The archive's own error for what befell the file; None for mistakes of our SQL, which stay as they are."""
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreLocked(f"{path}: another process holds the archive", "Stop the other program, then try again.")
        case sqlite3.SQLITE_FULL:
            return StoreFull(f"{path}: no space left for the archive", "Free disk space; the write was undone as a whole.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreCorrupt(f"{path}: the archive is damaged ({error})", "Restore a backup; the damaged file was not changed.")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_IOERR:
            return StoreError(f"{path}: the archive cannot be used ({error})", "Check the folder's owner, permissions and disk.")
    return None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn sqlite3's errors inside the block into StoreError and its kinds."""
    try:
        yield
    except sqlite3.Error as error:
        known = as_store_error(error, path)
        if known is None:
            raise
        raise known from error


def _code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return code & _PRIMARY if isinstance(code, int) else None
