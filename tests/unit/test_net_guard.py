"""Which addresses may be connected to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.net.guard import Guard, RefusedAddress, forbidden


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        # IPv4
        pytest.param("93.184.216.34", None, id="public"),
        pytest.param("8.8.8.8", None, id="public dns"),
        pytest.param("0.0.0.0", "unspecified", id="unspecified"),
        pytest.param("0.1.2.3", "unspecified", id="this network"),
        pytest.param("10.0.0.1", "private", id="ten"),
        pytest.param("11.0.0.1", None, id="after ten"),
        pytest.param("100.63.255.255", None, id="before carrier nat"),
        pytest.param("100.64.0.1", "carrier_nat", id="carrier nat"),
        pytest.param("100.100.100.200", "carrier_nat", id="alibaba metadata"),
        pytest.param("100.128.0.1", None, id="after carrier nat"),
        pytest.param("127.0.0.1", "loopback", id="loopback"),
        pytest.param("127.255.255.254", "loopback", id="all of loopback"),
        pytest.param("168.63.129.16", "cloud_metadata", id="azure"),
        pytest.param("168.63.129.17", None, id="azure's neighbour"),
        pytest.param("169.254.169.254", "link_local", id="metadata"),
        pytest.param("172.15.255.255", None, id="before 172.16"),
        pytest.param("172.16.0.1", "private", id="172.16"),
        pytest.param("172.31.255.255", "private", id="172.31"),
        pytest.param("172.32.0.1", None, id="after 172.31"),
        pytest.param("192.0.0.192", "protocol_assignment", id="oracle metadata"),
        pytest.param("192.0.2.1", "documentation", id="documentation 1"),
        pytest.param("192.88.99.1", "relay", id="6to4 relay"),
        pytest.param("192.168.1.1", "private", id="192.168"),
        pytest.param("198.18.0.1", "benchmarking", id="benchmarking"),
        pytest.param("198.51.100.1", "documentation", id="documentation 2"),
        pytest.param("203.0.113.1", "documentation", id="documentation 3"),
        pytest.param("223.255.255.255", None, id="last public"),
        pytest.param("224.0.0.1", "multicast", id="multicast"),
        pytest.param("239.255.255.250", "multicast", id="ssdp"),
        pytest.param("240.0.0.1", "reserved", id="reserved"),
        pytest.param("255.255.255.255", "reserved", id="broadcast"),
        # IPv6
        pytest.param("2606:2800:220:1::1", None, id="public v6"),
        pytest.param("2a00:1450:4001:800::200e", None, id="public v6 in europe"),
        pytest.param("::", "unspecified", id="unspecified v6"),
        pytest.param("::1", "loopback", id="loopback v6"),
        pytest.param("100::1", "discard", id="discard"),
        pytest.param("2001:2::1", "benchmarking", id="benchmarking v6"),
        pytest.param("2001:10::1", "protocol_assignment", id="orchid"),
        pytest.param("2001:db8::1", "documentation", id="documentation v6"),
        pytest.param("3fff::1", "documentation", id="new documentation v6"),
        pytest.param("4000::1", "reserved", id="not given out"),
        pytest.param("5f00::1", "reserved", id="segment routing"),
        pytest.param("fc00::1", "private", id="unique local"),
        pytest.param("fd00:ec2::254", "private", id="amazon metadata v6"),
        pytest.param("fe80::1", "link_local", id="link local"),
        pytest.param("fe80::1%eth0", "link_local", id="link local with a zone"),
        pytest.param("fec0::1", "site_local", id="site local"),
        pytest.param("ff02::1", "multicast", id="multicast v6"),
        # IPv4 in IPv6
        pytest.param("::ffff:8.8.8.8", None, id="mapped public"),
        pytest.param("::ffff:127.0.0.1", "loopback", id="mapped loopback"),
        pytest.param("::ffff:a9fe:a9fe", "link_local", id="mapped metadata"),
        pytest.param("::127.0.0.1", "reserved", id="compatible loopback"),
        pytest.param("::8.8.8.8", "reserved", id="compatible public"),
        pytest.param("::ffff:0:127.0.0.1", "reserved", id="translated loopback"),
        pytest.param("64:ff9b::8.8.8.8", None, id="nat64 public"),
        pytest.param("64:ff9b::10.0.0.1", "private", id="nat64 private"),
        pytest.param("64:ff9b::a9fe:a9fe", "link_local", id="nat64 metadata"),
        pytest.param("64:ff9b:1::8.8.8.8", "local_nat64", id="local nat64"),
        pytest.param("2002:0808:0808::1", None, id="6to4 public"),
        pytest.param("2002:7f00:0001::1", "loopback", id="6to4 loopback"),
        pytest.param("2002:a9fe:a9fe::", "link_local", id="6to4 metadata"),
        pytest.param("2001:0:4136:e378:8000:63bf:80ff:fffe", "teredo", id="teredo"),
        pytest.param("2001:0:808:808::f7f7:f7f7", "teredo", id="teredo public"),
        pytest.param("2606:2800::5efe:10.0.0.1", "private", id="isatap private"),
        pytest.param("2606:2800::200:5efe:127.0.0.1", "loopback", id="isatap loopback"),
        pytest.param("2606:2800::5efe:8.8.8.8", None, id="isatap public"),
    ],
)
def test_forbidden(address: str, kind: str | None) -> None:
    assert forbidden(address) == kind


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_refused_in_any_wrapping(address: IPv4Address) -> None:
    # Anycast services inside 192.0.0.0/24, which are no sites.
    if not address.is_global and address not in (
        IPv4Address("192.0.0.9"),
        IPv4Address("192.0.0.10"),
    ):
        assert forbidden(address)
    number = int(address)
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        assert forbidden(IPv6Address(int(IPv6Address(prefix)) + number)) == forbidden(address)
    six_to_four = IPv6Address(int(IPv6Address("2002::")) + (number << 80))
    assert forbidden(six_to_four) == forbidden(address)


@given(st.ip_addresses(v=6))
def test_outside_global_unicast_only_translations_pass(address: IPv6Address) -> None:
    if forbidden(address) is None:
        assert address.is_global or address.sixtofour is not None or address.ipv4_mapped is not None


@pytest.mark.parametrize(
    ("allowed", "address", "passes"),
    [
        pytest.param([], "127.0.0.1", False, id="nothing opened"),
        pytest.param(["127.0.0.1"], "127.0.0.1", True, id="the address"),
        pytest.param(["127.0.0.1"], "127.0.0.2", False, id="its neighbour"),
        pytest.param(["127.0.0.1"], "::1", False, id="the other family"),
        pytest.param(["10.0.0.0/8"], "10.9.8.7", True, id="a range"),
        pytest.param(["10.1.2.3/8"], "10.9.8.7", True, id="a range by one of its hosts"),
        pytest.param(["10.0.0.0/8"], "192.168.0.1", False, id="another range"),
        pytest.param(["10.0.0.0/8"], "::ffff:10.0.0.1", True, id="the range, mapped"),
        pytest.param(["::1"], "::1", True, id="v6"),
        pytest.param(["[::1]"], "::1", True, id="v6 in brackets"),
        pytest.param(["fd00::/8"], "fd12::1", True, id="v6 range"),
        pytest.param(["intranet.example"], "10.0.0.1", False, id="a name opens no address"),
        pytest.param(["127.0.0.1"], "2002:7f00:1::1", True, id="the address in 6to4"),
        pytest.param(["127.0.0.1"], "64:ff9b::a9fe:a9fe", False, id="another address in NAT64"),
        pytest.param(["10.0.0.0/8"], "100.64.0.1", False, id="carrier nat beside a range"),
        pytest.param(["10.0.0.0/8"], "0.0.0.0", False, id="unspecified beside a range"),
        pytest.param(
            ["127.0.0.1"], "2001:0:4136:e378:8000:63bf:80ff:fffe", False, id="teredo beside it"
        ),
        pytest.param([], "8.8.8.8", True, id="public"),
    ],
)
def test_the_operator_opens_addresses(allowed: list[str], address: str, passes: bool) -> None:
    guard = Guard(allowed)
    if passes:
        guard.check(address)
    else:
        with pytest.raises(RefusedAddress):
            guard.check(address)


@pytest.mark.parametrize(
    ("allowed", "host", "trusted"),
    [
        pytest.param(["intranet.example"], "intranet.example", True, id="name"),
        pytest.param(["Intranet.Example."], "intranet.example", True, id="spelt otherwise"),
        pytest.param(["intranet.example"], "www.intranet.example", False, id="not its children"),
        pytest.param(["127.0.0.0/8"], "127.0.0.1", True, id="literal in a range"),
        pytest.param(["127.0.0.0/8"], "localhost", False, id="a name is judged by its answers"),
        pytest.param(["::1"], "::1", True, id="v6 literal"),
        pytest.param([], "8.8.8.8", False, id="public is not trusted, only let through"),
    ],
)
def test_the_operator_opens_hosts(allowed: list[str], host: str, trusted: bool) -> None:
    assert Guard(allowed).trusts(host) is trusted


def test_the_socket_is_refused_before_it_is_made() -> None:
    with pytest.raises(RefusedAddress, match="loopback"):
        Guard().socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
