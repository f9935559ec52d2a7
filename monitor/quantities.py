"""Durations and sizes as people write them: "90s", "30m", "1h30m", "7d"; "500KB", "5MB", "1GiB". Pure."""

from __future__ import annotations

import re
from datetime import timedelta

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
BYTES = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}

_DURATION = re.compile(r"(?:\d{1,7}[smhdw])+")
_STEP = re.compile(r"(\d+)([smhdw])")
_SIZE = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)\s?([KMG]?I?B)", re.IGNORECASE)


def parse_duration(text: str) -> timedelta:
    """Read "20s", "30m", "6h", "7d", "2w" or a sum such as "1h30m"; raises ValueError that says what is wanted."""
    if not _DURATION.fullmatch(text):
        raise ValueError(f'"{text}" is no duration; write for example "20s", "30m", "6h" or "7d"')
    return timedelta(seconds=sum(int(count) * SECONDS[unit] for count, unit in _STEP.findall(text)))


def format_duration(value: timedelta) -> str:
    """The shortest way to write a whole number of seconds: one unit where it divides, else a sum."""
    left = round(value.total_seconds())
    for unit in ("d", "h", "m"):
        if left and left % SECONDS[unit] == 0:
            return f"{left // SECONDS[unit]}{unit}"
    parts = []
    for unit in ("d", "h", "m"):
        count, left = divmod(left, SECONDS[unit])
        parts += [f"{count}{unit}"] if count else []
    return "".join([*parts, *([f"{left}s"] if left or not parts else [])])


def parse_size(text: str) -> int:
    """Read "500KB" or "5MB" (powers of 1000) or "1GiB" (powers of 1024) as bytes; raises ValueError."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise ValueError(f'"{text}" is no size; write for example "500KB", "5MB" or "1GB"')
    return round(float(found[1]) * BYTES[found[2].upper()])


def format_size(value: int) -> str:
    """The shortest exact way to write a number of bytes, decimal units first."""
    for unit in ("GB", "MB", "KB", "GiB", "MiB", "KiB"):
        if value and value % BYTES[unit.upper()] == 0:
            return f"{value // BYTES[unit.upper()]}{unit}"
    return f"{value}B"
