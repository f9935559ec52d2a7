"""Invented attacks in the invented country of Veltia, and servers on loopback that catch or refuse what is sent."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.alerts.message import MessageSettings
from monitor.alerts.notices import notice as make_notice
from monitor.model import (
    By,
    Change,
    Delivery,
    DeliveryState,
    Finding,
    HeldStance,
    Incident,
    Kind,
    MatchDecision,
    Mention,
    Notice,
    Part,
    Place,
    PlacePrecision,
    Quote,
    Range,
    Reason,
    Report,
    Role,
    Severity,
    Stance,
    StanceKind,
    Status,
    TimeBasis,
    TimePrecision,
    TollLedger,
    Via,
    When,
)

NOW = datetime(2026, 11, 19, 6, 2, tzinfo=UTC)
GOLDEN = Path(__file__).parent.parent / "golden"


def quote(text: str) -> Quote:
    return Quote(0, len(text), text)


def report(article: int, outlet: str, killed: Range | None, stances: tuple[Stance, ...] = (), **changes: object) -> Report:
    count = killed.best if killed else 0
    findings = (
        Finding("killed", quote(f"A bomb in the spice market of Karsana killed {count} people, the mayor said."), "toll.killed.verb"),
        Finding("injured", quote("At least 20 others were hurt, the town's hospital reported."), "toll.injured.verb"),
        Finding("place", quote(f"A bomb in the spice market of Karsana killed {count} people, the mayor said."), "place.town"),
    )
    mention = Mention(
        role=Role.PRIMARY,
        kind=Kind.ATTACK,
        when=When(date(2026, 11, 19), date(2026, 11, 19), TimePrecision.DAY, TimeBasis.RELATIVE),
        place=PLACE,
        attack_types=("bombing",),
        target_words=("market",),
        targets=("business",),
        killed=killed,
        injured=Range(20, 20, None),
        stances=stances,
        findings=findings,
        confidence=0.86,
    )
    at = NOW + timedelta(minutes=10 * article)
    made = Report(
        article=article,
        mention=mention,
        outlet=outlet,
        feed=outlet.lower(),
        tier=1,
        url=f"https://{outlet.split()[0].lower()}.example/news/{article}?page=1&x=a|b",
        title=f"Bomb kills {count} in Karsana market",
        at=at,
        seen=at,
        source=f"s{article}",
        decision=MatchDecision("k7f3" if article > 1 else None, 0.82, (Part("place", 0.4, "same town"), Part("day", 0.3, "same day"))),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


PLACE = Place("vl:karsana", "Karsana", "VL", "Veltia", 12.5, 45.25, PlacePrecision.TOWN, admin1="North Province", district="Hald")


def stance(kind: StanceKind, name: str, by: By = By.SELF, **more: object) -> Stance:
    words = {
        StanceKind.CLAIMED: f"{name} said in a statement that its fighters had carried out the bombing.",
        StanceKind.ACCUSED: f"The interior ministry blamed {name} for the bombing.",
        StanceKind.DENIED: f"{name} denied any part in the bombing.",
        StanceKind.DISPUTED: f"A foreign diplomat doubted that {name} was able to do it.",
        StanceKind.RETRACTED: f"{name} withdrew its claim.",
    }[kind]
    actor = name.lower().replace(" ", "_")
    made = Stance(actor, name, name, kind, by, Via.STATEMENT, quote(words), f"{kind}.active", family=actor)
    return replace(made, **more)  # type: ignore[arg-type]


def held(kind: StanceKind, name: str, article: int, outlet: str, **more: object) -> HeldStance:
    return HeldStance(stance(kind, name, **more), article, outlet, NOW + timedelta(minutes=10 * article))  # type: ignore[arg-type]


CLAIM = held(StanceKind.CLAIMED, "Red Dawn Front", 2, "Karsana Star", via=Via.SOCIAL, via_name="Telegram")
RIVAL = held(StanceKind.CLAIMED, "Hill Brigade", 3, "Meridian Post")
BLAME = held(StanceKind.ACCUSED, "Sons of the Valley", 3, "Meridian Post", by=By.AUTHORITY, by_name="the interior ministry")
DENIAL = held(StanceKind.DENIED, "Sons of the Valley", 4, "Veltia Radio")
WITHDRAWAL = held(StanceKind.RETRACTED, "Red Dawn Front", 4, "Veltia Radio")


NINE = TollLedger(9, 9, 9)


def build_incident(killed: TollLedger | None = NINE, stances: tuple[HeldStance, ...] = (), articles: int = 1) -> Incident:
    outlets = ("Meridian Post", "Karsana Star", "Meridian Post", "Veltia Radio")
    best = killed.best if killed else 9
    withdrawn = {one.stance.actor for one in stances if one.stance.stance is StanceKind.RETRACTED}
    reports = tuple(
        report(number, outlets[number - 1], Range(best, best, best), tuple(one.stance for one in stances if one.article == number))
        for number in range(1, articles + 1)
    )
    return Incident(
        id="k7f3",
        kind=Kind.ATTACK,
        status=Status.CONFIRMED if articles > 1 else Status.PRELIMINARY,
        severity=Severity.CRITICAL,
        confidence=0.86,
        when=When(date(2026, 11, 19), date(2026, 11, 19), TimePrecision.DAY, TimeBasis.RELATIVE),
        place=PLACE,
        attack_types=("bombing",),
        weapons=("explosives",),
        targets=("business",),
        target_words=("market",),
        suicide=False,
        ongoing=False,
        killed=killed,
        injured=TollLedger(20, 20, None),
        perpetrators_killed=None,
        stances=stances,
        claimed_by=tuple(
            one.stance.actor for one in stances if one.stance.stance is StanceKind.CLAIMED and one.stance.actor not in withdrawn
        ),
        accused=tuple(one.stance.actor for one in stances if one.stance.stance is StanceKind.ACCUSED),
        denied_by=tuple(one.stance.actor for one in stances if one.stance.stance is StanceKind.DENIED),
        contested=len(stances) > 1,
        no_claim_as_of=None if stances else NOW,
        reports=reports,
        independent_sources=min(articles, 3),
        first_seen=NOW,
        updated=NOW + timedelta(hours=1),
    )


def build_change(reason: Reason, before: str = "", after: str = "", article: int = 1, severity: Severity = Severity.HIGH) -> Change:
    return Change("k7f3", reason, f"{reason}:{article}", before, after, severity, article, NOW)


def cases() -> dict[Reason, tuple[Change, Incident]]:
    """One change of each reason, with the incident as it is then."""
    return {
        Reason.NEW_ATTACK: (
            build_change(Reason.NEW_ATTACK, after="bombing in title, killed 9", severity=Severity.CRITICAL),
            build_incident(),
        ),
        Reason.TOLL: (
            build_change(Reason.TOLL, "9 killed", "14 killed (9 to 15 reported)", 4, Severity.NORMAL),
            replace(build_incident(TollLedger(9, 14, 15, 4), articles=4), independent_sources=3),
        ),
        Reason.NEW_CLAIM: (
            build_change(Reason.NEW_CLAIM, "no claim known", "claimed by Red Dawn Front", 2),
            build_incident(stances=(CLAIM,), articles=2),
        ),
        Reason.CONTESTED: (
            build_change(Reason.CONTESTED, "claimed by Red Dawn Front", "claimed by Red Dawn Front; claimed by Hill Brigade", 3),
            build_incident(stances=(CLAIM, RIVAL, BLAME), articles=3),
        ),
        Reason.DENIED: (
            build_change(Reason.DENIED, "claimed by Red Dawn Front", "denied by Sons of the Valley", 4, Severity.NORMAL),
            build_incident(stances=(CLAIM, BLAME, DENIAL), articles=4),
        ),
        Reason.RETRACTED: (
            build_change(Reason.RETRACTED, "claimed by Red Dawn Front", "claim withdrawn by Red Dawn Front", 4, Severity.NORMAL),
            build_incident(stances=(CLAIM, WITHDRAWAL), articles=4),
        ),
        Reason.CORRECTED: (
            replace(build_change(Reason.CORRECTED, "Orlath", "Karsana", 2, Severity.NORMAL), key="corrected:place:vl:karsana"),
            build_incident(articles=2),
        ),
        Reason.MERGED: (build_change(Reason.MERGED, "", "incident p2qd is this one", 3, Severity.NORMAL), build_incident(articles=3)),
    }


@pytest.fixture
def now() -> datetime:
    """The moment at which the messages of these tests are written."""
    return NOW


@pytest.fixture
def settings() -> MessageSettings:
    """UTC and a page address."""
    return MessageSettings(page_base="https://monitor.example/")


@pytest.fixture
def case() -> Callable[[Reason], tuple[Change, Incident]]:
    """The change and the incident of one reason."""
    return lambda reason: cases()[reason]


@pytest.fixture
def make_incident() -> Callable[..., Incident]:
    """Build the invented bombing with other numbers or stances."""
    return build_incident


@pytest.fixture
def make_held() -> Callable[..., HeldStance]:
    """Build a stance that an incident holds."""
    return held


@pytest.fixture
def make_report() -> Callable[..., Report]:
    """Build one outlet's telling."""
    return report


