"""Slack, by incoming webhook (plain posts) or by bot token (updates in the thread of the first message).

Slack answers 200 to requests it refuses: `{"ok": false, "error": "..."}`. The errors below are sorted after its
documentation of chat.postMessage and of incoming webhooks.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from monitor.alerts.render.slack import Json, payload
from monitor.alerts.send.http import Answer, Failed, Poster, saying
from monitor.errors import MonitorError
from monitor.model import Ambiguous, Delivery, Permanent, SendResult, Sent, Transient

_PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "service_unavailable", "fatal_error", "request_timeout", "rollup_error"}
)
# The message is at fault, not the channel.
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_payload", "msg_blocks_too_long", "metadata_too_large"})
_BAD_MESSAGE = frozenset({"msg_too_long", "no_text", "too_many_attachments"})
_NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked", "message_not_found"})
# The channel is at fault: nothing gets through until somebody mends it.
_CHANNEL_AT_FAULT = frozenset(
    {
        *("account_inactive", "action_prohibited", "as_user_not_supported", "cannot_dm_bot", "channel_is_archived", "channel_not_found"),
        *("ekm_access_denied", "invalid_auth", "invalid_token", "is_archived", "missing_scope", "no_permission", "no_service"),
        *("no_service_id", "no_team", "not_allowed_token_type", "not_authed", "not_in_channel", "org_login_required"),
        *("posting_to_general_channel_denied", "restricted_action", "restricted_action_read_only_channel", "team_access_not_granted"),
        *("team_disabled", "token_expired", "token_revoked", "user_not_found"),
    }
)
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
PACE = 1.0  # seconds between messages to one Slack channel


class SlackHook:
    """An incoming webhook. It answers "ok" and no reference, so updates cannot be threaded."""

    pace = PACE

    def __init__(self, url: Callable[[], str], poster: Poster) -> None:
        self._url = url
        self._poster = poster

    def send(self, delivery: Delivery) -> SendResult:
        """Post with blocks, and as bare text when Slack refuses these."""
        try:
            url = self._url()
        except MonitorError as error:
            return Permanent(error.message, disable=True)
        message = payload(delivery)
        result = self._try(url, message)
        if isinstance(result, Permanent) and result.detail in _BAD_BLOCKS:
            return self._try(url, {"text": message["text"]})
        return result

    def _try(self, url: str, message: Json) -> SendResult:
        answer = self._poster.post(url, _encode(message), _HEADERS)
        if not isinstance(answer, Answer):
            return answer
        said = saying(answer.body, (url,))
        if answer.status == 200 and said.casefold() in ("ok", '{"ok":true}'):
            return Sent(detail="ok")
        parsed = _object(answer.body)
        if answer.status == 200 and parsed is not None:
            return Sent(detail="ok") if parsed.get("ok") is not False else verdict(str(parsed.get("error", said)), answer.retry_after)
        return _by_status(answer, said)


class SlackBot:
    """A bot token with the scope chat:write. The reference of a message is "channel id/ts"."""

    pace = PACE

    def __init__(self, token: Callable[[], str], channel: str, poster: Poster, base_url: str = "https://slack.com/api") -> None:
        self._token = token
        self._channel = channel
        self._poster = poster
        self._address = f"{base_url.rstrip('/')}/chat.postMessage"

    def send(self, delivery: Delivery) -> SendResult:
        """Post into the thread if there is one; without it, or without blocks, where Slack refuses just these."""
        try:
            token = self._token()
        except MonitorError as error:
            return Permanent(error.message, disable=True)
        message = payload(delivery, self._channel)
        result = self._try(token, message)
        if isinstance(result, Permanent) and result.detail in _NO_THREAD and "thread_ts" in message:
            message = {key: value for key, value in message.items() if key not in ("thread_ts", "reply_broadcast")}
            result = self._try(token, message)
        if isinstance(result, Permanent) and result.detail in _BAD_BLOCKS:
            result = self._try(token, {key: value for key, value in message.items() if key not in ("blocks", "metadata")})
        return result

    def _try(self, token: str, message: Json) -> SendResult:
        answer = self._poster.post(self._address, _encode(message), {**_HEADERS, "Authorization": f"Bearer {token}"})
        if not isinstance(answer, Answer):
            return answer
        if answer.status != 200:
            return _by_status(answer, saying(answer.body, (token,)))
        parsed = _object(answer.body)
        if parsed is None or not answer.complete:
            return Ambiguous("Slack answered 200 with something that is no JSON object")
        if parsed.get("ok") is True:
            return Sent(ref=f"{parsed.get('channel') or self._channel}/{parsed.get('ts')}" if parsed.get("ts") else None, detail="ok")
        return verdict(saying(str(parsed.get("error", "unknown error")).encode(), (token,)), answer.retry_after)


def verdict(error: str, retry_after: int | None = None) -> Failed:
    """What one of Slack's error words means; an unknown one is tried again, as it may pass."""
    if error in _BAD_BLOCKS | _BAD_MESSAGE | _NO_THREAD:
        return Permanent(error)
    if error in _CHANNEL_AT_FAULT:
        return Permanent(error, disable=True)
    return Transient(error, retry_after) if error in _PASSING else Transient(f"Slack said: {error}", retry_after)


def _by_status(answer: Answer, said: str) -> SendResult:
    """The meaning of an HTTP status other than 200."""
    if answer.status == 429 or answer.status >= 500 or answer.status == 408:
        return Transient(f"HTTP {answer.status}: {said}", answer.retry_after)
    if said in _BAD_BLOCKS | _BAD_MESSAGE:
        return Permanent(said)
    return Permanent(f"HTTP {answer.status}: {said}", disable=answer.status != 400)


def _encode(message: Json) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _object(body: bytes) -> Json | None:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
