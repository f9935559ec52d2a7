"""Where notices go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.alerts.message import MessageSettings
from monitor.alerts.notices import notice, operator_notice
from monitor.alerts.routes import Route, channels_for
from monitor.model import Change, Incident, Reason, Severity

ALL = ("console", "slack", "mail")
Case = Callable[[Reason], tuple[Change, Incident]]


@pytest.fixture
def ask(case: Case, settings: MessageSettings) -> Callable[..., tuple[str, ...]]:
    """The channels of the notice of one reason."""

    def find(reason: Reason, *routes: Route, severity: Severity | None = None) -> tuple[str, ...]:
        change, incident = case(reason)
        told = notice(change, incident, settings, change.at)
        return channels_for(replace(told, severity=severity or told.severity), incident, routes, ALL)

    return find


Ask = Callable[..., tuple[str, ...]]


def test_without_routes_all_channels_get_what_is_normal_or_graver(ask: Ask) -> None:
    """No routes: everywhere, but not below normal."""
    assert ask(Reason.TOLL) == ALL
    assert ask(Reason.TOLL, severity=Severity.LOW) == ()


def test_the_first_matching_route_decides(ask: Ask) -> None:
    """Later routes are not asked, unless the matching one continues."""
    first, second = Route(("slack",)), Route(("mail", "slack"))

    assert ask(Reason.NEW_ATTACK, first, second) == ("slack",)
    assert ask(Reason.NEW_ATTACK, replace(first, continue_=True), second) == ("slack", "mail")


def test_nothing_matching_means_nowhere(ask: Ask) -> None:
    """With routes that all refuse, a change is recorded and not sent."""
    assert ask(Reason.NEW_ATTACK, Route(("slack",), countries=("PK",))) == ()


@pytest.mark.parametrize(
    ("route", "goes"),
    [
        (Route(("slack",), min_severity=Severity.CRITICAL), False),
        (Route(("slack",), min_severity=Severity.HIGH), True),
        (Route(("slack",), reasons=("new_claim", "contested")), True),
        (Route(("slack",), reasons=("toll",)), False),
        (Route(("slack",), countries=("vl",)), True),
        (Route(("slack",), actors=("red_dawn_front",)), True),
        (Route(("slack",), actors=("hill_brigade",)), False),
        (Route(("slack",), kinds=("attack",)), True),
        (Route(("slack",), kinds=("ct_operation",)), False),
    ],
)
def test_each_filter_decides(ask: Ask, route: Route, goes: bool) -> None:
    """Severity, reason, country, actor and kind each let pass or stop."""
    assert ask(Reason.NEW_CLAIM, route) == (("slack",) if goes else ())


def test_routes_to_unknown_channels_are_ignored(ask: Ask) -> None:
    """A channel that does not exist gets nothing; the others do."""
    assert ask(Reason.NEW_ATTACK, Route(("pager", "mail"))) == ("mail",)


def test_operator_notes_find_somebody(case: Case) -> None:
    """A note goes to the routes that name it, whatever its severity, and to everybody when none does."""
    note = operator_notice("quiet feed", [], case(Reason.TOLL)[0].at)

    assert channels_for(note, None, (Route(("slack",)),), ALL) == ALL
    assert channels_for(note, None, (Route(("slack",)), Route(("mail",), reasons=("operator",))), ALL) == ("mail",)


def test_notice_ids_are_stable_and_distinct(case: Case, settings: MessageSettings) -> None:
    """The same change has the same id, however often it is made; another change has another."""
    ids = [notice(*case(reason), settings, case(reason)[0].at).id for reason in (*Reason, *Reason)]

    assert len(set(ids)) == len(Reason)
    assert all(one.isalnum() for one in ids)
