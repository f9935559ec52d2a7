"""A small outlet, a webhook that keeps a ledger, and the real program as a child process."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.demo.site import Site
from monitor.demo.stories import START, Outlet, Story
from monitor.service.clock import SetClock

PATIENCE = 60.0


class Ledger:
    """A webhook receiver on loopback: keeps (id, body) of every message; `answer` may be changed."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []
        self.answer = 200
        ledger = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ledger.messages.append((self.headers["webhook-id"], body))
                self.send_response(ledger.answer)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = Ledger()
    yield ledger
    ledger.server.shutdown()
    ledger.server.server_close()


class Newsroom:
    """A configured monitor beside an outlet whose `blast` is not published yet."""

    def __init__(self, folder: Path, site: Site, clock: SetClock) -> None:
        self.folder, self.site, self.clock = folder, site, clock

    def publish(self) -> None:
        """Let the story of the bombing appear, and make the feed due now."""
        self.clock.advance(timedelta(hours=2))
        with closing(sqlite3.connect(self.folder / "state" / "monitor.db")) as archive, archive:
            archive.execute("UPDATE feed SET next_due = 0")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "monitor", "-c", str(self.folder / "config.toml"), *arguments]

    def once(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command("once"), capture_output=True, text=True, timeout=PATIENCE, check=False)

    @contextmanager
    def running(self, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """`monitor run` as a child; ended by SIGTERM, or killed when that does not help."""
        child = subprocess.Popen(
            self.command("run"), env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            yield child
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
            try:
                child.communicate(timeout=40)
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder}/state/monitor.db?mode=ro", uri=True)) as archive:
            return archive.execute(sql).fetchall()


TEXT = (
    "KHUZDAR: A bomb exploded in a crowded market in Khuzdar in Pakistan's Balochistan province on {day}, killing six people and "
    "wounding 14, police said.\nThe device had been planted on a parked motorcycle, district police officer Naseer Zehri told reporters. "
    "No group has claimed responsibility for the attack.\nThe wounded were taken to the district hospital, where an emergency was declared."
)


@pytest.fixture
def newsroom(tmp_path: Path, ledger: Ledger) -> Iterator[Newsroom]:
    """The outlet is invented, and so is its news."""
    now = datetime.now(UTC)
    clock = SetClock(now - timedelta(hours=2))
    outlet = Outlet("wire", "Test Wire", "/rss", "rss", "PK", 1, ())
    text, lead = TEXT.format(day=f"{now:%A}"), "A bomb exploded in a market in Khuzdar, killing six people."
    blast = Story(
        "blast", "wire", now - timedelta(minutes=5) - START, "Bomb blast in Khuzdar market kills six", text, lead, True, "article"
    )
    old = Story(
        "old", "wire", now - timedelta(days=3) - START, "Ferry fares stay as they are", "Fares stay. " * 30, "Fares stay.", True, "article"
    )
    with Site((outlet,), (old, blast), clock) as site:
        feed = site.feeds[0]
        (tmp_path / "feeds.yaml").write_text(f"- name: {feed.name}\n  url: {feed.url}\n  country: PK\n  tier: 1\n")
        (tmp_path / "config.toml").write_text(
            f'[fetch]\nallow = ["127.0.0.0/8"]\nhost_gap = "0s"\n[extract]\nworkers = 1\n'
            f'[[channel]]\nname = "hook"\ntype = "webhook"\nurl = "{ledger.url}"\nallow = ["127.0.0.0/8"]\n'
        )
        (tmp_path / "config.toml").chmod(0o600)
        yield Newsroom(tmp_path, site, clock)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits until something holds, and fails after PATIENCE seconds."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.05)

    return wait
