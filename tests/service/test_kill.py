"""kill -9 at any point of `run`, then a restart: no incident lost, no alert lost, at most the one ambiguous message twice."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

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


def descendants(pid: int) -> list[int]:
    """Process ids of all children and their children."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            children.append(int(stat.parent.name))
    return children + [below for child in children for below in descendants(child)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_daemon_leaves_no_process_behind(newsroom, eventually: Eventually) -> None:
    """Fork server and workers end by themselves when the daemon is killed."""
    with newsroom.running() as child:
        eventually(lambda: (newsroom.folder / "state" / "monitor.db").exists() and len(descendants(child.pid)) >= 3)
        time.sleep(0.5)
        left = descendants(child.pid)
        child.kill()
        child.wait(timeout=10)
        eventually(lambda: not any(map(alive, left)))
