"""Limits, escaping and signatures of what channels are sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from monitor.alerts.message import MessageSettings
from monitor.alerts.notices import notice as make_notice
from monitor.alerts.render import console, email, slack, webhook
from monitor.model import Change, CitedQuote, Delivery, Fact, Incident, Link, Message, Reason, Severity

MakeDelivery = Callable[..., Delivery]
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "webhook.schema.json"
ENVELOPE = email.Envelope("Monitor <monitor@alerts.example>", ("desk@news.example",))
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"  # "ABCDEFGHIJKLMNOPQRSTUVWX": a key of 24 bytes, for tests only

words = st.one_of(st.text(max_size=300), st.text('&<>|`*_"', max_size=1500), st.just("<!channel> <@U1> <http://a.example|b> " * 60))
urls = st.one_of(st.just("https://a.example/x|y>z&w"), st.just("https://a.example/" + "%41" * 400))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
messages = st.builds(
    Message,
    headline=words,
    lead=words,
    facts=st.lists(st.builds(Fact, words, words, words), max_size=15).map(tuple),
    unknown=st.lists(words, max_size=4).map(tuple),
    quotes=st.lists(st.builds(CitedQuote, words, words, words, moments, urls), max_size=12).map(tuple),
    links=st.lists(st.builds(Link, words, urls), max_size=12).map(tuple),
    why=st.lists(words, max_size=4).map(tuple),
    thread=st.just("k7f3"),
    subject=words,
    severity=st.sampled_from(Severity),
    footer=words,
)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def texts(blocks: list[dict[str, object]]) -> list[tuple[str, str]]:
    """(kind of block, text) of every text in them."""
    found: list[tuple[str, str]] = []
    for block in blocks:
        elements = block["elements"] if block["type"] == "context" else [block["text"]]
        assert isinstance(elements, list)
        found += [(str(block["type"]), str(element["text"])) for element in elements]
    return found


@quick
@given(messages)
def test_slack_limits_hold_for_any_text(message: Message) -> None:
    """50 blocks, 150 characters in a header, 3,000 in a section, 10,000 in all, no empty text, whatever articles say."""
    blocks = slack.blocks(message)

    assert 1 <= len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False)) <= 10_000
    for kind, text in texts(blocks):
        assert 1 <= len(text) <= (150 if kind == "header" else 3000)


@quick
@given(messages)
def test_slack_never_pings_and_never_links_falsely(message: Message) -> None:
    """Every < in mrkdwn begins a link of ours to a https address, and every & an entity."""
    parts = [text for kind, text in texts(slack.blocks(message)) if kind != "header"]
    for text in [*parts, slack.fallback(message)]:
        rest = text
        while "<" in rest:
            inside, closed, rest = rest.partition("<")[2].partition(">")
            assert closed
            assert inside.startswith("https://a.example/")
            assert inside.count("|") == 1
        assert all(text.startswith(("&amp;", "&lt;", "&gt;"), place) for place, char in enumerate(text) if char == "&")


def test_slack_updates_go_into_their_thread(make_delivery: MakeDelivery) -> None:
    """With the reference of the first message, an update is a reply; new and contested claims are shown in the channel too."""
    ref = "C0OPS/1700000000.000100"
    seen = {reason: slack.payload(make_delivery(reason, ref=ref), "C0OPS") for reason in (Reason.TOLL, Reason.NEW_CLAIM, Reason.CONTESTED)}

    assert {payload["thread_ts"] for payload in seen.values()} == {"1700000000.000100"}
    assert [payload["reply_broadcast"] for payload in seen.values()] == [False, True, True]


def test_slack_hooks_get_no_thread(make_delivery: MakeDelivery) -> None:
    """An incoming webhook takes neither channel nor thread."""
    payload = slack.payload(make_delivery(Reason.TOLL, ref="C0OPS/1700000000.000100"))

    assert not {"channel", "thread_ts", "metadata"} & payload.keys()
    assert payload["unfurl_links"] is False


@quick
@given(messages)
def test_any_text_makes_a_proper_mail(message: Message) -> None:
    """Hostile headlines inject no header; both parts can be read back."""
    from monitor.model import DeliveryState, Notice

    at = datetime(2026, 11, 19, tzinfo=UTC)
    notice = Notice("n1", "toll", ("k7f3",), message.severity, _clean(message), "{}", at)
    delivery = Delivery("d1", notice, "mail", DeliveryState.LEASED, 1, at, ref="<n0.mail@x>")
    mail = message_from_bytes(email.render(delivery, ENVELOPE).as_bytes(), policy=policy.default)

    assert mail["To"] == "desk@news.example"
    assert len(mail.keys()) == len(set(mail.keys()))
    assert mail["Bcc"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def _clean(message: Message) -> Message:
    """As `compose` makes them: bodies that an encoding takes."""
    from monitor.alerts.plain import plain

    return replace(
        message,
        headline=plain(message.headline),
        lead=plain(message.lead),
        facts=tuple(Fact(plain(f.label), plain(f.value), plain(f.note)) for f in message.facts),
        quotes=tuple(replace(q, about=plain(q.about), text=plain(q.text), outlet=plain(q.outlet)) for q in message.quotes),
        links=tuple(Link(plain(link.label), link.url) for link in message.links),
        unknown=tuple(map(plain, message.unknown)),
        why=tuple(map(plain, message.why)),
        footer=plain(message.footer),
    )


@pytest.mark.parametrize("subject", ["Bomb\r\nBcc: all@news.example", "a" * 5000, "\u202egnihton", "\ud83d\ude00 ok", "=?utf-8?q?x?="])
def test_hostile_subjects_stay_one_header(make_delivery: MakeDelivery, subject: str) -> None:
    """Line breaks, length, overrides of direction and surrogates in a subject cannot make another header."""
    delivery = make_delivery()
    hostile = replace(delivery, notice=replace(delivery.notice, message=replace(delivery.notice.message, subject=subject)))
    raw = email.render(hostile, ENVELOPE).as_bytes()
    mail = message_from_bytes(raw, policy=policy.default)

    assert mail["Bcc"] is None
    assert len(mail["Subject"]) <= 200
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322


def test_mails_of_an_incident_form_a_thread(make_delivery: MakeDelivery) -> None:
    """The first mail and its updates share the phantom root; an update names the first mail and repeats its subject."""
    first = email.render(make_delivery(), ENVELOPE)
    update = email.render(make_delivery(Reason.TOLL, ref=str(first["Message-ID"])), ENVELOPE)

    assert update["Subject"] == f"Re: {first['Subject']}"
    assert update["References"] == f"{first['References']} {first['Message-ID']}"
    assert update["In-Reply-To"] == first["Message-ID"]
    assert update["Message-ID"] != first["Message-ID"]


def test_a_repeated_mail_is_the_same_mail(make_delivery: MakeDelivery) -> None:
    """Every attempt of a delivery has the same bytes, and so the same Message-ID."""
    assert email.render(make_delivery(), ENVELOPE).as_bytes() == email.render(make_delivery(), ENVELOPE).as_bytes()


def test_html_is_escaped(make_delivery: MakeDelivery) -> None:
    """Markup in a headline is text in the mail."""
    delivery = make_delivery()
    message = replace(delivery.notice.message, headline='<script>alert(1)</script><a href="x">')
    mail = email.render(replace(delivery, notice=replace(delivery.notice, message=message)), ENVELOPE)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_console_colour_is_optional(make_delivery: MakeDelivery) -> None:
    """Without colour the text has no escape sequence; with it only the headline has."""
    message = make_delivery().notice.message

    assert "\x1b" not in console.render(message)
    assert console.render(message, colour=True).count("\x1b[") == 2


@pytest.mark.parametrize("reason", list(Reason))
def test_webhook_bodies_fit_their_schema(make_delivery: MakeDelivery, reason: Reason) -> None:
    """The schema that is shipped in docs describes every body."""
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    body = json.loads(webhook.body(make_delivery(reason).notice))

    jsonschema.validate(body, schema, jsonschema.Draft202012Validator)
    assert body["type"] == f"incident.{reason}"


def test_operator_bodies_fit_the_schema() -> None:
    """Notes to the operator have a type and a shape of their own."""
    from monitor.alerts.notices import operator_notice

    body = json.loads(webhook.body(operator_notice("channel closed", ["a", "b"], datetime(2026, 11, 19, tzinfo=UTC))))

    jsonschema.validate(body, json.loads(SCHEMA.read_text()), jsonschema.Draft202012Validator)
    assert body["type"] == "monitor.operator"


def test_schema_lists_every_word_of_the_model() -> None:
    """Vocabularies of the schema are those of the model."""
    from monitor.model import By, Kind, Status, Via

    defs = json.loads(SCHEMA.read_text())["$defs"]

    assert defs["change"]["properties"]["reason"]["enum"] == list(Reason)
    assert defs["incident"]["properties"]["kind"]["enum"] == list(Kind)
    assert defs["incident"]["properties"]["status"]["enum"] == list(Status)
    assert defs["stance"]["properties"]["by"]["enum"] == list(By)
    assert defs["stance"]["properties"]["via"]["enum"] == list(Via)


def test_signatures_satisfy_the_reference_verifier(make_delivery: MakeDelivery) -> None:
    """The independent package verifies what we sign, and refuses it when a byte is changed."""
    delivery = make_delivery()
    body = webhook.body(delivery.notice)
    head = webhook.headers(webhook.signing_key(SECRET), delivery.id, int(datetime.now(UTC).timestamp()), body)

    assert Webhook(SECRET).verify(body.decode(), head)["type"] == "incident.new_attack"
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(SECRET).verify(body.decode() + " ", head)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64!", "whsec_QUJD", "plain", "whsec_" + "QUFB" * 40])
def test_bad_signing_secrets_are_refused_without_showing_them(secret: str) -> None:
    """A secret that is no key of 24 to 64 bytes is refused in words that do not contain it."""
    with pytest.raises(ValueError, match="webhook") as caught:
        webhook.signing_key(secret)

    assert secret.removeprefix("whsec_") == "" or secret.removeprefix("whsec_") not in str(caught.value)


def test_webhook_body_does_not_depend_on_the_attempt(case: Callable[[Reason], tuple[Change, Incident]], settings: MessageSettings) -> None:
    """The body is a function of the notice alone."""
    change, incident = case(Reason.TOLL)
    first, second = (make_notice(change, incident, settings, change.at) for _ in range(2))

    assert webhook.body(first) == webhook.body(second)
