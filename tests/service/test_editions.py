"""The same news again: edited, retitled, reprinted, under two addresses, re-read, in a language nobody reads, under a moved feed."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Feed

HOUR = timedelta(hours=2)
TITLE = "Bomb blast in Quetta market kills {killed}"
BLAST = (
    "QUETTA: A bomb exploded in a crowded market in Quetta in Pakistan's Balochistan province on Tuesday, killing {killed} people "
    "and wounding 14, police said.\nThe device had been planted on a parked motorcycle, district police officer Naseer Zehri told "
    "reporters. No group has claimed responsibility for the attack.\nThe wounded were taken to the district hospital, where an "
    "emergency was declared. Shops stayed closed for the rest of the day, and the road to the airport was blocked by the police."
)
CALM = "<guid>calm</guid><title>Apricot season opens</title><description>Growers expect a good year in the valley.</description>"
REASONS = "SELECT reason FROM change ORDER BY id"


def item(guid: str, title: str, link: str = "", summary: str = "", day: str = "Tue, 03 Mar 2026 11:00:00 +0000") -> str:
    """The inside of one RSS item; empty arguments leave their element out."""
    parts = (("guid", guid), ("title", title), ("link", link), ("description", summary), ("pubDate", day))
    return "".join(f"<{name}>{value}</{name}>" for name, value in parts if value)


def told(desk) -> list[str]:
    """Reasons of what would be told to people, in order."""
    return [str(row[0]) for row in desk.query("SELECT reason FROM notice ORDER BY rowid")]


def blast(paper, path: str, killed: int, head: str = "") -> str:
    return paper.article(path, TITLE.format(killed=killed), BLAST.format(killed=killed), head)


def test_an_edited_article_is_one_report_and_its_new_toll_an_update(paper, office) -> None:
    """Toll 4 becomes 9 under the same address and guid: one article, one source, one toll alert, no second attack."""
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        link = blast(paper, "/n/1", 4)
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=4), link))
        desk.work(HOUR)
        assert told(desk) == ["new_attack"]
        blast(paper, "/n/1", 9)
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=9), link))
        desk.work(HOUR)

        assert told(desk) == ["new_attack", "toll"]
        assert desk.query("SELECT killed_best, reports, independent_sources FROM incident") == [(9, 1, 1)]
        assert desk.query("SELECT revision FROM article WHERE url LIKE '%/n/1'") == [(2,)]


def test_a_new_headline_over_the_same_facts_alerts_nobody(paper, office) -> None:
    """One guid, another headline, the same toll: the article is revised and nothing is told."""
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        link = blast(paper, "/n/1", 6)
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=6), link))
        desk.work(HOUR)
        paper.feed("/rss", CALM, item("b", "Six killed in Quetta market bomb blast", link))
        desk.work(HOUR)

        assert told(desk) == ["new_attack"]
        assert desk.one("SELECT count(*) FROM incident") == 1
        assert desk.one("SELECT title FROM article WHERE url LIKE '%/n/1'") == "Six killed in Quetta market bomb blast"


def test_one_article_under_two_feeds_and_addresses_is_one_report(paper, office) -> None:
    """The canonical link joins an article's two addresses, whichever feed brings them."""
    feeds = (Feed("world", paper.feed("/world", CALM), "PK", tier=1), Feed("local", paper.feed("/local", CALM), "PK", tier=1))
    with office(*feeds) as desk:
        desk.work()
        link = blast(paper, "/n/1", 6)
        second = blast(paper, "/mobile/1", 6, f"<link rel='canonical' href='{link}'>")
        paper.feed("/world", CALM, item("b", TITLE.format(killed=6), link))
        paper.feed("/local", CALM, item("x", TITLE.format(killed=6), second))
        desk.work(HOUR)
        paper.feed("/local", CALM, item("x", TITLE.format(killed=6), second), item("y", TITLE.format(killed=6), link + "?utm_source=rss"))
        desk.work(HOUR)

        assert told(desk) == ["new_attack"]
        assert desk.query("SELECT reports, independent_sources FROM incident") == [(1, 1)]


def test_a_canonical_link_that_every_page_has_joins_nothing(paper, office) -> None:
    """A site whose pages all name one section as canonical keeps its articles apart."""
    head = f"<link rel='canonical' href='{paper.base}/section/news'>"
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        link = blast(paper, "/n/1", 6, head)
        ferry = paper.article("/n/2", "Ferry fares stay", "Fares on the lake ferry stay as they are, the company said. " * 9, head)
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=6), link))
        desk.work(HOUR)
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=6), link), item("c", "Ferry fares stay", ferry))
        desk.work(HOUR)

        assert desk.one("SELECT count(*) FROM article") == 3
        assert desk.query("SELECT title, revision FROM article WHERE url LIKE '%/n/1'") == [(TITLE.format(killed=6), 1)]


