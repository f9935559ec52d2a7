"""What one pass came to, counted as it happens."""

from __future__ import annotations

import threading
import time

from monitor.alerts.outbox import Settled
from monitor.filing import Filed
from monitor.model import Sent
from monitor.pipeline import Polled

COUNTS = ("polled", "failed", "unchanged", "articles", "opened", "updated", "alerts", "sent", "unsent")


class Tally:
    """Counts polls, articles, incidents and deliveries; safe to be used by many threads."""

    def __init__(self) -> None:
        self.polled = self.failed = self.unchanged = self.articles = self.opened = self.updated = self.alerts = self.sent = self.unsent = 0
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def note(self, result: Polled | Filed | None) -> None:
        """Count one poll or one filed article."""
        with self._lock:
            if isinstance(result, Polled):
                self.polled += 1
                self.failed += result.failed
                self.unchanged += not (result.failed or result.result.new or result.result.changed)
            elif isinstance(result, Filed) and not result.known:
                self.articles += 1
                self.opened += len(result.opened)
                self.updated += len(result.updated)
                self.alerts += len(result.changes)

    def note_settled(self, settled: Settled) -> None:
        """Count one try of a delivery."""
        with self._lock:
            if isinstance(settled.result, Sent):
                self.sent += 1
            else:
                self.unsent += 1

    @property
    def all_failed(self) -> bool:
        """Was there something to poll, and did all of it fail?"""
        return self.polled > 0 and self.failed == self.polled

    def as_dict(self) -> dict[str, int | float]:
        """The counts, by name."""
        return {name: getattr(self, name) for name in COUNTS} | {"seconds": round(time.monotonic() - self._started, 1)}

    def line(self) -> str:
        """One line for people."""
        ok = self.polled - self.failed - self.unchanged
        seconds = round(time.monotonic() - self._started)
        return (
            f"{self.polled} feeds: {ok} with news, {self.unchanged} unchanged, {self.failed} failed · {self.articles} new articles · "
            f"{self.opened + self.updated} incidents ({self.opened} new) · {self.alerts} alerts · {self.sent} messages sent, "
            f"{self.unsent} not yet · {seconds} s"
        )
