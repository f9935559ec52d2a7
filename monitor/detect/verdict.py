"""From mentions to a verdict: which is primary, what would be sent and how urgent it is, and why nothing is sent.

The alert filter is MUC-4's: an incident that is specific, reported as fact and recent, or new information on an older
one. What is only recalled, planned, tried in court or done by the state itself alerts nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.detect.asides import ASIDES, Side
from monitor.detect.evidence import Evidence
from monitor.detect.hits import StanceHit
from monitor.detect.mentions import Draft
from monitor.detect.placeuse import NAMING
from monitor.detect.text import Zone
from monitor.detect.times import yearless_day
from monitor.model import (
    AlertCall,
    Kind,
    Mention,
    PlacePrecision,
    Reason,
    Role,
    Severity,
    Stance,
    StanceKind,
    Suppressed,
    TimeBasis,
    TimePrecision,
)

CLAIM_WINDOW = timedelta(days=61)  # MUC-4: two months; a claim on something older is history
RELEVANT = 0.2  # a mention below this is a word, not an incident
STORY = timedelta(days=14)  # domain notes: background if the date gap is above 14 days
LATE = 0.6  # what stands only in the last 40% of a text is background (domain notes, same-incident rules)
LONG_TEXT = 1500  # characters from which "the last 40%" means anything
MIN_STRENGTH = 0.4  # below this nothing looked like an attack, so nothing was suppressed
GUESSED_WEEK = timedelta(days=7)  # "on Monday" in an undated text: written in that week, seen perhaps days later
OLD_NEWS = frozenset({"trial", "history", "anniversary"})  # a text of these recalls everything it tells
ATTACKS = frozenset({Kind.ATTACK, Kind.ATTEMPT})
CONCRETE = frozenset({Kind.ATTACK, Kind.ATTEMPT, Kind.CLASH, Kind.UNCLEAR, Kind.FOILED_PLOT})
SAID_BY_ACTOR = frozenset({StanceKind.CLAIMED, StanceKind.DENIED, StanceKind.RETRACTED})
SAID_OF_ACTOR = frozenset({StanceKind.ACCUSED, StanceKind.SUSPECTED, StanceKind.DISPUTED})
_NEWS = {
    StanceKind.RETRACTED: Reason.RETRACTED, StanceKind.DENIED: Reason.DENIED, StanceKind.DISPUTED: Reason.CONTESTED,
    StanceKind.CLAIMED: Reason.NEW_CLAIM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    """What people want to be told: the settings of [detection] in config.toml.

    `max_age` how old an attack may be and still be news; `threshold` the score an alert needs; `watch` ids of actors,
    ISO2 codes of countries or gazetteer ids of places that make any alert critical.
    """

    max_age: timedelta = timedelta(days=3)
    threshold: float = 0.5
    critical_confidence: float = 0.8
    critical_killed: int = 10
    languages: frozenset[str] = frozenset({"en"})
    watch: tuple[str, ...] = ()


def ranked(drafts: Sequence[Draft], evidence: Evidence) -> list[Draft]:
    """Drafts with their roles, the primary first, without those that name no concrete incident."""
    if not drafts:
        return []
    first = max(drafts, key=lambda draft: (_prominence(draft, evidence), -drafts.index(draft)))
    out = [_with_role(first, Role.PRIMARY)]
    for draft in drafts:
        if draft is first or not specific(draft):
            continue
        draft = _placed(draft, first)
        passing = draft.score.value < RELEVANT or _late(draft, evidence)
        background = draft.telling.past or draft.telling.side is Side.PLAN or (passing and not _of_the_story(draft, first, evidence))
        out.append(_with_role(draft, Role.BACKGROUND if background else Role.SECONDARY))
    return out


def _of_the_story(draft: Draft, first: Draft, evidence: Evidence) -> bool:
    """Is it of the same days as fresh news of no trial and no memorial, or an aside of it?"""
    if first.telling.past or _of_the_past(evidence) or not fresh(first.mention, evidence, STORY):
        return False
    if draft.mention.kind is Kind.FOILED_PLOT or _abroad(draft.mention, first.mention):
        return False
    when, known = draft.mention.when, first.mention.when
    if draft.telling.side in ASIDES:
        return True
    if when is None or known is None or not draft.telling.firm_days:
        return False
    return abs((when.start - known.start).days) <= STORY.days


def _abroad(mention: Mention, known: Mention) -> bool:
    return mention.place is not None and known.place is not None and mention.place.country != known.place.country


def _of_the_past(evidence: Evidence) -> bool:
    veto = evidence.document_veto()
    return veto is not None and veto.veto in OLD_NEWS


def _placed(draft: Draft, first: Draft) -> Draft:
    """An incident of which the text does not say where, in the country of the one it is about."""
    known = first.mention.place
    if draft.mention.place is not None or known is None:
        return draft
    if draft.telling.side in ASIDES:
        return replace(draft, mention=replace(draft.mention, place=known))
    country = replace(known, id=known.country, name=known.country_name, lat=None, lon=None, precision=PlacePrecision.COUNTRY,
                      admin1=None, district=None)  # fmt: skip
    return replace(draft, mention=replace(draft.mention, place=country))


def specific(draft: Draft) -> bool:
    """MUC-4's "specific": one incident with a place, a day, a count or a culprit of its own, not "attacks on the pipeline"."""
    mention = draft.mention
    counts = mention.killed or mention.injured or mention.kidnapped
    if draft.telling.side in ASIDES:
        return True
    if mention.kind is Kind.CT_OPERATION and not (mention.perpetrators_killed or mention.killed):
        return False  # arrests, searches, campaigns
    if any(hit.score >= NAMING for hit in draft.telling.place_hits):
        return True  # "the Quetta bombing"
    return bool(draft.telling.places or draft.telling.days or counts) and (draft.score.reports or bool(draft.telling.days))


