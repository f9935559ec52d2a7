"""Which addresses may be connected to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.guard import AddressRule, Forbidden, Watchdog


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    """Public addresses of both families are allowed, also in mapped form."""
    AddressRule().check(address, 443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1",
        "240.0.0.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1", "::127.0.0.1",
    ],
)  # fmt: skip
def test_everything_else_is_forbidden(address: str) -> None:
    """Loopback, private, link-local, shared, multicast and reserved addresses are refused, however they are wrapped."""
    with pytest.raises(Forbidden, match="not a public one"):
        AddressRule().check(address, 443)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address is judged alike whether it comes plain, mapped or through NAT64."""
    forms = [str(address), f"::ffff:{address}", str(ipaddress.IPv6Address((0x64FF9B << 96) | int(address)))]

    def allowed(form: str) -> bool:
        try:
            AddressRule().check(form, 443)
        except Forbidden:
            return False
        return True

    assert len({allowed(form) for form in forms}) == 1


def test_other_ports_are_forbidden_in_public_and_free_in_allowed_networks() -> None:
    """The list of ports holds for the public Internet; a network the user allowed is allowed on every port."""
    rule = AddressRule(allow=["10.0.0.0/8", "fd00::/8"], ports=[80, 443])

    rule.check("10.9.8.7", 8080)
    rule.check("::ffff:10.9.8.7", 8080)
    rule.check("fd00::1", 25)
    with pytest.raises(Forbidden, match="Port 22"):
        rule.check("8.8.8.8", 22)


def test_what_is_no_address_is_forbidden() -> None:
    """A resolver that returns something else gains nothing."""
    with pytest.raises(Forbidden):
        AddressRule().check("localhost", 80)


def test_a_watchdog_never_offers_no_timeout_at_all() -> None:
    """The time left is never zero or negative, which sockets would take for "for ever"."""
    with Watchdog(0.0) as watchdog:
        assert watchdog.left() > 0
