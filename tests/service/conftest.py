"""A small outlet, a webhook that keeps a ledger, and the real program as a child process."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.config import Config, load
from monitor.demo.site import Site
from monitor.demo.stories import START, Outlet, Story
from monitor.desk import Desk, open_desk
from monitor.gazetteer import prepare
from monitor.model import Feed
from monitor.service.clock import SetClock
from monitor.service.cycle import Cycle

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


class Paper:
    """An outlet under our control on one loopback address: `serve(path, ...)` decides what a path answers, also later."""

    def __init__(self, address: str = "127.0.0.31") -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self.closing = threading.Event()
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                paper.asked.append(self.path)
                answer = paper.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                    return
                with suppress(OSError):  # the reader gave up, as it should
                    answer(self)

            def log_message(self, *_: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer((address, 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://{address}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def serve(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200) -> str:
        """Answer `path` with this body from now on; the address."""
        raw = body.encode() if isinstance(body, str) else body

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(raw)))
            handler.end_headers()
            handler.wfile.write(raw)

        self.answers[path] = answer
        return self.base + path

    def drip(self, path: str, piece: bytes, kind: str = "text/html", pause: float = 0.05) -> str:
        """Answer `path` with a body that never ends."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", kind)
            handler.end_headers()
            while not self.closing.wait(pause):
                handler.wfile.write(piece)

        self.answers[path] = answer
        return self.base + path

    def feed(self, path: str, *items: str) -> str:
        """Serve an RSS document of these `<item>` bodies."""
        inside = "".join(f"<item>{item}</item>" for item in items)
        document = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Paper</title>{inside}</channel></rss>"
        return self.serve(path, document, "application/rss+xml")

    def article(self, path: str, title: str, text: str, head: str = "", language: str = "en") -> str:
        """Serve a page with this article; its address."""
        paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
        return self.serve(
            path, f"<!doctype html><html lang='{language}'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>"
            f"{paragraphs}</article></body></html>"
        )  # fmt: skip

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def paper() -> Iterator[Paper]:
    """An outlet on loopback that does as it is told."""
    paper = Paper()
    yield paper
    paper.close()


@pytest.fixture
def rival() -> Iterator[Paper]:
    """Another outlet, at another address."""
    paper = Paper("127.0.0.32")
    yield paper
    paper.close()


class Office:
    """The real desk and cycle over a clock that is set by hand; `work` does all that is due."""

    def __init__(self, desk: Desk, clock: SetClock, folder: Path, config: Config) -> None:
        self.desk, self.clock, self.folder, self.config = desk, clock, folder, config

    def work(self, later: timedelta = timedelta(0)) -> None:
        """One pass; with `later`, after that much time, every feed due."""
        if later:
            self.clock.advance(later)
            self.desk.writer.run(lambda conn: conn.execute("UPDATE feed SET next_due = 0"))
        cycle = Cycle(self.desk, self.config.fetch.threads)
        cycle.drain()
        cycle.close()

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder}/monitor.db?mode=ro", uri=True)) as archive:
            return archive.execute(sql).fetchall()

    def one(self, sql: str) -> object:
        return self.query(sql)[0][0]


@pytest.fixture(scope="session")
def gazetteer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gazetteer, built once for all desks of this folder's tests."""
    folder = tmp_path_factory.mktemp("gazetteer")
    prepare(folder, None)
    return folder


@pytest.fixture
def office(tmp_path: Path, gazetteer_folder: Path) -> Callable[..., AbstractContextManager[Office]]:
    """`office(Feed(...), ...)` opens a desk for these feeds; limits are small, so that tests are short."""
    clock = SetClock(datetime(2026, 3, 3, 12, 0, tzinfo=UTC))

    @contextmanager
    def opened(*feeds: Feed, extract_deadline: str = "20s") -> Iterator[Office]:
        path = tmp_path / "office.toml"
        path.write_text(
            '[fetch]\nallow = ["127.0.0.0/8"]\nhost_gap = "0s"\ndeadline = "2s"\nmax_feed_bytes = "1MB"\nmax_page_bytes = "1MB"\n'
            f'threads = 8\n[extract]\nworkers = 1\ndeadline = "{extract_deadline}"\n'
        )
        config = load(path)
        state = tmp_path / "office"
        if not state.exists():
            shutil.copytree(gazetteer_folder, state)
        with open_desk(config, feeds, state, None, clock) as desk:
            yield Office(desk, clock, state, config)

    return opened
