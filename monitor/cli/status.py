"""`status`: is everything well, in one screen; exit 1 when it is not."""

from __future__ import annotations

from contextlib import closing

import click

from monitor.cli.options import json_option
from monitor.cli.output import console, json_out, minute, safe
from monitor.cli.settings import Settings
from monitor.service.clock import system_clock
from monitor.service.health import Health, take_health


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def status(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """Is everything well? Feeds, incidents, deliveries. Exit 1 when something is not."""
    with closing(settings.archive()) as conn:
        health = take_health(conn, system_clock())
    if as_json:
        json_out({"ok": health.ok, "problems": health.problems, "status": health.status})
    else:
        _print(health)
    ctx.exit(0 if health.ok else 1)


def _print(health: Health) -> None:
    out = console()
    status = health.status
    out.print(("all well" if health.ok else "NOT WELL: " + "; ".join(health.problems)) + "\n", soft_wrap=True)
    out.print(f"last cycle   {f'{minute(status.last_cycle)} UTC' if status.last_cycle else 'never'}")
    out.print(f"next poll    {f'{minute(status.next_due)} UTC' if status.next_due else 'no feeds'}")
    out.print("feeds        " + ", ".join(f"{count} {state}" for state, count in status.feeds_by_state if count))
    out.print(f"articles     {status.articles_day} in 24 h, {status.entries_waiting} entries waiting")
    out.print(f"incidents    {status.incidents_day} in 24 h, {status.incidents} in all")
    out.print(f"deliveries   {status.outbox.pending + status.outbox.leased} pending, {status.outbox.dead} dead, {status.outbox.sent} sent")
    for feed in status.unhealthy[:20]:
        trouble = (feed.last_error or "no entries for longer than usual").rstrip(".")
        out.print(
            safe(f"  {feed.state:<8} {feed.feed}: {trouble}; next try {minute(feed.next_due)} UTC"),
            soft_wrap=True,
        )
    for feed_name, count in status.language_skipped[:10]:
        out.print(safe(f"  {feed_name}: {count} articles in a language the lexicon does not read"), soft_wrap=True)
