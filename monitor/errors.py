"""The exceptions. Fetch, parse and delivery problems of single feeds, pages and messages are values, not exceptions.

MonitorError(message, hint)               exit 1
├── ConfigError(problems)                 exit 2   config.toml, feeds.yaml or the lexicon is wrong
├── UsageError                            exit 2   a command was given what it cannot use
├── SecretUnavailable                     exit 2   a secret's file, credential or variable cannot be read
├── StoreError                            exit 3   the archive cannot be used
│   ├── StoreLocked                                another process holds it
│   ├── StoreTooNew                                written by a newer monitor
│   ├── StoreCorrupt                               the integrity check failed
│   └── StoreFull                                  no space left on the disk
├── NetworkError                          exit 4   every feed failed, or a channel refused its test
└── AlreadyRunning                        exit 75  another instance works on this archive
"""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """A problem a person can act on: `message` says what, `hint` what to do. Never shown as a traceback."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file; line and column count from 1, 0 when unknown."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    source: str = ""  # the offending line, for the caret

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        text = f"{place}  {self.message}"
        if self.source:
            text += f"\n   {self.line} | {self.source}\n   {' ' * len(str(self.line))} | {' ' * max(0, self.column - 1)}^"
            return f"{text} {self.hint}" if self.hint else text
        return f"{text}      hint: {self.hint}" if self.hint else text


class ConfigError(MonitorError):
    """All problems of the configuration at once."""

    exit_code = 2

    def __init__(self, problems: list[Problem]) -> None:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join(map(str, problems)), f"{count}. Nothing was started.")
        self.problems = problems


class UsageError(MonitorError):
    """The command line asks for something that does not exist or makes no sense."""

    exit_code = 2


class SecretUnavailable(MonitorError):
    """A secret cannot be read from the place the configuration names. Never contains the secret."""

    exit_code = 2


class StoreError(MonitorError):
    """The archive cannot be used."""

    exit_code = 3


class StoreLocked(StoreError):
    """Another process has held the archive's write lock for too long."""


class StoreTooNew(StoreError):
    """The archive was written by a newer version of the monitor."""


class StoreCorrupt(StoreError):
    """SQLite's own check found the file damaged."""


class StoreFull(StoreError):
    """The disk, or the file's limit, is full."""


class NetworkError(MonitorError):
    """Every feed failed, or a channel did not accept its test."""

    exit_code = 4


class AlreadyRunning(MonitorError):
    """Another instance holds the lock of this archive."""

    exit_code = 75
