"""How alike two tellings are: the named parts of a score, nothing for what is unknown on either side.

Who claims an attack never counts against: two claimants of one attack are the contested case, not two attacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import sqrt

from monitor.detect.text import fold
from monitor.incidents.keys import specific_targets
from monitor.incidents.nearness import Level, Relation, firm, gap_days, relate, span
from monitor.incidents.settings import MatchSettings
from monitor.model import Fingerprint, Mention, Part, Place, Range, TimeBasis

COUNTRY_STEM = 5  # letters that a country shares with the name of its people
_WORD = re.compile(r"[^\W_]{3,}|\d+")
_EMPTY_WORDS = frozenset({
    "the", "and", "for", "with", "from", "that", "this", "has", "have", "had", "was", "were", "are", "been", "not", "but", "who",
    "its", "his", "her", "their", "they", "them", "after", "over", "into", "near", "than", "then", "out", "says", "said", "say",
    "amid", "while", "when", "where", "what", "how", "new", "least", "more", "about",
})  # fmt: skip
_RARE_TYPES = frozenset({"kidnapping", "hijacking", "hostage_barricade"})  # of GTD's attacks about one in fifteen together
_RELATED_TYPES = frozenset(
    frozenset(pair)
    for pair in (
        ("assassination", "armed_assault"), ("assassination", "bombing"), ("facility_attack", "bombing"),
        ("facility_attack", "armed_assault"), ("hostage_barricade", "armed_assault"),
        ("hostage_barricade", "kidnapping"), ("hijacking", "kidnapping"), ("hijacking", "hostage_barricade"),
        ("kidnapping", "armed_assault"), ("unarmed_assault", "armed_assault"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """What matching needs of one mention in one article, prepared once."""

    mention: Mention
    at: datetime
    title: frozenset[str]
    terms: frozenset[str]
    targets: frozenset[str]  # specific target words
    families: frozenset[str]
    days: tuple[date, date]
    fingerprint: Fingerprint | None = None
    local: frozenset[str] = frozenset()  # words of the place
    news: bool = False  # detection would alert it as a new attack

    def is_local(self, name: str) -> bool:
        """Is it a word of the mention's place, or of its country's people?"""
        country = fold(self.mention.place.country_name)[:COUNTRY_STEM] if self.mention.place is not None else ""
        return name in self.local or bool(country and name.startswith(country))

    @property
    def written(self) -> date:
        return self.at.date()


def telling(mention: Mention, title: str, at: datetime, fingerprint: Fingerprint | None = None) -> Telling:
    """Prepare a mention; words of its place are dropped from title and terms, for the place is compared by itself."""
    local = _place_words(mention.place)
    families = (held.family or held.actor for held in mention.stances if held.of_record)
    return Telling(
        mention=mention,
        at=at,
        title=_words(title) - _EMPTY_WORDS - local,
        terms=_names(mention.terms, mention.place),
        targets=frozenset(specific_targets(mention)),
        families=frozenset(families),
        days=span(mention.when, at.date()),
        fingerprint=fingerprint,
        local=local,
    )


@lru_cache(maxsize=4096)
def _names(terms: tuple[str, ...], place: Place | None) -> frozenset[str]:
    """The mention's terms without its place and whatever begins like its country ("iraqi", "afghans")."""
    country = fold(place.country_name)[:COUNTRY_STEM] if place is not None else ""
    bare = (term.removesuffix("'s").rstrip("'") for term in terms)
    return frozenset(term for term in bare if not (country and term.startswith(country))) - _place_words(place)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


@lru_cache(maxsize=4096)
def _place_words(place: Place | None) -> frozenset[str]:
    if place is None:
        return frozenset()
    names = (place.name, place.admin1 or "", place.district or "", place.country_name)
    return _words(" ".join(names))


def parts(one: Telling, other: Telling, settings: MatchSettings) -> tuple[Part, ...]:
    """The score's contributions, nothing for what is unknown on either side."""
    where = relate(one.mention.place, other.mention.place, settings)
    found = (
        _place(where, settings),
        _date(one, other, settings),
        _target(one, other, settings),
        _type(one.mention, other.mention, settings),
        toll(one.mention, other.mention, one.at <= other.at, settings),
        _overlap("terms", one.terms, other.terms, settings.terms),
        _overlap("title", one.title, other.title, settings.title),
        _actor(one, other, settings),
    )
    return tuple(part for part in found if part is not None)


def late_parts(claim: Telling, other: Telling, settings: MatchSettings) -> tuple[Part, ...]:
    """For a late claim: place, type, target and toll (counted double), without likeness of wording; most claims come within a day."""
    where = relate(claim.mention.place, other.mention.place, settings)
    count = toll(claim.mention, other.mention, claim.at <= other.at, settings)
    found = (
        _place(where, settings),
        _target(claim, other, settings),
        _type(claim.mention, other.mention, settings),
        count and Part(count.name, 2 * count.value, count.detail),
        _recent(gap_days((claim.written, claim.written), other.days), settings),
        _actor(claim, other, settings),
    )
    return tuple(part for part in found if part is not None)


