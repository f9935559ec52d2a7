"""The systemd unit, judged by systemd's own checker without a running systemd."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
UNIT = ROOT / "systemd" / "monitor.service"
PROGRAM = "/opt/monitor/.venv/bin/monitor"

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (Debian: systemd)")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here: the checker wants an executable, and /opt/monitor is only on the target."""
    text = UNIT.read_text(encoding="utf-8")
    assert text.count(PROGRAM) == 1
    path = tmp_path / "monitor.service"
    path.write_text(text.replace(PROGRAM, shutil.which("true") or "/bin/true"), encoding="utf-8")
    return path


def settings() -> dict[str, list[str]]:
    """The directives of the unit that are in force."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


@needs_systemd
def test_verify_has_nothing_to_say(unit: Path) -> None:
    """No unknown key, no missing piece, not even a warning; verify exits with 0 for some of these, so its output counts."""
    result = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@needs_systemd
def test_the_exposure_stays_low(unit: Path) -> None:
    """systemd rates the unit at most 2.0 of 10; what is left is the network a fetcher needs."""
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert result.returncode == 0, result.stdout[-300:]


def test_the_daemon_is_watched_and_never_given_up() -> None:
    """systemd waits for readiness, feeds on progress, and restarts for ever."""
    unit = settings()

    assert unit["Type"] == ["notify"]
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert int(unit["WatchdogSec"][0]) >= 30
    assert unit["StateDirectory"] == ["monitor"]
    assert unit["ExecStart"] == [f"{PROGRAM} --config /etc/monitor/config.toml run"]


def test_the_user_of_the_unit_is_made_by_sysusers() -> None:
    """The user the service runs as stands in the sysusers file, without a shell."""
    lines = (ROOT / "systemd" / "monitor.sysusers").read_text(encoding="utf-8").splitlines()
    made = [line.split() for line in lines if line and not line.startswith("#")]

    assert [line[:2] for line in made] == [["u", settings()["User"][0]]]
    assert settings()["Group"] == settings()["User"]


def test_every_hardening_line_has_a_reason() -> None:
    """A comment stands in front of every group of directives."""
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    hardening = lines[next(number for number, line in enumerate(lines) if "hardening" in line) : lines.index("[Install]")]
    commented = [number for number, line in enumerate(hardening) if line.startswith("#")]

    assert sum("=" in line and not line.startswith("#") for line in hardening) >= 20
    assert len(commented) >= 12
