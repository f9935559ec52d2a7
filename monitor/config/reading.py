"""config.toml -> Config: syntax, keys and values, then what only makes sense together; every mistake at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel, ValidationError

from monitor.config import locate
from monitor.config.channels import CHANNELS, ChannelTable
from monitor.config.fields import suggest
from monitor.config.files import read_text
from monitor.config.models import Config, Route
from monitor.config.problems import Source, keys_of, translate, visible
from monitor.errors import ConfigError, Problem, SecretUnavailable
from monitor.secrets import Secret, exposed
from monitor.secrets import Source as Place

_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path) -> Config:
    """The configuration; paths of secret files count from its folder. Raises ConfigError with every problem at once."""
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError([_syntax(str(path), text, str(error))]) from None
    normal = text.replace("\r\n", "\n")
    source = Source(str(path), normal, locate.TomlScanner(normal).scan(), _SHOWN)
    problems: list[Problem] = []
    config = Config()
    try:
        config = Config.model_validate(data, context={"base": path.parent})
    except ValidationError as error:
        problems += translate(error, source, lambda at: _model_at(data, at), lambda at: _subject(data, at))
    problems += _channel_names(data, source) + _route_targets(data, source)
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return config


def warnings(config: Config, path: Path) -> tuple[str, ...]:
    """What is allowed but unwise or unfinished: secrets that others may read, and files of secrets that cannot be read."""
    return tuple(said for secret in config.secrets() if (said := _warning(secret, path)))


def _warning(secret: Secret, path: Path) -> str:
    if secret.source is Place.INLINE and exposed(path):
        return f"{path}: {secret.label} stands in a file that others may read; chmod 600 {path.name}, or use a file of its own"
    if secret.source is Place.FILE:
        try:
            secret.reveal()
        except SecretUnavailable as error:
            return error.message
        if exposed(Path(secret.where)):
            return f"{secret.where}: {secret.label} may be read by others; chmod 600 it"
    return ""


def _section(name: str) -> type[BaseModel] | None:
    annotation = Config.model_fields[name].annotation
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _shown() -> frozenset[str]:
    """Keys whose values may be printed with an error: all that exist and are not secret."""
    sections = [model for name in Config.model_fields if (model := _section(name))]
    models: list[type[BaseModel]] = [*sections, *CHANNELS.values(), Route]
    secret = {name for model in CHANNELS.values() for name in model.secrets_named}
    return frozenset(key for model in models for key in keys_of(model)) - secret


_SHOWN = _shown()


def _model_at(data: dict[str, object], path: locate.Path) -> type[BaseModel] | None:
    """The model of the table at `path`; for a channel by its type."""
    if not path:
        return Config
    name = str(path[0])
    if name == "channel" and len(path) == 2:
        kind = _entry(data, path).get("type")
        return CHANNELS.get(kind, ChannelTable) if isinstance(kind, str) else ChannelTable
    if name == "route" and len(path) == 2:
        return Route
    return _section(name) if name in Config.model_fields and len(path) == 1 else None


def _entry(data: dict[str, object], path: locate.Path) -> dict[str, object]:
    tables = data.get(str(path[0]))
    if isinstance(tables, list) and isinstance(path[1], int) and path[1] < len(tables) and isinstance(tables[path[1]], dict):
        return dict(tables[path[1]])
    return {}


def _subject(data: dict[str, object], path: locate.Path) -> str:
    """How people call the place: [fetch], channel "desk", route 2."""
    if len(path) >= 2 and path[0] in ("channel", "route") and isinstance(path[1], int):
        name = _entry(data, path).get("name")
        return f'{path[0]} "{name}"' if isinstance(name, str) and name and path[0] == "channel" else f"{path[0]} {path[1] + 1}"
    return f"[{path[0]}]" if len(path) >= 2 else "config"


def _syntax(path: str, text: str, message: str) -> Problem:
    found = _POSITION.search(message)
    lines = text.split("\n")
    if found and found[1]:
        line, column = int(found[1]), int(found[2])
    else:
        line = max((number for number, content in enumerate(lines, 1) if content.strip()), default=1)
        column = len(lines[line - 1].rstrip()) + 1
    message = f"is no TOML: {_POSITION.sub('', message).lower()}"
    return Problem(path, line, column, message, "", visible(locate.source_line(text, line), _SHOWN))


def _tables(data: dict[str, object], name: str) -> list[dict[str, object]]:
    tables = data.get(name)
    return [table if isinstance(table, dict) else {} for table in tables] if isinstance(tables, list) else []


def _channel_names(data: dict[str, object], source: Source) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for index, table in enumerate(_tables(data, "channel")):
        name = table.get("name")
        if isinstance(name, str) and (first := seen.setdefault(name, index)) != index:
            problems.append(
                source.problem(("channel", index, "name"), f'channel {index + 1}: the name "{name}" is that of channel {first + 1}')
            )
    return problems


def _route_targets(data: dict[str, object], source: Source) -> list[Problem]:
    """Routes may only name channels that exist."""
    known = list(dict.fromkeys(str(table["name"]) for table in _tables(data, "channel") if "name" in table)) or ["console"]
    problems: list[Problem] = []
    for index, table in enumerate(_tables(data, "route")):
        targets = table.get("channels")
        for position, target in enumerate(targets if isinstance(targets, list) else []):
            if isinstance(target, str) and target not in known:
                path = ("route", index, "channels", position)
                problems.append(source.problem(path, f'route {index + 1}: there is no channel "{target}"', suggest(target, known)))
    return problems
