"""The desk: everything the verbs of the pipeline work with, opened from a configuration and closed in order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import __version__
from monitor.alerts.message import MessageSettings
from monitor.alerts.routes import Route, channels_for
from monitor.config import Config
from monitor.detect.assess import Policy
from monitor.gazetteer import prepare
from monitor.incidents.settings import ChangeSettings, FoldSettings, IncidentSettings, MatchSettings
from monitor.ingest.fetch import Fetcher, FetchSettings
from monitor.ingest.schedule import ScheduleSettings
from monitor.ingest.workers import Caller, Workers
from monitor.linking import read_weights
from monitor.model import Feed, Notice
from monitor.service.clock import Clock
from monitor.store import feeds as feed_store
from monitor.store import leases
from monitor.store.writer import Writer
from monitor.worker import Library


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of everything between an article and its deliveries."""

    policy: Policy
    incidents: IncidentSettings
    message: MessageSettings
    routes: tuple[Route, ...]
    channels: tuple[str, ...]

    def operators(self, note: Notice) -> tuple[str, ...]:
        """The channels that an operator note goes to."""
        return channels_for(note, None, self.routes, self.channels)


@dataclass(frozen=True, slots=True)
class Desk:
    """One open archive with the tools to work on it. `chance` gives random numbers in [0, 1)."""

    feeds: Mapping[str, Feed]
    clock: Clock
    writer: Writer
    fetcher: Fetcher
    workers: Caller
    schedule: ScheduleSettings
    rules: Rules
    library: Library
    chance: Callable[[], float] = random.random

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels alerts may go to."""
        return self.rules.channels


@contextmanager
def open_desk(config: Config, feeds: Sequence[Feed], state: Path, overlay: Path | None, clock: Clock) -> Iterator[Desk]:
    """Open the archive (migrating it), start the workers, subscribe to `feeds`; close all of it at the end.

    Raises StoreError when the archive cannot be used.
    """
    with ExitStack() as stack:
        state.mkdir(parents=True, exist_ok=True)
        prepare(state, overlay)
        writer = stack.enter_context(Writer(state / "monitor.db"))
        workers = Workers(config.extract.workers, config.extract.deadline, config.extract.memory)
        stack.callback(workers.close)
        writer.run(lambda conn: leases.release_all(conn, clock()))
        writer.run(lambda conn: feed_store.sync(conn, feeds, clock()))
        yield Desk(
            {feed.name: feed for feed in feeds}, clock, writer, Fetcher(fetch_settings(config), clock), workers,
            ScheduleSettings(
                config.schedule.tier1, config.schedule.tier2, config.schedule.tier3, config.schedule.max_backoff, config.schedule.jitter
            ),
            rules_of(config), Library(overlay, state),
        )  # fmt: skip


def rules_of(config: Config) -> Rules:
    """Everything the middle of the program takes from the configuration."""
    detection, incidents = config.detection, config.incidents
    return Rules(
        policy_of(config),
        IncidentSettings(
            match=MatchSettings(window=incidents.window.days, near_km=incidents.near_km),
            fold=FoldSettings(detection.critical_confidence, detection.critical_killed),
            change=ChangeSettings(max_age=detection.max_age, window=incidents.window, moved_km=incidents.near_km),
            wording=read_weights(),
        ),
        MessageSettings(ZoneInfo(config.monitor.zone), config.alerts.page_base),
        tuple(
            Route(r.channels, r.min_severity, r.reasons, r.countries, r.actors, tuple(k.value for k in r.kinds), r.continue_)
            for r in config.route
        ),
        tuple(channel.name for channel in config.channel),
    )


def policy_of(config: Config) -> Policy:
    """When an article is news."""
    detection = config.detection
    return Policy(
        max_age=detection.max_age,
        threshold=detection.threshold,
        critical_confidence=detection.critical_confidence,
        critical_killed=detection.critical_killed,
        languages=frozenset(detection.languages),
        watch=detection.watch,
    )


def fetch_settings(config: Config) -> FetchSettings:
    """How to fetch, from the [fetch] table."""
    fetch = config.fetch
    contact = f" (+{config.monitor.contact})" if config.monitor.contact else ""
    return FetchSettings(
        deadline=fetch.deadline,
        connect_timeout=fetch.connect_timeout,
        max_feed_bytes=fetch.max_feed_bytes,
        max_page_bytes=fetch.max_page_bytes,
        max_redirects=fetch.max_redirects,
        per_host=fetch.per_host,
        host_gap=fetch.host_gap,
        allow=tuple(map(str, fetch.allow)),
        ports=fetch.ports,
        user_agent=f"monitor/{__version__}{contact}",
    )
