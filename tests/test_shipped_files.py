"""The files people read and run first: they are complete, true and loadable."""

from __future__ import annotations

import re
import runpy
import stat
import subprocess
import tomllib
from datetime import timedelta
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from monitor.config import Config, load, load_feeds
from monitor.config.channels import CHANNELS
from monitor.config.models import Route
from monitor.config.problems import keys_of

ROOT = Path(__file__).resolve().parent.parent
COMMENTED_KEY = re.compile(r"^#(?=[a-z_\[])", re.MULTILINE)


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    """The shipped config.toml with every key and every example switched on."""
    path = tmp_path / "config.toml"
    path.write_text(COMMENTED_KEY.sub("", (ROOT / "config.toml").read_text(encoding="utf-8")), encoding="utf-8")
    return path


def plain(value: Any) -> Any:
    """A default as comparable data: what a loaded value looks like without types of its own."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.total_seconds() if isinstance(value, timedelta) else value.value if isinstance(value, Enum) else value


def test_the_shipped_configuration_is_the_default() -> None:
    """Out of the box nothing is set but the console channel, which needs no secret."""
    assert load(ROOT / "config.toml") == Config()


def test_every_key_stands_in_the_file_with_its_default(everything: Path) -> None:
    """Switching on every commented key of every section changes nothing, and no key is missing or invented."""
    data = tomllib.loads(everything.read_text(encoding="utf-8"))
    loaded, defaults = load(everything), Config()

    for name, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            assert list(data[name]) == keys_of(field.annotation), name
            assert plain(getattr(loaded, name)) == plain(getattr(defaults, name)), name


def test_every_channel_type_has_a_working_example(everything: Path) -> None:
    """The examples of all channel types load, and together with the secrets' four spellings show every key."""
    data = tomllib.loads(everything.read_text(encoding="utf-8"))
    text = (ROOT / "config.toml").read_text(encoding="utf-8")

    assert [channel["type"] for channel in data["channel"]] == list(CHANNELS)
    for channel in data["channel"]:
        model = CHANNELS[channel["type"]]
        plain_keys = set(keys_of(model)) - {key for name in model.secrets_named for key in keys_of(model) if key.startswith(name)}
        assert plain_keys <= set(channel)
        assert all(f"{name}_file" in text for name in model.secrets_named)
    assert list(data["route"][0]) == keys_of(Route)


def test_defaults_of_the_route_example_are_the_models(everything: Path) -> None:
    """The example route shows every optional key with its default."""
    route, default = load(everything).route[0], Route(channels=("console",))

    assert plain(route) == plain(default)


def test_every_key_says_why() -> None:
    """No key of the shipped file stands without a comment on its line."""
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if re.match(r"#[a-z_]+ = ", line) and not re.search(r"  # \w", line)] == []
    assert [line for line in lines if len(line) > 140] == []


def test_generated_files_are_up_to_date() -> None:
    """config.toml and the reference pages are what `make docs` would write now."""
    generated: dict[Path, str] = runpy.run_path(str(ROOT / "docs" / "generate.py"))["generated"]()

    assert len(generated) >= 2
    for path, text in generated.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.relative_to(ROOT)} is out of date: make docs"


@pytest.mark.parametrize("name", ["config.toml", "feeds.yaml"])
def test_the_package_carries_the_shipped_files(name: str) -> None:
    """What the package holds for `monitor init` is what stands at the top of the repository."""
    assert files("monitor.shipped").joinpath(name).read_text(encoding="utf-8") == (ROOT / name).read_text(encoding="utf-8")


def test_the_reference_names_every_key() -> None:
    """docs/reference/configuration.md has a row for every key of every table."""
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    sections = [field.annotation for field in Config.model_fields.values()]
    models = [kind for kind in sections if isinstance(kind, type) and issubclass(kind, BaseModel)]

    for model in [*models, *CHANNELS.values(), Route]:
        for name, field in model.model_fields.items():
            assert f"| `{field.alias or name}` |" in page


def test_the_feeds_cover_what_they_promise() -> None:
    """At least 130 feeds, mostly in English, and at least one for each region the monitor is for."""
    feeds = load_feeds(ROOT / "feeds.yaml")
    asia_america = {"PK", "AF", "IN", "BD", "LK", "PH", "ID", "TH", "MM", "CO", "MX"}
    regions = asia_america | {
        "ML",
        "BF",
        "NE",
        "NG",
        "SO",
        "KE",
        "CD",
        "MZ",
        "EG",
        "IQ",
        "SY",
        "YE",
        "IL",
        "PS",
        "LB",
        "TR",
        "IR",
        "GB",
        "FR",
        "RU",
        "UA",
    }

    assert len(feeds) >= 130
    assert sum(feed.language == "en" for feed in feeds) >= 120
    assert {"fr", "es", "ar", "ur"} <= {feed.language for feed in feeds}
    assert regions - {feed.country for feed in feeds} == set()
    assert all(feed.tags for feed in feeds)
    assert {feed.tier for feed in feeds} == {1, 2, 3}


def test_the_feeds_say_that_nobody_tried_them() -> None:
    """The header of feeds.yaml is honest about the addresses and names the command that tries them."""
    head = (ROOT / "feeds.yaml").read_text(encoding="utf-8").split("\n\n")[0]

    assert "could be tried" in head
    assert "monitor feeds test" in head


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_place(name: str) -> None:
    """Every requirement has one version and a hash; no address, index or path stands in the file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.sub(r" \\\n\s+", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)).strip().splitlines()

    assert [entry for entry in entries if entry and not re.fullmatch(r"[A-Za-z0-9._-]+==\S+( --hash=sha256:[0-9a-f]{64})+", entry)] == []
    assert "://" not in text
    assert re.search(r"^--|/", text, re.MULTILINE) is None


def test_requirements_satisfy_the_project() -> None:
    """Each dependency of pyproject.toml is pinned, for use and for development, to the same version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def pins(name: str) -> dict[str, str]:
        found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        return {key.lower().replace("_", "-"): version for key, version in found}

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=~\[; ]", line)[0].lower().replace("_", "-") for line in requirements}

    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert names(project["dependencies"]) <= set(runtime)
    assert names(project["optional-dependencies"]["dev"]) <= set(development)
    assert runtime.items() <= development.items()


def test_scripts_are_executable_and_parse() -> None:
    """The CI script can be called as it is, and bash finds no mistake in it."""
    script = ROOT / ".ci" / "run"

    assert script.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["bash", "-n", str(script)], capture_output=True, timeout=20, check=False).stderr == b""


def test_make_explains_itself() -> None:
    """`make` without a target lists the targets and does nothing else."""
    result = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True)

    assert {line.split()[1] for line in result.stdout.splitlines()} >= {"demo", "test", "run", "check", "setup", "docs"}


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("exit 127", "Python 3.11 or newer"),
        ("exit 1", "apt-get install python3 python3-venv"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "module venv of"),
    ],
)
def test_make_names_the_package_that_is_missing(tmp_path: Path, python: str, said: str) -> None:
    """Without a usable interpreter, or without its venv, the set-up stops at once with the packages to install."""
    fake = tmp_path / "python3"
    fake.write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
    fake.chmod(0o755)
    command = ["make", "-s", "setup", f"PYTHON={fake}", f"VENV={tmp_path / 'venv'}"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)

    assert result.returncode != 0
    assert said in result.stderr
    assert "Traceback" not in result.stderr
