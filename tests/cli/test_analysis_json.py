"""The output line of `analyze` has the shape others build on."""

from __future__ import annotations

import json
from datetime import date

from monitor.cli.analysis_json import analysis_dict
from monitor.model import (
    AlertCall,
    Assessment,
    By,
    Finding,
    Kind,
    Mention,
    Place,
    PlacePrecision,
    Quote,
    Range,
    Reason,
    Role,
    Severity,
    Stance,
    StanceKind,
    Suppressed,
    TimeBasis,
    TimePrecision,
    Via,
    When,
)

QUOTE = Quote(10, 42, "The Lions of Darwaz claimed it.")
MENTION = Mention(
    Role.PRIMARY, Kind.ATTACK,
    when=When(date(2026, 5, 3), date(2026, 5, 4), TimePrecision.DAY, TimeBasis.RELATIVE),
    place=Place("pl:1", "Darwaz", "AF", "Afghanistan", 38.4, 70.8, PlacePrecision.TOWN, admin1="Badakhshan"),
    attack_types=("bombing",), suicide=True, weapons=("explosives",), targets=("police",),
    killed=Range(20, 20, None), perpetrators_killed=Range(1, 1, 1),
    stances=(
        Stance("named:lions", "Lions", "Lions", StanceKind.CLAIMED, By.SELF, Via.MEDIA_ARM, QUOTE, "claim.active", via_name="Roar"),
    ),
    findings=(Finding("killed", QUOTE, "toll.killed"),), confidence=0.91234,
)  # fmt: skip
ALERT = AlertCall(Reason.NEW_ATTACK, 0.91234, Severity.CRITICAL, ("title: in title", "killed 20"))


def test_an_alerting_article() -> None:
    """All parts of the contract are there, with their names and types."""
    line = analysis_dict("a1", Assessment("en", True, (MENTION,), ALERT, confidence=0.91234))
    assert line["id"] == "a1"
    assert line["alert"] == {"kind": "new_attack", "confidence": 0.912, "severity": "critical", "reasons": ["title: in title", "killed 20"]}
    incident = json.loads(json.dumps(line))["incidents"][0]
    assert incident["role"] == "primary"
    assert incident["date"] == {"start": "2026-05-03", "end": "2026-05-04", "precision": "day", "basis": "relative"}
    assert incident["place"]["country"] == "AF"
    assert incident["place"]["admin1"] == "Badakhshan"
    assert incident["killed"] == {"low": 20, "best": 20, "high": None}
    assert incident["injured"] is None
    assert incident["stances"][0]["via_name"] == "Roar"
    assert (incident["stances"][0]["start"], incident["stances"][0]["end"]) == (10, 42)
    assert incident["quotes"][0]["field"] == "killed"


def test_a_quiet_article() -> None:
    """Nothing found is null and empty lists, never missing keys."""
    line = analysis_dict("a2", Assessment("en", False))
    assert line == {"id": "a2", "language": "en", "relevant": False, "confidence": 0.0, "alert": None, "incidents": [], "suppressed": []}


def test_a_suppressed_article_says_why() -> None:
    """Each suppression gives its class, its rule and the sentence."""
    line = analysis_dict("a3", Assessment("en", True, suppressed=(Suppressed("anniversary", QUOTE, "veto.anniversary.marks"),)))
    assert line["suppressed"] == [{"rule": "anniversary", "rule_id": "veto.anniversary.marks", "quote": QUOTE.text}]
