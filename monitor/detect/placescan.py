"""Finds names of the gazetteer in sentences: longest first, capitalised, and not part of a person's or an actor's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from monitor.detect.atlas import Gazetteer, NameUse, PlaceKind, Reading, key_of
from monitor.detect.placeuse import governed_by_place, level_asked
from monitor.detect.text import Sentence, Zone

WINDOW = 60  # characters a name of several words may have

# A word that starts with no lower-case letter; letters with apostrophes or dots inside belong together (Sana'a, U.S).
_CAPITALISED = re.compile(r"(?<!\w)(?<!\w['’])[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’ʼʽ.][^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼʽ.][^\W\d_]+)*")
_JOIN = re.compile(r"[ \n]?[-–][ \n]?|\.? |\n|\.")
_BEFORE = re.compile(r"([^\W\d_][\w'’.]*) $")
_AFTER = re.compile(r"(?:,? )([^\W\d_a-zß-öø-ÿ][\w'’-]*)")
_SAID = re.compile(
    r",? (?:said|says|told|added|noted|recalled|argued|insisted|testified|explained|admitted|confessed|pleaded"
    r"|who|whose|was (?:born|arrested|charged|sentenced)|\d\d?,|has been (?:arrested|charged))\b"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    "president minister premier mr mrs ms dr gen general col colonel maj major capt captain lt lieutenant sgt sergeant cpl corporal "
    "sen senator rep governor gov judge justice king queen prince princess sheikh sheik mullah maulana mufti imam ayatollah cleric "
    "commander spokesman spokeswoman secretary ambassador inspector constable officer chief director sir lord lady saint st pope "
    "bishop archbishop father rabbi professor named called brother sister wife husband son daughter aide lawyer candidate sultan emir "
    "ustad haji hafiz qari syed abu abdul bin ibn al- "
)
_LOOSE = _words(  # capitalised words that may stand before a place without making it part of a name
    "north south east west northern southern eastern western central upper lower greater inner outer downtown old mid near in at on "
    "of from to around outside the and inside across over after as for by with rural modern occupied northeast northwest southeast "
    "southwest north-east coastal city province district capital village town kills kill rocks rock hits hit shakes attack attacks "
    "blast blasts bomb bombing killed dead hurt toll violence clashes siege "
)
_PARTS = _words(  # capitalised words after a place that leave it a place
    "police province city district airport hospital university bazaar market road street mosque church school station bridge prison "
    "jail camp district division agency state region department county governorate valley island river border green international "
    "metropolitan provincial high court military army security national garrison cantonment central general park square hotel stadium "
    "port base university college academy beach zone old team embassy ambassador government governor mayor interior foreign health "
    "television radio stock exchange times post news tv today yesterday on monday tuesday wednesday thursday friday saturday sunday "
    "after as in at and for with kills killed says attack attacks blast bombing bomb siege shooting raid clash clashes violence "
    "hostage peace rebels rebel troops blasts killing killings fighting january february march april may june july august september "
    "october november december "
)


_NO_PLACE = (" yard ", " yard,", " yard.", " yard's")  # Scotland Yard
_LITTLE = _words(  # in capitals, words that begin no name; passed over for speed
    "OF AND TO A ON BY FOR WITH FROM THAT AT AS WAS WERE HAS HAVE HAD HE HIS THEY THEIR NOT SAID IS IT ITS THIS WHO WHICH BE BEEN BUT OR "
    "TODAY POLICE MILITARY GOVERNMENT ARMY GUERRILLAS ATTACK KILLED REPORTED ACCORDING PRESIDENT PEOPLE FORCES WHEN AFTER WILL AN ARE "
)


@dataclass(frozen=True, slots=True)
class Match:
    """A name in a sentence with what it may mean."""

    sentence: Sentence
    start: int
    end: int
    readings: tuple[Reading, ...]
    asked: str  # "area", "town" or ""

    @property
    def country_name(self) -> bool:
        """May this be a country, or its people?"""
        return any(each.kind is PlaceKind.COUNTRY for each in self.readings)


def scan(sentence: Sentence, gazetteer: Gazetteer, taken: Collection[tuple[int, int]], dateline: int, persons: set[str]) -> Iterator[Match]:
    """All names in one sentence, left to right, none overlapping another or a span of `taken`.

    What turns out to be the name of somebody is added to `persons`, folded.
    """
    text = sentence.text
    done = 0
    for word in _CAPITALISED.finditer(text):
        start = word.start()
        if start < done or word.group() in _LITTLE:
            continue
        found = _longest(gazetteer, text, start, word.end())
        if found is None:
            continue
        end, readings = found
        if any(first < end and start < last for first, last in taken):
            continue
        match = _checked(sentence, start, end, readings, start < dateline, persons)
        if match is not None:
            done = end
            yield match


def _longest(gazetteer: Gazetteer, text: str, start: int, end: int) -> tuple[int, tuple[Reading, ...]] | None:
    whole = text[start:end]
    stem = whole[:-2] if whole[-2:] in ("'s", "’s", "'S", "’S") else whole
    first = _key(stem)
    if stem is whole and first in gazetteer.firsts:
        for stop, key in _phrases(text, start, gazetteer.firsts[first]):
            readings = gazetteer.readings(key)
            if readings:
                return stop, readings
    readings = gazetteer.readings(first)
    if not readings or any(each.use is NameUse.CAPITALS for each in readings):
        readings = tuple(each for each in readings if each.use is not NameUse.CAPITALS or stem.isupper())
    return (start + len(stem), readings) if readings else None


def _phrases(text: str, start: int, most: int) -> list[tuple[int, str]]:
    """(end, key) of the phrases that start here, longest first; words are joined by a space, a hyphen or a dot."""
    found: list[tuple[int, str]] = []
    key, at = "", start
    for count, word in enumerate(_WORD.finditer(text, start, start + WINDOW), 1):
        if count > most or (count > 1 and text[at : word.start()] != " " and not _JOIN.fullmatch(text, at, word.start())):
            break
        part, at = word.group(), word.end()
        if count == 1:
            key = _key(part)
            continue
        possessive = part[-2:] in ("'s", "’s", "'S", "’S")
        key = f"{key} {_key(part[:-2] if possessive else part)}"
        found.append((at - 2 if possessive else at, key))
        if possessive:
            break
    return found[::-1]


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    return key_of(word)


def _checked(sentence: Sentence, start: int, end: int, readings: tuple[Reading, ...], dateline: bool, persons: set[str]) -> Match | None:
    """The match with the readings that the neighbourhood allows; None when none is left."""
    if sentence.folded.startswith(_NO_PLACE, end):
        return None
    asked = level_asked(sentence, start, end)
    name = sentence.text[start:end]
    if _acronym_in_doubt(sentence, name):
        readings = tuple(each for each in readings if each.use is not NameUse.CAPITALS or "." in name)
    if not dateline:
        governed = bool(asked) or governed_by_place(sentence, start)
        if not governed:
            readings = tuple(each for each in readings if _stands_alone(each, sentence, name))
        if readings and not sentence.shouting and _in_a_name(sentence, start, end, readings, governed):
            if readings[0].kind is PlaceKind.TOWN:
                persons.add(sentence.folded[start:end])
            return None
    return Match(sentence, start, end, readings, asked) if readings else None


def _acronym_in_doubt(sentence: Sentence, name: str) -> bool:
    """In capitals "US" may be the pronoun and "CAR" the vehicle."""
    return sentence.shouting and name in ("US", "CAR")


def _stands_alone(reading: Reading, sentence: Sentence, name: str) -> bool:
    """May this place be meant where no preposition of place says that a place is?"""
    if reading.strict and reading.kind is not PlaceKind.COUNTRY:
        return False
    if sentence.shouting or (sentence.headline_case and sentence.zone is Zone.TITLE):
        return reading.prominent or " " in name
    return True


def _in_a_name(sentence: Sentence, start: int, end: int, readings: tuple[Reading, ...], governed: bool) -> bool:
    """Is the place part of the name of a person or an institution ("Mr Hamilton", "Paris Young")?"""
    text = sentence.text
    before = _BEFORE.search(text, max(0, start - 26), start)
    heavy = any(each.kind in (PlaceKind.COUNTRY, PlaceKind.ADMIN1, PlaceKind.REGION) for each in readings)
    if before is not None:
        word = before.group(1)
        plain = word.rstrip(".").lower()
        if plain in _TITLES and not heavy:
            return True
        named = word[:1].isupper() and plain not in _LOOSE and not plain.endswith(("'s", "’s", "an", "i", "ese", "ish", "s'"))
        if named and not heavy and not sentence.headline_case and before.start() > 0:
            return True
    after = _AFTER.match(text, end)
    if heavy or governed:
        return False
    if after is not None and text[end] == " " and after.group(1).lower() not in _PARTS and not sentence.headline_case:
        return not readings[0].prominent
    return bool(_SAID.match(text, end)) and not readings[0].prominent
