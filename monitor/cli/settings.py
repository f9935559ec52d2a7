"""What the global options say; commands read configuration and archive through it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from monitor.config import Config
    from monitor.model import Feed


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options of one call."""

    config_path: Path
    state_option: Path | None
    log_level: str | None

    def config(self) -> Config:
        """The configuration; raises ConfigError with every problem."""
        from monitor.config import load

        return load(self.config_path)

    def feeds(self) -> tuple[Feed, ...]:
        """The subscriptions of the configuration."""
        from monitor.config import load_feeds

        return load_feeds(self.beside(self.config().monitor.feeds))

    def state(self) -> Path:
        """The state directory: the option, else systemd's, else the configuration's."""
        import os

        if self.state_option:
            return self.state_option
        if directory := os.environ.get("STATE_DIRECTORY"):
            return Path(directory)
        return self.beside(self.config().monitor.state)

    def overlay(self) -> Path | None:
        """The analyst's own lexicon: what the configuration names, else a folder `lexicon` beside it, else none."""
        configured = self.config().monitor.lexicon if self.config_path.exists() else ""
        if configured:
            return self.beside(configured)
        beside = self.config_path.parent / "lexicon"
        return beside if self.config_path.exists() and beside.is_dir() else None

    def call(self, command: str) -> str:
        """The line that runs `command` with the same configuration and archive, for people to copy."""
        import shlex

        from monitor.cli.output import program

        config = f" -c {shlex.quote(str(self.config_path))}" if self.config_path != Path("config.toml") else ""
        state = f" --state {shlex.quote(str(self.state_option))}" if self.state_option else ""
        return f"{program()}{config}{state} {command}"

    def beside(self, name: str | Path) -> Path:
        """A path as the configuration means it: relative to the file it stands in."""
        return self.config_path.parent / name

    def archive(self) -> sqlite3.Connection:
        """A read-only connection to the archive; raises StoreError when there is none."""
        from monitor.store.reader import open_reader

        return open_reader(self.state() / "monitor.db")
