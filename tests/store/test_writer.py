"""The one thread that writes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from monitor.errors import StoreError, StoreFull, StoreLocked
from monitor.store import meta
from monitor.store.reader import open_reader
from monitor.store.writer import Writer

ROOT = Path(__file__).parents[2]

VICTIM = """
import sys
from pathlib import Path
from monitor.store import meta
from monitor.store.writer import Writer

writer = Writer(Path(sys.argv[1]))
for number in range(10_000):
    def both(conn, number=number):
        meta.put(conn, "article", str(number))
        if number == int(sys.argv[2]):
            print("inside", flush=True)
            sys.stdin.readline()
        meta.put(conn, "delivery", str(number))
    writer.run(both)
    print(number, flush=True)
"""


def _put(conn: sqlite3.Connection) -> str:
    meta.put(conn, "a", "1")
    return "done"


def _hold(path: Path, statement: str) -> sqlite3.Connection:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(statement)
    return other


def test_result_and_commit(path: Path, writer: Writer) -> None:
    """The caller gets what its function returned, and others see what it wrote."""
    assert writer.run(_put) == "done"
    with closing(open_reader(path)) as reader:
        assert meta.get(reader, "a") == "1"


def test_exception_rolls_back(writer: Writer) -> None:
    """An exception comes back to the caller as it is, nothing of its transaction stays, and the writer goes on."""

    def fail(conn: sqlite3.Connection) -> None:
        meta.put(conn, "a", "1")
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        writer.run(fail)
    assert writer.run(lambda conn: meta.get(conn, "a")) is None


def test_mistaken_sql_stays_itself(writer: Writer) -> None:
    """A mistake in our own SQL is not dressed up as a fault of the archive."""
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        writer.run(lambda conn: conn.execute("SELECT * FROM nowhere"))
    with pytest.raises(sqlite3.IntegrityError):
        writer.run(lambda conn: conn.execute("INSERT INTO feed (name) VALUES ('x')"))


def test_timeout_error_of_the_function(writer: Writer) -> None:
    """A TimeoutError that the function itself raises is not taken for the writer's."""

    def fail(_: sqlite3.Connection) -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        writer.run(fail, deadline=5)


def test_many_threads(writer: Writer) -> None:
    """Read-modify-write from several threads loses no update, because one transaction follows the other."""

    def count() -> None:
        for _ in range(50):
            writer.run(lambda conn: meta.count_up(conn, "n"))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert writer.run(lambda conn: meta.get(conn, "n")) == "200"


def test_transaction_inside_a_transaction(writer: Writer) -> None:
    """A function that asks for another transaction is told so at once instead of waiting for itself."""
    with pytest.raises(RuntimeError, match="pass the connection on"):
        writer.run(lambda _: writer.run(lambda conn: conn.total_changes))


def test_close_drains(path: Path) -> None:
    """Whatever was handed over before close is written and acknowledged; what comes later is refused."""
    writer = Writer(path)
    acknowledged: set[str] = set()

    def hand_over(name: str) -> None:
        with suppress(StoreError):
            writer.run(lambda conn: meta.put(conn, name, "yes"))
            acknowledged.add(name)

    threads = [threading.Thread(target=hand_over, args=(f"k{number}",)) for number in range(40)]
    for thread in threads:
        thread.start()
    writer.close()
    for thread in threads:
        thread.join()

    with pytest.raises(StoreError, match="closed"):
        writer.run(lambda conn: meta.get(conn, "k0"))
    with closing(open_reader(path)) as reader:
        assert {row[0] for row in reader.execute("SELECT key FROM meta WHERE value = 'yes'")} == acknowledged


def test_short_lock_is_waited_for(path: Path, writer: Writer) -> None:
    """A lock that another process gives up in time only delays the write."""
    other = _hold(path, "BEGIN IMMEDIATE")
    done: list[str] = []
    waiting = threading.Thread(target=lambda: done.append(writer.run(_put)))
    waiting.start()
    time.sleep(0.2)
    other.execute("ROLLBACK")
    other.close()
    waiting.join()

    assert done == ["done"]


