"""Rules written as data, made into compiled patterns: typed reading of entries, macros, and a literal prefilter.

An entry of a lexicon file is a mapping with an `id`. What is wrong with it is collected as `Mistake`s, which know the
entry and the key, so that whoever read the file can point at line and column. A file may hold one entry with the id
`macros`, whose other keys name pieces of regular expressions; `{NAME}` in a pattern stands for them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

Entry = Mapping[str, object]

MACROS = "macros"
EVERY_ENTRY = frozenset({"id", "language", "why", "example", "counterexample"})  # the last three are for people and tests

_MACRO = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in one entry. `key` "" means the entry as a whole."""

    entry: str
    key: str
    message: str
    hint: str = ""


class Mistakes(ValueError):
    """All mistakes found while compiling the entries of one file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(f"{each.entry}: {each.message}" for each in mistakes))
        self.mistakes = tuple(mistakes)


class EntryReader:
    """Reads the keys of one entry with their types; what does not fit is noted in `mistakes` and read as empty."""

    def __init__(self, entry: Entry, allowed: Iterable[str], mistakes: list[Mistake]) -> None:
        self.entry = entry
        self.id = str(entry.get("id", "?"))
        self.mistakes = mistakes
        known = EVERY_ENTRY | set(allowed)
        for key in entry:
            if key not in known:
                close = difflib.get_close_matches(str(key), known, 1)
                self.note(str(key), f"unknown key {key!r}", f"did you mean {close[0]!r}?" if close else "")

    def note(self, key: str, message: str, hint: str = "") -> None:
        """Record a mistake at `key`."""
        self.mistakes.append(Mistake(self.id, key, message, hint))

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        value = self.entry.get(key, default)
        if isinstance(value, str):
            return value
        self.note(key, f"{key} must be text, not {value!r}")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; one string alone counts as a list of one."""
        value = self.entry.get(key, ())
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.note(key, f"{key} must be a list of texts")
        return ()

    def flag(self, key: str) -> bool:
        """A yes or no; absent means no."""
        value = self.entry.get(key, False)
        if isinstance(value, bool):
            return value
        self.note(key, f"{key} must be true or false")
        return False

    def number(self, key: str, default: float) -> float:
        """A number."""
        value = self.entry.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        self.note(key, f"{key} must be a number")
        return default

    def one_of(self, key: str, allowed: Iterable[str], default: str = "") -> str:
        """A word of a fixed vocabulary."""
        value = self.text(key, default)
        words = tuple(allowed)
        if value in words or value == default:
            return value
        close = difflib.get_close_matches(value, words, 1)
        self.note(key, f"{value!r} is no {key}", f"did you mean {close[0]!r}?" if close else f"one of: {', '.join(words)}")
        return default

    def pattern(self, key: str, macros: Mapping[str, str]) -> re.Pattern[str] | None:
        """A regular expression with its macros filled in; None when there is none or it is broken."""
        source = self.text(key)
        return self.compile(key, source, macros) if source else None

    def compile(self, key: str, source: str, macros: Mapping[str, str]) -> re.Pattern[str] | None:
        """One regular expression; a broken one is noted."""
        try:
            return re.compile(fill(source, macros))
        except KeyError as missing:
            close = difflib.get_close_matches(str(missing.args[0]), macros, 1)
            self.note(key, f"unknown macro {{{missing.args[0]}}}", f"did you mean {{{close[0]}}}?" if close else "")
        except re.error as broken:
            self.note(key, f"broken pattern: {broken}")
        return None


def fill(source: str, macros: Mapping[str, str]) -> str:
    """Put macros in, also macros inside macros. Raises KeyError with the name of one that does not exist."""
    for _ in range(8):
        filled = _MACRO.sub(lambda match: f"(?:{macros[match.group(1)]})", source)
        if filled == source:
            return filled
        source = filled
    raise re.error("macros that contain themselves")


def macros_of(entries: Iterable[Entry]) -> dict[str, str]:
    """The file's macros, by name."""
    return {
        str(key): str(value)
        for entry in entries
        if entry.get("id") == MACROS
        for key, value in entry.items()
        if key not in EVERY_ENTRY
    }  # fmt: skip


def rules_of(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries that are no macros."""
    return (entry for entry in entries if entry.get("id") != MACROS)


class Triggers:
    """Which rules can match at all? Each rule names literal pieces of folded text, one of which must be there.

    One pass of an Aho-Corasick automaton over the sentence; rules without pieces are always candidates.
    """

    def __init__(self, pieces: Sequence[Sequence[str]]) -> None:
        rules: dict[str, set[int]] = {}
        for index, words in enumerate(pieces):
            for word in words:
                rules.setdefault(word, set()).add(index)
        self._always = frozenset(index for index, words in enumerate(pieces) if not words)
        self._rules = [frozenset(indexes) for indexes in rules.values()]
        self._automaton = AhoCorasick(list(rules)) if rules else None

    def candidates(self, folded: str) -> list[int]:
        """The rules worth trying on this text, in their own order."""
        if self._automaton is None:
            return sorted(self._always)
        found = set(self._always)
        for index in {match[0] for match in self._automaton.find_matches_as_indexes(folded, overlapping=True)}:
            found |= self._rules[index]
        return sorted(found)
