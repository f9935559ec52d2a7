"""Incidents, their reports, keys and changes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import Article, Assessment, Change, Finding, Incident, Mention, Quote, Range, Reason, Report, Severity, Status
from monitor.store import articles, incidents
from monitor.store.writer import Writer

MakeReport = Callable[..., Report]
MakeIncident = Callable[..., Incident]
DAY = 20_776
ORLAN = ("place", "x:orlan", DAY)


@pytest.fixture
def file_article(writer: Writer, make_article: Callable[..., Article], make_assessment: Callable[..., Assessment]) -> Callable[[], int]:
    """Files one more article; its id."""
    return lambda: writer.run(lambda conn: articles.insert(conn, make_article(), make_assessment(), [], "hash"))


def _save(writer: Writer, incident: Incident, *keys: tuple[str, str, int], drill: bool = False) -> None:
    writer.run(lambda conn: incidents.save(conn, incident, keys, drill=drill))


def _candidates(writer: Writer, keys: Sequence[tuple[str, str, int]]) -> list[str]:
    return [incident.id for incident in writer.run(lambda conn: incidents.candidates(conn, keys))]


def _rows(writer: Writer, sql: str) -> list[tuple[object, ...]]:
    return writer.run(lambda conn: [tuple(row) for row in conn.execute(sql)])


def test_ids(writer: Writer) -> None:
    """Ids are short, distinct, never a word or a number, and grow when the short ones are used up."""
    many = writer.run(lambda conn: [incidents.new_id(conn) for _ in range(3000)])
    assert len(set(many)) == 3000
    assert all(re.fullmatch(r"[a-hj-km-np-tv-z]\d[0-9a-hj-km-np-tv-z]{2}", each) for each in many)

    writer.run(lambda conn: conn.execute("UPDATE meta SET value = '225279' WHERE key = 'incident_id'"))
    assert [len(writer.run(incidents.new_id)) for _ in range(2)] == [4, 5]


def test_short_ids_do_not_meet() -> None:
    """Ids from all over the 225,280 of four characters are distinct."""
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
    step = 225_280 // 880
    found = set()
    for number in range(0, 225_280, step):
        conn.execute("INSERT OR REPLACE INTO meta VALUES ('incident_id', ?)", (str(number),))
        found |= {incidents.new_id(conn), incidents.new_id(conn)}
    conn.close()

    assert len(found) == 2 * 880


def test_undone_id_is_given_again_but_never_twice(writer: Writer) -> None:
    """An id of a transaction that failed was seen by nobody; committed ones never return."""

    def fail(conn: sqlite3.Connection) -> None:
        incidents.new_id(conn)
        raise RuntimeError

    first = writer.run(incidents.new_id)
    with pytest.raises(RuntimeError):
        writer.run(fail)
    assert writer.run(incidents.new_id) != first


def test_incident_comes_back_whole(
    writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident
) -> None:
    """An incident is loaded as it was saved, its reports with quotes, decisions and order."""
    incident = make_incident("k7f3", make_report(file_article()), make_report(file_article()))
    reversed_order = replace(incident, reports=incident.reports[::-1])
    _save(writer, incident)
    assert writer.run(lambda conn: incidents.load(conn, "k7f3")) == incident

    _save(writer, reversed_order)
    assert writer.run(lambda conn: incidents.load(conn, "k7f3")) == reversed_order


def test_unknown_incident(writer: Writer) -> None:
    """An incident that is not on file raises KeyError."""
    with pytest.raises(KeyError):
        writer.run(lambda conn: incidents.load(conn, "zzzz"))


def test_ledgers(
    writer: Writer,
    file_article: Callable[[], int],
    make_report: MakeReport,
    make_mention: Callable[..., Mention],
    make_incident: MakeIncident,
) -> None:
    """Each report's stances and counts stand in their views with quote and article; a changed report replaces its own only."""
    one, two = file_article(), file_article()
    first, second = make_report(one), make_report(two)
    _save(writer, make_incident("k7f3", first, second))
    raised = make_mention(killed=Range(15, 15, 15), injured=Range(3, 3, None), stances=())
    _save(writer, make_incident("k7f3", first, replace(second, mention=raised)))

    assert _rows(writer, "SELECT actor, stance, by, via, article FROM stances") == [
        ("named:lantern-front", "claimed", "self", "statement", one)
    ]
    assert _rows(writer, "SELECT what, low, best, high, source, quote, article FROM tolls ORDER BY article, what") == [
        ("killed", 12, 12, None, "River Post", "At least 12 people were killed in Orlan.", one),
        ("injured", 3, 3, None, "River Post", None, two),
        ("killed", 15, 15, 15, "River Post", "At least 12 people were killed in Orlan.", two),
    ]


def test_first_quote_stands_for_a_count(
    writer: Writer,
    file_article: Callable[[], int],
    make_report: MakeReport,
    make_mention: Callable[..., Mention],
    make_incident: MakeIncident,
) -> None:
    """When several sentences support a count, the first finding is shown."""
    findings = (Finding("killed", Quote(0, 5, "Three")), Finding("killed", Quote(9, 14, "three again")))
    _save(writer, make_incident("k7f3", make_report(file_article(), mention=make_mention(findings=findings))))

    assert _rows(writer, "SELECT quote FROM tolls") == [("Three",)]


