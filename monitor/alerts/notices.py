"""A message with its stable id and its machine-readable twin: what the outbox stores and every channel sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from monitor.alerts.incident_json import dumps, webhook_data
from monitor.alerts.message import MessageSettings, compose, operator
from monitor.model import Change, Incident, Notice, Severity

OPERATOR, SUMMARY, DRILL = "operator", "summary", "drill"


def notice(change: Change, incident: Incident, settings: MessageSettings, now: datetime, frozen_subject: str = "") -> Notice:
    """The notice of one change. The same change always has the same id, which repeats of a message share."""
    message = compose(change, incident, settings, now, frozen_subject)
    data = dumps(webhook_data(change, incident, message.headline))
    return Notice(
        _id(change.incident, change.key, change.at.isoformat()), change.reason.value, (incident.id,), change.severity, message, data, now
    )


def operator_notice(title: str, lines: Sequence[str], now: datetime, severity: Severity = Severity.LOW, reason: str = OPERATOR) -> Notice:
    """A notice to those who run the monitor, or with another `reason` the summary of a first run."""
    message = operator(title, lines, now, severity)
    data = dumps({"title": message.headline, "lines": [fact.value for fact in message.facts], "severity": severity.value})
    return Notice(_id(reason, title, now.isoformat()), reason, (), severity, message, data, now)


def _id(*parts: str) -> str:
    """120 bits of a hash; letters and digits only, as Standard Webhooks forbids dots in what is signed around them."""
    return "n" + sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:30]
