"""What is asked, and of whom: a URL taken apart once, so that no two readers of it can differ.

The address that is guarded, the host that is paused for and the bytes that are sent all come from
one Target.  What a URL says is sent as it says it: signed URLs, `%2F` and `..` are not touched;
only what HTTP cannot carry (spaces, control characters, other scripts) is percent-encoded.
"""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urljoin

import idna

from aggregator.errors import FetchError, Forbidden

#: Longer ones are refused; servers commonly stop at 8 KB.
MAX_URL = 16_384

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_ABSOLUTE = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://([^/?#]*)([^#]*)")
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_NAME = re.compile(r"(?=.{1,254}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")
#: By WHATWG a host whose last label is a number is an IPv4 address or nothing.
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_AROUND = "".join(map(chr, range(0x21)))
_UNSENDABLE = re.compile(r"[^\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Target:
    """An http(s) URL, ready to be asked for; ASCII throughout."""

    scheme: str
    #: Lower case, without brackets; addresses in their usual form.
    host: str
    port: int
    #: Path and query exactly as they are sent; starts with a slash.
    path: str
    #: Name and password as the URL has them; never part of `url`.
    userinfo: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The value of the Host header (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """Without credentials and fragment: fit for logs, ledgers and as a base of links."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def basic_auth(self) -> str | None:
        """The Authorization that the URL's own credentials stand for (RFC 7617)."""
        if not self.userinfo:
            return None
        user, _, password = self.userinfo.partition(":")
        pair = unquote_to_bytes(user) + b":" + unquote_to_bytes(password)
        return "Basic " + b64encode(pair).decode("ascii")


def parse(url: str) -> Target:
    """The target of an absolute URL.  Raises Forbidden `bad_scheme`, FetchError `bad_url`."""
    url = url.strip(_AROUND)
    if len(url) > MAX_URL:
        raise _bad_url("it is too long")
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in _DEFAULT_PORTS:
        raise Forbidden(f"{scheme[1].lower()[:32]}: is not fetched", reason="bad_scheme")
    parts = _ABSOLUTE.match(url)
    if parts is None:
        raise _bad_url("it does not begin with https:// or http://")
    userinfo, _, host_and_port = parts[2].rpartition("@")
    place = _HOST_AND_PORT.fullmatch(host_and_port)
    if place is None:
        raise _bad_url("its host cannot be read")
    port = int(place[2]) if place[2] else _DEFAULT_PORTS[parts[1].lower()]
    if not 0 < port < 65536:
        raise _bad_url("it has no such port")
    path = _sendable(parts[3])
    return Target(
        scheme=parts[1].lower(),
        host=_host(place[1]),
        port=port,
        path=path if path.startswith("/") else f"/{path}",
        userinfo=_sendable(userinfo),
    )


def follow(base: Target, location: str) -> Target:
    """Where a Location header leads; it is read as latin-1, which keeps its bytes.

    Raises what `parse` raises.  Credentials a server writes into a Location are not used.
    """
    reference = _from_wire(location).strip(_AROUND)
    scheme = _SCHEME.match(reference)
    # `https:/path` and `https:path` are written by broken servers; browsers read them as relative.
    if scheme and scheme[1].lower() == base.scheme and not _ABSOLUTE.match(reference):
        reference = reference[scheme.end() :]
        scheme = None
    there = parse(reference if scheme else _resolved(base, reference))
    return Target(there.scheme, there.host, there.port, there.path)


def _resolved(base: Target, reference: str) -> str:
    """RFC 3986 §5.2, but what needs no merging is left as it is."""
    if reference.startswith("//"):
        return f"{base.scheme}:{reference}"
    if reference.startswith("/"):
        return f"{base.scheme}://{base.authority}{reference}"
    path, mark, query = reference.partition("#")[0].partition("?")
    if not path:
        return base.url.partition("?")[0] + mark + query if mark else base.url
    # urljoin would drop the mark of an empty query.
    return urljoin(base.url, path) + mark + query


def _host(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text[1:-1])
    try:
        # UTS 46 first: it turns full-width digits and dots into those that the next lines judge.
        name = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise _bad_url("its host is no domain name") from None
    if _ENDS_IN_NUMBER.fullmatch(name):
        return _ipv4(name)
    if not _NAME.fullmatch(name):
        raise _bad_url("its host is no domain name")
    return name


def _ipv4(text: str) -> str:
    """`127.1`, `0x7f.1` and `2130706433` name an address as surely as four numbers do."""
    try:
        return socket.inet_ntoa(socket.inet_aton(text.removesuffix(".")))
    except OSError:
        raise _bad_url("its host is no address") from None


def _ipv6(text: str) -> str:
    try:
        # No zone ids: they name interfaces of this machine.
        return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text))
    except (OSError, ValueError):
        raise _bad_url("its host is no address") from None


def _sendable(text: str) -> str:
    return _UNSENDABLE.sub(_percent_encoded, text)


def _percent_encoded(match: re.Match[str]) -> str:
    try:
        return "".join(f"%{byte:02X}" for byte in match[0].encode())
    except UnicodeEncodeError:
        raise _bad_url("it has half a character") from None


def _from_wire(header: str) -> str:
    """UTF-8 where it is, else every odd byte percent-encoded as it stands."""
    raw = header.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)


def _bad_url(why: str) -> FetchError:
    return FetchError(f"the URL cannot be fetched: {why}", reason="bad_url")
