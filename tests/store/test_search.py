"""Full text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.model import Article, Assessment, Incident, Report
from monitor.store import articles, incidents
from monitor.store.search import quoted, search
from monitor.store.writer import Writer


@pytest.fixture
def filed(writer: Writer, make_article: Callable[..., Article], make_assessment: Callable[..., Assessment]) -> Writer:
    """An archive with three articles."""
    for title in ("Bombing in Orlan", "Orlan rebuilds its market", "Café réopens in Tirel"):
        article = make_article(title=title, text=f"{title}. Nothing more is known.")
        writer.run(lambda conn, article=article: articles.insert(conn, article, make_assessment(), [], "hash"))
    return writer


def _titles(writer: Writer, words: str) -> list[str]:
    return [hit.title for hit in writer.run(lambda conn: search(conn, words))]


def test_words(filed: Writer) -> None:
    """All words must occur, in any order, case or accent; the article that came last stands first."""
    assert _titles(filed, "orlan") == ["Orlan rebuilds its market", "Bombing in Orlan"]
    assert _titles(filed, "ORLAN bombing") == ["Bombing in Orlan"]
    assert _titles(filed, "cafe reopens") == ["Café réopens in Tirel"]
    assert _titles(filed, "bombing tirel") == []


def test_phrase_and_beginning(filed: Writer) -> None:
    """Quoted words must stand together; a star takes any ending."""
    assert _titles(filed, '"in orlan"') == ["Bombing in Orlan"]
    assert _titles(filed, '"orlan in"') == []
    assert _titles(filed, "bomb*") == ["Bombing in Orlan"]


@pytest.mark.parametrize("words", ["orlan AND OR NOT", 'orlan "', "title:orlan)", "orlan' -- ; DROP", "NEAR(orlan", "^orlan {title}"])
def test_operators_are_text(filed: Writer, words: str) -> None:
    """What FTS5 would read as syntax is searched as text, and never an error."""
    assert isinstance(_titles(filed, words), list)


@pytest.mark.parametrize("words", ["", "   ", '""', "* - !"])
def test_nothing_to_search_for(filed: Writer, words: str) -> None:
    """Without a word the user is told so."""
    with pytest.raises(UsageError, match="nothing to search for"):
        _titles(filed, words)


@given(st.text(min_size=1))
def test_any_words(words: str) -> None:
    """Whatever is typed becomes balanced quoted strings, or a message."""
    try:
        query = quoted(words)
    except UsageError:
        return
    assert query.count('"') % 2 == 0
    assert "\0" not in query


def test_incident_and_snippet(filed: Writer, make_report: Callable[..., Report], make_incident: Callable[..., Incident]) -> None:
    """A hit names the incident it tells of and shows the words in their place."""
    filed.run(lambda conn: incidents.save(conn, make_incident("k7f3", make_report(1)), []))
    (hit,) = filed.run(lambda conn: search(conn, "bombing"))

    assert hit.incident == "k7f3"
    assert "[Bombing]" in hit.snippet
