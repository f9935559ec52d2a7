"""Entry + page -> article: which text to believe, which date, which language. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Article, Entry, ExtractedBy, Feed, Page

ENOUGH = 200  # characters below which an extracted text is taken for a teaser or a login wall
FUTURE = timedelta(hours=12)  # a publication date further ahead than any time zone explains is not believed


def compose(entry: Entry, feed: Feed, page: Page | None, problem: str | None, now: datetime) -> Article:
    """The article of `entry`: the page's text when it has one, else the feed's content, else its summary.

    `problem` says why the page was not used; it is kept with the article. The publication time is the feed's, else
    the page's; dates in the future beyond FUTURE are dropped.
    """
    text, extracted_by, problem = _text(entry, page, problem)
    return Article(
        url=entry.url or "",
        title=entry.title or (page.title if page else ""),
        text=text,
        language=((page.language if page else None) or feed.language).lower()[:2],
        published=_published(entry, page, now),
        seen=entry.first_seen,
        outlet=feed.name,
        feed=feed.name,
        feed_country=feed.country,
        tier=feed.tier,
        author=page.author if page else None,
        canonical_url=page.canonical_url if page else None,
        extracted_by=extracted_by,
        problem=problem,
        backfill=entry.backfill,
        entry=entry.id,
    )


def above(article: Article, stored: Article) -> Article:
    """A poorer reading of an article whose page was read before: the feed's newer words above the stored text."""
    told = article.text.strip()
    text = stored.text if told in stored.text else f"{told}\n{stored.text}"
    return replace(article, text=text, language=stored.language, extracted_by=stored.extracted_by)


def _text(entry: Entry, page: Page | None, problem: str | None) -> tuple[str, ExtractedBy, str | None]:
    text = page.text if page else ""
    if len(text) >= max(ENOUGH, len(entry.content) // 2, len(entry.summary)):
        return text, ExtractedBy.PAGE, None
    if page and not problem:
        problem = page.problem or "the page gave less text than the feed"
    if len(entry.content) >= max(ENOUGH, len(text), len(entry.summary)):
        return entry.content, ExtractedBy.CONTENT, problem
    if len(text) > len(entry.summary):
        return text, ExtractedBy.PAGE, None
    return entry.summary or entry.content, ExtractedBy.SUMMARY, problem


def _published(entry: Entry, page: Page | None, now: datetime) -> datetime | None:
    for moment in (entry.published, page.published if page else None):
        if moment is not None and moment <= now + FUTURE:
            return moment
    return None
