"""`channels list` and `channels test`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import json_option
from monitor.cli.output import json_out, say, table
from monitor.cli.settings import Settings
from monitor.errors import NetworkError, UsageError
from monitor.model import Ambiguous, Permanent, SendResult, Transient
from monitor.service.clock import system_clock

_ADVICE: dict[type[SendResult], str] = {
    Transient: "The daemon would try again. Is the server up, and its address in config.toml right?",
    Permanent: "Trying again would not help: mend this channel in config.toml (address, secret, recipient) first.",
    Ambiguous: "The connection broke after the message was sent: it may have arrived all the same.",
}


@click.group()
def channels() -> None:
    """List and test alert channels."""


@channels.command("list")
@json_option
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """The channels of the configuration, and where the secrets of each come from (never the secrets)."""
    rows = []
    for channel in settings.config().channel:
        secrets = [getattr(channel, name) for name in channel.secrets_named]
        rows.append({"name": channel.name, "type": str(getattr(channel, "type", "")), "secrets": [s.described for s in secrets if s]})
    if as_json:
        json_out(rows)
    else:
        table(("name", "type", "secrets from"), ([row["name"], row["type"], ", ".join(row["secrets"])] for row in rows))


@channels.command()
@click.argument("name")
@click.pass_obj
def test(settings: Settings, name: str) -> None:
    """Send a test message over one channel and print the server's real answer. Exit 4 when it was not accepted."""
    from monitor.alerts.channels import build
    from monitor.alerts.notices import operator_notice
    from monitor.model import Delivery, DeliveryState, Sent
    from monitor.store.outbox import delivery_id

    known = {channel.name: channel for channel in settings.config().channel}
    if name not in known:
        raise UsageError(f'no channel is called "{name}"', f"known: {', '.join(known)}")
    now = system_clock()
    notice = operator_notice("Test message", [f"The channel {name} works. Nothing has happened."], now)
    delivery = Delivery(delivery_id(notice.id, name), notice, name, DeliveryState.LEASED, 1, now)
    result = build(known[name], system_clock, sys.stdout, sys.stdout.isatty()).send(delivery)
    if not isinstance(result, Sent):
        raise NetworkError(f"{name} did not accept the message: {result.detail}", _ADVICE[type(result)])
    say(f"{name} accepted the message{f': {result.detail}' if result.detail else ''}.")
