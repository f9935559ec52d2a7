"""Filing links by wording as replay does: the archive learns which names are rare and finds them again months later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.config import Config
from monitor.desk import rules_of
from monitor.filing import file_article
from monitor.incidents.replay import Read, Replayer
from monitor.model import Article, Assessment, Feed, Kind, Mention, Place, PlacePrecision, Role, TimeBasis, TimePrecision, When
from monitor.store import feeds, incidents
from monitor.store.writer import Writer

START = datetime(2031, 3, 10, 12, tzinfo=UTC)
STORIES = (  # days after START, town, text
    (
        0, "Northford",
        "Amal Qasim, 34, and Tovah Lindgren were shot dead at the Blue Heron cafe on Cedar Street. Brannock Vey fled, "
        "said Captain Osric Pell.",
    ),
    (
        1, "Millgate",
        "Odile Marchetti, 52, was stabbed in Harbour Lane, said Sergeant Ruven Aske. Ida Sorrel heard Marchetti call for help.",
    ),
    (
        9, "Eastport",
        "Pavo Sund of Kestrel Tours escaped when his bus burned near the Orchard Mill. Ines Calder, 19, took pictures of Sund.",
    ),
    (
        200, "Westham",
        "Brannock Vey is guilty of killing Amal Qasim, 34, and Tovah Lindgren at the Blue Heron cafe. Osric Pell had chased Vey.",
    ),
)  # fmt: skip


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """An empty archive that knows one feed."""
    with Writer(tmp_path / "monitor.db") as opened:
        opened.run(lambda conn: feeds.sync(conn, [Feed("Daily", "https://daily.invalid/rss", "PK")], START))
        yield opened


def _read(number: int, days: int, town: str, text: str) -> Read:
    at = START + timedelta(days=days)
    place = Place(f"x:{town}", town, "PK", "Pakistan", 30.0 + 3 * number, 67.0, PlacePrecision.TOWN, f"Province {number}")
    when = When(at.date(), at.date(), TimePrecision.DAY, TimeBasis.PUBLISHED)
    article = Article(f"https://daily.invalid/{number}", f"Story {number}", text, "en", at, at, "Daily", "Daily")
    return Read(str(number), article, Assessment("en", True, (Mention(Role.PRIMARY, Kind.ATTACK, when, place, confidence=0.8),)))


def test_rare_names_lead_back_in_archive_and_replay_alike(writer: Writer) -> None:
    """The verdict of the last story joins the first, in the archive and in replay; the others stay by themselves."""
    rules = rules_of(Config())
    replayer = Replayer(rules.incidents)
    filed: list[str] = []
    replayed: list[str | None] = []
    for number, story in enumerate(STORIES):
        read = _read(number, *story)
        done = writer.run(lambda conn, r=read: file_article(conn, r.article, r.assessment, rules, r.article.seen))
        filed += [*done.opened, *done.updated]
        replayed.append(replayer.take(read).primary)

    assert filed[3] == filed[0]
    assert len(set(filed)) == 3
    assert [filed.index(name) for name in filed] == [replayed.index(name) for name in replayed]
    reports = writer.run(lambda conn: incidents.load(conn, filed[0])).reports
    assert [report.fingerprint is not None for report in reports] == [True, True]


def test_an_edited_article_counts_its_names_once(writer: Writer) -> None:
    """A new version of a text under its address does not make its names look common."""
    rules = rules_of(Config())
    read = _read(0, *STORIES[0])
    for text in (read.article.text, read.article.text + " Qasim was a baker."):
        article = Article(read.article.url, "Story", text, "en", START, START, "Daily", "Daily")
        writer.run(lambda conn, a=article: file_article(conn, a, read.assessment, rules, START))

    count = "SELECT articles FROM term WHERE term = 'amal qasim'"
    assert writer.run(lambda conn: [row[0] for row in conn.execute(count)]) == [1]
