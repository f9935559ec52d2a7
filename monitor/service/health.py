"""How the monitor is doing, judged from the archive alone, so that `status` and the daemon say the same."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.store import queries
from monitor.store.queries import ArchiveStatus

SILENT_AFTER = timedelta(minutes=10)  # a daemon writes its cycle every minute
LATE_DELIVERY = timedelta(minutes=15)
PERSISTENT = 3  # failures in a row; single ones are the web's weather
TOO_MANY = 0.25  # share of feeds: among a hundred some are always down, and are listed without an alarm


@dataclass(frozen=True, slots=True)
class Health:
    """The numbers, and what is wrong in plain words."""

    status: ArchiveStatus
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def line(self) -> str:
        """One line for the journal and for systemd."""
        status = self.status
        feeds = ", ".join(f"{count} {state}" for state, count in status.feeds_by_state if count) or "no feeds"
        outbox = f"{status.outbox.pending} deliveries pending, {status.outbox.dead} dead"
        text = f"feeds {feeds}; {status.incidents_day} incidents in 24 h; {outbox}"
        return f"{text}; {'; '.join(self.problems)}" if self.problems else text


def take_health(conn: sqlite3.Connection, now: datetime) -> Health:
    """Judge the archive as of `now`."""
    status = queries.status(conn, now)
    return Health(status, tuple(_problems(status, now)))


def _problems(status: ArchiveStatus, now: datetime) -> list[str]:
    feeds = dict(status.feeds_by_state)
    problems = []
    if status.last_cycle is None or now - status.last_cycle > SILENT_AFTER:
        since = status.last_cycle.isoformat(timespec="minutes") if status.last_cycle else "the beginning"
        problems.append(f"no cycle since {since}: is the daemon running?")
    total = sum(feeds.values())
    if count := feeds.get("overdue", 0):
        problems.append(f"{count} of {total} feeds overdue")
    persistent = sum(feed.consecutive_failures >= PERSISTENT for feed in status.unhealthy)
    if total and feeds.get("failing", 0) == total:
        problems.append(f"no feed works: {'the only one is' if total == 1 else f'all {total} are'} failing; is there a network?")
    elif persistent > TOO_MANY * total:
        problems.append(f"{persistent} of {total} feeds have failed {PERSISTENT} times or more")
    if status.outbox.dead:
        problems.append(f"{status.outbox.dead} deliveries given up")
    if status.outbox.oldest and now - status.outbox.oldest > LATE_DELIVERY:
        problems.append(f"a delivery has been waiting since {status.outbox.oldest.isoformat(timespec='minutes')}")
    return problems
