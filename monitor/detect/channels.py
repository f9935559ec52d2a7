"""Which way a claim came: through a media arm, a telephone call, a leaflet, a spokesman (GTD's claim modes)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.detect.hits import ActorHit, Naming
from monitor.model import Via

ChannelRules = tuple[tuple[Via, re.Pattern[str]], ...]


def channel(folded: str, text: str, actors: Mapping[str, ActorHit], rules: ChannelRules) -> tuple[Via, str | None]:
    """The channel a sentence names and its name as written; `unknown` when it names none."""
    arms = [hit for hit in actors.values() if hit.naming is Naming.MEDIA_ARM]
    if arms:
        return Via.MEDIA_ARM, arms[0].text
    for via, pattern in rules:
        if found := pattern.search(folded):
            return via, text[found.start() : found.end()]
    if any(hit.naming is Naming.SPOKESMAN for hit in actors.values()):
        return Via.SPOKESMAN, next(hit.text for hit in actors.values() if hit.naming is Naming.SPOKESMAN)
    return Via.UNKNOWN, None
