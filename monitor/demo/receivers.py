"""Catching receivers on loopback: a Slack, a webhook and a mail server that keep what they are sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.alerts.plain import shorten

Caught = Callable[[str, str], None]  # (receiver, one line about what arrived)

SHOWN = 100  # characters of a caught Slack text
SLACK_ADDRESS, WEBHOOK_ADDRESS, MAIL_ADDRESS = "127.0.0.21", "127.0.0.22", "127.0.0.23"


class Receivers:
    """Context manager: starts the three servers; `on_catch` is called for each message."""

    def __init__(self, on_catch: Caught) -> None:
        self.counts = {"slack": 0, "webhook": 0, "email": 0}
        self._on_catch = on_catch
        self._lock = threading.Lock()
        self._slack = _Catcher((SLACK_ADDRESS, 0), self._slack_arrived)
        self._webhook = _Catcher((WEBHOOK_ADDRESS, 0), self._webhook_arrived)
        self._mail = Controller(_Mailbox(self._mail_arrived), hostname=MAIL_ADDRESS, port=_free_port(MAIL_ADDRESS))

    @property
    def slack_base(self) -> str:
        return f"http://{SLACK_ADDRESS}:{self._slack.server_address[1]}/api"

    @property
    def webhook_url(self) -> str:
        return f"http://{WEBHOOK_ADDRESS}:{self._webhook.server_address[1]}/hook"

    @property
    def mail_port(self) -> int:
        return self._mail.port

    def __enter__(self) -> Receivers:
        for server in (self._slack, self._webhook):
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        self._mail.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        for server in (self._slack, self._webhook):
            server.shutdown()
            server.server_close()
        self._mail.stop()

    def _count(self, receiver: str, line: str) -> int:
        with self._lock:
            self.counts[receiver] += 1
            count = self.counts[receiver]
        self._on_catch(receiver, line)
        return count

    def _slack_arrived(self, _: dict[str, str], body: bytes) -> bytes:
        message = json.loads(body)
        where = "in the thread: " if message.get("thread_ts") else "new thread: "
        count = self._count("slack", where + shorten(unescape(str(message.get("text", ""))), SHOWN))
        return json.dumps({"ok": True, "ts": f"1700000000.{count:06d}", "channel": message.get("channel", "C0DEMO")}).encode()

    def _webhook_arrived(self, headers: dict[str, str], body: bytes) -> bytes:
        self._count(
            "webhook",
            f"{json.loads(body)['type']}, id {headers.get('webhook-id', '?')}, signed {headers.get('webhook-signature', '?')[:8]}...",
        )
        return b"{}"

    def _mail_arrived(self, raw: bytes) -> None:
        mail = message_from_bytes(raw, policy=policy.default)
        self._count("email", f"Subject: {mail['subject']}")


def _free_port(address: str) -> int:
    """A port nobody uses: aiosmtpd cannot say which one it was given when asked for any."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


class _Catcher(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], answer: Callable[[dict[str, str], bytes], bytes]) -> None:
        super().__init__(address, _PostHandler)
        self.answer = answer


class _PostHandler(BaseHTTPRequestHandler):
    server: _Catcher

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.answer({key.lower(): value for key, value in self.headers.items()}, body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the demo's screen to the alerts."""


class _Mailbox:
    def __init__(self, arrived: Callable[[bytes], None]) -> None:
        self._arrived = arrived

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content or b""
        self._arrived(content if isinstance(content, bytes) else content.encode())
        return "250 caught"
