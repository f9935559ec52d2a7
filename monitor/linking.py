"""Reads the weights of wording from the shipped lexicon/linking.yaml."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from importlib import resources

import yaml

from monitor.errors import ConfigError, Problem
from monitor.incidents.settings import WordingWeights

FILE = "lexicon/linking.yaml"


@cache
def read_weights() -> WordingWeights:
    """The shipped weights. Raises ConfigError where the file lacks one of them or has others."""
    text = (resources.files("monitor") / FILE).read_text(encoding="utf-8")
    values = {entry["id"]: float(entry["value"]) for entry in yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))}
    wanted = {field.name for field in fields(WordingWeights)}
    if values.keys() != wanted:
        wrong = ", ".join(sorted(values.keys() ^ wanted))
        raise ConfigError([Problem(f"monitor/{FILE}", 0, 0, f"missing or unknown weights: {wrong}")])
    return WordingWeights(**values)
