"""A real archive in a temporary folder, and makers of records about invented events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import (
    Article,
    Assessment,
    By,
    Feed,
    FeedItem,
    Fetched,
    Finding,
    Incident,
    Kind,
    MatchDecision,
    Mention,
    Message,
    Notice,
    Part,
    Place,
    PlacePrecision,
    Quote,
    Range,
    Report,
    Role,
    Severity,
    Stance,
    StanceKind,
    Status,
    Suppressed,
    TimeBasis,
    TimePrecision,
    TollLedger,
    Validators,
    Via,
    When,
)
from monitor.store.feeds import Poll
from monitor.store.writer import Writer

NOW = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)
FEED = Feed("river-post", "https://river-post.example/feed", "PK", tags=("national",))
CLAIM = Quote(40, 90, "The Lantern Front claimed the bombing in a statement.")
DEATHS = Quote(0, 39, "At least 12 people were killed in Orlan.")


@pytest.fixture
def now() -> datetime:
    """A fixed moment."""
    return NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the archive of this test lies."""
    return tmp_path / "state" / "monitor.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    """An open archive that knows one feed."""
    from monitor.store import feeds

    with Writer(path, NOW, busy_limit=5) as opened:
        opened.run(lambda conn: feeds.sync(conn, [FEED], NOW))
        yield opened


@pytest.fixture
def make_feed() -> Callable[..., Feed]:
    """A feed with some fields changed."""
    return lambda **changes: replace(FEED, **changes)


@pytest.fixture
def make_item() -> Callable[..., FeedItem]:
    """The item with this number, some fields changed."""

    def make(number: int = 1, **changes: object) -> FeedItem:
        at = NOW - timedelta(minutes=number)
        item = FeedItem(f"g{number}", f"https://river-post.example/{number}", f"Story {number}", "Summary", "Text", at)
        return replace(item, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_poll() -> Callable[..., Poll]:
    """A poll that fetched these items."""

    def make(*items: FeedItem, **changes: object) -> Poll:
        fetched = Fetched(FEED.url, FEED.url, b"<rss/>", "application/rss+xml", Validators('"v1"', "Thu, 19 Nov 2026 05:00:00 GMT"), NOW)
        return replace(Poll(FEED.name, fetched, NOW + timedelta(minutes=10), items, "hash"), **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_article() -> Callable[..., Article]:
    """An article about an invented bombing, some fields changed."""

    def make(**changes: object) -> Article:
        article = Article(
            url="https://river-post.example/1",
            title="Bombing kills 12 in Orlan market",
            text="At least 12 people were killed in Orlan. The Lantern Front claimed the bombing in a statement.",
            language="en",
            published=NOW - timedelta(minutes=5),
            seen=NOW,
            outlet="River Post",
            feed=FEED.name,
            feed_country="PK",
        )
        return replace(article, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_mention() -> Callable[..., Mention]:
    """The bombing as one article tells it, some fields changed."""

    def make(**changes: object) -> Mention:
        stance = Stance(
            "named:lantern-front", "Lantern Front", "The Lantern Front", StanceKind.CLAIMED, By.SELF, Via.STATEMENT, CLAIM, "claim.active"
        )
        mention = Mention(
            Role.PRIMARY,
            Kind.ATTACK,
            When(date(2026, 11, 19), date(2026, 11, 19), TimePrecision.DAY, TimeBasis.RELATIVE),
            Place("x:orlan", "Orlan", "PK", "Pakistan", 30.0, 67.0, PlacePrecision.TOWN, "Balochistan"),
            ("bombing",),
            killed=Range(12, 12, None),
            stances=(stance,),
            findings=(Finding("killed", DEATHS, "toll.killed"),),
            terms=("orlan", "market"),
            confidence=0.9,
        )
        return replace(mention, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_assessment(make_mention: Callable[..., Mention]) -> Callable[..., Assessment]:
    """What was read out of the article; `rules` are suppressions."""

    def make(*rules: str) -> Assessment:
        return Assessment("en", True, (make_mention(),), None, tuple(Suppressed(rule, DEATHS, f"veto.{rule}", 0.4) for rule in rules), 0.9)

    return make


@pytest.fixture
def make_report(make_mention: Callable[..., Mention]) -> Callable[..., Report]:
    """The report of the bombing by the article with this id."""

    def make(article: int, **changes: object) -> Report:
        decision = MatchDecision(None, 0.0, (Part("place", 3.0, "same town"),), (("b2aa", 0.4),))
        report = Report(
            article,
            make_mention(),
            "River Post",
            FEED.name,
            2,
            "https://river-post.example/1",
            "Bombing in Orlan",
            NOW,
            NOW,
            "a1",
            decision,
        )
        return replace(report, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_incident() -> Callable[..., Incident]:
    """The bombing as an incident built from these reports."""

    def make(incident_id: str, *reports: Report, **changes: object) -> Incident:
        mention = reports[0].mention
        incident = Incident(
            id=incident_id,
            kind=mention.kind,
            status=Status.PRELIMINARY,
            severity=Severity.HIGH,
            confidence=0.9,
            when=mention.when,
            place=mention.place,
            attack_types=mention.attack_types,
            weapons=(),
            targets=(),
            target_words=(),
            suicide=False,
            ongoing=False,
            killed=TollLedger(12, 12, None),
            injured=None,
            perpetrators_killed=None,
            stances=(),
            claimed_by=("named:lantern-front",),
            accused=(),
            denied_by=(),
            contested=False,
            no_claim_as_of=None,
            reports=reports,
            independent_sources=1,
            first_seen=NOW,
            updated=NOW,
        )
        return replace(incident, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_notice() -> Callable[..., Notice]:
    """A notice with this id about this incident; "" makes an operator note."""

    def make(notice_id: str, incident: str = "k7f3", reason: str = "new_attack", severity: Severity = Severity.HIGH) -> Notice:
        message = Message("Bombing in Orlan", "", (), (), (), (), (), incident, "Bombing in Orlan", severity)
        return Notice(notice_id, reason, (incident,) if incident else (), severity, message, "{}", NOW)

    return make
