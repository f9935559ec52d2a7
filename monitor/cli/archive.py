"""`incidents`, `show` and `search`: what the archive holds. All read-only."""

from __future__ import annotations

import click

from monitor.alerts.incident_json import incident_data, report_data
from monitor.alerts.stands import stance_facts
from monitor.alerts.wording import attack_words, count_words, day_words, place_words, toll_words, when_note
from monitor.cli.filters import incident_filters
from monitor.cli.options import json_option
from monitor.cli.output import console, json_out, minute, safe, say, table
from monitor.cli.settings import Settings
from monitor.model import Incident, MatchDecision, Report
from monitor.store import queries
from monitor.store.queries import IncidentFile, IncidentFilter, IncidentRow
from monitor.store.search import search as search_articles

WIDE = 130  # columns of a terminal that shows the whole table of incidents


@click.command()
@incident_filters
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@json_option
@click.pass_obj
@click.pass_context
def incidents(ctx: click.Context, settings: Settings, wanted: IncidentFilter, limit: int, as_json: bool) -> None:
    """Table of incidents, the last updated first. Exit 1 when there is none."""
    from contextlib import closing
    from dataclasses import replace

    with closing(settings.archive()) as conn:
        rows = queries.incident_list(conn, replace(wanted, limit=limit))
    if as_json:
        json_out(rows)
    elif rows:
        incident_table(rows)
        say(f"{len(rows)} incident{'s' if len(rows) != 1 else ''}. Next: {settings.call(f'show {rows[0].id}')}")
    else:
        say("No incident matches.")
    ctx.exit(0 if rows else 1)


def incident_table(rows: list[IncidentRow]) -> None:
    """The incidents as people read them; a narrow terminal gets fewer, combined columns."""
    numbers = ("id", "date", "killed", "injured", "reports", "sources")
    if console().width < WIDE:
        table(("id", "date", "what and where", "killed", "injured", "who", "status", "sources"), map(_narrow_cells, rows), whole=numbers)
    else:
        columns = ("id", "date", "where", "what", "killed", "injured", "claimed by", "accused", "status", "reports", "sources")
        table(columns, map(_cells, rows), whole=numbers)


def _cells(row: IncidentRow) -> list[object]:
    killed = _toll(row.killed_low, row.killed_best, row.killed_high)
    injured = _toll(row.injured_low, row.injured_best, row.injured_high)
    status = row.status + (", contested" if row.contested else "")
    who = [row.claimed_by, row.accused]
    return [row.id, row.event_date, _where(row), _what(row), killed, injured, *who, status, row.reports, row.independent_sources]


def _narrow_cells(row: IncidentRow) -> list[object]:
    name, date, where, what, killed, injured, claimed, accused, status, _, sources = _cells(row)
    who = "; ".join(f"{stance} {actors}" for stance, actors in (("claimed:", claimed), ("blamed:", accused)) if actors)
    return [name, date, f"{what}: {where}" if where else what, killed, injured, who, status, sources]


def _where(row: IncidentRow) -> str:
    return ", ".join(part for part in (row.location, row.country) if part)


def _what(row: IncidentRow) -> str:
    return (row.attack_types or row.kind).replace("_", " ") if row.kind == "attack" else row.kind.replace("_", " ")


def _toll(low: int | None, best: int | None, high: int | None) -> str:
    if low is None or best is None:
        return ""
    return f"{low}+" if high is None else str(best) if low == high else f"{low}-{high}"


@click.command()
@click.argument("incident_id", metavar="ID")
@json_option
@click.pass_obj
def show(settings: Settings, incident_id: str, as_json: bool) -> None:
    """One incident: what is known with its ranges, who says what, every report with its quotes, and why it was matched."""
    from contextlib import closing

    with closing(settings.archive()) as conn:
        found = queries.show(conn, queries.resolve(conn, incident_id))
    if as_json:
        json_out(_file_json(found))
    else:
        _print_file(found)


def _file_json(found: IncidentFile) -> dict[str, object]:
    return {
        "incident": incident_data(found.incident),
        "reports": [report_data(report) | {"match": _match_json(report.decision)} for report in found.incident.reports],
        "timeline": found.timeline,
        "alerts": found.alerts,
    }


