"""Where things stand in a TOML or YAML file: from the path of a value to the line and column of its key and of itself.

`tomllib` and YAML's constructors forget positions; people need them. The TOML scanner runs only over text that
`tomllib` has accepted, so that it may trust the syntax.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""\s*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(r'''"""(?:[^\\]|\\.)*?"{3,5}|\'{3}.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'''', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]*")


@dataclass(frozen=True, slots=True)
class Mark:
    """Offsets of a key and of its value; both are the same for elements of arrays and for tables."""

    key: int
    value: int


class TomlScanner:
    """One pass over a TOML text; `marks` maps every path to its offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.marks: dict[Path, Mark] = {(): Mark(0, 0)}
        self._counts: dict[Path, int] = {}

    def scan(self) -> Mapping[Path, Mark]:
        """All marks of the document."""
        table: Path = ()
        while self._skip_space() < len(self.text):
            table = self._header() if self.text[self.at] == "[" else self._pair(table)
        return self.marks

    def _skip_space(self) -> int:
        found = _SPACE.match(self.text, self.at)
        assert found
        self.at = found.end()
        return self.at

    def _keys(self) -> Path:
        keys: list[str] = []
        while True:
            found = _KEY.match(self.text, self.at)
            assert found, "tomllib accepted this text"
            keys.append(found[1].strip("\"'"))
            self.at = found.end()
            if not self.text.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def _header(self) -> Path:
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        path: Path = ()
        keys = self._keys()
        for position, key in enumerate(keys):
            path = (*path, key)
            last = position == len(keys) - 1
            if array and last:
                self._counts[path] = self._counts.get(path, -1) + 1
            self.marks.setdefault(path, Mark(start, start))
            if path in self._counts:
                path = (*path, self._counts[path])
        self.marks[path] = Mark(start, start)
        self.at += 2 if array else 1
        return path

    def _pair(self, table: Path) -> Path:
        """One `key = value` inside `table`; gives `table` back."""
        start = self._skip_space()
        path = (*table, *self._keys())
        for length in range(len(table) + 1, len(path)):  # tables that dotted keys imply
            self.marks.setdefault(path[:length], Mark(start, start))
        self.at += 1  # the equals sign
        self._skip_space()
        self.marks[path] = Mark(start, self.at)
        self._value(path)
        return table

    def _value(self, path: Path) -> None:
        character = self.text[self.at]
        if character == "[":
            self._array(path)
        elif character == "{":
            self._inline_table(path)
        else:
            found = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            assert found
            self.at = found.end()

    def _array(self, path: Path) -> None:
        self.at += 1
        count = 0
        while self.text[self._skip_space()] != "]":
            self.marks[(*path, count)] = Mark(self.at, self.at)
            self._value((*path, count))
            count += 1
            if self.text[self._skip_space()] == ",":
                self.at += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self.text[self._skip_space()] != "}":
            self._pair(path)
            if self.text[self._skip_space()] == ",":
                self.at += 1
        self.at += 1


def yaml_marks(root: yaml.Node | None) -> tuple[dict[Path, Mark], list[tuple[Path, int]]]:
    """Offsets of everything in a composed YAML document, and (path, offset) of keys that stand twice in one mapping."""
    marks: dict[Path, Mark] = {(): Mark(0, 0)}
    doubles: list[tuple[Path, int]] = []

    def walk(node: yaml.Node, path: Path, key_at: int, above: frozenset[int]) -> None:
        marks[path] = Mark(key_at, node.start_mark.index)
        if id(node) in above:  # an alias to one of its own parents
            return
        inside = above | {id(node)}
        if isinstance(node, yaml.SequenceNode):
            for index, child in enumerate(node.value):
                walk(child, (*path, index), child.start_mark.index, inside)
        elif isinstance(node, yaml.MappingNode):
            for key, child in node.value:
                below = (*path, str(key.value))
                if below in marks:
                    doubles.append((below, key.start_mark.index))
                walk(child, below, key.start_mark.index, inside)

    if root is not None:
        walk(root, (), 0, frozenset())
    return marks, doubles


def nearest(marks: Mapping[Path, Mark], path: Path) -> tuple[Path, Mark]:
    """The mark of `path`, or of the closest thing around it that has one."""
    while path not in marks:
        path = path[:-1]
    return path, marks[path]


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1, of an offset."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def source_line(text: str, line: int) -> str:
    """The line with this number, without its end; "" when there is none."""
    lines = text.split("\n")
    return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
