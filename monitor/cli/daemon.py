"""`run` and `once`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from monitor.alerts.backoff import BackoffSettings
from monitor.alerts.channels import build_all
from monitor.alerts.outbox import LaneSettings, drain, lanes
from monitor.cli.options import json_option
from monitor.cli.output import json_out, say
from monitor.cli.settings import Settings
from monitor.config import Config
from monitor.desk import Desk, open_desk
from monitor.errors import NetworkError
from monitor.secrets import masks
from monitor.service import logs
from monitor.service.clock import system_clock
from monitor.service.locks import only_instance
from monitor.service.tally import Tally
from monitor.store import meta


@contextmanager
def opened(settings: Settings, default_level: str | None = None) -> Iterator[tuple[Config, Desk]]:
    """Configuration checked, log started, lock held, archive open."""
    config = settings.config()
    feeds = settings.feeds()
    logs.start(settings.log_level or default_level or config.monitor.log_level, masks(config.secrets()))
    state = settings.state()
    with only_instance(state), open_desk(config, feeds, state, settings.overlay(), system_clock) as desk:
        yield config, desk


@click.command()
@click.pass_obj
@click.pass_context
def run(ctx: click.Context, settings: Settings) -> None:
    """Run the daemon in the foreground until SIGTERM or Ctrl-C.

    Exit 2 for a wrong configuration, 3 for an unusable archive, 75 when another instance runs.
    """
    from monitor.service.daemon import Daemon

    with opened(settings) as (config, desk):
        channels = build_all(config.channel, system_clock, sys.stdout, sys.stdout.isatty())
        sending = lanes(desk.writer, channels, system_clock, desk.rules.operators, settings=lane_settings(config))
        code = Daemon(desk, config.fetch.threads, sending).run()
    ctx.exit(code)


@click.command()
@click.option("--dry-run", is_flag=True, help="Work on a copy of the archive and print alerts instead of sending them.")
@json_option
@click.pass_obj
def once(settings: Settings, dry_run: bool, as_json: bool) -> None:
    """One pass over all due feeds and the outbox, then exit. Exit 4 when every feed failed."""
    if dry_run:
        tally = _dry_run(settings)
    else:
        with opened(settings, "warning") as (config, desk):
            tally = _pass(config, desk)
    say(tally.line())
    if as_json:
        json_out(tally.as_dict())
    if tally.all_failed:
        raise NetworkError("every feed failed", "is there a network? `monitor feeds test` shows the answers")


def _pass(config: Config, desk: Desk, console_only: bool = False) -> Tally:
    from monitor.cli.progress import pass_progress
    from monitor.service.cycle import Cycle

    with pass_progress(len(desk.feeds)) as tally:
        cycle = Cycle(desk, config.fetch.threads, tally.note)
        try:
            cycle.drain()
        finally:
            cycle.close()
    if cycle.fault is not None:
        raise cycle.fault
    now = system_clock()
    desk.writer.run(lambda conn: meta.put(conn, "last_cycle", now.isoformat(timespec="seconds")))
    channels = build_all(config.channel, system_clock, sys.stdout, sys.stdout.isatty())
    if console_only:
        from monitor.alerts.send.console import ConsoleSender

        printer = ConsoleSender(sys.stdout, sys.stdout.isatty())
        channels = dict.fromkeys(channels, printer)
    drain(lanes(desk.writer, channels, system_clock, desk.rules.operators, tally.note_settled, lane_settings(config)))
    return tally


def lane_settings(config: Config) -> LaneSettings:
    """What the [alerts] table says about delivery."""
    return LaneSettings(BackoffSettings(give_up=config.alerts.give_up), late_after=config.alerts.max_age)


def _dry_run(settings: Settings) -> Tally:
    """The same pass over a temporary copy of the archive; nothing of it is kept and nothing is sent."""
    import sqlite3
    import tempfile
    from contextlib import closing
    from pathlib import Path

    config, feeds = settings.config(), settings.feeds()
    logs.start(settings.log_level or "warning", masks(config.secrets()))
    archive = settings.state() / "monitor.db"
    with tempfile.TemporaryDirectory(prefix="monitor-dry-") as folder:
        state = Path(folder)
        if archive.exists():
            with closing(settings.archive()) as source, closing(sqlite3.connect(state / "monitor.db")) as target:
                source.backup(target)
        with open_desk(config, feeds, state, settings.overlay(), system_clock) as desk:
            return _pass(config, desk, console_only=True)