def _match_json(decision: MatchDecision | None) -> dict[str, object] | None:
    if decision is None:
        return None
    return {
        "score": decision.score,
        "parts": [{"name": part.name, "value": part.value, "detail": part.detail} for part in decision.parts],
        "near_misses": [{"incident": name, "score": score} for name, score in decision.near_misses],
    }


def _print_file(found: IncidentFile) -> None:
    incident, out = found.incident, console()
    for line in [*_facts(incident), "", "Reports, oldest first"]:
        out.print(safe(line), soft_wrap=True)
    for report in incident.reports:
        for line in _report_lines(report):
            out.print(safe(line), soft_wrap=True)
    if found.timeline:
        out.print("\nWhat changed")
        for row in found.timeline:
            if not row.what.startswith(("alert", "report")):  # the list above and the table below have them
                out.print(safe(f"  {minute(row.at)}  {row.what.replace('_', ' ')}: {row.detail}"), soft_wrap=True)
    if found.alerts:
        out.print("\nAlerts")
        alerts = sorted(found.alerts, key=lambda alert: (alert.sent_at or "9999", alert.channel))
        rows = ([minute(a.sent_at), a.reason.replace("_", " "), a.channel, a.state, a.attempts] for a in alerts)
        table(("sent", "alert", "channel", "state", "attempts"), rows)


def _facts(incident: Incident) -> list[str]:
    what = attack_words(incident.attack_types, incident.suicide, incident.target_words, incident.targets, incident.kind)
    lines = [f"{incident.id}  {what} · {incident.status} · {incident.severity} · confidence {incident.confidence:.2f}"]
    if incident.when:
        lines.append(f"When    {day_words(incident.when)} ({when_note(incident.when)})")
    if incident.place:
        lines.append(
            f"Where   {place_words(incident.place)} ({incident.place.precision.value}; {incident.place.lat}, {incident.place.lon})"
        )
    lines.append(f"Toll    {toll_words(incident) or 'no figures'}")
    lines += [f"{fact.label:<7} {fact.value}{f' ({fact.note})' if fact.note else ''}" for fact in stance_facts(incident)]
    if incident.no_claim_as_of:
        lines.append(f"        no claim as of {incident.no_claim_as_of:%Y-%m-%d %H:%M} UTC")
    lines.append(f"Sources {len(incident.reports)} reports, {incident.independent_sources} independent")
    return lines


def _report_lines(report: Report) -> list[str]:
    mention = report.mention
    tolls = [f"{label} {count_words(count)}" for label, count in (("killed", mention.killed), ("injured", mention.injured)) if count]
    lines = [
        f"  {report.at:%Y-%m-%d %H:%M}  {report.outlet}: {report.title}  [{mention.role.value}{', ' + ', '.join(tolls) if tolls else ''}]"
    ]
    lines += [f"      {held.stance.value} {held.name}: “{held.quote.text.strip()}”" for held in mention.stances]
    lines += [f"      {finding.field}: “{finding.quote.text.strip()}”" for finding in mention.findings[:3]]
    if report.decision and report.decision.incident:
        parts = ", ".join(f"{part.name} {part.value:+.1f}" for part in report.decision.parts)
        lines.append(f"      matched with {report.decision.score:.1f}: {parts}")
        lines += [f"      possibly the same as {name} ({score:.1f})" for name, score in report.decision.near_misses]
    if report.url:
        lines.append(f"      {report.url}")
    return lines


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many.")
@json_option
@click.pass_obj
@click.pass_context
def search(ctx: click.Context, settings: Settings, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Full text over articles, the newest first; shows the incident each one tells of. Exit 1 when nothing is found."""
    from contextlib import closing

    with closing(settings.archive()) as conn:
        hits = search_articles(conn, " ".join(words), limit)
    if as_json:
        json_out(hits)
    elif hits:
        table(
            ("published", "incident", "outlet", "title", "where it stands"),
            ([minute(h.published), h.incident, h.outlet, h.title, h.snippet] for h in hits),
            whole=("published", "incident"),
        )
    else:
        say("Nothing found.")
    ctx.exit(0 if hits else 1)
