"""feeds.yaml -> Feed records: a list of subscriptions, checked, with every mistake reported at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from monitor.config import locate
from monitor.config.fields import Country, Duration, Language, Section, WebAddress
from monitor.config.files import read_text
from monitor.config.models import DAY, SECOND
from monitor.config.problems import Source, translate
from monitor.errors import ConfigError, Problem
from monitor.model import Feed

# Every scalar stays text, so that the country NO (Norway) does not become "false" and a name may be a number.
_Loader: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _absent(value: object) -> object:
    return None if value in ("", "~", "null") else value


class FeedTable(Section):
    """One subscription."""

    name: str = Field(min_length=1, max_length=80, description="how status, logs and alerts call the feed; unique")
    url: WebAddress = Field(description="address of an RSS, Atom, RDF or JSON feed; unique")
    country: Annotated[Country | None, BeforeValidator(_absent)] = Field(
        default=None, description="country the outlet mostly writes about, ISO 3166-1; leave out for wires and world news"
    )
    language: Language = Field(default="en", description="language of the articles, ISO 639-1")
    tier: int = Field(
        default=2,
        ge=1,
        le=3,
        description="1 wire or paper of record, 2 ordinary, 3 specialist or experimental; decides how often it is polled",
    )
    every: Annotated[Duration, Field(ge=30 * SECOND, le=7 * DAY)] | None = Field(
        default=None, description="own interval instead of the tier's"
    )
    tags: tuple[Annotated[str, Field(min_length=1)], ...] = Field(default=(), description="your own words, for `feeds list`")

    def record(self) -> Feed:
        """As the rest of the program knows it."""
        every = round(self.every.total_seconds()) if self.every else None
        return Feed(self.name, self.url, self.country, self.language, self.tier, every, self.tags)


_FEEDS = TypeAdapter(tuple[FeedTable, ...])


def load_feeds(path: Path) -> tuple[Feed, ...]:
    """All subscriptions in the order of the file; raises ConfigError with every problem at once."""
    text = read_text(path)
    data, source, problems = _parse(str(path), text)
    if not isinstance(data, list) or not data:
        message = "there are no feeds" if not data else "must be a list of feeds"
        raise ConfigError([*problems, Problem(str(path), 1, 1, message, 'write for example: - {name: BBC World, url: "https://..."}')])
    tables: tuple[FeedTable, ...] = ()
    try:
        tables = _FEEDS.validate_python(data)
    except ValidationError as error:
        problems += translate(error, source, lambda at: _model_at(at), lambda at: _subject(data, at))
    problems += _doubles(data, source)
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return tuple(table.record() for table in tables)


def _parse(path: str, text: str) -> tuple[object, Source, list[Problem]]:
    """The plain data, the places of everything, and keys that stand twice; raises ConfigError for broken YAML."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_syntax(path, text, error)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError([Problem(path, 0, 0, f"is no YAML: {str(error).splitlines()[0]}")]) from None
    finally:
        loader.dispose()
    marks, doubles = locate.yaml_marks(root)
    source = Source(path, text, marks)
    return data, source, [source.problem_at(at, f'{_subject(data, key)}: key "{key[-1]}" stands twice') for key, at in doubles]


def _syntax(path: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    message = " ".join(part for part in (error.context, error.problem) if part)
    hint = "indent with spaces, never with tabs" if "tab character" in message or "'\\t'" in message else ""
    return Problem(path, line, column, message, hint, locate.source_line(text, line))


def _model_at(path: locate.Path) -> type[BaseModel] | None:
    return FeedTable if len(path) == 1 else None


def _subject(data: object, path: locate.Path) -> str:
    if path and isinstance(data, list) and isinstance(path[0], int):
        entry = data[path[0]]
        if isinstance(entry, dict) and isinstance(entry.get("name"), str) and entry["name"]:
            return f'feed "{entry["name"]}"'
        return f"feed {path[0] + 1}"
    return "feeds"


def _doubles(data: list[object], source: Source) -> list[Problem]:
    """Names that differ at most in case, and addresses that differ at most in scheme, www and a last slash."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(data):
        for key, normal in (("name", str.casefold), ("url", _same_address)):
            value = entry.get(key) if isinstance(entry, dict) else None
            first = seen.setdefault((key, normal(value)), index) if isinstance(value, str) and value else index
            if first != index:
                subject = f"feed {index + 1}" if key == "name" else _subject(data, (index,))
                other = f"feed {first + 1}" if key == "name" else _subject(data, (first,))
                problems.append(source.problem((index, key), f"{subject}: {key} is the same as that of {other}"))
    return problems


def _same_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
