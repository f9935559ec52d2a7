"""Writes the files that are made from the program itself: config.toml and docs/reference/configuration.md (`make docs`).

A test compares them with what this would write, so that neither can lie.
"""

from __future__ import annotations

from pathlib import Path

from monitor.config.reference import config_toml, reference_page

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    return {ROOT / "config.toml": config_toml(), ROOT / "docs" / "reference" / "configuration.md": reference_page()}


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
