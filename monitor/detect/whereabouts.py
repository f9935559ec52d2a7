"""Where a group of sentences says it happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.detect.atlas import Gazetteer
from monitor.detect.hits import PlaceHit, PlaceUse
from monitor.detect.text import Document, Zone
from monitor.model import Place, PlacePrecision, Quote

_USES = {
    PlaceUse.EVENT: 3.0,
    PlaceUse.PLAIN: 1.2,
    PlaceUse.DATELINE: 0.6,
    PlaceUse.HOSPITAL: 0.5,
    PlaceUse.SPEAKER: 0.3,
    PlaceUse.ORIGIN: 0.2,
}
_PRECISIONS = {PlacePrecision.TOWN: 0.9, PlacePrecision.DISTRICT: 0.8, PlacePrecision.ADMIN1: 0.5, PlacePrecision.COUNTRY: 0.0}
_OFTEN = 0.8  # more for the place the text names most often
_BESIDE = 0.7  # less in a sentence without the event
_LATER = 0.12  # less for each sentence further down the group, up to _LATEST
_LATEST = 0.8
_PEOPLE = 0.25  # hits with at most this score name a people, not a place
# Countries whose cities date the world's news: their datelines say little about where it happened.
_DESKS = frozenset({"US", "GB", "FR", "CH", "AE", "CY"})


def locate(
    document: Document,
    hits: Sequence[PlaceHit],
    sentences: Sequence[int],
    gazetteer: Gazetteer | None = None,
    events: frozenset[int] = frozenset(),
) -> tuple[Place, Quote] | None:
    """The event's place for a group of sentences, with the sentence that proves it.

    The place governed by the group's own words wins, most of all in sentences that tell of the event (`events`) and
    where the text names it again and again; then title and lead, the dateline, the country most often named.
    With a `gazetteer` the country of the feed is the last resort. None when nothing says where.
    """
    told = frozenset(sentences)
    group = sorted(told)
    named = _how_often(hits)
    own = [hit for hit in hits if hit.sentence in told]
    best = _best(own, group, named, events)
    if best is None or _weak(best):
        top = [sentence.index for sentence in document.sentences if sentence.zone is not Zone.BODY]
        wider = told.union(top)
        pool = [hit for hit in hits if hit.sentence in wider]
        best = _best(pool, [*group, *top], named, events) or best or _most_named(hits)
    if best is None:
        return _of_feed(document, gazetteer)
    best = _finer(best, own, document, hits)
    place = _completed(best, hits)
    return place, document.sentences[best.sentence].quote()


def _best(hits: Sequence[PlaceHit], order: Sequence[int], named: Mapping[str, float], events: frozenset[int]) -> PlaceHit | None:
    rank = {sentence: index for index, sentence in reversed(list(enumerate(order)))}
    scored = [
        (
            _score(hit)
            + _OFTEN * named.get(hit.place.id, 0.0)
            - min(_LATEST, _LATER * rank.get(hit.sentence, 9))
            - (_BESIDE if events and hit.sentence not in events else 0.0),
            -hit.sentence, -hit.start, hit,
        )
        for hit in hits
    ]  # fmt: skip
    return max(scored, key=lambda each: each[:3])[3] if scored else None


def _how_often(hits: Sequence[PlaceHit]) -> Mapping[str, float]:
    """Each place's share of the mentions of the place named most often; a single mention says nothing."""
    counts: dict[str, int] = {}
    for hit in hits:
        if not _people(hit):
            counts[hit.place.id] = counts.get(hit.place.id, 0) + 1
    most = max(counts.values(), default=0)
    return {place: (count - 1) / most for place, count in counts.items()} if most > 1 else {}


def _score(hit: PlaceHit) -> float:
    if _people(hit):
        return 0.5 if hit.place.country in _DESKS else 0.9
    score = _USES[hit.use] + _PRECISIONS[hit.place.precision] + hit.score * 0.5
    if hit.use is PlaceUse.DATELINE and hit.place.country in _DESKS:
        score -= 1.2
    return score


def _people(hit: PlaceHit) -> bool:
    return hit.score <= _PEOPLE


def _weak(hit: PlaceHit) -> bool:
    """Not said to be where it happened, or only as a country: the top of the article may know better."""
    return hit.use is not PlaceUse.EVENT


def _most_named(hits: Sequence[PlaceHit]) -> PlaceHit | None:
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.place.country] = counts.get(hit.place.country, 0) + 1
    countries = [hit for hit in hits if hit.place.precision is PlacePrecision.COUNTRY]
    return max(countries, key=lambda hit: (counts[hit.place.country], -hit.sentence), default=None)


def _finer(best: PlaceHit, own: Sequence[PlaceHit], document: Document, hits: Sequence[PlaceHit]) -> PlaceHit:
    """A place inside the best one, where the top of the article or the group governs it by a preposition of place."""
    if best.place.precision in (PlacePrecision.TOWN, PlacePrecision.DISTRICT):
        return best
    top = document.sentences[best.sentence].zone is not Zone.BODY
    told = {hit.sentence for hit in own}
    pool = [hit for hit in hits if hit.sentence in told or (top and document.sentences[hit.sentence].zone is not Zone.BODY)]
    inside = [hit for hit in pool if hit.use is PlaceUse.EVENT and _inside(hit.place, best.place) and not _people(hit)]
    return min(inside, key=lambda hit: (-_PRECISIONS[hit.place.precision] - hit.score, hit.sentence, hit.start), default=best)


def _inside(place: Place, wider: Place) -> bool:
    if place.country != wider.country or _PRECISIONS[place.precision] <= _PRECISIONS[wider.precision]:
        return False
    return wider.precision is PlacePrecision.COUNTRY or wider.admin1 is None or place.admin1 == wider.admin1


def _completed(hit: PlaceHit, hits: Sequence[PlaceHit]) -> Place:
    """The place with its province, if the same sentence names one and the gazetteer did not."""
    place = hit.place
    if place.admin1 or place.precision is PlacePrecision.COUNTRY:
        return place
    for other in hits:
        if other.sentence == hit.sentence and other.place.country == place.country and other.place.precision is PlacePrecision.ADMIN1:
            return replace(place, admin1=other.place.admin1)
    return place


def _of_feed(document: Document, gazetteer: Gazetteer | None) -> tuple[Place, Quote] | None:
    if gazetteer is None or document.feed_country is None or not document.sentences:
        return None
    place = gazetteer.country(document.feed_country)
    return (place, document.sentences[0].quote()) if place else None
