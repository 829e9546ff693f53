"""Which addresses may be connected to.

Feeds and their links are written by strangers, and this machine can reach what strangers cannot:
its own services, its neighbours, the cloud's metadata.  So an address is judged where the
connection is made: every answer of a name (one bad answer refuses the name), every literal, every
hop, both families; and an IPv4 address is judged wherever it is wrapped in an IPv6 one.

The ranges are those of the IANA special-purpose registries (RFC 6890) that are not globally
reachable.  `ipaddress.is_global` alone lets through NAT64, 6to4, ISATAP, multicast and a metadata
service that has a public address.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network

_REFUSED_4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier_nat"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud_metadata"),  # Azure's, though the address is a public one
        ("169.254.0.0/16", "link_local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol_assignment"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

_REFUSED_6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), kind)
    for network, kind in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "local_nat64"),
        ("100::/64", "discard"),
        ("2001::/32", "teredo"),
        ("2001:2::/48", "benchmarking"),
        ("2001::/23", "protocol_assignment"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link_local"),
        ("fec0::/10", "site_local"),
        ("ff00::/8", "multicast"),
    )
)

#: All that is given out for use on the internet so far; what lies outside is reserved.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
#: Interface identifiers of ISATAP (RFC 5214 §6.1): the IPv4 address follows.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


class RefusedAddress(OSError):
    """Travels through the connecting libraries, which know OSError; it never leaves `net`."""


def forbidden(address: str | _Address) -> str | None:
    """Why this address may not be connected to, as a word; None where it may.

    Raises ValueError where it is no address.
    """
    given = ip_address(address)
    if isinstance(given, IPv4Address):
        return _kind(given, _REFUSED_4)
    inner = _wrapped(given)
    if inner is not None:
        kind = _kind(inner, _REFUSED_4)
        if kind is not None:
            return kind
        if given.ipv4_mapped is not None or given in _NAT64:
            return None
    return _kind(given, _REFUSED_6) or (None if given in _GLOBAL_UNICAST else "reserved")


def _kind(
    address: _Address, ranges: Sequence[tuple[IPv4Network, str]] | Sequence[tuple[IPv6Network, str]]
) -> str | None:
    return next((kind for network, kind in ranges if address in network), None)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a translator or a tunnel would make of it."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    number = int(address)
    if address in _NAT64 or (number >> 32) & 0xFFFF_FFFF in _ISATAP:
        return IPv4Address(number & 0xFFFF_FFFF)
    return None


class Guard:
    """Judges by `forbidden`, but for what the operator opened.

    `allow_private` names hosts (any address they have is trusted), addresses and CIDR ranges.
    """

    def __init__(self, allow_private: Sequence[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks: list[_Network] = []
        for item in allow_private:
            try:
                self._networks.append(ip_network(item.strip("[]"), strict=False))
            except ValueError:
                self._hosts.add(_same_name(item))

    def trusts(self, host: str) -> bool:
        """Did the operator open this host, by name or by the address it is written as?"""
        if _same_name(host) in self._hosts:
            return True
        try:
            return self._opened(ip_address(host))
        except ValueError:
            return False

    def names(self, host: str) -> bool:
        """Did the operator open it by name, so that its addresses need not be judged?"""
        return _same_name(host) in self._hosts

    def check(self, address: str) -> None:
        """Raises RefusedAddress where the address may not be connected to."""
        given = ip_address(address)
        kind = forbidden(given)
        if kind is not None and not self._opened(given):
            raise RefusedAddress(f"{address} is not a public address ({kind})")

    def socket(
        self,
        address: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]],
    ) -> socket.socket:
        """A socket for one attempt to what getaddrinfo gave.  Raises RefusedAddress."""
        family, kind, protocol, _, place = address
        self.check(place[0])
        return socket.socket(family, kind, protocol)

    def _opened(self, address: _Address) -> bool:
        inner = _wrapped(address) if isinstance(address, IPv6Address) else None
        forms = (address,) if inner is None else (address, inner)
        return any(form in network for form in forms for network in self._networks)


def _same_name(host: str) -> str:
    return host.lower().removesuffix(".")
