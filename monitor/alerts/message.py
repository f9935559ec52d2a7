"""A change of an incident, written for people: the same message for all channels, rendered by each.

A message says what is known with its bounds and precision, who says so, and what is not known. It never states a claim
as a fact, and everything that comes from articles passes through `plain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.alerts.evidence import cited_quotes, outlets, source_links
from monitor.alerts.headline import LIMIT, headline, subject
from monitor.alerts.plain import plain, safe_url
from monitor.alerts.stands import holders, stance_facts
from monitor.alerts.wording import (
    count_words,
    day_words,
    list_words,
    moment_words,
    place_note,
    place_words,
    span_words,
    toll_words,
    when_note,
)
from monitor.model import (
    Change,
    Fact,
    Incident,
    Link,
    Message,
    PlacePrecision,
    Reason,
    Report,
    Severity,
    StanceKind,
    Status,
    TimeBasis,
    TollLedger,
)

LATE = timedelta(hours=1)
_MOST_RULES = 8
_STATUS = {
    Status.PRELIMINARY: "preliminary",
    Status.CONFIRMED: "confirmed",
    Status.DISPUTED: "disputed",
    Status.RETRACTED: "withdrawn: not an attack after all",
    Status.MERGED: "merged into another incident",
}
_WHY = {
    Reason.NEW_ATTACK: "no incident on file matches it",
    Reason.NEW_CLAIM: "a first claim by this group",
    Reason.CONTESTED: "the reports no longer agree on who did it",
    Reason.DENIED: "somebody who was named denies it",
    Reason.RETRACTED: "a claim or the report itself was withdrawn",
    Reason.TOLL: "the toll changed materially",
    Reason.CORRECTED: "a fact told before has changed",
    Reason.MERGED: "two incidents turned out to be one",
}


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """How messages are written. `zone` is shown beside UTC; `page_base` is the address of the incident pages, "" for none."""

    zone: tzinfo = UTC
    page_base: str = ""


def compose(change: Change, incident: Incident, settings: MessageSettings, now: datetime, frozen_subject: str = "") -> Message:
    """The message for one change; `frozen_subject` is that of the thread's first message where the caller has it."""
    return Message(
        headline=headline(change, incident),
        lead=_lead(change, incident, settings),
        facts=_facts(incident, settings),
        unknown=_unknown(incident, settings),
        quotes=cited_quotes(change, incident),
        links=(*source_links(change, incident), *_pages(incident, settings)),
        why=_why(change, incident),
        thread=incident.id,
        subject=frozen_subject or subject(incident),
        severity=change.severity,
        footer=_footer(change, incident, settings, now),
    )


def operator(title: str, lines: Sequence[str], now: datetime, severity: Severity = Severity.LOW) -> Message:
    """A note to those who run the monitor: a dead channel, a quiet feed, a full disk."""
    words = plain(title, LIMIT - 20)
    facts = tuple(Fact("", plain(line, 600)) for line in lines[:20])
    return Message(
        headline=f"monitor: {words}", lead="", facts=facts, unknown=(), quotes=(), links=(), why=(), thread="",
        subject=f"monitor: {words}", severity=severity, footer=f"Operator note, {moment_words(now)}",
    )  # fmt: skip


def delayed(message: Message, at: datetime, now: datetime, after: timedelta = LATE) -> Message:
    """The message with a banner when it goes out more than `after`, an hour without it, after it was written."""
    if now - at < after:
        return message
    banner = f"DELAYED by {span_words(now - at)}: written {moment_words(at)}."
    return replace(message, lead=f"{banner} {message.lead}".strip())


def repeated(message: Message) -> Message:
    """The message marked as one that may have arrived before."""
    return replace(message, footer=f"{message.footer} · may repeat an earlier message".removeprefix(" · "))


def _lead(change: Change, incident: Incident, settings: MessageSettings) -> str:
    """For an update: what it was, what it is now, and who says so; "" for a new attack."""
    if change.reason is Reason.NEW_ATTACK:
        return ""
    report = next((report for report in incident.reports if report.article == change.article), None)
    parts = [f"Was: {plain(change.before, 300)}." if change.before else "", f"Now: {plain(change.after, 300)}." if change.after else ""]
    parts += [f"Reported by {plain(report.outlet, 60)}, {moment_words(report.at, settings.zone)}."] if report else []
    return " ".join(part for part in parts if part)


