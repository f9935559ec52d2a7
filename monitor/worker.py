"""What runs inside the disposable worker processes besides parsing: judging the texts of strangers.

A worker loads the lexicon and the gazetteer once, with its first article, and keeps them until it is replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from monitor.detect.assess import Knowledge, Policy, assess
from monitor.gazetteer import read_gazetteer
from monitor.model import Article, Assessment
from monitor.rules import read_lexicon


@dataclass(frozen=True, slots=True)
class Library:
    """Where knowledge is read from: the analyst's overlay (None: none), and the folder that keeps the built gazetteer."""

    overlay: Path | None
    cache: Path | None


@lru_cache(maxsize=1)
def knowledge(library: Library) -> Knowledge:
    """Lexicon and gazetteer, loaded once per process."""
    return Knowledge(read_lexicon(library.overlay), read_gazetteer(library.cache, library.overlay))


def judge(article: Article, policy: Policy, now: datetime, library: Library) -> Assessment:
    """Assess one article."""
    return assess(article, knowledge(library), policy, now)
