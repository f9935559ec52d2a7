"""Hostile and broken input through the real pipeline: recorded with a plain reason, the rest goes on, nothing stored is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Feed

HOUR = timedelta(hours=2)
CALM = "<guid>calm</guid><title>Apricot season opens</title><description>Growers expect a good year in the valley.</description>"


def item(guid: str, title: str, link: str = "", summary: str = "", day: str = "Tue, 03 Mar 2026 11:00:00 +0000") -> str:
    """The inside of one RSS item; empty arguments leave their element out."""
    parts = (("guid", guid), ("title", title), ("link", link), ("description", summary), ("pubDate", day))
    return "".join(f"<{name}>{value}</{name}>" for name, value in parts if value)


BAD_FEEDS = {
    "html": (b"<html><head><title>Moved</title></head><body>Gone</body></html>", "web page"),
    "empty": (b"", "empty"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "bomb": (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        b"<rss><channel><item><title>&b;</title></item></channel></rss>",
        "entities",
    ),
    "large": (b"<rss><channel>" + b"<item><title>x</title></item>" * 60_000, "larger than 1 MB"),
    "noise": (bytes(range(256)) * 40, ""),
}


def test_each_bad_feed_is_recorded_with_a_reason_and_the_good_one_is_read(paper, office) -> None:
    """HTML, nothing, a PDF, an entity bomb, too much, noise, 404, never ending: each its own plain reason."""
    feeds = [Feed(name, paper.serve(f"/{name}", body, "application/xml")) for name, (body, _) in BAD_FEEDS.items()]
    feeds += [Feed("endless", paper.drip("/endless", b"<item><title>x</title></item>")), Feed("gone", paper.base + "/gone")]
    feeds += [Feed("good", paper.feed("/good", CALM))]
    with office(*feeds) as desk:
        desk.work()

        errors = dict(desk.query("SELECT name, last_error FROM feed"))
        assert errors.pop("good") is None
        assert all(errors.values()), errors
        for name, (_, words) in BAD_FEEDS.items():
            assert words in errors[name], errors[name]
        assert "within 2 seconds" in errors["endless"]
        assert "404" in errors["gone"]
        assert desk.query("SELECT feed, title FROM article") == [("good", "Apricot season opens")]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256", "latin-1"])
def test_a_feed_in_a_wrong_or_rare_encoding_keeps_its_items(paper, office, encoding: str) -> None:
    """A document whose bytes are not what its header says gives its items, and no failure that ends the rest."""
    inside = item("a", "Café reopens", summary="Tea is served.")
    body = f"<?xml version='1.0' encoding='utf-8'?><rss><channel><item>{inside}</item></channel></rss>"
    with office(Feed("odd", paper.serve("/odd", body.encode(encoding, "replace"), "text/xml"))) as desk:
        desk.work()

        assert desk.query("SELECT failure_kind FROM feed") == [(None,)]
        assert desk.one("SELECT count(*) FROM article") == 1


def test_a_truncated_feed_keeps_whole_items_and_the_rest_follows(paper, office) -> None:
    """Half an item is not stored as if it were whole; the next poll brings it."""
    whole, half = item("a", "Tea is served"), item("b", "Ferry fares stay", summary="As they are, says the company.")
    paper.serve("/cut", f"<rss version='2.0'><channel><item>{whole}</item><item>{half[:60]}", "application/rss+xml")
    with office(Feed("cut", paper.base + "/cut")) as desk:
        desk.work()
        assert desk.query("SELECT title FROM article") == [("Tea is served",)]
        paper.feed("/cut", whole, half)
        desk.work(HOUR)

        assert {row[0] for row in desk.query("SELECT title FROM article")} == {"Tea is served", "Ferry fares stay"}


def test_entries_without_guid_link_title_or_date_are_kept_once(paper, office) -> None:
    """Whatever is missing, the entry is filed, and the same document adds nothing on the next poll."""
    link = paper.article("/news/1", "Valley road opens", "The road through the valley is open again. " * 10)
    items = (item("", "No guid", link), item("g1", "No link"), item("g2", "", "", "Only a summary here."), item("g3", "No date", day=""))
    with office(Feed("bare", paper.feed("/bare", *items))) as desk:
        desk.work()
        paper.feed("/bare", *items, item("g4", "One more"))
        desk.work(HOUR)

        assert desk.one("SELECT count(*) FROM entry") == 5
        assert desk.one("SELECT count(*) FROM entry WHERE state <> 'done'") == 0
        assert desk.one("SELECT count(*) FROM article WHERE title = ''") == 0


def hostile_pages(paper) -> dict[str, tuple[str, str]]:
    """name -> (address, words of the reason)."""
    wall = "<html><body><h1>Members</h1><p>Please log in to continue reading.</p></body></html>"
    return {
        "pdf": (paper.serve("/p/pdf", b"%PDF-1.4\n" + b"0" * 2000, "application/pdf"), "PDF"),
        "wall": (paper.serve("/p/wall", wall), ""),
        "large": (paper.serve("/p/large", b"<html>" + b"<p>words</p>" * 120_000), "larger than 1 MB"),
        "nested": (paper.serve("/p/nested", "<div>" * 100_000 + "salt" + "</div>" * 100_000), ""),
        "endless": (paper.drip("/p/endless", b"<p>move</p>"), "within 2 seconds"),
        "gone": (paper.base + "/p/gone", "404"),
        "file": ("file:///etc/hostname", ""),
        "private": ("http://10.0.0.1/x", "public"),
    }


def test_hostile_pages_cost_their_page_and_nothing_else(paper, office) -> None:
    """Each entry is judged by the feed's own text, with the reason why its page was not read."""
    pages = hostile_pages(paper)
    items = [
        item(name, f"Story {name}", link, "The road through the valley is open again, the ministry said.")
        for name, (link, _) in pages.items()
    ]
    good = paper.article("/p/good", "Good story", "The road through the valley is open again. " * 10)
    with office(Feed("wild", paper.feed("/wild", *items, item("good", "Good story", good)))) as desk:
        for _ in range(5):  # pages that may come back are asked for again
            desk.work(HOUR)

        problems = dict(desk.query("SELECT title, problem FROM article"))
        assert problems.pop("Good story") is None
        assert len(problems) == len(pages), problems
        for name, (_, words) in pages.items():
            problem = problems[f"Story {name}"]
            assert problem, name
            assert words in problem, problem
        assert desk.one("SELECT count(*) FROM entry WHERE state <> 'done'") == 0
