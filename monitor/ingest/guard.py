"""Connections that only go where they may: the address is checked at the moment of connecting, on every hop.

Checking a URL beforehand is not enough, since the name may resolve to another address a moment later (DNS rebinding).
So a name is resolved once, every address is judged, and the socket is connected to the very address that was judged.
Every connection also obeys a watchdog, which shuts the socket when the time of a whole exchange is over: the timeout of
requests covers single reads only, and a server that sends a byte a second outlives it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[..., Sequence[tuple[Any, ...]]]

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out of IPv6 (RFC 4291)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_MOST_ADDRESSES = 4  # tried per connection; names with many addresses are one service


class Forbidden(Exception):
    """The address or port is not allowed. Not an OSError, so that no layer below mistakes it for a network fault."""


class AddressRule:
    """Which addresses and ports may be connected to: the public Internet on `ports`, and the networks in `allow`.

    Addresses that carry an IPv4 address inside (mapped, 6to4, Teredo, NAT64) are judged by that one.
    """

    def __init__(self, allow: Iterable[str] = (), ports: Iterable[int] = (80, 443)) -> None:
        self._allow: tuple[Network, ...] = tuple(ip_network(str(network), strict=False) for network in allow)
        self._ports = frozenset(ports)

    def check(self, address: str, port: int) -> None:
        """Raise `Forbidden`, with a plain sentence, unless a connection may be made."""
        try:
            target = _innermost(ip_address(address.partition("%")[0]))
        except ValueError:
            raise Forbidden("The server's address is not an IP address.") from None
        if any(target in network for network in self._allow if network.version == target.version):
            return
        if not _is_public(target):
            raise Forbidden("The server's address is not a public one.")
        if port not in self._ports:
            raise Forbidden(f"Port {port} is not among the allowed ports.")


def _innermost(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


class Watchdog:
    """A total time for one exchange. When it is over, the socket in use is shut and `expired` becomes true."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(max(seconds, 0), self.expire)
        self._timer.daemon = True
        self.expired = False

    def __enter__(self) -> Watchdog:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def left(self) -> float:
        """Seconds until the end, never less than a millisecond: zero would mean "no timeout" to a socket."""
        return max(self._ends - time.monotonic(), 0.001)

    def watch(self, sock: socket.socket | None) -> None:
        """This is the socket to shut; at once, if the time is over already."""
        with self._lock:
            self._socket = sock
        if self.expired:
            self.expire()

    def expire(self) -> None:
        """The time is over."""
        self.expired = True
        with self._lock:
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    # The plain method, also for TLS: SSLSocket.shutdown pulls its state from under a reading thread.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Door:
    """How one thread's connections are made: the rule, the resolver and the watchdog of the exchange under way."""

    def __init__(self, rule: AddressRule, connect_timeout: float = 5.0, resolver: Resolver = socket.getaddrinfo) -> None:
        self._rule = rule
        self._connect_timeout = connect_timeout
        self._resolver = resolver
        self.watchdog: Watchdog | None = None

    def connect(self, connection: HTTPConnection) -> socket.socket:
        """Resolve once, judge each address, connect to the first that is allowed and answers."""
        host, port = connection._dns_host, connection.port
        refusal: Forbidden | None = None
        fault: OSError | None = None
        for family, kind, protocol, _, address in self._resolve(connection, host, port)[:_MOST_ADDRESSES]:
            try:
                self._rule.check(str(address[0]), port)
                return self._open(family, kind, protocol, address)
            except Forbidden as error:
                refusal = error
            except OSError as error:
                fault = error
        if isinstance(fault, TimeoutError):
            raise ConnectTimeoutError(connection, f"connecting to {host} timed out") from fault
        if fault is None and refusal is not None:
            raise refusal
        raise NewConnectionError(connection, fault.strerror or "no connection" if fault else "no address") from fault

    def watch(self, sock: socket.socket | None) -> None:
        """Put the socket under the watchdog of the exchange under way."""
        if self.watchdog is not None:
            self.watchdog.watch(sock)

    def _patience(self) -> float:
        return min(self._connect_timeout, self.watchdog.left()) if self.watchdog is not None else self._connect_timeout

    def _open(self, family: int, kind: int, protocol: int, address: Any) -> socket.socket:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self._patience())
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        self.watch(sock)
        return sock

    def _resolve(self, connection: HTTPConnection, host: str, port: int) -> Sequence[tuple[Any, ...]]:
        """Ask the resolver in a thread of its own, as nothing can interrupt it; libc ends it after some 10 to 30 seconds."""
        answers: SimpleQueue[Sequence[tuple[Any, ...]] | OSError | UnicodeError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolver(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="resolve", daemon=True).start()
        try:
            answer = answers.get(timeout=self._patience())
        except Empty:
            raise NameResolutionError(host, connection, socket.gaierror(socket.EAI_AGAIN, "no answer in time")) from None
        if isinstance(answer, UnicodeError):
            raise NameResolutionError(host, connection, socket.gaierror(socket.EAI_NONAME, "not a host name"))
        if isinstance(answer, OSError):
            raise NameResolutionError(host, connection, socket.gaierror(*answer.args)) from answer
        return answer


class _GuardedHTTPConnection(HTTPConnection):
    door: ClassVar[Door]

    def _new_conn(self) -> socket.socket:
        return self.door.connect(self)

    def getresponse(self) -> Any:
        self.door.watch(self.sock)
        return super().getresponse()


class _GuardedHTTPSConnection(HTTPSConnection):
    door: ClassVar[Door]

    def _new_conn(self) -> socket.socket:
        return self.door.connect(self)

    def getresponse(self) -> Any:
        self.door.watch(self.sock)
        return super().getresponse()


class GuardedAdapter(HTTPAdapter):
    """An adapter for a requests session of one thread, whose connections all pass through one `Door`. Knows no proxies."""

    def __init__(self, door: Door) -> None:
        self._door = door
        super().__init__(pool_connections=4, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools that make guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        plain = type("GuardedHTTP", (_GuardedHTTPConnection,), {"door": self._door})
        secure = type("GuardedHTTPS", (_GuardedHTTPSConnection,), {"door": self._door})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("GuardedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("GuardedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }

    def proxy_manager_for(self, *_: Any, **__: Any) -> Any:
        """A proxy would connect where this guard cannot see."""
        raise Forbidden("Proxies are not used.")
