"""Feed documents of every kind and in every state."""

from __future__ import annotations

import pickle
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.ingest.feed import MAX_ITEMS, ParseFailed, parse
from monitor.model import FailureKind, FeedItem, ParsedFeed

URL = "https://www.post.example/rss/news.xml"


def rss(items: str, head: str = "<title>Example Post</title>", prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    """An RSS 2.0 document around some items."""
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'{prolog}<rss version="2.0" {namespaces}><channel>{head}{items}</channel></rss>'.encode()


def items(body: bytes, content_type: str = "") -> tuple[FeedItem, ...]:
    """The items of a document that must be readable."""
    parsed = parse(body, content_type, URL)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed.items


def failure(body: bytes) -> ParseFailed:
    """The failure of a document that must not be readable."""
    parsed = parse(body, "", URL)
    assert isinstance(parsed, ParseFailed), parsed
    return parsed


def test_a_full_item_is_read_as_plain_text_and_utc() -> None:
    """Markup goes, entities are resolved even when escaped twice, links become absolute, dates become UTC."""
    (item,) = items(
        rss(
            "<item><title>Blast at &lt;i&gt;Examplabad&lt;/i&gt; market &amp;#8211; report</title><link>/story/7?id=1</link>"
            "<guid isPermaLink='false'>tag:7</guid>"
            "<description>&lt;p&gt;Two hurt.&lt;/p&gt;&lt;p&gt;Police&amp;nbsp;came.&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>Two people were hurt.</p><script>x()</script><p>Police came.</p>]]></content:encoded>"
            "<pubDate>Wed, 04 Mar 2026 15:00:00 +0500</pubDate><dc:creator>A. Writer</dc:creator></item>"
        )
    )

    assert item == FeedItem(
        guid="tag:7",
        url="https://www.post.example/story/7?id=1",
        title="Blast at Examplabad market \u2013 report",
        summary="Two hurt.\nPolice came.",
        content="Two people were hurt.\nPolice came.",
        published=datetime(2026, 3, 4, 10, tzinfo=UTC),
        author="A. Writer",
    )


def test_the_feed_itself_is_described() -> None:
    """Title, language, ttl and the parser are handed on."""
    parsed = parse(
        rss("<item><title>x</title></item>", "<title>Post &amp;amp; Mail</title><language>en-gb</language><ttl>15</ttl>"), "", URL
    )

    assert isinstance(parsed, ParsedFeed)
    assert (parsed.title, parsed.language, parsed.ttl, parsed.parser) == ("Post & Mail", "en", 900, "fastfeedparser")


@pytest.mark.parametrize(
    "body",
    [
        b'<rss version="0.91"><channel><title>c</title><item><title>One</title><link>https://a.example/1</link></item></channel></rss>',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>c</title></channel>'
        b"<item><title>One</title><link>https://a.example/1</link></item></rdf:RDF>",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>c</title>'
        b"</channel><item><title>One</title><link>https://a.example/1</link></item></rdf:RDF>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>c</title><entry><title>One</title><link href="https://a.example/1"/></entry></feed>',
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "c", "items": [{"id": "https://a.example/1", "title": "One",'
        b' "url": "https://a.example/1"}]}',
    ],
    ids=["rss 0.91", "rss 1.0", "rss 0.9", "atom", "json"],
)
def test_every_format_is_read(body: bytes) -> None:
    """All families of feeds give the same item."""
    (item,) = items(body)

    assert (item.title, item.url, item.guid) == ("One", "https://a.example/1", "https://a.example/1")


def test_atom_dates_and_contents_are_read() -> None:
    """Published counts before updated, and the content is kept beside the summary."""
    (item,) = items(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id>'
        b'<title type="html">A &amp;lt;b&amp;gt; c</title><summary>Short.</summary>'
        b'<content type="html">&lt;p&gt;Long.&lt;/p&gt;</content><updated>2026-03-04T12:00:00Z</updated>'
        b"<published>2026-03-04T11:00:00+01:00</published></entry></feed>"
    )

    assert (item.guid, item.summary, item.content) == ("urn:1", "Short.", "Long.")
    assert item.published == datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("Wed, 04 Mar 2026 15:00:00 PKT", 10),
        ("Wed, 04 Mar 2026 11:00:00 WAT", 10),
        ("Wed, 04 Mar 2026 10:00:00", 10),
        ("2026-03-04 10:00", 10),
        ("<![CDATA[March 4, 2026 10:00 am]]>", 10),
    ],
)
def test_zone_names_are_known_and_no_zone_is_utc(date: str, hour: int) -> None:
    """Zone names of the countries we read are honoured; a time without a zone is UTC."""
    (item,) = items(rss(f"<item><title>x</title><pubDate>{date}</pubDate></item>"))

    assert item.published == datetime(2026, 3, 4, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday evening",
        "10:15",
        "4 Mart 2026 10:00",
        "05/01/2026 10:00",
        "<![CDATA[two hours ago]]>",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01T00:00:00Z",
    ],
)
def test_a_date_that_is_none_stays_none(date: str) -> None:
    """Missing, senseless and zero dates are unknown, never "now"."""
    (item,) = items(rss(f"<item><title>x</title><pubDate>{date}</pubDate></item>"))

    assert item.published is None


