"""What a place name does in its sentence: where it happened, who speaks, where somebody is from, or nothing of these.

Everything is read from the few words before and after the name. The lists are short on purpose: a use that is not
recognised is `plain`, which weighs little.
"""

from __future__ import annotations

import re

from monitor.detect.hits import PlaceUse
from monitor.detect.text import Sentence

BEFORE = 90  # characters looked at before a name
AFTER = 45
NAMING = 1.0  # firmness of a place that an attack is called by: "the Quetta market bombing"

_STOP = (
    r"(?:said|says|saying|told|by|with|was|were|is|are|be|been|that|who|which|whose|for|has|had|have|as|but|when|while|after|before"
    r"|because|if|and|or|against|into|than|then|where|since|until|killing|wounding|leaving)"
)
_FILL = rf"(?:(?!{_STOP}\b)[a-z][a-z'-]*,?\s+){{0,5}}"
_OF = r"(?:of|'s)\s+(?:the\s+)?"
_IN = re.compile(rf"\b(?:in|at|inside|across|throughout|within|through|rocks?|rocked|hits?|shakes?|shook)\s+(?:the\s+)?{_FILL}$")
_NEAR = re.compile(
    rf"\b(?:near|outside|around|outskirts\s+of|suburbs?\s+of|on|along|off|over|close\s+to|edge\s+of"
    r"|(?:north|south|east|west|northeast|northwest|southeast|southwest|[a-z]+ern)\s+of|(?:miles|kilomet(?:er|re)s|km"
    rf"|kms)\s+[a-z]*\s*(?:of|from))\s+(?:the\s+)?{_FILL}$"
)
_ORIGIN = re.compile(
    r"\b(?:residents?|natives?|citizens?|people|citizenry|hail(?:s|ed|ing)?|trained|training|trains|born|originally|lives?|lived|living|resid(?:es?|ed|ing)"
    r"|based|headquartered|fled|flee|fleeing"
    r"|travel(?:l?ed|l?ing|s)?|returned|returning|returns|deported|extradited|exiled?|studied|fought|came|comes|coming"
    r"|arrived|arrives?|flew|heads?|headed)"
    rf"\s+(?:[a-z]+\s+)?(?:of|in|from|to)\s+(?:the\s+)?{_FILL}$"
    r"|\b(?:troops|soldiers|refugees|messages?|statements?|orders?|instructions?|fighters|militants|envoy|ambassador"
    r"|embassy|flights?|withdraw(?:al|s|n)?)"
    rf"\s+(?:from|to|out of)\s+(?:the\s+)?{_FILL}$"
)
_SPOKEN_IN = re.compile(
    rf"\b(?:said|says|told\s+[a-z ]{{2,25}}|spoke|speaking|announced|conference|interview|parliament|meeting|talks|summit"
    rf"|trial)\b[^.;]{{0,24}}\bin\s+{_FILL}$"
)
_HOSPITAL_BEFORE = re.compile(
    r"\b(?:hospitals?\s+(?:in|at|of)|(?:taken|rushed|airlifted|flown|shifted|moved|transferred|evacuated"
    r"|referred)\s+(?:[a-z]+\s+){0,5}to|treated\s+(?:[a-z]+\s+){0,4}(?:in|at))\s+(?:the\s+|a\s+)?" + _FILL + "$"
)
_HOSPITAL_AFTER = re.compile(r"^(?:'s)?\s+(?:[a-z']+\s+){0,3}(?:hospital|infirmary|clinic|medical (?:complex|center|centre|college))\b")
_SPEAKER_AFTER = re.compile(
    r"^(?:(?:'s)?\s+(?:government|foreign (?:ministry|minister)|interior (?:ministry|minister)|defen[cs]e (?:ministry"
    r"|minister)|prime minister|president|"
    r"embassy|ambassador|spokes(?:man|woman|person)|officials?|ministry|parliament|court|supreme court)\b"
    r"|,?\s+(?:has |have |also |on [a-z]+day )?(?:said|says|say|condemn|condemns|condemned|denie[sd]|denounced?"
    r"|accuse[sd]?|blame[sd]?|reject(?:s|ed)?|warn(?:s|ed)?|"
    r"announce[sd]?|offer(?:s|ed)?|urge[sd]?|vow(?:s|ed)?|call(?:s|ed) on|told|want(?:s|ed)?|plan(?:s|ned)?|agree[sd]?|refuse[sd]?)\b)"
)
_VIOLENCE_AFTER = re.compile(
    r"^(?:'s)?(?:\s|-)+"
    rf"(?:(?!(?:{_STOP}|the|an?|its|his|her|their|our|no|any|this|these|those|more|new|fresh|all|on|in|of|off|from|to|at|near|over"
    r"|officials?|government|police|army|forces|troops|soldiers|jets|president|minister|condemn\w*|[a-z]+ed)\b)[a-z'-]+\s+){0,2}"
    r"(?:bomb(?:s|ing|ings)?|blasts?|explosions?|attacks?|raids?|siege|assaults?|shootings?|massacres?|ambush(?:es)?"
    r"|killings?|kidnappings?|abductions?|hijackings?|"
    r"clashes|violence|strikes?|shelling|stabbings?|standoff|toll|bombers?|gunmen|murders?|shoot-?outs?)\b"
)
_PLACE_AFTER = re.compile(
    r"^(?:'s)?\s+(?:mosque|market|bazaar|bazar|school|church|hotel|restaurant|airport|station|shrine|temple|checkpoint"
    r"|checkpost|barracks|garrison|academy|base|cantonment|prison|jail)\b"
)
_AREA_AFTER = re.compile(
    r"^(?:'s)?\s+(?:province|district|governorate|state|region|department|county|agency|division|valley|island|peninsula|tehsil|oblast)\b"
)
_AREA_BEFORE = re.compile(r"\b(?:provinces?|districts?|governorate|state|region|department|county|agency|island) of\s+(?:the\s+)?$")
_TOWN_BEFORE = re.compile(
    r"\b(?:city|cities|town|towns|village|villages|hamlet|suburbs?|neighbou?rhood|capital|port|settlement|area|resort"
    r"|quarter)(?: city)?,?\s+(?:of\s+)?$"
)
_TOWN_AFTER = re.compile(r"^(?:'s)?\s+(?:city|town|village|suburb|neighbou?rhood|slum|area|bazaar|municipality)\b")

