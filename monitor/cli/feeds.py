"""`feeds list` and `feeds test`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import click

from monitor.cli.options import json_option
from monitor.cli.output import json_out, minute, safe, say, table
from monitor.cli.settings import Settings
from monitor.errors import NetworkError, UsageError
from monitor.ingest import feed as feed_format
from monitor.ingest.fetch import Fetcher
from monitor.ingest.workers import Caller, WorkerFailed
from monitor.model import Feed, Fetched, FetchFailed, ParsedFeed
from monitor.service.clock import system_clock


@click.group()
def feeds() -> None:
    """List and test feeds."""


@feeds.command("list")
@json_option
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """Every subscribed feed with its health and next try."""
    from monitor.errors import StoreError
    from monitor.store.queries import FeedHealth, feed_health

    health: dict[str, FeedHealth] = {}
    try:
        with closing(settings.archive()) as conn:
            health = {row.feed: row for row in feed_health(conn, system_clock())}
    except StoreError:
        say("No archive yet: nothing has been polled.")
    subscribed = settings.feeds()
    if as_json:
        json_out([{"feed": feed, "health": health.get(feed.name)} for feed in subscribed])
        return
    columns = ("feed", "country", "lang", "tier", "state", "last success", "next try", "trouble")
    rows = (_row(feed, health.get(feed.name)) for feed in subscribed)
    table(columns, rows, whole=("country", "lang", "tier", "last success", "next try"))


def _row(feed: Feed, health: object) -> list[object]:
    facts = [getattr(health, name, None) for name in ("state", "last_success", "next_due", "last_error")]
    state, success, due, error = facts
    return [feed.name, feed.country or "", feed.language, feed.tier, state or "never polled", minute(success), minute(due), error]


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying one feed."""

    feed: str
    ok: bool
    items: int
    newest: datetime | None
    seconds: float
    problem: str


@feeds.command()
@click.argument("names", nargs=-1)
@json_option
@click.pass_obj
def test(settings: Settings, names: tuple[str, ...], as_json: bool) -> None:
    """Fetch and parse the feeds (all of them, or those NAMED or given by URL) now; nothing is stored.

    Exit 4 when every feed failed.
    """
    tried = []
    for result in try_feeds(settings, _wanted(settings, names)):
        tried.append(result)
        if not as_json:
            newest = f", newest {result.newest:%Y-%m-%d %H:%M} UTC" if result.newest else ""
            found = f"{result.items} items{newest}" if result.ok else result.problem
            click.echo(safe(f"{'ok    ' if result.ok else 'FAILED'} {result.feed}: {found}"))
    if as_json:
        json_out(tried)
    good = sum(result.ok for result in tried)
    say(f"{good} of {len(tried)} feeds work.")
    if tried and not good:
        raise NetworkError("every feed failed", "is there a network? `monitor feeds test NAME` tries a single feed")


def _wanted(settings: Settings, names: tuple[str, ...]) -> tuple[Feed, ...]:
    if not names:
        return settings.feeds()
    by_name = {feed.name.lower(): feed for feed in settings.feeds()} if any("://" not in name for name in names) else {}
    found = []
    for name in names:
        feed = Feed(name, name) if "://" in name else by_name.get(name.lower())
        if feed is None:
            raise UsageError(f'no feed is called "{name}"', "`monitor feeds list` shows the names; an address works too")
        found.append(feed)
    return tuple(found)


def try_feeds(settings: Settings, wanted: tuple[Feed, ...]) -> Iterator[Tried]:
    """Each feed's result, as it comes in."""
    from monitor.config import Config
    from monitor.desk import fetch_settings
    from monitor.ingest.workers import Workers

    config = settings.config() if settings.config_path.exists() else Config()
    fetcher = Fetcher(fetch_settings(config), system_clock)
    workers = Workers(config.extract.workers, config.extract.deadline, config.extract.memory)
    try:
        with ThreadPoolExecutor(config.fetch.threads) as pool:
            yield from pool.map(lambda feed: try_feed(feed, fetcher, workers), wanted)
    finally:
        workers.close()


def try_feed(feed: Feed, fetcher: Fetcher, workers: Caller) -> Tried:
    """Fetch and parse one feed."""
    started = system_clock()
    outcome = fetcher.get(feed.url)
    problem = outcome.detail if isinstance(outcome, FetchFailed) else ""
    parsed = (
        workers.call(feed_format.parse, outcome.body, outcome.content_type, outcome.final_url) if isinstance(outcome, Fetched) else None
    )
    seconds = (system_clock() - started).total_seconds()
    if isinstance(parsed, ParsedFeed):
        newest = max((item.published for item in parsed.items if item.published), default=None)
        return Tried(feed.name, True, len(parsed.items), newest, seconds, "")
    if isinstance(parsed, WorkerFailed) or parsed is not None:
        problem = parsed.detail
    return Tried(feed.name, False, 0, None, seconds, problem)
