"""`monitor demo` is the acceptance test of the whole program: real HTTP, real SQLite, real channels, an injected clock."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run of the demo, shared by the tests below."""
    state = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "monitor", "--state", str(state), "demo"]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False), state


def rows(state: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{state}/monitor.db?mode=ro", uri=True)) as archive:
        return archive.execute(sql).fetchall()


def test_the_demo_ends_well(demo) -> None:
    """It exits 0 and finds nothing that is not as it should be."""
    done, _ = demo

    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT AS IT SHOULD BE" not in done.stderr


def test_one_bombing_is_one_new_attack_and_updates(demo) -> None:
    """Three outlets and a reprint give one new-attack alert; tolls, claims, doubts and the denial follow as updates."""
    _, state = demo
    reasons = [row[0] for row in rows(state, "SELECT reason FROM notice ORDER BY at")]

    assert reasons[:3] == ["new_attack", "toll", "toll"]
    assert reasons.count("new_attack") == 1
    assert reasons.count("new_claim") == 1
    assert "contested" in reasons
    assert reasons.count("denied") == 1
    assert len(rows(state, "SELECT DISTINCT incident FROM notice_incident")) == 1


def test_who_claims_is_blamed_and_denies_is_told_apart(demo) -> None:
    """Two groups claim, a third is accused and denies; nobody else is named."""
    _, state = demo
    query = "SELECT claimed_by, accused, denied_by, contested FROM incident_list WHERE location = 'Mastung'"
    claimed, accused, denied, contested = rows(state, query)[0]

    assert set(claimed.split(", ")) == {"blf", "islamic_state"}
    assert accused == "ttp"
    assert denied == "ttp"
    assert contested == 1


def test_a_reprint_counts_as_no_source_of_its_own(demo) -> None:
    """The gazette's copy of the wire shares the wire's source."""
    _, state = demo
    sources = rows(state, "SELECT source FROM article WHERE title = 'Bomb blast at bus station in Mastung kills four'")

    assert len(sources) == 2
    assert len(set(sources)) == 1


@pytest.mark.parametrize(
    ("title", "rules"),
    [
        ("Lahore marks%", {"anniversary"}),
        ("Court sentences%", {"trial"}),
        ("Security forces kill%", {"ct_operation"}),
        ("Airport holds%", {"drill"}),
        ("Al Shabab attack%", {"sport"}),
    ],
)
def test_every_silence_has_its_reason(demo, title: str, rules: set[str]) -> None:
    """What did not alert is on file with the rule that held it back."""
    _, state = demo
    query = f"SELECT s.rule FROM suppressions s JOIN articles a ON a.id = s.article WHERE a.title LIKE '{title}'"
    found = {row[0] for row in rows(state, query)}

    assert rules & found, found


def test_the_undated_article_joins_and_the_hostile_pages_cost_nothing(demo) -> None:
    """An article without a date belongs to the bombing; a hostile page leaves the feed's own text with the reason."""
    _, state = demo
    joined = rows(state, "SELECT published, incident FROM articles WHERE title LIKE 'Mastung after%'")[0]
    hostile = rows(state, "SELECT problem FROM article WHERE title LIKE 'Photo essay%' OR title LIKE 'Live ticker%'")

    assert joined[0] is None
    assert joined[1] == rows(state, "SELECT incident FROM notice_incident LIMIT 1")[0][0]
    assert len(hostile) == 2
    assert all(problem for (problem,) in hostile)


def test_the_broken_feed_is_on_record(demo) -> None:
    """A feed that is a web page is failing, with a plain reason; the others are fine."""
    _, state = demo
    broken = rows(state, "SELECT last_error FROM feed_health WHERE feed LIKE 'Valley%'")
    others = rows(state, "SELECT consecutive_failures FROM feed_health WHERE feed NOT LIKE 'Valley%'")

    assert broken[0][0]
    assert {row[0] for row in others} == {0}


def test_every_alert_reached_every_receiver(demo) -> None:
    """Console, Slack, mail and webhook each have every alert, in order."""
    _, state = demo
    sent = rows(state, "SELECT channel, count(*), count(sent_at) FROM alerts_sent GROUP BY channel")
    alerts = rows(state, "SELECT count(*) FROM notice")[0][0]

    assert {channel: (total, done) for channel, total, done in sent} == dict.fromkeys(
        ("console", "slack", "email", "webhook"), (alerts, alerts)
    )


def test_the_demo_shows_what_to_do_next(demo) -> None:
    """It ends with the table of incidents and three commands, of which the first works."""
    done, state = demo
    assert "Mastung" in done.stdout.splitlines()[-3:][0] or "Mastung" in done.stdout
    incident = rows(state, "SELECT incident FROM notice_incident LIMIT 1")[0][0]
    assert f"--state {state} show {incident}" in done.stderr

    shown = subprocess.run(
        [sys.executable, "-m", "monitor", "--state", str(state), "show", str(incident)], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    assert "Balochistan Liberation Front" in shown.stdout
    assert "matched with" in shown.stdout


def test_an_outage_is_told_once(demo) -> None:
    """The broken feed fails many polls; the screen says so when it begins."""
    done, _ = demo

    assert done.stderr.count("Valley Post (demo): the feed is broken") == 1


def test_slack_texts_are_shown_as_people_see_them(demo) -> None:
    """The catcher unescapes Slack's entities."""
    done, _ = demo

    assert "caught by slack: in the thread: TOLL 4 -> 9" in done.stderr
    assert "&gt;" not in done.stderr


def test_the_demo_never_touches_an_archive(demo) -> None:
    """A folder with an archive is refused: it might be the real one."""
    _, state = demo
    again = subprocess.run(
        [sys.executable, "-m", "monitor", "--state", str(state), "demo"], capture_output=True, text=True, timeout=60, check=False
    )

    assert again.returncode == 2
    assert "holds an archive already" in again.stderr
