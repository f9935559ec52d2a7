"""When a feed is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.feed import ParseFailed
from monitor.ingest.schedule import FeedFacts, ScheduleSettings, ask_in_full, next_due, rhythm
from monitor.model import FailureKind, Fetched, FetchFailed, NotModified, Validators

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SETTINGS = ScheduleSettings()


def fetched(max_age: int | None = None) -> Fetched:
    """A successful fetch with a freshness."""
    return Fetched("https://a.example/f", "https://a.example/f", b"", "", Validators(), NOW, max_age=max_age)


def failed(kind: FailureKind, *, permanent: bool = False, retry_after: int | None = None) -> FetchFailed:
    """A failed fetch."""
    return FetchFailed("https://a.example/f", kind, "It failed.", NOW, permanent, retry_after)


def minutes(facts: FeedFacts, outcome: Fetched | NotModified | FetchFailed | ParseFailed, ttl: int | None = None) -> float:
    """The pause in minutes, without jitter."""
    return (next_due(facts, outcome, NOW, SETTINGS, 0.0, ttl) - NOW) / timedelta(minutes=1)


@pytest.mark.parametrize(("tier", "expected"), [(1, 2), (2, 10), (3, 30)])
def test_each_tier_has_its_rhythm(tier: int, expected: float) -> None:
    """A feed that answers is asked again after the pause of its tier, changed or not."""
    assert minutes(FeedFacts(tier), fetched()) == expected
    assert minutes(FeedFacts(tier), NotModified("https://a.example/f", NOW)) == expected


def test_a_feeds_own_interval_counts_before_its_tier() -> None:
    """`every` overrides the tier and is not stretched."""
    assert minutes(FeedFacts(tier=3, every=300), fetched(max_age=86_400)) == 5


def test_a_servers_freshness_stretches_the_pause_within_bounds() -> None:
    """max-age and ttl are honoured up to three times the pause, never for tier 1, and never shorten it."""
    assert minutes(FeedFacts(2), fetched(max_age=900)) == 15
    assert minutes(FeedFacts(2), fetched(), ttl=1_200) == 20
    assert minutes(FeedFacts(2), fetched(max_age=86_400)) == 30
    assert minutes(FeedFacts(1), fetched(max_age=86_400)) == 2
    assert minutes(FeedFacts(2), fetched(max_age=1)) == 10


def test_failures_are_asked_less_and_less_often() -> None:
    """The figures of the docstring hold: after 1, 5 and 10 timeouts."""
    pauses = [minutes(FeedFacts(2, failures=before), failed(FailureKind.TIMEOUT)) for before in (0, 4, 9)]

    assert pauses == pytest.approx([15.5, 47.5, 110])


def test_kinds_of_failures_weigh_differently() -> None:
    """A name that does not resolve says least about the feed, an HTML page or a lasting refusal most."""
    facts = FeedFacts(2, failures=3)
    dns, timeout = minutes(facts, failed(FailureKind.DNS)), minutes(facts, failed(FailureKind.TIMEOUT))
    gone, html = (
        minutes(facts, failed(FailureKind.HTTP, permanent=True)),
        minutes(facts, ParseFailed(FailureKind.NOT_A_FEED, "It is a page.")),
    )

    assert dns < timeout < gone == html


def test_retry_after_is_kept() -> None:
    """The server's own word is a lower bound, up to a day, with jitter only on top."""
    due = next_due(FeedFacts(1), failed(FailureKind.HTTP, retry_after=3_600), NOW, SETTINGS, 0.99)

    assert timedelta(hours=1) <= due - NOW <= timedelta(hours=1.1)
    assert minutes(FeedFacts(1), failed(FailureKind.HTTP, retry_after=999_999)) == 24 * 60


@given(
    st.integers(1, 3),
    st.one_of(st.none(), st.integers(30, 200_000)),
    st.integers(0, 100_000),
    st.sampled_from(list(FailureKind)),
    st.floats(0, 1, exclude_max=True),
)
def test_no_feed_is_ever_given_up(tier: int, every: int | None, failures: int, kind: FailureKind, fraction: float) -> None:
    """However often a feed failed, it is asked again within a day and its jitter, and later than at once."""
    facts = FeedFacts(tier, every, failures)
    pause = next_due(facts, failed(kind), NOW, SETTINGS, fraction) - NOW

    assert rhythm(facts, SETTINGS) <= pause <= max(timedelta(days=1), rhythm(facts, SETTINGS)) * 1.1


def test_jitter_only_adds() -> None:
    """Chance spreads the polls of many feeds by up to a tenth."""
    assert next_due(FeedFacts(2), fetched(), NOW, SETTINGS, 0.5) == NOW + timedelta(minutes=10.5)


def test_validators_are_left_out_about_once_a_day() -> None:
    """Of the 144 polls of a day, one in the mean is unconditional."""
    insisted = sum(ask_in_full(FeedFacts(2), SETTINGS, step / 1_440) for step in range(1_440))

    assert insisted == 10
