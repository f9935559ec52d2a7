"""Disposable processes for bytes from strangers.

A page that hangs, eats memory or kills the parser costs one process and one article, never the monitor. Calls carry
module-level functions only, such as `feed.parse` and `page.extract`, which travel by name.
"""

from __future__ import annotations

import importlib
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, ParamSpec, Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

_PRELOADED = ("monitor.ingest.feed", "monitor.ingest.page")
_MAX_TASKS = 500  # then a process is replaced: trafilatura and libxml2 do not give all memory back

_GRACE = 5.0  # seconds after the timeout
_STOPPING = "The parser's processes are being stopped."


@dataclass(frozen=True, slots=True)
class WorkerFailed:
    """A call without a result; `detail` is one plain sentence."""

    kind: Literal["timeout", "died", "error", "stopped"]
    detail: str


class Caller(Protocol):
    """Somebody who calls functions on hostile input: `Workers`, or `InlineWorkers` where the input is our own."""

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | WorkerFailed:
        """The function's result, or why there is none."""
        ...

    def close(self) -> None:
        """Begin no more calls, and end those under way; they come to WorkerFailed("stopped")."""
        ...


class Workers:
    """A pool of `count` processes, each with a limit of memory; a call longer than `timeout` kills its process.

    Safe to be used by many threads; a call blocks its thread. Waiting for a free process does not count as its time.
    """

    def __init__(
        self,
        count: int = 2,
        timeout: timedelta = timedelta(seconds=20),
        memory: int = 1_000_000_000,
        max_tasks: int = _MAX_TASKS,
    ) -> None:
        self._timeout = timeout.total_seconds()
        # A fork of the many-threaded daemon could inherit a held lock; the fork server has one thread and the parsers loaded.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(_PRELOADED))
        self._pool = ProcessPool(max_workers=count, max_tasks=max_tasks, initializer=_confine, initargs=(memory,), context=context)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | WorkerFailed:
        """Run `function` in a process. What it raises, how long it takes and what it breaks comes back as a value."""
        try:
            result: T = self._pool.schedule(_timed, args=(self._timeout + _GRACE, function, args, kwargs), timeout=self._timeout).result()
        except TimeoutError:
            return WorkerFailed("timeout", f"Parsing took longer than {self._timeout:g} seconds and was ended.")
        except ProcessExpired as error:
            return WorkerFailed("died", f"The parser's process died (exit code {error.exitcode}).")
        except CancelledError:
            return WorkerFailed("stopped", _STOPPING)
        except Exception as error:  # raised in the process by a parser; a value in the stream here
            return _failed(error) if self._pool.active else WorkerFailed("stopped", _STOPPING)
        return result

    def close(self, patience: timedelta = timedelta(seconds=2)) -> None:
        """Let calls under way end within `patience`, then kill the processes."""
        self._pool.close()  # type: ignore[no-untyped-call]
        try:
            self._pool.join(timeout=patience.total_seconds())
        except TimeoutError:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()


class InlineWorkers:
    """The same calls in this process, for tests and for input that a person chose."""

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | WorkerFailed:
        """Run `function` here and now."""
        try:
            return function(*args, **kwargs)
        except Exception as error:  # as in Workers
            return _failed(error)

    def close(self) -> None:
        """Nothing to end."""


def _failed(error: Exception) -> WorkerFailed:
    if isinstance(error, MemoryError):
        return WorkerFailed("died", "Parsing needed more memory than it may have.")
    return WorkerFailed("error", f"The parser failed ({type(error).__name__}).")


def _timed(seconds: float, function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    """Run in the process, under an alarm whose default is death: a parser that hangs may not outlive a killed daemon."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _confine(memory: int) -> None:
    """Set a worker up: its memory, no core files, no signals meant for the daemon's terminal."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _PRELOADED:
        importlib.import_module(name)
