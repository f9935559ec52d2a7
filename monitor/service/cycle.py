"""The work that is due, done on a pool of threads. `run`, `once` and `demo` differ only in who calls this, and when."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TypeVar

from monitor import pipeline
from monitor.desk import Desk
from monitor.filing import Filed
from monitor.model import Entry
from monitor.pipeline import Polled
from monitor.service.logs import event
from monitor.store import entries, feeds
from monitor.store.feeds import DueFeed

log = logging.getLogger("monitor")
LEASE = timedelta(minutes=5)  # longer than any poll or page can take; a crashed run's work is free again after it
T = TypeVar("T")
Listener = Callable[[Polled | Filed | None], None]


class Cycle:
    """Claims due feeds and pending entries and works on them; at most `threads` at a time, a few more in the queue."""

    def __init__(self, desk: Desk, threads: int, listener: Listener = lambda _: None) -> None:
        self.desk = desk
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="fetch")
        self._room = 2 * threads
        self._listener = listener
        self._busy: set[Future[object]] = set()
        self._lock = threading.Lock()
        self._closing = False

    def poll_due(self) -> int:
        """Start polling the feeds that are due, as many as there is room for; returns how many."""
        room = self._free()
        if room <= 0:
            return 0
        now = self.desk.clock()
        due = self.desk.writer.run(lambda conn: feeds.claim_due(conn, now, room, LEASE))
        for feed in due:
            self._start(self._poll, feed)
        return len(due)

    def read_pending(self) -> int:
        """Start reading pending entries, as many as there is room for; returns how many."""
        room = self._free()
        if room <= 0:
            return 0
        now = self.desk.clock()
        pending = self.desk.writer.run(lambda conn: entries.claim_pending(conn, now, room, LEASE))
        for entry in pending:
            self._start(self._read, entry)
        return len(pending)

    def drain(self) -> None:
        """Work until nothing is due, pending or running: one whole pass."""
        while self.poll_due() + self.read_pending() or self._waiting():
            with self._lock:
                busy = list(self._busy)
            wait(busy, timeout=1.0, return_when="FIRST_COMPLETED")

    def close(self) -> None:
        """Start nothing more and wait for what runs; every fetch has its deadline, so this ends."""
        self._closing = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _poll(self, due: DueFeed) -> None:
        polled = pipeline.poll(due, self.desk)
        self._listener(polled)
        if polled.result.new or polled.result.changed:
            self.read_pending()

    def _read(self, entry: Entry) -> None:
        self._listener(pipeline.process(entry, self.desk))

    def _start(self, work: Callable[[T], None], item: T) -> None:
        future: Future[object] = self._pool.submit(self._guarded, work, item)
        with self._lock:
            self._busy.add(future)
        future.add_done_callback(self._finished)

    def _guarded(self, work: Callable[[T], None], item: T) -> None:
        try:
            work(item)
        except Exception:  # what nobody expected costs one item: its lease runs out and it is tried again
            name = getattr(item, "name", None) or getattr(item, "url", None) or item
            log.exception(event("unexpected error", item=name))

    def _finished(self, future: Future[object]) -> None:
        with self._lock:
            self._busy.discard(future)

    def _free(self) -> int:
        if self._closing:
            return 0
        with self._lock:
            return self._room - len(self._busy)

    def _waiting(self) -> bool:
        with self._lock:
            return bool(self._busy)
