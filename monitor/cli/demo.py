"""`demo`: the whole program at work, offline."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import click

from monitor.cli.output import say
from monitor.cli.settings import Settings


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
    state = settings.state_option or Path(tempfile.mkdtemp(prefix="monitor-demo-"))
    started = time.monotonic()
    say("All news of this demo is invented. The daemon's clock runs from Monday morning to Tuesday noon.\n")
    played = play(state, sys.stdout, say, sys.stdout.isatty())
    say(f"\nTwo days in {time.monotonic() - started:.0f} seconds: {len(played.changes)} alerts, each also caught by "
        + ", ".join(f"{name} ({count})" for name, count in played.caught.items()) + ".\n")  # fmt: skip
    with closing(open_reader(state / "monitor.db")) as conn:
        rows = incident_list(conn)
    incident_table(rows)
    alerted = played.changes[0].incident if played.changes else rows[0].id if rows else "ID"
    say("\nNext:")
    say(f"  monitor --state {state} show {alerted}        every report, quote and decision behind the alerts")
    say(f"  monitor --state {state} search bus station     full text")
    say("  monitor init my-monitor                        a configuration of your own")
    for fault in played.faults:
        say(f"NOT AS IT SHOULD BE: {fault}")
    ctx.exit(1 if played.faults else 0)
