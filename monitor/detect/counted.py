"""Counted people in a sentence: "at least 12 worshippers", "a policeman", with the noun phrase that says who they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.detect.numbers import MODIFIER, MORE, NOT_COUNTED, NUMBER, OPEN_ENDED, bounds
from monitor.model import Range

PERSON = (
    r"(?:police(?:man|woman| officer| constable| chief| commander| recruit| inspector)|(?:prison |traffic |security "
    r"|border |national )?(?:officer|guard|guardsman)|soldier|serviceman|civilian"
    r"|woman|man|boy|girl|child|baby|infant|toddler|person|teenager|youth|schoolgirl|schoolboy|driver|worker|labou?rer"
    r"|journalist|reporter|photographer|cameraman|editor"
    r"|teacher|headmaster|student|pupil|doctor|nurse|medic|lawyer|judge|prosecutor|politician|lawmaker|legislator"
    r"|senator|congressman|deputy|mayor|governor|minister|official"
    r"|general|colonel|major|captain|lieutenant|sergeant|corporal|constable|inspector|marine|trooper|ranger|cadet"
    r"|recruit|cleric|imam|priest|bishop|archbishop|monk|nun|pastor|missionary"
    r"|engineer|contractor|hostage|captive|tourist|traveller|passenger|pilgrim|worshipper|shopkeeper|trader|farmer"
    r"|villager|peasant|resident|bystander|passer-?by|pedestrian|settler"
    r"|activist|candidate|diplomat|ambassador|consul|envoy|translator|interpreter|pilot|sailor|fisherman|businessman"
    r"|banker|professor|scholar|elder|tribesman|nurse|volunteer|vaccinator"
    r"|(?:israeli|palestinian|iraqi|afghan|pakistani|indian|american|briton|frenchman|turk|egyptian|russian|german"
    r"|italian|kenyan|nigerian|somali)"
    r"(?!\s+(?!(?:in|on|at|near|and|as|who|after|by|with|from|during|was|is|when|while|for)\b)[a-z])"
    r"|militant|gunman|bomber|attacker|terrorist|insurgent|rebel|guerrilla|assailant|extremist|jihadist|hijacker"
    r"|kidnapper|subversive|separatist|raider)(?!\w)(?!'s)"
)
PERPETRATOR = re.compile(
    r"\b(?:militants?|gunm[ae]n|bombers?|attackers?|terrorists?|insurgents?|rebels?|guerrillas?|assailants?|extremists?"
    r"|jihadi(?:st)?s?|hijackers?|kidnappers?|abductors?|hostage-?takers?"
    r"|subversives?|separatists?|raiders?|fighters?|combatants?|taliban|suspects?|perpetrators?|bandits?|naxals?"
    r"|maoists?|islamists?|militiam[ae]n|khawarij|gunfighters?)\b"
)
_NOT_PEOPLE = re.compile(
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|times|vehicles?|cars?|trucks?|tankers?|buses|tanks?|bombs?"
    r"|rockets?|mortars?|shells?|grenades?|missiles?|explosions?|blasts?"
    r"|attacks?|bombings?|raids?|incidents?|houses?|homes?|huts?|shops?|stores?|buildings?|schools|churches|mosques"
    r"|villages?|towns?|cities|provinces?|districts?|countries|nations|places"
    r"|planes?|aircraft|helicopters?|jets?|boats?|ships?|animals?|cattle|sheep|goats?|cows?|camels?|horses?|dogs?|birds?"
    r"|weapons?|guns?|rifles?|pistols?|bullets?|rounds?|charges?|devices?"
    r"|packages?|letters?|bags?|dollars?|rupees|pounds?|points?|goals?|votes?|seats?|jobs?|companies|firms|banks?"
    r"|bridges?|towers?|pylons?|stations?|checkpoints?|posts?|bases?|camps?|outposts?"
    r"|hectares|acres|documents|computers|files|claims|cases|counts|groups?|camps|copies|locations|sites|parties"
    r"|magnitude|floors?|storey|stories|windows?|rooms?|trains?|wagons?|carriages"
    r"|pipelines?|wells?|fields?|laws?|bills?|motions?|percent)"
)
_STOP = (
    r"(?:and|or|but|were|was|is|are|be|been|being|have|has|had|who|which|that|in|on|at|near|when|while|as|after|before"
    r"|by|with|for|from|to|into|during|including|among|wounding|injuring"
    r"|killing|leaving|killed|wounded|injured|hurt|dead|died|die|dies|said|say|says|outside|inside|since|over|under"
    r"|around|across|today|yesterday|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|kidnapped|abducted|seized|taken|held|shot|slain|martyred|embraced|murdered|massacred|beheaded|executed"
    r"|gunned|blown|believed|feared|reported|reportedly|confirmed|trapped"
    r"|missing|so|early|late|then|it|its|their|his|her|they|he|she|could|would|may|might|will|perished|lost|suffered"
    r"|critically|seriously|badly|slightly|stabbed|hacked|burned|burnt|also|succumbed"
    r"|there|where|because|until|if|left|through|against|along|off|about|this|last|less|than|more|each|toll|arrested|detained|captured)"
)
PHRASE = rf"(?:\s+(?!{_STOP}\b)[a-z][a-z'.-]*){{0,6}}"
COUNT = rf"(?:{MORE}\s+)?(?:{MODIFIER}\s+){{0,2}}(?<![\w$£€#./:-]){NUMBER}{NOT_COUNTED}"

_COUNTED = re.compile(
    rf"(?:(?P<more>{MORE})\s+)?(?:(?P<mod>{MODIFIER})\s+(?:{MODIFIER}\s+)?)?(?<![\w$£€#./:-])(?:(?P<n>{NUMBER}){NOT_COUNTED}(?:\s?(?:to"
    rf"|-|or)\s?(?P<top>{NUMBER}){NOT_COUNTED})?"
    rf"(?P<np>(?:\s+(?:more|others?|other)\b)?{PHRASE})|(?P<single>another(?=\s+(?:was|is|has|had|were|wounded|injured"
    rf"|killed|died)\b)|an?\s+(?:[a-z][a-z'-]*\s+){{0,5}}?{PERSON})\b(?!'s))"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH_BEFORE = re.compile(
    r"(?:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august"
    r"|september|october|november|december|no|number|article|route|highway"
    r"|channel|flight|boeing|page|chapter|aged?|aged about|age of|group of|resolution|camp|sector|unit|brigade|battalion"
    r"|gate|phase|level|day|round|section|under)\.?|[a-z]-)\s*$"
)
_PARTED = re.compile(
    r"(?:\bincluding|\bamong (?:them|the dead|those killed|the victims)(?: were| was)?|\bof (?:them|whom)|\bof which"
    r"|\bmostly|\binclude[sd]?)\s+(?:the\s+|also\s+)?$"
)
_OF_MANY = re.compile(r"(?:of|more|others?|people|civilians?|soldiers?|troops|police|worshippers)\b")
_OF_THEM = re.compile(r"\s+of\s+(?:them|whom|which|those|the)\b")


@dataclass(frozen=True, slots=True)
class Counted:
    """A count and its noun phrase. `end` is the end of the phrase."""

    start: int
    end: int
    range: Range
    who: str
    single: bool
    more: bool
    part: bool

    @property
    def perpetrators(self) -> bool:
        """Are those counted the attackers themselves?"""
        return bool(PERPETRATOR.search(self.who))


def counted(folded: str) -> list[Counted]:
    """All counts of people in a folded sentence, left to right; dates, ages, sums and things are left out."""
    found: list[Counted | None] = []
    at = 0
    while match := _COUNTED.search(folded, at):
        at = max(match.end(), match.start() + 1)
        if match["top"] and folded[max(0, match.start() - 5) : match.start()] == "from ":
            at = match.start("top")  # "rose from 103 to 110" is no range
            continue
        found.append(_read(folded, match))
    return [each for each in found if each is not None]


def _read(folded: str, match: re.Match[str]) -> Counted | None:
    before = folded[max(0, match.start() - 26) : match.start()]
    if match.group("single"):
        return Counted(
            match.start(),
            match.end(),
            Range(1, 1, 1),
            match.group("single"),
            True,
            match.group("single") == "another",
            bool(_PARTED.search(before)),
        )
    phrase = match.group("np").strip()
    last = phrase.rsplit(None, 1)[-1].strip("'.-") if phrase else ""
    number = match.group("n")
    if _NOT_PEOPLE.fullmatch(last) or _MONTH_BEFORE.search(before):
        return None
    if _YEAR.fullmatch(number) and (not phrase or before.rstrip().endswith(("in", "of", "since", "from", "until", "the", ","))):
        return None
    if number in OPEN_ENDED and phrase and not _OF_MANY.match(phrase):
        return None  # "hundreds mourn the student killed"
    if before.endswith(", ") and folded[match.end("n") : match.end("n") + 1] == ",":
        return None  # an age
    amount = bounds(match.group("mod") or "", number, match.group("top") or "")
    if amount is None:
        return None
    parted = bool(_PARTED.search(before)) or bool(_OF_THEM.match(folded, match.end("n")))
    return Counted(match.start(), match.end(), amount, phrase, False, bool(match.group("more")), parted)
