"""What comes over the wire: bodies within limits, the caching headers, and faults in plain words."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
import urllib3.exceptions as wire
from urllib3.util.request import ACCEPT_ENCODING

from monitor.ingest.guard import Forbidden
from monitor.model import FailureKind

LONGEST_RETRY = 86_400  # seconds; servers have asked for 88 hours
DECODABLE = frozenset(name.strip() for name in f"gzip,deflate,{ACCEPT_ENCODING}".split(","))
_SLICE = 65_536  # decoded bytes asked for at a time, so that a bomb is noticed after one slice too many
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)
_NOT_KEPT = re.compile(r"\bno-(?:cache|store)\b", re.I)


class Broken(Exception):
    """A fetch that failed; `detail` is one plain sentence without address, credentials or query."""

    def __init__(
        self, kind: FailureKind, detail: str, *, permanent: bool = False, retry_after: int | None = None, status: int | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.permanent = permanent
        self.retry_after = retry_after
        self.status = status


def read_body(response: requests.Response, max_bytes: int) -> bytes:
    """The decoded body, in slices. Raises `Broken` when it is longer than `max_bytes` or compressed in an unknown way."""
    encodings = {name.strip().lower() for name in response.headers.get("Content-Encoding", "").split(",")}
    unknown = encodings - DECODABLE - {"", "identity", "x-gzip"}
    if unknown:
        raise Broken(FailureKind.PROTOCOL, "The body is compressed in a way that cannot be read.")
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    pieces: list[bytes] = []
    size = 0
    while piece := response.raw.read1(_SLICE, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise _too_large(max_bytes)
    return b"".join(pieces)


def _too_large(max_bytes: int) -> Broken:
    return Broken(FailureKind.TOO_LARGE, f"The body is larger than {max_bytes / 1_000_000:g} MB.")


def retry_after(value: str | None, now: datetime) -> int | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date (RFC 9110, 10.2.3); at most a day.

    None for an absent or senseless value.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdecimal():
        return min(int(value[:9]), LONGEST_RETRY)
    moment = _http_date(value)
    return None if moment is None else max(0, min(round((moment - now).total_seconds()), LONGEST_RETRY))


def max_age(headers: Mapping[str, str], now: datetime) -> int | None:
    """How many seconds the answer stays fresh, by Cache-Control, else Expires (RFC 9111, 4.2.1); None if unsaid."""
    control = headers.get("Cache-Control", "")
    if _NOT_KEPT.search(control):
        return None
    found = _MAX_AGE.search(control)
    if found:
        return int(found.group(1))
    expires, date = _http_date(headers.get("Expires", "")), _http_date(headers.get("Date", ""))
    return None if expires is None else max(0, round((expires - (date or now)).total_seconds()))


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def described(error: BaseException) -> Broken:
    """A fault of the network or of the server, in plain words."""
    causes = _causes(error)
    for kinds, kind, detail in _WORDS:
        for cause in causes:
            if isinstance(cause, kinds):
                return Broken(kind, detail or str(cause), permanent=kind is FailureKind.BLOCKED)
    return Broken(FailureKind.PROTOCOL, f"The exchange with the server failed ({type(error).__name__}).")


def _causes(error: BaseException) -> list[BaseException]:
    """The fault and all that it wraps, in its arguments or as its cause: requests and urllib3 do both."""
    chain: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(chain) < 20:
        item = waiting.pop(0)
        if isinstance(item, BaseException) and item not in chain:
            chain.append(item)
            waiting.extend((*item.args, getattr(item, "reason", None), item.__cause__, item.__context__))
    return chain


# The first row that fits any of the causes counts, so the telling kinds stand before the general ones.
_WORDS: tuple[tuple[tuple[type[BaseException], ...], FailureKind, str], ...] = (
    ((Forbidden,), FailureKind.BLOCKED, ""),
    ((wire.NameResolutionError,), FailureKind.DNS, "The host name could not be resolved."),
    ((wire.NewConnectionError, ConnectionRefusedError), FailureKind.CONNECT, "The server could not be reached."),
    ((ssl.SSLCertVerificationError,), FailureKind.TLS, "The server's certificate is not valid for this host."),
    ((ssl.SSLError, wire.SSLError, requests.exceptions.SSLError), FailureKind.TLS, "No secure connection could be made with the server."),
    ((wire.ConnectTimeoutError,), FailureKind.TIMEOUT, "The server did not accept a connection in time."),
    ((TimeoutError, wire.ReadTimeoutError, requests.Timeout), FailureKind.TIMEOUT, "The server stopped answering."),
    ((wire.DecodeError,), FailureKind.PROTOCOL, "The compressed body is damaged."),
    ((http.client.IncompleteRead, wire.IncompleteRead), FailureKind.PROTOCOL, "The body is shorter than the server announced."),
    ((http.client.RemoteDisconnected, ConnectionError), FailureKind.PROTOCOL, "The server closed the connection without a full answer."),
    (
        (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, wire.LocationParseError, UnicodeError),
        FailureKind.BLOCKED,
        "The address is not valid.",
    ),
    ((wire.HTTPError, http.client.HTTPException), FailureKind.PROTOCOL, "The server's answer is not proper HTTP."),
)
