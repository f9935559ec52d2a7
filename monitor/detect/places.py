"""Places named in a document, each resolved to its likeliest reading.

A name that many places bear is decided by, in this order: a chain ("X, Y", "the Y town of X"), other names of the
same document, the regions of the actors named, the country of the feed, the level asked for (town or province), and
size. A small town that nothing supports is not believed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from monitor.detect.atlas import Gazetteer, NameUse, PlaceKind, Reading
from monitor.detect.hits import ActorHit, Naming, PlaceHit, PlaceUse
from monitor.detect.placescan import Match, scan
from monitor.detect.placeuse import before_land, dateline_end, ends_phrase, governed_by_place, use_of
from monitor.detect.text import Document, Zone
from monitor.detect.whereabouts import locate

__all__ = ["Gazetteer", "find", "locate"]

DEMONYM_SCORE = 0.2  # of a hit that names a people, not a place
LAND_SCORE = 0.3  # of one in "the Iraqi city of"
LARGE = 5.6  # weight of a town that is believed after a preposition of place though people are called so (Boston)
_OPENING = 3  # sentences that may open with a dateline
_ZONE_VOTES = {Zone.TITLE: 3.0, Zone.LEAD: 2.0, Zone.BODY: 1.0}
_BETWEEN = re.compile(
    r"(?:'s)?,?\s*(?:(?:in|of|the|and|capital|province|district|state|region|department|northern|southern|eastern|western|central|city|town)\s*,?\s*){0,4}"
)
_GROUPS = (Naming.GROUP, Naming.SELF_NAMED, Naming.MEDIA_ARM, Naming.SPOKESMAN, Naming.STATE_LABEL)


def find(document: Document, gazetteer: Gazetteer, actors: Sequence[ActorHit] = ()) -> tuple[PlaceHit, ...]:
    """All places of a document in text order. Names inside the names of actors do not count."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for actor in actors:
        if actor.naming in _GROUPS:
            taken.setdefault(actor.sentence, []).append((actor.start, actor.end))
    lines: dict[int, int] = {}
    matches: list[Match] = []
    persons: set[str] = set()
    for sentence in document.sentences:
        if sentence.zone is not Zone.TITLE and sentence.paragraph <= _OPENING and sentence.zone is Zone.LEAD:
            lines[sentence.index] = dateline_end(sentence)
        matches.extend(scan(sentence, gazetteer, taken.get(sentence.index, ()), lines.get(sentence.index, 0), persons))
    matches = [match for match in matches if not (persons and _names_somebody(match, persons))]
    if not matches:
        return ()
    votes = _votes(matches, document, actors)
    hits: list[PlaceHit] = []
    for index, match in enumerate(matches):
        near = _chained(matches, index)
        chosen = _choose(match, near, votes)
        if chosen is not None and not (index + 1 < len(matches) and _elsewhere(chosen, match, matches[index + 1])):
            hits.append(_hit(match, chosen, lines.get(match.sentence.index, 0)))
    return tuple(hits)


def _names_somebody(match: Match, persons: set[str]) -> bool:
    """Is it a town whose name somebody in the text bears ("Jay Carney ... Carney said")? Not after a preposition of place."""
    if match.sentence.folded[match.start : match.end] not in persons:
        return False
    return not (match.asked or governed_by_place(match.sentence, match.start)) and match.readings[0].kind is PlaceKind.TOWN


def _votes(matches: Sequence[Match], document: Document, actors: Sequence[ActorHit]) -> Mapping[str, float]:
    """How much speaks for each country, the strongest being 1."""
    votes: defaultdict[str, float] = defaultdict(float)
    for match in matches:
        countries = {each.place.country for each in match.readings if each.weight > match.readings[0].weight - 2.2}
        if len(countries) == 1 and match.readings[0].weight > 3.5:
            weight = _ZONE_VOTES[match.sentence.zone] * (0.4 if match.readings[0].use is NameUse.DEMONYM else 1.0)
            votes[countries.pop()] += weight
    for actor in {each.actor: each for each in actors}.values():
        for country in actor.regions[:3]:
            votes[country] += 1.0
    if document.feed_country:
        votes[document.feed_country] += 1.5
    most = max(votes.values(), default=0.0)
    return {country: count / most for country, count in votes.items()} if most else {}


