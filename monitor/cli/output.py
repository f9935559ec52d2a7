"""How commands print: tables for people, JSON for programs. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
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
    click.echo(json_text(value, indent=2))


def json_text(value: object, indent: int | None = None) -> str:
    """JSON as stdout can show it: characters as they are in UTF-8, escaped in every other encoding."""
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(value, ensure_ascii=not readable, indent=indent, default=_plain)


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


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], whole: Collection[str] = ()) -> None:
    """A plain table on stdout; on a narrow terminal cells are wrapped, but those of the columns `whole` never."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    grid = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        grid.add_column(column, no_wrap=column in whole, overflow="fold")
    for row in rows:
        grid.add_row(*(safe(cell) for cell in row))
    console().print(grid)


def minute(moment: str | datetime | None) -> str:
    """ "2026-03-02 06:05", the UTC minute of a moment of the archive; "" for none."""
    return str(moment or "")[:16].replace("T", " ")


def program() -> str:
    """How this program was called, for commands that people can copy: "monitor", ".venv/bin/monitor", "python -m monitor"."""
    called = Path(sys.argv[0])
    if called.parts[-2:] == ("monitor", "__main__.py"):
        return f"{shlex.quote(sys.executable)} -m monitor"
    if called.name != "monitor" or shutil.which("monitor") == str(called.absolute()):
        return "monitor"
    return shlex.quote(str(called))


def say(text: str) -> None:
    """A line for people, on stderr."""
    click.echo(text, err=True)