@pytest.fixture
def make_delivery(settings: MessageSettings) -> Callable[..., Delivery]:
    """A delivery of the notice of one reason, as a lane gets it."""

    def build(reason: Reason = Reason.NEW_ATTACK, channel: str = "ops", ref: str | None = None, notice: Notice | None = None) -> Delivery:
        made = notice or make_notice(*cases()[reason], settings, NOW)
        return Delivery(f"d{made.id[1:20]}", made, channel, DeliveryState.LEASED, 1, NOW, ref=ref)

    return build


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare with tests/golden/NAME; MONITOR_GOLDEN=write in the environment writes the files instead."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("MONITOR_GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")

        assert path.read_bytes().decode() == text

    return check


@dataclass
class Request:
    """What a fake server was sent."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> dict[str, object]:
        return dict(json.loads(self.body))


@dataclass
class Reply:
    """What a fake server answers. `mode`: reply, drop (after reading all), hang, drip."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    mode: str = "reply"


class FakeServer:
    """An HTTP server on loopback that answers from a script, then with its default, and keeps what it was sent."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.script: list[Reply] = []
        self.default: Callable[[Request], Reply] = lambda _: Reply()
        self.released = threading.Event()
        self._lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.path, {key.lower(): value for key, value in self.headers.items()}, body, time.monotonic())
                fake.answer(self, fake.take(request))

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            return self.script.pop(0) if self.script else self.default(request)

    def answer(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.mode == "hang":
            self.released.wait(10)
        if reply.mode in ("drop", "hang"):
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        if reply.mode == "drip":
            self._drip(handler)
            return
        try:
            handler.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(reply.body)
        except OSError:
            handler.close_connection = True

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 500:
                handler.connection.sendall(bytes([byte]))
                if self.released.wait(0.05):
                    return
        except OSError:
            handler.close_connection = True

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A scripted HTTP server."""
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def slack(server: FakeServer) -> FakeServer:
    """The scripted server with the manners of Slack's API: an own ts for each message."""

    def answer(_: Request) -> Reply:
        ts = f"1700000000.{len(server.requests):06d}"
        return Reply(body=json.dumps({"ok": True, "channel": "C0OPS", "ts": ts}).encode())

    server.default = answer
    return server


@pytest.fixture
def reply() -> type[Reply]:
    """What the scripted server may answer."""
    return Reply
