"""What a channel is, and how one is made from its table in config.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TextIO

from monitor.alerts.render.email import Envelope
from monitor.alerts.send.console import ConsoleSender
from monitor.alerts.send.email import EmailSender, MailServer
from monitor.alerts.send.http import Poster
from monitor.alerts.send.slack import SlackBot, SlackHook
from monitor.alerts.send.webhook import WebhookSender
from monitor.config.channels import ChannelTable, ConsoleChannel, EmailChannel, SlackChannel, WebhookChannel
from monitor.errors import UsageError
from monitor.model import Delivery, SendResult


class Channel(Protocol):
    """Sends one delivery; every outcome is a value, and no outcome shows a secret."""

    @property
    def pace(self) -> float:
        """Seconds between two messages, 0 for no limit."""
        ...

    def send(self, delivery: Delivery) -> SendResult:
        """Send once, without trying again: that is the outbox's work."""
        ...


def build(table: ChannelTable, clock: Callable[[], datetime], stream: TextIO, colour: bool = False) -> Channel:
    """The channel of one [[channel]] table. `stream` is where console channels print.

    Secrets are read anew for every message, so that a rotated one is used without a restart. Raises UsageError for a
    mail server that would be spoken to in the clear.
    """
    match table:
        case ConsoleChannel():
            return ConsoleSender(stream, colour)
        case SlackChannel(token=None, url=url) if url is not None:
            return SlackHook(url.reveal, _poster(table.allow))
        case SlackChannel(token=token) if token is not None:
            return SlackBot(token.reveal, table.channel, _poster(table.allow), table.base_url or "https://slack.com/api")
        case EmailChannel():
            return _email(table)
        case WebhookChannel():
            return WebhookSender(table.url.reveal, table.secret.reveal if table.secret else None, _poster(table.allow), clock)
        case _:
            raise UsageError(f'the channel "{table.name}" is of a type that cannot send')


def build_all(tables: Sequence[ChannelTable], clock: Callable[[], datetime], stream: TextIO, colour: bool = False) -> Mapping[str, Channel]:
    """All channels by name, in their order."""
    return {table.name: build(table, clock, stream, colour) for table in tables}


def _poster(allow: Sequence[object]) -> Poster:
    return Poster(tuple(map(str, allow)))


def _email(table: EmailChannel) -> EmailSender:
    try:
        server = MailServer(table.host, table.port, table.security, table.user)
    except ValueError as error:
        raise UsageError(f'channel "{table.name}": {error}') from None
    return EmailSender(server, Envelope(table.sender, table.to), table.password.reveal if table.password else None)
