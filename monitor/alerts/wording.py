"""Codes and uncertain values in plain English: "at least 20", "18 or 19 Nov 2026", "Bombing at a market".

The categories are the GTD's (codebook of 2021: attack types 1-9, target types 1-22).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.alerts.plain import plain
from monitor.model import Incident, Kind, Place, PlacePrecision, Range, TimeBasis, TimePrecision, TollLedger, When

ATTACK_TYPES = {
    "assassination": "assassination",
    "armed_assault": "armed assault",
    "bombing": "bombing",
    "hijacking": "hijacking",
    "hostage_barricade": "hostage-taking",
    "kidnapping": "kidnapping",
    "facility_attack": "attack on infrastructure",
    "unarmed_assault": "unarmed assault",
    "unknown": "attack",
}
TARGETS = {
    "business": "a business",
    "government_general": "the government",
    "government_diplomatic": "diplomats",
    "police": "the police",
    "military": "the military",
    "abortion_related": "an abortion provider",
    "airports_aircraft": "an airport or aircraft",
    "educational_institution": "a school or college",
    "food_water_supply": "food or water supply",
    "journalists_media": "journalists",
    "maritime": "shipping",
    "ngo": "aid workers",
    "private_citizens_property": "civilians",
    "religious_figures_institutions": "a religious site or clergy",
    "telecommunication": "telecommunications",
    "terrorists_non_state_militia": "an armed group",
    "tourists": "tourists",
    "transportation": "transport",
    "utilities": "utilities",
    "violent_political_party": "a political party",
}
# Words of an article that name a spot one can be at; other target words ("polio", "convoy") only serve matching.
_SPOT_WORDS = """
    academy, air base, airport, army base, army post, bank, bar, barracks, bazaar, bus station, bus stop, cafe, campus, casino,
    cathedral, checkpoint, checkpost, church, cinema, clinic, college, concert, concert hall, consulate, court, courthouse, embassy,
    factory, farm, ferry, festival, funeral, garrison, gurdwara, hospital, hotel, imambargah, madrasa, madrassa, mall, marathon,
    market, military base, military post, ministry, monastery, mosque, nightclub, office building, oilfield, party office, petrol
    station, police academy, police post, police station, polling station, port, power plant, power station,
    procession, pub, radio station, railway station, rally, refinery, resort, restaurant, school, seaport, seminary, shop, shrine,
    store, substation, supermarket, synagogue, temple, theatre, town hall, university, village, wedding
