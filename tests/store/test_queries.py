"""What the commands ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.errors import UsageError
from monitor.model import (
    Article,
    Assessment,
    Change,
    FailureKind,
    Feed,
    FeedItem,
    FetchFailed,
    Incident,
    Kind,
    Mention,
    Notice,
    Reason,
    Report,
    Sent,
    Severity,
    Stance,
    Status,
)
from monitor.store import articles, feeds, incidents, meta, outbox, queries
from monitor.store.feeds import Poll
from monitor.store.queries import Claims, IncidentFilter
from monitor.store.values import iso
from monitor.store.writer import Writer

MakeIncident = Callable[..., Incident]
MakePoll = Callable[..., Poll]
MakeItem = Callable[..., FeedItem]


@pytest.fixture
def report(
    writer: Writer, make_article: Callable[..., Article], make_assessment: Callable[..., Assessment], make_report: Callable[..., Report]
) -> Report:
    """The report of one filed article."""
    return make_report(writer.run(lambda conn: articles.insert(conn, make_article(), make_assessment("drill"), [], "hash")))


def _save(writer: Writer, incident: Incident) -> None:
    writer.run(lambda conn: incidents.save(conn, incident, []))


def _ids(writer: Writer, **wanted: Any) -> list[str]:
    return [row.id for row in writer.run(lambda conn: queries.incident_list(conn, IncidentFilter(**wanted)))]


def test_filters(writer: Writer, now: datetime, report: Report, make_incident: MakeIncident, make_mention: Callable[..., Mention]) -> None:
    """The list is narrowed by time, country, actor, responsibility and kind, the last updated first."""
    silent = replace(report, mention=make_mention(stances=()))
    _save(writer, make_incident("a1aa", report))
    _save(writer, make_incident("b2bb", silent, claimed_by=(), kind=Kind.CLASH, updated=now - timedelta(days=9), place=None))
    _save(writer, make_incident("c3cc", report, contested=True, updated=now + timedelta(hours=1)))
    _save(writer, make_incident("d4dd", report, status=Status.MERGED, merged_into="a1aa"))

    assert _ids(writer) == ["c3cc", "a1aa", "b2bb"]
    assert _ids(writer, since=now) == ["c3cc", "a1aa"]
    assert _ids(writer, country="pk") == ["c3cc", "a1aa"]
    assert _ids(writer, actor="named:lantern-front") == ["c3cc", "a1aa"]
    assert _ids(writer, claims=Claims.CLAIMED, limit=1) == ["c3cc"]
    assert _ids(writer, claims=Claims.UNCLAIMED) == ["b2bb"]
    assert _ids(writer, claims=Claims.CONTESTED) == ["c3cc"]
    assert _ids(writer, kind="clash") == ["b2bb"]
    assert _ids(writer, merged=True) == ["c3cc", "a1aa", "d4dd", "b2bb"]


def test_actor_family(
    writer: Writer, report: Report, make_incident: MakeIncident, make_mention: Callable[..., Mention], make_report: Callable[..., Report]
) -> None:
    """Asking for a parent organisation finds what its branches are said to have done."""
    stance = make_mention().stances[0]
    branch = Stance("ispp", "IS Pakistan", "ISPP", stance.stance, stance.by, stance.via, stance.quote, "r", family="islamic_state")
    _save(writer, make_incident("a1aa", make_report(report.article, mention=make_mention(stances=(branch,)))))

    assert _ids(writer, actor="islamic_state") == _ids(writer, actor="ispp") == ["a1aa"]


def test_row(writer: Writer, report: Report, make_incident: MakeIncident) -> None:
    """A row shows ranges, precision, lists as text and times as ISO text."""
    _save(writer, make_incident("a1aa", report, claimed_by=("ttp", "bla")))
    (row,) = writer.run(queries.incident_list)

    assert (row.location, row.geo_precision, row.event_date, row.time_precision) == ("Orlan", "town", "2026-11-19", "day")
    assert (row.killed_low, row.killed_best, row.killed_high, row.injured_best) == (12, 12, None, None)
    assert (row.claimed_by, row.accused, row.attack_types) == ("ttp, bla", "", "bombing")
    assert row.first_seen == "2026-11-19T06:00:00Z"


def test_all_incidents(writer: Writer, report: Report, make_incident: MakeIncident) -> None:
    """Export gets whole incidents, in the list's order."""
    incident = make_incident("a1aa", report)
    _save(writer, incident)

    assert writer.run(lambda conn: list(queries.all_incidents(conn))) == [incident]


def test_show(writer: Writer, now: datetime, report: Report, make_incident: MakeIncident, make_notice: Callable[..., Notice]) -> None:
    """An incident's file has its reports, changes and alerts in order of time."""
    _save(writer, make_incident("k7f3", report))
    change = Change("k7f3", Reason.NEW_ATTACK, "new", "", "Bombing in Orlan", Severity.HIGH, report.article, now)
    later = now + timedelta(seconds=2)

    def alert(conn: sqlite3.Connection) -> None:
        incidents.record_change(conn, change)
        outbox.enqueue(conn, make_notice("n1"), ["slack"], now)
        (delivery,) = outbox.claim(conn, "slack", now, "lane", timedelta(minutes=1), 1)
        outbox.settle(conn, delivery, Sent(), later, None)

    writer.run(alert)
    file = writer.run(lambda conn: queries.show(conn, "k7f3"))

    assert file.incident.reports == (report,)
    assert [(row.at, row.what, row.detail) for row in file.timeline] == [
        (iso(now), "report", "River Post: Bombing in Orlan"),
        (iso(now), "new_attack", "Bombing in Orlan"),
        (iso(later), "alert", "new_attack to slack"),
    ]
    assert [(row.channel, row.state, row.latency_seconds) for row in file.alerts] == [("slack", "sent", 2.0)]


