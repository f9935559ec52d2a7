"""JSON lines in, articles out: the input contract of `analyze` and `replay` (docs/reference/json.md)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.ingest.urls import outlet
from monitor.model import Article


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no document; `id` is its id when at least that could be read."""

    id: str | None
    error: str


@dataclass(frozen=True, slots=True)
class Given:
    """One document of the input."""

    id: str
    article: Article


def read_documents(lines: Iterable[str], now: datetime) -> Iterator[Given | BadLine]:
    """Each non-empty line as a document or as a complaint, in input order."""
    for line in lines:
        if line.strip():
            yield read_document(line, now)


def read_document(line: str, now: datetime) -> Given | BadLine:
    """One line; `published` null or absent counts as first seen at `now`."""
    try:
        raw = read_json(line)
    except ValueError as exc:
        return BadLine(None, str(exc))
    if not isinstance(raw, dict):
        return BadLine(None, "not a JSON object")
    identity = raw.get("id")
    if not isinstance(identity, str):
        return BadLine(None if identity is None else str(identity), "id must be a string")
    for key in ("title", "text"):
        if not isinstance(raw.get(key, ""), str | None):
            return BadLine(identity, f"{key} must be a string")
    if raw.get("text") is None and raw.get("title") is None:
        return BadLine(identity, "neither title nor text")
    try:
        published = read_moment(raw.get("published"))
    except ValueError as exc:
        return BadLine(identity, str(exc))
    url = raw.get("url") if isinstance(raw.get("url"), str) else ""
    source = raw.get("source") if isinstance(raw.get("source"), str) else ""
    language = raw.get("language") if isinstance(raw.get("language"), str) else ""
    return Given(
        identity,
        Article(
            url=url or "",
            title=raw.get("title") or "",
            text=raw.get("text") or "",
            language=(language or "").lower()[:2],
            published=published,
            seen=max(published, now) if published else now,
            outlet=source or (outlet(url) if url else ""),
            feed=source or "",
        ),
    )


def read_json(line: str) -> object:
    """The value of one line; raises ValueError with a plain sentence. Halves of surrogate pairs, which are no text, become "?"."""
    try:
        return json.loads(line) if "\\ud" not in line.lower() else _whole(json.loads(line))
    except RecursionError:
        raise ValueError("not JSON that can be read: nested too deeply") from None
    except ValueError as exc:
        raise ValueError(f"not JSON: {exc}") from exc


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(key): _whole(one) for key, one in value.items()} if isinstance(value, dict) else value


def read_moment(value: object) -> datetime | None:
    """An ISO 8601 date or time (no zone: UTC), or None; raises ValueError with a plain sentence."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("published must be an ISO 8601 string or null")
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as exc:
        raise ValueError(f"published is not an ISO 8601 time: {value[:40]}") from exc
