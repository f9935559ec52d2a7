"""Slack, against a server with its manners: rate limits, refusals with status 200, connections that break."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from monitor.alerts.send.http import Poster
from monitor.alerts.send.slack import SlackBot, SlackHook, verdict
from monitor.errors import MonitorError
from monitor.model import Ambiguous, Delivery, Permanent, Reason, Sent, Transient

TOKEN = "xoxb-not-a-real-token"
LOOPBACK = ("127.0.0.0/8",)
MakeDelivery = Callable[..., Delivery]


@pytest.fixture
def bot(slack: Any) -> SlackBot:
    """A bot of the fake Slack."""
    return SlackBot(lambda: TOKEN, "C0OPS", Poster(LOOPBACK, 1.0), f"{slack.url}/api")


@pytest.fixture
def hook(server: Any) -> SlackHook:
    """An incoming webhook of the fake Slack."""
    return SlackHook(lambda: f"{server.url}/services/T0/B0/secretsecret", Poster(LOOPBACK, 1.0))


def refusal(error: str) -> bytes:
    """What Slack answers, with status 200, to what it does not want."""
    return json.dumps({"ok": False, "error": error}).encode()


def test_a_post_returns_its_reference(bot: SlackBot, slack: Any, make_delivery: MakeDelivery) -> None:
    """The reference names channel and ts, so that updates find the thread."""
    assert bot.send(make_delivery()) == Sent(ref="C0OPS/1700000000.000001", detail="ok")
    assert slack.requests[0].path == "/api/chat.postMessage"
    assert slack.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_updates_are_replies(bot: SlackBot, slack: Any, make_delivery: MakeDelivery) -> None:
    """With a reference, the update goes into the thread and a claim is shown in the channel too."""
    bot.send(make_delivery(Reason.NEW_CLAIM, ref="C0OPS/1700000000.000001"))

    assert slack.requests[0].json["thread_ts"] == "1700000000.000001"
    assert slack.requests[0].json["reply_broadcast"] is True


def test_a_lost_thread_does_not_lose_the_message(bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """When the first message was deleted, the update is posted on its own."""
    slack.script = [reply(body=refusal("thread_not_found"))]

    assert isinstance(bot.send(make_delivery(Reason.TOLL, ref="C0OPS/1.2")), Sent)
    assert "thread_ts" not in slack.requests[1].json


def test_refused_blocks_are_sent_as_text(bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """When Slack dislikes the blocks, people still get the headline."""
    slack.script = [reply(body=refusal("msg_blocks_too_long"))]

    assert isinstance(bot.send(make_delivery()), Sent)
    assert "blocks" not in slack.requests[1].json
    assert "CRITICAL" in str(slack.requests[1].json["text"])


@pytest.mark.parametrize(
    ("error", "result"),
    [
        ("invalid_auth", Permanent("invalid_auth", disable=True)),
        ("channel_not_found", Permanent("channel_not_found", disable=True)),
        ("is_archived", Permanent("is_archived", disable=True)),
        ("msg_too_long", Permanent("msg_too_long")),
        ("ratelimited", Transient("ratelimited")),
        ("fatal_error", Transient("fatal_error")),
        ("something_new", Transient("Slack said: something_new")),
    ],
)
def test_refusals_with_status_200_are_read(
    bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery, error: str, result: object
) -> None:
    """`ok: false` is no success; what it means depends on the error."""
    slack.script = [reply(body=refusal(error))]

    assert bot.send(make_delivery()) == result


def test_429_names_the_wait(bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """A rate limit is transient and carries the server's Retry-After."""
    slack.script = [reply(429, refusal("ratelimited"), {"Retry-After": "7"})]
    result = bot.send(make_delivery())

    assert isinstance(result, Transient)
    assert result.retry_after == 7


