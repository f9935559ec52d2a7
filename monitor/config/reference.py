"""The commented config.toml and the reference page, written from the models, so that neither can lie.

In config.toml a key that is commented out has no space after the "#"; prose has one. So a test can remove the former
and load the whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor.config.channels import CHANNELS
from monitor.config.feeds import FeedTable
from monitor.config.fields import Country, Duration, Language, Network, OptionalAddress, Size, WebAddress, Zone
from monitor.config.models import Config, Route
from monitor.quantities import format_duration, format_size
from monitor.secrets import Secret

WIDTH = 140

HEAD = """\
# monitor: configuration
#
# Every key stands here with its default, commented out: remove the "#" in front of a key to change it.
# Durations are written "30s", "10m", "6h", "7d"; sizes "500KB", "5MB", "1GB". Paths count from the folder of this file.
# `monitor check` reports every mistake with line and column; docs/reference/configuration.md has all keys in tables.
"""

CHANNELS_HEAD = """\
# Channels: where alerts go. As many as you like; `monitor channels test NAME` sends a message through one.
# A secret never needs to stand in this file. Write one of
#   url_file = "/etc/monitor/desk-url"     the first choice: a file that only the monitor's user can read
#   url_credential = "desk-url"            a systemd credential (LoadCredential= in systemd/monitor.service)
#   url_env = "DESK_URL"                   an environment variable: weaker, other programs of the same user can read it
#   url = "https://..."                    here: only for a file with mode 600
# and likewise token_file, password_file, secret_file, ...
"""

ROUTES_HEAD = """\
# Routes: which alerts go where. The first that fits decides, unless it says continue = true; an empty list means "any".
# Without routes everything of severity normal and above goes to every channel.
"""

EXAMPLES: dict[str, dict[str, object]] = {
    "slack": {"name": "desk", "token_file": "/etc/monitor/slack-token", "channel": "C0123456789"},
    "email": {
        "name": "mail",
        "host": "smtp.example.org",
        "user": "monitor@example.org",
        "password_file": "/etc/monitor/mail-password",
        "from": "monitor@example.org",
        "to": ["desk@example.org"],
    },
    "webhook": {"name": "hook", "url_file": "/etc/monitor/hook-url", "secret_file": "/etc/monitor/hook-secret"},
}

NOTES = {"slack": ("Plain posts by an incoming webhook need only url_file, in place of token_file and channel.",)}


def config_toml() -> str:
    """The file as it is shipped and as `monitor init` writes it."""
    parts = [HEAD]
    for name, model in _sections():
        parts.append("\n".join([f"# {_summary(model)}", f"[{name}]", *_lines(model, {}), ""]))
    console = '[[channel]]\nname = "console"\ntype = "console"  # prints alerts on standard output\n'
    parts += [CHANNELS_HEAD, console, *(_channel(kind) for kind in CHANNELS if kind != "console")]
    parts.append(ROUTES_HEAD + "\n".join(["#[[route]]", *_lines(Route, {"channels": ["console"]}), ""]))
    return "\n".join(parts)


def _sections() -> list[tuple[str, type[BaseModel]]]:
    found = [(name, field.annotation) for name, field in Config.model_fields.items()]
    return [(name, kind) for name, kind in found if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _channel(kind: str) -> str:
    model = CHANNELS[kind]
    head = [f"# {_summary(model)}", *(f"# {note}" for note in NOTES.get(kind, ())), "#[[channel]]"]
    return "\n".join([*head, *_lines(model, EXAMPLES[kind] | {"type": kind}), ""])


def _lines(model: type[BaseModel], example: dict[str, object]) -> list[str]:
    """One commented line per key, the meanings in one column; secrets the example does not use are left to the prose."""
    secrets = getattr(model, "secrets_named", ())
    rows = []
    for name, field in model.model_fields.items():
        key = _key_in(example, name) if name in secrets else field.alias or name
        if key:
            value = example.get(key, field.default)
            rows.append((f"#{key} = {_toml(value, field)}", field.description or ""))
    width = max(len(left) for left, _ in rows) + 2
    return [f"{left:<{width}}# {meaning}" for left, meaning in rows]


def _key_in(example: dict[str, object], name: str) -> str:
    return next((key for key in example if key == name or key.startswith(f"{name}_")), "")


def _toml(value: object, field: FieldInfo) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return f'"{format_duration(value)}"'
    if isinstance(value, int) and _kind_name(field) == "size":
        return f'"{format_size(value)}"'
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item, field) for item in value)}]"
    return json.dumps(str(value), ensure_ascii=False)


# ── the reference page ───────────────────────────────────────────────────────────────────────────────────────────────


def reference_page() -> str:
    """docs/reference/configuration.md."""
    parts = [
        "# Configuration",
        "Written by `make docs` from the program itself; do not edit. `monitor init` writes both files with comments, `monitor check` "
        "reports every mistake in them at once, with file, line, column and a suggestion.",
        'A *duration* is written `"30s"`, `"10m"`, `"6h"`, `"7d"` or as a sum, `"1h30m"`. A *size* is written `"500KB"`, `"5MB"` '
        '(powers of 1000) or `"1GiB"` (powers of 1024). Relative paths count from the folder of config.toml.',
        "## config.toml",
    ]
    for name, model in _sections():
        parts += [f"### [{name}]", *_about(model)]
    parts += [
        "### [[channel]]",
        "Where alerts go; one table per channel, told apart by `type`. Without any, alerts are printed on the console.",
    ]
    for kind, table in CHANNELS.items():
        parts += [f'#### type = "{kind}"', *_about(table)]
    parts += ["### Secrets", _secrets_text(), "### [[route]]", *_about(Route)]
    parts += ["## feeds.yaml", "A list of feeds; every one has these keys.", _table(FeedTable)]
    return "\n\n".join(parts) + "\n"


def _secrets_text() -> str:
    return (
        "A key marked *secret* can be given in four ways; exactly one of them:\n\n"
        "| written as | read from |\n|---|---|\n"
        "| `url_file` | a file; the first choice. Best readable only by the user the monitor runs as |\n"
        "| `url_credential` | a systemd credential of that name, `$CREDENTIALS_DIRECTORY/NAME` |\n"
        "| `url_env` | an environment variable; weaker, as other processes of the same user can read it |\n"
        "| `url` | config.toml itself; `monitor check` warns when others may read the file |\n\n"
        "Secrets are read when they are used, so a rotated file needs no restart. They never appear in logs, messages or errors."
    )


def _about(model: type[BaseModel]) -> list[str]:
    paragraphs = [" ".join(part.split()) for part in (model.__doc__ or "").split("\n\n")]
    return [*paragraphs, _table(model)]


def _table(model: type[BaseModel]) -> str:
    secrets = getattr(model, "secrets_named", ())
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        kind = _kind_name(field) + _bounds(field)
        default, meaning = _default(field, name in secrets), (field.description or "").removeprefix("secret: ")
        rows.append(f"| `{field.alias or name}` | {kind} | {default} | {meaning} |")
    return "\n".join(rows)


def _default(field: FieldInfo, secret: bool) -> str:
    if field.is_required():
        return "required"
    return "none" if secret or field.default is None else f"`{_toml(field.default, field)}`"


_LIMITS = (("from", "ge"), ("to", "le"))


def _bounds(field: FieldInfo) -> str:
    metadata = [*field.metadata, *(item for part in get_args(field.annotation) for item in _metadata(part))]
    bounds = (
        (word, next((bound for item in metadata if (bound := getattr(item, name, None)) is not None), None)) for word, name in _LIMITS
    )
    words = [f"{word} {_plain(bound, field)}" for word, bound in bounds if bound is not None]
    return f", {' '.join(words)}" if words else ""


def _metadata(annotation: object) -> Iterable[object]:
    for item in getattr(annotation, "__metadata__", ()):
        yield from item.metadata if isinstance(item, FieldInfo) else (item,)


def _plain(value: object, field: FieldInfo) -> str:
    return _toml(value, field).strip('"')


_NAMES: dict[object, str] = {Duration: "duration", Size: "size", Zone: "time zone", Country: "country", Language: "language"}
_NAMES |= {OptionalAddress: "address", WebAddress: "address"}
_NAMES_BY_VALIDATOR = {id(get_args(kind)[1].func): name for kind, name in _NAMES.items()}
_PLAIN: dict[object, str] = {str: "text", int: "whole number", float: "number", bool: "true or false", Secret: "secret"}


def _kind_name(field: FieldInfo) -> str:
    return _named_kind(field.annotation, field.metadata)


def _named_kind(annotation: Any, metadata: Iterable[object] = ()) -> str:
    for item in metadata:
        if (name := _NAMES_BY_VALIDATOR.get(id(getattr(item, "func", None)))) is not None:
            return name
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation == Network:
        return "network"
    if origin is Annotated:
        return _named_kind(arguments[0], arguments[1:])
    if origin is tuple:
        return f"list of {_plural(_named_kind(arguments[0]))}"
    if origin is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in arguments) if len(arguments) > 1 else f'`"{arguments[0]}"`'
    if origin in (UnionType, Union):
        return _named_kind(next(part for part in arguments if part is not type(None)))
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    return "one of " + ", ".join(f"`{member.value}`" for member in annotation)


def _plural(kind: str) -> str:
    irregular = {"country": "countries", "text": "texts", "whole number": "whole numbers"}
    return irregular.get(kind, kind if kind.startswith("one of") else f"{kind}s")


def _summary(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").strip().split("\n")[0].split())