"""
SPOTS = frozenset(" ".join(_SPOT_WORDS.split()).split(", "))
_OF = frozenset({"assassination", "kidnapping", "hijacking"})  # an assassination of, a bombing on
_PREPOSITION = {Kind.CLASH: "involving", Kind.CT_OPERATION: "involving", Kind.FOILED_PLOT: "against", Kind.THREAT: "against"}
_KINDS = {
    Kind.ATTACK: "attack",
    Kind.ATTEMPT: "attempted attack",
    Kind.CT_OPERATION: "security operation",
    Kind.CLASH: "clash",
    Kind.FOILED_PLOT: "foiled plot",
    Kind.THREAT: "threat",
    Kind.UNCLEAR: "incident",
}
_BASIS = {
    TimeBasis.EXPLICIT: "date given in the reports",
    TimeBasis.RELATIVE: "worked out from words such as a weekday",
    TimeBasis.PUBLISHED: "assumed from the time of publication",
    TimeBasis.GUESSED: "a guess: the reports give no date",
}
_PRECISION = {
    PlacePrecision.TOWN: "precise to the town",
    PlacePrecision.DISTRICT: "only the district is known",
    PlacePrecision.ADMIN1: "only the province is known",
    PlacePrecision.COUNTRY: "only the country is known",
}


def kind_words(kind: Kind) -> str:
    """Kind.ATTEMPT -> "attempted attack"."""
    return _KINDS[kind]


def list_words(words: Sequence[str], most: int = 4) -> str:
    """ "a", "a and b", "a, b and c", "a, b, c, d and 2 more"."""
    shown = list(words[:most])
    if len(words) > most:
        return f"{', '.join(shown)} and {len(words) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def attack_words(types: Sequence[str], suicide: bool, target_words: Sequence[str], targets: Sequence[str], kind: Kind = Kind.ATTACK) -> str:
    """What happened, without who or where: "Suicide bombing and armed assault at a market"."""
    known = [name for name in types if name in ATTACK_TYPES and name != "unknown"]
    names = ["suicide bombing" if name == "bombing" and suicide else ATTACK_TYPES[name] for name in known[:2]]
    what = " and ".join(names) or ("suicide attack" if suicide else "attack")
    if kind is Kind.ATTEMPT:
        what = f"attempted {what}"
    elif kind not in (Kind.ATTACK, Kind.UNCLEAR):
        what = kind_words(kind)
    joined = f"{what}{_at(_PREPOSITION.get(kind) or _preposition(known), target_words, targets)}"
    return joined[:1].upper() + joined[1:]


def _preposition(types: Sequence[str]) -> str:
    if not types or types[0] not in _OF:
        return "" if list(types[:1]) == ["facility_attack"] else "on"
    return "of"


def _at(preposition: str, target_words: Sequence[str], targets: Sequence[str]) -> str:
    spot = next((word for word in target_words if word in SPOTS), None)
    if spot:
        return f" at {'an' if spot[0] in 'aeio' else 'a'} {spot}"
    target = next((TARGETS[name] for name in targets if name in TARGETS), None)
    return f" {preposition} {target}" if target and preposition else ""


def count_words(count: Range | TollLedger) -> str:
    """(6, 7, 9) -> "6-9", (20, 20, None) -> "at least 20", (5, 5, 5) -> "5"."""
    if count.high is None:
        return f"at least {count.low}"
    return str(count.low) if count.low == count.high else f"{count.low}-{count.high}"


def best_words(count: Range | TollLedger) -> str:
    """The one number that a headline can carry: "at least 20", "about 7" of 6-9, "5"."""
    if count.high is None:
        return f"at least {count.best}"
    return str(count.best)


def toll_words(incident: Incident) -> str:
    """ "killed 6-9 · injured at least 20 · attackers killed 2", "" when no report gives a number."""
    named = (("killed", incident.killed), ("injured", incident.injured), ("attackers killed", incident.perpetrators_killed))
    return " · ".join(f"{label} {count_words(count)}" for label, count in named if count)


def day_words(when: When) -> str:
    """ "Thu 19 Nov 2026", "18 or 19 Nov 2026", "in November 2026": never more precise than what is known."""
    start, end = when.start, when.end
    if when.precision is TimePrecision.YEAR:
        return f"in {start.year}" if start.year == end.year else f"{start.year} to {end.year}"
    if when.precision is TimePrecision.MONTH:
        return f"in {start:%B %Y}"
    if start == end:
        return f"{start:%a} {start.day} {start:%b %Y}"
    joint = "or" if end - start == timedelta(days=1) else "to"
    days = (
        f"{start.day} {joint} {end.day} {end:%b %Y}"
        if (start.year, start.month) == (end.year, end.month)
        else (f"{start.day} {start:%b %Y} {joint} {end.day} {end:%b %Y}")
    )
    return f"between {days}".replace(" to ", " and ") if joint == "to" else days


def when_note(when: When) -> str:
    """How we know the day: stated, worked out, assumed or guessed."""
    return _BASIS[when.basis]


def moment_words(at: datetime, zone: tzinfo = UTC) -> str:
    """ "19 Nov 2026 06:02 UTC", with the configured zone's time behind it where that is another."""
    at = at.astimezone(UTC)
    words = f"{at.day} {at:%b %Y %H:%M} UTC"
    local = at.astimezone(zone)
    if local.utcoffset() == timedelta(0):
        return words
    day = f"{local.day} {local:%b} " if local.date() != at.date() else ""
    name = local.tzname() or ""
    return f"{words} ({day}{local:%H:%M} {name})" if name[:1].isalpha() else f"{words} ({day}{local:%H:%M} UTC{local:%z})"


def place_name(place: Place | None) -> str:
    """ "Karsana, Veltia"; the country alone once where nothing more is known."""
    if place is None:
        return "place unknown"
    parts = [plain(place.name, 40), plain(place.country_name, 40)]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def place_words(place: Place) -> str:
    """All levels that are known, from the town up: "Karsana, Hald district, North Province, Veltia"."""
    parts = [place.name, place.district or "", place.admin1 or "", place.country_name]
    return ", ".join(dict.fromkeys(plain(part, 60) for part in parts if part))


def place_note(place: Place) -> str:
    """How precise the place is, in words."""
    return _PRECISION[place.precision]


def span_words(span: timedelta) -> str:
    """ "40 min", "3 h", "2 days": a delay, rounded down."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
