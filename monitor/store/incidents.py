"""Incidents with their reports, the keys they are found by, and the changes people are told of."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from monitor.codec import dumps, loads
from monitor.model import Change, Incident, Report, TollLedger
from monitor.store import meta
from monitor.store.values import clean, clean_or_none, iso

Key = tuple[str, str, int]  # kind, key, day

PROBES = 400  # terms of one compound SELECT; SQLite's limit is 500

# Letter, digit, then any two or more: never a word, never a number in a spreadsheet. Without i, l, o, u.
_LETTERS = "abcdefghjkmnpqrstvwxyz"
_ANY = "0123456789" + _LETTERS
_STRIDE = 91_813  # coprime to every size below, so that neighbours in time do not look alike


def new_id(conn: sqlite3.Connection) -> str:
    """A short id like k7f3 that was never given before; five characters and more once the 225,280 of four are used."""
    number = meta.count_up(conn, "incident_id")
    tail = 2
    while number >= (size := len(_LETTERS) * 10 * len(_ANY) ** tail):
        number -= size
        tail += 1
    number = (number * _STRIDE + 73_939) % size
    end = ""
    for _ in range(tail):
        number, digit = divmod(number, len(_ANY))
        end = _ANY[digit] + end
    letter, digit = divmod(number, 10)
    return f"{_LETTERS[letter]}{digit}{end}"


def candidates(conn: sqlite3.Connection, keys: Sequence[Key], most: int | None = None) -> list[Incident]:
    """The incidents that were saved with one of the keys, without those merged into another; the oldest first.

    `most` keeps those that share the most keys.
    """
    found: Counter[str] = Counter()
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), PROBES):
        part = distinct[start : start + PROBES]
        # Point probes: SQLite would scan the whole table for IN (VALUES ...).
        probe = " UNION ALL ".join(["SELECT incident FROM incident_key WHERE kind = ? AND key = ? AND day = ?"] * len(part))
        found.update(row[0] for row in conn.execute(probe, [value for key in part for value in key]))
    loaded = [load(conn, incident) for incident, _ in sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:most]]
    return sorted((incident for incident in loaded if incident.merged_into is None), key=lambda one: (one.first_seen, one.id))


def load(conn: sqlite3.Connection, incident_id: str) -> Incident:
    """The incident with all its reports, in the order it was saved with. Raises KeyError."""
    row = conn.execute("SELECT record FROM incident WHERE id = ?", (incident_id,)).fetchone()
    if row is None:
        raise KeyError(incident_id)
    records = conn.execute("SELECT record FROM report WHERE incident = ? ORDER BY place", (incident_id,)).fetchall()
    return replace(loads(Incident, row[0]), reports=tuple(_report(record[0]) for record in records))


def save(conn: sqlite3.Connection, incident: Incident, keys: Sequence[Key], *, drill: bool = False) -> None:
    """Write the incident as it now is, with those reports that are new or changed; `keys` are added to what it has.

    An incident merged into another hands its keys to that one, so that later reports find it. A drill is kept out of
    every list.
    """
    row = _row(incident, drill)
    setting = ", ".join(f"{name} = excluded.{name}" for name in row if name != "id")
    conn.execute(
        f"INSERT INTO incident ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) ON CONFLICT (id) DO UPDATE SET {setting}",
        tuple(row.values()),
    )
    _save_reports(conn, incident)
    owner = incident.merged_into or incident.id
    if incident.merged_into:
        conn.execute("UPDATE OR IGNORE incident_key SET incident = ? WHERE incident = ?", (owner, incident.id))
        conn.execute("DELETE FROM incident_key WHERE incident = ?", (incident.id,))
    conn.executemany("INSERT OR IGNORE INTO incident_key (kind, key, day, incident) VALUES (?, ?, ?, ?)", [(*key, owner) for key in keys])


def record_change(conn: sqlite3.Connection, change: Change) -> bool:
    """Note that a change happened; False when it was noted before, and nobody is to be told again."""
    cursor = conn.execute(
        """INSERT INTO change (incident, key, reason, before, after, severity, article, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (incident, key) DO NOTHING""",
        (
            *(change.incident, change.key, change.reason, clean(change.before), clean(change.after)),
            *(change.severity, change.article, iso(change.at)),
        ),
    )
    return cursor.rowcount == 1


def told(conn: sqlite3.Connection, incident_id: str) -> list[str]:
    """The keys of all changes recorded for the incident, oldest first."""
    return [row[0] for row in conn.execute("SELECT key FROM change WHERE incident = ? ORDER BY id", (incident_id,))]


def holding(conn: sqlite3.Connection, article_id: int) -> list[Incident]:
    """The incidents that have a report of this article."""
    rows = conn.execute("SELECT DISTINCT incident FROM report WHERE article = ? ORDER BY incident", (article_id,)).fetchall()
    loaded = [load(conn, row[0]) for row in rows]
    return [incident for incident in loaded if incident.merged_into is None]


@lru_cache(maxsize=2048)
def _report(record: str) -> Report:
    return loads(Report, record)


def _row(incident: Incident, drill: bool) -> dict[str, object]:
    when, place = incident.when, incident.place
    return {
        "id": incident.id,
        "kind": incident.kind,
        "status": incident.status,
        "severity": incident.severity,
        "confidence": incident.confidence,
        "event_date": when.start.isoformat() if when else None,
        "event_end": when.end.isoformat() if when else None,
        "time_precision": when.precision if when else None,
        "location": clean(place.name) if place else None,
        "admin1": clean_or_none(place.admin1) if place else None,
        "country": place.country if place else None,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "geo_precision": place.precision if place else None,
        "attack_types": ", ".join(incident.attack_types),
        **_toll("killed", incident.killed),
        **_toll("injured", incident.injured),
        "claimed_by": ", ".join(incident.claimed_by),
        "accused": ", ".join(incident.accused),
        "denied_by": ", ".join(incident.denied_by),
        "contested": incident.contested,
        "reports": len(incident.reports),
        "independent_sources": incident.independent_sources,
        "first_seen": iso(incident.first_seen),
        "updated": iso(incident.updated),
        "announced": incident.announced,
        "merged_into": incident.merged_into,
        "drill": drill,
        "record": dumps(replace(incident, reports=())),
    }


def _toll(what: str, ledger: TollLedger | None) -> dict[str, object]:
    low, best, high = (ledger.low, ledger.best, ledger.high) if ledger else (None, None, None)
    return {f"{what}_low": low, f"{what}_best": best, f"{what}_high": high}


def _save_reports(conn: sqlite3.Connection, incident: Incident) -> None:
    rows = conn.execute("SELECT id, article, nth, place, digest FROM report WHERE incident = ?", (incident.id,))
    on_file = {(row["article"], row["nth"]): row for row in rows}
    seen: Counter[int] = Counter()
    for place, report in enumerate(incident.reports):
        slot = (report.article, seen[report.article])
        seen[report.article] += 1
        record = dumps(report)
        digest = hashlib.blake2b(record.encode(), digest_size=12).hexdigest()
        old = on_file.pop(slot, None)
        if old is None or old["digest"] != digest:
            _write_report(conn, incident.id, report, slot[1], place, record, digest)
        elif old["place"] != place:
            conn.execute("UPDATE report SET place = ? WHERE id = ?", (place, old["id"]))
    conn.executemany("DELETE FROM report WHERE id = ?", [(row["id"],) for row in on_file.values()])


def _write_report(conn: sqlite3.Connection, incident_id: str, report: Report, nth: int, place: int, record: str, digest: str) -> None:
    cursor = conn.execute(
        """INSERT INTO report (incident, article, nth, place, role, source, outlet, title, url, at, score, digest, record)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (incident, article, nth) DO UPDATE SET place = excluded.place, role = excluded.role,
            source = excluded.source, outlet = excluded.outlet, title = excluded.title, url = excluded.url,
            at = excluded.at, score = excluded.score, digest = excluded.digest, record = excluded.record
        RETURNING id""",
        (
            *(incident_id, report.article, nth, place, report.mention.role, report.source, clean(report.outlet)),
            *(clean(report.title), clean(report.url), iso(report.at)),
            *(report.decision.score if report.decision else None, digest, record),
        ),
    )
    report_id = int(cursor.fetchall()[0][0])
    conn.execute("DELETE FROM stance WHERE report = ?", (report_id,))
    conn.execute("DELETE FROM toll WHERE report = ?", (report_id,))
    _write_stances(conn, incident_id, report_id, report)
    _write_tolls(conn, incident_id, report_id, report)


def _write_stances(conn: sqlite3.Connection, incident_id: str, report_id: int, report: Report) -> None:
    for held in report.mention.stances:
        conn.execute(
            """INSERT INTO stance (report, incident, actor, family, name, stance, by, by_name, via, via_name, quote, rule, article, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(report_id, incident_id, held.actor, held.family or held.actor, clean(held.name), held.stance),
                *(held.by, clean_or_none(held.by_name), held.via, clean_or_none(held.via_name)),
                *(clean(held.quote.text), held.rule, report.article, iso(report.at)),
            ),
        )


def _write_tolls(conn: sqlite3.Connection, incident_id: str, report_id: int, report: Report) -> None:
    quotes = {finding.field: clean(finding.quote.text) for finding in reversed(report.mention.findings)}
    mention = report.mention
    counts = {
        "killed": mention.killed,
        "injured": mention.injured,
        "kidnapped": mention.kidnapped,
        "perpetrators_killed": mention.perpetrators_killed,
    }
    for what, count in counts.items():
        if count is not None:
            conn.execute(
                """INSERT INTO toll (report, incident, what, low, best, high, source, quote, article, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    *(report_id, incident_id, what, count.low, count.best, count.high),
                    *(clean(report.outlet), quotes.get(what), report.article, iso(report.at)),
                ),
            )
