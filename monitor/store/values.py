"""How times and texts look inside SQLite."""

from __future__ import annotations

from datetime import UTC, date, datetime

EPOCH = date(1970, 1, 1)


def iso(moment: datetime) -> str:
    """The moment as people read it in the archive: UTC, whole seconds (cut, not rounded), fixed width."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(moment: datetime | None) -> str | None:
    """`iso`, or NULL."""
    return iso(moment) if moment else None


def moment(text: str) -> datetime:
    """The aware datetime behind an ISO text of the archive."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """`moment`, or None for NULL."""
    return datetime.fromisoformat(text) if text else None


def from_unix(seconds: float) -> datetime:
    """The aware datetime behind a REAL of Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def day_number(moment: datetime) -> int:
    """Days since 1970-01-01 of the moment's UTC day."""
    return (moment.astimezone(UTC).date() - EPOCH).days


def clean(text: str) -> str:
    """Text that SQLite and UTF-8 can hold: half surrogate pairs become "?", NUL becomes a space."""
    if "\0" in text:
        text = text.replace("\0", " ")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def clean_or_none(text: str | None) -> str | None:
    """`clean`, or NULL."""
    return None if text is None else clean(text)
