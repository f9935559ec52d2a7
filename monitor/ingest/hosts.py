"""Politeness: how many requests one host gets at a time, and how far apart they start."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MOST_IDLE_HOSTS = 1_000


@dataclass(slots=True)
class _Host:
    in_flight: int = 0
    waiting: int = 0
    next_start: float = 0.0


class GateClosed(Exception):
    """No more turns: the program ends."""


class HostGate:
    """At most `limit` requests per host at a time, started at least `gap` seconds apart. Hosts do not affect each other."""

    def __init__(
        self,
        limit: int = 2,
        gap: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limit = limit
        self._gap = gap
        self._monotonic = monotonic
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._changed = threading.Condition()
        self._closed = False

    @contextlib.contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for a turn at this host and hold it for the length of the block. Raises GateClosed."""
        self._sleep_until(self._enter(host))
        try:
            yield
        finally:
            self._leave(host)

    def close(self) -> None:
        """Give no more turns; who waits for one gets GateClosed."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def waiting(self, host: str) -> int:
        """How many threads wait for a turn at this host or hold one; a caller may then take another host first."""
        with self._changed:
            state = self._hosts.get(host)
            return state.in_flight + state.waiting if state else 0

    def _enter(self, host: str) -> float:
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            state.waiting += 1
            while state.in_flight >= self._limit and not self._closed:
                self._changed.wait()
            state.waiting -= 1
            if self._closed:
                raise GateClosed
            state.in_flight += 1
            start = max(self._monotonic(), state.next_start)
            state.next_start = start + self._gap
            return start

    def _sleep_until(self, start: float) -> None:
        pause = start - self._monotonic()
        if pause > 0:
            self._sleep(pause)

    def _leave(self, host: str) -> None:
        with self._changed:
            self._hosts[host].in_flight -= 1
            if len(self._hosts) > _MOST_IDLE_HOSTS:
                self._forget_idle()
            self._changed.notify_all()

    def _forget_idle(self) -> None:
        now = self._monotonic()
        self._hosts = {name: state for name, state in self._hosts.items() if state.in_flight or state.waiting or state.next_start > now}
