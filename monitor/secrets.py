"""Secrets: where they come from, how they stay out of everything that is printed.

A secret is a reference until somebody calls `reveal()`: a file, a systemd credential, an environment variable, or the
value itself. Its `str` and `repr` never show the value, and neither do its errors. What others say about us (exceptions
of the HTTP library, answers of servers) goes through `redact` first.
"""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, urlsplit

from monitor.errors import SecretUnavailable

MASK = "********"
MAX_BYTES = 16_384  # far beyond any token; protects from a path that names a log or a device
SHORTEST_MASKED = 6  # shorter values would black out ordinary words
SHORTEST_PART = 16  # the path of an address that is a secret; "/hooks/news" is none


class Source(StrEnum):
    """Where a secret is kept, from the weakest place to the strongest."""

    INLINE = "inline"
    ENV = "environment variable"
    FILE = "file"
    CREDENTIAL = "systemd credential"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """One secret: `where` is the path, the name, or for INLINE the value; `label` names its use in messages."""

    source: Source
    where: str
    label: str = "secret"

    def __repr__(self) -> str:
        return f"Secret({self.described})"

    def __str__(self) -> str:
        return MASK

    @property
    def described(self) -> str:
        """The place, without the value: "file /etc/monitor/token"."""
        return "inline" if self.source is Source.INLINE else f"{self.source} {self.where}"

    def reveal(self) -> str:
        """The value, read now, so that a rotated file is seen; raises SecretUnavailable, which names only the place."""
        value = _READERS[self.source](self).rstrip("\r\n")
        if not value.strip():
            raise self._unavailable("is empty")
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise self._unavailable("has more than one line, or control characters")
        return value

    def _unavailable(self, why: str, hint: str = "") -> SecretUnavailable:
        return SecretUnavailable(f"{self.label}: {self.described} {why}", hint)


def _inline(secret: Secret) -> str:
    return secret.where


def _environment(secret: Secret) -> str:
    try:
        return os.environ[secret.where]
    except KeyError:
        raise secret._unavailable("is not set") from None


def _credential(secret: Secret) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise secret._unavailable("cannot be read: CREDENTIALS_DIRECTORY is not set", "LoadCredential= of a systemd unit sets it")
    return _read(secret, Path(folder, secret.where))


def _file(secret: Secret) -> str:
    return _read(secret, Path(secret.where))


def _read(secret: Secret, path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise secret._unavailable(f"cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise secret._unavailable(f"is longer than {MAX_BYTES} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise secret._unavailable("is not text in UTF-8") from None


_READERS = {Source.INLINE: _inline, Source.ENV: _environment, Source.CREDENTIAL: _credential, Source.FILE: _file}


def masks(secrets: Iterable[Secret]) -> tuple[str, ...]:
    """All spellings under which these secrets may turn up, longest first. Secrets that cannot be read have none."""
    found: set[str] = set()
    for secret in secrets:
        try:
            found |= _spellings(secret.reveal())
        except SecretUnavailable:
            continue
    return tuple(sorted((spelling for spelling in found if len(spelling) >= SHORTEST_MASKED), key=lambda text: (-len(text), text)))


def _spellings(value: str) -> set[str]:
    """The value; its percent and base64 forms; of an address also path and query alone, as HTTP errors quote them."""
    found = {value, quote(value, safe=""), quote(value), base64.b64encode(value.encode()).decode()}
    if "://" in value:
        parts = urlsplit(value)
        found |= {part for part in (parts.path.strip("/"), parts.query) if len(part) >= SHORTEST_PART} | {parts.password or ""}
    return found | {value.removeprefix("whsec_")}  # libraries strip the prefix of Standard Webhooks' keys


def mask(text: str, spellings: Iterable[str]) -> str:
    """`text` with every spelling blacked out; for callers that keep the result of `masks`."""
    for spelling in spellings:
        text = text.replace(spelling, MASK)
    return text


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """`text` without any of the secrets."""
    return mask(text, masks(secrets))


def exposed(path: Path) -> bool:
    """May the file's group or everybody read it? False when there is no such file."""
    try:
        return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except OSError:
        return False