def alert_call(drafts: Sequence[Draft], evidence: Evidence, policy: Policy) -> AlertCall | None:
    """What this article would cause if the archive were empty; None for nothing."""
    calls = [call for draft in drafts if (call := _call(draft, evidence, policy)) is not None]
    return max(calls, key=lambda call: call.confidence, default=None)


def fresh(mention: Mention, evidence: Evidence, max_age: timedelta) -> bool:
    """Did it happen at most `max_age` before the article was written? Without a day, an article speaks of its own."""
    if mention.when is None:
        return True
    written = yearless_day(evidence.document) or evidence.document.at.date()
    guessed_day = mention.when.basis is TimeBasis.GUESSED and mention.when.precision in (TimePrecision.DAY, TimePrecision.HOUR)
    age = max(max_age, GUESSED_WEEK) if guessed_day else max_age
    return mention.when.end >= written - age and mention.when.start <= written + timedelta(days=1)


def suppressed(drafts: Sequence[Draft], evidence: Evidence, policy: Policy) -> tuple[Suppressed, ...]:
    """Why an article that speaks of violence alerts nobody; empty when nothing looked like an attack."""
    reasons: list[Suppressed] = []
    strongest = max((hit.weight for hit in (*evidence.events, *evidence.voided)), default=0.0)
    if strongest < MIN_STRENGTH and not evidence.voided:
        return ()
    for draft in drafts[:1]:
        reasons += _own_reasons(draft, evidence, policy)
    touched = {hit.sentence for hit in (*evidence.events, *evidence.voided)}
    for veto in sorted(evidence.vetoes, key=lambda veto: -veto.weight):
        if veto.sentence in touched or veto.scope == "document":
            reasons.append(Suppressed(veto.veto, veto.quote, veto.rule, veto.weight))
    seen: dict[str, Suppressed] = {}
    for reason in reasons:
        seen.setdefault(reason.rule, reason)
    if not seen and drafts:
        quote = drafts[0].mention.findings[0].quote if drafts[0].mention.findings else None
        seen["weak"] = Suppressed("weak", quote, "score", drafts[0].score.value)
    return tuple(seen.values())[:5]


def _own_reasons(draft: Draft, evidence: Evidence, policy: Policy) -> list[Suppressed]:
    mention = draft.mention
    quotes = {finding.field: finding.quote for finding in mention.findings}
    reasons = []
    if mention.kind not in ATTACKS and not (mention.kind is Kind.CLASH and mention.initiated_by == "nonstate"):
        reasons.append(Suppressed(mention.kind.value, quotes.get("event"), "kind", draft.score.value))
    if draft.telling.past or not fresh(mention, evidence, policy.max_age):
        reasons.append(Suppressed("history", quotes.get("date") or quotes.get("event"), "max_age", draft.score.value))
    return reasons


def _prominence(draft: Draft, evidence: Evidence) -> float:
    zones = {evidence.document.sentences[index].zone for index in draft.telling.sentences}
    top = 1.5 if Zone.TITLE in zones else 1.0 if Zone.LEAD in zones else 0.0
    return top + draft.score.value - (0.8 if draft.telling.past else 0.0) - (0.0 if draft.mention.kind in CONCRETE else 0.2)


def _with_role(draft: Draft, role: Role) -> Draft:
    return replace(draft, mention=replace(draft.mention, role=role))


