"""A message as Block Kit, inside Slack's limits and harmless whatever the headlines say.

Limits (docs.slack.dev): 50 blocks, 150 characters in a header, 3,000 in a section, 10 elements in a context block.
Undocumented: a message whose blocks pass about 13,000 characters is refused, so all blocks together stay under 10,000.
Only `&`, `<` and `>` are special in mrkdwn; escaped, no text can make a mention (`<!channel>`) or a false link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from monitor.alerts.plain import plain
from monitor.alerts.wording import moment_words
from monitor.model import CitedQuote, Delivery, Link, Message, Reason

Json = dict[str, object]

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_SECTION = 3000
MAX_TOTAL = 10_000
MAX_TEXT = 1_000
_MAX_LEAD, _MAX_WHY, _MAX_FOOTER = 1_000, 1_500, 600
_BROADCAST = frozenset({Reason.NEW_CLAIM.value, Reason.CONTESTED.value})
_CUT_ENTITY = re.compile(r"&[a-z]{0,3}$")


def payload(delivery: Delivery, channel: str | None = None) -> Json:
    """The body of chat.postMessage for `channel`, or of an incoming webhook without one.

    An update goes into the thread of the incident's first message where that is known (`delivery.ref`, "channel/ts");
    new and contested claims are shown in the channel as well.
    """
    notice = delivery.notice
    answer: Json = {
        "text": fallback(notice.message),
        "blocks": blocks(notice.message),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    if channel is None:
        return answer
    answer["channel"] = channel
    answer["metadata"] = {"event_type": "monitor_alert", "event_payload": {"delivery_id": delivery.id, "reason": notice.reason}}
    thread = split_ref(delivery.ref)
    if thread:
        answer["channel"], answer["thread_ts"] = thread
        answer["reply_broadcast"] = notice.reason in _BROADCAST
    return answer


def split_ref(ref: str | None) -> tuple[str, str] | None:
    """("C024BE91L", "1700000000.000100") of "C024BE91L/1700000000.000100", None for what is no reference of ours."""
    channel, slash, ts = (ref or "").partition("/")
    return (channel, ts) if channel and slash and ts else None


def fallback(message: Message) -> str:
    """What notifications and screen readers show; mrkdwn too, so escaped."""
    return _clip(f"{message.headline} - {message.lead}" if message.lead else message.headline, MAX_TEXT)


def blocks(message: Message) -> list[Json]:
    """The blocks in order of importance; when the room ends, links go first, then quotes, then the last facts."""
    head = [_header(message.headline)]
    head += [_section(_clip(message.lead, _MAX_LEAD))] if plain(message.lead) else []
    tail = [_context(_clip(f"Why: {'; '.join(message.why)}", _MAX_WHY))] if message.why else []
    tail += [_context(_clip(message.footer, _MAX_FOOTER))] if plain(message.footer) else []
    room = MAX_TOTAL - _size([*head, *tail])
    facts = _sections(_facts(message), room)
    room -= _size(facts)
    middle: list[Json] = []
    for block in [*map(_quote, message.quotes), *_links(message.links)]:
        if _size([block]) <= room and len(head) + len(facts) + len(middle) + len(tail) < MAX_BLOCKS:
            middle.append(block)
            room -= _size([block])
    return [*head, *facts, *middle, *tail]


def _facts(message: Message) -> Iterator[str]:
    for fact in message.facts:
        if not fact.value:
            continue
        label = f"*{_clip(fact.label, 60)}*  " if fact.label else ""
        note = f" ({_clip(fact.note, 300)})" if fact.note else ""
        yield f"{label}{_clip(fact.value, 700)}{note}"
    if message.unknown:
        yield f"*Not known*  {_clip('; '.join(message.unknown), 600)}"


def _sections(lines: Iterator[str], room: int) -> list[Json]:
    """Lines joined into as few sections as their limit allows, as far as there is room."""
    texts: list[str] = []
    for line in lines:
        room -= len(json.dumps(line, ensure_ascii=False)) + 100  # 100: the block around it, if it begins one
        if room < 0:
            break
        if texts and len(texts[-1]) + len(line) + 1 <= MAX_SECTION:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [_section(text) for text in texts]


def _quote(quote: CitedQuote) -> Json:
    said = f"“{_clip(quote.text, 600)}”"
    source = _link(Link(quote.outlet, quote.url)) if quote.url else _clip(quote.outlet, 80)
    return _section(f">{said} - {source}, {moment_words(quote.at)} _{_clip(quote.about, 80)}_")


def _links(links: tuple[Link, ...]) -> list[Json]:
    text = ""
    for link in links:
        part = _link(link)
        if len(text) + len(part) + 3 <= 2000:
            text = f"{text} · {part}" if text else part
    return [_context(text)] if text else []


def _link(link: Link) -> str:
    """Slack's own link syntax; `safe_url` has encoded what could end it, and `|` would part address and label."""
    url = link.url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
    return f"<{url}|{_clip(link.label.replace('|', '/'), 80) or 'link'}>"


def _header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": plain(text, MAX_HEADER) or "alert", "emoji": False}}


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _clip(text: str, limit: int) -> str:
    """Text of strangers as mrkdwn: one safe line, escaped, at most `limit` characters."""
    return _cut(plain(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), limit)


def _cut(escaped: str, limit: int) -> str:
    """Shorten escaped text without leaving half an entity."""
    if len(escaped) <= limit:
        return escaped
    return _CUT_ENTITY.sub("", escaped[: limit - 1]) + "…"


def _size(rows: list[Json]) -> int:
    return len(json.dumps(rows, ensure_ascii=False))
