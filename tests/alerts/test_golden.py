"""What each channel shows for each reason, as files to be read and reviewed: tests/golden/<channel>/<reason>."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.alerts.notices import operator_notice
from monitor.alerts.render import console, email, slack, webhook
from monitor.model import Delivery, Reason, Severity

MakeDelivery = Callable[..., Delivery]
Golden = Callable[[str, str], None]
REASONS = tuple(Reason)
ENVELOPE = email.Envelope("Monitor <monitor@alerts.example>", ("desk@news.example", "night@news.example"))
FIRST = {"slack": "C0OPS/1700000000.000100", "email": "<nfirst.ops@alerts.example>"}


def of(make_delivery: MakeDelivery, reason: Reason, channel: str) -> Delivery:
    """A new attack opens the thread, everything else answers in it."""
    return make_delivery(reason, ref=None if reason is Reason.NEW_ATTACK else FIRST.get(channel))


@pytest.mark.parametrize("reason", REASONS)
def test_console_text_is_as_reviewed(make_delivery: MakeDelivery, golden: Golden, reason: Reason) -> None:
    """The console's block of text for each reason."""
    golden(f"console/{reason}.txt", console.render(make_delivery(reason).notice.message))


@pytest.mark.parametrize("reason", REASONS)
def test_slack_payload_is_as_reviewed(make_delivery: MakeDelivery, golden: Golden, reason: Reason) -> None:
    """The payload of chat.postMessage for each reason."""
    payload = slack.payload(of(make_delivery, reason, "slack"), "C0OPS")
    golden(f"slack/{reason}.json", json.dumps(payload, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("reason", REASONS)
def test_mail_is_as_reviewed(make_delivery: MakeDelivery, golden: Golden, reason: Reason) -> None:
    """The whole mail for each reason, byte for byte: a repeat is the same mail."""
    golden(f"email/{reason}.eml", email.render(of(make_delivery, reason, "email"), ENVELOPE).as_bytes().decode("ascii"))


@pytest.mark.parametrize("reason", REASONS)
def test_webhook_body_is_as_reviewed(make_delivery: MakeDelivery, golden: Golden, reason: Reason) -> None:
    """The body of the webhook for each reason, indented for reading."""
    body = json.loads(webhook.body(make_delivery(reason).notice))
    golden(f"webhook/{reason}.json", json.dumps(body, indent=1, ensure_ascii=False) + "\n")


def test_operator_notes_are_as_reviewed(make_delivery: MakeDelivery, golden: Golden) -> None:
    """A note to the operator in all channels."""
    sample = make_delivery()
    notice = operator_notice("channel mail is closed", ["535 login refused", "Its messages are kept."], sample.notice.at, Severity.HIGH)
    delivery = replace(sample, notice=notice)

    golden("console/operator.txt", console.render(notice.message))
    golden("slack/operator.json", json.dumps(slack.payload(delivery), indent=1, ensure_ascii=False) + "\n")
    golden("email/operator.eml", email.render(delivery, ENVELOPE).as_bytes().decode("ascii"))
    golden("webhook/operator.json", json.dumps(json.loads(webhook.body(notice)), indent=1, ensure_ascii=False) + "\n")
