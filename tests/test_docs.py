"""Documents that cannot lie: what they describe is compared with the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from monitor.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = {
    "id": "1",
    "title": "Baloch Liberation Army claims bomb in Quetta that killed six",
    "text": "QUETTA: The Baloch Liberation Army claimed responsibility for a bombing in Quetta on Monday that killed six people.",
    "published": "2026-03-02T10:00:00Z",
}


def test_every_field_of_an_analysis_is_described() -> None:
    """docs/reference/json.md names each key that `analyze` prints."""
    done = CliRunner().invoke(cli, ["analyze", "--jsonl", "--now", "2026-03-02T12:00:00Z"], input=json.dumps(DOCUMENT) + "\n")
    answer = json.loads(done.stdout)
    described = set(re.findall(r"`([a-z0-9_]+)`", (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")))
    incident = answer["incidents"][0]
    printed = {*answer, *answer["alert"], *incident, *incident["date"], *incident["place"], *incident["stances"][0], *incident["quotes"][0]}

    assert printed - described == set()


def test_the_readme_names_only_commands_that_exist() -> None:
    """Each `monitor VERB` in the README and the guide is a command."""
    for page in (ROOT / "README.md", ROOT / "docs" / "operate.md", ROOT / "docs" / "tutorial.md"):
        named = re.findall(r"(?:^|[`&|] ?)monitor (?:-[-\w]+ \S+ )*([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert named
        assert set(named) <= set(COMMANDS), page


def test_the_readme_fits_one_screen_and_shows_a_real_alert() -> None:
    """At most 70 lines, and an alert as the console prints it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert len(readme.splitlines()) <= 70
    assert "new attack" in readme
    assert "Not known" in readme


def test_the_architecture_fits_two_pages() -> None:
    """ARCHITECTURE.md stays readable: at most two printed pages of 60 lines."""
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= 120
