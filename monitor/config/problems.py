"""From what pydantic found to sentences with a place: `Problem`s that name the key, say what is wanted and suggest a fix.

Values of secrets never appear: neither in messages, nor in the source line that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.fields import suggest
from monitor.config.locate import Mark, Path, line_column, nearest, source_line
from monitor.errors import Problem
from monitor.quantities import format_duration, format_size

_ASSIGNMENT = re.compile(r"""^\s*(?:[\w"'-]+\.)*["']?([\w-]+)["']?\s*=""")
_LOGIN = re.compile(r"//[^/\s\"']*@")  # a user and password inside of an address
_TIMEDELTA = re.compile(r"timedelta\((?:days=(\d+))?(?:, )?(?:seconds=(\d+))?\)")

_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text in quotes",
    "tuple": 'a list, for example ["a", "b"]',
    "list": "a list",
    "model": "a table of keys and values",
    "dict": "a table of keys and values",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read, and where everything stands in it. `shown` holds the keys whose values may be printed; None: all."""

    path: str
    text: str
    marks: Mapping[Path, Mark]
    shown: frozenset[str] | None = None

    def problem(self, path: Path, message: str, hint: str = "", at_key: bool = False) -> Problem:
        """A problem at the value of `path` (or at its key, or at what is nearest to it)."""
        found, mark = nearest(self.marks, path)
        return self.problem_at(mark.key if at_key and found == path else mark.value, message, hint)

    def problem_at(self, offset: int, message: str, hint: str = "") -> Problem:
        """A problem at an offset of the text."""
        line, column = line_column(self.text, offset)
        return Problem(self.path, line, column, message, hint, visible(source_line(self.text, line), self.shown))


def visible(line: str, shown: frozenset[str] | None) -> str:
    """The line as it may be printed: the value of a key that could be a secret is left out."""
    line = _LOGIN.sub("//…@", line)
    if shown is None or line.lstrip().startswith(("[", "#")):
        return line
    found = _ASSIGNMENT.match(line)
    if not found:
        return ""  # a line inside of something longer, or one that is no TOML: it could hold anything
    return line if found[1] in shown and "{" not in line else f"{found[0]} …"


def translate(
    error: ValidationError, source: Source, model_at: Callable[[Path], type[BaseModel] | None], subject: Callable[[Path], str]
) -> list[Problem]:
    """Every error of one validation. `model_at` knows the table at a path, `subject` how to call it."""
    return [_one(detail, source, model_at, subject) for detail in error.errors(include_url=False)]


def _one(
    detail: ErrorDetails, source: Source, model_at: Callable[[Path], type[BaseModel] | None], subject: Callable[[Path], str]
) -> Problem:
    path = _without_tag(detail["loc"])
    context: dict[str, Any] = detail.get("ctx", {})
    where = subject(path)
    kind = detail["type"]
    if kind == "refused":
        key = context.get("key", "")
        if key and (path[-1:] and isinstance(path[-1], str)) and model_at(path[:-1]):
            path = path[:-1]
        path = (*path, key) if key else path
        return source.problem(path, f"{where}: {_named(path, context['message'])}", context.get("hint", ""))
    if kind == "extra_forbidden":
        model = model_at(path[:-1])
        hint = suggest(str(path[-1]), keys_of(model)) if model else ""
        return source.problem(path, f'{where}: unknown key "{path[-1]}"', hint, at_key=True)
    if kind == "missing":
        return source.problem(path[:-1], f"{where}: {path[-1]} is missing")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _tag(path, context, source, where)
    return source.problem(path, f"{where}: {_named(path, _said(detail, context))}", _hint(kind, detail, context))


def _without_tag(loc: Sequence[str | int]) -> Path:
    """pydantic names the type of a channel inside the path: ('channel', 0, 'slack', 'url')."""
    path = tuple(loc)
    return (*path[:2], *path[3:]) if path[:1] == ("channel",) and len(path) > 2 else path


def _named(path: Path, message: str) -> str:
    """The message with its key in front, unless it is about a whole table or names the key itself."""
    key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if not key or (isinstance(path[-1], int) and len(path) <= 2) or message.startswith(key):
        return message
    return f"{key} {message}" if message.startswith("must ") else f"{key}: {message}"


def _tag(path: Path, context: dict[str, Any], source: Source, where: str) -> Problem:
    known = [name.strip(" '") for name in str(context.get("expected_tags", "")).split(",") if name.strip(" '")]
    if "tag" in context:
        return source.problem((*path, "type"), f'{where}: unknown type "{context["tag"]}"', suggest(str(context["tag"]), known))
    return source.problem(path, f"{where}: type is missing", suggest("", known or ["console", "slack", "email", "webhook"]))


def _said(detail: ErrorDetails, context: dict[str, Any]) -> str:
    kind, found = detail["type"], _shown(detail["input"])
    if kind in ("literal_error", "enum"):
        return f"{found} is not known"
    if kind.endswith(("_type", "_parsing", "_from_float")):
        return f"must be {_WANTED.get(kind.split('_')[0], 'something else')}, not {found}"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"must be {'at least' if kind[0] == 'g' else 'at most'} {_bound(context)}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty"
    if kind == "string_pattern_mismatch":
        return f"{found} cannot be used here"
    return detail["msg"][:1].lower() + detail["msg"][1:]


def _hint(kind: str, detail: ErrorDetails, context: dict[str, Any]) -> str:
    if kind in ("literal_error", "enum"):
        return suggest(str(detail["input"]), re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    if kind == "tuple_type" and isinstance(detail["input"], str):
        return f'write ["{detail["input"]}"]'
    return ""


def _bound(context: dict[str, Any]) -> str:
    value = context.get("ge", context.get("le"))
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, str):  # pydantic's own words for a duration: "30 seconds", or its repr
        found = _TIMEDELTA.search(value)
        return format_duration(timedelta(days=int(found[1] or 0), seconds=int(found[2] or 0))) if found else value
    return format_size(value) if isinstance(value, int) and value >= 10_000 and value % 10_000 == 0 else f"{value:g}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:60]}"'
    return str(value)[:60] if isinstance(value, int | float) else f"a {'list' if isinstance(value, list) else 'table'}"


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys as people write them: aliases, and the four ways to give a secret."""
    secrets: tuple[str, ...] = getattr(model, "secrets_named", ())
    names = [field.alias or name for name, field in model.model_fields.items()]
    return [key for name in names for key in ([name, f"{name}_file", f"{name}_credential", f"{name}_env"] if name in secrets else [name])]
