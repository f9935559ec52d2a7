"""From the counts of a group of sentences to the tolls of one incident.

Totals beat parts, what is "including" never adds, what is "another" does; the title and the first sentences lead,
and a number further down changes nothing unless it is a total. Where title and lead differ, the range holds both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.detect.hits import Count, TollHit
from monitor.detect.numbers import plus
from monitor.detect.text import Document, Zone
from monitor.model import Finding, Range

_NEAR = 80  # characters between two counts of one sentence that add up
_FIELDS = {
    Count.KILLED: "killed",
    Count.INJURED: "injured",
    Count.KIDNAPPED: "kidnapped",
    Count.PERPETRATORS_KILLED: "perpetrators_killed",
}


@dataclass(frozen=True, slots=True)
class Tolls:
    """The counts of one incident, with the sentences that prove them. `official`: an authority stands behind one."""

    killed: Range | None = None
    injured: Range | None = None
    kidnapped: Range | None = None
    perpetrators_killed: Range | None = None
    quotes: tuple[Finding, ...] = ()
    official: bool = False


def settle(document: Document, hits: Sequence[TollHit], sentences: Sequence[int]) -> Tolls:
    """The tolls a group of sentences gives."""
    told = frozenset(sentences)
    group = [hit for hit in hits if hit.sentence in told]
    counts: dict[Count, Range | None] = {}
    quotes: list[Finding] = []
    official = False
    for what in Count:
        amount, proof = _one(document, [hit for hit in group if hit.what is what])
        counts[what] = amount
        if proof is not None:
            quotes.append(Finding(_FIELDS[what], document.sentences[proof.sentence].quote(), proof.rule))
            official = official or proof.official
    return Tolls(
        counts[Count.KILLED], counts[Count.INJURED], counts[Count.KIDNAPPED], counts[Count.PERPETRATORS_KILLED], tuple(quotes), official
    )


def _one(document: Document, hits: list[TollHit]) -> tuple[Range | None, TollHit | None]:
    """The count and the hit that proves it."""
    real = [hit for hit in hits if not hit.recalled] or hits
    some = [hit for hit in real if hit.range.best > 0]
    if not some:
        return (real[0].range, real[0]) if real else (None, None)
    totals = [hit for hit in some if hit.total]
    if totals:
        first = min(totals, key=lambda hit: (hit.sentence, hit.start))
        return first.range, first
    whole = [hit for hit in some if not hit.part]
    if not whole:
        return None, None
    by_sentence: dict[int, list[TollHit]] = {}
    for hit in whole:
        by_sentence.setdefault(hit.sentence, []).append(hit)
    order = sorted(by_sentence)
    sums = {index: _sum(by_sentence[index]) for index in order}
    return _agreed(document, order, sums, by_sentence)


def _sum(hits: Sequence[TollHit]) -> Range:
    """Two counts close together in one sentence add up, unless one restates the other."""
    amount = hits[0].range
    for before, hit in pairwise(hits):
        if hit.adds or (0 <= hit.start - before.end <= _NEAR and hit.range != before.range and not hit.rule.endswith("single")):
            amount = plus(amount, hit.range)
    return amount


def _agreed(
    document: Document, order: Sequence[int], sums: dict[int, Range], by_sentence: dict[int, list[TollHit]]
) -> tuple[Range, TollHit]:
    first = order[0]
    amount, proof = sums[first], by_sentence[first][0]
    zone = document.sentences[first].zone
    for index in order[1:]:
        hits, other = by_sentence[index], sums[index]
        if all(hit.adds for hit in hits):
            amount = plus(amount, other)
        elif zone is Zone.TITLE and document.sentences[index].zone is Zone.LEAD:
            merged = other if ".single" in proof.rule and ".single" not in hits[0].rule else _both(amount, other)
            if merged is not None:
                amount, proof = merged, hits[0]
            zone = Zone.LEAD
    return amount, proof


def _both(title: Range, lead: Range) -> Range | None:
    """Title and lead give one count in two wordings: the range holds both, the larger one is best.

    None when they must count different things.
    """
    if not title.best / 2 <= lead.best <= max(title.best * 2, title.best + 2):
        return None
    if lead.high is None and lead.best < title.best:
        return title
    high = None if lead.high is None else max(lead.high, title.best)
    return Range(min(title.low, lead.low), max(title.best, lead.best), high)
