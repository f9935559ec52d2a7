"""Reads the lexicon: the shipped YAML files, and over them the analyst's own of the same names.

A file is a list of entries, each with a unique `id`. In the overlay an entry with a known id replaces the shipped one in
its place, `remove: true` takes it out, any other adds to the list; the names of a `macros` entry are merged one by one.
Every mistake of every file is reported at once, with line and column.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import yaml

from monitor.detect.lexicon import FILES, SHARED, Lexicon, LexiconMistakes, compile_lexicon
from monitor.detect.patterns import MACROS, Entry, Mistake
from monitor.errors import ConfigError, Problem

SHIPPED = "monitor/lexicon"
REMOVE = "remove"
PLACES = "places"  # read by the gazetteer, from files of this name or a folder of it

_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class _File:
    """One file as read: where it came from, its text, its entries by id."""

    path: str
    text: str
    entries: Mapping[str, Entry]


def read_lexicon(overlay: Path | None = None) -> Lexicon:
    """The shipped lexicon with the overlay applied. Raises ConfigError with all problems of all files."""
    problems: list[Problem] = []
    shipped = {stem: read for stem, path, text in _shipped() if (read := _read(path, text, problems))}
    own = {stem: read for stem, path, text in _overlaid(overlay, problems) if (read := _read(path, text, problems))}
    raw: dict[str, list[Entry]] = {
        stem: list(_merged(shipped[stem].entries if stem in shipped else {}, own[stem].entries if stem in own else {}))
        for stem in (*FILES, SHARED)
    }
    problems += [problem for stem in own for problem in _useless_removals(own[stem], shipped.get(stem))]
    if any(stem not in shipped for stem in FILES) or problems:
        problems += _only_compiled(raw, shipped, own)
        raise ConfigError(problems)
    try:
        return compile_lexicon(raw)
    except LexiconMistakes as wrong:
        raise ConfigError(_located(wrong, shipped, own)) from None


def shipped_entries() -> dict[str, tuple[Entry, ...]]:
    """The shipped entries as written, by file stem and in file order, for the reference and for tests."""
    files = ((stem, _read(path, text, [])) for stem, path, text in _shipped())
    return {stem: tuple(read.entries.values()) for stem, read in files if read}


def _shipped() -> Iterator[tuple[str, str, str]]:
    folder = resources.files("monitor") / "lexicon"
    for stem in (*FILES, SHARED):
        file = folder / f"{stem}.yaml"
        if file.is_file():
            yield stem, f"{SHIPPED}/{stem}.yaml", file.read_text(encoding="utf-8")


def _overlaid(overlay: Path | None, problems: list[Problem]) -> Iterator[tuple[str, str, str]]:
    if overlay is None:
        return
    if not overlay.is_dir():
        problems.append(Problem(str(overlay), 0, 0, "the lexicon overlay is no directory"))
        return
    for path in sorted([*overlay.glob("*.yaml"), *overlay.glob("*.yml")]):
        if path.stem in (*FILES, SHARED):
            try:
                yield path.stem, str(path), path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as broken:
                problems.append(Problem(str(path), 0, 0, f"cannot be read: {broken}"))
        elif path.stem != PLACES:
            close = difflib.get_close_matches(path.stem, FILES, 1)
            hint = f"did you mean {close[0]}.yaml?" if close else f"files are: {', '.join((*FILES, PLACES))}"
            problems.append(Problem(str(path), 0, 0, "no lexicon file has this name", hint))


def _read(path: str, text: str, problems: list[Problem]) -> _File | None:
    """Parse one file; what is no list of entries with ids is reported."""
    try:
        loaded = yaml.load(text, _LOADER)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problems.append(Problem(path, line, column, f"broken YAML: {broken.problem or broken.context}", "", _line(text, line)))
        return None
    except yaml.YAMLError as broken:
        problems.append(Problem(path, 0, 0, f"broken YAML: {broken}"))
        return None
    if loaded is None:
        return _File(path, text, {})
    if not isinstance(loaded, list):
        problems.append(Problem(path, 1, 1, "must be a list of entries, each beginning with '- '", "", _line(text, 1)))
        return None
    entries: dict[str, Entry] = {}
    for index, entry in enumerate(loaded):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            problems.append(_at(path, text, index, "", "an entry needs an id, in quotes if it looks like a number"))
        elif entry["id"] in entries:
            problems.append(_at(path, text, index, "id", f"the id {entry['id']!r} is used twice"))
        else:
            entries[entry["id"]] = entry
    return _File(path, text, entries)


def _merged(shipped: Mapping[str, Entry], own: Mapping[str, Entry]) -> Iterator[Entry]:
    """Shipped entries, replaced or removed in their places, then what is new."""
    for name, entry in shipped.items():
        mine = own.get(name)
        if mine is None:
            yield entry
        elif name == MACROS:
            yield {**entry, **mine}
        elif not mine.get(REMOVE):
            yield {key: value for key, value in mine.items() if key != REMOVE}
    yield from (entry for name, entry in own.items() if name not in shipped and not entry.get(REMOVE))


def _useless_removals(own: _File, shipped: _File | None) -> Iterator[Problem]:
    """Removing what is not there is a typing mistake."""
    known = shipped.entries if shipped else {}
    for name, entry in own.entries.items():
        if entry.get(REMOVE) and name not in known:
            close = difflib.get_close_matches(name, known, 1)
            yield _where(
                own, Mistake(name, "id", f"{name!r} is not in the shipped lexicon", f"did you mean {close[0]!r}?" if close else "")
            )


def _only_compiled(raw: Mapping[str, list[Entry]], shipped: Mapping[str, _File], own: Mapping[str, _File]) -> list[Problem]:
    """The mistakes inside entries, when the files have others besides."""
    try:
        compile_lexicon(raw)
    except LexiconMistakes as wrong:
        return _located(wrong, shipped, own)
    return []


def _located(wrong: LexiconMistakes, shipped: Mapping[str, _File], own: Mapping[str, _File]) -> list[Problem]:
    """Each mistake in the file that wrote the entry: the overlay's if it has the entry, else the shipped one."""
    return [
        _where(file, mistake)
        for stem, mistakes in wrong.mistakes.items()
        for mistake in mistakes
        for file in _writers(mistake, own.get(stem), shipped.get(stem))
    ]


