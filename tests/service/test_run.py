"""The daemon as a service manager sees it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

Eventually = Callable[[Callable[[], bool]], None]


class FakeManager:
    """systemd's side of sd_notify: collects the messages of a service."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.messages: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self.messages.append(self._socket.recv(4096).decode())
            except OSError:
                return

    def close(self) -> None:
        self._socket.close()


def test_the_service_reports_ready_feeds_the_watchdog_and_stops_in_order(newsroom, eventually: Eventually, tmp_path: Path) -> None:
    """READY=1 once it works, WATCHDOG=1 while it makes progress, STOPPING=1 and exit 0 on SIGTERM."""
    manager = FakeManager(tmp_path / "notify.sock")
    state = newsroom.folder / "state"
    environment = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "4000000", "STATE_DIRECTORY": str(state), "JOURNAL_STREAM": "8:1"}
    with newsroom.running(**environment) as child:
        eventually(lambda: "READY=1" in manager.messages)
        eventually(lambda: "WATCHDOG=1" in manager.messages)
        child.send_signal(signal.SIGTERM)
        _, log = child.communicate(timeout=30)
    manager.close()

    assert child.returncode == 0
    assert "STOPPING=1" in manager.messages
    assert all(line.startswith("<") for line in log.splitlines() if line)
    assert "<6>started" in log


def test_a_second_instance_ends_with_75(newsroom, eventually: Eventually) -> None:
    """Two daemons never share an archive."""
    with newsroom.running():
        eventually(
            lambda: (newsroom.folder / "state" / "monitor.db").exists() and bool((newsroom.folder / "state" / "monitor.lock").read_text())
        )
        second = subprocess.run(newsroom.command("run"), capture_output=True, text=True, timeout=30, check=False)

    assert second.returncode == 75
    assert "another monitor" in second.stderr


def test_the_first_poll_is_silent_and_the_next_alerts(newsroom, ledger) -> None:
    """What is online at the first poll is recorded; a bombing published later alerts once."""
    first = newsroom.once()
    newsroom.publish()
    second = newsroom.once()

    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert len(ledger.messages) == 1
    assert b'"type":"incident.new_attack"' in ledger.messages[0][1]
    assert "1 new" in second.stderr


def test_a_dry_run_sends_and_stores_nothing(newsroom, ledger) -> None:
    """`once --dry-run` prints the alert and leaves archive and channels alone."""
    newsroom.once()
    newsroom.publish()
    dry = subprocess.run(newsroom.command("once", "--dry-run"), capture_output=True, text=True, timeout=60, check=False)

    assert dry.returncode == 0, dry.stderr
    assert "Khuzdar" in dry.stdout
    assert ledger.messages == []
    assert newsroom.query("SELECT count(*) FROM incident_list") == [(0,)]


def test_every_feed_failing_ends_with_4(newsroom) -> None:
    """A pass in which every feed failed exits 4 and says what to try."""
    newsroom.site.__exit__(None, None, None)
    done = newsroom.once()

    assert done.returncode == 4
    assert "feeds test" in done.stderr


def test_a_broken_configuration_stops_before_anything_starts(newsroom) -> None:
    """A mistyped key ends with exit 2, its line and a suggestion; no archive is made."""
    config = newsroom.folder / "config.toml"
    config.write_text(config.read_text().replace("host_gap", "host_gapp"))
    done = subprocess.run(newsroom.command("run"), capture_output=True, text=True, timeout=30, check=False, env=dict(os.environ))

    assert done.returncode == 2
    assert "config.toml:3:1" in done.stderr
    assert "host_gap" in done.stderr
    assert not (newsroom.folder / "state").exists()
