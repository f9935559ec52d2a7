"""Writes the files that are made from the program itself: config.toml and pages of docs/reference (`make docs`).

A test compares them with what this would write, so that neither can lie. A config.toml that somebody has changed is kept.
"""

from __future__ import annotations

from pathlib import Path

from monitor.cli.reference import commands_page
from monitor.cli.rulebook import lexicon_page, rules_page
from monitor.config import Config, load
from monitor.config.reference import config_toml, reference_page
from monitor.errors import ConfigError
from monitor.rules import shipped_entries

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    reference = ROOT / "docs" / "reference"
    entries = shipped_entries()
    return {
        ROOT / "config.toml": config_toml(),
        reference / "configuration.md": reference_page(),
        reference / "commands.md": commands_page(),
        reference / "rules.md": rules_page(entries),
        reference / "lexicon.md": lexicon_page(entries),
    }


def is_own(path: Path) -> bool:
    """Is this a configuration with settings of its own, which may not be overwritten?"""
    try:
        return path.suffix == ".toml" and path.exists() and load(path) != Config()
    except ConfigError:
        return True


if __name__ == "__main__":
    for path, text in generated().items():
        if is_own(path):
            print(f"kept {path}: it has settings of its own")
        else:
            path.write_text(text, encoding="utf-8")
