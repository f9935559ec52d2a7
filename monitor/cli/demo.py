"""`demo`: the whole program at work, offline."""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import click

from monitor.cli.output import program, say
from monitor.cli.settings import Settings
from monitor.errors import UsageError


@click.command()
@click.pass_obj
@click.pass_context
def demo(ctx: click.Context, settings: Settings) -> None:
    """Watch the whole program work on a bundled news site, offline.

    Serves invented news on loopback, runs the real daemon code against it with catching Slack, mail and webhook
    receivers, and prints every alert. Needs no network and no configuration. Exit 1 when a story came out wrong.
    """
    from monitor.cli.archive import incident_table
    from monitor.demo.play import play
    from monitor.service import logs
    from monitor.store.queries import incident_list
    from monitor.store.reader import open_reader

    logs.start(settings.log_level or "critical")
    state = _empty_state(settings.state_option)
    started = time.monotonic()
    say("All news of this demo is invented. The daemon's clock runs from Monday morning to Tuesday noon.\n")
    played = play(state, sys.stdout, say, sys.stdout.isatty())
    say(f"\nTwo days in {time.monotonic() - started:.0f} seconds: {len(played.changes)} alerts, each also caught by "
        + ", ".join(f"{name} ({count})" for name, count in played.caught.items()) + ".\n")  # fmt: skip
    with closing(open_reader(state / "monitor.db")) as conn:
        rows = incident_list(conn)
    incident_table(rows)
    alerted = played.changes[0].incident if played.changes else rows[0].id if rows else "ID"
    say(f"\nNext:{_next(state, alerted)}")
    for fault in played.faults:
        say(f"NOT AS IT SHOULD BE: {fault}")
    ctx.exit(1 if played.faults else 0)


def _empty_state(wanted: Path | None) -> Path:
    """A folder for the demo's archive; never one that has an archive already."""
    if wanted is None:
        return Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    if (wanted / "monitor.db").exists():
        raise UsageError(f"{wanted} holds an archive already", "The demo needs a folder of its own: give another --state, or none.")
    try:
        wanted.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise UsageError(f"cannot write to {wanted}: {exc.strerror}", "Give another --state, or none.") from exc
    return wanted


def _next(state: Path, incident: str) -> str:
    """Three commands that work exactly as printed."""
    call, folder = program(), shlex.quote(str(state))
    steps = (
        ("every report, quote and decision behind the alerts", f"{call} --state {folder} show {incident}"),
        ("full text of the articles", f"{call} --state {folder} search bus station"),
        ("a configuration of your own, in the folder my-monitor", f"{call} init my-monitor"),
    )
    return "".join(f"\n  {command}\n      {what}" for what, command in steps)
