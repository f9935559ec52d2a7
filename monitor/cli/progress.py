"""A progress bar for passes and replays: on stderr, and only on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from monitor.cli.output import console
from monitor.filing import Filed
from monitor.pipeline import Polled
from monitor.service.tally import Tally

T = TypeVar("T")


class _ShownTally(Tally):
    """A tally that moves a bar."""

    def __init__(self, feeds: int) -> None:
        super().__init__()
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        out = console(stderr=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=out,
            disable=not out.is_terminal,
        )
        self._feeds = self.bar.add_task("feeds", total=feeds)
        self._articles = self.bar.add_task("articles", total=0)

    def note(self, result: Polled | Filed | None) -> None:
        """Count, and show it."""
        super().note(result)
        if isinstance(result, Polled):
            self.bar.advance(self._feeds)
            total = self.bar.tasks[self._articles].total or 0
            self.bar.update(self._articles, total=total + len(result.result.new) + len(result.result.changed))
        else:
            self.bar.advance(self._articles)


@contextmanager
def pass_progress(feeds: int) -> Iterator[Tally]:
    """A tally whose counts are shown while the block runs."""
    tally = _ShownTally(feeds)
    with tally.bar:
        yield tally


def tracked(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """The items, with a bar while they are taken."""
    from rich.progress import track

    out = console(stderr=True)
    yield from track(items, label, total, console=out, disable=not out.is_terminal)
