"""Name frequencies in the archive agree with those kept in memory."""

from __future__ import annotations

from monitor.incidents.rarity import Frequencies
from monitor.store import terms
from monitor.store.writer import Writer


def test_counts_are_kept(writer: Writer) -> None:
    """What was observed is found again, once per article, and unknown terms count nothing."""
    told = (["orlan", "vera lund", "orlan"], ["orlan", "kestrel"])
    for article in told:
        writer.run(lambda conn, names=article: terms.observe(conn, names))
    memory = Frequencies()
    for article in told:
        memory.observe(article)
    kept = writer.run(lambda conn: terms.frequencies(conn, ["orlan", "kestrel", "vera lund", "pell"]))

    assert kept.documents == memory.documents == 2
    assert [kept.count(term) for term in ("orlan", "kestrel", "vera lund", "pell")] == [2, 1, 1, 0]
    assert kept.rarity("orlan") == memory.rarity("orlan")


def test_many_terms_at_once(writer: Writer) -> None:
    """More terms than one statement takes are looked up all the same."""
    many = [f"name{number}" for number in range(1500)]
    writer.run(lambda conn: terms.observe(conn, many))

    assert writer.run(lambda conn: [terms.frequencies(conn, many).count(term) for term in (many[0], many[-1])]) == [1, 1]
