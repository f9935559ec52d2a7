"""Groups that no lexicon knows: "a group calling itself X", "X claimed responsibility" where X is named like a group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.detect.text import Sentence

_WORD = r"(?:(?:al|el|ul|as|ash|an|ad|ar|at|az)-)?[A-ZÀ-Þ][\w'’-]*"
_LINK = r"(?:of|the|and|for|de|del|in|al|el|e|i|bin|la|du|des|ul|on|to|wal|wa)"
_CAPITALISED = rf"{_WORD}(?:[ -](?:{_LINK} ){{0,2}}{_WORD}){{0,8}}"
_NAME = rf"(?:[\"“‘']{{1,2}}\s?(?P<quoted>[^\"“”‘’',.;]{{3,70}})\s?[\"”’']{{1,2}}|(?P<plain>{_CAPITALISED}))"
_GROUP = r"(?:group|organi[sz]ation|faction|outfit|cell|movement|militia|brigades?|front|army|commandos?)"
_INTRODUCED = re.compile(
    rf"\b(?:(?:call(?:s|ed|ing)?|styl(?:es|ed|ing)|identif(?:ies|ied|ying)|describ(?:es|ed|ing)|nam(?:es|ed|ing)) (?:itself"
    rf"|themselves)(?: as)?"
    rf"|{_GROUP},? (?:named|called|known as|known by the name)"
    rf"|(?:previously[ -]unknown|little[ -]known|hitherto unknown|so far unknown|unknown|obscure|shadowy"
    rf"|new) (?:[\w-]+ ){{0,3}}{_GROUP},?(?: named| called)?"
    rf"|(?:in the name|on behalf) of(?: a| an)?(?: [\w-]+){{0,2}}? {_GROUP}(?: called| named)?)"
    rf" (?:the )?{_NAME}"
)
_SHOUTED = re.compile(
    r"\b(?:CALLING (?:ITSELF|THEMSELVES)|CALLS ITSELF|CALL THEMSELVES|IDENTIFYING (?:ITSELF|THEMSELVES) AS|(?:GROUP"
    r"|ORGANIZATION|COMMANDO|COMMANDOS) (?:NAMED|CALLED|KNOWN AS))"
    r"\s(?:(?:MEMBERS|PART)\sOF\s)?(?:THE\s)?[\"']?(?P<plain>[A-Z0-9][\w'-]*"
    r"(?:\s(?!(?:HAS|HAVE|HAD|CLAIMED|CLAIMS|SAID|SAYS|TOOK|WHICH|THAT|WHO|ON|IN"
    r"|TODAY|YESTERDAY|IS|WAS|WERE|ARE|WITH|TO|AT)\b)[A-Z0-9][\w'-]*){0,7})"
)
_HEAD = (
    r"(?:Brigades?|Front|Army|Movement|Battalions?|Fighters|Mujahideen|Mujahedeen|Jihad|Liberation|Resistance|Commandos?"
    r"|Vanguards?|Legion|Falcons|Martyrs|Squadron|Cells?|Guards|Tigers)"
)
_CLAIMANT = re.compile(
    rf"(?P<plain>(?:{_WORD} (?:{_LINK} ){{0,2}}){{0,6}}{_HEAD}(?: (?:{_LINK} ){{1,2}}{_WORD}(?: {_WORD}){{0,3}})?)"
    r"(?=(?:,[^,.;]{1,80},|\s\([^)]{1,30}\))?\s(?:has |have |had |also |later |quickly )*(?:claim(?:ed|s)|took|takes"
    r"|taken)\s(?:full |sole )?(?:responsibility|credit))"
)
_CLAIMS = (
    r"(?i:,?\s(?:(?:has|have|had|also|later|today|tonight|yesterday)\s){0,3}(?:claim(?:ed|s)|took|takes|accepted|assumed)"
    r"\s(?:full |sole )?(?:responsibility|credit))"
)
_QUOTED_CLAIMANT = re.compile(
    rf"[\"“](?P<plain>[A-Z0-9][^\"“”.;,\n]{{3,60}})[\"”]"
    rf"(?:\s?[\[(][^\])]{{1,60}}[\])])?(?={_CLAIMS})"
)
_SHOUTED_CLAIMANT = re.compile(
    r"\bTHE (?P<plain>(?:[A-Z0-9][\w'-]* ){1,7}?(?:FRONT|ARMY|MOVEMENT|COMMANDO?|BRIGADE|BATTALION|FORCE|COMMITTEE|ALLIANCE))"
    rf"(?={_CLAIMS})"
)
_CLAIMED_BY = re.compile(
    r"\bclaimed by (?:the |a group called (?:the )?)?"
    rf"(?P<plain>(?:{_WORD} (?:{_LINK} ){{0,2}}){{0,6}}{_HEAD}(?: (?:{_LINK} ){{1,2}}{_WORD}(?: {_WORD}){{0,3}})?)"
)
_NOT_A_NAME = frozenset(
    [
        "The",
        "This",
        "That",
        "These",
        "Those",
        "Some",
        "Several",
        "Both",
        "Two",
        "Three",
        "It",
        "They",
        "He",
        "She",
        "We",
        "And",
        "But",
        "In",
        "On",
        "At",
        "No",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
)
_OPENERS = ("itself", "themselves", "named", "called", "known", "obscure", "shadowy", "new ", "behalf", "name of")


@dataclass(frozen=True, slots=True)
class SelfName:
    """A name, and where it stands in its sentence."""

    name: str
    start: int
    end: int


def self_names(sentence: Sentence) -> Iterator[SelfName]:
    """The group names that a sentence introduces."""
    folded = sentence.folded
    if any(opener in folded for opener in _OPENERS):
        for match in (_SHOUTED if sentence.shouting else _INTRODUCED).finditer(sentence.text):
            yield from _taken(match, "quoted" if "quoted" in match.groupdict() and match["quoted"] else "plain")
    if "responsib" in folded or "credit" in folded or "claimed by" in folded:
        for pattern in (_QUOTED_CLAIMANT, *((_SHOUTED_CLAIMANT,) if sentence.shouting else (_CLAIMANT, _CLAIMED_BY))):
            for match in pattern.finditer(sentence.text):
                yield from _taken(match, "plain")


def _taken(match: re.Match[str], group: str) -> Iterator[SelfName]:
    start, end = match.span(group)
    text = match.string
    while (first := text[start:end].split(" ", 1))[0] in _NOT_A_NAME and len(first) == 2:
        start += len(first[0]) + 1
    if end - start >= 3 and text[start:end] not in _NOT_A_NAME:
        yield SelfName(text[start:end], start, end)


def slug(name: str) -> str:
    """The stable part of the id `named:<slug>`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix("the ")).strip("_")[:60]