def test_items_without_guid_link_or_title_are_kept() -> None:
    """The link stands in for the guid, a hash for both, the first words for the title; an empty item is dropped."""
    by_link, by_hash, empty_guid = items(
        rss(
            "<item><title>A</title><link>https://a.example/1</link></item><item><description>Only a text.</description></item>"
            "<item></item><item><guid></guid><title>C</title></item>"
        )
    )

    assert by_link.guid == "https://a.example/1"
    assert (by_hash.title, by_hash.url, by_hash.guid[:7]) == ("Only a text.", None, "sha256:")
    assert empty_guid.guid.startswith("sha256:")


def test_the_hash_of_an_item_without_guid_is_stable() -> None:
    """The same item gets the same id at the next poll, wherever it then stands."""
    one = "<item><title>A</title></item>"
    first, second = items(rss(one)), items(rss("<item><title>B</title></item>" + one))

    assert first[0].guid == second[1].guid


def test_one_guid_for_many_items_does_not_hide_them() -> None:
    """Items that share a guid but differ are told apart; a true repetition is dropped."""
    found = items(rss("".join(f"<item><guid>same</guid><title>{name}</title></item>" for name in ("A", "B", "A"))))

    assert [item.title for item in found] == ["A", "B"]
    assert len({item.guid for item in found}) == 2


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "data:text/html,x"])
def test_links_that_are_no_web_addresses_are_dropped(link: str) -> None:
    """Only http and https links are kept."""
    (item,) = items(rss(f"<item><title>x</title><link>{link}</link></item>"))

    assert item.url is None


def test_no_more_than_the_cap_of_items_is_kept() -> None:
    """An endless feed gives its first items."""
    found = items(rss("".join(f"<item><title>{number}</title></item>" for number in range(MAX_ITEMS + 100))))

    assert (len(found), found[-1].title) == (MAX_ITEMS, str(MAX_ITEMS - 1))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<rss><channel><item><title>Caf\u00e9 \u201cx\u201d</title></item></channel></rss>".encode("cp1252"), ""),
        (
            '<?xml version="1.0" encoding="utf-8"?><rss><item><title>Caf\u00e9 \u201cx\u201d</title></item></rss>'.encode("cp1252"),
            "text/xml; charset=windows-1252",
        ),
        (
            '<?xml version="1.0" encoding="utf-16"?><rss><item><title>Caf\u00e9 \u201cx\u201d</title></item></rss>'.encode("utf-16"),
            "",
        ),
        (b"\xef\xbb\xbf<rss><channel><item><title>Caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d</title></item></channel></rss>", ""),
    ],
    ids=["undeclared", "wrongly declared", "utf-16", "bom"],
)
def test_wrong_encodings_are_seen_through(body: bytes, content_type: str) -> None:
    """A title survives missing and wrong declarations of its encoding."""
    assert items(body, content_type)[0].title == "Caf\u00e9 \u201cx\u201d"


