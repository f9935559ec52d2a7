"""Fetching: one address to one `FetchOutcome`, whatever the server does. All limits are on the whole exchange."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests

from monitor.ingest.guard import AddressRule, Door, GuardedAdapter, Resolver, Watchdog
from monitor.ingest.hosts import GateClosed, HostGate
from monitor.ingest.wire import DECODABLE, Broken, described, max_age, read_body, retry_after
from monitor.model import FailureKind, Fetched, FetchFailed, FetchOutcome, NotModified, Validators

FEED_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
# Asking again soon may help with these of the 4xx (RFC 9110 and RFC 6585); the others are permanent.
_PASSING = frozenset({408, 409, 421, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Limits of fetching. Sizes are decoded bytes.

    `deadline` ends the whole exchange with all its redirects, however slowly bytes still arrive; waiting for a turn at
    a host is not counted.
    """

    deadline: timedelta = timedelta(seconds=20)
    connect_timeout: timedelta = timedelta(seconds=5)
    max_feed_bytes: int = 5_000_000
    max_page_bytes: int = 3_000_000
    max_redirects: int = 5
    per_host: int = 2
    host_gap: timedelta = timedelta(seconds=1)
    allow: tuple[str, ...] = ()  # networks that may be reached although they are not public, on any port
    ports: tuple[int, ...] = (80, 443)
    user_agent: str = "monitor"


@dataclass(slots=True)
class _Asked:
    """One request of ours on its way through redirects."""

    url: str
    headers: dict[str, str]
    max_bytes: int
    seconds_left: float
    redirects: int = 0
    permanent_only: bool = True


