"""The clock, injected everywhere else: nothing below the service and the commands asks what time it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved; the demo and the tests run days in seconds with it."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward (or, with a negative step, back) and return the new time."""
        with self._lock:
            self._now += by
            return self._now
