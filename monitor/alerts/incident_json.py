"""An incident as JSON: for the webhook's body, `show --json` and `export --format jsonl`. Fields as in docs/reference/json.md.

This is the edge where records become dictionaries; nothing reads them back.
"""

from __future__ import annotations

import json
from datetime import datetime

from monitor.alerts.plain import plain, safe_url
from monitor.model import Change, HeldStance, Incident, Place, Range, Report, TollLedger, When

Json = dict[str, object]

# Standard Webhooks 1.0.0 asks for bodies under 20 kB; the envelope around `data` takes less than 1 kB.
DATA_LIMIT = 18_500
_QUOTE = 500
_MOST_STANCES = 30
_MOST_REPORTS = 20
_MOST_QUOTES = 6


def incident_data(incident: Incident) -> Json:
    """The incident itself, without its reports (their number is `reports`)."""
    return {
        "id": incident.id,
        "kind": incident.kind.value,
        "status": incident.status.value,
        "severity": incident.severity.value,
        "confidence": round(incident.confidence, 3),
        "date": _when(incident.when),
        "place": _place(incident.place),
        "attack_types": list(incident.attack_types),
        "suicide": incident.suicide,
        "weapons": list(incident.weapons),
        "targets": list(incident.targets),
        "ongoing": incident.ongoing,
        "killed": _count(incident.killed),
        "injured": _count(incident.injured),
        "perpetrators_killed": _count(incident.perpetrators_killed),
        "claimed_by": list(incident.claimed_by),
        "accused": list(incident.accused),
        "denied_by": list(incident.denied_by),
        "contested": incident.contested,
        "no_claim_as_of": _iso(incident.no_claim_as_of),
        "stances": [_stance(held) for held in incident.stances],
        "reports": len(incident.reports),
        "independent_sources": incident.independent_sources,
        "first_seen": _iso(incident.first_seen),
        "updated": _iso(incident.updated),
        "merged_into": incident.merged_into,
    }


def report_data(report: Report) -> Json:
    """One article's telling: who, when, where to read it, and the quotes behind its facts."""
    findings = report.mention.findings[:_MOST_QUOTES]
    return {
        "article": report.article,
        "outlet": plain(report.outlet, 100),
        "title": plain(report.title, 300),
        "url": safe_url(report.url) or None,
        "at": _iso(report.at),
        "seen": _iso(report.seen),
        "source": report.source,
        "role": report.mention.role.value,
        "killed": _count(report.mention.killed),
        "injured": _count(report.mention.injured),
        "quotes": [{"field": finding.field, "quote": plain(finding.quote.text, _QUOTE)} for finding in findings],
    }


def change_data(change: Change) -> Json:
    """What is new, in the words of the change; `key` is unique within the incident."""
    return {
        "reason": change.reason.value,
        "key": change.key,
        "before": plain(change.before, _QUOTE),
        "after": plain(change.after, _QUOTE),
        "severity": change.severity.value,
        "article": change.article,
        "at": _iso(change.at),
    }


def webhook_data(change: Change, incident: Incident, headline: str = "") -> Json:
    """The `data` of a webhook's body, under DATA_LIMIT bytes: the newest reports are kept, `truncated` says that some are not there."""
    ranked = sorted(incident.reports, key=lambda report: (report.article == change.article, report.at, report.article), reverse=True)
    whole = incident_data(incident)
    stances = _list(whole["stances"])
    reports = [report_data(report) for report in ranked[:_MOST_REPORTS]]
    whole["stances"] = stances[:_MOST_STANCES]
    truncated = len(reports) < len(ranked) or len(stances) > _MOST_STANCES
    data: Json = {"incident": whole, "change": change_data(change), "reports": reports, "headline": headline, "truncated": truncated}
    while len(dumps(data).encode()) > DATA_LIMIT and _drop_one(whole, reports):
        data["truncated"] = True
    return data


def dumps(data: Json) -> str:
    """Compact JSON with a fixed order: the same record always gives the same bytes."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _drop_one(incident: Json, reports: list[Json]) -> bool:
    """Make the body smaller by its least important part: old reports, then stances, then word lists."""
    if len(reports) > 1:
        reports.pop()
        return True
    for name in ("stances", "targets", "weapons", "accused", "denied_by", "claimed_by", "attack_types"):
        rows = _list(incident[name])
        if len(rows) > 1:
            incident[name] = rows[:-1]
            return True
    return False


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _stance(held: HeldStance) -> Json:
    stance = held.stance
    return {
        "actor": stance.actor,
        "name": plain(stance.name, 100),
        "text": plain(stance.text, 100),
        "stance": stance.stance.value,
        "by": stance.by.value,
        "by_name": plain(stance.by_name, 100) if stance.by_name else None,
        "via": stance.via.value,
        "via_name": plain(stance.via_name, 100) if stance.via_name else None,
        "quote": plain(stance.quote.text, _QUOTE),
        "outlet": plain(held.outlet, 100),
        "article": held.article,
        "at": _iso(held.at),
        "sources": held.sources,
    }


def _when(when: When | None) -> Json | None:
    if when is None:
        return None
    days = {"start": when.start.isoformat(), "end": when.end.isoformat()}
    return {**days, "precision": when.precision.value, "basis": when.basis.value}


def _place(place: Place | None) -> Json | None:
    if place is None:
        return None
    return {
        "id": place.id,
        "name": plain(place.name, 100),
        "admin1": plain(place.admin1, 100) if place.admin1 else None,
        "district": plain(place.district, 100) if place.district else None,
        "country": place.country,
        "country_name": plain(place.country_name, 100),
        "lat": place.lat,
        "lon": place.lon,
        "precision": place.precision.value,
    }


def _count(count: Range | TollLedger | None) -> Json | None:
    return {"low": count.low, "best": count.best, "high": count.high} if count else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