def _facts(incident: Incident, settings: MessageSettings) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if incident.when:
        facts.append(Fact("When", f"{day_words(incident.when)}, local date", when_note(incident.when)))
    if incident.place:
        facts.append(Fact("Where", place_words(incident.place), place_note(incident.place)))
    toll = _toll(incident)
    if toll:
        facts.append(Fact("Toll", toll, _toll_note(incident)))
    if incident.ongoing:
        facts.append(Fact("State", "said to be still under way"))
    facts += stance_facts(incident)
    facts.append(Fact("Sources", _sources(incident), f"first report {moment_words(incident.first_seen, settings.zone)}"))
    facts.append(Fact("Confidence", f"{incident.confidence:.2f}", _status(incident)))
    return tuple(facts)


def _toll(incident: Incident) -> str:
    newest = max(
        (report for report in incident.reports if report.mention.kidnapped), key=lambda report: (report.at, report.article), default=None
    )
    taken = f"abducted {count_words(newest.mention.kidnapped)}" if newest and newest.mention.kidnapped else ""
    return " · ".join(part for part in (toll_words(incident), taken) if part)


def _toll_note(incident: Incident) -> str:
    for ledger in (incident.killed, incident.injured):
        if ledger and _differs(ledger):
            return f"sources differ; best count {ledger.best}"
    return ""


def _differs(ledger: TollLedger) -> bool:
    return ledger.reports > 1 and ledger.high is not None and ledger.low != ledger.high


def _sources(incident: Incident) -> str:
    count, sources = len(incident.reports), incident.independent_sources
    words = f"{count} report{'s' if count != 1 else ''}, {sources} independent"
    named = outlets(incident)
    return f"{words}: {list_words(named, 4)}" if named else words


def _status(incident: Incident) -> str:
    words = _STATUS[incident.status]
    return f"{words}: one independent source" if incident.status is Status.PRELIMINARY else words


def _unknown(incident: Incident, settings: MessageSettings) -> tuple[str, ...]:
    unknown: list[str] = []
    if not holders(incident, StanceKind.CLAIMED):
        as_of = f" (as of {moment_words(incident.no_claim_as_of, settings.zone)})" if incident.no_claim_as_of else ""
        unknown.append(f"No claim of responsibility found yet{as_of}")
    if not incident.killed and not incident.injured:
        unknown.append("No number of dead or injured found yet")
    elif not incident.killed:
        unknown.append("No number of dead found yet")
    if incident.place is None:
        unknown.append("The place is not known")
    elif incident.place.precision in (PlacePrecision.COUNTRY, PlacePrecision.ADMIN1):
        unknown.append("The town is not known")
    if incident.when is None or incident.when.basis is TimeBasis.GUESSED:
        unknown.append("The day is not stated")
    return tuple(unknown)


def _pages(incident: Incident, settings: MessageSettings) -> tuple[Link, ...]:
    links: list[Link] = []
    place = incident.place
    if place and place.lat is not None and place.lon is not None and place.precision is PlacePrecision.TOWN:
        spot = f"{place.lat:.4f}&mlon={place.lon:.4f}#map=11/{place.lat:.4f}/{place.lon:.4f}"
        links.append(Link("map", f"https://www.openstreetmap.org/?mlat={spot}"))
    if settings.page_base:
        page = safe_url(f"{settings.page_base.rstrip('/')}/incidents/{incident.id}")
        links += [Link("incident page", page)] if page else []
    return tuple(links)


def _why(change: Change, incident: Incident) -> tuple[str, ...]:
    why = [_WHY[change.reason]]
    if change.reason is Reason.NEW_ATTACK and change.after:
        why.append(plain(change.after, 300))  # the reasons of the assessment
    report = next((report for report in incident.reports if report.article == change.article), None)
    if report:
        rules = _rules(report)
        why += [f"rules: {', '.join(rules)}"] if rules else []
        decision = report.decision
        if decision and decision.incident:
            parts = ", ".join(f"{plain(part.name, 30)} {part.value:+.2f}" for part in decision.parts[:5])
            why.append(f"joined this incident with a score of {decision.score:.2f}" + (f" ({parts})" if parts else ""))
    return tuple(why)


def _rules(report: Report) -> list[str]:
    named = [stance.rule for stance in report.mention.stances] + [finding.rule for finding in report.mention.findings]
    return list(dict.fromkeys(plain(rule, 60) for rule in named if rule))[:_MOST_RULES]


def _footer(change: Change, incident: Incident, settings: MessageSettings, now: datetime) -> str:
    written = moment_words(now, settings.zone)
    return f"Incident {incident.id} · severity {change.severity} · written {written} · monitor show {incident.id}"
