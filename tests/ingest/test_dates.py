"""Dates as feeds and pages write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.dates import in_utc, parse_date


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04T10:00:00Z", "2026-03-04T15:00:00+05:00", "2026-03-04 10:00:00", "Wed, 04 Mar 2026 10:00:00 GMT",
        "Wed, 04 Mar 2026 15:00:00 PKT", "Wed, 4 Mar 2026 15:30:00 IST", "March 4, 2026 10:00 AM UTC", "4 March 2026, 10:00",
        "2026-03-04T10:00:00.000000000Z",
    ],
)  # fmt: skip
def test_the_same_moment_in_many_spellings(text: str) -> None:
    """Standards, zone names and common variants all give one moment in UTC."""
    assert parse_date(text) == datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", [None, "", "10:00", "2026", "March 2026", "Wednesday", "05/01/2026", "1970-01-01", "99999999999", "x" * 5_000]
)
def test_what_names_no_full_date_is_none(text: str | None) -> None:
    """Half a date, an ambiguous one and nonsense are unknown rather than filled up from today."""
    assert parse_date(text) is None


@given(st.datetimes(datetime(1996, 1, 1), datetime(2098, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_iso_dates_keep_their_moment(moment: datetime, minutes: int) -> None:
    """Any ISO date comes back as the same moment, in UTC."""
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_date(aware.isoformat()) == aware
    assert in_utc(aware) == aware


@given(st.text(max_size=100))
def test_no_text_raises(text: str) -> None:
    """Whatever stands where a date should, the answer is a date or None."""
    found = parse_date(text + " 2026")

    assert found is None or found.tzinfo is UTC
