"""Builders of invented articles, mentions and reports. Every place, group and event here is made up or used as a bare fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.incidents.replay import Read, Replayer
from monitor.model import (
    AlertCall,
    Article,
    Assessment,
    By,
    Kind,
    Mention,
    Place,
    PlacePrecision,
    Quote,
    Range,
    Reason,
    Report,
    Role,
    Severity,
    Stance,
    StanceKind,
    TimeBasis,
    TimePrecision,
    Via,
    When,
)

NOON = datetime(2031, 3, 10, 12, tzinfo=UTC)
TOWNS = {
    "Northford": (30.0, 67.0, "Highland"),
    "Southford": (31.5, 68.0, "Highland"),
    "Millgate": (30.1, 67.1, "Highland"),  # 15 km from Northford
    "Eastport": (25.0, 63.0, "Coast"),
}


@pytest.fixture
def place() -> Callable[..., Place]:
    """place("Northford") is a town; place("Highland", PlacePrecision.ADMIN1) its province; place(country="YY") a country."""

    def build(name: str = "Northford", precision: PlacePrecision = PlacePrecision.TOWN, country: str = "XX") -> Place:
        lat, lon, admin1 = TOWNS.get(name, (None, None, name if precision is PlacePrecision.ADMIN1 else None))
        return Place(f"{country}-{name.lower()}", name, country, f"Land {country}", lat, lon, precision, admin1)

    return build


@pytest.fixture
def on() -> Callable[..., When]:
    """on(10) is 10 March 2031, told by the text; on(10, basis=TimeBasis.PUBLISHED) merely the day of publication."""

    def build(day: int = 10, basis: TimeBasis = TimeBasis.RELATIVE, precision: TimePrecision = TimePrecision.DAY) -> When:
        told = date(2031, 3, 1) + timedelta(days=day - 1)
        return When(told, told, precision, basis)

    return build


@pytest.fixture
def stance() -> Callable[..., Stance]:
    """A stance of an invented group, in the title unless `start` puts it deep into the text."""

    def build(
        actor: str = "red_hand",
        kind: StanceKind = StanceKind.CLAIMED,
        by: By = By.SELF,
        family: str = "",
        start: int | None = None,
    ) -> Stance:
        quote = Quote(0, 10, "It was us.", "title") if start is None else Quote(start, start + 10, "It was us.")
        name = actor.replace("_", " ").title()
        return Stance(actor, name, name, kind, by, Via.STATEMENT, quote, "test.rule", family=family or actor)

    return build


@pytest.fixture
def mention(place: Callable[..., Place], on: Callable[..., When]) -> Callable[..., Mention]:
    """A bombing of a police post in Northford on 10 March with six dead, unless told otherwise."""

    def build(town: str | None = "Northford", day: int | None = 10, killed: int | None = 6, **other: object) -> Mention:
        base = Mention(
            role=Role.PRIMARY,
            kind=Kind.ATTACK,
            when=on(day) if day is not None else None,
            place=place(town) if town else None,
            attack_types=("bombing",),
            targets=("police",),
            killed=Range(killed, killed, killed) if killed is not None else None,
            confidence=0.7,
        )
        return replace(base, **other)  # type: ignore[arg-type]

    return build


@pytest.fixture
def article() -> Callable[..., Article]:
    """An article, `hours` after noon on 10 March 2031."""

    def build(title: str = "Bomb hits police post", hours: float = 0, outlet: str = "Daily", **other: object) -> Article:
        at = NOON + timedelta(hours=hours)
        url = f"https://{outlet.lower()}.example/{title.replace(' ', '-')}/{hours}"
        base = Article(url, title, title, "en", at, at, outlet, outlet)
        return replace(base, **other)  # type: ignore[arg-type]

    return build


@pytest.fixture
def report(mention: Callable[..., Mention]) -> Callable[..., Report]:
    """A report number `number` of a mention, `hours` after noon; its own source and outlet unless given."""

    def build(number: int = 1, told: Mention | None = None, hours: float | None = None, source: str = "", outlet: str = "") -> Report:
        at = NOON + timedelta(hours=number if hours is None else hours)
        outlet = outlet or f"Outlet {number}"
        url = f"https://news.example/{number}"
        return Report(number, told or mention(), outlet, outlet, 2, url, "Bomb hits post", at, at, source or f"s{number}")

    return build


@pytest.fixture
def call() -> Callable[..., AlertCall]:
    """What detection would alert in an empty archive."""

    def build(kind: Reason = Reason.NEW_ATTACK, severity: Severity = Severity.HIGH) -> AlertCall:
        return AlertCall(kind, 0.8, severity, ("bombing in title",))

    return build


@pytest.fixture
def feed(article: Callable[..., Article], call: Callable[..., AlertCall]) -> Callable[..., object]:
    """feed(replayer, hours, mention, ...) lets one document arrive and returns what became of it."""

    def arrive(
        replayer: Replayer, hours: float, *mentions: Mention, title: str = "Bomb hits police post", outlet: str = "",
        source: str = "", alert: Reason | None = Reason.NEW_ATTACK, **other: object,
    ) -> object:  # fmt: skip
        outlet = outlet or f"Outlet {hours}"
        told = Assessment("en", True, mentions, call(alert) if alert else None)
        return replayer.take(Read(f"{outlet}-{hours}", article(title, hours, outlet, **other), told, source))

    return arrive