def _writers(mistake: Mistake, own: _File | None, shipped: _File | None) -> Iterable[_File]:
    """Usually one file; a mistake of no entry belongs to the shipped file."""
    if own is not None and mistake.entry in own.entries:
        return (own,)
    return (shipped,) if shipped is not None else (own,) if own is not None else ()


def _where(file: _File, mistake: Mistake) -> Problem:
    index = list(file.entries).index(mistake.entry) if mistake.entry in file.entries else -1
    if index < 0:
        return Problem(file.path, 0, 0, f"{mistake.entry}: {mistake.message}", mistake.hint)
    found = _at(file.path, file.text, _position(file.text, mistake.entry), mistake.key, f"{mistake.entry}: {mistake.message}")
    return Problem(found.path, found.line, found.column, found.message, mistake.hint, found.source)


def _position(text: str, entry: str) -> int:
    """The index of the first entry with this id, in the file as written."""
    for index, node in enumerate(_nodes(text)):
        if isinstance(node, yaml.MappingNode) and any(key.value == "id" and value.value == entry for key, value in node.value):
            return index
    return 0


def _at(path: str, text: str, index: int, key: str, message: str) -> Problem:
    """A problem at a key's value (at the key itself when it is unknown), or at the entry."""
    nodes = _nodes(text)
    node = nodes[index] if index < len(nodes) else None
    if node is None:
        return Problem(path, 0, 0, message)
    mark = node.start_mark
    if key and isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                mark = name.start_mark if "unknown key" in message else value.start_mark
    return Problem(path, mark.line + 1, mark.column + 1, message, "", _line(text, mark.line + 1))


def _nodes(text: str) -> list[yaml.Node]:
    root = yaml.compose(text, yaml.SafeLoader)
    return list(root.value) if isinstance(root, yaml.SequenceNode) else []


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1].rstrip()[:160] if 0 < number <= len(lines) else ""
