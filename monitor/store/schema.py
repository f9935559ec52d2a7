"""Opening the archive's file: recognise it, check it, back it up, bring it to the newest schema."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database, Migrations

from monitor.errors import StoreCorrupt, StoreError, StoreTooNew
from monitor.store import tables
from monitor.store.faults import translated
from monitor.store.views import VIEWS

APPLICATION_ID = 0x6D6F6E69  # "moni": tells file(1), and us, whose file it is
PAGE_SIZE = 8192  # an article row of 2.5 kB wastes most of a 4 kB page: a third less disk, twice the speed
BUSY_SLICE = 1.0  # seconds SQLite itself waits for a lock, before the caller's limit is looked at

Step = Callable[[Database], None]


def m001_first(db: Database) -> None:
    """Everything the first version keeps."""
    for statement in (*tables.INGEST, *tables.ARTICLES, *tables.INCIDENTS, *tables.OUTBOX):
        db.execute(statement)


def m002_terms(db: Database) -> None:
    """How rare names are, for linking by wording."""
    for statement in tables.TERMS:
        db.execute(statement)


STEPS: tuple[Step, ...] = (m001_first, m002_terms)  # in order; never edit one that was released, add another


def connect(path: Path) -> sqlite3.Connection:
    """A writing connection without implicit transactions. Only one may exist at a time: SQLite before 3.51.3 can damage
    a WAL file when two connections write or checkpoint at once. Raises sqlite3.Error.
    """
    conn = sqlite3.connect(path, timeout=BUSY_SLICE, isolation_level=None)
    conn.row_factory = sqlite3.Row
    for pragma in (
        f"page_size = {PAGE_SIZE}",  # only has an effect on the empty file
        "journal_mode = WAL",
        "synchronous = FULL",  # what was acknowledged survives a power cut
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "journal_size_limit = 67108864",
        "cache_size = -16000",
    ):
        conn.execute(f"PRAGMA {pragma}")
    return conn


def migrate(path: Path, now: datetime | None = None, *, check: bool = True, steps: Sequence[Step] = STEPS) -> Path | None:
    """Make the archive ready for this version; creates it when missing. Returns the backup that was made, if any.

    `check` runs SQLite's quick_check first (about a second per gigabyte). Before the schema of an archive changes, a
    copy is left beside it as `<name>.before-<migration>-<time>`.
    Raises StoreTooNew, StoreCorrupt, StoreLocked, StoreFull, StoreError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists() or path.stat().st_size == 0
    with translated(path):
        if not fresh:
            _recognise(path, check, steps)
        conn = connect(path)
        try:
            return _bring_up(conn, path, now or datetime.now(UTC), steps)
        finally:
            conn.close()


def compare(conn: sqlite3.Connection, path: Path, steps: Sequence[Step] = STEPS) -> list[str]:
    """Names of the migrations the archive still lacks.

    Raises StoreTooNew when it has some this version does not know, StoreError when the file is another program's.
    """
    used = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if used and conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path}: this is a SQLite file, but not an archive of the monitor", "Choose another --state folder.")
    known = [step.__name__ for step in steps]
    applied = {found.name for found in Migrations("monitor").applied(_database(conn))}
    unknown = sorted(applied - set(known))
    if unknown:
        raise StoreTooNew(
            f"{path}: the archive was written by a newer monitor (it knows {', '.join(unknown)})",
            "Install the newer version again, or restore the copy that it made before it changed the archive.",
        )
    return [name for name in known if name not in applied]


def _recognise(path: Path, check: bool, steps: Sequence[Step]) -> None:
    """Refuse what is not ours, newer, or damaged, before anything is written to it."""
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SLICE)
    try:
        compare(conn, path, steps)
        if check:
            verify(conn, path)
    finally:
        conn.close()


def verify(conn: sqlite3.Connection, path: Path) -> None:
    """SQLite's quick_check. Raises StoreCorrupt with its first finding."""
    finding = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise StoreCorrupt(f"{path}: the archive is damaged ({finding})", "Restore a backup; the damaged file was not changed.")


def _bring_up(conn: sqlite3.Connection, path: Path, now: datetime, steps: Sequence[Step]) -> Path | None:
    pending = compare(conn, path, steps)
    backup = None
    if pending:
        if len(pending) < len(steps):
            backup = back_up(conn, path.with_name(f"{path.name}.before-{pending[0]}-{now:%Y%m%dT%H%M%SZ}"))
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations = Migrations("monitor")
        for step in steps:
            migrations()(step)
        migrations.apply(_database(conn))
    _renew_views(conn)
    return backup


def _database(conn: sqlite3.Connection) -> Database:
    return Database(conn, recursive_triggers=False, execute_plugins=False)  # connect() sets the pragmas


def back_up(conn: sqlite3.Connection, target: Path) -> Path:
    """A compact, consistent copy at `target`, complete or absent. Raises sqlite3.Error, OSError."""
    half = target.with_name(target.name + ".part")
    half.unlink(missing_ok=True)
    conn.execute("VACUUM INTO ?", (str(half),))
    with half.open("rb+") as file:
        os.fsync(file.fileno())
    half.replace(target)
    return target


def _renew_views(conn: sqlite3.Connection) -> None:
    wanted = hashlib.sha256(repr(VIEWS).encode()).hexdigest()
    row = conn.execute("SELECT value FROM meta WHERE key = 'views'").fetchone()
    if row and row[0] == wanted:
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            conn.execute(f'DROP VIEW "{name}"')
        for name, select in VIEWS.items():
            conn.execute(f"CREATE VIEW {name} AS {select}")
        conn.execute("INSERT OR REPLACE INTO meta VALUES ('views', ?)", (wanted,))
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
