"""Signed webhooks, against a friendly and a hostile server."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from monitor.alerts.render.webhook import body
from monitor.alerts.send.http import ANSWER_CAP, Poster
from monitor.alerts.send.webhook import WebhookSender
from monitor.model import Ambiguous, Delivery, Permanent, Sent, Transient

SECRET = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"  # 24 letters in base64, for tests only
LOOPBACK = ("127.0.0.0/8",)
MakeDelivery = Callable[..., Delivery]


@pytest.fixture
def sender(server: Any) -> WebhookSender:
    """A webhook to the scripted server, signed at the present moment as the verifier wants it."""
    return WebhookSender(lambda: f"{server.url}/hook?key=hidden", lambda: SECRET, Poster(LOOPBACK, 1.0), lambda: datetime.now(UTC))


def test_what_arrives_verifies(sender: WebhookSender, server: Any, make_delivery: MakeDelivery) -> None:
    """The body arrives byte for byte and satisfies the reference verifier; the id is the delivery's."""
    delivery = make_delivery()

    assert isinstance(sender.send(delivery), Sent)
    assert server.requests[0].body == body(delivery.notice)
    assert server.requests[0].headers["webhook-id"] == delivery.id
    Webhook(SECRET).verify(server.requests[0].body.decode(), server.requests[0].headers)


def test_a_repeat_has_the_same_id_and_body(sender: WebhookSender, server: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """Receivers can drop what they have seen."""
    server.script = [reply(503)]
    sender.send(make_delivery())
    sender.send(make_delivery())

    assert server.requests[0].headers["webhook-id"] == server.requests[1].headers["webhook-id"]
    assert server.requests[0].body == server.requests[1].body


def test_without_a_secret_nothing_is_signed(server: Any, make_delivery: MakeDelivery) -> None:
    """The id is sent, a signature is not."""
    WebhookSender(lambda: server.url, None, Poster(LOOPBACK, 1.0), lambda: datetime.now(UTC)).send(make_delivery())

    assert "webhook-id" in server.requests[0].headers
    assert "webhook-signature" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("status", "kind", "disable"),
    [
        (204, Sent, None),
        (301, Permanent, True),
        (307, Permanent, True),
        (400, Permanent, False),
        (401, Permanent, True),
        (404, Permanent, True),
        (410, Permanent, True),
        (408, Transient, None),
        (429, Transient, None),
        (502, Transient, None),
    ],
)
def test_every_status_has_its_meaning(
    sender: WebhookSender, server: Any, reply: Any, make_delivery: MakeDelivery, status: int, kind: type, disable: bool | None
) -> None:
    """2xx is success, 3xx is not followed, 410 and its like close the channel, 5xx and 429 are tried again."""
    server.script = [reply(status, b"" if status == 204 else b"said", {"Location": f"{server.url}/elsewhere"})]
    result = sender.send(make_delivery())

    assert type(result) is kind
    assert len(server.requests) == 1
    assert getattr(result, "disable", None) is disable


@pytest.mark.parametrize(("header", "seconds"), [("120", 120), ("soon", None), ("-3", None)])
def test_retry_after_is_read(
    sender: WebhookSender, server: Any, reply: Any, make_delivery: MakeDelivery, header: str, seconds: int | None
) -> None:
    """Seconds are taken, nonsense is ignored."""
    server.script = [reply(429, b"", {"Retry-After": header})]
    result = sender.send(make_delivery())

    assert isinstance(result, Transient)
    assert result.retry_after == seconds


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_a_server_that_never_answers_costs_the_deadline(
    sender: WebhookSender, server: Any, reply: Any, make_delivery: MakeDelivery, mode: str
) -> None:
    """Silence, and a byte now and then, end at the total deadline; the message may have arrived."""
    server.script = [reply(mode=mode)]
    started = time.monotonic()

    assert isinstance(sender.send(make_delivery()), Ambiguous)
    assert time.monotonic() - started < 3.0


def test_a_huge_answer_is_cut(sender: WebhookSender, server: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """5 MB of answer are not read; the status alone decides."""
    server.script = [reply(200, b"x" * 5_000_000)]
    result = sender.send(make_delivery())

    assert isinstance(result, Sent)
    assert len(result.detail) < 300
    assert ANSWER_CAP == 65_536


def test_a_bad_secret_closes_the_channel(server: Any, make_delivery: MakeDelivery) -> None:
    """A signing secret of the wrong form is told without showing it; nothing is sent."""
    result = WebhookSender(lambda: server.url, lambda: "whsec_short", Poster(LOOPBACK), lambda: datetime.now(UTC)).send(make_delivery())

    assert isinstance(result, Permanent)
    assert result.disable
    assert "short" not in result.detail
    assert not server.requests


def test_the_address_is_never_shown(sender: WebhookSender, server: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """A server that repeats the address in its answer does not bring it into our words."""
    server.script = [reply(500, f"error at {server.url}/hook?key=hidden".encode())]

    assert "hidden" not in sender.send(make_delivery()).detail
