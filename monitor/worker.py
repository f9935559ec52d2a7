"""What runs inside the disposable worker processes: everything that touches bytes or texts of strangers.

A worker loads the lexicon and the gazetteer once (`start`) and then parses feeds, extracts pages and judges articles
until it is replaced. When one hangs or dies, one document is marked and the rest goes on.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from monitor.detect.assess import Knowledge, Policy
from monitor.model import Article, Assessment

_knowledge: list[Knowledge] = []


def start(overlay: Path | None, cache: Path | None) -> None:
    """Load what detection needs; called once in every worker."""
    from monitor.gazetteer import read_gazetteer
    from monitor.rules import read_lexicon

    _knowledge[:] = [Knowledge(read_lexicon(overlay), read_gazetteer(cache))]


def judge(article: Article, policy: Policy, now: datetime) -> Assessment:
    """Assess one article with the knowledge loaded by `start`."""
    from monitor.detect.assess import assess

    return assess(article, _knowledge[0], policy, now)
