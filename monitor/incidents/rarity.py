"""How rare a term is, learnt from the articles seen so far: the fewer of them have it, the more it says when two share it.

A surname that two reports of thousands have in common nearly proves them one event; "police" proves nothing. No list of
common words could know that: what is rare differs from archive to archive and changes as a story grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

PRIOR = 200  # articles that are taken as seen before the first one, so that a young archive does not call all terms common


class Frequencies:
    """In how many of the `documents` seen so far each term occurs."""

    def __init__(self, documents: int = 0, counts: Mapping[str, int] | None = None) -> None:
        self.documents = documents
        self._counts = Counter(counts or {})

    def observe(self, terms: Iterable[str]) -> None:
        """Count one more article with these terms."""
        self.documents += 1
        self._counts.update(set(terms))

    def count(self, term: str) -> int:
        """The articles seen so far that have the term."""
        return self._counts[term]

    def rarity(self, term: str) -> float:
        """From 1 for a term never seen to 0 for one in every article: inverse document frequency on a scale of its own."""
        return max(0.0, 1 - log(self._counts[term] + 1) / log(self.documents + PRIOR))
