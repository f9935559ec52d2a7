"""A small news site on loopback: one address per outlet, feeds and pages that grow as the given clock runs.

It answers conditional requests, and it misbehaves where a story says so: a feed that is a web page, a page of 100,000
nested tags, a page that never ends.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from xml.sax.saxutils import escape, quoteattr

from monitor.demo.stories import Outlet, Story
from monitor.model import Feed
from monitor.service.clock import Clock

NESTED_TAGS = 100_000
DRIP_SECONDS = 0.2


class Site:
    """Context manager: serves all outlets until left. `feeds` are ready to be subscribed to."""

    def __init__(self, outlets: tuple[Outlet, ...], stories: tuple[Story, ...], clock: Clock) -> None:
        self.outlets, self.stories, self.clock = outlets, stories, clock
        self.closing = threading.Event()
        self._servers = [_Server((f"127.0.0.{11 + n}", 0), self, outlet) for n, outlet in enumerate(outlets)]

    @property
    def feeds(self) -> tuple[Feed, ...]:
        return tuple(
            Feed(
                server.outlet.name,
                server.base + server.outlet.path,
                server.outlet.country,
                tier=server.outlet.tier,
                tags=server.outlet.tags,
            )
            for server in self._servers
        )

    def online(self, outlet: Outlet) -> list[Story]:
        """The outlet's stories published by now, newest first."""
        now = self.clock()
        return [story for story in reversed(self.stories) if story.outlet == outlet.id and story.published <= now]

    def __enter__(self) -> Site:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: Site, outlet: Outlet) -> None:
        super().__init__(address, _Handler)
        self.site, self.outlet = site, outlet
        self.base = f"http://{address[0]}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        outlet, site = self.server.outlet, self.server.site
        online = site.online(outlet)
        if self.path == outlet.path:
            kind, body = feed_document(outlet, online, self.server.base)
            self._answer(kind, body)
            return
        story = next((s for s in online if self.path == f"/news/{s.id}"), None)
        if story is None:
            self.send_error(404)
        elif story.page == "endless":
            self._drip()
        else:
            self._answer("text/html; charset=utf-8", page(outlet, story, self.server.base))

    def _answer(self, kind: str, body: str) -> None:
        raw = body.encode()
        etag = '"' + hashlib.sha256(raw).hexdigest()[:16] + '"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(raw)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            while not self.server.site.closing.wait(DRIP_SECONDS):
                self.wfile.write(b"<p>move</p>\n")
                self.wfile.flush()
        except OSError:
            pass  # the reader gave up, as it should

    def log_message(self, format: str, *args: object) -> None:
        """Keep the demo's screen to the alerts."""


def feed_document(outlet: Outlet, stories: list[Story], base: str) -> tuple[str, str]:
    """(content type, body) of an outlet's feed."""
    if outlet.format == "broken":
        return "text/html", "<html><head><title>Valley Post</title></head><body><p>Our feed has moved. Please look around."
    if outlet.format == "atom":
        return "application/atom+xml", _atom(outlet, stories, base)
    return "application/rss+xml", _rss(outlet, stories, base)


def _rss(outlet: Outlet, stories: list[Story], base: str) -> str:
    items = "".join(
        f"<item><title>{escape(s.title)}</title><link>{base}/news/{s.id}</link><guid isPermaLink='false'>{outlet.id}:{s.id}</guid>"
        f"<description>{escape(s.summary)}</description>{f'<pubDate>{format_datetime(s.published)}</pubDate>' if s.dated else ''}</item>"
        for s in stories
    )
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{escape(outlet.name)}</title>{items}</channel></rss>"


def _atom(outlet: Outlet, stories: list[Story], base: str) -> str:
    entries = "".join(
        f"<entry><id>tag:{outlet.id},2026:{s.id}</id><title>{escape(s.title)}</title><link href={quoteattr(f'{base}/news/{s.id}')}/>"
        f"<summary>{escape(s.summary)}</summary>{f'<published>{_iso(s.published)}</published>' if s.dated else ''}</entry>"
        for s in stories
    )
    return f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{escape(outlet.name)}</title>{entries}</feed>"


def page(outlet: Outlet, story: Story, base: str) -> str:
    """The HTML page of a story, with the furniture a real page has around its text."""
    if story.page == "nested":
        return "<html><body>" + "<div>" * NESTED_TAGS + "salt" + "</div>" * NESTED_TAGS
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in story.text.splitlines() if line.strip())
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "publisher": {"name": outlet.name}}
    if story.dated:
        data["datePublished"] = _iso(story.published)
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(story.title)} | {escape(outlet.name)}</title>"
        f"<link rel='canonical' href='{base}/news/{story.id}'>"
        f"<script type='application/ld+json'>{json.dumps(data)}</script></head><body>"
        f"<nav><a href='/'>Home</a> <a href='/sport'>Sport</a> <a href='/weather'>Weather</a></nav>"
        f"<main><article><h1>{escape(story.title)}</h1>{paragraphs}</article></main>"
        f"<aside><h2>Most read</h2><ul><li><a href='/a'>Apricot season opens</a></li></ul></aside>"
        f"<footer>All events in this paper are invented.</footer></body></html>"
    )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
