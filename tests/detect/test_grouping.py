"""Grouping: which sentences tell of one incident."""

from __future__ import annotations

from datetime import UTC, date, datetime

from monitor.detect.clauses import distance_km, same_place
from monitor.detect.grouping import Telling, group
from monitor.detect.hits import Aspect, EventHit, PlaceHit, PlaceUse, TimeHit
from monitor.detect.text import Document, read
from monitor.model import Article, Kind, Place, PlacePrecision, TimeBasis, TimePrecision, When

NOW = datetime(2026, 5, 5, 14, tzinfo=UTC)
NORTH = Place("n", "Northport", "XA", "Aland", 10.0, 10.0, PlacePrecision.TOWN, admin1="Coast")
SUBURB = Place("s", "Northport Hills", "XA", "Aland", 10.1, 10.1, PlacePrecision.TOWN, admin1="Coast")
SOUTH = Place("z", "Southport", "XA", "Aland", 14.0, 10.0, PlacePrecision.TOWN, admin1="Plain")
COAST = Place("c", "Coast", "XA", "Aland", 10.0, 11.0, PlacePrecision.ADMIN1, admin1="Coast")
ALAND = Place("a", "Aland", "XA", "Aland", None, None, PlacePrecision.COUNTRY)


def document(*sentences: str, title: str = "Title of the piece") -> Document:
    return read(Article("", title, "\n\n".join(sentences), "en", NOW, NOW, "", ""))


def event(sentence: int, weight: float = 0.85, kind: Kind = Kind.ATTACK, aspect: Aspect = Aspect.FACT) -> EventHit:
    return EventHit(sentence, 0, 4, "bomb", "event.test", kind, weight, aspect=aspect)


def at(sentence: int, place: Place, use: PlaceUse = PlaceUse.EVENT) -> PlaceHit:
    return PlaceHit(place, sentence, 10, 14, place.name, use, 1.0)


def on(sentence: int, day: date, historical: bool = False) -> TimeHit:
    when = When(day, day, TimePrecision.DAY, TimeBasis.EXPLICIT)
    return TimeHit(when, sentence, 20, 24, "then", "time.test", historical=historical)


def sentences(tellings: tuple[Telling, ...]) -> list[list[int]]:
    return [telling.sentences for telling in tellings]


def test_title_and_lead_tell_of_one_incident() -> None:
    """Sentences without places or dates of their own join the telling beside them."""
    text = document("First sentence here.", "Second sentence here.")
    assert sentences(group(text, [event(0), event(1), event(2)], [], [], [])) == [[0, 1, 2]]


def test_another_town_is_another_incident() -> None:
    """Two towns far apart are two tellings, a suburb is none of its own."""
    text = document("First sentence here.", "Second sentence here.", "Third sentence here.")
    hits = [event(1), event(2), event(3)]
    told = group(text, hits, [at(1, NORTH), at(2, SOUTH), at(3, SUBURB)], [], [])
    assert [telling.places[0].name for telling in told] == ["Northport", "Southport"]
    assert 3 in told[0].sentences


def test_memories_are_kept_apart() -> None:
    """A sentence of an older year opens a telling of the past."""
    text = document("First sentence here.", "Second sentence here.")
    told = group(text, [event(1), event(2)], [at(1, NORTH), at(2, NORTH)], [on(1, date(2026, 5, 4)), on(2, date(2009, 3, 1), True)], [])
    assert [telling.past for telling in told] == [False, True]


def test_vague_memories_open_nothing() -> None:
    """Without place and day the past is only talk."""
    text = document("First sentence here.", "Second sentence here.")
    assert len(group(text, [event(1), event(2, aspect=Aspect.HISTORICAL)], [], [], [])) == 1


def test_what_may_happen_opens_nothing() -> None:
    """Threatened and feared events are no tellings."""
    text = document("First sentence here.")
    assert group(text, [event(1, aspect=Aspect.HYPOTHETICAL)], [], [], []) == ()


def test_another_day_is_another_incident() -> None:
    """Exact days more than a day apart are two incidents of one town."""
    text = document("First sentence here.", "Second sentence here.")
    days = [on(1, date(2026, 5, 4)), on(2, date(2026, 5, 1))]
    assert len(group(text, [event(1), event(2)], [at(1, NORTH), at(2, NORTH)], days, [])) == 2


def test_a_raid_of_the_state_is_its_own_story() -> None:
    """The army's answer to an attack is no part of the attack."""
    text = document("First sentence here.", "Second sentence here.")
    told = group(text, [event(1), event(2, kind=Kind.CT_OPERATION)], [], [], [])
    assert [telling.side for telling in told] == ["attack", "state"]


def test_sentences_without_events_follow() -> None:
    """'Twelve people died.' belongs to what was told just before."""
    text = document("A bomb exploded. Twelve people died. The weather was fine. A council met.")
    assert sentences(group(text, [event(1)], [], [], [])) == [[1, 2, 3]]


def test_places_hold_each_other() -> None:
    """A country holds its provinces, a province its towns; other countries are elsewhere."""
    assert same_place(NORTH, ALAND)
    assert same_place(NORTH, COAST)
    assert not same_place(SOUTH, COAST)
    assert not same_place(NORTH, Place("b", "Bland", "XB", "Bland", None, None, PlacePrecision.COUNTRY))


def test_distance_is_that_of_the_globe() -> None:
    """One degree of latitude is about 111 km."""
    assert 110 < distance_km(0.0, 0.0, 1.0, 0.0) < 112