class _Session(requests.Session):
    """A session that leaves redirects alone: requests would read a redirect's body without a limit to prepare the next."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the name is the base class's
        """Nothing is a redirect to requests."""
        return None


class Fetcher:
    """Fetches with requests, one session per thread. Safe to be used by many threads at once.

    `clock` gives the aware UTC time that outcomes are stamped with; durations are measured by the monotonic clock.
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Callable[[], datetime],
        gate: HostGate | None = None,
        resolver: Resolver = socket.getaddrinfo,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._gate = gate or HostGate(settings.per_host, settings.host_gap.total_seconds())
        self._rule = AddressRule(settings.allow, settings.ports)
        self._resolver = resolver
        self._local = threading.local()
        self._exchanges: set[Watchdog] = set()
        self._lock = threading.Lock()
        self._stopped = False

    @property
    def per_host(self) -> int:
        """How many requests one host gets at a time."""
        return self._settings.per_host

    def stop(self) -> None:
        """Break off every exchange and begin no other: they end with GateClosed, which is no fault of the server."""
        self._gate.close()
        with self._lock:
            self._stopped = True
            exchanges = list(self._exchanges)
        for exchange in exchanges:
            exchange.expire()

    def get(self, url: str, validators: Validators | None = None, accept: str = FEED_TYPES, max_bytes: int | None = None) -> FetchOutcome:
        """Fetch one address. Every fault is a `FetchFailed`, whose url and detail carry neither credentials nor query.

        `validators` make the request conditional (RFC 9110, 13.1). `max_bytes` counts decoded bytes; without it the
        limit is the one for feeds. Raises GateClosed after `stop`.
        """
        seconds = self._settings.deadline.total_seconds()
        asked = _Asked(url, self._headers(validators, accept), max_bytes or self._settings.max_feed_bytes, seconds)
        try:
            return self._follow(url, asked, validators)
        except Broken as fault:
            return FetchFailed(
                bare(url), fault.kind, fault.detail, self._clock(), fault.permanent, retry_after=fault.retry_after, status=fault.status
            )

    def get_page(self, url: str) -> FetchOutcome:
        """Fetch an article page, with the limit for pages."""
        return self.get(url, accept=PAGE_TYPES, max_bytes=self._settings.max_page_bytes)

    def _headers(self, validators: Validators | None, accept: str) -> dict[str, str]:
        headers = {"User-Agent": self._settings.user_agent, "Accept": accept, "Accept-Encoding": ", ".join(sorted(DECODABLE))}
        if validators and validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators and validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        return headers

    def _follow(self, url: str, asked: _Asked, validators: Validators | None) -> FetchOutcome:
        outcome: FetchOutcome | None = None
        while outcome is None:
            host = _checked_host(asked.url)
            with self._gate.turn(host):
                outcome = self._hop(url, asked, validators)
        return outcome

    def _hop(self, url: str, asked: _Asked, validators: Validators | None) -> FetchOutcome | None:
        """One request; None when `asked` now names the address of a redirect."""
        session, door = self._session()
        with Watchdog(asked.seconds_left) as watchdog:
            door.watchdog = watchdog
            self._enter(watchdog)
            try:
                response = self._send(session, asked, watchdog)
                with response:
                    return self._judge(url, asked, validators, response, watchdog)
            except Broken:
                self._unless_stopped()
                raise
            except Exception as error:  # requests, urllib3, http.client and ssl have no common ancestor
                self._unless_stopped()
                raise self._too_late() if watchdog.expired else described(error) from error
            finally:
                door.watchdog = None
                with self._lock:
                    self._exchanges.discard(watchdog)
                asked.seconds_left = watchdog.left()

    def _enter(self, exchange: Watchdog) -> None:
        with self._lock:
            self._exchanges.add(exchange)
        self._unless_stopped()

    def _unless_stopped(self) -> None:
        if self._stopped:
            raise GateClosed

    def _send(self, session: requests.Session, asked: _Asked, watchdog: Watchdog) -> requests.Response:
        try:
            return self._once(session, asked, watchdog)
        except requests.ConnectionError as error:
            if watchdog.expired or not _was_idle_too_long(error):
                raise
            return self._once(session, asked, watchdog)

    def _once(self, session: requests.Session, asked: _Asked, watchdog: Watchdog) -> requests.Response:
        timeout = (min(self._settings.connect_timeout.total_seconds(), watchdog.left()), watchdog.left())
        return session.get(asked.url, headers=asked.headers, timeout=timeout, stream=True, allow_redirects=False)

    def _judge(
        self, url: str, asked: _Asked, validators: Validators | None, response: requests.Response, watchdog: Watchdog
    ) -> FetchOutcome | None:
        status, now = response.status_code, self._clock()
        if status == 304 and validators:
            return NotModified(url, now, _validators(response, validators))
        if status in _REDIRECTS:
            self._redirect(asked, response)
            return None
        if status >= 400:
            raise Broken(
                FailureKind.HTTP,
                f"The server answered {status} {_phrase(response)}".rstrip() + ".",
                permanent=status < 500 and status not in _PASSING,
                retry_after=retry_after(response.headers.get("Retry-After"), now),
                status=status,
            )
        if not 200 <= status < 300:
            raise Broken(FailureKind.HTTP, f"The server answered {status}, which makes no sense here.", status=status)
        body = read_body(response, asked.max_bytes)
        if watchdog.expired:
            raise self._too_late()
        return Fetched(
            url=url,
            final_url=asked.url,
            body=body,
            content_type=response.headers.get("Content-Type", ""),
            validators=_validators(response, Validators()),
            at=now,
            max_age=max_age(response.headers, now),
            moved_permanently=asked.redirects > 0 and asked.permanent_only,
        )

    def _redirect(self, asked: _Asked, response: requests.Response) -> None:
        location = response.headers.get("Location", "").strip()
        if not location:
            raise Broken(FailureKind.REDIRECT, "The server redirects without saying where to.")
        asked.redirects += 1
        if asked.redirects > self._settings.max_redirects:
            raise Broken(FailureKind.REDIRECT, f"More than {self._settings.max_redirects} redirects.")
        asked.permanent_only &= response.status_code in _PERMANENT_REDIRECTS
        try:
            # Header bytes arrive as Latin-1; addresses in them are UTF-8 in practice.
            asked.url = urljoin(asked.url, location.encode("latin-1", "replace").decode("utf-8", "replace"))
            _checked_host(asked.url)
        except (Broken, ValueError) as error:
            reason = error.detail if isinstance(error, Broken) else "The address is not valid."
            raise Broken(FailureKind.REDIRECT, f"The server redirects to a forbidden place: {reason}", permanent=True) from None

    def _too_late(self) -> Broken:
        return Broken(FailureKind.TIMEOUT, f"No complete answer within {self._settings.deadline.total_seconds():g} seconds.")

    def _session(self) -> tuple[requests.Session, Door]:
        if not hasattr(self._local, "session"):
            door = Door(self._rule, self._settings.connect_timeout.total_seconds(), self._resolver)
            session = _Session()
            session.trust_env = False  # neither proxies nor ~/.netrc nor REQUESTS_CA_BUNDLE
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.mount("http://", GuardedAdapter(door))
            session.mount("https://", GuardedAdapter(door))
            self._local.session, self._local.door = session, door
        return self._local.session, self._local.door


def bare(url: str) -> str:
    """The address without credentials, query and fragment, fit for logs."""
    try:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return ""


def _checked_host(url: str) -> str:
    """The host of an address that may be asked; raises `Broken` for one that may not."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Broken(FailureKind.BLOCKED, "The address is not valid.", permanent=True) from None
    if parts.scheme not in ("http", "https"):
        raise Broken(FailureKind.BLOCKED, "Only http and https addresses are fetched.", permanent=True)
    if not host:
        raise Broken(FailureKind.BLOCKED, "The address names no host.", permanent=True)
    if "@" in parts.netloc:
        raise Broken(FailureKind.BLOCKED, "The address carries credentials.", permanent=True)
    return host


def _validators(response: requests.Response, known: Validators) -> Validators:
    """The server's validators; on a 304 those it leaves out are still good (RFC 9111, 3.2)."""
    return Validators(
        etag=response.headers.get("ETag") or known.etag,
        last_modified=response.headers.get("Last-Modified") or known.last_modified,
    )


def _phrase(response: requests.Response) -> str:
    return "".join(letter for letter in (response.reason or "")[:40] if letter.isalpha() or letter in " -'")


def _was_idle_too_long(error: requests.ConnectionError) -> bool:
    """Did the server close a kept connection just as we used it? Then one more try is due (RFC 9112, 9.3.1)."""
    return "RemoteDisconnected" in repr(error) or "ConnectionResetError" in repr(error)
