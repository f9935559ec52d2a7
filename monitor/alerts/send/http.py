"""One POST for Slack and webhooks: a total deadline, a cap on the answer, no redirects, and nothing secret in what it says.

What went wrong before the message was handed over is `Transient`; a connection that broke or fell silent afterwards is
`Ambiguous`, because the server may have taken the message.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

from monitor.alerts.plain import plain
from monitor.ingest.guard import AddressRule, Door, GuardedAdapter, Watchdog
from monitor.ingest.wire import described, retry_after
from monitor.model import Ambiguous, FailureKind, Permanent, Transient

DEADLINE = 20.0  # seconds, from the name look-up to the last byte (Standard Webhooks: 15 to 30)
CONNECT = 5.0
ANSWER_CAP = 64 * 1024  # bytes of the answer that are read
_ANY_PORT = range(1, 65_536)  # the address is the operator's own; only where it leads is checked

Failed = Transient | Permanent | Ambiguous


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. `complete` False: the body broke off, fell silent or passed the cap."""

    status: int
    body: bytes
    retry_after: int | None = None
    complete: bool = True


class _Message(io.BytesIO):
    """The body on its way; `handed_over` once the connection stands and its first bytes were taken to be sent."""

    handed_over = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.handed_over = True
        return super().read(size)


class Poster:
    """Posts to public addresses, and to the networks in `allow`; one new connection for each message.

    An idle connection that the server has just closed would make every second failure ambiguous, and alerts are rare.
    """

    def __init__(self, allow: Iterable[str] = (), deadline: float = DEADLINE) -> None:
        self._rule = AddressRule(allow, _ANY_PORT)
        self._deadline = deadline

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Failed:
        """Send `body` once. Every failure comes back as a value; its words never contain the address."""
        message = _Message(body)
        with requests.Session() as session, Watchdog(self._deadline) as watchdog:
            session.trust_env = False  # neither a proxy nor ~/.netrc
            door = Door(self._rule, min(CONNECT, self._deadline))
            door.watchdog = watchdog
            for scheme in ("http://", "https://"):
                session.mount(scheme, GuardedAdapter(door))
            try:
                return self._exchange(session, url, message, headers, watchdog)
            except Exception as error:  # requests, urllib3, http.client and ssl have no common ancestor
                return self._failure(error, message, watchdog)

    def _exchange(self, session: requests.Session, url: str, message: _Message, headers: Mapping[str, str], watchdog: Watchdog) -> Answer:
        timeout = (min(CONNECT, self._deadline), self._deadline)
        with session.post(url, data=message, headers=dict(headers), timeout=timeout, allow_redirects=False, stream=True) as response:
            if watchdog.expired:  # the headers ended because their socket was shut, so not even the status is sure
                raise TimeoutError
            wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            content, complete = _read(response)
            return Answer(response.status_code, content, wait, complete)

    def _failure(self, error: Exception, message: _Message, watchdog: Watchdog) -> Failed:
        fault = described(error)
        if fault.kind is FailureKind.BLOCKED or isinstance(error, requests.exceptions.MissingSchema):
            return Permanent(fault.detail, disable=True)
        detail = f"No complete answer within {self._deadline:g} seconds." if watchdog.expired else fault.detail
        return Ambiguous(detail) if message.handed_over else Transient(detail)


def _read(response: requests.Response) -> tuple[bytes, bool]:
    """At most ANSWER_CAP bytes. The status is known by now, so a body that breaks off is no failure of its own."""
    content = bytearray()
    try:
        for chunk in response.iter_content(4096):
            content += chunk
            if len(content) >= ANSWER_CAP:
                return bytes(content[:ANSWER_CAP]), False
    except Exception:  # as above; what was read so far is all there is
        return bytes(content), False
    return bytes(content), True


def saying(body: bytes, hidden: Iterable[str] = ()) -> str:
    """The start of an answer, safe to log: one line, without the values in `hidden`."""
    text = body[:2000].decode("utf-8", "replace")
    for value in hidden:
        text = text.replace(value, "***") if value else text
    return plain(text, 200)