_DATELINE = re.compile(
    r"^\W{0,3}(?P<where>[^\W\d_][\w .,/'’-]{1,60}?)(?:\s*,?\s*(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec)[a-z]*\.?\s*\d{1,2}|\d{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
    r"\.?(?:\s*,?\s*\d{2,4})?)?\s*(?P<source>\([^)]{2,40}\))?\s*(?:\[[^\]]{2,20}\]\s*)?(?P<dash>--+|[–—-]|:)\s"
)
_LOWER_VERB = re.compile(r"\s[a-z]{3,}\s+[a-z]{3,}\s")


_BORDER_AFTER = re.compile(r"^(?:'s)?\s+(?:border|frontier|war|crisis|conflict|policy|visit|trip|election)\b")
_BORDER_BEFORE = re.compile(r"\b(?:border(?:s|ing)? (?:with )?|war (?:in|on) )(?:the\s+)?$")
_LAND_AFTER = re.compile(
    r"^\s+(?:(?:holy|capital|port|border|northern|southern|eastern|western|central|tribal|coastal|oil|resort|mountain"
    r"|second|largest)\s+){0,2}"
    r"(?:city|town|village|province|region|capital|district|suburb|island|state|port|resort|territory|town's|capital's)\b"
)
_ENDS_PHRASE = re.compile(
    r"^(?:'s\b)?(?:\W*$|[,;:)\"]|\.(?:\s|$)|\s+(?:and|or|on|in|at|after|when|where|during|since|by|to|for|with|as|has"
    r"|have|is|are|was|were|will|would|said)\b)"
)


def dateline_end(sentence: Sentence) -> int:
    """Where the dateline that opens a sentence ends ("BAGHDAD, Iraq (Reuters) - "), 0 when there is none."""
    head = sentence.text[:130]
    match = _DATELINE.match(sentence.folded[:130])
    if match is None:
        return 0
    where = head[match.start("where") : match.end("where")]
    city = where.split(",")[0].split("/")[0]
    sure = match.group("dash").startswith("--") or match.group("source") or city.isupper()
    return match.end() if sure and city[:1].isupper() and not _LOWER_VERB.search(where) and len(where.split()) < 9 else 0


def use_of(sentence: Sentence, start: int, end: int) -> tuple[PlaceUse, float]:
    """The use of the name at `start`..`end`, and how firmly the words say so (0 to 1)."""
    before = sentence.folded[max(0, start - BEFORE) : start]
    after = sentence.folded[end : end + AFTER]
    if _HOSPITAL_AFTER.match(after) or _HOSPITAL_BEFORE.search(before):
        return PlaceUse.HOSPITAL, 0.8
    if _ORIGIN.search(before):
        return PlaceUse.ORIGIN, 0.7
    if _SPOKEN_IN.search(before):
        return PlaceUse.SPEAKER, 0.7
    if _BORDER_AFTER.match(after) or _BORDER_BEFORE.search(before):
        return PlaceUse.PLAIN, 0.3
    if _VIOLENCE_AFTER.match(after):
        return PlaceUse.EVENT, NAMING
    governed = _IN.search(before)
    if governed:
        return PlaceUse.EVENT, 0.9
    if _SPEAKER_AFTER.match(after):
        return PlaceUse.SPEAKER, 0.7
    if _NEAR.search(before):
        return PlaceUse.EVENT, 0.6
    if _PLACE_AFTER.match(after):
        return PlaceUse.EVENT, 0.7
    return PlaceUse.PLAIN, 0.5


def level_asked(sentence: Sentence, start: int, end: int) -> str:
    """ "area" or "town" where the words beside a name say which it is, else ""."""
    after = sentence.folded[end : end + 16]
    before = sentence.folded[max(0, start - 30) : start]
    if _AREA_AFTER.match(after) or _AREA_BEFORE.search(before):
        return "area"
    return "town" if _TOWN_BEFORE.search(before) or _TOWN_AFTER.match(after) else ""


def governed_by_place(sentence: Sentence, start: int) -> bool:
    """Does a preposition of place, or a word for town or province, stand before the name?"""
    before = sentence.folded[max(0, start - BEFORE) : start]
    return bool(_IN.search(before) or _NEAR.search(before) or _TOWN_BEFORE.search(before) or _AREA_BEFORE.search(before))


def before_land(sentence: Sentence, end: int) -> bool:
    """Does a word for a stretch of land follow ("the Iraqi city of")? Then a people's name says where."""
    return bool(_LAND_AFTER.match(sentence.folded[end : end + AFTER]))


def ends_phrase(sentence: Sentence, end: int) -> bool:
    """Does the name end its phrase ("in the U.S.", not "in U.S. custody")?"""
    return bool(_ENDS_PHRASE.match(sentence.folded[end : end + AFTER].removeprefix(".")))
