"""Mail, against a real mail server on loopback with the moods of real ones."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, Session
from aiosmtpd.smtp import Envelope as Received

from monitor.alerts.render.email import Envelope
from monitor.alerts.send.email import EmailSender, MailServer, is_loopback
from monitor.model import Ambiguous, Delivery, Permanent, Reason, Sent, Transient

MakeDelivery = Callable[..., Delivery]
BOTH = ("desk@news.example", "night@news.example")


class Mailbox:
    """A handler that keeps mails and answers from scripts, by recipient or after DATA."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.recipient: dict[str, list[str]] = {}
        self.data: list[str] = []

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Received, address: str, ___: list[str]) -> str:  # noqa: N802
        """Accept, or say what the script wants."""
        script = self.recipient.get(address, [])
        if script:
            return script.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Received) -> str:  # noqa: N802
        """Take the mail; "drop" breaks the connection instead of answering."""
        answer = self.data.pop(0) if self.data else "250 taken"
        if answer[0] == "2" or answer in ("drop", "421 closing"):
            content = envelope.content or b""
            self.mails.append((list(envelope.rcpt_tos), content if isinstance(content, bytes) else content.encode()))
        if answer == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            await asyncio.sleep(0)
        return answer


class Plain(Controller):
    """A mail server; it may ask for a login, and offer STARTTLS with `context`."""

    def __init__(self, mailbox: Mailbox, password: str = "", context: ssl.SSLContext | None = None) -> None:
        self.password = password
        self.context = context
        super().__init__(mailbox, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        """The protocol of one connection."""
        if self.context:
            return SMTP(self.handler, tls_context=self.context, require_starttls=True, authenticator=self.check)
        if not self.password:
            return SMTP(self.handler)
        return SMTP(self.handler, authenticator=self.check, auth_require_tls=False)

    def check(self, _: SMTP, __: Session, ___: Received, ____: str, login: Any) -> AuthResult:
        """Is the password right?"""
        return AuthResult(success=isinstance(login, LoginPassword) and login.password == self.password.encode(), handled=False)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def mailbox() -> Mailbox:
    """Where mails arrive."""
    return Mailbox()


@pytest.fixture
def server_port(mailbox: Mailbox) -> Iterator[int]:
    """A server without encryption or login."""
    controller = Plain(mailbox)
    controller.start()
    yield controller.port
    controller.stop()


def sender(port: int, security: str = "none", to: tuple[str, ...] = BOTH, user: str = "", password: str = "") -> EmailSender:
    """A channel to this server."""
    server = MailServer("127.0.0.1", port, security, user, helo="monitor.example")
    return EmailSender(server, Envelope("Monitor <monitor@alerts.example>", to), (lambda: password) if password else None)


def test_one_mail_reaches_all_recipients(server_port: int, mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """One message goes to everybody in one transaction, and its Message-ID is the reference of the thread."""
    result = sender(server_port).send(make_delivery())

    assert isinstance(result, Sent)
    assert [to for to, _ in mailbox.mails] == [list(BOTH)]
    mail = message_from_bytes(mailbox.mails[0][1], policy=policy.default)
    assert mail["Message-ID"] == result.ref
    assert mail["Subject"] == "Bombing at a market - Karsana, Veltia [k7f3]"


def test_greylisted_recipients_are_tried_again_alone(server_port: int, mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """Who has accepted the mail gets no second copy."""
    mailbox.recipient["night@news.example"] = ["450 try later"]
    channel = sender(server_port)

    assert channel.send(make_delivery()) == Transient("night@news.example: 450 try later")
    assert isinstance(channel.send(make_delivery()), Sent)
    assert [to for to, _ in mailbox.mails] == [["desk@news.example"], ["night@news.example"]]


def test_an_unknown_user_is_permanent(server_port: int, mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """550 for the only recipient ends the delivery; for one of two it is named while the other has the mail."""
    mailbox.recipient["desk@news.example"] = ["550 no such user"] * 2

    assert sender(server_port, to=BOTH[:1]).send(make_delivery()) == Permanent("desk@news.example: 550 no such user")
    result = sender(server_port).send(make_delivery())
    assert isinstance(result, Sent)
    assert result.detail == "1 of 2 accepted; desk@news.example: 550 no such user"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 local error", Transient), ("554 refused as spam", Permanent), ("421 closing", Ambiguous), ("drop", Ambiguous)],
)
def test_answers_after_the_message(server_port: int, mailbox: Mailbox, make_delivery: MakeDelivery, answer: str, kind: type) -> None:
    """A clear refusal is clear; a connection that ends after the message leaves open whether it arrived."""
    mailbox.data = [answer]

    assert type(sender(server_port).send(make_delivery())) is kind


def test_an_ambiguous_mail_is_repeated_with_the_same_id(server_port: int, mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """The repeat can be recognised by its Message-ID."""
    mailbox.data = ["drop"]
    channel = sender(server_port)
    channel.send(make_delivery(Reason.TOLL))
    channel.send(make_delivery(Reason.TOLL))
    ids = [message_from_bytes(raw, policy=policy.default)["Message-ID"] for _, raw in mailbox.mails]

    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_no_starttls_means_no_mail(server_port: int, mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """A server that offers no encryption gets neither password nor message."""
    result = sender(server_port, security="starttls", user="monitor", password="hidden").send(make_delivery())

    assert isinstance(result, Permanent)
    assert result.disable
    assert not mailbox.mails


def test_a_wrong_password_closes_the_channel(mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """535 is told without the password, and the messages wait."""
    controller = Plain(mailbox, password="right-password")
    controller.start()
    try:
        refused = sender(controller.port, user="monitor", password="wrong-password").send(make_delivery())
        taken = sender(controller.port, user="monitor", password="right-password").send(make_delivery())
    finally:
        controller.stop()

    assert isinstance(refused, Permanent)
    assert refused.disable
    assert "wrong-password" not in refused.detail
    assert isinstance(taken, Sent)


def test_an_unreachable_server_is_tried_again(make_delivery: MakeDelivery) -> None:
    """Nothing listens: nothing was sent."""
    assert isinstance(sender(free_port()).send(make_delivery()), Transient)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key in the same file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl makes the certificate of this test, and is not installed")
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(path)]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made = subprocess.run([program, "req", "-x509", *key, *name], capture_output=True, check=True)
    path.write_bytes(path.read_bytes() + made.stdout)
    return path


@pytest.fixture
def starttls_port(mailbox: Mailbox, certificate: Path) -> Iterator[int]:
    """A server that wants STARTTLS before anything else, and takes a login after it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    controller = Plain(mailbox, "right-password", context)
    controller.start()
    yield controller.port
    controller.stop()


def test_starttls_carries_login_and_mail(starttls_port: int, mailbox: Mailbox, certificate: Path, make_delivery: MakeDelivery) -> None:
    """With a certificate that is trusted, login and mail go through the encrypted connection."""
    server = MailServer("127.0.0.1", starttls_port, "starttls", "monitor", helo="monitor.example")
    trusting = ssl.create_default_context(cafile=str(certificate))

    assert isinstance(EmailSender(server, Envelope("m@a.example", BOTH), lambda: "right-password", trusting).send(make_delivery()), Sent)
    assert len(mailbox.mails) == 1


def test_an_untrusted_certificate_gets_nothing(starttls_port: int, mailbox: Mailbox, make_delivery: MakeDelivery) -> None:
    """A certificate nobody vouches for ends the conversation before login and mail."""
    result = sender(starttls_port, "starttls", user="monitor", password="right-password").send(make_delivery())

    assert isinstance(result, Transient)
    assert "TLS" in result.detail
    assert not mailbox.mails


def test_plain_text_to_a_tls_port_fails_cleanly(server_port: int, make_delivery: MakeDelivery) -> None:
    """A server that does not speak TLS where it should is a passing fault, and nothing is sent in the clear."""
    assert isinstance(sender(server_port, security="tls").send(make_delivery()), Transient)


@pytest.mark.parametrize("host", ["mail.example.org", "10.0.0.5", "192.0.2.1", "localhost.example.org"])
def test_mail_in_the_clear_stays_on_this_machine(host: str) -> None:
    """security = "none" is refused for any other machine."""
    with pytest.raises(ValueError, match="only for a mail server on this machine"):
        MailServer(host, 25, "none")


def test_loopback_names() -> None:
    """Names and addresses of this machine."""
    assert [is_loopback(host) for host in ("localhost", "127.0.0.23", "::1", "[::1]", "0.0.0.0", "example")] == [True] * 4 + [False] * 2


def test_certificates_are_checked_by_default() -> None:
    """The context of a channel verifies names and certificates."""
    context = sender(25)._context

    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
