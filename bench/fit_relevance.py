"""Fits the `relevance.*` weights of monitor/lexicon/score.yaml on labelled documents, and prints them with what they reach.

    python bench/fit_relevance.py LABELLED.jsonl[.gz] [RECALL]

Lines are {"doc": {...}, "gold": {"relevant": bool}}, doc as `monitor analyze --jsonl` takes it. A logistic regression with a
small ridge says what each sign is worth; the base is then moved until RECALL (default 0.95) of the relevant texts pass.
Weights of two thirds of the documents are measured on the other third; those printed last are of all. What is printed is
a proposal: the values in the lexicon are rounded from such a run, and two discounts (`bare`, `subject`) were set by hand.
"""

from __future__ import annotations

import gzip
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.cli.documents import Given, read_document
from monitor.detect.assess import Knowledge, gather
from monitor.detect.relevance import parts
from monitor.gazetteer import read_gazetteer
from monitor.rules import read_lexicon

NOW = datetime(2030, 1, 1, tzinfo=UTC)
RIDGE = 1.0
STEPS = 30
BASE = "relevance.base"
Numbers = NDArray[np.float64]


def main(path: str, recall: float) -> None:
    """Fit, measure on the third that was left out, print."""
    names, features, gold = load(Path(path))
    third = np.arange(len(gold)) % 3 == 0
    weights = with_recall(fit(features[~third], gold[~third]), features[~third], gold[~third], recall)
    print(f"{len(gold)} documents with signs of violence, {int(gold.sum())} relevant")
    print("left out:", measured(weights, features[third], gold[third]))
    weights = with_recall(fit(features, gold), features, gold, recall)
    print("all:     ", measured(weights, features, gold))
    for name, weight in zip(names, weights, strict=True):
        print(f"{name:24} {weight:+.2f}")


def load(path: Path) -> tuple[list[str], Numbers, Numbers]:
    """(names of the signs, a row of signs per document that has any, 1 for relevant); the first sign is the base."""
    lexicon = read_lexicon()
    knowledge, values = Knowledge(lexicon, read_gazetteer()), lexicon.score.values
    names = [BASE, *(name for name in values if name.startswith("relevance.") and name != BASE)]
    rows, gold = [], []
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            labelled = json.loads(line)
            given = read_document(json.dumps(labelled["doc"]), NOW)
            if not isinstance(given, Given) or labelled["gold"].get("optional_only"):
                continue
            found = {part.name: part.value / values[part.name] for part in parts(gather(given.article, knowledge), lexicon.score)}
            if found:
                rows.append([found.get(name, 0.0) for name in names])
                gold.append(float(labelled["gold"]["relevant"]))
    return names, np.array(rows), np.array(gold)


def fit(features: Numbers, gold: Numbers) -> Numbers:
    """Logistic regression by Newton's method; the ridge spares the base."""
    weights = np.zeros(features.shape[1])
    penalty = RIDGE * np.eye(features.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (gold - said) - penalty @ weights
        curve = features.T @ (features * (said * (1 - said))[:, None]) + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def with_recall(weights: Numbers, features: Numbers, gold: Numbers, recall: float) -> Numbers:
    """The weights with the base moved so that this share of the relevant documents has a sum of 0 or more."""
    sums = np.sort((features @ weights)[gold == 1])
    moved = weights.copy()
    moved[0] -= sums[int((1 - recall) * len(sums))]
    return moved


def measured(weights: Numbers, features: Numbers, gold: Numbers) -> str:
    """Precision and recall among the documents that have signs at all."""
    said = features @ weights >= 0
    right = float((said & (gold == 1)).sum())
    return f"precision {right / max(1, said.sum()):.3f}, recall {right / max(1.0, gold.sum()):.3f}"


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.95)
