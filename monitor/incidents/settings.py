"""Every weight and threshold of matching, merging and changes, by name, so that they can be read, shown and fitted.

The score is a plain sum; its scale follows the domain notes (place 3, date 2, target 2, the rest 1 or less): the same
town, day and type reach `merge` together with a little shared wording or a like toll, and no two of them do alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """How a mention is compared with incidents. Distances in km, gaps in days, the rest in points of the score."""

    merge: float = 5.5  # attach from here
    possible: float = 4.0  # show as "possibly the same" from here
    late_merge: float = 3.8  # a late claim attaches from here, when it is the only one
    late_dated_merge: float = 5.2  # the same, where the text tells a day, which may be the attack's or the claim's
    late_margin: float = 1.0  # ... and leads the next one by this much
    late_next: float = 1.0  # a claim within a day of the event
    late_recent: float = 0.5  # ... within undated_days
    window: int = 14  # days: how far back claims and undated recollections look
    undated_days: int = 3  # an undated report tells of at most so many days ago
    near_km: float = 25.0
    far_km: float = 60.0  # two named towns further apart are two places (GTD: same place and time)
    wide_km: float = 150.0  # the same for districts, which have an extent
    midnight_days: int = 2  # gap allowed when one of two dates spans midnight; otherwise 1
    compared: int = 5  # reports of an incident that are compared: its founder and its newest

    place_same: float = 3.0
    place_near: float = 2.2
    place_within: float = 1.8  # one contains the other
    place_region: float = 1.2  # both name the same province, no more
    place_country: float = 0.6
    place_apart: float = 0.3  # between near_km and far_km
    date_same: float = 2.0
    date_next: float = 1.4
    date_two: float = 0.6
    date_later: float = -0.6  # soft dates, three days or more apart
    date_soft: float = 0.8  # factor where a date is not the text's own
    date_guessed: float = 0.4  # factor where one date is a guess
    target_one: float = 1.5
    target_more: float = 2.0
    target_class: float = 0.5
    target_differs: float = -0.7
    type_same: float = 1.0
    type_rare: float = 1.4  # the same, where it is one of the rarer types: fewer of them are alike by chance
    type_related: float = 0.4
    type_differs: float = -1.0
    toll_same: float = 1.0
    toll_grown: float = 0.3
    toll_differs: float = -1.0
    terms: float = 3.0  # times the cosine of the two sets
    title: float = 1.0  # times the cosine of the title words
    actor: float = 0.5  # the same family stands in both; different claimants never count against
    only: float = 0.7  # the sole candidate whose place contains, or lies in, the mention's


@dataclass(frozen=True, slots=True)
class FoldSettings:
    """Where an incident becomes critical (contracts: severity)."""

    critical_confidence: float = 0.8
    critical_killed: int = 10


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """When a change is news."""

    max_age: timedelta = timedelta(days=3)  # older events are recorded, not alerted
    window: timedelta = timedelta(days=14)  # claims, denials and retractions on announced incidents stay news so long
    rise: int = 3  # a toll's rise must reach this ...
    rise_share: float = 0.2  # ... and this share of what was told
    fall_share: float = 0.1  # a fall this large is a correction
    steps: tuple[int, ...] = (1, 10, 50, 100)  # crossing one of these is always news
    moved_km: float = 25.0


@dataclass(frozen=True, slots=True)
class WordingWeights:
    """What the wording of two articles says about whether they tell of one incident: log odds, added up.

    The values are data (lexicon/linking.yaml), fitted on labelled reports. 0 in sum is even odds.
    """

    base: float  # of two articles of which nothing more is known
    names: float  # times the cosine of the weighted names
    rare: float  # times the rarity of the names they share
    pair_shared: float  # each of the first two pairs of names, mostly persons, that both tell, one of them in a short text
    thin: float  # one text is short, and they share few rare names
    gap: float  # times log(1 + days between the two articles)
    day_shared: float  # both tell one day by month and day
    weekday_shared: float  # both tell one day, one of them by its weekday
    days_apart: float  # both tell days, none of them within a day of the other's
    age_shared: float  # each of the first three ages that both tell
    ages_apart: float  # both tell ages, none the same
    clocks_apart: float  # both tell clock times, more than an hour apart
    street_shared: float
    streets_apart: float
    place_apart: float  # detection reads two places that cannot be one
    places_sure: float  # the same where both texts clearly locate it and neither names the other's place
    kind_apart: float  # detection reads an attack and a raid, or a hospital and a school
    date_apart: float  # detection reads two days that cannot be one
    dates_sure: float  # the same where each text was written within days of the day it tells: two fresh reports
    toll_apart: float  # both count the dead, differently


@dataclass(frozen=True, slots=True)
class IncidentSettings:
    """All of them, as attach and replay take them; without `wording`, what articles say besides place, day and toll is not compared."""

    match: MatchSettings = MatchSettings()
    fold: FoldSettings = FoldSettings()
    change: ChangeSettings = ChangeSettings()
    wording: WordingWeights | None = None
