"""Who has made progress, and when: the watchdog is fed by work done, never by a timer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Progress:
    """Remembers, on the monotonic clock, when each lane last finished a round."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def expect(self, lane: str, within: float) -> None:
        """Declare a lane that must report at least every `within` seconds."""
        with self._lock:
            self._last[lane] = (self._monotonic(), within)

    def made(self, lane: str) -> None:
        """The lane has finished a round."""
        with self._lock:
            if lane in self._last:
                self._last[lane] = (self._monotonic(), self._last[lane][1])

    def stalled(self) -> list[str]:
        """The lanes that are late."""
        now = self._monotonic()
        with self._lock:
            return [lane for lane, (last, within) in self._last.items() if now - last > within]


class ClockWatch:
    """Notices that the wall clock jumped, by comparing it with the monotonic one."""

    TOLERANCE = 5.0  # seconds; NTP slews are far smaller

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._offset = wall() - monotonic()

    def jump(self) -> float:
        """Seconds the wall clock has jumped since the last call, 0.0 when it has not."""
        offset = self._wall() - self._monotonic()
        jumped = offset - self._offset
        if abs(jumped) < self.TOLERANCE:
            return 0.0
        self._offset = offset
        return jumped
