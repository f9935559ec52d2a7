"""kill -9 at any point of `run`, then a restart: no incident lost, no alert lost, at most the one ambiguous message twice."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

Eventually = Callable[[Callable[[], bool]], None]


@pytest.mark.parametrize("point", ["after_fetch", "inside_article", "after_article", "before_send", "after_send"])
def test_a_killed_daemon_loses_nothing(newsroom, ledger, eventually: Eventually, point: str) -> None:
    """Killed at each stage, the daemon continues where it was and the alert arrives, with one id however often."""
    assert newsroom.once().returncode == 0
    newsroom.publish()
    with newsroom.running(MONITOR_CRASH_AT=point) as first:
        assert first.wait(timeout=60) == -signal.SIGKILL
    assert newsroom.query("PRAGMA quick_check")[0][0] == "ok"

    with newsroom.running() as second:
        eventually(lambda: bool(newsroom.query("SELECT 1 FROM delivery WHERE state = 'sent'")))
    assert second.returncode == 0

    assert newsroom.query("SELECT count(*) FROM incident_list") == [(1,)]
    assert newsroom.query("SELECT reason FROM notice") == [("new_attack",)]
    ids = [identity for identity, _ in ledger.messages]
    assert len(set(ids)) == 1
    assert len(ids) == (2 if point == "after_send" else 1)
