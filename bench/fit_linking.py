"""Fits the weights of monitor/lexicon/linking.yaml on labelled reports, and prints them with what they reach.

    python bench/fit_linking.py LINKING.jsonl[.gz]

Lines are {"doc": {...}, "gold": {"incident": ...}} as `monitor replay --jsonl` takes the doc. Every report is paired with
those before it that share its rarest names, as the monitor looks them up; a logistic regression with a small ridge then
says what each piece of evidence is worth. The sum is linear in the weights, so that a feature is what a weight of 1 gives.
Incidents are halved at random: weights of one half are measured on the other, and those printed last are of all.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from monitor.cli.documents import Given, read_documents
from monitor.detect.assess import Knowledge, Policy, outline
from monitor.gazetteer import read_gazetteer
from monitor.incidents import fingerprint
from monitor.incidents.keys import name_keys
from monitor.incidents.likeness import Telling, telling
from monitor.incidents.rarity import Frequencies
from monitor.incidents.replay import Read, Replayer
from monitor.incidents.settings import IncidentSettings, MatchSettings, WordingWeights
from monitor.incidents.veto import veto
from monitor.incidents.wording import parts
from monitor.model import Assessment
from monitor.rules import read_lexicon

NOW = datetime(2030, 1, 1, tzinfo=UTC)
NAMES = tuple(field.name for field in fields(WordingWeights) if field.name != "base")
COMPARED = 25  # earlier reports, those that share most keys
RIDGE = 1.0
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two reports, what speaks for and against, and whether they are of one incident."""

    incidents: tuple[str, str]
    features: tuple[float, ...]


def main(path: str) -> None:
    """Fit, measure on held-out halves, print."""
    reads, gold = load(path)
    pairs = list(pairs_of(reads, gold))
    same = sum(a == b for a, b in (pair.incidents for pair in pairs))
    print(f"{len(reads)} reports, {len(pairs)} pairs, {same} of one incident")
    for seed in (1,):
        names = sorted(set(gold.values()))
        random.Random(seed).shuffle(names)
        for half in (set(names[::2]), set(names[1::2])):
            weights = fit([pair for pair in pairs if half.issuperset(pair.incidents)])
            for title, held in (("fitted", half), ("held out", set(names) - half)):
                print(f"  {title:9}", measure([read for read in reads if gold[read.id] in held], gold, weights))
    weights = fit(pairs)
    print("all      ", measure(reads, gold, weights))
    for field in fields(weights):
        print(f"{field.name:15} {getattr(weights, field.name):6.2f}")


def load(path: str) -> tuple[list[Read], dict[str, str]]:
    """Every document as the report of one incident, in the order of writing, and the incident of each."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    given = [one for one in read_documents((json.dumps(row["doc"]) for row in rows), NOW) if isinstance(one, Given)]
    given.sort(key=lambda one: (one.article.published is None, one.article.published or NOW))
    knowledge = Knowledge(read_lexicon(), read_gazetteer())
    reads = [
        Read(one.id, one.article, Assessment(one.article.language, True, (outline(one.article, knowledge, Policy(), one.article.seen),)))
        for one in given
    ]
    return reads, {row["doc"]["id"]: row["gold"]["incident"] for row in rows}


def pairs_of(reads: Sequence[Read], gold: dict[str, str]) -> Iterator[Pair]:
    """Each report with the earlier ones that it would be compared with."""
    frequencies, settings = Frequencies(), MatchSettings()
    told: list[Telling] = []
    filed: defaultdict[tuple[str, str, int], list[int]] = defaultdict(list)
    for number, read in enumerate(reads):
        wording = fingerprint.read(read.article)
        made = fingerprint.fingerprint(wording, frequencies)
        frequencies.observe(wording.terms)
        told.append(telling(read.assessment.incidents[0], read.article.title, read.article.at, made))
        hits = Counter(other for key in name_keys(made) for other in filed[key])
        for other, _ in hits.most_common(COMPARED):
            features = features_of(told[number], told[other], settings)
            if features is not None:
                yield Pair((gold[read.id], gold[reads[other].id]), features)
        for key in name_keys(made):
            filed[key].append(number)


UNITS = tuple(WordingWeights(0.0, *(float(name == unit) for name in NAMES)) for unit in NAMES)


def features_of(one: Telling, other: Telling, settings: MatchSettings) -> tuple[float, ...] | None:
    """What each weight would be multiplied with."""
    reason = veto(one, other, settings)
    if not parts(one, other, reason, UNITS[0], settings):
        return None
    return tuple(sum(part.value for part in parts(one, other, reason, unit, settings) or ()) - settings.merge for unit in UNITS)


def fit(pairs: Sequence[Pair]) -> WordingWeights:
    """Logistic regression by Newton's method, features scaled to unit variance under the ridge."""
    rows = np.array([pair.features for pair in pairs])
    same = np.array([pair.incidents[0] == pair.incidents[1] for pair in pairs], float)
    scale = rows.std(0) + 1e-9
    design = np.c_[rows / scale, np.ones(len(rows))]
    ridge = np.r_[np.full(len(NAMES), RIDGE), 0.0]
    found: Numbers = np.zeros(len(ridge))
    for _ in range(25):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (same - chance) - ridge * found
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        found = found + np.linalg.solve(curve, slope)
    return WordingWeights(float(found[-1]), *(round(float(value), 2) for value in found[:-1] / scale))


def measure(reads: Sequence[Read], gold: dict[str, str], weights: WordingWeights) -> str:
    """B-cubed and pairwise precision, recall and F1 of a replay."""
    replayer = Replayer(IncidentSettings(wording=weights), every_article=True)
    said = {read.id: replayer.take(read).primary or read.id for read in reads}
    ours, theirs, both = Counter(said.values()), Counter(gold[name] for name in said), Counter((said[name], gold[name]) for name in said)
    cubed = (
        sum(n * n / ours[mine] for (mine, _), n in both.items()) / len(said),
        sum(n * n / theirs[true] for (_, true), n in both.items()) / len(said),
    )
    shared = _pairs(both)
    return f"B-cubed {_prf(*cubed)}   pairwise {_prf(shared / max(1, _pairs(ours)), shared / max(1, _pairs(theirs)))}"


def _pairs(groups: Counter[str] | Counter[tuple[str, str]]) -> int:
    return sum(n * (n - 1) // 2 for n in groups.values())


def _prf(precision: float, recall: float) -> str:
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}"


if __name__ == "__main__":
    main(sys.argv[1])