def test_control_characters_do_not_reach_the_archive() -> None:
    """Whatever bytes come, titles can be stored as UTF-8."""
    (item,) = items(rss("<item><title>a\x00b\x08c</title></item>"))

    item.title.encode("utf-8")
    assert "\x00" not in item.title


def test_a_cut_document_gives_its_whole_items_only() -> None:
    """What breaks off inside an item loses that item, so that half a text is never taken for a whole one."""
    body = rss("".join(f"<item><title>{name}</title><description>text of {name}</description></item>" for name in "ABC"))
    found = items(body[: body.index(b"of C") + 2])

    assert [item.title for item in found] == ["A", "B"]


def test_a_document_cut_between_items_loses_nothing() -> None:
    """A missing end of the document alone costs no item."""
    body = rss("<item><title>A</title></item><item><title>B</title></item>")

    assert [item.title for item in items(body[: -len("</channel></rss>")])] == ["A", "B"]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", FailureKind.EMPTY, "empty"),
        (b" \n ", FailureKind.EMPTY, "empty"),
        (b"<rss><channel><title>x</title></channel></rss>", FailureKind.EMPTY, "no items"),
        (b"<rss><channel><item><title>cut", FailureKind.EMPTY, "breaks off"),
        (
            b"<!DOCTYPE html><html><head><title>Example Post</title></head><body>Hello</body></html>",
            FailureKind.NOT_A_FEED,
            '"Example Post"',
        ),
        (b"<html><title>Just a moment...</title></html>", FailureKind.NOT_A_FEED, "human visitors"),
        (b"Service unavailable", FailureKind.NOT_A_FEED, "not RSS"),
        (b'{"error": "nothing here"}', FailureKind.EMPTY, "no items"),
        (b"%PDF-1.7", FailureKind.NOT_A_FEED, "PDF"),
        (b"\x00\x01\x02\x03" * 100, FailureKind.NOT_A_FEED, "not RSS"),
    ],
)
def test_what_is_no_feed_is_named_plainly(body: bytes, kind: FailureKind, words: str) -> None:
    """Each kind of non-feed has its kind and a sentence."""
    failed = failure(body)

    assert (failed.kind, words in failed.detail) == (kind, True), failed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bombs_are_refused_at_once(encoding: str) -> None:
    """A document that declares entities is not parsed at all, in any encoding, and answers within a tenth of a second."""
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))]
    prolog = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE rss [{''.join(lines)}]>"
    body = prolog + "<rss><channel><item><title>&a11;</title></item></channel></rss>"
    started = time.perf_counter()
    failed = failure(body.encode(encoding))

    assert failed.kind is FailureKind.PARSER
    assert time.perf_counter() - started < 0.1


def test_external_entities_are_not_read() -> None:
    """A document that asks for a local file is refused."""
    failed = failure(
        b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&x;</title></item></channel></rss>'
    )

    assert failed.kind is FailureKind.PARSER


def test_a_doctype_without_entities_is_harmless() -> None:
    """RSS 0.91 documents name a DTD; that is no reason to refuse them."""
    body = rss(
        "<item><title>x</title></item>", prolog='<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.example/rss.dtd">'
    )

    assert items(body)[0].title == "x"


def test_a_body_that_names_a_file_is_not_opened() -> None:
    """feedparser would open a file whose name it is given; a body is never taken for a name."""
    assert failure(b"/etc/passwd").kind is FailureKind.NOT_A_FEED


def test_deep_nesting_is_survived() -> None:
    """A hundred thousand open tags end in a value, quickly."""
    started = time.perf_counter()
    parse(b"<rss><channel><item><title>" + b"<a>" * 100_000, "", URL)

    assert time.perf_counter() - started < 5


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: rss(f"<item><title>{text}</title></item>"[:150]))))
def test_no_bytes_raise(body: bytes) -> None:
    """Whatever comes, the answer is a value that travels between processes and can be stored."""
    result = parse(body, "text/xml", URL)

    assert pickle.loads(pickle.dumps(result)) == result
    repr(result).encode("utf-8")