def _chained(matches: Sequence[Match], index: int) -> frozenset[str]:
    """Countries and provinces named right beside a match: ids of countries, and names of provinces with their country."""
    match = matches[index]
    found: set[str] = set()
    for other, first, second in (
        *((each, match, each) for each in matches[index + 1 : index + 3]),
        *((each, each, match) for each in matches[max(0, index - 2) : index]),
    ):
        if other.sentence is not match.sentence or not 0 <= second.start - first.end <= 36:
            continue
        if _BETWEEN.fullmatch(match.sentence.folded, first.end, second.start) or second is match:
            for reading in other.readings[:4]:
                found.add(reading.place.country if reading.kind is PlaceKind.COUNTRY else f"{reading.place.country}/{reading.place.admin1}")
    return frozenset(found)


def _elsewhere(chosen: Reading, match: Match, following: Match) -> bool:
    """Is a town of that name known, but not in the province named behind a comma ("Springvale, Ohio")? Then it is another one."""
    if following.sentence is not match.sentence or chosen.kind is not PlaceKind.TOWN or following.readings[0].kind is not PlaceKind.ADMIN1:
        return False
    province = following.readings[0].place
    known = any(each.place.country == province.country and each.place.admin1 == province.admin1 for each in match.readings)
    return not known and match.sentence.folded[match.end : following.start] in (", ", " , ")


def _choose(match: Match, near: frozenset[str], votes: Mapping[str, float]) -> Reading | None:
    best, top = None, 0.0
    for reading in match.readings[:12]:
        supported = _support(reading, near, votes)
        score = 0.5 * reading.weight + supported + _level(reading, match.asked)
        if best is None or score > top:
            best, top = reading, score
    if best is None or not _believable(best, match, near, votes):
        return None
    return best


def _support(reading: Reading, near: frozenset[str], votes: Mapping[str, float]) -> float:
    place = reading.place
    support = 2.0 * votes.get(place.country, 0.0)
    if place.country in near:
        support += 3.0
    if place.admin1 and f"{place.country}/{place.admin1}" in near:
        support += 2.0
    return support


def _level(reading: Reading, asked: str) -> float:
    if not asked:
        return 0.0
    town = reading.kind is PlaceKind.TOWN
    return 1.5 if town == (asked == "town") else -0.8


def _believable(reading: Reading, match: Match, near: frozenset[str], votes: Mapping[str, float]) -> bool:
    country = reading.place.country
    known = votes.get(country, 0.0) >= 0.15 or country in near
    if reading.strict and reading.kind is not PlaceKind.COUNTRY:
        return known or (reading.weight >= LARGE and use_of(match.sentence, match.start, match.end)[0] is PlaceUse.EVENT)
    if reading.kind is PlaceKind.TOWN and not reading.prominent:
        return known
    return reading.weight > 3.2 or known or bool(match.asked)


def _hit(match: Match, reading: Reading, dateline: int) -> PlaceHit:
    sentence = match.sentence
    text = sentence.text[match.start : match.end]
    if match.start < dateline:
        use, firm = PlaceUse.DATELINE, 0.6
    else:
        use, firm = use_of(sentence, match.start, match.end)
    if reading.use is NameUse.DEMONYM:
        land = before_land(sentence, match.end)
        use, firm = PlaceUse.EVENT if land else PlaceUse.PLAIN, LAND_SCORE if land else DEMONYM_SCORE
    elif reading.use is NameUse.CAPITALS and not ends_phrase(sentence, match.end):
        use, firm = PlaceUse.PLAIN, DEMONYM_SCORE
    return PlaceHit(reading.place, sentence.index, match.start, match.end, text, use, firm)
