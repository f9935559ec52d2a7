"""Which text, date and language an article gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.ingest.compose import compose
from monitor.model import Entry, ExtractedBy, Feed, Page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FEED = Feed("Harbour Wire", "https://harbour.invalid/rss", country="PK", language="en", tier=1)
ENTRY = Entry(7, "Harbour Wire", "g7", "https://harbour.invalid/7", "Title", "A summary.", "", NOW - timedelta(hours=1), NOW)
PAGE = Page("Page title", "Long text. " * 40, "A. Writer", NOW - timedelta(hours=2), None, "en-GB", "Harbour", None)


def test_a_good_page_wins() -> None:
    """The page's text is used when it is no teaser, the feed's date before the page's."""
    article = compose(ENTRY, FEED, PAGE, None, NOW)

    assert ExtractedBy.PAGE is article.extracted_by
    assert ENTRY.published == article.published
    assert article.language == "en"
    assert article.problem is None


def test_a_failed_page_falls_back_to_the_feeds_content_then_summary() -> None:
    """Without a page the article is made from what the feed gave, and the reason is kept."""
    with_content = compose(replace(ENTRY, content="Full text of the feed. " * 20), FEED, None, "the server did not answer", NOW)
    only_summary = compose(ENTRY, FEED, None, "the server did not answer", NOW)

    assert ExtractedBy.CONTENT is with_content.extracted_by
    assert ExtractedBy.SUMMARY is only_summary.extracted_by
    assert only_summary.problem == "the server did not answer"


def test_a_login_wall_is_taken_for_a_failed_page() -> None:
    """A page with less text than the feed gives does not replace the feed's text."""
    article = compose(replace(ENTRY, content="Full text of the feed. " * 20), FEED, replace(PAGE, text="Subscribe to read."), None, NOW)

    assert ExtractedBy.CONTENT is article.extracted_by
    assert article.problem


def test_dates_far_in_the_future_are_not_believed() -> None:
    """A feed's date of next year gives way to the page's."""
    article = compose(replace(ENTRY, published=NOW + timedelta(days=300)), FEED, PAGE, None, NOW)

    assert PAGE.published == article.published
