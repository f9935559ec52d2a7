"""A signed POST to any server, after Standard Webhooks 1.0.0: 2xx is success, redirects are not followed, 410 ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.alerts.render.webhook import body, headers, signing_key
from monitor.alerts.send.http import Answer, Poster, saying
from monitor.errors import MonitorError
from monitor.model import Delivery, Permanent, SendResult, Sent, Transient

_TRY_AGAIN = frozenset({408, 425, 429})
_BAD_MESSAGE = frozenset({400, 406, 411, 413, 415, 422})


class WebhookSender:
    """`webhook-id` is the delivery's id, the same in every attempt; receivers drop what they have seen."""

    pace = 0.0

    def __init__(self, url: Callable[[], str], secret: Callable[[], str] | None, poster: Poster, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._poster = poster
        self._clock = clock

    def send(self, delivery: Delivery) -> SendResult:
        """Send once, signed when there is a secret."""
        content = body(delivery.notice)
        try:
            url = self._url()
            head = self._headers(delivery, content)
        except MonitorError as error:
            return Permanent(error.message, disable=True)
        except ValueError as error:  # the secret is no signing key; the words do not contain it
            return Permanent(str(error), disable=True)
        answer = self._poster.post(url, content, head)
        return judge(answer, (url,)) if isinstance(answer, Answer) else answer

    def _headers(self, delivery: Delivery, content: bytes) -> dict[str, str]:
        moment = int(self._clock().timestamp())
        if self._secret:
            return headers(signing_key(self._secret()), delivery.id, moment, content)
        return {"content-type": "application/json", "webhook-id": delivery.id, "webhook-timestamp": str(moment)}


def judge(answer: Answer, hidden: tuple[str, ...] = ()) -> SendResult:
    """What a status means. What somebody must mend (moved, gone, forbidden) closes the channel and keeps its messages."""
    said = f"HTTP {answer.status} {saying(answer.body, hidden)}".strip()
    if 200 <= answer.status < 300:
        return Sent(detail=said)
    if answer.status in _TRY_AGAIN or answer.status >= 500:
        return Transient(said, answer.retry_after)
    if 300 <= answer.status < 400:
        return Permanent(f"HTTP {answer.status}: redirects are not followed; configure the final address", disable=True)
    return Permanent(said, disable=answer.status not in _BAD_MESSAGE)
