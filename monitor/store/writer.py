"""The one thread that writes. Everybody else hands it a function and waits for the result."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from monitor.errors import StoreError, StoreLocked
from monitor.store import schema
from monitor.store.faults import as_store_error, is_locked, translated

T = TypeVar("T")

CLOSING = 5.0  # seconds that transactions still queued at the end may wait for another process
BUSY_LIMIT = 30.0  # seconds a transaction waits for another process before StoreLocked


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    done: Future[Any]
    begin_by: float  # time.monotonic(); the transaction must have begun by then
    allowed: float  # seconds
    queued: float  # time.monotonic()


class Writer:
    """Opens and migrates the archive, then runs one `BEGIN IMMEDIATE` transaction after another in its own thread.

    Use as a context manager, or call `close`. Raises at construction what `schema.migrate` raises.
    """

    def __init__(self, path: Path, now: datetime | None = None, *, busy_limit: float = BUSY_LIMIT, check: bool = True) -> None:
        self.path = path
        self.backup = schema.migrate(path, now, check=check)
        self._busy_limit = busy_limit
        self._jobs: queue.Queue[_Job | None] = queue.Queue()
        self._closing = threading.Lock()
        self._closed = False
        self._free = float("-inf")  # time.monotonic() when the last transaction ended: until then we held the archive
        self._last = float("inf")  # time.monotonic(); no transaction begins after it
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._work, args=(opened,), name="writer", daemon=True)
        self._thread.start()
        opened.result()

    def run(self, fn: Callable[[sqlite3.Connection], T], *, deadline: float | None = None) -> T:
        """The result of `fn(connection)`, committed; whatever `fn` raises is raised here, and nothing is written.

        `fn` runs in the writer's thread, must be quick, must not do network I/O and must not commit. `deadline`: seconds
        until its transaction must have begun (default: no limit in the queue, `busy_limit` for another process' lock);
        afterwards StoreLocked, and `fn` was not run. Also raises StoreFull, StoreCorrupt, StoreError (closed).
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a transaction cannot start another one: pass the connection on")
        allowed = self._busy_limit if deadline is None else deadline
        begin_by = float("inf") if deadline is None else time.monotonic() + deadline
        job = _Job(fn, Future(), begin_by, allowed, time.monotonic())
        with self._closing:
            if self._closed:
                raise StoreError(f"{self.path}: the archive is closed")
            self._jobs.put(job)
        result: T = self._wait(job, deadline)
        return result

    def _wait(self, job: _Job, deadline: float | None) -> Any:
        try:
            return job.done.result(deadline)
        except TimeoutError:
            if job.done.cancel():
                raise self._locked(job) from None
            return job.done.result()  # it has begun, or ended this moment: its end is the answer

    def close(self) -> None:
        """Finish what is queued, then let go of the file. Later calls of `run` raise StoreError."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._last = time.monotonic() + CLOSING
                self._jobs.put(None)
        self._thread.join()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _work(self, opened: Future[None]) -> None:
        try:
            with translated(self.path):
                conn = schema.connect(self.path)
        except BaseException as error:
            opened.set_exception(error)
            return
        opened.set_result(None)
        try:
            while (job := self._jobs.get()) is not None:
                if job.done.set_running_or_notify_cancel():
                    self._settle(conn, job)
        finally:
            conn.close()

    def _settle(self, conn: sqlite3.Connection, job: _Job) -> None:
        try:
            result = self._transact(conn, job)
        except sqlite3.Error as error:
            job.done.set_exception(as_store_error(error, self.path) or error)
        except BaseException as error:
            job.done.set_exception(error)
        else:
            job.done.set_result(result)

    def _transact(self, conn: sqlite3.Connection, job: _Job) -> Any:
        self._begin(conn, job)
        try:
            return self._committed(conn, job)
        finally:
            self._free = time.monotonic()

    def _committed(self, conn: sqlite3.Connection, job: _Job) -> Any:
        try:
            result = job.work(conn)
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:  # a full disk has already undone it, and a second ROLLBACK would raise
                conn.execute("ROLLBACK")
            raise
        return result

    def _begin(self, conn: sqlite3.Connection, job: _Job) -> None:
        # Who queued behind a transaction that waited in vain has waited as well, and does not begin to wait now.
        last = min(job.begin_by, max(job.queued, self._free) + job.allowed)
        while True:
            last = min(last, self._last)
            wait = min(schema.BUSY_SLICE, max(0.0, last - time.monotonic()))
            conn.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            try:
                conn.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not is_locked(error):
                    raise
                if time.monotonic() >= last:
                    raise self._locked(job) from error

    def _locked(self, job: _Job) -> StoreLocked:
        return StoreLocked(
            f"{self.path}: the archive was busy for {job.allowed:g} seconds", "Stop the other program that writes to it, then try again."
        )
