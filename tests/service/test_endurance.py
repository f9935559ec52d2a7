"""Load, slow hosts, full disks, locked and damaged archives, signals: the service keeps working or says why it ends."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.errors import StoreCorrupt, StoreError, StoreFull
from monitor.model import Feed
from monitor.service.cycle import Cycle
from monitor.service.daemon import Daemon
from monitor.store.entries import EntryState

Eventually = Callable[[Callable[[], bool]], None]


def items(base: str, path: str, count: int) -> list[str]:
    return [f"<guid>{n}</guid><title>Story {n}</title><link>{base}{path}{n}</link>" for n in range(count)]


def slow_pages(paper, count: int) -> str:
    """A feed of stories whose pages never end; its address."""
    for n in range(count):
        paper.drip(f"/slow/{n}", b"<p>move</p>")
    return paper.feed("/rss", *items(paper.base, "/slow/", count))


def test_one_slow_host_does_not_hold_up_the_others(paper, rival, office, eventually: Eventually) -> None:
    """Forty pages that never end, all of one host, leave threads for the story of another."""
    rival.article("/n/0", "Ferry fares stay", "Fares on the lake ferry stay as they are, the company said. " * 9)
    with office(Feed("slow", slow_pages(paper, 40)), Feed("fast", rival.feed("/rss", *items(rival.base, "/n/", 1)))) as desk:
        cycle = Cycle(desk.desk, threads=8)
        desk.desk.writer.run(lambda conn: conn.execute("UPDATE feed SET next_due = next_due + 9 WHERE name = 'fast'"))
        cycle.poll_due()
        eventually(lambda: desk.one("SELECT count(*) FROM entry WHERE state = 'leased'") == 2)
        desk.desk.writer.run(lambda conn: conn.execute("UPDATE feed SET next_due = next_due - 9"))
        started = time.monotonic()
        while not desk.query("SELECT 1 FROM article WHERE feed = 'fast'"):
            cycle.poll_due()
            cycle.read_pending()
            time.sleep(0.05)
            assert time.monotonic() - started < 6
        cycle.close()


@pytest.fixture
def loaded(newsroom, paper):
    """A configured daemon whose feed leads to pages that never end, under the usual deadline of 20 seconds."""
    (newsroom.folder / "feeds.yaml").write_text(f"- name: slow\n  url: {slow_pages(paper, 60)}\n")
    return newsroom


def test_sigterm_under_load_ends_within_half_a_minute(loaded, paper, eventually: Eventually) -> None:
    """With fetches hanging on every thread the end is orderly, quick, and leaves the work to the next start."""
    with loaded.running() as child:
        eventually(lambda: sum(path.startswith("/slow/") for path in paper.asked) >= 2)
        started = time.monotonic()
        child.send_signal(signal.SIGTERM)
        _, log = child.communicate(timeout=40)

    assert time.monotonic() - started < 25
    assert child.returncode == 0
    assert "Traceback" not in log
    assert loaded.query("SELECT count(*) FROM entry WHERE state = 'failed'") == [(0,)]
    assert loaded.query("SELECT count(*) FROM article") == [(0,)]


def test_a_second_signal_ends_at_once(loaded, paper, eventually: Eventually) -> None:
    """Who is in a hurry sends the signal twice."""
    with loaded.running() as child:
        eventually(lambda: sum(path.startswith("/slow/") for path in paper.asked) >= 2)
        child.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        started = time.monotonic()
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=5)

    assert time.monotonic() - started < 2
    assert child.returncode == 143


@contextmanager
def held(archive: Path) -> Iterator[None]:
    """Another process' exclusive lock on the archive."""
    with closing(sqlite3.connect(archive, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_short_lock_is_waited_for(newsroom) -> None:
    """Another program that writes for three seconds delays a pass, and breaks nothing."""
    assert newsroom.once().returncode == 0
    newsroom.publish()
    with closing(sqlite3.connect(newsroom.folder / "state" / "monitor.db", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(3, other.rollback)
        timer.start()
        done = newsroom.once()
        timer.join()

    assert done.returncode == 0, done.stderr
    assert newsroom.query("SELECT count(*) FROM incident_list") == [(1,)]


def test_a_damaged_archive_ends_with_3(newsroom) -> None:
    """Exit code 3 and a sentence, for commands that read and those that write; the file is left alone."""
    assert newsroom.once().returncode == 0
    archive = newsroom.folder / "state" / "monitor.db"
    archive.write_bytes(b"not a database at all" * 1000)
    for name in ("run", "status"):
        done = subprocess.run(newsroom.command(name), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 3, (name, done.stderr)
        assert "damaged" in done.stderr
        assert "Traceback" not in done.stderr
    assert archive.read_bytes().startswith(b"not a database")


def test_a_newer_archive_ends_with_3(newsroom) -> None:
    """An archive that a newer monitor has changed is not touched."""
    assert newsroom.once().returncode == 0
    with closing(sqlite3.connect(newsroom.folder / "state" / "monitor.db")) as archive, archive:
        archive.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('monitor', 'm999_later', '2030-01-01')")
    for name in ("once", "status"):
        done = subprocess.run(newsroom.command(name), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 3, (name, done.stderr)
        assert "newer" in done.stderr


LIMITED = """
import resource, runpy, sys
limit = int(sys.argv[1]); sys.argv = ["monitor", *sys.argv[2:]]
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_module("monitor", run_name="__main__")
"""


def test_no_room_for_the_archive_ends_with_3(newsroom) -> None:
    """A pass that cannot write says so in one sentence; afterwards nothing is missing and the next pass does the work."""
    assert newsroom.once().returncode == 0
    newsroom.publish()
    for limit in ("0", "60000"):
        command = [sys.executable, "-c", LIMITED, limit, *newsroom.command("once")[3:]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, env=dict(os.environ))
        assert done.returncode == 3, (limit, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
    assert newsroom.query("PRAGMA quick_check") == [("ok",)]
    with closing(sqlite3.connect(newsroom.folder / "state" / "monitor.db")) as archive, archive:
        archive.execute("UPDATE feed SET next_due = 0")
    assert newsroom.once().returncode == 0
    assert newsroom.query("SELECT count(*) FROM incident_list") == [(1,)]


class Faulty(Cycle):
    """Meets a fault at every look for due feeds, until it is mended."""

    fault: StoreError | None = None

    def poll_due(self) -> int:
        if self.fault is not None:
            raise self.fault
        return super().poll_due()


@contextmanager
def at_work(daemon: Daemon) -> Iterator[tuple[threading.Thread, list[BaseException]]]:
    """The daemon in a thread of this process, and what it raised."""
    raised: list[BaseException] = []

    def work() -> None:
        try:
            daemon.work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield thread, raised
    finally:
        daemon.stop()
        thread.join(30)


def test_the_daemon_outlives_a_full_disk(paper, office, eventually: Eventually, caplog) -> None:
    """While the disk is full it says so once, keeps its watchdog, and goes on when there is room again."""
    caplog.set_level("INFO", "monitor")
    with office(Feed("wire", paper.feed("/rss", "<guid>a</guid><title>Ferry fares stay</title>"))) as desk:
        cycle = Faulty(desk.desk, 4)
        cycle.fault = StoreFull("archive: no space left", "Free disk space.")
        daemon = Daemon(desk.desk, 4, (), cycle)
        with at_work(daemon) as (_, raised):
            time.sleep(3.5)
            lines = [record.getMessage() for record in caplog.records if "cannot be written" in record.getMessage()]
            stalled = daemon.progress.stalled()
            cycle.fault = None
            eventually(lambda: desk.query("SELECT count(*) FROM article") == [(1,)])

    assert len(lines) == 1
    assert stalled == []
    assert any("works again" in record.getMessage() for record in caplog.records)
    assert raised == []


def test_a_daemon_whose_archive_breaks_ends_with_its_message(paper, office) -> None:
    """Damage is not waited out: the daemon ends by itself, and the caller learns why."""
    with office(Feed("wire", paper.feed("/rss"))) as desk:
        cycle = Faulty(desk.desk, 4)
        cycle.fault = StoreCorrupt("archive: damaged", "Restore a backup.")
        with at_work(Daemon(desk.desk, 4, (), cycle)) as (thread, raised):
            thread.join(20)

    assert [type(error) for error in raised] == [StoreCorrupt]


def test_work_that_never_ends_is_seen_as_stuck(paper, office) -> None:
    """Threads that all hang are no progress, however punctual the jobs that look for more work are."""
    release = threading.Event()
    with office(Feed("wire", paper.feed("/rss"))) as desk:
        now = [0.0]
        cycle = Cycle(desk.desk, threads=2, monotonic=lambda: now[0])
        assert cycle.stuck_for() == 0
        cycle._start(lambda _: release.wait(20), "hang", "host", cycle.polls)
        now[0] = 500.0
        assert cycle.stuck_for() == 500
        release.set()
        cycle.close()
        assert cycle.stuck_for() == 0


def test_a_worker_killed_from_outside_costs_one_document(paper, office) -> None:
    """SIGKILL to a worker process marks what it worked on; the next document is read."""
    from monitor.ingest.workers import WorkerFailed

    with office(Feed("wire", paper.feed("/rss", "<guid>a</guid><title>Ferry fares stay</title>"))) as desk:
        pid = desk.desk.workers.call(os.getpid)
        timer = threading.Timer(0.5, os.kill, (pid, signal.SIGKILL))
        timer.start()
        assert isinstance(desk.desk.workers.call(time.sleep, 10), WorkerFailed)
        desk.work()

        assert desk.query("SELECT title FROM article") == [("Ferry fares stay",)]
        assert desk.query("SELECT state FROM entry") == [(EntryState.DONE,)]


def test_stopping_in_the_middle_files_nothing_half_done(paper, office) -> None:
    """A cycle closed while its workers are busy leaves the entry for the next start instead of calling it unreadable."""
    paper.article("/n/0", "Ferry fares stay", "Fares on the lake ferry stay as they are, the company said. " * 9)
    with office(Feed("wire", paper.feed("/rss", *items(paper.base, "/n/", 1)))) as desk:
        blocker = threading.Thread(target=desk.desk.workers.call, args=(time.sleep, 15))
        blocker.start()
        cycle = Cycle(desk.desk, threads=2)
        cycle.poll_due()
        time.sleep(1)
        cycle.close(patience=0.5)
        blocker.join()

        assert desk.query("SELECT failure_kind FROM feed") == [(None,)]
        assert desk.query("SELECT count(*) FROM poll_history") == [(0,)]
