"""The middle of the monitor over a stream of documents, in memory: which incident each belongs to, and what would have been sent.

It calls the same `attach` as the archive does; only the look-up is a dictionary here. The cost of a document does not
grow with the stream: candidates come from exact keys and are capped, and incidents long without news are forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.incidents import fingerprint
from monitor.incidents.attach import Attached, Telling, attach, tellings
from monitor.incidents.keys import NAMESAKES, Key, name_keys, probe_keys
from monitor.incidents.rarity import Frequencies
from monitor.incidents.settings import IncidentSettings
from monitor.model import Article, Assessment, Change, Fingerprint, Incident

CANDIDATES = 60  # compared with one mention; those that share the most keys come first
MEMORY = timedelta(days=730)  # incidents without a report for so long are forgotten
SWEEP = 1000  # documents between two sweeps
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


@dataclass(frozen=True, slots=True)
class Read:
    """A document that has been judged. `source` names its reprint group; "" makes it a source of its own."""

    id: str
    article: Article
    assessment: Assessment
    source: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one document."""

    id: str
    primary: str | None  # the incident it is mainly about
    incidents: tuple[str, ...]
    alerts: tuple[Change, ...]


def short_id(number: int) -> str:
    """`number` in base 32, at least four digits."""
    digits = ""
    while number or len(digits) < 4:
        number, digit = divmod(number, 32)
        digits = _DIGITS[digit] + digits
    return digits


class Index:
    """Incidents in memory, found by their keys."""

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}
        self._filed: dict[Key, dict[str, None]] = {}  # ids in the order they were filed
        self._keys: dict[str, set[Key]] = {}

    def candidates(self, keys: Iterable[Key], most: int = CANDIDATES) -> list[Incident]:
        """The incidents filed under any of the keys, those under most of them first, at most `most`."""
        hits: Counter[str] = Counter()
        for key in keys:
            hits.update(list(self._filed.get(key, ())))
        return [self.incidents[one] for one, _ in hits.most_common(most)]

    def file(self, incident: Incident, keys: Iterable[Key]) -> None:
        """Put or replace an incident, and add keys to those it is filed under."""
        self.incidents[incident.id] = incident
        known = self._keys.setdefault(incident.id, set())
        for key in keys:
            if key not in known:
                known.add(key)
                self._filed.setdefault(key, {})[incident.id] = None

    def forget(self, before: datetime) -> None:
        """Drop the incidents last updated before a moment."""
        for name in [one.id for one in self.incidents.values() if one.updated < before]:
            del self.incidents[name]
            for key in self._keys.pop(name):
                filed = self._filed[key]
                del filed[name]
                if not filed:
                    del self._filed[key]


class Replayer:
    """Takes documents one by one, in the order they are to be judged in; deterministic for a given order."""

    def __init__(self, settings: IncidentSettings | None = None, every_article: bool = False) -> None:
        self.index = Index()
        self.frequencies = Frequencies()
        self._settings = settings or IncidentSettings()
        self._every_article = every_article
        self._told: dict[str, list[str]] = {}
        self._incidents = 0
        self._documents = 0

    def take(self, document: Read) -> Replayed:
        """Judge one document against everything taken before it, as if it had been seen when it was written."""
        self._documents += 1
        article = replace(document.article, seen=document.article.at)
        if self._documents % SWEEP == 0:
            self._sweep(article.seen)
        source = document.source or f"document-{self._documents}"
        told = tellings(document.assessment, article, self._documents, source, self._fingerprint(document))
        found = [one for one in map(self._attach, told) if one is not None]
        names = tuple(dict.fromkeys(one.incident.id for one in found))
        alerts = tuple(change for one in found for change in one.found.changes)
        return Replayed(document.id, names[0] if names else None, names, alerts)

    def _fingerprint(self, document: Read) -> Fingerprint | None:
        if self._settings.wording is None or not document.assessment.incidents:
            return None
        wording = fingerprint.read(document.article)
        made = fingerprint.fingerprint(wording, self.frequencies)
        self.frequencies.observe(wording.terms)
        return made

    def _attach(self, telling: Telling) -> Attached | None:
        article = telling.article
        near = self.index.candidates(probe_keys(telling.mention, article.at, self._settings.match))
        namesakes = self.index.candidates(name_keys(telling.fingerprint), NAMESAKES)
        candidates = list({one.id: one for one in (*near, *namesakes)}.values())
        done = attach(telling, candidates, self._new_id, self._keys_told, article.seen, self._settings, self._every_article)
        if done is not None:
            self.index.file(done.incident, done.keys)
            self._told.setdefault(done.incident.id, []).extend(done.found.told_keys)
        return done

    def _new_id(self) -> str:
        self._incidents += 1
        return short_id(self._incidents)

    def _keys_told(self, incident: str) -> list[str]:
        return self._told.get(incident, [])

    def _sweep(self, now: datetime) -> None:
        self.index.forget(now - MEMORY)
        self._told = {name: keys for name, keys in self._told.items() if name in self.index.incidents}


def replay(documents: Iterable[Read], settings: IncidentSettings | None = None, every_article: bool = False) -> Iterator[Replayed]:
    """Each document's incidents and alerts, in order. `every_article` lets even recollections open an incident."""
    replayer = Replayer(settings, every_article)
    return map(replayer.take, documents)
