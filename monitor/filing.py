"""Filing an article: it, its findings, its incidents, their changes and the alerts, in one transaction or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.notices import notice
from monitor.alerts.routes import channels_for
from monitor.desk import Rules
from monitor.incidents import fingerprint
from monitor.incidents.attach import Attached, Telling, attach, tellings
from monitor.incidents.keys import NAMESAKES, name_keys, probe_keys
from monitor.ingest import reprints
from monitor.ingest.urls import is_home_page, same_site, url_key
from monitor.model import Article, Assessment, Change, Fingerprint, Incident, Report
from monitor.service.crash import crash_point
from monitor.store import articles, entries, incidents, outbox, terms

REPRINT_DAYS = timedelta(days=4)  # a wire text is reprinted within days; later likeness is boilerplate


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of an article. `known`: it was on file with this very text, and nothing was done."""

    article: int
    known: bool = False
    opened: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    deliveries: int = 0


def file_article(
    conn: sqlite3.Connection, article: Article, assessment: Assessment, rules: Rules, now: datetime, again: datetime | None = None
) -> Filed:
    """Keep the article, let its mentions find their incidents, and end its entry. Must run inside a write transaction.

    `again`: when the entry is to be read once more, because its page could not be had yet.
    """
    kept = _keep(conn, article, assessment, now)
    _end_entry(conn, article, kept.number, again)
    if kept.known:
        return Filed(kept.number, known=True)
    crash_point("inside_article")
    held = incidents.holding(conn, kept.number) if kept.revised else []
    earlier = [report for incident in held for report in incident.reports if report.article == kept.number]
    told = tellings(assessment, article, kept.number, kept.source, _fingerprint(conn, article, assessment, rules, kept.revised))
    attached = [one for telling in told if (one := _attach(conn, telling, earlier, rules, now))]
    changes = tuple(change for one in attached for change in one.found.changes)
    deliveries = sum(_announce(conn, one, article, rules, now) for one in attached)
    return Filed(
        kept.number,
        opened=tuple(one.incident.id for one in attached if one.opened),
        updated=tuple(dict.fromkeys(one.incident.id for one in attached if not one.opened)),
        changes=changes,
        deliveries=deliveries,
    )


def _fingerprint(conn: sqlite3.Connection, article: Article, assessment: Assessment, rules: Rules, revised: bool) -> Fingerprint | None:
    """What the article's wording tells it apart by; its names are counted, once, for those to come."""
    if rules.incidents.wording is None or not assessment.incidents:
        return None
    wording = fingerprint.read(article)
    made = fingerprint.fingerprint(wording, terms.frequencies(conn, wording.terms))
    if not revised:
        terms.observe(conn, wording.terms)
    return made


def _end_entry(conn: sqlite3.Connection, article: Article, number: int, again: datetime | None) -> None:
    if article.entry is None:
        return
    if again is not None:
        entries.postpone(conn, article.entry, again, article.problem or "")
    else:
        entries.finish(conn, article.entry, entries.EntryState.DONE, article.problem or "", number)


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    source: str
    known: bool = False
    revised: bool = False


def _keep(conn: sqlite3.Connection, article: Article, assessment: Assessment, now: datetime) -> _Kept:
    """Insert the article, or revise the one known by the same address; reprints join the source of what they copy."""
    keys = url_keys(article)
    text_hash = reprints.content_hash(f"{article.title}\n{article.text}")
    signature = reprints.signature(article.text)
    number = _number(conn, article, keys, signature)
    if number is not None:
        if articles.content_hash(conn, number) == text_hash:
            return _Kept(number, "", known=True)
        articles.update_text(conn, number, article, assessment, text_hash, now, signature.bands)
        return _Kept(number, articles.source(conn, number), revised=True)
    source = _copied_source(conn, signature, now)
    number = articles.insert(conn, article, assessment, keys, text_hash, source, signature.bands)
    return _Kept(number, source or f"a{number}")


def on_file(conn: sqlite3.Connection, article: Article) -> Article | None:
    """The article as it is stored, where this is another reading of it."""
    number = _number(conn, article, url_keys(article), reprints.signature(article.text))
    return None if number is None else articles.load(conn, number)


def _number(conn: sqlite3.Connection, article: Article, keys: Sequence[str], signature: reprints.Signature) -> int | None:
    """Its number if it is on file: filed from this entry before, known by its address, or by its canonical one.

    An address that several items of a feed share is nobody's own. A canonical address is believed only where the texts
    agree: there are sites whose pages all name one section as canonical.
    """
    if article.entry is not None:
        filed = entries.article_of(conn, article.entry)
        if filed is not None or entries.shares_link(conn, article.entry):
            return filed
    for place, key in enumerate(keys):
        number = articles.find_by_url_key(conn, key)
        if number is not None and (place == 0 or _alike(articles.load(conn, number), article, signature)):
            return number
    return None


def _alike(stored: Article, article: Article, signature: reprints.Signature) -> bool:
    same_title = entries.title_hash(stored.title) == entries.title_hash(article.title)
    return same_title or reprints.same_text(stored.text, signature)


def url_keys(article: Article) -> tuple[str, ...]:
    """The keys of the article's address and of its canonical one, where that is of the same site and no home page."""
    if not article.url:
        return ()
    keys = [url_key(article.url)]
    canonical = article.canonical_url
    if canonical and same_site(canonical, article.url) and not is_home_page(canonical):
        keys.append(url_key(canonical))
    return tuple(dict.fromkeys(keys))


def _copied_source(conn: sqlite3.Connection, signature: reprints.Signature, now: datetime) -> str | None:
    for candidate in articles.reprint_candidates(conn, signature.bands, now - REPRINT_DAYS):
        if reprints.same_text(signature, candidate.text):
            return candidate.source
    return None


def _attach(conn: sqlite3.Connection, telling: Telling, earlier: Sequence[Report], rules: Rules, now: datetime) -> Attached | None:
    """Find the mention's incident. `earlier` are the reports of the article before it was edited."""
    keys = probe_keys(telling.mention, telling.article.at, rules.incidents.match)
    found = {incident.id: incident for incident in incidents.candidates(conn, keys)}
    found |= {incident.id: incident for incident in incidents.candidates(conn, name_keys(telling.fingerprint), NAMESAKES)}
    if earlier:
        found |= {incident.id: incident for incident in incidents.holding(conn, telling.number)}
    attached = attach(
        telling,
        list(found.values()),
        lambda: incidents.new_id(conn),
        lambda incident: incidents.told(conn, incident),
        now,
        rules.incidents,
        replaces=earlier,
    )
    if attached is not None:
        incidents.save(conn, attached.incident, attached.keys)
    return attached


def _announce(conn: sqlite3.Connection, attached: Attached, article: Article, rules: Rules, now: datetime) -> int:
    """Record every change once, and enqueue those that people are to be told of."""
    for change in attached.found.silent:
        incidents.record_change(conn, change)
    fresh = [change for change in attached.found.changes if incidents.record_change(conn, change)]
    return sum(_enqueue(conn, change, attached.incident, article, rules, now) for change in fresh)


def _enqueue(conn: sqlite3.Connection, change: Change, incident: Incident, article: Article, rules: Rules, now: datetime) -> int:
    told = notice(change, incident, rules.message, now, outbox.thread_subject(conn, incident.id))
    channels: Sequence[str] = channels_for(told, incident, rules.routes, rules.channels)
    return len(outbox.enqueue(conn, told, channels, now, seen=article.seen))
