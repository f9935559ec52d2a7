"""The input contract of analyze and replay."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from monitor.cli.documents import BadLine, Given, read_document, read_moment

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_document_with_date_counts_as_seen_at_the_call() -> None:
    """A dated document keeps its date; unknown keys are ignored."""
    given = read_document(json.dumps({"id": "a", "title": "T", "text": "x", "published": "2026-03-01T08:00:00+02:00", "more": 1}), NOW)

    assert isinstance(given, Given)
    assert datetime(2026, 3, 1, 6, tzinfo=UTC) == given.article.published
    assert given.article.seen == NOW


def test_undated_document_counts_as_first_seen_now() -> None:
    """`published` null means: first seen at --now."""
    given = read_document('{"id": "a", "title": "T", "text": "x", "published": null}', NOW)

    assert isinstance(given, Given)
    assert given.article.published is None
    assert given.article.at == NOW


@pytest.mark.parametrize(
    ("line", "identity", "word"),
    [
        ("not json", None, "JSON"),
        ("[1]", None, "object"),
        ('{"id": 5, "text": "x"}', "5", "string"),
        ('{"id": "a", "text": 5}', "a", "text"),
        ('{"id": "a"}', "a", "neither"),
        ('{"id": "a", "text": "x", "published": "yesterday"}', "a", "ISO 8601"),
    ],
)
def test_bad_lines_are_answered_with_a_reason(line: str, identity: str | None, word: str) -> None:
    """A line that is no document gets its id back, where it has one, and a plain reason."""
    answer = read_document(line, NOW)

    assert isinstance(answer, BadLine)
    assert identity == answer.id
    assert word in answer.error


def test_dates_without_zone_are_utc() -> None:
    """A bare date is midnight UTC."""
    assert datetime(2013, 1, 1, tzinfo=UTC) == read_moment("2013-01-01")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"id": "a", "title": "T", "published": "0001-01-01T00:00:00+14:00"}', "ISO 8601"),
    ],
)
def test_hostile_lines_are_complaints(line: str, complaint: str) -> None:
    """Depth that no parser bears and years that no calendar holds are answered like any other mistake."""
    found = read_document(line, NOW)

    assert isinstance(found, BadLine)
    assert complaint in found.error


def test_half_a_surrogate_pair_is_replaced() -> None:
    """JSON can spell what is no character; the rules only ever see text."""
    given = read_document('{"id": "a", "title": "\\ud800 blast", "text": "x"}', NOW)

    assert isinstance(given, Given)
    assert given.article.title == "? blast"