def test_resolve(writer: Writer, report: Report, make_incident: MakeIncident) -> None:
    """An id may be shortened as long as it is clear which is meant."""
    for incident_id in ("k7f3", "k7f31", "m2x9"):
        _save(writer, make_incident(incident_id, report))

    assert [writer.run(lambda conn, text=text: queries.resolve(conn, text)) for text in ("m", "K7F3", "k7f31")] == ["m2x9", "k7f3", "k7f31"]
    with pytest.raises(UsageError, match="k7f3, k7f31"):
        writer.run(lambda conn: queries.resolve(conn, "k"))
    for text in ("zz", "", "%"):
        with pytest.raises(UsageError, match="no incident"):
            writer.run(lambda conn, text=text: queries.resolve(conn, text))


def test_feed_states(writer: Writer, now: datetime, make_feed: Callable[..., Feed], make_poll: MakePoll, make_item: MakeItem) -> None:
    """Each feed is new, ok, failing, quiet or overdue by the caller's clock, the worst first."""
    names = ("fresh", "fine", "broken", "still", "late", "fast")
    writer.run(lambda conn: feeds.sync(conn, [make_feed(name=name) for name in names], now))
    soon = now + timedelta(days=8)
    busy = [make_item(n, published=now - timedelta(minutes=n)) for n in range(6)]
    failed = FetchFailed("u", FailureKind.DNS, "no such host", now)
    for poll in (
        make_poll(make_item(1), feed="fine", next_due=soon),
        make_poll(feed="broken", outcome=failed, next_due=soon),
        make_poll(make_item(1), feed="still", next_due=soon),
        make_poll(make_item(1), feed="late", next_due=now),
        make_poll(*busy, feed="fast", next_due=soon),
    ):
        writer.run(lambda conn, poll=poll: feeds.record_poll(conn, poll, now))
    writer.run(lambda conn: conn.execute("UPDATE feed SET next_due = ? WHERE name = 'fresh'", (soon.timestamp(),)))

    def states(at: datetime) -> dict[str, str]:
        return {row.feed: row.state for row in writer.run(lambda conn: queries.feed_health(conn, at))}

    at_first = {"late": "ok", "broken": "failing", "fresh": "new", "fast": "ok", "fine": "ok", "still": "ok"}
    assert states(now) == at_first
    assert next(iter(states(now))) == "broken"
    assert states(now + timedelta(minutes=16)) == {**at_first, "late": "overdue"}
    assert states(now + timedelta(days=2)) == {**at_first, "late": "overdue", "fast": "quiet"}
    assert states(now + timedelta(days=7, hours=1))["still"] == "quiet"


def test_view_and_query_agree(writer: Writer) -> None:
    """The view shows the same columns by SQLite's clock."""
    columns = writer.run(lambda conn: [item[0] for item in conn.execute("SELECT * FROM feed_health").description])

    assert columns == list(queries.FeedHealth.__dataclass_fields__)


def test_suppressions(writer: Writer, now: datetime, report: Report) -> None:
    """What was held back is listed with rule, quote and article, narrowed by rule and time."""
    (row,) = writer.run(lambda conn: queries.suppressions(conn, now, "drill"))

    assert (row.article, row.rule, row.rule_id, row.quote) == (
        report.article,
        "drill",
        "veto.drill",
        "At least 12 people were killed in Orlan.",
    )
    assert writer.run(lambda conn: queries.suppressions(conn, rule="trial")) == []
    assert writer.run(lambda conn: queries.suppressions(conn, now + timedelta(days=1))) == []


def test_status(
    writer: Writer,
    now: datetime,
    report: Report,
    make_incident: MakeIncident,
    make_article: Callable[..., Article],
    make_assessment: Callable[..., Assessment],
    make_notice: Callable[..., Notice],
    make_poll: MakePoll,
    make_item: MakeItem,
) -> None:
    """The status counts feeds by state, entries, articles, incidents of a day, deliveries, and what no lexicon could read."""
    _save(writer, make_incident("a1aa", report))
    _save(writer, make_incident("b2bb", report, first_seen=now - timedelta(days=3)))

    def more(conn: sqlite3.Connection) -> None:
        articles.insert(conn, make_article(language="ps"), make_assessment("language"), [], "h")
        outbox.enqueue(conn, make_notice("n1"), ["slack"], now)
        feeds.record_poll(conn, make_poll(make_item(1)), now)
        meta.put(conn, "last_cycle", iso(now))

    writer.run(more)
    status = writer.run(lambda conn: queries.status(conn, now))

    assert dict(status.feeds_by_state) == {"ok": 1, "failing": 0, "overdue": 0, "quiet": 0, "new": 0}
    assert (status.last_cycle, status.next_due, status.unhealthy) == (now, now + timedelta(minutes=10), ())
    assert (status.entries_waiting, status.articles_day, status.incidents_day, status.incidents) == (1, 2, 1, 2)
    assert (status.outbox.pending, status.language_skipped) == (1, (("river-post", 1),))