def test_long_lock(path: Path) -> None:
    """A lock held beyond the limit gives StoreLocked, and the writer works again once it is gone."""
    with Writer(path, busy_limit=0.2) as writer:
        other = _hold(path, "BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked, match=r"0\.2 seconds"):
            writer.run(lambda conn: meta.put(conn, "a", "1"))
        other.execute("ROLLBACK")
        other.close()

        writer.run(lambda conn: meta.put(conn, "a", "2"))


def test_deadline_in_the_queue(writer: Writer) -> None:
    """A write that could not begin in time is never run, so that the caller may safely try again."""
    started, go = threading.Event(), threading.Event()

    def hold_up(_: sqlite3.Connection) -> None:
        started.set()
        go.wait()

    slow = threading.Thread(target=lambda: writer.run(hold_up))
    slow.start()
    started.wait()

    with pytest.raises(StoreLocked):
        writer.run(lambda conn: meta.put(conn, "late", "1"), deadline=0.05)
    go.set()
    slow.join()

    assert writer.run(lambda conn: meta.get(conn, "late")) is None


def test_full_disk(writer: Writer) -> None:
    """A full disk gives StoreFull, undoes the whole write, and is over when there is space again."""

    def fill(conn: sqlite3.Connection) -> None:
        for number in range(100):
            meta.put(conn, f"fill{number}", "x" * 50_000)

    writer.run(lambda conn: conn.execute("PRAGMA max_page_count = 150").fetchone())
    with pytest.raises(StoreFull, match="no space"):
        writer.run(fill)
    assert writer.run(lambda conn: meta.get(conn, "fill0")) is None

    writer.run(lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchone())
    writer.run(fill)
    assert writer.run(lambda conn: meta.get(conn, "fill99")) is not None


def test_kill_inside_a_transaction(path: Path) -> None:
    """After SIGKILL in the middle of a transaction all acknowledged writes are there and nothing of the last one."""
    last = 25
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(path), str(last)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as victim:
        assert victim.stdout is not None
        acknowledged = [line.strip() for line in iter(victim.stdout.readline, "inside\n")]
        victim.send_signal(signal.SIGKILL)

    assert acknowledged == [str(number) for number in range(last)]
    with Writer(path) as writer:
        assert writer.run(lambda conn: (meta.get(conn, "article"), meta.get(conn, "delivery"))) == ("24", "24")


def test_kill_at_any_moment(path: Path) -> None:
    """Wherever SIGKILL falls, both halves of a transaction are there or neither, and nothing acknowledged is lost."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for round_number in range(3):
        with subprocess.Popen([sys.executable, "-c", VICTIM, str(path), "-1"], stdout=subprocess.PIPE, text=True, env=env) as victim:
            assert victim.stdout is not None
            for _ in range(20 + round_number * 17):
                acknowledged = int(victim.stdout.readline())
            victim.send_signal(signal.SIGKILL)
        with Writer(path) as writer:
            article, delivery = writer.run(lambda conn: (meta.get(conn, "article"), meta.get(conn, "delivery")))
        assert article == delivery
        assert int(article or -1) >= acknowledged


def test_who_queued_behind_a_lock_does_not_wait_all_over_again(tmp_path: Path) -> None:
    """Six transactions behind another process' lock give up together when their time is over, not one after the other."""
    path = tmp_path / "monitor.db"
    with Writer(path, busy_limit=0.6) as writer, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with ThreadPoolExecutor(6) as pool:
            tries = [pool.submit(writer.run, lambda conn: conn.execute("SELECT 1").fetchone()) for _ in range(6)]
        assert [type(one.exception()) for one in tries] == [StoreLocked] * 6
        assert time.monotonic() - started < 1.8
        other.execute("ROLLBACK")
        assert writer.run(lambda conn: conn.execute("SELECT 1").fetchone()[0]) == 1
