"""analyze, extract and replay: the pure middle over given texts."""

from __future__ import annotations

import json
from pathlib import Path

BLAST = {
    "id": "a",
    "title": "Bomb blast in Khuzdar market kills six",
    "text": "KHUZDAR: A bomb exploded in a market in Khuzdar, Pakistan, on Monday, killing six people, police said.",
    "published": "2026-03-02T10:00:00Z",
}
DRILL = {
    "id": "b",
    "title": "Airport holds mock drill simulating suicide attack",
    "text": "Rescue services held a mock drill at the airport on Monday that simulated a suicide attack.",
    "published": "2026-03-02T11:00:00Z",
}
NOW = ("--now", "2026-03-02T12:00:00Z")


def jsonl(*documents: object) -> str:
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in documents)


def test_analyze_answers_every_line_in_order(monitor) -> None:
    """A good document is analysed, a bad line gets an error with its id, the rest goes on."""
    done = monitor("analyze", "--jsonl", *NOW, stdin=jsonl(BLAST, "nonsense", {"id": "x", "text": 5}, DRILL))
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.exit_code == 0
    assert [answer["id"] for answer in answers] == ["a", None, "x", "b"]
    assert answers[0]["alert"]["kind"] == "new_attack"
    assert answers[0]["incidents"][0]["place"]["country"] == "PK"
    assert "error" in answers[1]
    assert "error" in answers[2]
    assert answers[3]["alert"] is None


def test_analyze_gives_the_same_output_twice(monitor) -> None:
    """Same input, same --now: same bytes."""
    first = monitor("analyze", "--jsonl", *NOW, stdin=jsonl(BLAST, DRILL)).stdout

    assert first == monitor("analyze", "--jsonl", *NOW, stdin=jsonl(BLAST, DRILL)).stdout


def test_extract_gives_articles_and_problems(monitor) -> None:
    """A page gives its text and date with zone; a page without an article says so; a broken line is an error."""
    months = enumerate(["April", "May", "June", "July"], 1)
    body = "".join(
        f"<p>Ferry number {n} of the island company will sail at night from {month} on, and fares stay.</p>" for n, month in months
    )
    data = '{"@type": "NewsArticle", "headline": "Ferries sail at night", "datePublished": "2026-03-02T10:00:00+05:00"}'
    head = f"<head><title>Ferries</title><script type='application/ld+json'>{data}</script></head>"
    page = f"<html lang='en'>{head}<body><article><h1>Ferries sail at night</h1>{body}</article></body></html>"
    empty = {"id": "e", "url": "", "html": ""}
    done = monitor("extract", "--jsonl", stdin=jsonl({"id": "p", "url": "https://wire.invalid/f", "html": page}, empty, "?"))
    found = [json.loads(line) for line in done.stdout.splitlines()]

    assert found[0]["id"] == "p"
    assert "sail at night" in found[0]["text"]
    assert found[0]["published"] == "2026-03-02T05:00:00+00:00"
    assert found[1]["text"] == ""
    assert found[1]["problem"]
    assert "error" in found[2]


def test_replay_of_a_file_names_incidents_and_alerts(monitor, tmp_path: Path) -> None:
    """Two outlets on one bombing are one incident and one alert, whatever their order in the file."""
    second = BLAST | {"id": "c", "title": "Six dead in bombing of Khuzdar market", "published": "2026-03-02T10:30:00Z"}
    source = tmp_path / "docs.jsonl"
    source.write_text(jsonl(second, BLAST, DRILL))
    done = monitor("replay", "--jsonl", str(source), "--json", *NOW)
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}

    assert done.exit_code == 0
    assert answers["a"]["primary"] == answers["c"]["primary"]
    assert [alert["reason"] for alert in answers["a"]["alerts"]] == ["new_attack"]
    assert answers["c"]["alerts"] == []


def test_replay_of_the_archive_agrees_with_what_was_sent(monitor) -> None:
    """With unchanged rules nothing is gained and nothing lost."""
    done = monitor("replay", "--since", "2d")

    assert done.exit_code == 0
    assert "0 gained, 0 lost" in done.stderr


def test_extract_answers_every_broken_line_with_its_id(monitor) -> None:
    """A line that is no page gets a plain sentence, and the rest goes on."""
    lines = [
        "xx",
        "[]",
        '{"id": "1"}',
        '{"id": "2", "html_file": "none.html"}',
        '{"id": "3", "html_file": 5}',
        '{"id": "4", "html": "<p>"}',
    ]
    done = monitor("extract", "--jsonl", stdin="\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [answer["id"] for answer in answers] == [None, None, "1", "2", "3", "4"]
    assert all(answer.get("error") or answer.get("problem") for answer in answers)
    assert answers[3]["error"] == "cannot read none.html: No such file or directory"


def test_replay_of_a_binary_file_complains_by_line(monitor, tmp_path: Path) -> None:
    """What is no text is no document, and no traceback."""
    (tmp_path / "b.bin").write_bytes(b"\x00\xff\xfe binary")
    done = monitor("replay", "--jsonl", str(tmp_path / "b.bin"))

    assert done.exit_code == 0
    assert "not JSON" in done.stdout
