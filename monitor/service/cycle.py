"""The work that is due, done on a pool of threads. `run`, `once` and `demo` differ only in who calls this, and when."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from monitor import pipeline
from monitor.desk import Desk
from monitor.errors import StoreError
from monitor.filing import Filed
from monitor.ingest.hosts import GateClosed
from monitor.model import Entry
from monitor.pipeline import Polled
from monitor.service.logs import event
from monitor.store import entries, feeds
from monitor.store.feeds import DueFeed

log = logging.getLogger("monitor")
LEASE = timedelta(minutes=5)  # longer than any poll or page can take; a crashed run's work is free again after it
PATIENCE = 8.0  # seconds that work under way may take to end by itself
T = TypeVar("T")
Listener = Callable[[Polled | Filed | None], None]


class Cycle:
    """Claims due feeds and pending entries and works on them; at most `threads` at a time, a few more in the queue.

    Each host has only as many polls and as many pages under way as it may get requests at a time: threads that waited
    for their turn at one slow host would be missing to all others.
    """

    def __init__(
        self, desk: Desk, threads: int, listener: Listener = lambda _: None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.desk = desk
        self.polls: Counter[str] = Counter()  # under way, by host
        self.pages: Counter[str] = Counter()
        self.fault: StoreError | None = None  # why something could not be stored, the last time that happened
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="fetch")
        self._room = 2 * threads
        self._listener = listener
        self._monotonic = monotonic
        self._busy: set[Future[object]] = set()
        self._moved = monotonic()
        self._lock = threading.Lock()
        self._claiming = threading.Lock()
        self._closing = False

    def poll_due(self) -> int:
        """Start polling the feeds that are due, as many as there is room for; returns how many."""
        with self._claiming:
            if (room := self._free()) <= 0:
                return 0
            now, wanted = self.desk.clock(), self._wanted(self.polls)
            due = self.desk.writer.run(lambda conn: feeds.claim_due(conn, now, room, LEASE, wanted))
            for feed in due:
                self._start(self._poll, feed, host_of(feed.url), self.polls)
            return len(due)

    def read_pending(self) -> int:
        """Start reading pending entries, as many as there is room for; returns how many."""
        with self._claiming:
            if (room := self._free()) <= 0:
                return 0
            now, wanted = self.desk.clock(), self._wanted(self.pages)
            pending = self.desk.writer.run(lambda conn: entries.claim_pending(conn, now, room, LEASE, wanted))
            for entry in pending:
                self._start(self._read, entry, host_of(entry.url), self.pages)
            return len(pending)

    def drain(self) -> None:
        """Work until nothing is due, pending or running: one whole pass."""
        while self.poll_due() + self.read_pending() or self._waiting():
            with self._lock:
                busy = list(self._busy)
            wait(busy, timeout=1.0, return_when="FIRST_COMPLETED")

    def stuck_for(self) -> float:
        """Seconds since anything ended while there was work under way; 0 without work."""
        with self._lock:
            return self._monotonic() - self._moved if self._busy else 0.0

    def close(self, patience: float = PATIENCE) -> None:
        """Start nothing more and let what runs end; after `patience` it is broken off, and left to the next start."""
        with self._lock:
            self._closing = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            busy = list(self._busy)
        if wait(busy, timeout=patience).not_done:
            self.desk.fetcher.stop()
            self.desk.workers.close()
            wait(busy, timeout=patience)

    def _wanted(self, under_way: Counter[str]) -> Callable[[str | None], bool]:
        """Answers, for one address after the other, whether its host has room; each yes takes a place."""
        limit = self.desk.fetcher.per_host
        with self._lock:
            counts = Counter(under_way)

        def wanted(url: str | None) -> bool:
            host = host_of(url)
            if host and counts[host] >= limit:
                return False
            counts[host] += 1
            return True

        return wanted

    def _poll(self, due: DueFeed) -> None:
        polled = pipeline.poll(due, self.desk)
        self._listener(polled)
        if polled.result.new or polled.result.changed:
            self.read_pending()

    def _read(self, entry: Entry) -> None:
        self._listener(pipeline.process(entry, self.desk))

    def _start(self, work: Callable[[T], object], item: T, host: str, under_way: Counter[str]) -> None:
        with self._lock:
            if self._closing:
                return  # the next start takes it back
            if not self._busy:
                self._moved = self._monotonic()
            under_way[host] += 1
            future: Future[object] = self._pool.submit(self._guarded, work, item)
            self._busy.add(future)
        future.add_done_callback(lambda done: self._finished(done, host, under_way))

    def _guarded(self, work: Callable[[T], object], item: T) -> None:
        """What fails here costs one item: its lease runs out, or the next start takes it back, and it is tried again."""
        name = getattr(item, "name", None) or getattr(item, "url", None) or item
        try:
            work(item)
        except (pipeline.Stopped, GateClosed):
            pass
        except StoreError as error:
            if not self._closing:
                self.fault = error
                log.error(event("not stored", item=name, why=error.message))
        except Exception:
            log.exception(event("unexpected error", item=name))

    def _finished(self, future: Future[object], host: str, under_way: Counter[str]) -> None:
        with self._lock:
            self._busy.discard(future)
            self._moved = self._monotonic()
            under_way[host] -= 1
            if not under_way[host]:
                del under_way[host]

    def _free(self) -> int:
        if self._closing:
            return 0
        with self._lock:
            return self._room - len(self._busy)

    def _waiting(self) -> bool:
        with self._lock:
            return bool(self._busy)


def host_of(url: str | None) -> str:
    """The host of an address; "" for none."""
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
