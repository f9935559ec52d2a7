"""Records to JSON text and back, for the columns of the archive that keep a whole record.

Unknown keys are ignored and missing ones take the field's default, so that a record may gain or lose a field between
two versions of the monitor without a migration.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

T = TypeVar("T")


_adapters: dict[type[Any], TypeAdapter[Any]] = {}  # building one takes milliseconds


def _adapter(cls: type[Any]) -> TypeAdapter[Any]:
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)
    return _adapters[cls]


def dumps(record: object) -> str:
    """One frozen record of `model` as compact JSON; half surrogate pairs, which UTF-8 cannot hold, become "?"."""
    adapter = _adapter(type(record))
    try:
        return adapter.dump_json(record).decode()
    except (PydanticSerializationError, UnicodeEncodeError):
        text = json.dumps(adapter.dump_python(record), ensure_ascii=False, separators=(",", ":"), default=_plain)
        return text.encode("utf-8", "replace").decode()


def loads(cls: type[T], text: str | bytes) -> T:
    """The record that `dumps` wrote. Raises ValueError (pydantic's) when the text is no such record."""
    record: T = _adapter(cls).validate_json(text)
    return record


def _plain(value: object) -> str:
    isoformat = getattr(value, "isoformat", None)
    if isoformat is None:
        raise TypeError(f"{type(value).__name__} has no JSON form")
    return str(isoformat())
