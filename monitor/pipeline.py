"""The verbs, in order; read this first.

    feeds due ──poll──▶ new entries ──read──▶ article ──judge──▶ assessment ──file──▶ incidents, changes, outbox ──deliver──▶ people

    poll     fetch the feed, parse it in a worker, record entries, validators and the next due time in one transaction
    read     fetch the entry's page, extract its text in a worker, compose the article (the feed's own text where the page fails)
    judge    detect/ in a worker: what happened, where, when, how many, who says what about whom, and what speaks against it
    file     match, merge, decide, route (filing.py): article, findings, incidents, changes and deliveries in one transaction
    deliver  lease, send, settle (alerts/outbox.py)

Every verb takes its input from the archive and leaves its output there, so that a crash between two verbs loses
nothing: the next start finds the feed due, the entry pending or the delivery in the outbox. What goes wrong with one
feed, page or article is a value, written down with it; only what nobody expected is raised.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.desk import Desk
from monitor.filing import Filed, file_article, on_file
from monitor.ingest import feed as feed_format
from monitor.ingest import page as page_format
from monitor.ingest.compose import above, compose
from monitor.ingest.feed import ParseFailed
from monitor.ingest.schedule import FeedFacts, ask_in_full, next_due
from monitor.ingest.urls import is_home_page
from monitor.ingest.workers import WorkerFailed
from monitor.model import (
    Article,
    Assessment,
    Entry,
    ExtractedBy,
    FailureKind,
    Feed,
    Fetched,
    FetchFailed,
    FetchOutcome,
    Page,
    ParsedFeed,
    Suppressed,
)
from monitor.service.crash import crash_point
from monitor.service.logs import event
from monitor.store import entries, feeds
from monitor.store.entries import EntryState
from monitor.store.feeds import DueFeed, Poll, PollResult
from monitor.worker import judge as judge_text

log = logging.getLogger("monitor")
PAGE_TRIES = 3  # a page that passed away for a moment is asked for again; then the feed's own text is used
PAGE_PAUSE = timedelta(minutes=2)
POISON_TRIES = 5  # an entry whose reading ended in an unexpected error so often is given up


@dataclass(frozen=True, slots=True)
class Polled:
    """One poll: what it brought, or that it failed."""

    feed: str
    failed: bool
    result: PollResult


class Stopped(Exception):
    """The program ends: what was under way is left as it was, for the next start."""


def process(entry: Entry, desk: Desk) -> Filed | None:
    """Read, judge and file one entry; None when it is given up."""
    if entry.attempts > POISON_TRIES:
        desk.writer.run(lambda conn: entries.finish(conn, entry.id, EntryState.FAILED, "given up after repeated errors"))
        log.error(event("entry given up", feed=entry.feed, entry=entry.id))
        return None
    article, again = read(entry, desk)
    return file(article, judge(article, desk), desk, again)


def poll(due: DueFeed, desk: Desk) -> Polled:
    """Fetch a feed, parse it, and write down what it brought."""
    facts = FeedFacts(due.feed.tier, due.feed.every, due.consecutive_failures)
    insist = ask_in_full(facts, desk.schedule, desk.chance())
    outcome = desk.fetcher.get(due.url, None if insist else due.validators)
    crash_point("after_fetch")
    outcome, parsed, body_hash = _parsed(outcome, due, desk)
    now = desk.clock()
    ttl = parsed.ttl if parsed else None
    again = next_due(facts, outcome, now, desk.schedule, desk.chance(), ttl)
    record = Poll(due.name, outcome, again, parsed.items if parsed else (), body_hash)
    if isinstance(outcome, FetchFailed):
        log.warning(
            event("feed failed", feed=due.name, kind=outcome.kind, why=outcome.detail, next_try=again.isoformat(timespec="seconds"))
        )
    result = desk.writer.run(lambda conn: feeds.record_poll(conn, record, now))
    if result.gap:
        log.warning(event("feed may have skipped items", feed=due.name))
    return Polled(due.name, isinstance(outcome, FetchFailed), result)


def read(entry: Entry, desk: Desk) -> tuple[Article, datetime | None]:
    """The article behind an entry, and when to ask for its page again where that failed for a moment.

    An alert does not wait for a page: until it answers, the feed's own text is judged. An article whose page was read
    before keeps that text when its page is gone.
    """
    article, again = _first_hand(entry, desk)
    if article.extracted_by is ExtractedBy.PAGE or entry.url is None:
        return article, again
    stored = desk.writer.run(lambda conn: on_file(conn, article))
    if stored is not None and stored.extracted_by is ExtractedBy.PAGE:
        article = above(article, stored)
    return article, again


def _first_hand(entry: Entry, desk: Desk) -> tuple[Article, datetime | None]:
    """What feed and page say themselves."""
    feed = desk.feeds.get(entry.feed) or Feed(entry.feed, "")
    now = desk.clock()
    if entry.url is None:
        return compose(entry, feed, None, "the entry has no link", now), None
    if entry.shared_link or is_home_page(entry.url):
        return compose(entry, feed, None, "the link is not the article's own: other items have it too, or it is the front page", now), None
    outcome = desk.fetcher.get_page(entry.url)
    if isinstance(outcome, FetchFailed):
        again = _again(outcome, entry, now)
        log.info(event("page failed", feed=entry.feed, entry=entry.id, kind=outcome.kind, why=outcome.detail, again=again))
        return compose(entry, feed, None, outcome.detail, now), again
    page = _extracted(outcome, desk)
    if page.text and is_home_page(getattr(outcome, "final_url", "")):
        page = replace(page, text="", canonical_url=None, problem="the address leads to the site's front page")
    return compose(entry, feed, page, page.problem, now), None


def judge(article: Article, desk: Desk) -> Assessment:
    """What the article says. A text that hangs or kills the detector is kept, marked, and stops nothing."""
    found = desk.workers.call(judge_text, article, desk.rules.policy, desk.clock(), desk.library)
    if isinstance(found, WorkerFailed):
        _unless_stopped(found)
        log.error(event("article could not be judged", feed=article.feed, url=article.url, why=found.detail))
        return Assessment(article.language, relevant=False, suppressed=(Suppressed("unreadable", None, f"worker.{found.kind}"),))
    return found


def file(article: Article, assessment: Assessment, desk: Desk, again: datetime | None = None) -> Filed:
    """Everything about the article, and the end of its entry (or its next try, `again`), in one transaction."""
    now = desk.clock()
    filed = desk.writer.run(lambda conn: file_article(conn, article, assessment, desk.rules, now, again))
    crash_point("after_article")
    for change in filed.changes:
        log.info(
            event("incident", id=change.incident, reason=change.reason, severity=change.severity, article=filed.article, feed=article.feed)
        )
    return filed


def _parsed(outcome: FetchOutcome, due: DueFeed, desk: Desk) -> tuple[FetchOutcome, ParsedFeed | None, str | None]:
    """(outcome, document, hash of its body). A known body is not parsed again; one that is no feed becomes a failure."""
    if not isinstance(outcome, Fetched):
        return outcome, None, None
    body_hash = hashlib.sha256(outcome.body).hexdigest()
    if body_hash == due.body_hash:
        return outcome, None, body_hash
    parsed = desk.workers.call(feed_format.parse, outcome.body, outcome.content_type, outcome.final_url)
    if isinstance(parsed, ParsedFeed):
        return outcome, parsed, body_hash
    _unless_stopped(parsed)
    kind = FailureKind.PARSER if isinstance(parsed, WorkerFailed) else parsed.kind
    return FetchFailed(due.url, kind, parsed.detail, outcome.at), None, None


def _again(outcome: FetchFailed, entry: Entry, now: datetime) -> datetime | None:
    hopeful = {FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.PROTOCOL, FailureKind.HTTP}
    if outcome.kind not in hopeful or outcome.permanent or entry.attempts >= PAGE_TRIES:
        return None
    return now + max(PAGE_PAUSE, timedelta(seconds=outcome.retry_after or 0))


def _extracted(outcome: FetchOutcome, desk: Desk) -> Page:
    if not isinstance(outcome, Fetched):
        return Page("", "", None, None, None, None, None, "the server sent no page")
    page = desk.workers.call(page_format.extract, outcome.body, outcome.final_url, outcome.content_type)
    if isinstance(page, WorkerFailed):
        _unless_stopped(page)
        return Page("", "", None, None, None, None, None, page.detail)
    return page


def _unless_stopped(failed: WorkerFailed | ParseFailed) -> None:
    if isinstance(failed, WorkerFailed) and failed.kind == "stopped":
        raise Stopped