def _late(draft: Draft, evidence: Evidence) -> bool:
    first = evidence.document.sentences[min(draft.telling.sentences)]
    return len(evidence.document.text) > LONG_TEXT and first.position > LATE


def _call(draft: Draft, evidence: Evidence, policy: Policy) -> AlertCall | None:
    mention = draft.mention
    if mention.role is Role.BACKGROUND or draft.score.value < policy.threshold:
        return None
    if mention.kind not in ATTACKS and not (mention.kind is Kind.CLASH and mention.initiated_by == "nonstate"):
        return None
    news = _stance_news(draft, evidence)
    is_fresh = not draft.telling.past and fresh(mention, evidence, policy.max_age) and not _of_another_year(draft, evidence)
    if is_fresh:
        kind = news if news and not draft.score.reports else Reason.NEW_ATTACK
    elif news and _recent_enough(mention, evidence.document.at.date()):
        kind = news
    else:
        return None
    return AlertCall(kind, draft.score.value, _severity(kind, mention, policy), _reasons(draft))


def _stance_news(draft: Draft, evidence: Evidence) -> Reason | None:
    """The strongest news about who did it, told in the title or the lead."""
    quoted = {quote for hit in evidence.stances if _on_top(hit, evidence) for quote in (hit.stance.quote,)}
    told = [stance for stance in draft.mention.stances if stance.quote in quoted]
    kinds = {stance.stance for stance in told}
    if _contested(told):
        return Reason.CONTESTED
    return next((_NEWS[kind] for kind in _NEWS if kind in kinds), None)


def _on_top(hit: StanceHit, evidence: Evidence) -> bool:
    return evidence.document.sentences[hit.sentence].zone is not Zone.BODY


def _contested(told: Sequence[Stance]) -> bool:
    claimants = {stance.family or stance.actor for stance in told if stance.stance is StanceKind.CLAIMED}
    blamed = {
        stance.family or stance.actor for stance in told
        if stance.stance in (StanceKind.ACCUSED, StanceKind.SUSPECTED) and stance.of_record
    }  # fmt: skip
    return len(claimants) > 1 or bool(claimants and blamed - claimants)


def _of_another_year(draft: Draft, evidence: Evidence) -> bool:
    """Does a text without a day of its own open with old years? Then it retells history."""
    if draft.telling.days:
        return False
    top = [hit for hit in evidence.times if evidence.document.sentences[hit.sentence].zone is not Zone.BODY]
    return sum(hit.historical for hit in top) >= 2 and all(hit.historical for hit in top)


def _recent_enough(mention: Mention, written: date) -> bool:
    return mention.when is None or mention.when.end >= written - CLAIM_WINDOW


def _severity(kind: Reason, mention: Mention, policy: Policy) -> Severity:
    if _watched(mention, policy.watch):
        return Severity.CRITICAL
    if kind is Reason.NEW_ATTACK:
        deadly = mention.killed is not None and mention.killed.best >= policy.critical_killed
        hostages = mention.ongoing and bool({"hostage_barricade", "kidnapping", "hijacking"} & set(mention.attack_types))
        if mention.confidence >= policy.critical_confidence and (deadly or hostages):
            return Severity.CRITICAL
        return Severity.HIGH
    return Severity.HIGH if kind is Reason.NEW_CLAIM else Severity.NORMAL


def _watched(mention: Mention, watch: Sequence[str]) -> bool:
    if not watch:
        return False
    names = {stance.actor for stance in mention.stances} | {stance.family for stance in mention.stances}
    if mention.place:
        names |= {mention.place.id, mention.place.country, mention.place.name.lower()}
    return bool(names & set(watch))


def _reasons(draft: Draft) -> tuple[str, ...]:
    """In words: what in which part of the text, the counts, who stands where."""
    mention = draft.mention
    parts = {part.name: part.detail for part in draft.score.parts}
    what = (mention.attack_types or (mention.kind.value,))[0].replace("_", " ")
    where = parts.get("title") or parts.get("lead") or "in the text"
    reasons = [f"{what} {where}"]
    counts = (("killed", mention.killed), ("injured", mention.injured), ("kidnapped", mention.kidnapped))
    reasons += [f"{name} {count.best}" for name, count in counts if count is not None]
    reasons += [f"{stance.stance.value} by {stance.name}" for stance in mention.stances if stance.stance in SAID_BY_ACTOR]
    reasons += [f"{stance.stance.value}: {stance.name}" for stance in mention.stances if stance.stance in SAID_OF_ACTOR]
    return (*reasons, *(("nobody has claimed it",) if mention.no_claim else ()))
