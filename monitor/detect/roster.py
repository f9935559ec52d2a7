"""The actors of the lexicon, compiled: every form of every name, ready to be looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from monitor.detect.hits import Naming
from monitor.detect.patterns import Entry, EntryReader, Mistake, Mistakes, rules_of
from monitor.detect.spelling import spellings, squeeze

COUNTRIES = "countries"
KEYS = (
    "name",
    "names",
    "short",
    "weak",
    "media",
    "spokesmen",
    "leaders",
    "labels",
    "parent",
    "regions",
    "years",
    "near",
    "hazards",
    "generic",
)

_CAPITAL = re.compile(r"(?:^|[\s\-'/(])([A-Z])")
_ISO2 = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Actor:
    """One entry of actors.yaml, its family worked out."""

    id: str
    name: str
    family: str
    naming: Naming
    order: int
    regions: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    near: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing one actor. `cased`: capitals are required. `weak`: it needs support from the text."""

    actor: Actor
    naming: Naming
    weak: bool
    cased: bool
    exact: str = ""  # of abbreviations: the very letters


@dataclass(frozen=True)
class Actors:
    """All actors: `long` forms are found by one automaton over skeletons, `short` ones by looking up capitalised words."""

    by_id: Mapping[str, Actor]
    long: tuple[tuple[Form, ...], ...]
    short: Mapping[str, tuple[Form, ...]]
    automaton: AhoCorasick = field(repr=False)

    def family(self, actor: str) -> str:
        """The topmost parent of an actor; an actor that is not in the lexicon is its own family."""
        known = self.by_id.get(actor)
        return known.family if known else actor


def compile_actors(entries: Sequence[Entry]) -> Actors:
    """Make the roster. Raises Mistakes with everything that is wrong in the entries."""
    mistakes: list[Mistake] = []
    countries = _countries(entries)
    readers = [EntryReader(entry, KEYS, mistakes) for entry in rules_of(entries) if entry.get("id") != COUNTRIES]
    parents = {reader.id: reader.text("parent") for reader in readers}
    actors: dict[str, Actor] = {}
    long: dict[str, list[Form]] = {}
    short: dict[str, list[Form]] = {}
    for order, reader in enumerate(readers):
        if reader.text("parent") and reader.text("parent") not in parents:
            reader.note("parent", f"no actor has the id {reader.text('parent')!r}")
        actor = _actor(reader, order, _family(reader.id, parents), countries)
        actors[actor.id] = actor
        for name, form in _forms(reader, actor):
            _file(name, form, long, short)
    if mistakes:
        raise Mistakes(mistakes)
    return Actors(
        actors,
        tuple(tuple(forms) for forms in long.values()),
        {token: tuple(forms) for token, forms in short.items()},
        AhoCorasick(list(long)),
    )


def _countries(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """Words that place a text, by country code."""
    return {
        str(code): frozenset(map(str, words))
        for entry in entries
        if entry.get("id") == COUNTRIES
        for code, words in entry.items()
        if isinstance(words, list)
    }


def _family(actor: str, parents: Mapping[str, str]) -> str:
    """Climb to the topmost parent; a circle ends where it began."""
    seen = {actor}
    while parents.get(actor) and parents[actor] not in seen:
        actor = parents[actor]
        seen.add(actor)
    return actor


def _actor(reader: EntryReader, order: int, family: str, countries: Mapping[str, frozenset[str]]) -> Actor:
    regions = reader.texts("regions")
    for code in regions:
        if not _ISO2.fullmatch(code):
            reader.note("regions", f"{code!r} is no two-letter country code")
    near = frozenset(reader.texts("near")).union(*(countries.get(code, frozenset()) for code in regions))
    first, last = _years(reader)
    name = reader.text("name")
    if not name:
        reader.note("", "an actor needs a name")
    return Actor(reader.id, name, family, _naming(reader), order, regions, first, last, near)


def _naming(reader: EntryReader) -> Naming:
    if reader.id.startswith("state:"):
        return Naming.STATE
    return Naming.GENERIC if reader.id.startswith("generic:") or reader.flag("generic") else Naming.GROUP


def _years(reader: EntryReader) -> tuple[int | None, int | None]:
    years = reader.entry.get("years", [None, None])
    if isinstance(years, list) and len(years) == 2 and all(year is None or isinstance(year, int) for year in years):
        return years[0], years[1]
    reader.note("years", "years must be [first, last], with null for an open end")
    return None, None


def _forms(reader: EntryReader, actor: Actor) -> Iterable[tuple[str, Form]]:
    named = actor.naming
    for key, naming, weak in (
        ("names", named, False), ("short", named, False), ("weak", named, True), ("media", Naming.MEDIA_ARM, False),
        ("spokesmen", Naming.SPOKESMAN, False), ("leaders", Naming.SPOKESMAN, False), ("labels", Naming.STATE_LABEL, False),
    ):  # fmt: skip
        for name in reader.texts(key):
            abbreviation = key == "short" or (key == "weak" and " " not in name)
            yield name, Form(actor, naming, weak, bool(_CAPITAL.search(name)), name if abbreviation else "")


def _file(name: str, form: Form, long: dict[str, list[Form]], short: dict[str, list[Form]]) -> None:
    if form.exact:
        short.setdefault(squeeze(name), []).append(form)
        return
    for spelling in spellings(name):
        forms = long.setdefault(spelling, [])
        if all(each.actor.id != form.actor.id for each in forms):
            forms.append(form)
