"""When to ask a feed again, decided from facts alone.

Nothing is ever given up: a feed that fails is asked less and less often, down to once a day, because feeds come back
from what looks like death. The rhythm of tier 1 is a ceiling that no server's max-age may stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.ingest.feed import ParseFailed
from monitor.model import FailureKind, FetchFailed, FetchOutcome

_DAY = timedelta(days=1)
# How much one failure of a kind says about the feed rather than about the way to it.
_WEIGHT = {
    FailureKind.DNS: 0.25,
    FailureKind.CONNECT: 0.5,
    FailureKind.TIMEOUT: 0.5,
    FailureKind.TLS: 0.5,
    FailureKind.HTTP: 0.5,
    FailureKind.EMPTY: 0.25,
}
_HARD = 1.0
_MOST_FAILURES = 1000  # more change nothing: the longest pause is reached long before, and durations have an end


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """The rhythm of each tier, the longest pause after failures, and the share of a pause that chance may add."""

    tier1: timedelta = timedelta(minutes=2)
    tier2: timedelta = timedelta(minutes=10)
    tier3: timedelta = timedelta(minutes=30)
    max_backoff: timedelta = _DAY
    jitter: float = 0.1
    max_stretch: float = 3.0  # how far a server's max-age or ttl may stretch the pause of tiers 2 and 3
    full_every: timedelta = _DAY  # how often, on average, a feed is fetched without validators


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What the schedule needs to know: the tier, seconds between polls if set, failures in a row before this poll."""

    tier: int = 2
    every: int | None = None
    failures: int = 0


def rhythm(facts: FeedFacts, settings: ScheduleSettings) -> timedelta:
    """The pause between two polls when all is well."""
    if facts.every is not None:
        return timedelta(seconds=facts.every)
    return {1: settings.tier1, 2: settings.tier2}.get(facts.tier, settings.tier3)


def next_due(
    facts: FeedFacts,
    outcome: FetchOutcome | ParseFailed,
    now: datetime,
    settings: ScheduleSettings,
    fraction: float,
    ttl: int | None = None,
) -> datetime:
    """The moment of the next poll. `fraction` is a random number in [0, 1); `ttl` the feed's own, in seconds.

    Jitter only ever adds, so that Retry-After (RFC 9110, 10.2.3) is never undercut.
    """
    if isinstance(outcome, FetchFailed | ParseFailed):
        pause = _after_failure(facts, outcome, settings)
    else:
        max_age = getattr(outcome, "max_age", None)
        pause = _after_success(facts, max(max_age or 0, ttl or 0), settings)
    return now + pause * (1 + settings.jitter * fraction)


def ask_in_full(facts: FeedFacts, settings: ScheduleSettings, fraction: float) -> bool:
    """Leave the validators out this time? Some servers answer 304 for ever; on average once in `full_every` we insist.

    `fraction` is a random number in [0, 1).
    """
    return fraction < rhythm(facts, settings) / settings.full_every


def _after_success(facts: FeedFacts, asked: int, settings: ScheduleSettings) -> timedelta:
    usual = rhythm(facts, settings)
    if facts.tier <= 1 or facts.every is not None:
        return usual
    return max(usual, min(timedelta(seconds=asked), usual * settings.max_stretch))


def _after_failure(facts: FeedFacts, failure: FetchFailed | ParseFailed, settings: ScheduleSettings) -> timedelta:
    """Linear at first, then quadratic: a tier 2 feed that times out waits 15 minutes, 45 after five, 110 after ten."""
    weight = _HARD if isinstance(failure, FetchFailed) and failure.permanent else _WEIGHT.get(failure.kind, _HARD)
    count = min(facts.failures + 1, _MOST_FAILURES)
    usual = rhythm(facts, settings)
    backoff = min(usual * (1 + weight * count * (1 + count / 10)), max(settings.max_backoff, usual))
    retry_after = failure.retry_after if isinstance(failure, FetchFailed) else None
    return max(backoff, min(timedelta(seconds=retry_after or 0), _DAY))