def test_500_is_tried_again(bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """A server error is transient."""
    slack.script = [reply(500, b"oops")]

    assert bot.send(make_delivery()) == Transient("HTTP 500: oops")


@pytest.mark.parametrize("mode", ["drop", "hang", "drip"])
def test_a_break_after_sending_is_ambiguous(bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery, mode: str) -> None:
    """A connection that breaks, falls silent or drips after the message was sent: it may have arrived."""
    slack.script = [reply(mode=mode)]

    assert isinstance(bot.send(make_delivery()), Ambiguous)
    assert len(slack.requests) == 1


def test_no_connection_is_not_ambiguous(make_delivery: MakeDelivery, server: Any) -> None:
    """Where nothing was sent, nothing can have arrived."""
    url = server.url
    server.close()

    assert isinstance(SlackBot(lambda: TOKEN, "C0", Poster(LOOPBACK, 1.0), url).send(make_delivery()), Transient)
    assert isinstance(SlackHook(lambda: f"{url}/x", Poster(LOOPBACK, 1.0)).send(make_delivery()), Transient)


def test_private_addresses_are_refused(slack: Any, make_delivery: MakeDelivery) -> None:
    """Without `allow`, a channel does not reach into private networks."""
    result = SlackBot(lambda: TOKEN, "C0OPS", Poster(deadline=1.0), slack.url).send(make_delivery())

    assert isinstance(result, Permanent)
    assert result.disable
    assert not slack.requests


def test_a_200_without_json_is_ambiguous(bot: SlackBot, slack: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """A proxy's page with status 200 is no receipt."""
    slack.script = [reply(body=b"<html>login</html>")]

    assert isinstance(bot.send(make_delivery()), Ambiguous)


def test_a_hook_answers_ok(hook: SlackHook, server: Any, make_delivery: MakeDelivery) -> None:
    """An incoming webhook says "ok" and gives no reference."""
    assert hook.send(make_delivery(Reason.TOLL, ref="C0/1.2")) == Sent(detail="ok")
    assert "thread_ts" not in server.requests[0].json


@pytest.mark.parametrize(
    ("status", "body", "disable"), [(404, b"no_service", True), (403, b"action_prohibited", True), (410, b"channel_is_archived", True)]
)
def test_a_dead_hook_closes_the_channel(
    hook: SlackHook, server: Any, reply: Any, make_delivery: MakeDelivery, status: int, body: bytes, disable: bool
) -> None:
    """What somebody must mend is permanent and closes the channel."""
    server.script = [reply(status, body)]

    assert hook.send(make_delivery()) == Permanent(f"HTTP {status}: {body.decode()}", disable)


def test_a_hook_falls_back_to_text(hook: SlackHook, server: Any, reply: Any, make_delivery: MakeDelivery) -> None:
    """A payload that Slack refuses is sent again as text."""
    server.script = [reply(400, b"invalid_blocks")]

    assert hook.send(make_delivery()) == Sent(detail="ok")
    assert list(server.requests[1].json) == ["text"]


def test_no_answer_shows_the_secret(server: Any, reply: Any, make_delivery: MakeDelivery, caplog: pytest.LogCaptureFixture) -> None:
    """Neither tokens nor addresses stand in results or logs, even when the server echoes them."""
    url = f"{server.url}/services/T0/B0/secretsecret"
    server.script = [reply(500, f"{TOKEN} {url}".encode()), reply(500, f"{TOKEN} {url}".encode()), reply(mode="drop"), reply(302)]
    with caplog.at_level(logging.DEBUG):
        results = [SlackBot(lambda: TOKEN, "C0", Poster(LOOPBACK, 1.0), server.url).send(make_delivery())]
        results += [SlackHook(lambda: url, Poster(LOOPBACK, 1.0)).send(make_delivery()) for _ in range(3)]
        results.append(SlackHook(lambda: "http://bad host/secretsecret", Poster(LOOPBACK, 1.0)).send(make_delivery()))

    assert TOKEN not in repr(results[0])
    assert "secretsecret" not in repr(results[1:])
    assert "secretsecret" not in " ".join(record.getMessage() for record in caplog.records if record.name == "monitor")


def test_an_unreadable_secret_closes_the_channel(make_delivery: MakeDelivery) -> None:
    """A missing file of a secret is told with its place, and the messages wait."""

    def missing() -> str:
        raise MonitorError("slack: token: file token.txt cannot be read")

    assert SlackBot(missing, "C0", Poster()).send(make_delivery()) == Permanent("slack: token: file token.txt cannot be read", disable=True)
    assert SlackHook(missing, Poster()).send(make_delivery()) == Permanent("slack: token: file token.txt cannot be read", disable=True)


def test_retry_after_of_a_refusal_is_kept() -> None:
    """The wait that comes with a rate limit of status 200 is not lost."""
    assert verdict("ratelimited", 30) == Transient("ratelimited", 30)
