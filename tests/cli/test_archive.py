"""The commands that look into the archive."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys

import pytest


def incident(monitor) -> str:
    return str(json.loads(monitor("incidents", "--json").stdout)[0]["id"])


def test_incidents_lists_what_is_known(monitor) -> None:
    """One bombing, claimed; the drill is no incident."""
    listed = monitor("incidents")

    assert listed.exit_code == 0
    assert "Khuzdar, PK" in listed.stdout
    assert "blf" in listed.stdout
    assert re.search(r"1 incident\. Next: monitor --state \S+ show \w+$", listed.stderr.strip())


def test_filters_narrow_and_finding_nothing_is_exit_1(monitor) -> None:
    """Country, actor, claims and time narrow the table."""
    assert monitor("incidents", "--country", "pk", "--actor", "blf", "--claimed", "--since", "2d").exit_code == 0
    assert monitor("incidents", "--country", "FR").exit_code == 1
    assert monitor("incidents", "--unclaimed").exit_code == 1


def test_a_wrong_duration_is_a_usage_error(monitor) -> None:
    """`--since yesterday` says what a duration looks like."""
    done = monitor("incidents", "--since", "yesterday")

    assert done.exit_code == 2
    assert "7d" in done.stderr


def test_show_proves_every_assertion(monitor) -> None:
    """Claim, quote, toll, both reports, and why they matched."""
    shown = monitor("show", incident(monitor)[:3])

    assert shown.exit_code == 0
    for expected in ("Balochistan Liberation Front", "killed 6", "Test Wire", "Test Courier", "matched with", "claimed responsibility for"):
        assert expected in shown.stdout


def test_show_json_has_reports_with_match_parts(monitor) -> None:
    """The JSON form carries the incident, its reports and their decisions."""
    shown = json.loads(monitor("show", incident(monitor), "--json").stdout)

    assert shown["incident"]["claimed_by"] == ["blf"]
    assert len(shown["reports"]) == 2
    assert any(report["match"] and report["match"]["parts"] for report in shown["reports"])


def test_unknown_incident_is_explained(monitor) -> None:
    """An id that does not exist is a usage error with the next step."""
    assert monitor("show", "zzzz").exit_code == 2


def test_search_finds_articles_with_their_incident(monitor) -> None:
    """Full text over articles, also with characters that mean something to FTS5."""
    assert "Khuzdar" in monitor("search", "crowded", "market").stdout
    assert monitor("search", '"(" *').exit_code == 2
    assert monitor("search", "zeppelin").exit_code == 1


def test_export_csv_is_harmless_in_a_spreadsheet(monitor) -> None:
    """The columns of incident_list, and no cell that a spreadsheet would run."""
    table = list(csv.DictReader(io.StringIO(monitor("export", "--format", "csv").stdout)))

    assert table[0]["location"] == "Khuzdar"
    assert table[0]["claimed_by"] == "blf"
    assert not any((cell or "").startswith(("=", "+", "@")) for row in table for cell in row.values())


def test_export_geojson_has_longitude_first(monitor) -> None:
    """RFC 7946: a FeatureCollection of points, longitude before latitude."""
    collection = json.loads(monitor("export", "--format", "geojson").stdout)
    longitude, latitude = collection["features"][0]["geometry"]["coordinates"]

    assert collection["type"] == "FeatureCollection"
    assert 66 < longitude < 67
    assert 27 < latitude < 29


def test_export_jsonl_is_one_incident_a_line(monitor) -> None:
    """Whole incidents, as in the webhook."""
    lines = monitor("export", "--format", "jsonl").stdout.splitlines()

    assert [json.loads(line)["killed"]["best"] for line in lines] == [6]


def test_status_is_unhealthy_when_no_daemon_runs(monitor) -> None:
    """Without a recent cycle status says so and exits 1; the JSON says the same."""
    shown = monitor("status")
    data = json.loads(monitor("status", "--json").stdout)

    assert shown.exit_code == 1
    assert "is the daemon running?" in shown.stdout
    assert data["ok"] is False


def test_an_archive_that_is_not_there_is_exit_3(tmp_path) -> None:
    """A state directory without an archive is explained."""
    from click.testing import CliRunner

    from monitor.cli.main import cli

    done = CliRunner().invoke(cli, ["--state", str(tmp_path / "nowhere"), "incidents"])

    assert getattr(done.exception, "exit_code", None) == 3


@pytest.mark.parametrize("columns", ["80", "100", "160"])
def test_the_table_of_incidents_keeps_ids_dates_and_numbers_whole(monitor, monkeypatch, columns: str) -> None:
    """On a narrow terminal other cells are wrapped; nothing is cut off."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_COLOR", "1")
    listed = monitor("incidents").stdout

    assert incident(monitor) in listed
    assert re.search(r"\d{4}-\d\d-\d\d", listed)
    assert "…" not in listed
    assert all(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= int(columns) for line in listed.splitlines())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_utf8_gets_no_traceback(state, encoding: str) -> None:
    """Characters it cannot show become "?"; JSON escapes them and stays JSON."""

    def called(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from monitor.cli.main import main; main()", "--state", str(state), *arguments],
            capture_output=True, text=True, check=False, env=os.environ | {"PYTHONIOENCODING": encoding}, encoding=encoding,
        )  # fmt: skip

    name = json.loads(called("incidents", "--json").stdout)[0]["id"]
    shown, told = called("show", name), called("show", name, "--json")

    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(told.stdout)["incident"]["id"] == name


def test_a_limit_below_one_is_a_usage_error(monitor) -> None:
    """`--limit 0` would find nothing, which is an answer to another question."""
    assert monitor("incidents", "--limit", "0").exit_code == 2
