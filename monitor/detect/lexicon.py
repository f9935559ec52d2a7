"""The whole lexicon, compiled: what detection knows of language. The files are read by monitor/rules.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from monitor.detect import events, score, stances, tolls, vetoes
from monitor.detect.patterns import MACROS, Entry, Mistake, Mistakes
from monitor.detect.roster import Actors, compile_actors

FILES = ("actors", "stances", "events", "tolls", "vetoes", "score")
SHARED = "patterns"  # a file whose macros all others may use
DEFAULT_LANGUAGE = "en"

Rules = TypeVar("Rules")


@dataclass(frozen=True)
class Lexicon:
    """All rules, by the finder that uses them, and the languages they read."""

    actors: Actors
    stances: stances.StanceRules
    events: events.EventRules
    tolls: tolls.TollRules
    vetoes: vetoes.VetoRules
    score: score.ScoreRules
    languages: frozenset[str]


class LexiconMistakes(ValueError):
    """All mistakes of all files, by the file's stem."""

    def __init__(self, mistakes: Mapping[str, tuple[Mistake, ...]]) -> None:
        super().__init__("; ".join(f"{stem}: {each.entry}: {each.message}" for stem, several in mistakes.items() for each in several))
        self.mistakes = mistakes


def compile_lexicon(raw: Mapping[str, Sequence[Entry]]) -> Lexicon:
    """Compile the entries of every file, by the file's stem. Raises LexiconMistakes with everything that is wrong."""
    mistakes: dict[str, tuple[Mistake, ...]] = {}

    def compiled(stem: str, compiler: Callable[[Sequence[Entry]], Rules]) -> Rules | None:
        try:
            return compiler(_with_shared_macros(raw.get(stem, ()), raw.get(SHARED, ())))
        except Mistakes as wrong:
            mistakes[stem] = wrong.mistakes
            return None

    parts = (
        compiled("actors", compile_actors),
        compiled("stances", stances.compile_rules),
        compiled("events", events.compile_rules),
        compiled("tolls", tolls.compile_rules),
        compiled("vetoes", vetoes.compile_rules),
        compiled("score", score.compile_rules),
    )
    roster, stance_rules, event_rules, toll_rules, veto_rules, score_rules = parts
    if mistakes or not (roster and stance_rules and event_rules and toll_rules and veto_rules and score_rules):
        raise LexiconMistakes(mistakes)
    return Lexicon(roster, stance_rules, event_rules, toll_rules, veto_rules, score_rules, _languages(raw))


def _languages(raw: Mapping[str, Sequence[Entry]]) -> frozenset[str]:
    """The languages in which events are recognised."""
    return frozenset(str(entry.get("language", DEFAULT_LANGUAGE)) for entry in raw.get("events", ())) | {DEFAULT_LANGUAGE}


def _with_shared_macros(entries: Sequence[Entry], shared: Sequence[Entry]) -> Sequence[Entry]:
    """The file's own entries, its macros completed by the shared ones."""
    common = [entry for entry in shared if entry.get("id") == MACROS]
    if not common:
        return entries
    own = [entry for entry in entries if entry.get("id") == MACROS]
    merged = {key: value for entry in (*common, *own) for key, value in entry.items()}
    return [merged, *(entry for entry in entries if entry.get("id") != MACROS)]
