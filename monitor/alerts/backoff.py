"""When to try again, and when to give up: pure arithmetic over the age of a notice and the number of its tries.

Half to full jitter over `5 s * 2^n`, capped at 15 minutes for the first 6 hours and at an hour afterwards, given up
after 72 hours. A server's Retry-After is a lower bound, believed up to an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class BackoffSettings:
    """The numbers of the schedule."""

    base: timedelta = timedelta(seconds=5)
    early_cap: timedelta = timedelta(minutes=15)
    early: timedelta = timedelta(hours=6)
    late_cap: timedelta = timedelta(hours=1)
    give_up: timedelta = timedelta(hours=72)
    retry_after_cap: timedelta = timedelta(hours=1)
    # After a long stop, or a clock that jumped, an old notice still gets a fair number of tries: over an hour of them.
    least_tries: int = 12


def next_try(
    tries: int, written: datetime, now: datetime, fraction: float, retry_after: int | None = None, settings: BackoffSettings | None = None
) -> datetime | None:
    """The moment of the next try after `tries` failed ones, None to give up; `fraction` in [0, 1) is the jitter."""
    rules = settings or BackoffSettings()
    age = now - written
    if age >= rules.give_up and tries >= rules.least_tries:
        return None
    cap = rules.early_cap if age < rules.early else rules.late_cap
    pause = delay(tries, fraction, rules.base, cap)
    if retry_after is not None:
        pause = max(pause, min(timedelta(seconds=max(0, retry_after)), rules.retry_after_cap))
    return now + pause


def delay(tries: int, fraction: float, base: timedelta, cap: timedelta) -> timedelta:
    """Between half of `base * 2^(tries-1)`, or of the cap where that is less, and all of it."""
    whole = min(cap, base * (1 << min(max(tries - 1, 0), 20)))
    return whole * (0.5 + 0.5 * fraction)


class TokenBucket:
    """One send every `interval` seconds, saved up to `burst`; moments are seconds of any steady clock."""

    def __init__(self, interval: float, burst: int = 1) -> None:
        self._interval = interval
        self._tolerance = interval * (burst - 1)
        self._full_at = float("-inf")

    def take(self, moment: float) -> float:
        """Take a token and return the seconds to wait before using it."""
        start = max(moment, self._full_at - self._tolerance)
        self._full_at = max(moment, self._full_at) + self._interval
        return start - moment
