"""Whom "the group" means: the group named last, the only group of a document, or the group whose own text it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.detect.hits import ActorHit, Naming, StanceHit
from monitor.detect.text import Document
from monitor.model import StanceKind

REACH = 4  # sentences for which "the group" still means the group named last
OWN_VOICE = frozenset({StanceKind.CLAIMED, StanceKind.DENIED, StanceKind.RETRACTED})
_OPENING = 2  # sentences in which a text says whose it is
_SPEAKERS = (Naming.GROUP, Naming.SELF_NAMED, Naming.SPOKESMAN, Naming.MEDIA_ARM)
_CLANDESTINE = re.compile(r"\bclandestine\b")  # datelines of monitored rebel radio: "CLANDESTINE, 2 MAY (RADIO X) --"
_ISSUED = re.compile(r"\b(?:communique|war report|war bulletin)s?\s(?:\w+\s)?(?:issued|released|signed|broadcast)\sby\s[^.;:]{0,60}$")
_WE = re.compile(r"\b(?:we|our)\b")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sentence inherits: the group named last, the document's only group, and the group that speaks in all of it."""

    last: ActorHit | None = None
    sole: ActorHit | None = None
    voice: ActorHit | None = None


def sole_group(hits: Sequence[ActorHit]) -> ActorHit | None:
    """The document's group, if all it names are of one family."""
    named = [hit for hit in hits if hit.naming in _SPEAKERS]
    groups = [hit for hit in named if hit.naming in (Naming.GROUP, Naming.SELF_NAMED) and not hit.linked]
    return groups[0] if groups and len({hit.family for hit in named}) == 1 else None


def own_voice(document: Document, by_sentence: Mapping[int, Sequence[ActorHit]]) -> ActorHit | None:
    """The group whose own radio or communique the whole text is: its "we" is the group, its reports are claims."""
    for sentence in document.sentences[:_OPENING]:
        for hit in by_sentence.get(sentence.index, ()):
            if hit.naming is Naming.MEDIA_ARM and _CLANDESTINE.search(sentence.folded, 0, hit.start):
                return hit
            if hit.naming is Naming.GROUP and _ISSUED.search(sentence.folded, 0, hit.start) and _WE.search(sentence.folded, hit.end):
                return hit
    return None


class Memory:
    """The group "the group" means: the last claimant, else the group named first in the last sentence that named one."""

    def __init__(self, voice: ActorHit | None = None) -> None:
        self._voice = voice
        self._last: ActorHit | None = None
        self._at = -REACH
        self._sure = -REACH

    def recall(self, sentence: int) -> ActorHit | None:
        """The group meant in this sentence, before it names one itself."""
        return self._last if sentence - self._at <= REACH else self._voice

    def named(self, hits: Sequence[ActorHit]) -> None:
        """Take note of the actors a sentence names."""
        groups = [hit for hit in hits if hit.naming in _SPEAKERS and not hit.linked]
        if groups and self._sure != groups[0].sentence:
            self._last, self._at = groups[0], groups[0].sentence

    def claimed(self, stances: Sequence[StanceHit], hits: Sequence[ActorHit], last: ActorHit | None) -> None:
        """Take note of who spoke for itself: "the group" is the speaker from now on."""
        spoken = [each for each in stances if each.stance.stance in OWN_VOICE]
        if not spoken:
            return
        meant = [hit for hit in [*hits, *([last] if last else [])] if hit.actor == spoken[-1].stance.actor]
        if meant:
            self._last, self._at, self._sure = meant[0], spoken[-1].sentence, spoken[-1].sentence
