"""How commands print: tables for people, JSON for programs. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # would move the cursor or turn the text around


def safe(text: object) -> str:
    """Text from strangers, fit for a terminal."""
    return CONTROL.sub("", str(text)) if text is not None else ""


def json_out(value: object) -> None:
    """One JSON value; records become objects."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def console(stderr: bool = False) -> Console:
    """A rich console that wraps nothing when it is not a terminal, so that output can be piped."""
    from rich.console import Console

    shown = Console(stderr=stderr, highlight=False, markup=False)
    if not shown.is_terminal:
        shown = Console(stderr=stderr, highlight=False, markup=False, width=200)
    return shown


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A plain table on stdout."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    grid = Table(*columns, title=title or None, box=SIMPLE_HEAD, title_justify="left", show_edge=False)
    for row in rows:
        grid.add_row(*(safe(cell) for cell in row))
    console().print(grid)


def say(text: str) -> None:
    """A line for people, on stderr."""
    click.echo(text, err=True)
