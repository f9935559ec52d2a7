"""Dates as feeds and pages write them, to aware datetimes in UTC. A time without a zone counts as UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil_parser

# Seconds east of Greenwich of the zone names that appear in the wild and that RFC 5322 does not define. IST is India's.
_ZONES: dict[str, int] = {
    "PKT": 18_000, "IST": 19_800, "NPT": 20_700, "BDT": 21_600, "AFT": 16_200, "MMT": 23_400, "IRST": 12_600, "GST": 14_400,
    "AST": 10_800, "TRT": 10_800, "MSK": 10_800, "EAT": 10_800, "CAT": 7_200, "SAST": 7_200, "EET": 7_200, "EEST": 10_800,
    "WAT": 3_600, "CET": 3_600, "CEST": 7_200, "BST": 3_600, "WIB": 25_200, "WITA": 28_800, "PHT": 28_800, "PHST": 28_800,
    "SGT": 28_800, "MYT": 28_800, "COT": -18_000, "PET": -18_000, "AEST": 36_000, "AEDT": 39_600,
    "EST": -18_000, "EDT": -14_400, "CST": -21_600, "CDT": -18_000, "MST": -25_200, "MDT": -21_600, "PST": -28_800, "PDT": -25_200,
}  # fmt: skip
_EARLIEST = 1995  # an epoch of zero or a year of 1 is a content system's "unknown", not a date of news
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_EITHER_WAY_ROUND = re.compile(r"^(?:0?[1-9]|1[0-2])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19|20)\d\d")  # 5 January or 1 May?
_UNSET, _OTHER = datetime(1, 1, 1), datetime(2, 2, 2)
_LONGEST = 80


def parse_date(text: str | None) -> datetime | None:
    """An aware datetime in UTC, or None for what names no full date. Reads ISO 8601, RFC 5322 and common variants."""
    text = (text or "").strip()[:_LONGEST]
    if not text or not _YEAR.search(text):
        return None
    return in_utc(_iso(text) or _rfc(text) or _lenient(text))


def in_utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC; None for a moment before news were on the web, which stands for "unknown"."""
    if moment is None:
        return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment.year >= _EARLIEST else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc(text: str) -> datetime | None:
    words = text.split()
    if words and (known := _offset(words[-1])):
        text = " ".join([*words[:-1], known])
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _lenient(text: str) -> datetime | None:
    """Whatever else names a year, a month and a day; two different defaults show which of them the text left out."""
    if _EITHER_WAY_ROUND.match(text):
        return None
    try:
        first = dateutil_parser.parse(text, default=_UNSET, tzinfos=_ZONES)
        second = dateutil_parser.parse(text, default=_OTHER, tzinfos=_ZONES)
    except (ValueError, TypeError, ArithmeticError):
        return None
    return first if first.date() == second.date() else None


def _offset(zone: str) -> str | None:
    """The "+0500" of a zone name, None for a name that is not known."""
    seconds = _ZONES.get(zone.upper())
    if seconds is None:
        return None
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{minutes:02}"