def test_items_that_share_one_link_stay_apart(paper, office) -> None:
    """A feed that links every item to its front page of alerts gives one article per item, each from its own text."""
    page = paper.article("/alerts", "Alerts", "All alerts of the day are listed here, in the order in which they came in. " * 9)
    first = item("b", TITLE.format(killed=6), page, BLAST.format(killed=6))
    second = item("c", "Ferry fares stay", page, "Fares on the lake ferry stay as they are, the company said on Tuesday.")
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        paper.feed("/rss", CALM, first, second)
        desk.work(HOUR)

        titles = {str(row[0]) for row in desk.query("SELECT title FROM article")}
        assert titles == {"Apricot season opens", TITLE.format(killed=6), "Ferry fares stay"}
        assert told(desk) == ["new_attack"]


def test_a_reprint_adds_no_source(paper, office) -> None:
    """Another outlet with the same text is a report of the same source."""
    feeds = (Feed("world", paper.feed("/world", CALM), "PK", tier=1), Feed("local", paper.feed("/local", CALM), "PK", tier=2))
    with office(*feeds) as desk:
        desk.work()
        paper.feed("/world", CALM, item("b", TITLE.format(killed=6), blast(paper, "/n/1", 6)))
        desk.work(HOUR)
        paper.feed("/local", CALM, item("x", "Market bomb kills six", blast(paper, "/other/7", 6)))
        desk.work(HOUR)

        assert told(desk) == ["new_attack"]
        assert desk.query("SELECT reports, independent_sources FROM incident") == [(2, 1)]


def test_a_page_that_answers_later_adds_only_its_difference(paper, office) -> None:
    """500 at first: the summary alerts at once; the page, when it comes, tells only what is new."""
    link = paper.serve("/n/1", "broken", status=500)
    summary = "A bomb exploded in a market in Quetta on Tuesday, killing six people, police said."
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        paper.feed("/rss", CALM, item("b", TITLE.format(killed="six"), link, summary))
        desk.work(HOUR)
        assert told(desk) == ["new_attack"]
        assert desk.one("SELECT extracted_by FROM article WHERE url LIKE '%/n/1'") == "summary"
        blast(paper, "/n/1", 6)
        desk.work(HOUR)

        assert told(desk) == ["new_attack"]
        assert desk.query("SELECT extracted_by, problem FROM article WHERE url LIKE '%/n/1'") == [("page", None)]
        assert desk.query("SELECT reports, independent_sources FROM incident") == [(1, 1)]


def test_a_poorer_reading_does_not_replace_a_richer_one(paper, office) -> None:
    """Retitled while its page is gone, the article keeps its stored text and takes what the new headline says."""
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        link = blast(paper, "/n/1", 4)
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=4), link))
        desk.work(HOUR)
        del paper.answers["/n/1"]
        paper.feed("/rss", CALM, item("b", TITLE.format(killed=9), link, "The toll of the market bombing in Quetta rose to nine."))
        desk.work(HOUR)

        assert "Naseer Zehri" in str(desk.one("SELECT text FROM article WHERE url LIKE '%/n/1'"))
        assert desk.one("SELECT title FROM article WHERE url LIKE '%/n/1'") == TITLE.format(killed=9)
        assert told(desk) == ["new_attack", "toll"]


def test_foreign_languages_are_kept_suppressed_and_counted(paper, office) -> None:
    """French and Urdu articles are stored, suppressed by the rule `language`, and counted for their feed."""
    french = (
        "Une bombe a explosé mardi dans un marché de la ville, tuant six personnes, a indiqué la police. "
        "Les blessés ont été conduits à l'hôpital du district. "
    ) * 4
    urdu = (
        "کوئٹہ کے ایک بازار میں منگل کو بم دھماکہ ہوا جس میں چھ افراد ہلاک اور چودہ زخمی ہو گئے، پولیس نے بتایا۔ "
        "زخمیوں کو ہسپتال منتقل کر دیا گیا۔ "
    ) * 4
    items = (
        item("f", "Une bombe tue six personnes dans un marché", paper.article("/n/fr", "Une bombe", french, language="fr")),
        item("u", "کوئٹہ کے بازار میں دھماکہ، چھ ہلاک", paper.article("/n/ur", "دھماکہ", urdu, language="ur")),
    )
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        paper.feed("/rss", CALM, *items)
        desk.work(HOUR)
        paper.feed("/rss", CALM, items[1], item("f", "Une bombe tue six personnes dans un grand marché", paper.base + "/n/fr"))
        desk.work(HOUR)

        assert told(desk) == []
        assert desk.query("SELECT rule, count(*) FROM suppression GROUP BY rule") == [("language", 2)]
        assert desk.query("SELECT language_skipped FROM feed") == [(2,)]
        assert "ہلاک" in str(desk.one("SELECT title FROM article WHERE language = 'ur'"))


