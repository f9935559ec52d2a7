"""What surrounds a name: words that make an abbreviation a group, ties to another group, and the country of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.detect.roster import Actor, Form
from monitor.detect.text import Document, Sentence, Zone

_ARMED_AFTER = re.compile(
    r"['\"]?(?:'?s\b)?[ -]{0,2}(?:(?:islamist|terror|suicide|separatist|rebel|guerrilla|bandit|senior|local)\s)?(?:militant"
    r"|fighter|gunm[ae]n|group\b|claim|terrorist|insurgent"
    r"|rebel|guerrilla|commander|spokes|sa(?:ys|id) (?:it|they|its|in a)\b|attack|bomb|affiliate|branch|linked|cell|member"
    r"|leader|chief|suicide|jihadi|faction|t(?:ook|akes) (?:credit|resp)"
    r"|den(?:ies|ied|y)|sympathi|loyalist|operative|ambush|abduct|kill|flag|propaganda|is committed to|admit|kidnap|hijack"
    r"|blew|stormed|behind|statement|combatant|troops|militia|retract|withdr(?:ew|aws?)|disown|backtrack)"
)
_ARMED_BEFORE = re.compile(
    r"(?:claimed by|blamed on|blam(?:es?|ed|ing)|\bby|suspected|alleged|militant group|terror(?:ist)? group|rebel group"
    r"|guerrilla group|\bgroup|militia|allegiance to|banned|outlawed|proscribed"
    r"|linked to|joined|so-called|accus(?:es?|ed|ing)|militants? (?:of|from)|fighters (?:of|from)|guerrillas (?:of|from)"
    r"|rebels (?:of|from)|members of)[\s\"'(]{1,3}(?:the\s)?$"
)
_ARMED_NOUNS = ("rebels", "guerrillas", "insurgents", "militants")
_TIE_BEFORE = re.compile(
    r"\b(?:linked|tied|affiliated|allied|aligned|loyal|close|connected|sympathetic|related|allegiance|links|ties|contacts"
    r"|connections|offshoot|splinter(?: group)?|breakaway(?: group)?|rivals?|enemies|similar|inspired)"
    r"\s(?:to|with|of|from|by)\s(?:the\s)?(?:(?!and\b|but\b)[\w'-]+\s){0,4}['\"]?$"
)
_TIED_CLASS = re.compile(
    r"\b(?:(?:militant|islamist|islamic|terror|terrorist|extremist|armed|sunni|shiite|shadowy|unknown|obscure|new|radical"
    r"|iraqi|jihadist|insurgent|rebel)\s){0,3}"
    r"(?:groups?|organi[sz]ations?|faction|cell|network|militants?|insurgents?|gunmen|rebels|fighters|militia|website"
    r"|web site)\s(?:(?:with|that|which|is|who|are|were|was|believed|thought|said|to|be|reportedly|allegedly|closely|loosely"
    r"|suspected|of|having|has)\s){0,5}"
    r"(?:linked|tied|affiliated|allied|aligned|loyal|close|connected|sympathetic|related|links|ties|contacts"
    r"|connections)\s(?:to|with|of)\s(?:the\s)?(?:[\w'-]+\s){0,4}['\"]?$"
)
_TIE_AFTER = re.compile(
    r"['\"]?\s?-?\s?(?:linked|affiliated|inspired|aligned|backed|allied|style|related|connected|sponsored|trained|influenced)\b"
)
_TAIL = re.compile(
    r"['\"]?\s?-?\s?[a-z]+\s(?:[\w-]+\s){0,3}?(?P<noun>militants?|gunmen|rebels?|insurgents?|separatists?|extremists?"
    r"|terrorists?|jihadists?|islamists?|guerrillas?|fighters|militia(?:s|men)?"
    r"|groups?|organi[sz]ations?|networks?|cells?|factions?|outfits?|movement|suicide bombers?)\b"
)
_CLASSES = {
    "gunm": "gunmen", "rebe": "rebels", "insu": "insurgents", "sepa": "separatists", "extr": "extremists", "terr": "terrorists",
    "jiha": "jihadists", "guer": "guerrillas", "suic": "suicide_bombers",
}  # fmt: skip
_WORDS = re.compile(r"[a-z.'-]+")
_LATE = 2  # years after its end that a group may still be written about as acting


@dataclass(frozen=True, slots=True)
class Tail:
    """The rest of "X-linked militant group": what the actor really is."""

    actor: str
    name: str
    end: int


def adjacent(sentence: Sentence, start: int, end: int) -> bool:
    """Does a word beside this form say that an armed group is meant?"""
    folded = sentence.folded
    if folded.endswith(_ARMED_NOUNS, start, end):
        return True
    return _ARMED_AFTER.match(folded, end) is not None or _ARMED_BEFORE.search(folded, max(0, start - 40), start) is not None


def is_linked_left(sentence: Sentence, start: int) -> bool:
    """ "... linked to X": X is not the one who acts here."""
    return _TIE_BEFORE.search(sentence.folded, max(0, start - 70), start) is not None


def tie_start(sentence: Sentence, start: int) -> int | None:
    """Where "group linked to" begins before X, when it is a class that acts and no name."""
    found = _TIED_CLASS.search(sentence.folded, max(0, start - 110), start)
    return found.start() if found else None


def linked_tail(sentence: Sentence, end: int) -> Tail | None:
    """ "X-linked militants": the class that acts, up to its noun."""
    if not _TIE_AFTER.match(sentence.folded, end):
        return None
    tail = _TAIL.match(sentence.folded, end)
    if tail is None:
        return Tail("generic:militants", "militants", end)
    noun = _CLASSES.get(tail["noun"][:4], "militants")
    return Tail(f"generic:{noun}", noun.replace("_", " "), tail.end())


class Context:
    """One document's signs of place and time, for telling namesakes apart."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._likelihoods: dict[tuple[str, int], float] = {}

    @cached_property
    def _folded(self) -> str:
        return " ".join(sentence.folded for sentence in self._document.sentences)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word.strip(".'-").removesuffix("'s") for word in _WORDS.findall(self._folded))

    @cached_property
    def _title(self) -> str:
        return " ".join(sentence.folded for sentence in self._document.sentences[:2] if sentence.zone in (Zone.TITLE, Zone.LEAD))

    def fits(self, actor: Actor, sentence: Sentence) -> bool:
        """Does the text speak of the actor's part of the world, at a time when it acted?"""
        if self._out_of_time(actor):
            return False
        return (
            not actor.near
            or self._document.feed_country in actor.regions
            or any(self._has(word) for word in actor.near)
            or self._near(actor, sentence.folded) > 0
        )

    def choose(self, forms: Sequence[Form], sentence: Sentence, sure: frozenset[str]) -> Form:
        """The likeliest of namesakes; the first of the lexicon when nothing tells."""
        if len(forms) == 1:
            return forms[0]
        return max(
            forms,
            key=lambda form: (self._likelihood(form.actor, sentence) + (3.0 if form.actor.id in sure else 0.0), -form.actor.order),
        )

    def _likelihood(self, actor: Actor, sentence: Sentence) -> float:
        key = actor.id, sentence.index
        if key not in self._likelihoods:
            self._likelihoods[key] = self._weigh(actor, sentence)
        return self._likelihoods[key]

    def _weigh(self, actor: Actor, sentence: Sentence) -> float:
        return (
            2.0 * min(2, self._near(actor, sentence.folded))
            + 1.5 * min(2, self._near(actor, self._title))
            + 0.5 * min(6, sum(self._has(word) for word in actor.near))
            + (2.0 if self._document.feed_country in actor.regions else 0.0)
            - (20.0 if self._out_of_time(actor) else 0.0)
        )

    def _near(self, actor: Actor, folded: str) -> int:
        return sum(1 for word in actor.near if word in folded and re.search(rf"\b{re.escape(word)}\b", folded))

    def _has(self, word: str) -> bool:
        return word in self._folded if " " in word else word in self._words

    def _out_of_time(self, actor: Actor) -> bool:
        year = self._document.published.year if self._document.published else None
        return year is not None and (
            (actor.first is not None and year < actor.first) or (actor.last is not None and year > actor.last + _LATE)
        )
