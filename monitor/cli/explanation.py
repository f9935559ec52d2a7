"""An analysis told to people: every hit beside its sentence, the sum behind each incident, and what was decided why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.detect.assess import Policy, Trace
from monitor.detect.evidence import Evidence
from monitor.detect.hits import VetoHit
from monitor.detect.mentions import Draft
from monitor.model import Article, Mention, Part, Suppressed


class Line(NamedTuple):
    """One line and the style it is printed in ("" for none)."""

    text: str
    style: str = ""


_COUNTS = ("killed", "injured", "kidnapped", "perpetrators_killed")
_QUOTE = 160  # characters of a quote that stands behind a field; the whole sentence is shown above


def explanation(article: Article, found: Trace, policy: Policy) -> Iterator[Line]:
    """The whole explanation, the verdict last."""
    assessment = found.assessment
    yield Line(article.title, "bold")
    yield Line(f"language {assessment.language} · published {article.published or 'unknown'}", "dim")
    if found.evidence is None:
        yield Line("nothing in it speaks of violence, or its language is not read: no rule was tried")
    else:
        yield from _hits(found.evidence)
    for number, draft in enumerate(found.drafts, 1):
        yield Line("")
        yield from _mention(number, draft)
        yield from _sum(draft, policy.threshold)
    yield Line("")
    yield from map(_held_back, assessment.suppressed)
    if call := assessment.alert:
        reasons = "; ".join(call.reasons)
        yield Line(f"ALERT {call.kind.value} · {call.severity.value} · confidence {call.confidence:.2f} · {reasons}", "bold red")
    else:
        relevant = "relevant" if assessment.relevant else "not relevant"
        yield Line(f"no alert (confidence {assessment.confidence:.2f}, {relevant})", "bold")


def _hits(evidence: Evidence) -> Iterator[Line]:
    """Every hit under its sentence: what it is, the rule, the words."""
    shown = -1
    for sentence, _, text, style in sorted(_found(evidence), key=lambda each: each[:3]):
        if sentence != shown:
            shown = sentence
            read = evidence.document.sentences[sentence]
            yield Line(f"{read.zone.value:>5} {read.text}")
        yield Line(f"      {text}", style)


def _found(evidence: Evidence) -> Iterator[tuple[int, int, str, str]]:
    """(sentence, offset, what it is, style) of every hit."""
    for event in evidence.events:
        told = f"{event.kind.value} {'/'.join(event.attack_types)} [{event.rule}] {event.aspect.value} “{event.text}”"
        yield event.sentence, event.start, told, "red"
    for event in evidence.voided:
        yield event.sentence, event.start, f"set aside [{event.rule}] “{event.text}”", "dim"
    for actor in evidence.actors:
        yield actor.sentence, actor.start, f"actor {actor.actor} ({actor.naming.value}) “{actor.text}”", "magenta"
    for held in evidence.stances:
        stance = held.stance
        yield held.sentence, held.start, f"{stance.actor} {stance.stance.value} by {stance.by.value} [{stance.rule}]", "bold magenta"
    for silent in evidence.no_claims:
        yield silent.sentence, 0, f"no claim [{silent.rule}]", "bold magenta"
    for toll in evidence.tolls:
        count = f"{toll.range.low}-{toll.range.high or ''} (best {toll.range.best})"
        yield toll.sentence, toll.start, f"{toll.what.value} {count} [{toll.rule}]", "cyan"
    for place in evidence.places:
        yield place.sentence, place.start, f"place {place.place.name}, {place.place.country} ({place.use.value}) “{place.text}”", "blue"
    for time in evidence.times:
        day = time.when.start if time.when else "unresolved"
        yield time.sentence, time.start, f"time {day}{' long ago' if time.historical else ''} [{time.rule}] “{time.text}”", "blue"
    for veto in evidence.vetoes:
        yield veto.sentence, veto.start, f"veto {veto.veto} ({veto.scope}, {veto.weight:g}) [{veto.rule}] {_words(veto)}", "yellow"


def _words(veto: VetoHit) -> str:
    return f"“{veto.quote.text[veto.start : veto.end].strip()}”"


def _mention(number: int, draft: Draft) -> Iterator[Line]:
    mention = draft.mention
    where = f"{mention.place.name}, {mention.place.country_name} ({mention.place.precision.value})" if mention.place else "place unknown"
    when = f"{mention.when.start} ({mention.when.precision.value}, {mention.when.basis.value})" if mention.when else "date unknown"
    what = f"{mention.role.value} {mention.kind.value} · {', '.join(mention.attack_types) or '-'}"
    past = " · told as past" if draft.telling.past else ""
    yield Line(f"incident {number}: {what} · {where} · {when}{past}", "bold")
    if told := _counts(mention):
        yield Line(f"  {told}", "cyan")
    for stance in mention.stances:
        source = f"by {stance.by.value}, via {stance.via.value}"
        yield Line(f"  {stance.name} ({stance.actor}) {stance.stance.value}, {source} [{stance.rule}]: “{stance.quote.text}”", "magenta")
    for finding in mention.findings:
        rule = f" [{finding.rule}]" if finding.rule else ""
        yield Line(f"  {finding.field}{rule}: “{_short(finding.quote.text)}”", "dim")


def _counts(mention: Mention) -> str:
    tolls = ((name, getattr(mention, name)) for name in _COUNTS)
    return ", ".join(f"{name} {count.low}-{count.high or ''} ({count.best})" for name, count in tolls if count)


def _short(text: str) -> str:
    return text if len(text) <= _QUOTE else f"{text[:_QUOTE].rstrip()} ..."


def _sum(draft: Draft, threshold: float) -> Iterator[Line]:
    yield from map(_part, draft.score.parts)
    verdict = "enough for an alert" if draft.score.value >= threshold else "below an alert"
    yield Line(f"  {draft.score.odds:+.2f}  together: confidence {draft.score.value:.2f}, {verdict} ({threshold:.2f})", "bold")


def _part(part: Part) -> Line:
    return Line(f"  {part.value:+.2f}  {part.name}{f' ({part.detail})' if part.detail else ''}", "green" if part.value > 0 else "red")


def _held_back(reason: Suppressed) -> Line:
    quote = f": “{reason.quote.text}”" if reason.quote else ""
    return Line(f"held back by {reason.rule} [{reason.rule_id}]{quote}", "yellow")
