"""Read-only connections."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.errors import StoreCorrupt, StoreError
from monitor.store import meta, schema
from monitor.store.reader import open_reader
from monitor.store.writer import Writer


def test_reads_beside_the_writer(path: Path, writer: Writer) -> None:
    """A reader sees the last commit while the writer has a transaction open, and holds nobody up."""
    writer.run(lambda conn: meta.put(conn, "a", "1"))
    reader = open_reader(path)

    def half_done(conn: sqlite3.Connection) -> str | None:
        meta.put(conn, "a", "2")
        with closing(open_reader(path)) as reader:
            return meta.get(reader, "a")

    assert writer.run(half_done) == "1"
    assert meta.get(reader, "a") == "2"
    reader.close()


def test_cannot_write(path: Path, writer: Writer) -> None:
    """A reader can change nothing."""
    writer.run(lambda conn: meta.put(conn, "a", "1"))
    reader = open_reader(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        meta.put(reader, "a", "3")
    reader.close()


def test_no_archive(path: Path) -> None:
    """Without an archive the message says how to make one, and no empty file appears."""
    with pytest.raises(StoreError, match="no archive yet") as caught:
        open_reader(path)

    assert "monitor once" in caught.value.hint
    assert not path.exists()


def test_older_archive(path: Path) -> None:
    """An archive without the newest schema is left to the writer."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        conn.execute("CREATE TABLE meta (key TEXT)")
    with pytest.raises(StoreError, match="older schema"):
        open_reader(path)


def test_foreign_database(path: Path) -> None:
    """Another program's SQLite file is not taken for an archive."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="not an archive"):
        open_reader(path)


def test_not_an_archive(path: Path) -> None:
    """A file that is no database is named as damaged."""
    path.parent.mkdir()
    path.write_bytes(b"\0garbage" * 500)
    with pytest.raises(StoreCorrupt):
        open_reader(path)
