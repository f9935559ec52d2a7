"""The output line of `analyze`: an assessment as plain data, in the shape docs/reference/json.md sets down."""

from __future__ import annotations

from monitor.model import AlertCall, Assessment, Finding, Mention, Place, Range, Stance, StanceKind, Suppressed, When


def analysis_dict(doc_id: str, assessment: Assessment) -> dict[str, object]:
    """One analysis, ready for json.dumps; key order is that of the reference."""
    return {
        "id": doc_id,
        "language": assessment.language,
        "relevant": assessment.relevant,
        "confidence": round(assessment.confidence, 3),
        "alert": _alert(assessment.alert) if assessment.alert else None,
        "incidents": [_mention(mention) for mention in assessment.incidents],
        "suppressed": [_suppressed(each) for each in assessment.suppressed],
    }


def _alert(call: AlertCall) -> dict[str, object]:
    return {
        "kind": call.kind.value,
        "confidence": round(call.confidence, 3),
        "severity": call.severity.value,
        "reasons": list(call.reasons),
    }


def _mention(mention: Mention) -> dict[str, object]:
    return {
        "role": mention.role.value,
        "kind": mention.kind.value,
        "confidence": round(mention.confidence, 3),
        "date": _when(mention.when) if mention.when else None,
        "place": _place(mention.place) if mention.place else None,
        "attack_types": list(mention.attack_types),
        "suicide": mention.suicide,
        "weapons": list(mention.weapons),
        "targets": list(mention.targets),
        "killed": _range(mention.killed),
        "injured": _range(mention.injured),
        "kidnapped": _range(mention.kidnapped),
        "perpetrators_killed": _range(mention.perpetrators_killed),
        "ongoing": mention.ongoing,
        "no_claim": mention.no_claim,
        "stances": [_stance(stance) for stance in mention.stances if stance.stance is not StanceKind.MENTIONED or stance.of_record],
        "quotes": [_finding(finding) for finding in mention.findings],
    }


def _when(when: When) -> dict[str, object]:
    return {
        "start": when.start.isoformat(), "end": when.end.isoformat(), "precision": when.precision.value, "basis": when.basis.value,
    }  # fmt: skip


def _place(place: Place) -> dict[str, object]:
    return {
        "name": place.name, "district": place.district, "admin1": place.admin1, "country": place.country,
        "country_name": place.country_name, "lat": place.lat, "lon": place.lon, "precision": place.precision.value,
    }  # fmt: skip


def _range(count: Range | None) -> dict[str, int | None] | None:
    return {"low": count.low, "best": count.best, "high": count.high} if count else None


def _stance(stance: Stance) -> dict[str, object]:
    return {
        "actor": stance.actor, "name": stance.name, "text": stance.text, "stance": stance.stance.value, "by": stance.by.value,
        "by_name": stance.by_name, "via": stance.via.value, "via_name": stance.via_name, "quote": stance.quote.text,
        "field": stance.quote.field, "start": stance.quote.start, "end": stance.quote.end, "rule": stance.rule,
    }  # fmt: skip


def _finding(finding: Finding) -> dict[str, object]:
    quote = finding.quote
    return {"field": finding.field, "quote": quote.text, "in": quote.field, "start": quote.start, "end": quote.end, "rule": finding.rule}


def _suppressed(each: Suppressed) -> dict[str, object]:
    return {"rule": each.rule, "rule_id": each.rule_id, "quote": each.quote.text if each.quote else None}
