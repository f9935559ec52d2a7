"""`export`: incidents for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, fields
from itertools import chain

import click

from monitor.alerts.incident_json import incident_data
from monitor.cli.filters import incident_filters
from monitor.cli.output import json_text
from monitor.cli.settings import Settings
from monitor.model import Incident
from monitor.store import queries
from monitor.store.queries import IncidentFilter, IncidentRow

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


@click.command()
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "geojson"]), required=True, help="What to write to stdout.")
@incident_filters
@click.pass_obj
@click.pass_context
def export(ctx: click.Context, settings: Settings, form: str, wanted: IncidentFilter) -> None:
    """Incidents as csv (the columns of the view incident_list), jsonl (whole incidents) or geojson (points).

    Exit 1 when no incident matches; the output is then an empty table or collection.
    """
    with closing(settings.archive()) as conn:
        if form == "csv":
            found = _write(csv_lines(queries.incident_list(conn, wanted)), skip=1)
        elif form == "jsonl":
            found = _write(json_text(incident_data(one)) for one in queries.all_incidents(conn, wanted))
        else:
            found = _write(geojson_lines(queries.all_incidents(conn, wanted)), skip=2)
    ctx.exit(0 if found else 1)


def _write(lines: Iterable[str], skip: int = 0) -> bool:
    count = 0
    for line in lines:
        click.echo(line)
        count += 1
    return count > skip


def csv_lines(rows: Iterable[IncidentRow]) -> Iterator[str]:
    """A header and a line per incident (RFC 4180); cells that a spreadsheet would take for a formula begin with an apostrophe."""
    names = [field.name for field in fields(IncidentRow)]
    for row in chain([names], (list(asdict(row).values()) for row in rows)):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="").writerow([_harmless(cell) for cell in row])
        yield buffer.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def geojson_lines(found: Iterable[Incident]) -> Iterator[str]:
    """A FeatureCollection (RFC 7946: longitude first); an incident without coordinates has a null geometry."""
    yield '{"type": "FeatureCollection", "features": ['
    separator = ""
    for incident in found:
        yield separator + json_text(_feature(incident))
        separator = ","
    yield "]}"


def _feature(incident: Incident) -> dict[str, object]:
    place = incident.place
    located = place is not None and place.lat is not None and place.lon is not None
    geometry = {"type": "Point", "coordinates": [place.lon, place.lat]} if place is not None and located else None
    return {"type": "Feature", "id": incident.id, "geometry": geometry, "properties": incident_data(incident)}
