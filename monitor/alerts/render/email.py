"""A message as a mail that mail programs thread by incident.

Threads need three things: stable Message-IDs, References that name the incident's first mail, and an unchanged subject
(Gmail threads only by equal subjects up to "Re:"). A phantom root, which is never sent, comes first in References, so
that the thread holds even where the first mail was lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from html import escape

from monitor.alerts.plain import plain
from monitor.alerts.render import console
from monitor.alerts.wording import moment_words
from monitor.model import CitedQuote, Delivery, Fact, Link, Message, Reason, Severity

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
_ACCENT = {Severity.CRITICAL: "#a40000", Severity.HIGH: "#a35200", Severity.NORMAL: "#333333", Severity.LOW: "#777777"}
_INCIDENT_REASONS = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom: addresses as in a header, "Monitor <monitor@example.org>"."""

    sender: str
    recipients: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The domain of the sender, used in Message-IDs and in List-Id."""
        return address(self.sender).rpartition("@")[2] or "localhost"


def address(text: str) -> str:
    """The bare address of "Name <a@b>"."""
    return parseaddr(text)[1]


def message_id(delivery: Delivery, domain: str) -> str:
    """The same for every attempt of a delivery, so that a repeated mail can be recognised."""
    return f"<{_slug(delivery.notice.id)}.{_slug(delivery.channel)}@{domain}>"


def render(delivery: Delivery, envelope: Envelope) -> EmailMessage:
    """The mail: text and HTML, no remote content. The first mail of a thread has the bare subject, later ones "Re:"."""
    notice, message = delivery.notice, delivery.notice.message
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message_id(delivery, envelope.domain)
    mail["Date"] = notice.at.astimezone(UTC)
    mail["From"] = envelope.sender
    mail["To"] = ", ".join(envelope.recipients)
    mail["Subject"] = _subject(delivery)
    _thread(mail, delivery, envelope.domain)
    mail["List-Id"] = f"<alerts.monitor.{envelope.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps vacation answers away
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Monitor-Delivery"] = _slug(delivery.id)
    if message.thread:
        mail["X-Monitor-Incident"] = _slug(message.thread)
    mail.set_content(_text(message), cte="quoted-printable")
    mail.add_alternative(_html(message), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{_slug(notice.id)}")
    return mail


def _subject(delivery: Delivery) -> str:
    message = delivery.notice.message
    subject = plain(message.subject or message.headline, 200)
    return f"Re: {subject}" if delivery.ref and message.thread else subject


def _thread(mail: EmailMessage, delivery: Delivery, domain: str) -> None:
    thread = delivery.notice.message.thread
    if not thread or delivery.notice.reason not in _INCIDENT_REASONS:
        return
    roots = [f"<incident-{_slug(thread)}.{_slug(delivery.channel)}@{domain}>"]
    if delivery.ref and delivery.ref.startswith("<") and delivery.ref.endswith(">"):
        roots.append(plain(delivery.ref, 250))
    mail["In-Reply-To"] = roots[-1]
    mail["References"] = " ".join(roots)


def _slug(text: str) -> str:
    return _UNSAFE.sub("-", text).strip("-") or "x"


def _text(message: Message) -> str:
    return f"{message.headline}\n{console.body(message)}"


def _html(message: Message) -> str:
    parts = [
        f'<h2 style="font-size:18px;margin:0 0 8px;color:{_ACCENT[message.severity]}">{escape(message.headline)}</h2>',
        f'<p style="margin:0 0 8px"><strong>{escape(message.lead)}</strong></p>' if message.lead else "",
        f'<table style="border-collapse:collapse">{"".join(map(_fact, message.facts))}</table>' if message.facts else "",
        _items("Not known", [escape(line) for line in message.unknown]),
        "".join(map(_quote, message.quotes)),
        _items("Why", [escape(line) for line in message.why]),
        f"<p>{' · '.join(map(_link, message.links))}</p>" if message.links else "",
        f'<p style="color:#777777;font-size:12px">{escape(message.footer)}</p>' if message.footer else "",
    ]
    inside = "\n".join(part for part in parts if part)
    return f'<!doctype html>\n<html lang="en"><body style="font-family:sans-serif;font-size:14px">\n{inside}\n</body></html>\n'


def _fact(fact: Fact) -> str:
    note = f' <span style="color:#777777">({escape(fact.note)})</span>' if fact.note else ""
    label = f'<td style="padding:2px 12px 2px 0;vertical-align:top"><strong>{escape(fact.label)}</strong></td>'
    return f"<tr>{label}<td>{escape(fact.value)}{note}</td></tr>\n"


def _items(title: str, lines: list[str]) -> str:
    return f"<p><strong>{title}:</strong> {'; '.join(lines)}</p>" if lines else ""


def _quote(quote: CitedQuote) -> str:
    source = _link(Link(quote.outlet, quote.url)) if quote.url else escape(quote.outlet)
    said = f"“{escape(quote.text)}” - {source}, {escape(moment_words(quote.at))} <em>{escape(quote.about)}</em>"
    return f'<blockquote style="margin:4px 0;padding-left:8px;border-left:3px solid #cccccc">{said}</blockquote>\n'


def _link(link: Link) -> str:
    return f'<a href="{escape(link.url, quote=True)}" rel="noreferrer">{escape(link.label)}</a>'
