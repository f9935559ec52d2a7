"""The demo's invented news, read from stories.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import yaml

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday; every run of the demo lives through the same two days


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet and its feed."""

    id: str
    name: str
    path: str
    format: str  # rss, atom or broken
    country: str | None
    tier: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One item of a feed and its page; `at` counts from START."""

    id: str
    outlet: str
    at: timedelta
    title: str
    text: str
    summary: str
    dated: bool
    page: str  # article, nested or endless

    @property
    def published(self) -> datetime:
        return START + self.at


def read_stories() -> tuple[tuple[Outlet, ...], tuple[Story, ...]]:
    """All outlets, and all stories in order of publication."""
    raw = yaml.safe_load(files("monitor.demo").joinpath("stories.yaml").read_text(encoding="utf-8"))
    outlets = tuple(
        Outlet(o["id"], o["name"], o["path"], o["format"], o.get("country"), o["tier"], tuple(o.get("tags", ()))) for o in raw["feeds"]
    )
    stories = sorted((_story(s) for s in raw["stories"]), key=lambda story: story.at)
    return outlets, tuple(stories)


def _story(raw: dict[str, object]) -> Story:
    text = str(raw.get("text", ""))
    return Story(
        id=str(raw["id"]),
        outlet=str(raw["feed"]),
        at=timedelta(hours=float(str(raw["at"]))),
        title=str(raw["title"]),
        text=text,
        summary=str(raw.get("summary") or text.split("\n")[0][:240]),
        dated=not raw.get("undated", False),
        page=str(raw.get("page", "article")),
    )
