"""From an article to its assessment: the order of detection, on one screen.

    close up ─▶ gate ─▶ read ─▶ actors, stances, events, vetoes, places, times, tolls ─▶ tellings ─▶ scores ─▶ mentions ─▶ roles ─▶ verdict

Everything here is pure and deterministic. The gate is one pass over the folded text: most news never gets past it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.detect import actors, events, places, stances, times, tolls, vetoes
from monitor.detect import language as languages
from monitor.detect.atlas import Gazetteer
from monitor.detect.evidence import Evidence, without_voided
from monitor.detect.grouping import Telling, group
from monitor.detect.lexicon import Lexicon
from monitor.detect.mentions import Draft, draft, stances_by_telling
from monitor.detect.relevance import relevant
from monitor.detect.spacing import close_up
from monitor.detect.text import fold, read
from monitor.detect.verdict import Policy, alert_call, ranked, suppressed
from monitor.model import Article, Assessment, Kind, Mention, Role, Suppressed

__all__ = ["Knowledge", "Policy", "Trace", "assess", "outline", "trace"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What detection knows of the world: loaded once per process."""

    lexicon: Lexicon
    gazetteer: Gazetteer


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of an assessment, for `explain`: all hits, the tellings made of them, and their scores."""

    assessment: Assessment
    evidence: Evidence | None  # None when the gate or the language ended it
    drafts: tuple[Draft, ...] = ()


def assess(article: Article, knowledge: Knowledge, policy: Policy, now: datetime) -> Assessment:
    """Judge one article. `now` is the moment at which an undated article counts as written, if it was not seen before."""
    return trace(article, knowledge, policy, now).assessment


def trace(article: Article, knowledge: Knowledge, policy: Policy, now: datetime) -> Trace:
    """`assess`, with all that led to it."""
    article, restored = close_up(_seen_by(article, now))
    language = languages.detect(f"{article.title}\n{article.text}", article.language)
    if language not in policy.languages:
        return Trace(Assessment(language, False, suppressed=(Suppressed("language", None, f"language.{language}"),)), None)
    if not knowledge.lexicon.events.opens(fold(f"{article.title}\n{article.text}")):
        return Trace(Assessment(language, False), None)
    evidence = gather(article, knowledge)
    drafts = ranked(_drafts(evidence, knowledge), evidence)
    alert = alert_call(drafts, evidence, policy)
    first = drafts[0] if drafts else None
    assessment = Assessment(
        language, alert is not None or relevant(evidence, knowledge.lexicon.score), tuple(each.mention for each in drafts), alert,
        () if alert else suppressed(drafts, evidence, policy), first.score.value if first else 0.0, first.score.parts if first else (),
    )  # fmt: skip
    return Trace(restored.assessment(assessment), evidence, tuple(drafts))


def outline(article: Article, knowledge: Knowledge, _policy: Policy, now: datetime) -> Mention:
    """The best reading of any article as the report of one incident, whatever the verdict on it."""
    article, restored = close_up(_seen_by(article, now))
    evidence = gather(article, knowledge, all_of_it=True)
    drafts = ranked(_drafts(evidence, knowledge), evidence)
    if drafts:
        return restored.mention(drafts[0].mention)
    whole = Telling(sentences=list(range(min(6, len(evidence.document.sentences)))))
    made = draft(whole, evidence, knowledge.lexicon.score, knowledge.lexicon.events.known, evidence.stances)
    return restored.mention(replace(made.mention, role=Role.PRIMARY, kind=Kind.UNCLEAR))


def gather(article: Article, knowledge: Knowledge, all_of_it: bool = False) -> Evidence:
    """Run the finders over one article. Places, times and counts are looked for where there are events, or if `all_of_it`."""
    lexicon = knowledge.lexicon
    document = read(article)
    named = actors.find(document, lexicon.actors)
    held, silent = stances.find(document, named, lexicon.stances)
    signs = vetoes.find(document, lexicon.vetoes)
    standing, voided = without_voided(events.find(document, lexicon.events, named), signs)
    happened = (*standing, *events.implied(held, silent))
    if not happened and not all_of_it:
        return Evidence(document, (), voided, named, held, silent, vetoes=signs)
    where = places.find(document, knowledge.gazetteer, named)
    counts = tolls.find(document, lexicon.tolls)
    return Evidence(document, happened, voided, named, held, silent, where, times.find(document), counts, signs)


def _drafts(evidence: Evidence, knowledge: Knowledge) -> list[Draft]:
    lexicon = knowledge.lexicon
    tellings = group(evidence.document, evidence.events, evidence.places, evidence.times, evidence.vetoes, lexicon.events.known)
    held = stances_by_telling(tellings, evidence) if tellings else {}
    return [draft(telling, evidence, lexicon.score, lexicon.events.known, held[index]) for index, telling in enumerate(tellings)]


def _seen_by(article: Article, now: datetime) -> Article:
    return replace(article, seen=now) if article.published is None and article.seen > now else article
