"""docs/reference/commands.md, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from monitor.cli.main import COMMANDS, cli

EXIT_CODES = (
    (0, "done"),
    (1, "unhealthy, or nothing found"),
    (2, "wrong usage or configuration"),
    (3, "the archive cannot be used"),
    (4, "network or channel: every feed failed, or a test message was refused"),
    (75, "another instance works on this archive"),
    (130, "interrupted"),
)
INTRO = """# Commands

Written by `make docs` from the program. `monitor` and `python -m monitor` are the same. Data goes to stdout, everything
else to stderr. Durations are written `30m`, `6h`, `7d`; incident ids may be shortened to any unique beginning.
"""


def commands_page() -> str:
    """The whole page, as Markdown."""
    parts = [INTRO, "## Exit codes\n", "| code | meaning |", "|---|---|", *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES), ""]
    parts += ["## Global options\n", *_options(cli), ""]
    root = click.Context(cli, info_name="monitor")
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None, name
        parts += _command(command, f"monitor {name}")
    return "\n".join(parts).rstrip() + "\n"


def _command(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from _command(child, f"{path} {name}")
        return
    arguments = [param.make_metavar(click.Context(command)) for param in command.params if isinstance(param, click.Argument)]
    yield f"## `{' '.join([path, *arguments])}`\n"
    yield _text(command.help or "") + "\n"
    options = list(_options(command))
    if options:
        yield from options
        yield ""


def _text(help_text: str) -> str:
    """Click's help as Markdown: paragraphs, and blocks after \\b as code."""
    paragraphs = []
    for block in help_text.strip().split("\n\n"):
        lines = [line.strip() for line in block.split("\n")]
        if lines[0] == "\b":
            paragraphs.append("\n".join(f"    {line}" for line in lines[1:]))
        else:
            paragraphs.append(" ".join(lines))
    return "\n\n".join(paragraphs)


def _options(command: click.Command) -> Iterator[str]:
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        yield "| option | meaning |"
        yield "|---|---|"
    for option in options:
        names = ", ".join([*option.opts, *option.secondary_opts])
        metavar = "" if option.is_flag or option.flag_value else f" {option.make_metavar(click.Context(command))}"
        meaning = (option.help or "").replace("|", "\\|")
        spelling = f"{names}{metavar}".replace("|", "\\|")
        yield f"| `{spelling}` | {meaning} |"