def test_only_changed_reports_are_written(
    writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident
) -> None:
    """Saving an incident with one more report writes that report alone."""
    reports = [make_report(file_article()) for _ in range(5)]
    _save(writer, make_incident("k7f3", *reports[:4]))
    before = _rows(writer, "SELECT max(id) FROM stance")
    _save(writer, make_incident("k7f3", *reports))

    assert _rows(writer, "SELECT count(*) FROM stance WHERE id > (SELECT max(id) - 1 FROM stance)") == [(1,)]
    assert _rows(writer, "SELECT max(id) - 1 FROM stance") == before


def test_report_that_left(writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident) -> None:
    """A report that no longer belongs to the incident leaves with its stances and counts."""
    first, second = make_report(file_article()), make_report(file_article())
    _save(writer, make_incident("k7f3", first, second))
    _save(writer, make_incident("k7f3", first))

    assert (
        _rows(writer, "SELECT count(*) FROM report UNION ALL SELECT count(*) FROM stance UNION ALL SELECT count(*) FROM toll") == [(1,)] * 3
    )


def test_article_that_tells_twice(
    writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident
) -> None:
    """Two reports of one incident in one article are both kept."""
    article = file_article()
    incident = make_incident("k7f3", make_report(article), make_report(article, title="Again"))
    _save(writer, incident)

    assert writer.run(lambda conn: incidents.load(conn, "k7f3")) == incident


def test_candidates(
    writer: Writer, now: datetime, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident
) -> None:
    """Incidents are found by any key they were ever saved with, the oldest first, each once."""
    report = make_report(file_article())
    _save(writer, make_incident("m2x9", report, first_seen=now + timedelta(hours=1)), ORLAN)
    _save(writer, make_incident("k7f3", report), ORLAN, ("actor", "ttp", DAY))
    _save(writer, make_incident("k7f3", report), ("geo", "300,670", DAY))

    assert _candidates(writer, [ORLAN, ("actor", "ttp", DAY), ORLAN]) == ["k7f3", "m2x9"]
    assert _candidates(writer, [("geo", "300,670", DAY)]) == ["k7f3"]
    assert _candidates(writer, [("place", "x:orlan", DAY + 1), ("actor", "x:orlan", DAY)]) == []
    assert _candidates(writer, []) == []


def test_the_closest_candidates(
    writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident
) -> None:
    """With a limit, the incidents that share the most keys are loaded."""
    report = make_report(file_article())
    names = [("name", name, 0) for name in ("vera", "lund", "kestrel")]
    _save(writer, make_incident("k7f3", report), names[0])
    _save(writer, make_incident("m2x9", report), *names)
    found = writer.run(lambda conn: incidents.candidates(conn, names, most=1))

    assert [incident.id for incident in found] == ["m2x9"]


def test_many_keys(writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident) -> None:
    """More keys than SQLite takes in one statement are looked up all the same, by point probes."""
    _save(writer, make_incident("k7f3", make_report(file_article())), ORLAN)

    assert _candidates(writer, [*(("place", f"p{number}", DAY) for number in range(1200)), ORLAN]) == ["k7f3"]
    sql = " UNION ALL ".join(["SELECT incident FROM incident_key WHERE kind = ? AND key = ? AND day = ?"] * 3)
    assert all("SCAN" not in str(row[3]) for row in _rows(writer, f"EXPLAIN QUERY PLAN {sql.replace('?', '1')}"))


def test_merged_incident(writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident) -> None:
    """What is found by the keys of a merged incident is the one it was merged into."""
    report = make_report(file_article())
    _save(writer, make_incident("k7f3", report), ORLAN)
    _save(writer, make_incident("m2x9", report), ("actor", "ttp", DAY), ORLAN)
    _save(writer, make_incident("m2x9", report, status=Status.MERGED, merged_into="k7f3"), ("geo", "1,1", DAY))

    assert _candidates(writer, [("actor", "ttp", DAY)]) == _candidates(writer, [("geo", "1,1", DAY)]) == ["k7f3"]
    assert _candidates(writer, [ORLAN]) == ["k7f3"]


def test_drill_is_not_listed(writer: Writer, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident) -> None:
    """A drill is kept, but never in the list of incidents."""
    _save(writer, make_incident("k7f3", make_report(file_article())), drill=True)

    assert _rows(writer, "SELECT id FROM incident_list") == []
    assert writer.run(lambda conn: incidents.load(conn, "k7f3")).id == "k7f3"


def test_change_happens_once(
    writer: Writer, now: datetime, file_article: Callable[[], int], make_report: MakeReport, make_incident: MakeIncident
) -> None:
    """The same change of an incident is noted once, whatever its words; another incident or key is another change."""
    report = make_report(file_article())
    _save(writer, make_incident("k7f3", report))
    _save(writer, make_incident("m2x9", report))
    change = Change("k7f3", Reason.NEW_CLAIM, "claim:lantern-front", "unclaimed", "claimed", Severity.HIGH, 1, now)

    def record(one: Change) -> bool:
        return writer.run(lambda conn: incidents.record_change(conn, one))

    assert record(change)
    assert not record(replace(change, after="claimed by phone"))
    assert record(replace(change, incident="m2x9"))
    assert record(replace(change, key="claim:river-army"))
    assert writer.run(lambda conn: incidents.told(conn, "k7f3")) == ["claim:lantern-front", "claim:river-army"]
