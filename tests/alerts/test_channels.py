"""Channels made from their tables in config.toml."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from monitor.alerts.channels import build, build_all
from monitor.alerts.send.console import ConsoleSender
from monitor.alerts.send.email import EmailSender
from monitor.alerts.send.slack import SlackBot, SlackHook
from monitor.alerts.send.webhook import WebhookSender
from monitor.config.channels import CHANNELS
from monitor.errors import UsageError
from monitor.model import Delivery, Reason, Sent, Transient


def clock() -> datetime:
    """A moment."""
    return datetime(2026, 11, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "made", "pace"),
    [
        ({"type": "console", "name": "a"}, ConsoleSender, 0.0),
        ({"type": "slack", "name": "a", "url": "https://hooks.example/x"}, SlackHook, 1.0),
        ({"type": "slack", "name": "a", "token": "xoxb-1", "channel": "C0"}, SlackBot, 1.0),
        ({"type": "email", "name": "a", "host": "mail.example", "from": "a@b.example", "to": ["c@d.example"]}, EmailSender, 0.0),
        ({"type": "webhook", "name": "a", "url": "https://hooks.example/x"}, WebhookSender, 0.0),
    ],
)
def test_each_table_makes_its_channel(table: dict[str, object], made: type, pace: float) -> None:
    """The type decides; Slack alone has a pace."""
    channel = build(CHANNELS[str(table["type"])].model_validate(table), clock, io.StringIO())

    assert type(channel) is made
    assert channel.pace == pace


def test_mail_in_the_clear_to_another_machine_is_refused() -> None:
    """security = "none" with a host elsewhere is a mistake of the configuration."""
    table = {"type": "email", "name": "ops", "host": "mail.example", "security": "none", "from": "a@b.example", "to": ["c@d.example"]}

    with pytest.raises(UsageError, match="on this machine"):
        build(CHANNELS["email"].model_validate(table), clock, io.StringIO())


def test_console_prints_and_survives_a_closed_stream(make_delivery: Callable[..., Delivery]) -> None:
    """The block is printed; a stream that is gone is tried again."""
    stream = io.StringIO()
    channels = build_all([CHANNELS["console"].model_validate({"type": "console", "name": "console"})], clock, stream)

    assert channels["console"].send(make_delivery(Reason.TOLL)) == Sent(detail="printed")
    assert stream.getvalue().startswith("TOLL 9 -> 14 · ")
    stream.close()
    assert isinstance(channels["console"].send(make_delivery(Reason.TOLL)), Transient)


def test_console_prints_what_its_encoding_can(make_delivery: Callable[..., Delivery]) -> None:
    """On a terminal without UTF-8 unknown characters are replaced, and nothing fails."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    table = CHANNELS["console"].model_validate({"type": "console", "name": "console"})

    assert isinstance(build(table, clock, stream).send(make_delivery()), Sent)
    assert b"CRITICAL ? new attack ? Bombing" in raw.getvalue()
