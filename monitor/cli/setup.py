"""`init` and `check`: a configuration to start from, and every mistake in it at once."""

from __future__ import annotations

import shlex
from importlib.resources import files
from pathlib import Path

import click

from monitor.cli.output import program, say
from monitor.cli.settings import Settings
from monitor.errors import ConfigError, Problem, UsageError

SHIPPED = ("config.toml", "feeds.yaml")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path(), metavar="[DIR]")
def init(directory: Path) -> None:
    """Write commented config.toml and feeds.yaml into DIR (default: here) and make state/. Never overwrites."""
    try:
        (directory / "state").mkdir(parents=True, exist_ok=True)
        for name in SHIPPED:
            _write(directory / name, files("monitor.shipped").joinpath(name).read_text(encoding="utf-8"))
    except OSError as exc:
        raise UsageError(f"cannot write to {directory}: {exc.strerror}") from exc
    config = directory / "config.toml"
    say(f"Next: edit {config}, then {program()} -c {shlex.quote(str(config))} check")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(text)
        say(f"wrote {path}")
    except FileExistsError:
        say(f"kept  {path} (it exists)")


@click.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Validate configuration, feeds and lexicon offline; all problems at once, with file:line:column. Exit 2 when there are any."""
    from monitor.config import load, load_feeds, warnings
    from monitor.gazetteer import read_gazetteer
    from monitor.rules import read_lexicon

    problems: list[Problem] = []
    feeds_path = settings.beside("feeds.yaml")
    feeds_count = 0
    try:
        config = load(settings.config_path)
        feeds_path = settings.beside(config.monitor.feeds)
        for warning in warnings(config, settings.config_path):
            say(f"warning: {warning}")
    except ConfigError as exc:
        problems += exc.problems
    try:
        feeds_count = len(load_feeds(feeds_path))
    except ConfigError as exc:
        problems += exc.problems
    overlay = _overlay(settings, problems)
    for read in (lambda: read_lexicon(overlay), lambda: read_gazetteer(overlay=overlay)):
        try:
            read()
        except ConfigError as exc:
            problems += exc.problems
    if problems:
        raise ConfigError(problems)
    say(f"{settings.config_path}, {feeds_path} ({feeds_count} feeds) and the lexicon are fine.")


def _overlay(settings: Settings, problems: list[Problem]) -> Path | None:
    """The overlay, also when config.toml is too broken to say where it is."""
    if not problems:
        return settings.overlay()
    beside = settings.beside("lexicon")
    return beside if beside.is_dir() else None
