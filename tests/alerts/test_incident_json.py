"""Incidents as JSON, and the limits of the webhook's body."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.incident_json import dumps, incident_data, webhook_data
from monitor.alerts.render.webhook import MAX_BODY, body
from monitor.model import Change, Delivery, HeldStance, Incident, Notice, Range, Reason, Report, StanceKind

Case = Callable[[Reason], tuple[Change, Incident]]


def test_incident_keeps_bounds_and_precision(case: Case) -> None:
    """Open counts stay open, and the place and the day keep their precision."""
    data = incident_data(case(Reason.TOLL)[1])

    assert data["killed"] == {"low": 9, "best": 14, "high": 15}
    assert data["injured"] == {"low": 20, "best": 20, "high": None}
    assert data["date"] == {"start": "2026-11-19", "end": "2026-11-19", "precision": "day", "basis": "relative"}
    assert data["first_seen"] == "2026-11-19T06:02:00Z"


def test_unknown_fields_are_null(case: Case) -> None:
    """What is not known is null, not left out."""
    data = incident_data(replace(case(Reason.NEW_ATTACK)[1], when=None, place=None, killed=None, no_claim_as_of=None))

    assert [data[name] for name in ("date", "place", "killed", "no_claim_as_of")] == [None] * 4


@pytest.mark.parametrize("character", ["x", "\u0634", "&"])
def test_a_crowded_incident_stays_under_20_kb(
    case: Case,
    make_report: Callable[..., Report],
    make_held: Callable[..., HeldStance],
    make_delivery: Callable[..., Delivery],
    character: str,
) -> None:
    """However many long reports and stances there are, the body fits, keeps the report behind the change, and says that it is cut."""
    change, incident = case(Reason.TOLL)
    reports = tuple(
        replace(make_report(number, f"Outlet {number} {character * 90}", Range(9, 9, 9)), title=character * 400) for number in range(1, 61)
    )
    stances = tuple(
        replace(one, stance=replace(one.stance, text=character * 200, by_name=character * 200))
        for one in (make_held(StanceKind.CLAIMED, f"Front {number}", number, "Meridian Post") for number in range(1, 61))
    )
    crowded = replace(incident, reports=reports, stances=stances, claimed_by=tuple(one.stance.actor for one in stances))
    data = webhook_data(replace(change, article=7), crowded, "headline")
    sample = make_delivery().notice
    notice = Notice(sample.id, "toll", ("k7f3",), sample.severity, sample.message, dumps(data), sample.at)

    assert len(body(notice)) < MAX_BODY
    assert data["truncated"] is True
    assert json.loads(dumps(data))["reports"][0]["article"] == 7


def test_the_same_incident_gives_the_same_bytes(case: Case) -> None:
    """Bodies are deterministic, so that a repeated webhook is the same."""
    assert dumps(webhook_data(*case(Reason.TOLL))) == dumps(webhook_data(*case(Reason.TOLL)))


def test_surrogates_and_controls_never_reach_the_body(case: Case, make_report: Callable[..., Report]) -> None:
    """Broken text of articles cannot make a body that no encoding takes."""
    change, incident = case(Reason.NEW_ATTACK)
    broken = replace(
        make_report(1, "Outlet\ud83d\x00", Range(9, 9, 9)), title="Bomb\r\n\ud83d", at=incident.first_seen + timedelta(minutes=1)
    )

    assert "\\u0000" not in dumps(webhook_data(change, replace(incident, reports=(broken,))))
    dumps(webhook_data(change, replace(incident, reports=(broken,)))).encode()
