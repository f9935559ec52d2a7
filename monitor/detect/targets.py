"""What was attacked: target nouns of lexicon/events.yaml and the GTD category each stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

_SPEAKS_AFTER = re.compile(
    r"(?:'s? ?s?)?(?: (?:officials?|officers?|sources?|spokes\w+|chief|commander|statement|report))?(?: \w+){0,2},? "
    r"(?:said|says|told|added|confirmed|reported|announced|believe|believes|suspect|arrested|investigat\w+)\b"
)
_SPEAKS_BEFORE = re.compile(r"\b(?:according to|told|quoted|quoting|said|says) (?:\w+ ){0,2}$")


class TargetWords:
    """Looks up target nouns as whole words, longest first, passing over those who merely speak ("police said")."""

    def __init__(self, categories: Sequence[tuple[str, Sequence[str]]]) -> None:
        self._category = {word: category for category, words in categories for word in words}
        self._words = list(self._category)
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest) if self._words else None

    def find(self, folded: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(categories, words) in order of mention."""
        if self._automaton is None:
            return (), ()
        words: dict[str, None] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(folded):
            if _whole(folded, start, end) and not _speaks(folded, start, end):
                words[self._words[index]] = None
        categories = dict.fromkeys(self._category[word] for word in words)
        return tuple(categories), tuple(words)


def _whole(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _speaks(text: str, start: int, end: int) -> bool:
    return bool(_SPEAKS_AFTER.match(text, end) or _SPEAKS_BEFORE.search(text[max(0, start - 40) : start]))
