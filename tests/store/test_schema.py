"""Opening the archive's file."""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.errors import StoreCorrupt, StoreError, StoreLocked, StoreTooNew
from monitor.store import schema
from monitor.store.views import VIEWS

DOC = Path(__file__).parents[2] / "docs/reference/archive.md"


def m002_more(db: Database) -> None:
    """A migration that some later version might bring."""
    db.execute("CREATE TABLE more (x INTEGER) STRICT")


def m003_broken(db: Database) -> None:
    """A migration that fails after it has begun."""
    db.execute("CREATE TABLE half (x INTEGER) STRICT")
    raise RuntimeError("broken")


def _raw(path: Path, *statements: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(path, isolation_level=None)
    try:
        return [row for statement in statements for row in conn.execute(statement).fetchall()]
    finally:
        conn.close()


def test_new_file(path: Path, now: datetime) -> None:
    """A new archive has 8 kB pages, WAL and our mark, and no backup."""
    assert schema.migrate(path, now) is None
    assert _raw(path, "PRAGMA page_size", "PRAGMA journal_mode", "PRAGMA application_id") == [(8192,), ("wal",), (schema.APPLICATION_ID,)]


def test_every_table_is_strict(path: Path, now: datetime) -> None:
    """No table of ours silently keeps a text where a number belongs."""
    schema.migrate(path, now)

    loose = _raw(path, "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND NOT strict")
    assert [name for (name,) in loose if name not in ("sqlite_schema", "sqlite_sequence", "_sqlite_migrations")] == []


def test_writing_connection(path: Path) -> None:
    """The writer checks foreign keys and waits until the disk has each commit."""
    path.parent.mkdir()
    conn = schema.connect(path)

    assert [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("foreign_keys", "synchronous")] == [1, 2]
    conn.close()


def test_opening_again_changes_nothing(path: Path, now: datetime) -> None:
    """A second start applies nothing and makes no backup."""
    schema.migrate(path, now)
    before = _raw(path, "PRAGMA schema_version")

    assert schema.migrate(path, now) is None
    assert _raw(path, "PRAGMA schema_version") == before


def test_backup_before_migration(path: Path, now: datetime) -> None:
    """Before the schema of an archive changes, a whole copy of the old one is left beside it."""
    schema.migrate(path, now)
    _raw(path, "INSERT INTO meta VALUES ('mark', 'old')")

    backup = schema.migrate(path, now, steps=(*schema.STEPS, m002_more))

    assert backup == path.with_name("monitor.db.before-m002_more-20261119T060000Z")
    assert _raw(backup, "SELECT value FROM meta WHERE key = 'mark'", "PRAGMA integrity_check") == [("old",), ("ok",)]
    assert _raw(backup, "SELECT count(*) FROM sqlite_master WHERE name = 'more'") == [(0,)]
    assert _raw(path, "SELECT count(*) FROM more") == [(0,)]


def test_failed_migration_leaves_the_archive(path: Path, now: datetime) -> None:
    """A migration that fails is undone whole, and the archive still opens with the version that made it."""
    schema.migrate(path, now)

    with pytest.raises(RuntimeError, match="broken"):
        schema.migrate(path, now, steps=(*schema.STEPS, m003_broken))

    assert schema.migrate(path, now) is None
    assert _raw(path, "SELECT count(*) FROM sqlite_master WHERE name = 'half'") == [(0,)]


def test_newer_archive(path: Path, now: datetime) -> None:
    """An archive that a newer version changed is refused untouched, with what to do."""
    schema.migrate(path, now, steps=(*schema.STEPS, m002_more))
    before = path.read_bytes()

    with pytest.raises(StoreTooNew, match="m002_more") as caught:
        schema.migrate(path, now)

    assert caught.value.hint
    assert path.read_bytes() == before


def test_damaged_page(path: Path, now: datetime) -> None:
    """A page full of noise is found at the start and never written to."""
    schema.migrate(path, now)
    with path.open("rb+") as file:
        file.seek(8192 * 3)
        file.write(b"\xa5" * 8192)

    with pytest.raises(StoreCorrupt) as caught:
        schema.migrate(path, now)

    assert "backup" in caught.value.hint


def test_not_a_database(path: Path, now: datetime) -> None:
    """A file that is no database is refused, not replaced."""
    path.parent.mkdir()
    path.write_text("not a database, but much longer than the header of one " * 50)

    with pytest.raises(StoreCorrupt):
        schema.migrate(path, now)

    assert path.read_text().startswith("not a database")


def test_foreign_database(path: Path, now: datetime) -> None:
    """Another program's SQLite file is left alone."""
    path.parent.mkdir()
    _raw(path, "CREATE TABLE theirs (x)")

    with pytest.raises(StoreError, match="not an archive"):
        schema.migrate(path, now)


def test_locked_while_opening(path: Path, now: datetime) -> None:
    """A file that another process keeps for itself gives StoreLocked, not a traceback of SQLite's."""
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.execute("CREATE TABLE t (x)")

    with pytest.raises(StoreLocked):
        schema.migrate(path, now)
    other.close()


def test_views_are_renewed(path: Path, now: datetime) -> None:
    """A view that differs from this version's is made anew, without a migration."""
    schema.migrate(path, now)
    _raw(path, "DROP VIEW stances", "CREATE VIEW stances AS SELECT 1 AS x", "UPDATE meta SET value = 'other' WHERE key = 'views'")

    schema.migrate(path, now)

    assert "actor" in {row[1] for row in _raw(path, "PRAGMA table_info(stances)")}


def test_reference_names_every_column(path: Path, now: datetime) -> None:
    """docs/reference/archive.md lists exactly the views and their columns, in order."""
    schema.migrate(path, now)
    sections = re.findall(r"^## (\w+)$(.*?)(?=^## |\Z)", DOC.read_text(), re.MULTILINE | re.DOTALL)
    documented = {name: re.findall(r"^\| (\w+) \|", text, re.MULTILINE)[1:] for name, text in sections}

    actual = {name: [row[1] for row in _raw(path, f"PRAGMA table_info({name})")] for name in (*VIEWS, "articles_search")}

    assert documented == actual
