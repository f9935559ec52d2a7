"""Which items are new, and the queue of those still to be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Entry, FeedItem
from monitor.store import entries
from monitor.store.entries import EntryState, Taken
from monitor.store.writer import Writer

LEASE = timedelta(minutes=5)
MakeItem = Callable[..., FeedItem]


def _take(writer: Writer, now: datetime, *items: FeedItem, backfill: bool = False) -> Taken:
    return writer.run(lambda conn: entries.take(conn, "river-post", items, now, backfill=backfill))


def _claim(writer: Writer, now: datetime, limit: int = 10) -> list[Entry]:
    return writer.run(lambda conn: entries.claim_pending(conn, now, limit, LEASE))


def _finish(writer: Writer, entry: Entry, state: EntryState, detail: str = "") -> bool:
    return writer.run(lambda conn: entries.finish(conn, entry.id, state, detail))


def test_entry_comes_back_whole(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A claimed entry is the item as the feed gave it, with its first sight and its first attempt."""
    taken = _take(writer, now, make_item(1))

    assert _claim(writer, now) == [
        Entry(
            *(taken.new[0], "river-post", "g1", "https://river-post.example/1", "Story 1", "Summary", "Text"),
            *(now - timedelta(minutes=1), now, False, 1),
        )
    ]


def test_known_item(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """The same items again bring nothing, also when spacing or case of the title differ."""
    _take(writer, now, make_item(1))

    assert _take(writer, now, make_item(1, title=" STORY  1 ")) == Taken(known=1)


def test_changed_title(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A headline that changed under one guid is read again, from the start."""
    first = _take(writer, now, make_item(1))
    (entry,) = _claim(writer, now)
    _finish(writer, entry, EntryState.DONE)

    assert _take(writer, now, make_item(1, title="Story 1: toll rises")) == Taken(changed=first.new)
    (again,) = _claim(writer, now)
    assert (again.id, again.title, again.attempts, again.first_seen) == (entry.id, "Story 1: toll rises", 1, now)


def test_changed_while_being_read(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A headline that changes while the old one is being read is not lost: the end of the old reading does not count."""
    _take(writer, now, make_item(1))
    (entry,) = _claim(writer, now)
    _take(writer, now, make_item(1, title="Another"))

    assert not _finish(writer, entry, EntryState.DONE)
    assert [again.title for again in _claim(writer, now)] == ["Another"]


def test_new_guid_for_a_known_link(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A feed that makes up new guids at each poll does not bring its items twice."""
    _take(writer, now, make_item(1), make_item(2))

    assert _take(writer, now, make_item(1, guid="x1"), make_item(2, guid="x2")) == Taken(known=2)


def test_one_link_for_all_items(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A feed whose items all carry the same link keeps them apart by guid."""
    home = "https://river-post.example/"

    assert len(_take(writer, now, make_item(1, url=home), make_item(2, url=home)).new) == 2
    assert len(_take(writer, now, make_item(2, url=home), make_item(3, url=home)).new) == 1


def test_one_guid_for_all_items(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """Guids used twice in one document are told apart by link, and do not count as changed headlines of one another."""
    items = [make_item(number, guid="same") for number in (1, 2, 3)]

    assert len(_take(writer, now, *items).new) == 3
    assert _take(writer, now, *items) == Taken(known=3)
    assert _take(writer, now, items[2]) == Taken(known=1)


def test_no_link_no_title(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """Items without link, title or date are kept too."""
    bare = make_item(1, guid="h", url=None, title="", summary="Blast heard", published=None)

    assert len(_take(writer, now, bare, make_item(2, guid="i", url=None, title="", published=None)).new) == 2
    assert _claim(writer, now)[1].url is None


def test_broken_text(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """Text that SQLite cannot hold is mended rather than refused."""
    broken = make_item(1, title="a\ud800b\0c", guid="g\udfff")
    _take(writer, now, broken)

    assert _claim(writer, now)[0].title == "a?b c"
    assert _take(writer, now, broken) == Taken(known=1)


def test_ids_rise_with_time(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """Documents list the newest first; the oldest is filed and read first."""
    _take(writer, now, make_item(1), make_item(2), make_item(3))

    assert [entry.guid for entry in _claim(writer, now)] == ["g3", "g2", "g1"]


def test_backfill_waits(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """Fresh entries are read before those of a feed's first poll."""
    _take(writer, now, make_item(1), backfill=True)
    _take(writer, now, make_item(2))

    assert [entry.guid for entry in _claim(writer, now, limit=1)] == ["g2"]


def test_lease_runs_out(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """An entry whose reader died is read again, and the attempts tell how often it was tried."""
    _take(writer, now, make_item(1))
    _claim(writer, now)

    assert _claim(writer, now + LEASE - timedelta(seconds=1)) == []
    assert [entry.attempts for entry in _claim(writer, now + LEASE)] == [2]


def test_finished(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A done or failed entry is not claimed again; the reason is kept, and only the failed one keeps its full text."""
    _take(writer, now, make_item(1), make_item(2))
    second, first = _claim(writer, now)
    assert _finish(writer, first, EntryState.DONE)
    assert _finish(writer, second, EntryState.FAILED, "the page is a PDF")

    assert _claim(writer, now + timedelta(days=9)) == []
    rows = writer.run(lambda conn: [tuple(row) for row in conn.execute("SELECT state, detail, content FROM entry ORDER BY guid")])
    assert rows == [("done", "", ""), ("failed", "the page is a PDF", "Text")]


def test_postponed(writer: Writer, now: datetime, make_item: MakeItem) -> None:
    """A postponed entry comes back at its time."""
    _take(writer, now, make_item(1))
    (entry,) = _claim(writer, now)
    writer.run(lambda conn: entries.postpone(conn, entry.id, now + timedelta(minutes=10), "the server is busy"))

    assert _claim(writer, now + timedelta(minutes=9)) == []
    assert [again.attempts for again in _claim(writer, now + timedelta(minutes=10))] == [2]


def test_queue_uses_indexes(writer: Writer, now: datetime) -> None:
    """Choosing what to read does not look at entries that are done."""

    def plan(conn: sqlite3.Connection) -> str:
        sql = "SELECT * FROM entry WHERE state = 'pending' AND next_try <= ? ORDER BY backfill, next_try, id LIMIT ?"
        return " ".join(row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}", (now.timestamp(), 10)))

    assert "entry_pending" in writer.run(plan)
    assert "TEMP B-TREE" not in writer.run(plan)


SMALL = st.sampled_from(["a", "b", "c"])
ITEMS = st.lists(st.builds(FeedItem, SMALL, st.none() | SMALL, SMALL, st.just(""), st.just(""), st.none()), max_size=6)


@given(ITEMS)
def test_identities_are_unique(items: list[FeedItem]) -> None:
    """Whatever guids, links and titles a document repeats, its items get distinct guids, and no distinct item is dropped."""
    found = entries.identified(items)

    assert len({guid for guid, _ in found}) == len(found)
    assert len(found) == len({(item.guid, item.url, item.title) for item in items})
