"""The command line: one lazily loaded module per group of commands, so that `monitor --help` answers at once."""

from __future__ import annotations

import importlib
import io
import os
import sys
from pathlib import Path

import click

from monitor import __version__
from monitor.cli.settings import Settings
from monitor.errors import MonitorError

# name -> (module under monitor.cli, attribute, one line for the list of commands)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "init": ("setup", "init", "Write commented config.toml and feeds.yaml; never overwrites."),
    "check": ("setup", "check", "Validate configuration, feeds and lexicon, all problems at once."),
    "run": ("daemon", "run", "Run the daemon in the foreground."),
    "once": ("daemon", "once", "One pass over all due feeds and the outbox."),
    "demo": ("demo", "demo", "Watch the whole program work on a bundled news site, offline."),
    "status": ("status", "status", "Is everything well? Exit 1 when it is not."),
    "feeds": ("feeds", "feeds", "List and test feeds."),
    "channels": ("channels", "channels", "List and test alert channels."),
    "incidents": ("archive", "incidents", "Table of incidents."),
    "show": ("archive", "show", "One incident: facts, stances, reports, alerts, why they matched."),
    "search": ("archive", "search", "Full text over articles."),
    "export": ("export", "export", "Incidents as csv, jsonl or geojson."),
    "explain": ("explain", "explain", "What is found in one page or text, and why."),
    "analyze": ("reading", "analyze", "Documents on stdin, analyses on stdout, as JSON lines."),
    "extract": ("reading", "extract", "Pages on stdin, articles on stdout, as JSON lines."),
    "replay": ("replay", "replay", "Backtest the rules over the archive or a file."),
}


class LazyCommands(click.Group):
    """Imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of COMMANDS: the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command itself, its module imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"monitor.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-c", "--config", type=click.Path(path_type=Path), default=Path("config.toml"), show_default=True, help="Configuration file.")
@click.option("--state", type=click.Path(path_type=Path), help="State directory; overrides the configuration.")
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
@click.option("-q", "--quiet", is_flag=True, help="Log only warnings.")
@click.version_option(__version__, prog_name="monitor")
@click.pass_context
def cli(ctx: click.Context, config: Path, state: Path | None, verbose: bool, quiet: bool) -> None:
    """News monitoring: one alert per attack, then only what changed.

    \b
    Start here:   monitor demo                     everything at work, offline
                  monitor init && monitor check    a configuration of your own
                  monitor run                      the daemon
    """
    ctx.obj = Settings(config, state, "debug" if verbose else "warning" if quiet else None)


def main() -> None:
    """Entry point: mistakes of the user's end in one clear message and an exit code, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows "?", not a traceback
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except click.ClickException as exc:
        exc.show()
        sys.exit(2)
    except MonitorError as exc:
        click.echo(str(exc), err=True)
        sys.exit(exc.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
