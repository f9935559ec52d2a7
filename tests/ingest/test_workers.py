"""Calls in disposable processes."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.ingest import feed, page
from monitor.ingest.workers import InlineWorkers, WorkerFailed, Workers
from monitor.model import Page, ParsedFeed

FEED = b"<rss><channel><item><title>x</title></item></channel></rss>"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Two processes with a second each and little memory."""
    pool = Workers(count=2, timeout=timedelta(seconds=1), memory=600_000_000)
    # The first call pays for starting the fork server and must not be judged by the clock of the others.
    deadline = time.monotonic() + 30
    while isinstance(pool.call(len, b""), WorkerFailed):
        assert time.monotonic() < deadline
    yield pool
    pool.close()


def test_parsers_run_in_another_process(workers: Workers) -> None:
    """feed.parse and page.extract travel by name and bring their records back."""
    assert workers.call(os.getpid) != os.getpid()
    assert isinstance(workers.call(feed.parse, FEED, "", "https://a.example/"), ParsedFeed)
    assert isinstance(workers.call(page.extract, b"<p>x</p>", "https://a.example/"), Page)


def test_a_hanging_call_is_ended(workers: Workers) -> None:
    """A call that sleeps, or a regex that never lets go of the interpreter, ends at the timeout; the next call works."""
    started = time.monotonic()
    asleep, stuck = workers.call(time.sleep, 60), workers.call(re.match, "(a+)+$", "a" * 60 + "b")

    assert isinstance(asleep, WorkerFailed)
    assert isinstance(stuck, WorkerFailed)
    assert (asleep.kind, stuck.kind) == ("timeout", "timeout")
    assert time.monotonic() - started < 8
    assert workers.call(len, b"abc") == 3


def test_a_dying_process_costs_one_call(workers: Workers) -> None:
    """A crash of the process is a value, and the pool heals."""
    crashed = workers.call(os.abort)

    assert isinstance(crashed, WorkerFailed)
    assert crashed.kind == "died"
    assert workers.call(len, b"abc") == 3


def test_memory_is_limited(workers: Workers) -> None:
    """A call that wants more memory than it may have fails alone."""
    greedy = workers.call(bytearray, 2_000_000_000)

    assert isinstance(greedy, WorkerFailed)
    assert greedy.kind == "died"


def test_an_exception_is_a_value(workers: Workers) -> None:
    """What a parser raises is told by its type, without the text that provoked it."""
    failed = workers.call(int, "secret")

    assert failed == WorkerFailed("error", "The parser failed (ValueError).")


def test_large_bodies_travel(workers: Workers) -> None:
    """Five megabytes go through."""
    assert workers.call(len, b"x" * 5_000_000) == 5_000_000


def test_a_closed_pool_answers_with_a_value() -> None:
    """A call that comes after the end is refused as a value, and closing ends what is under way."""
    pool = Workers(count=1, timeout=timedelta(seconds=30))
    pool.call(len, b"")
    pool.close(timedelta(seconds=0.5))

    assert isinstance(pool.call(len, b""), WorkerFailed)


def test_inline_workers_answer_alike() -> None:
    """Without processes the results and the failures have the same shape."""
    inline = InlineWorkers()

    assert isinstance(inline.call(feed.parse, FEED, "", "https://a.example/"), ParsedFeed)
    assert inline.call(int, "x") == WorkerFailed("error", "The parser failed (ValueError).")
