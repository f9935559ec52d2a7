"""Do two articles tell of one incident, judged by names, details and days? Memory is long here, so difference must count.

This judgement stands beside that by place, day, type and toll (`likeness`): a trial two years on names the same people and
shares neither day nor place with the first report as detection reads them. What detection reads for certain still forbids
(`forbids`); what it may have misread, a surname taken for a town or the day of a hearing, only weighs against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log1p

from monitor.detect.text import fold
from monitor.incidents.likeness import Telling
from monitor.incidents.nearness import firm, gap_days
from monitor.incidents.settings import MatchSettings, WordingWeights
from monitor.model import Fingerprint, Mention, Part, Place, Role

RARE_FROM = 0.5  # names rarer than this count by what exceeds it ...
RARE_NAMES = 6  # ... and so many of them
PAIRS = 2
AGES = 3
CLOCK_MINUTES = 60
FRESH_DAYS = 3  # apart: two reports of the day, neither of them a trial or a memory
THIN = 10  # names: a shorter text could hardly differ from another, so that what it shares must be rare
LEAST_RARE = 0.9  # shared rarity asked of those: less, about one name and a half, is a capital's ministries or a people
UNDATED_GAP = 30  # days taken to lie between two articles where it is not known when one was written
LEAST_LIKENESS = 0.06  # a lower cosine of the names is chance, and not looked into

_PLACE_VETOES = frozenset({"country", "distance"})
_DATE_VETOES = frozenset({"date", "year", "recalled"})
_SORT_VETOES = frozenset({"kind", "target"})


def parts(one: Telling, other: Telling, veto: str | None, weights: WordingWeights, settings: MatchSettings) -> tuple[Part, ...] | None:
    """The judgement on the scale of the score: even odds are `settings.merge`.

    Empty where they have no telling name in common, None where it may not speak.
    `veto` is what the facts of the two raise against each other.
    """
    ours, theirs = one.fingerprint, other.fingerprint
    if ours is None or theirs is None or forbids(one, other, veto):
        return None
    likeness, shared = _names(ours, theirs)
    if likeness < LEAST_LIKENESS:
        return ()
    telling_names = [(rarity, name) for rarity, name in shared if not (one.is_local(name) or other.is_local(name))]
    pairs = _pairs(one, other, ours, theirs) if _thin(ours, theirs) else []
    weak = _thin(ours, theirs) and not pairs and sum(max(0.0, rarity - RARE_FROM) for rarity, _ in telling_names) < LEAST_RARE
    if not telling_names or (weak and not (ours.dated and theirs.dated)):
        return ()
    features = (
        *_likeness(likeness, shared, pairs, weights),
        *_details(one, other, ours, theirs, weights),
        *_facts(one, other, veto, weights),
    )
    found = (Part("base", settings.merge + weights.base), *features, *([Part("thin", weights.thin, "little to share")] if weak else []))
    return tuple(Part(part.name, round(part.value, 3), part.detail) for part in found if part.value)


def forbids(one: Telling, other: Telling, veto: str | None) -> bool:
    """Is the veto beyond doubt? `one` is the article that has come.

    It is where two fresh reports tell of two places, which both clearly name, and not each other's; and where an article
    that detection would alert as a new attack tells another day than a report of the day it happened.
    """
    if veto in _PLACE_VETOES:
        return abs((one.at - other.at).days) <= FRESH_DAYS and _surely_apart(one, other)
    return veto in _DATE_VETOES and one.news and _fresh(one) and _fresh(other)


def _surely_apart(one: Telling, other: Telling) -> bool:
    return _located(one) and _located(other) and not _names_place(one, other.mention.place) and not _names_place(other, one.mention.place)


def _names(ours: Fingerprint, theirs: Fingerprint) -> tuple[float, list[tuple[float, str]]]:
    """The cosine of the weighted names, and those shared, the rarest first."""
    mine = dict(zip(ours.names, zip(ours.weights, ours.rarities, strict=True), strict=True))
    likeness = 0.0
    shared = []
    for name, weight, rarity in zip(theirs.names, theirs.weights, theirs.rarities, strict=True):
        if name in mine:
            likeness += weight * mine[name][0]
            shared.append((min(rarity, mine[name][1]), name))
    shared.sort(reverse=True)
    return likeness, shared


def _thin(ours: Fingerprint, theirs: Fingerprint) -> bool:
    """Is one of them so short that it could hardly differ? Then only what is rare counts: undated, they could lie years apart."""
    return min(len(ours.names), len(theirs.names)) < THIN


def _pairs(one: Telling, other: Telling, ours: Fingerprint, theirs: Fingerprint) -> list[str]:
    """The pairs of names that both have, without those of their places."""
    both = (key for key in ours.keys if " " in key and key in theirs.keys)
    return [key for key in both if not any(one.is_local(name) or other.is_local(name) for name in key.split())]


def _likeness(likeness: float, shared: list[tuple[float, str]], pairs: list[str], weights: WordingWeights) -> Iterator[Part]:
    rare = [(rarity, name) for rarity, name in shared[:RARE_NAMES] if rarity > RARE_FROM]
    yield Part("names", weights.names * likeness, ", ".join(name for _, name in shared[:4]))
    yield Part("rare", weights.rare * sum(rarity - RARE_FROM for rarity, _ in rare), ", ".join(name for _, name in rare))
    yield Part("pairs", weights.pair_shared * min(len(pairs), PAIRS), ", ".join(pairs[:PAIRS]))


def _details(one: Telling, other: Telling, ours: Fingerprint, theirs: Fingerprint, weights: WordingWeights) -> Iterator[Part]:
    dated = ours.dated and theirs.dated
    days = abs((one.at - other.at).days) if dated else UNDATED_GAP
    yield Part("gap", weights.gap * log1p(days), f"written {days} d apart" if dated else "not known when written")
    yield from _days(ours, theirs, weights)
    if ours.ages and theirs.ages:
        same = len(set(ours.ages) & set(theirs.ages))
        yield Part("ages", weights.age_shared * min(same, AGES) if same else weights.ages_apart, f"{same} shared")
    if ours.clocks and theirs.clocks and min(_clock_gap(a, b) for a in ours.clocks for b in theirs.clocks) > CLOCK_MINUTES:
        yield Part("clock", weights.clocks_apart, "different times of day")
    if ours.streets and theirs.streets:
        streets = sorted(set(ours.streets) & set(theirs.streets))
        yield Part("street", weights.street_shared if streets else weights.streets_apart, ", ".join(streets[:2]) or "different streets")


def _days(ours: Fingerprint, theirs: Fingerprint, weights: WordingWeights) -> Iterator[Part]:
    if set(ours.days) & set(theirs.days):
        yield Part("days", weights.day_shared, "a day shared")
        return
    mine, yours = {*ours.days, *ours.weekdays}, {*theirs.days, *theirs.weekdays}
    if mine & yours:
        yield Part("days", weights.weekday_shared, "a weekday shared")
    elif mine and yours and min(abs(a - b) for a in mine for b in yours) > 1:
        yield Part("days", weights.days_apart, "different days")


def _facts(one: Telling, other: Telling, veto: str | None, weights: WordingWeights) -> Iterator[Part]:
    if veto in _PLACE_VETOES:
        sure = _surely_apart(one, other)
        yield Part(
            "place", weights.places_sure if sure else weights.place_apart, "different places" if sure else "read as different places"
        )
    if veto in _SORT_VETOES:
        yield Part(veto, weights.kind_apart, "another kind of event" if veto == "kind" else "another kind of building")
    if veto in _DATE_VETOES:
        fresh = _fresh(one) and _fresh(other)
        yield Part("date", weights.dates_sure if fresh else weights.date_apart, "two fresh reports" if fresh else "read as different days")
    if one.mention.killed and other.mention.killed and one.mention.killed.best != other.mention.killed.best:
        yield Part("toll", weights.toll_apart, f"{one.mention.killed.best} against {other.mention.killed.best} killed")


def _fresh(telling: Telling) -> bool:
    """Does it tell, as what it is about, of a day just past?"""
    mention = telling.mention
    return mention.role is Role.PRIMARY and firm(mention.when) and gap_days(telling.days, (telling.written, telling.written)) <= FRESH_DAYS


def _clock_gap(a: int, b: int) -> int:
    return min(abs(a - b), 24 * 60 - abs(a - b))


def _located(telling: Telling) -> bool:
    return telling.mention.place is not None and any(
        _locates(telling.mention.place.name, quote) for quote in _place_quotes(telling.mention)
    )


def _place_quotes(mention: Mention) -> Iterable[str]:
    return (finding.quote.text for finding in mention.findings if finding.field == "place")


@lru_cache(maxsize=4096)
def _locates(name: str, quote: str) -> bool:
    """Does the sentence put something there: "in Northford", "near the city of Northford"? A dateline or a hometown does not."""
    preposition = r"\b(?:in|at|near|outside|around|across|inside)"
    return re.search(rf"{preposition} (?:[\w'-]+ ){{0,3}}{re.escape(fold(name))}\b", fold(quote)) is not None


def _names_place(telling: Telling, place: Place | None) -> bool:
    if place is None or telling.fingerprint is None:
        return False
    words = fold(place.name).split()
    return all(word in telling.fingerprint.names for word in words)
