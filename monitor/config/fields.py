"""The value types of the configuration: how a duration, a size, a network, a code is written, and what is refused.

A validator raises `refuse(message, hint, key)`; the message never repeats a secret.
"""

from __future__ import annotations

from datetime import timedelta
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from monitor.config.codes import COUNTRIES, LANGUAGES
from monitor.quantities import parse_duration, parse_size

Network = IPv4Network | IPv6Network


class Section(BaseModel):
    """A table of the configuration: read-only, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False, hide_input_in_errors=True, validate_default=False)


def refuse(message: str, hint: str = "", key: str = "") -> PydanticCustomError:
    """An error with our own words; `key` points to a key inside the table the validator looks at."""
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint, "key": key})


def suggest(word: str, known: list[str]) -> str:
    """ "did you mean ...? known: ...", as far as there is anything to say."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    listed = f"known: {', '.join(known)}" if 0 < len(known) <= 24 else ""
    return " ".join(part for part in (f'did you mean "{close[0]}"?' if close else "", listed) if part)


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(str(value))
    except ValueError as error:
        raise refuse(str(error)) from None


def _size(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return parse_size(str(value))
    except ValueError as error:
        raise refuse(str(error)) from None


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ip_network(value)
    except ValueError:
        raise refuse(f'"{value}" is no network', 'write for example "127.0.0.0/8" or "10.1.2.3"') from None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse(f'unknown time zone "{value}"', 'write a name such as "UTC", "Europe/Paris" or "Asia/Karachi"') from None
    return value


def _country(value: str) -> str:
    if value not in COUNTRIES:
        hint = f'write "{value.upper()}"' if value.upper() in COUNTRIES else "two letters of ISO 3166-1, for example PK, NG, GB"
        raise refuse(f'unknown country "{value}"', "the United Kingdom is GB" if value.upper() == "UK" else hint)
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        hint = f'write "{value.lower()[:2]}"' if value.lower()[:2] in LANGUAGES else "two letters of ISO 639-1, for example en, fr, ur"
        raise refuse(f'unknown language "{value}"', hint)
    return value


def web_address(value: str) -> str:
    """An absolute http(s) address without user or password; anything else is refused, without repeating it."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise refuse("url cannot be read", "https://…") from None
    if not parts.scheme or "://" not in value:
        raise refuse("url has no scheme", "https://…")
    if parts.scheme not in ("http", "https"):
        raise refuse(f'url has the scheme "{parts.scheme}"', "only http and https are fetched")
    if not host:
        raise refuse("url has no host", "https://…")
    if parts.username or parts.password:
        raise refuse("url contains a user or a password", "addresses appear in logs; nothing secret may stand in them")
    if any(character.isspace() for character in value):
        raise refuse("url contains a space", "write %20")
    return value


def _optional_address(value: str) -> str:
    return web_address(value) if value else value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Size = Annotated[int, BeforeValidator(_size)]
Networks = tuple[Annotated[Network, BeforeValidator(_network)], ...]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Language = Annotated[str, AfterValidator(_language)]
WebAddress = Annotated[str, AfterValidator(web_address)]
OptionalAddress = Annotated[str, AfterValidator(_optional_address)]