def _recent(gap: int, settings: MatchSettings) -> Part | None:
    if gap > settings.undated_days:
        return None
    return Part("date", settings.late_next if gap <= 1 else settings.late_recent, f"{gap} d before the claim")


def _place(where: Relation, settings: MatchSettings) -> Part | None:
    values = {
        Level.SAME: settings.place_same, Level.NEAR: settings.place_near, Level.WITHIN: settings.place_within,
        Level.REGION: settings.place_region, Level.COUNTRY: settings.place_country, Level.APART: settings.place_apart,
    }  # fmt: skip
    if where.level not in values:
        return None
    detail = where.level.value if where.km is None else f"{where.level.value}, {where.km:.0f} km"
    return Part("place", values[where.level], detail)


def _date(one: Telling, other: Telling, settings: MatchSettings) -> Part | None:
    if one.mention.when is None and other.mention.when is None:
        return None
    gap = gap_days(one.days, other.days)
    told = firm(one.mention.when) and firm(other.mention.when)
    steps = (settings.date_same, settings.date_next, settings.date_two)
    value = steps[gap] if gap < len(steps) else settings.date_later
    missing = one.mention.when is None or other.mention.when is None
    if missing:
        value = min(value, 0.0)
    guessed = TimeBasis.GUESSED in {side.mention.when.basis for side in (one, other) if side.mention.when is not None}
    factor = 1.0 if told or value < 0 else settings.date_guessed if guessed else settings.date_soft
    return Part("date", round(value * factor, 3), f"{gap} d apart" + ("" if told else ", not both told"))


def _target(one: Telling, other: Telling, settings: MatchSettings) -> Part | None:
    shared = one.targets & other.targets
    if shared:
        value = settings.target_one if len(shared) == 1 else settings.target_more
        return Part("target", value, ", ".join(sorted(shared)))
    ours, theirs = set(one.mention.targets) - {"unknown"}, set(other.mention.targets) - {"unknown"}
    if ours & theirs:
        return Part("target", settings.target_class, ", ".join(sorted(ours & theirs)))
    if ours and theirs and one.targets and other.targets:
        return Part("target", settings.target_differs, "different targets")
    return None


def _type(one: Mention, other: Mention, settings: MatchSettings) -> Part | None:
    ours, theirs = set(one.attack_types) - {"unknown"}, set(other.attack_types) - {"unknown"}
    if not ours or not theirs:
        return None
    if ours & theirs:
        value = settings.type_rare if ours & theirs & _RARE_TYPES else settings.type_same
        return Part("type", value, ", ".join(sorted(ours & theirs)))
    if any(frozenset((mine, yours)) in _RELATED_TYPES for mine in ours for yours in theirs):
        return Part("type", settings.type_related, "related")
    return Part("type", settings.type_differs, f"{'/'.join(sorted(ours))} against {'/'.join(sorted(theirs))}")


def toll(one: Mention, other: Mention, one_is_older: bool, settings: MatchSettings) -> Part | None:
    """How the counts agree. Tolls grow, so that a higher later figure is no conflict; equal large figures are rare by chance."""
    older, newer = (one, other) if one_is_older else (other, one)
    values = list(_counts(older, newer, settings))
    if not values:
        return None
    value = max(settings.toll_differs, min(settings.toll_same, sum(values)))
    return Part("toll", round(value, 3), f"{_tell(older.killed)} then {_tell(newer.killed)} killed")


def _counts(older: Mention, newer: Mention, settings: MatchSettings) -> Iterator[float]:
    pairs = ((older.killed, newer.killed), (older.injured, newer.injured), (older.kidnapped, newer.kidnapped))
    for before, after in pairs:
        if before is not None and after is not None:
            yield _like(before, after, settings)


def _like(before: Range, after: Range, settings: MatchSettings) -> float:
    low, high = max(before.low, after.low), min(_top(before), _top(after))
    if low <= high:
        return settings.toll_same * min(1.0, 0.4 + 0.3 * max(0, min(before.best, after.best) - 1))
    if after.best > before.best:
        return settings.toll_grown if after.best <= 2 * before.best + 2 else 0.0
    return settings.toll_grown if after.best >= 0.7 * before.best else settings.toll_differs


def _top(count: Range) -> int:
    return count.high if count.high is not None else 2 * count.best


def _tell(count: Range | None) -> str:
    return "?" if count is None else str(count.best)


def _overlap(name: str, ours: frozenset[str], theirs: frozenset[str], weight: float) -> Part | None:
    if not ours or not theirs:
        return None
    shared = ours & theirs
    if not shared:
        return None
    return Part(name, round(weight * len(shared) / sqrt(len(ours) * len(theirs)), 3), ", ".join(sorted(shared)[:6]))


def _actor(one: Telling, other: Telling, settings: MatchSettings) -> Part | None:
    shared = one.families & other.families
    return Part("actor", settings.actor, ", ".join(sorted(shared))) if shared else None
