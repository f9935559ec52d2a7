"""What the commands and pages ask of the archive; all read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.errors import UsageError
from monitor.model import Incident
from monitor.store import feeds, incidents, meta, outbox
from monitor.store.values import clean, iso, moment_or_none
from monitor.store.views import HEALTH, INCIDENT_COLUMNS

_COLUMNS = ", ".join(f"l.{name.strip()}" for name in INCIDENT_COLUMNS.split(","))


class Claims(StrEnum):
    """Incidents by what is known of responsibility."""

    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What the list is narrowed to; None does not narrow. `since` looks at the last update.

    `actor` is an id: any stance but a bare mention counts, also that of a member of its family. Merged incidents are
    left out unless `merged`.
    """

    since: datetime | None = None
    country: str | None = None  # ISO 3166-1 alpha-2, any case
    actor: str | None = None
    claims: Claims | None = None
    kind: str | None = None
    merged: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """A row of the view `incident_list`; docs/reference/archive.md says what each column means."""

    id: str
    kind: str
    status: str
    severity: str
    event_date: str | None
    time_precision: str | None
    location: str | None
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    geo_precision: str | None
    attack_types: str
    killed_low: int | None
    killed_best: int | None
    killed_high: int | None
    injured_low: int | None
    injured_best: int | None
    injured_high: int | None
    claimed_by: str
    accused: str
    denied_by: str
    contested: int
    reports: int
    independent_sources: int
    first_seen: str
    updated: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A row of the view `timeline`."""

    incident: str
    at: str
    what: str
    detail: str
    article: int | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """A row of the view `alerts_sent`."""

    incident: str
    reason: str
    channel: str
    state: str
    attempts: int
    sent_at: str | None
    latency_seconds: float | None


@dataclass(frozen=True, slots=True)
class IncidentFile:
    """All there is about one incident; the match decisions stand in its reports."""

    incident: Incident
    timeline: tuple[TimelineRow, ...]
    alerts: tuple[AlertRow, ...]


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A row of the view `feed_health`."""

    feed: str
    state: str
    last_success: str | None
    last_new_entry: str | None
    next_due: str
    consecutive_failures: int
    last_error: str | None
    median_gap: float | None


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """Why an article caused nothing."""

    article: int
    title: str
    url: str
    feed: str
    seen: str
    rule: str
    rule_id: str
    quote: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A change that was told, by the title and time of the article behind it."""

    reason: str
    title: str
    at: str


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """The numbers of `monitor status`. `feeds_by_state` and `language_skipped` hold (name, count), largest first."""

    last_cycle: datetime | None  # meta "last_cycle"
    next_due: datetime | None
    feeds_by_state: tuple[tuple[str, int], ...]
    unhealthy: tuple[FeedHealth, ...]  # failing, overdue and quiet feeds
    entries_waiting: int
    articles_day: int  # first seen in the last 24 hours
    incidents_day: int
    incidents: int
    outbox: outbox.OutboxCounts
    language_skipped: tuple[tuple[str, int], ...]


def incident_list(conn: sqlite3.Connection, wanted: IncidentFilter = IncidentFilter()) -> list[IncidentRow]:
    """The incidents that pass, the last updated first."""
    where, values = _conditions(wanted)
    limit = -1 if wanted.limit is None else wanted.limit
    rows = conn.execute(f"SELECT {_COLUMNS} FROM incident_list l WHERE {where} ORDER BY l.updated DESC, l.id LIMIT ?", (*values, limit))
    return [IncidentRow(*row) for row in rows]


def all_incidents(conn: sqlite3.Connection, wanted: IncidentFilter = IncidentFilter()) -> Iterator[Incident]:
    """The whole incidents behind `incident_list`, one by one, in its order: for export."""
    for row in incident_list(conn, wanted):
        yield incidents.load(conn, row.id)


def resolve(conn: sqlite3.Connection, prefix: str) -> str:
    """The id of the only incident that begins so. Raises UsageError when there is none, or several."""
    low = clean(prefix.strip().lower())
    rows = conn.execute("SELECT id FROM incident WHERE id >= ? AND id < ? ORDER BY id LIMIT 6", (low, low + "\U0010ffff")).fetchall()
    found = [row[0] for row in rows]
    if low in found:
        return low
    if not low or not found:
        raise UsageError(f'no incident "{prefix}"', "`monitor incidents` lists them.")
    if len(found) > 1:
        raise UsageError(f'"{prefix}" may be {", ".join(found[:5])}{" or more" if len(found) > 5 else ""}', "Give more characters.")
    return str(found[0])


def show(conn: sqlite3.Connection, incident_id: str) -> IncidentFile:
    """The incident with its history and alerts. Raises KeyError for an unknown id."""
    return IncidentFile(
        incidents.load(conn, incident_id),
        tuple(TimelineRow(*row) for row in conn.execute("SELECT * FROM timeline WHERE incident = ?", (incident_id,))),
        tuple(AlertRow(*row) for row in conn.execute("SELECT * FROM alerts_sent WHERE incident = ?", (incident_id,))),
    )


def feed_health(conn: sqlite3.Connection, now: datetime) -> list[FeedHealth]:
    """The view `feed_health` as of `now`, the worst first."""
    rows = conn.execute(
        f"""SELECT * FROM ({HEALTH.format(now=":now")})
        ORDER BY instr('overdue failing quiet new ok', state), consecutive_failures DESC, feed""",
        {"now": now.timestamp()},
    )
    return [FeedHealth(*row) for row in rows]


def language_skipped(conn: sqlite3.Connection) -> tuple[tuple[str, int], ...]:
    """Per feed, the articles stored unread because of their language; feeds with any, most first."""
    rows = conn.execute("SELECT name, language_skipped FROM feed WHERE language_skipped > 0 ORDER BY language_skipped DESC, name")
    return tuple((row[0], row[1]) for row in rows)


def suppressions(
    conn: sqlite3.Connection, since: datetime | None = None, rule: str | None = None, limit: int = 100
) -> list[SuppressionRow]:
    """What was held back, the newest first."""
    rows = conn.execute(
        """SELECT s.article, a.title, a.url, a.feed, a.seen, s.rule, s.rule_id, s.quote, s.confidence
        FROM suppression s JOIN article a ON a.id = s.article
        WHERE (?1 IS NULL OR a.seen >= ?1) AND (?2 IS NULL OR s.rule = ?2) ORDER BY s.id DESC LIMIT ?3""",
        (iso(since) if since else None, rule, limit),
    )
    return [SuppressionRow(*row) for row in rows]


def told_since(conn: sqlite3.Connection, since: datetime) -> list[ToldRow]:
    """The changes people were told of, by articles first seen since then."""
    rows = conn.execute(
        """SELECT DISTINCT c.reason, a.title, a.seen FROM change c JOIN article a ON a.id = c.article
        JOIN notice_incident ni ON ni.incident = c.incident JOIN notice n ON n.id = ni.notice AND n.reason = c.reason AND n.at = c.at
        WHERE a.seen >= ? ORDER BY a.seen""",
        (iso(since),),
    )
    return [ToldRow(*row) for row in rows]


def status(conn: sqlite3.Connection, now: datetime) -> ArchiveStatus:
    """How the monitor does, as of `now`."""
    health = feed_health(conn, now)
    states = [row.state for row in health]
    day_ago = iso(now - timedelta(days=1))
    return ArchiveStatus(
        last_cycle=moment_or_none(meta.get(conn, "last_cycle")),
        next_due=feeds.next_due(conn),
        feeds_by_state=tuple((state, states.count(state)) for state in ("ok", "failing", "overdue", "quiet", "new")),
        unhealthy=tuple(row for row in health if row.state in ("failing", "overdue", "quiet")),
        entries_waiting=_count(conn, "entry WHERE state IN ('pending', 'leased')"),
        articles_day=_count(conn, "article WHERE seen >= ?", day_ago),
        incidents_day=_count(conn, "incident WHERE first_seen >= ? AND merged_into IS NULL AND NOT drill", day_ago),
        incidents=_count(conn, "incident WHERE merged_into IS NULL AND NOT drill"),
        outbox=outbox.counts(conn),
        language_skipped=language_skipped(conn),
    )


def _conditions(wanted: IncidentFilter) -> tuple[str, list[object]]:
    """The WHERE clause over incident_list l, and its values."""
    where: list[str] = ["TRUE" if wanted.merged else "l.status <> 'merged'"]
    values: list[object] = []
    if wanted.since:
        where.append("l.updated >= ?")
        values.append(iso(wanted.since))
    if wanted.country:
        where.append("l.country = ?")
        values.append(wanted.country.upper())
    if wanted.kind:
        where.append("l.kind = ?")
        values.append(wanted.kind)
    if wanted.actor:
        where.append(
            """l.id IN (SELECT incident FROM stance WHERE actor = ? AND stance <> 'mentioned'
                UNION SELECT incident FROM stance WHERE family = ? AND stance <> 'mentioned')"""
        )
        values += [wanted.actor, wanted.actor]
    if wanted.claims:
        where.append({"claimed": "l.claimed_by <> ''", "unclaimed": "l.claimed_by = ''", "contested": "l.contested"}[wanted.claims])
    return " AND ".join(where), values


def _count(conn: sqlite3.Connection, where: str, *values: object) -> int:
    return int(conn.execute(f"SELECT count(*) FROM {where}", values).fetchone()[0])