def test_the_first_poll_is_silent_whatever_it_finds(paper, office) -> None:
    """News that was there before the feed was first read is recorded and told to nobody; the same feed moved stays known."""
    link = blast(paper, "/n/1", 6)
    with office(Feed("wire", paper.feed("/rss", item("b", TITLE.format(killed=6), link)), "PK", tier=1)) as desk:
        desk.work()
        assert told(desk) == []
        assert desk.one("SELECT count(*) FROM incident") == 1


def test_a_moved_feed_and_one_that_left_lose_nothing(paper, office) -> None:
    """A new address is polled at once, with no second first poll; a feed no longer listed is kept and not polled."""
    wire, other = Feed("wire", paper.feed("/rss", CALM), "PK", tier=1), Feed("other", paper.feed("/other", CALM))
    with office(wire, other) as desk:
        desk.work()
    paper.asked.clear()
    moved = Feed("wire", paper.feed("/new", CALM, item("b", TITLE.format(killed=6), blast(paper, "/n/1", 6))), "PK", tier=1)
    with office(moved) as desk:
        desk.work(HOUR)

        assert "/other" not in paper.asked
        assert told(desk) == ["new_attack"]
        assert desk.query("SELECT name, active FROM feed ORDER BY name") == [("other", 0), ("wire", 1)]
        assert desk.one("SELECT count(*) FROM entry WHERE feed = 'other'") == 1


def test_two_items_with_one_guid_are_two_articles(paper, office) -> None:
    """A feed that gives several items one guid loses none of them, and does not read them again at every poll."""
    first = item("same", TITLE.format(killed=6), blast(paper, "/n/1", 6))
    second = item("same", "Ferry fares stay", paper.article("/n/2", "Ferry fares stay", "Fares on the ferry stay as they are. " * 9))
    with office(Feed("wire", paper.feed("/rss", CALM), "PK", tier=1)) as desk:
        desk.work()
        paper.feed("/rss", CALM, first, second)
        desk.work(HOUR)
        paper.asked.clear()
        paper.feed("/rss", CALM, second, first)
        desk.work(HOUR)

        assert desk.one("SELECT count(*) FROM article") == 3
        assert told(desk) == ["new_attack"]
        assert paper.asked == ["/rss"]


def test_a_story_that_leads_to_the_front_page_is_read_from_its_feed(paper, office) -> None:
    """A deleted story that redirects home does not get the front page's text."""
    paper.article("/", "Paper", "All the stories of the day, one after the other, from the whole valley and beyond. " * 9)

    def home(handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    paper.answers["/n/1"] = home
    with office(Feed("wire", paper.feed("/rss", item("b", "Ferry fares stay", paper.base + "/n/1", "Fares stay.")))) as desk:
        desk.work()

        assert desk.query("SELECT text, extracted_by FROM article") == [("Fares stay.", "summary")]
        assert "front page" in str(desk.one("SELECT problem FROM article"))


def test_an_old_story_that_is_rewritten_is_news_again(paper, office) -> None:
    """What the first poll found is silent; a claim that a later version of that story adds is told."""
    link = blast(paper, "/n/1", 6)
    with office(Feed("wire", paper.feed("/rss", item("b", TITLE.format(killed=6), link)), "PK", tier=1)) as desk:
        desk.work()
        assert told(desk) == []
        claim = "\nThe Baloch Liberation Army (BLA) claimed responsibility for the bombing in a statement on Tuesday."
        paper.article(
            "/n/1", "BLA claims Quetta market bombing", BLAST.format(killed=6).replace("No group has claimed", "Nobody took") + claim
        )
        paper.feed("/rss", item("b", "BLA claims Quetta market bombing", link))
        desk.work(HOUR)

        assert told(desk) == ["new_claim"]
