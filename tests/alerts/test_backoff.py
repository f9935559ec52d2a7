"""When a failed delivery is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.backoff import BackoffSettings, TokenBucket, next_try


def pause(now: datetime, tries: int, age: timedelta, fraction: float = 0.999999, retry_after: int | None = None) -> float | None:
    """Seconds to the next try, None when it is given up."""
    moment = next_try(tries, now - age, now, fraction, retry_after)
    return None if moment is None else round((moment - now).total_seconds(), 1)


def test_pauses_double_to_their_cap(now: datetime) -> None:
    """5, 10, 20 seconds and so on, to 15 minutes for six hours and to an hour afterwards."""
    assert [pause(now, tries, timedelta(0)) for tries in (1, 2, 3, 9)] == [5.0, 10.0, 20.0, 900.0]
    assert pause(now, 40, timedelta(hours=7)) == 3600.0


def test_jitter_is_at_most_half(now: datetime) -> None:
    """The random part takes away up to half of the pause."""
    assert pause(now, 3, timedelta(0), 0.0) == 10.0


def test_72_hours_are_the_end(now: datetime) -> None:
    """After three days of tries a delivery is given up."""
    assert pause(now, 90, timedelta(hours=71)) is not None
    assert pause(now, 90, timedelta(hours=72)) is None


def test_an_old_notice_still_gets_its_tries(now: datetime) -> None:
    """After days of standstill, or a jump of the clock, the first failure is not the end."""
    assert pause(now, 1, timedelta(days=30)) is not None


@pytest.mark.parametrize(("asked", "given_"), [(7, 7.0), (0, 5.0), (-5, 5.0), (90_000, 3600.0)])
def test_retry_after_is_a_lower_bound(now: datetime, asked: int, given_: float) -> None:
    """The server's wish is honoured, up to an hour."""
    assert pause(now, 1, timedelta(0), retry_after=asked) == given_


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.integers(0, 72 * 3600), st.none() | st.integers(-5, 10**6))
def test_pauses_are_positive_and_bounded(tries: int, fraction: float, age: int, retry_after: int | None) -> None:
    """No input makes a pause of nothing, or of more than an hour."""
    now = datetime.fromisoformat("2026-11-19T06:02:00+00:00")
    moment = next_try(tries, now - timedelta(seconds=age), now, fraction, retry_after, BackoffSettings(give_up=timedelta(days=99)))

    assert moment is not None
    assert timedelta(seconds=2.5) <= moment - now <= timedelta(hours=1)


def test_bucket_spaces_messages() -> None:
    """Each message waits for its second; time that passed is not asked for again."""
    bucket = TokenBucket(1.0)

    assert [bucket.take(0.0), bucket.take(0.0), bucket.take(0.5), bucket.take(10.0)] == [0.0, 1.0, 1.5, 0.0]


def test_bucket_without_interval_never_waits() -> None:
    """A channel without a pace is not slowed."""
    bucket = TokenBucket(0.0)

    assert [bucket.take(5.0) for _ in range(3)] == [0.0, 0.0, 0.0]
