"""One mention finds its incident: match, open or drop, fold, and say what is news. The archive and replay both call this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.incidents import changes, match, merge
from monitor.incidents.keys import Key, blocking_keys, name_keys
from monitor.incidents.nearness import claims_first, gap_days
from monitor.incidents.settings import IncidentSettings
from monitor.model import AlertCall, Article, Assessment, Fingerprint, Incident, MatchDecision, Mention, Reason, Report, Role

RECOLLECTIONS = frozenset({"anniversary", "trial", "history"})  # classes of the veto lexicon
_ROLES = (Role.PRIMARY, Role.SECONDARY, Role.BACKGROUND)


@dataclass(frozen=True, slots=True)
class Telling:
    """One mention as it arrives: with its article, the article's number, its reprint group, and what it would alert."""

    mention: Mention
    article: Article
    number: int
    source: str
    call: AlertCall | None = None
    recollection: bool = False  # never opens an incident
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """What became of a mention: the incident after it, the keys to file it under, and the news."""

    incident: Incident
    report: Report
    opened: bool
    found: changes.Found
    keys: tuple[Key, ...]


def tellings(
    assessment: Assessment, article: Article, number: int, source: str, fingerprint: Fingerprint | None = None
) -> tuple[Telling, ...]:
    """An article's mentions, what it is about first; the alert call goes with the first primary mention alone.

    So does the article's fingerprint, or with the only mention there is: the names of a text belong to what it is about.

    Where detection found a trial, an anniversary or an old story, the mention is a recollection: it attaches, but opens
    nothing and changes no fact. A late claim is told all the same.
    """
    recalls = assessment.alert is None and any(reason.rule in RECOLLECTIONS for reason in assessment.suppressed)
    recalled = {mention: _recalled(mention, article.at.date()) for mention in assessment.incidents if recalls and not claims_first(mention)}
    ranked = sorted(assessment.incidents, key=lambda mention: _ROLES.index(mention.role))
    calls = [assessment.alert, *[None] * len(ranked)]
    return tuple(
        Telling(
            recalled.get(mention, mention), article, number, source, call if mention.role is Role.PRIMARY else None, mention in recalled,
            fingerprint if place == 0 and (mention.role is Role.PRIMARY or len(ranked) == 1) else None,
        )
        for place, (mention, call) in enumerate(zip(ranked, calls, strict=False))
    )  # fmt: skip


def _recalled(mention: Mention, written: date) -> Mention:
    """The mention as background; a day that is that of the hearing or the memorial is not the attack's."""
    today = mention.when is not None and gap_days((mention.when.start, mention.when.end), (written, written)) <= 1
    return replace(mention, role=Role.BACKGROUND, when=None if today else mention.when)


def attach(
    telling: Telling,
    candidates: Sequence[Incident],
    new_id: Callable[[], str],
    told: Callable[[str], Sequence[str]],
    now: datetime,
    settings: IncidentSettings | None = None,
    always_open: bool = False,
    replaces: Sequence[Report] = (),
) -> Attached | None:
    """Attach a mention to one of `candidates` or to a new incident; None when it may not open one.

    `new_id` gives an unused incident id, `told` the change keys recorded for an incident, oldest first. `replaces` are
    reports of an earlier version of the article, which no longer count: an edited article speaks once.
    """
    settings = settings or IncidentSettings()
    mention, article = telling.mention, telling.article
    news = telling.call is not None and telling.call.kind is Reason.NEW_ATTACK
    decision = match.decide(mention, article, candidates, settings.match, telling.source, telling.fingerprint, settings.wording, news)
    before = next((one for one in candidates if one.id == decision.incident), None)
    opens = always_open or (not telling.recollection and match.may_open(mention, article, settings.match))
    if before is None and not opens:
        return None
    incident_id = before.id if before is not None else new_id()
    report = report_of(telling, decision)
    others = [one for one in before.reports if one not in replaces] if before is not None else []
    reports = (*others, report)
    after = merge.fold(incident_id, reports, before is not None and before.announced, settings.fold)
    found = changes.find(before, after, report, telling.call, now, settings.change, told(incident_id), article.backfill)
    if found.changes and not after.announced:
        after = replace(after, announced=True)
    keys = (*blocking_keys(mention, article.at), *name_keys(telling.fingerprint))
    return Attached(after, report, before is None, found, keys)


def report_of(telling: Telling, decision: MatchDecision | None = None) -> Report:
    """The report that a mention becomes."""
    article = telling.article
    return Report(
        article=telling.number, mention=telling.mention, outlet=article.outlet, feed=article.feed, tier=article.tier,
        url=article.url, title=article.title, at=article.at, seen=article.seen, source=telling.source, decision=decision,
        fingerprint=telling.fingerprint,
    )  # fmt: skip
