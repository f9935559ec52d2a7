"""Mail over SMTP. Encryption is required; `security="none"` is for a relay on this machine only.

One message goes to all recipients in one SMTP transaction. A server may accept some and put off others (greylisting);
the ones put off are tried again alone, so that nobody gets a mail twice while this process lives.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from email.policy import SMTP
from ipaddress import ip_address

from monitor.alerts.plain import plain
from monitor.alerts.render.email import Envelope, address, message_id, render
from monitor.errors import MonitorError
from monitor.model import Ambiguous, Delivery, Permanent, SendResult, Sent, Transient

Refused = dict[str, tuple[int, bytes]]  # recipient -> reply of the server

DEADLINE = 60.0  # seconds for the whole conversation
STEP = 20.0  # seconds for one answer
_REMEMBERED = 500  # deliveries whose partial acceptance is kept


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where and how to hand in mail. Raises ValueError for an unencrypted server that is not on this machine."""

    host: str
    port: int
    security: str = "starttls"  # starttls, tls or none
    user: str = ""
    helo: str | None = None  # the name we give; None asks the system

    def __post_init__(self) -> None:
        if self.security not in ("starttls", "tls", "none"):
            raise ValueError(f"security is starttls, tls or none, not {self.security}")
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(f'security = "none" is only for a mail server on this machine, and {self.host} is not')


def is_loopback(host: str) -> bool:
    """localhost, 127.0.0.0/8 or ::1; a name is not resolved."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold().rstrip(".") == "localhost"


class EmailSender:
    """Hands mails to one server; `context` replaces the system's trust store in tests."""

    pace = 0.0

    def __init__(
        self, server: MailServer, envelope: Envelope, password: Callable[[], str] | None = None, context: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._envelope = envelope
        self._password = password
        self._context = context or ssl.create_default_context()
        self._accepted: OrderedDict[str, set[str]] = OrderedDict()

    def send(self, delivery: Delivery) -> SendResult:
        """Deliver to all recipients that have not accepted it yet."""
        mail = render(delivery, self._envelope).as_bytes(policy=SMTP)
        done = self._accepted.get(delivery.id, set())
        waiting = [to for to in map(address, self._envelope.recipients) if to not in done]
        try:
            password = self._password() if self._password else ""
        except MonitorError as error:
            return Permanent(error.message, disable=True)
        conversation = _Conversation(self._server, self._context)
        try:
            taken, refused = conversation.deliver(mail, address(self._envelope.sender), waiting, password)
        except (smtplib.SMTPException, OSError) as error:
            return conversation.failure(error)
        return self._result(delivery, done | set(taken), refused)

    def _result(self, delivery: Delivery, done: set[str], refused: Refused) -> SendResult:
        """Put-off recipients make it transient; those refused for good are named while others have it."""
        words = "; ".join(f"{to}: {_reply(*reply)}" for to, reply in refused.items())
        if any(400 <= code < 500 for code, _ in refused.values()):
            self._accepted[delivery.id] = done
            while len(self._accepted) > _REMEMBERED:
                self._accepted.popitem(last=False)
            return Transient(words)
        self._accepted.pop(delivery.id, None)
        if not done:
            return Permanent(words or "no recipient")
        total = len(self._envelope.recipients)
        detail = f"{len(done)} of {total} accepted; {words}" if words else f"{total} accepted"
        return Sent(ref=message_id(delivery, self._envelope.domain), detail=detail)


class _Conversation:
    """One connection to the server; remembers whether the message's end was sent, which makes a break ambiguous."""

    def __init__(self, server: MailServer, context: ssl.SSLContext) -> None:
        self._server = server
        self._context = context
        self._ends = time.monotonic() + DEADLINE
        self._handed_over = False

    def deliver(self, mail: bytes, sender: str, recipients: list[str], password: str) -> tuple[list[str], Refused]:
        """(accepted, refused with their replies); raises what smtplib raises."""
        smtp = self._connect()
        try:
            if self._server.user:
                self._step(smtp)
                smtp.login(self._server.user, password)
            return self._hand_over(smtp, mail, sender, recipients)
        finally:
            _leave(smtp)

    def _connect(self) -> smtplib.SMTP:
        host, port, helo = self._server.host, self._server.port, self._server.helo
        if self._server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, local_hostname=helo, timeout=STEP, context=self._context)
        else:
            smtp = smtplib.SMTP(host, port, local_hostname=helo, timeout=STEP)
        if self._server.security == "starttls":
            try:
                smtp.ehlo_or_helo_if_needed()
                smtp.starttls(context=self._context)  # raises SMTPNotSupportedError where the server has none
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _hand_over(self, smtp: smtplib.SMTP, mail: bytes, sender: str, recipients: list[str]) -> tuple[list[str], Refused]:
        self._step(smtp)
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(sender)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        taken: list[str] = []
        refused: Refused = {}
        for recipient in recipients:
            self._step(smtp)
            code, said = smtp.rcpt(recipient)
            if code in (250, 251):
                taken.append(recipient)
            else:
                refused[recipient] = (code, said)
        if taken:
            self._step(smtp)
            self._handed_over = True
            code, said = smtp.data(mail)
            if code != 250:
                raise smtplib.SMTPDataError(code, said)
        return taken, refused

    def _step(self, smtp: smtplib.SMTP) -> None:
        """Limit the next answer to what is left of the whole."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if smtp.sock is not None:
            smtp.sock.settimeout(min(STEP, left))

    def failure(self, error: Exception) -> SendResult:
        """What an exception means for the message."""
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Permanent("the server offers no STARTTLS or no login; nothing was sent in the clear", disable=True)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            said = f"login refused: {_reply(error.smtp_code, error.smtp_error)}"
            return Transient(said) if 400 <= error.smtp_code < 500 else Permanent(said, disable=True)
        if isinstance(error, smtplib.SMTPDataError) and error.smtp_code == 421:
            return Ambiguous(f"the server closed after the message: {_reply(error.smtp_code, error.smtp_error)}")
        if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
            said = _reply(error.smtp_code, error.smtp_error)
            sender_at_fault = isinstance(error, smtplib.SMTPSenderRefused)
            return Transient(said) if 400 <= error.smtp_code < 500 else Permanent(said, disable=sender_at_fault)
        if self._handed_over:
            return Ambiguous("the connection broke after the message was sent")
        if isinstance(error, ssl.SSLError):
            return Transient("TLS failed: the certificate or the handshake was not accepted")
        return Transient(f"the mail server cannot be reached: {type(error).__name__}")


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye if somebody still listens; what was sent is sent."""
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _reply(code: int, said: bytes | str) -> str:
    return f"{code} {plain(said.decode('utf-8', 'replace') if isinstance(said, bytes) else said, 160)}"
