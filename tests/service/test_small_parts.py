"""The small parts of the service: lock, notification, log lines, progress, clock."""

from __future__ import annotations

import io
import logging
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import AlreadyRunning, StoreError
from monitor.service import logs
from monitor.service.clock import SetClock
from monitor.service.locks import only_instance
from monitor.service.notify import notify, watchdog_seconds
from monitor.service.progress import ClockWatch, Progress


def test_second_instance_is_refused_with_the_first_ones_process_id(tmp_path: Path) -> None:
    """While one process holds the lock, another ends with code 75 and names the holder."""
    code = (
        "import sys, pathlib; from monitor.service.locks import only_instance; from monitor.errors import MonitorError\n"
        "try:\n  with only_instance(pathlib.Path(sys.argv[1])): pass\n"
        "except MonitorError as e: print(e); sys.exit(e.exit_code)"
    )
    with only_instance(tmp_path):
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)

    assert done.returncode == 75
    assert str(os.getpid()) in done.stdout


def test_lock_is_free_again_after_the_holder_left(tmp_path: Path) -> None:
    """Leaving the block frees the archive for the next instance."""
    with only_instance(tmp_path), pytest.raises(AlreadyRunning), only_instance(tmp_path):
        pass
    with only_instance(tmp_path):
        pass


def test_unwritable_state_directory_is_explained(tmp_path: Path) -> None:
    """A state directory that cannot be made gives a message, not a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write"), only_instance(tmp_path / "file" / "state"):
        pass


def test_notify_reaches_the_service_manager(tmp_path: Path) -> None:
    """READY=1 arrives as one datagram on NOTIFY_SOCKET."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        assert notify("READY=1", {"NOTIFY_SOCKET": path})
        assert manager.recv(100) == b"READY=1"


def test_notify_without_a_manager_is_silent(tmp_path: Path) -> None:
    """Outside systemd, or with a dead manager, nothing happens."""
    assert not notify("READY=1", {})
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "nobody")})


def test_watchdog_interval_is_half_of_what_the_manager_allows() -> None:
    """WATCHDOG_USEC counts only for the process it was meant for."""
    assert watchdog_seconds({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}) == 60.0
    assert watchdog_seconds({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}) is None
    assert watchdog_seconds({}) is None


def test_secrets_never_reach_the_log() -> None:
    """A registered secret is masked wherever it appears, also inside an exception's text."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.start("info", hidden=["s3cr3t-canary"], stream=stream)
        logging.getLogger("monitor").error(logs.event("send failed", url="https://hooks.invalid/s3cr3t-canary", why="no such host"))
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    assert "s3cr3t-canary" not in stream.getvalue()
    assert 'why="no such host"' in stream.getvalue()


def test_a_strangers_text_cannot_play_with_the_terminal() -> None:
    """Line breaks, escape sequences and reversed writing in an address or an error stay one harmless line."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.start("info", stream=stream)
        logging.getLogger("monitor").error(logs.event("page failed", url="http://x.invalid/\x1b[2J\r\nfaked line\u202egnp"))
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    assert stream.getvalue().count("\n") == 1
    assert not set(stream.getvalue()) & set("\x1b\r\u202e")


def test_stalled_lanes_are_named() -> None:
    """A lane that makes no progress within its time is stalled until it does."""
    clock = [0.0]
    progress = Progress(lambda: clock[0])
    progress.expect("tick", 10)
    progress.expect("lane console", 60)
    clock[0] = 30.0

    assert progress.stalled() == ["tick"]

    progress.made("tick")

    assert progress.stalled() == []


def test_clock_jumps_are_noticed_once_and_slews_ignored() -> None:
    """A jump of the wall clock is told from a slow drift."""
    wall, mono = [1000.0], [0.0]
    watch = ClockWatch(lambda: wall[0], lambda: mono[0])
    wall[0], mono[0] = 1002.0, 1.0
    assert watch.jump() == 0.0
    wall[0] -= 3600
    assert watch.jump() < -3500
    assert watch.jump() == 0.0


def test_set_clock_moves_only_when_told() -> None:
    """The demo's clock stands still between steps."""
    clock = SetClock(datetime(2026, 3, 2, tzinfo=UTC))
    clock.advance(timedelta(hours=2))

    assert datetime(2026, 3, 2, 2, tzinfo=UTC) == clock()
