"""Logging to stderr: one line per event as `event key=value ...`, with journald's priorities when the journal reads us.

Secrets never reach a log: the values registered with `hide` are replaced in every line, whoever wrote it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

_PRIORITY = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # what strangers could play with a terminal
NOISY = ("apscheduler", "trafilatura", "htmldate", "urllib3", "charset_normalizer", "courlan")


class _Lines(logging.Formatter):
    def __init__(self, journal: bool, hidden: Iterable[str]) -> None:
        super().__init__("%(message)s" if journal else "%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")
        self.journal = journal
        self.hidden = tuple(value for value in hidden if value)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for value in self.hidden:
            text = text.replace(value, "***")
        text = _CONTROL.sub("?", text.replace("\n", " | "))
        return f"<{_PRIORITY.get(record.levelno, 6)}>{text}" if self.journal else text


def start(level: str = "info", hidden: Iterable[str] = (), stream: TextIO = sys.stderr) -> None:
    """Send the monitor's log to `stream`; `hidden` are secret values that must never appear."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Lines("JOURNAL_STREAM" in os.environ, hidden))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


def event(name: str, **fields: object) -> str:
    """`event("poll failed", feed="Dawn", kind="dns")` -> `poll failed feed=Dawn kind=dns`; spaces are quoted."""
    return " ".join([name, *(f"{key}={_value(value)}" for key, value in fields.items() if value is not None)])


def _value(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', "'") + '"' if " " in text or not text else text
