"""Fetching, against a server on loopback that misbehaves in every way we know of."""

from __future__ import annotations

import contextlib
import resource
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.ingest.fetch import Fetcher, bare
from monitor.ingest.hosts import HostGate
from monitor.model import FailureKind, Fetched, FetchFailed, NotModified, Validators

MakeFetcher = Callable[..., Fetcher]


def test_a_feed_comes_with_its_validators_and_freshness(hostile: Any, make_fetcher: MakeFetcher, now: datetime) -> None:
    """A plain answer carries body, type, validators, freshness and the moment."""
    outcome = make_fetcher(user_agent="monitor (+desk@post.example)").get(hostile.url("/feed"))

    assert isinstance(outcome, Fetched)
    assert outcome.body.startswith(b"<?xml")
    assert outcome.content_type == "application/rss+xml"
    assert outcome.validators == Validators('"v1"', "Wed, 04 Mar 2026 11:00:00 GMT")
    assert (outcome.max_age, outcome.at, outcome.moved_permanently) == (300, now, False)
    assert hostile.seen[0][1]["user-agent"] == "monitor (+desk@post.example)"


def test_validators_make_the_request_conditional(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """Both validators are sent, and a 304 keeps the one the server leaves out."""
    sent = Validators('"v1"', "Wed, 04 Mar 2026 11:00:00 GMT")
    outcome = make_fetcher().get(hostile.url("/feed"), sent)

    assert isinstance(outcome, NotModified)
    assert outcome.validators == sent
    assert hostile.seen[0][1]["if-modified-since"] == sent.last_modified


def test_a_304_nobody_asked_for_is_a_failure(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """Without validators a 304 says nothing, so it is no success."""
    outcome = make_fetcher().get(hostile.url("/status/304"))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.HTTP


def test_cookies_are_not_kept(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """A second request does not return the cookie that the first one set."""
    fetcher = make_fetcher()
    fetcher.get(hostile.url("/feed"))
    fetcher.get(hostile.url("/feed"))

    assert "cookie" not in hostile.seen[1][1]


def test_compressed_bodies_are_decoded(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """A gzip body arrives decoded."""
    outcome = make_fetcher().get(hostile.url("/gzip"))

    assert isinstance(outcome, Fetched)
    assert outcome.body.startswith(b"<?xml")


@pytest.mark.parametrize("path", ["/drip-headers", "/drip-body", "/drip-until-close", "/silence", "/drip-redirects"])
def test_the_deadline_ends_every_kind_of_slowness(hostile: Any, make_fetcher: MakeFetcher, path: str) -> None:
    """Dripped headers, dripped bodies, silence and slow redirects all end at the total deadline, as one timeout."""
    started = time.monotonic()
    outcome = make_fetcher(max_redirects=50).get(hostile.url(path))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.TIMEOUT
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("path", ["/endless", "/announced-large", "/bomb", "/nested-bomb"])
def test_no_body_grows_past_the_cap(hostile: Any, make_fetcher: MakeFetcher, path: str) -> None:
    """Endless chunks, honest giants and compression bombs stop at the cap on decoded bytes."""
    outcome = make_fetcher().get(hostile.url(path))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.TOO_LARGE
    assert outcome.detail == "The body is larger than 1 MB."


def test_a_brotli_bomb_stops_at_the_cap(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """Where brotli is installed, its bombs are capped too."""
    pytest.importorskip("brotli")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = make_fetcher().get(hostile.url("/brotli-bomb"))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.TOO_LARGE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("path", ["/short", "/short-chunked", "/damaged-gzip", "/unknown-encoding", "/garbage", "/hang-up"])
def test_a_broken_body_is_a_failure_not_a_shorter_feed(hostile: Any, make_fetcher: MakeFetcher, path: str) -> None:
    """What is short, damaged or no HTTP gives nothing at all."""
    outcome = make_fetcher().get(hostile.url(path))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.PROTOCOL


def test_a_connection_closed_while_idle_is_tried_again(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """A server that dropped the kept connection without saying so is asked once more on a new one."""
    fetcher = make_fetcher()
    outcomes = [fetcher.get(hostile.url("/drop-kept")) for _ in range(3)]

    assert all(isinstance(outcome, Fetched) for outcome in outcomes)


def test_permanent_moves_are_told_from_passing_ones(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """Only a chain of nothing but 301 and 308 counts as moved for good."""
    moved, passing = make_fetcher().get(hostile.url("/moved")), make_fetcher().get(hostile.url("/moved-for-now"))

    assert isinstance(moved, Fetched)
    assert isinstance(passing, Fetched)
    assert (moved.final_url, moved.moved_permanently) == (hostile.url("/feed"), True)
    assert passing.moved_permanently is False


def test_the_body_of_a_redirect_is_not_read(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """A bomb in the body of a redirect does not go off."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = make_fetcher().get(hostile.url("/heavy-redirect"))

    assert isinstance(outcome, Fetched)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize("path", ["/loop", "/nowhere"])
def test_redirects_end(hostile: Any, make_fetcher: MakeFetcher, path: str) -> None:
    """A loop ends at the cap, and a redirect to nowhere at once."""
    outcome = make_fetcher().get(hostile.url(path))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.REDIRECT
    assert len(hostile.seen) <= 6


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://h.example/", "http://user:pw@h.example/", "http://[broken/"])
def test_redirects_out_of_the_web_are_refused(hostile: Any, make_fetcher: MakeFetcher, target: str) -> None:
    """Files, other schemes and credentials are not followed."""
    outcome = make_fetcher().get(hostile.url(f"/to?{target}"))

    assert isinstance(outcome, FetchFailed)
    assert (outcome.kind, outcome.permanent) == (FailureKind.REDIRECT, True)
    assert "pw" not in outcome.detail


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[::1]/", "http://0x7f000002/"])
def test_redirects_into_private_networks_are_blocked(hostile: Any, make_fetcher: MakeFetcher, target: str) -> None:
    """The address is judged on each hop, in whatever notation it comes."""
    outcome = make_fetcher(allow=("127.0.0.1/32",)).get(hostile.url(f"/to?{target}"))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.BLOCKED
    assert outcome.detail == "The server's address is not a public one."


def test_without_an_allowed_network_loopback_is_blocked(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """By default not even the first hop may go to a private address."""
    outcome = make_fetcher(allow=()).get(hostile.url("/feed"))

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.BLOCKED
    assert hostile.seen == []


def test_a_name_is_resolved_once_and_that_address_is_used(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """A name that turns private at its second resolution gains nothing: there is no second one."""
    answers = [("127.0.0.1", hostile.server_port), ("10.0.0.1", hostile.server_port)]
    asked: list[str] = []

    def rebinding(host: str, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answers[len(asked) - 1])]

    outcome = make_fetcher(resolver=rebinding).get(f"http://news.example:{hostile.server_port}/feed")

    assert isinstance(outcome, Fetched)
    assert asked == ["news.example"]


def test_a_private_answer_of_the_resolver_is_blocked(make_fetcher: MakeFetcher) -> None:
    """A public name with a private address is not connected to."""

    def private(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.1", 80))]

    outcome = make_fetcher(resolver=private).get("http://news.example/")

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.BLOCKED


def test_an_unknown_host_is_a_dns_failure(make_fetcher: MakeFetcher) -> None:
    """A name that does not resolve is told apart from a server that does not answer."""

    def nowhere(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    outcome = make_fetcher(resolver=nowhere).get("https://news.example/feed?key=secret")

    assert isinstance(outcome, FetchFailed)
    assert (outcome.kind, outcome.url) == (FailureKind.DNS, "https://news.example/feed")


def test_a_slow_resolver_does_not_hold_a_thread(make_fetcher: MakeFetcher) -> None:
    """A resolver that takes longer than the time to connect is a DNS failure."""
    release = threading.Event()

    def slow(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        release.wait(5)
        return []

    started = time.monotonic()
    outcome = make_fetcher(resolver=slow).get("http://news.example/")
    release.set()

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.DNS
    assert time.monotonic() - started < 1.5


def test_a_closed_port_is_a_connect_failure(make_fetcher: MakeFetcher, closed_port: int) -> None:
    """Nobody listening is a connect failure, not a timeout."""
    outcome = make_fetcher().get(f"http://127.0.0.1:{closed_port}/")

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.CONNECT


def test_a_connection_nobody_accepts_times_out(make_fetcher: MakeFetcher) -> None:
    """A full backlog drops the handshake silently; the time to connect ends it long before the deadline."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        started = time.monotonic()
        outcome = make_fetcher(deadline=timedelta(seconds=20)).get(f"http://127.0.0.1:{listener.getsockname()[1]}/")

    assert isinstance(outcome, FetchFailed)
    assert (outcome.kind, outcome.detail) == (FailureKind.TIMEOUT, "The server did not accept a connection in time.")
    assert time.monotonic() - started < 3


def test_a_server_without_tls_fails_closed(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """An https address whose server speaks no TLS is refused, with its own kind, never asked in the clear."""
    outcome = make_fetcher().get(f"https://127.0.0.1:{hostile.server_port}/feed")

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind is FailureKind.TLS
    assert hostile.seen == []


def test_a_certificate_nobody_vouches_for_is_refused(make_fetcher: MakeFetcher) -> None:
    """A self-signed certificate fails closed, whatever name it carries."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("selfsigned.pem"))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            context.wrap_socket(connection, server_side=True)

    thread = threading.Thread(target=serve)
    thread.start()
    outcome = make_fetcher().get(f"https://localhost:{listener.getsockname()[1]}/")
    thread.join()
    listener.close()

    assert isinstance(outcome, FetchFailed)
    assert (outcome.kind, outcome.detail) == (FailureKind.TLS, "The server's certificate is not valid for this host.")


@pytest.mark.parametrize(
    ("status", "permanent"), [(404, True), (410, True), (403, True), (408, False), (429, False), (500, False), (503, False)]
)
def test_statuses_are_sorted_into_passing_and_permanent(hostile: Any, make_fetcher: MakeFetcher, status: int, permanent: bool) -> None:
    """Most 4xx stay as they are; overload and server faults pass."""
    outcome = make_fetcher().get(hostile.url(f"/status/{status}"))

    assert isinstance(outcome, FetchFailed)
    assert (outcome.kind, outcome.status, outcome.permanent) == (FailureKind.HTTP, status, permanent)
    assert outcome.detail.startswith(f"The server answered {status} ")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3600", 3600),
        ("317100", 86_400),
        ("Wed,+04+Mar+2026+12:10:00+GMT", 600),
        ("Wed,+04+Mar+2026+11:00:00+GMT", 0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_and_capped(hostile: Any, make_fetcher: MakeFetcher, value: str, seconds: int | None) -> None:
    """Seconds and dates are honoured up to a day; nonsense is ignored."""
    outcome = make_fetcher().get(hostile.url(f"/busy?{value}"))

    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == seconds


@pytest.mark.parametrize(
    "url", ["ftp://h.example/x", "http://", "http://user:secret@h.example/?key=1", "http://h.example:99999/", "no address"]
)
def test_senseless_addresses_are_refused_without_a_request(make_fetcher: MakeFetcher, url: str) -> None:
    """Other schemes, missing hosts, bad ports and credentials are blocked, and never repeated in the failure."""
    outcome = make_fetcher().get(url)

    assert isinstance(outcome, FetchFailed)
    assert (outcome.kind, outcome.permanent) == (FailureKind.BLOCKED, True)
    assert "secret" not in repr(outcome)


@pytest.mark.parametrize("host", ["ex\u00e4mple.example", "a" * 70 + ".example", "-.example", "a..b.example", "%00.example"])
def test_strange_host_names_are_failures_too(make_fetcher: MakeFetcher, host: str) -> None:
    """Whatever stands where a host should, the answer is a value."""

    def nowhere(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    outcome = make_fetcher(resolver=nowhere).get(f"http://{host}/")

    assert isinstance(outcome, FetchFailed)
    assert outcome.kind in (FailureKind.DNS, FailureKind.BLOCKED)


def test_threads_share_a_fetcher_and_its_gate(hostile: Any, make_fetcher: MakeFetcher) -> None:
    """Many threads fetch through one fetcher at once, and each gets its own answer."""
    fetcher = make_fetcher(gate=HostGate(limit=4, gap=0))
    outcomes: list[object] = []
    threads = [threading.Thread(target=lambda: outcomes.append(fetcher.get(hostile.url("/feed")))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [type(outcome) for outcome in outcomes] == [Fetched] * 12


def test_bare_addresses_hold_no_secrets() -> None:
    """Credentials, query and fragment are gone; the rest stays."""
    assert bare("https://u:p@h.example:8080/a/b?token=1#f") == "https://h.example:8080/a/b"
