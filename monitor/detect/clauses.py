"""Takes a sentence that tells of several incidents apart: by the places its phrases stand beside, and by what it recalls.

"A bomb hit Alpha, days after gunmen stormed a school in Beta" is two incidents, each with its own place, day and toll.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.detect import asides
from monitor.detect.hits import EventHit, PlaceHit, TimeHit
from monitor.detect.text import Sentence
from monitor.model import Place, PlacePrecision

NEAR_KM = 40.0  # towns farther apart are two places (domain notes, same-incident rules)
BEFORE = 25  # characters by which a place before a phrase seems farther away than one behind it
NAMED = 40  # characters between a place and a phrase it may name ("the Alpha market bombing")
_RECALLS = re.compile(
    r"\b(?:(?:hours|days|weeks|months|years|(?:a|one|two|three|\d+) (?:hour|day|week|month|year)s?) after"
    r"|since (?:[^.;,]{0,30}),? when"
    r"|(?:the|a) (?:\w+ ){0,3}(?:first|second|third|worst|deadliest|biggest|largest) (?:[^.;,]{0,60} )?(?:since|after)"
    r"|follow(?:s|ed|ing) (?:an? |last |similar |another |earlier |several |two |three ))"
)
_DEFINITE = re.compile(r"\b(?:the|that|this|those|these|his|her|their|'s)\s(?:[\w'-]+\s){0,2}$")


@dataclass(frozen=True, slots=True)
class Part:
    """One incident's share of a sentence."""

    sentence: int
    hits: tuple[EventHit, ...]
    places: tuple[PlaceHit, ...] = ()
    times: tuple[TimeHit, ...] = ()
    recalled: bool = False


def parts(
    sentence: Sentence, hits: Sequence[EventHit], places: Sequence[PlaceHit], times: Sequence[TimeHit], known: frozenset[str]
) -> list[Part]:
    """The incidents of a sentence; one, with all its places and times, unless the words keep them apart."""
    whole = Part(sentence.index, tuple(hits), tuple(places), tuple(times))
    shares = [share for rest in _by_flight(sentence, whole) for share in _by_memory(sentence, rest, known)]
    return [part for share in shares for part in _by_place(share)]


def _by_flight(sentence: Sentence, whole: Part) -> list[Part]:
    fled, rest = asides.apart(whole.hits, sentence.folded)
    if not fled or not rest:
        return [whole]
    beside = tuple(place for place in whole.places if min(whole.hits, key=lambda hit: gap(hit, place)) in fled)
    times = [tuple(time for time in whole.times if min(whole.hits, key=lambda hit: gap(hit, time)) in own) for own in (rest, fled)]
    return [replace(whole, hits=rest, times=times[0]), replace(whole, hits=fled, places=beside, times=times[1])]


def refers(hits: Sequence[EventHit], folded: str, known: frozenset[str]) -> bool:
    """Do these phrases only refer to something told before ("the bombing")?"""
    return all(hit.rule in known and _DEFINITE.search(folded[max(0, hit.start - 30) : hit.start]) for hit in hits)


def _by_memory(sentence: Sentence, whole: Part, known: frozenset[str]) -> list[Part]:
    sign = _RECALLS.search(sentence.folded)
    if sign is None:
        return [whole]
    cut = sign.start()
    later = tuple(hit for hit in whole.hits if hit.start >= cut)
    earlier = tuple(hit for hit in whole.hits if hit.start < cut)
    if not later or not earlier or refers(later, sentence.folded, known):
        return [whole]
    return [
        Part(
            whole.sentence, hits, tuple(hit for hit in whole.places if (hit.start >= cut) is behind),
            tuple(hit for hit in whole.times if (hit.start >= cut) is behind), recalled=behind,
        )
        for hits, behind in ((earlier, False), (later, True))
    ]  # fmt: skip


def _by_place(whole: Part) -> list[Part]:
    if len(whole.places) < 2 or len(whole.hits) < 2:
        return [whole]
    shares: list[tuple[list[EventHit], list[PlaceHit]]] = []
    for hit in whole.hits:
        place = min(whole.places, key=lambda place: gap(hit, place))
        share = next((share for share in shares if same_place(share[1][0].place, place.place)), None)
        if share is None:
            shares.append(([hit], [place]))
        else:
            share[0].append(hit)
            if place not in share[1]:
                share[1].append(place)
    if len(shares) < 2:
        return [whole]
    return [
        replace(
            whole, hits=tuple(own), places=tuple(where),
            times=tuple(time for time in whole.times if min(whole.hits, key=lambda hit: gap(hit, time)) in own),
        )
        for own, where in shares
    ]  # fmt: skip


def gap(hit: EventHit, other: PlaceHit | TimeHit) -> int:
    """Characters between a phrase and a place or time; one that stands before it seems farther, unless it names it."""
    if other.start >= hit.end:
        return other.start - hit.end
    if other.end > hit.start:
        return 0
    between = hit.start - other.end
    return between if isinstance(other, PlaceHit) and other.score >= 1.0 and between <= NAMED else between + BEFORE


def same_place(a: Place, b: Place) -> bool:
    """Can two places be one? A country or province holds its towns; towns are compared by distance."""
    if a.id == b.id:
        return True
    if a.country != b.country:
        return False
    if PlacePrecision.COUNTRY in (a.precision, b.precision):
        return True
    if PlacePrecision.ADMIN1 in (a.precision, b.precision):
        return not (a.admin1 and b.admin1) or a.admin1 == b.admin1
    if a.lat is None or b.lat is None or a.lon is None or b.lon is None:
        return True
    return distance_km(a.lat, a.lon, b.lat, b.lon) <= NEAR_KM


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance (haversine, mean Earth radius 6,371 km)."""
    half = math.radians(other_lat - lat) / 2, math.radians(other_lon - lon) / 2
    chord = math.sin(half[0]) ** 2 + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(half[1]) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(chord)))
