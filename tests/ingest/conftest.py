"""A hostile web server on loopback, and fetchers that may reach it."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from monitor.ingest.fetch import Fetcher, FetchSettings
from monitor.ingest.hosts import HostGate

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Example Post</title>'
    b"<item><title>One</title><link>/one</link><guid>1</guid></item></channel></rss>"
)


@cache
def gzip_bomb() -> bytes:
    """Sixty million zeros, compressed piece by piece: the tests that watch memory share it with this server."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(60)) + packer.flush()


@cache
def brotli_bomb() -> bytes:
    """The same in brotli."""
    brotli = pytest.importorskip("brotli")
    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(bytes(1_000_000)) for _ in range(60)) + bytes(packer.finish())


class HostileServer(ThreadingHTTPServer):
    """Each path misbehaves in one way; `seen` records the requests as (path, headers)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HostileHandler)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.stopping = threading.Event()

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what these tests are about."""


class HostileHandler(BaseHTTPRequestHandler):
    """Answers by path."""

    server: HostileServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        behaviour = self.path.strip("/").partition("?")[0].partition("/")[0].replace("-", "_")
        getattr(self, f"serve_{behaviour}")()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def raw(self, *pieces: bytes, pause: float = 0.0) -> None:
        self.close_connection = True
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            if pause and self.server.stopping.wait(pause):
                return

    def serve_feed(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self.answer(304, ETag='"v1"')
        else:
            self.answer(
                200, FEED, Content_Type="application/rss+xml", ETag='"v1"', Last_Modified="Wed, 04 Mar 2026 11:00:00 GMT",
                Cache_Control="public, max-age=300", Set_Cookie="track=1",
            )  # fmt: skip

    def serve_gzip(self) -> None:
        self.answer(200, gzip.compress(FEED), Content_Encoding="gzip")

    def serve_html(self) -> None:
        self.answer(200, b"<!doctype html><html><title>Just a moment...</title></html>", Content_Type="text/html")

    def serve_drip_headers(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\n", *[b"X"] * 100, pause=0.05)

    def serve_drip_body(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 100, pause=0.05)

    def serve_drip_until_close(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", *[b"x"] * 100, pause=0.05)

    def serve_drip_redirects(self) -> None:
        time.sleep(0.2)
        self.answer(302, Location="/drip-redirects/again")

    def serve_silence(self) -> None:
        self.close_connection = True
        self.server.stopping.wait(5)

    def serve_endless(self) -> None:
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 400)

    def serve_announced_large(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n", b"x" * 1000)

    def serve_bomb(self) -> None:
        self.answer(200, gzip_bomb(), Content_Encoding="gzip")

    def serve_nested_bomb(self) -> None:
        self.answer(200, gzip.compress(gzip_bomb()), Content_Encoding="gzip, gzip")

    def serve_brotli_bomb(self) -> None:
        self.answer(200, brotli_bomb(), Content_Encoding="br")

    def serve_damaged_gzip(self) -> None:
        self.answer(200, b"\x1f\x8b not really", Content_Encoding="gzip")

    def serve_unknown_encoding(self) -> None:
        self.answer(200, b"???", Content_Encoding="snappy")

    def serve_short(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n", FEED)

    def serve_short_chunked(self) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nabcde\r\n", b"ff\r\nab")

    def serve_garbage(self) -> None:
        self.raw(b"SSH-2.0-OpenSSH_9.2\r\n")

    def serve_hang_up(self) -> None:
        self.close_connection = True

    def serve_drop_kept(self) -> None:
        self.answer(200, b"first")
        self.close_connection = True  # without having said so

    def serve_loop(self) -> None:
        self.answer(302, Location="/loop")

    def serve_moved(self) -> None:
        self.answer(301, Location="/feed")

    def serve_moved_for_now(self) -> None:
        self.answer(302, Location="/moved")

    def serve_heavy_redirect(self) -> None:
        self.answer(302, gzip_bomb(), Location="/feed", Content_Encoding="gzip")

    def serve_nowhere(self) -> None:
        self.answer(302)

    def serve_to(self) -> None:
        self.answer(302, Location=unquote(self.path.partition("?")[2]))

    def serve_status(self) -> None:
        self.answer(int(self.path.rpartition("/")[2]))

    def serve_busy(self) -> None:
        self.answer(429, Retry_After=self.path.partition("?")[2].replace("+", " "))


@pytest.fixture
def hostile() -> Iterator[HostileServer]:
    """A server whose paths misbehave, stopped at the end of the test."""
    server = HostileServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def now() -> datetime:
    """The moment at which all tests happen."""
    return NOW


@pytest.fixture
def make_fetcher() -> Callable[..., Fetcher]:
    """A maker of fetchers with short limits that may reach loopback; settings and parts can be overridden."""

    def make(resolver: Callable[..., Any] = socket.getaddrinfo, gate: HostGate | None = None, **settings: Any) -> Fetcher:
        defaults: dict[str, Any] = {
            "deadline": timedelta(seconds=0.6),
            "connect_timeout": timedelta(seconds=0.4),
            "max_feed_bytes": 1_000_000,
            "host_gap": timedelta(0),
            "allow": ("127.0.0.0/8",),
        }
        return Fetcher(FetchSettings(**{**defaults, **settings}), clock=lambda: NOW, gate=gate, resolver=resolver)

    return make


@pytest.fixture
def closed_port() -> int:
    """A loopback port on which nobody listens."""
    with contextlib.closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
