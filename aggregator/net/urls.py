"""URLs compared: do two addresses name one document?

    canonical_key  the same string for two addresses of one document; for comparing, never fetching
    origin, same_origin, same_site  what an address says of where it leads

The rules are those of RFC 3986 §6 and the WHATWG URL Standard, and beyond them what publishers are
known to do: tracking parameters, mobile and AMP hosts, print views, sessions in the path.  The one
law above them: two documents never get one key.  Anything that might choose a document is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, unquote_to_bytes

import idna

from aggregator.errors import FetchError
from aggregator.net import target
from aggregator.net.markers import is_marker, without_markers
from aggregator.net.platforms import known_host, known_place, target_spelled_out

_WEB_URL = re.compile(
    r"(?:(https?):)?//(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^/?#:\[\]]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT_PORT = {"http": "80", "https": "443"}
_IGNORED = re.compile(r"[\t\r\n]+")
_AROUND = "".join(map(chr, range(0x21))) + "\u00a0\ufeff"

#: Names of hosts that are the same site in another dress.
_DRESS = re.compile(r"(?:www|m|mobil|mobile|mobi|wap|touch|pda|3g|amp)\.")
#: Second levels under which names are registered: `m.co.uk` would be somebody's name.
_REGISTRIES = frozenset("ac co com edu gen go gob gov gouv govt mil ne net nic or org".split())

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})|%")
_PATH_PLAIN = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,:@"
)
_PATH_SAFE = "/%;=&!$'()*+,:@~"
#: Appended to an address that had no query.
_LABELS_IN_PATH = re.compile(r"(?:&utm_\w+=[^&/]*)+$", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/(?:\([A-Z]\([^()/]*\)\)|\((?:[A-Z]\([^()/]*\))+\))(?=/)")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php\d?|aspx?|[sx]?html?|jsp|cgi)", re.IGNORECASE)
#: An article's last segment: words joined by hyphens, a long number, or a file.
_ARTICLE = r"(?:[^/]*[^\W\d_][^/]*-[^/]+|[^/]*\d{5,}|[^/]+\.html?)"
#: A number that is no year and belongs to no date.
_NUMBERED = r"[^/]*[^\W\d][^/]*/(?!(?:19|20)\d\d/)\d{2,}"
_VIEW_SEGMENT = re.compile(rf"(.*/(?:{_ARTICLE}|{_NUMBERED}))/(?:amp|print)", re.IGNORECASE)
_VIEW_SUFFIX = re.compile(r"(.*/[^/]+)\.(?:amp|print)(\.html?)?", re.IGNORECASE)
_AMP_PREFIX = re.compile(rf"/amp(?:html)?((?:/[^/]+)+/{_ARTICLE}|/{_ARTICLE})", re.IGNORECASE)
_BLOGGER = re.compile(r"/\d{4}/\d{2}/[^/]+\.html")

#: `;` parts a query too where a name follows (HTML 4 §B.2.2).
_SEPARATOR = re.compile(r"&|;(?=[A-Za-z_][\w.-]*=)")
#: Keys by which a fragment points into a page or a film, not at a document.
_POSITIONS = frozenset("t time start end page zoom view highlight".split())
_ROUTE = re.compile(r"!|/|@|[\w-]+/[\w-]")


def canonical_key(url: str) -> str:
    """One key for all addresses of one document; idempotent; never raises.

    What is no http(s) address comes back with nothing but the white space around it removed.
    """
    key = url.strip(_AROUND)
    # One unwrapping may uncover another: a redirector to an AMP cache of a mobile page.
    while len(key) <= target.MAX_URL and (further := _step(key)) != key:
        key = further
    return key


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port (RFC 6454); None for what cannot be fetched."""
    try:
        return target.parse(url).origin
    except FetchError:
        return None


def same_origin(one: str, two: str) -> bool:
    """Do they lead to one origin?  What cannot be fetched has none."""
    return (mine := origin(one)) is not None and mine == origin(two)


def same_site(one: str, two: str) -> bool:
    """May they be one publisher's?  One host is the other, or stands under it."""
    mine, theirs = origin(one), origin(two)
    if mine is None or theirs is None:
        return False
    first, second = (f".{found[1].removeprefix('www.')}" for found in (mine, theirs))
    return first.endswith(second) or second.endswith(first)


def _step(url: str) -> str:
    match = _WEB_URL.fullmatch(_unescaped(_IGNORED.sub("", url)))
    if match is None:
        return url
    scheme, host, port = (match[1] or "https").lower(), _host(match[3]), match[4] or ""
    if not host:
        return url
    port = "" if port == _DEFAULT_PORT[scheme] else port
    path = _path(match[5].replace("\\", "/"))
    pairs = list(_pairs(match[6] or ""))
    inner = target_spelled_out(host, path, pairs)
    if inner is not None:
        return inner.strip(_AROUND)
    host, path = _undressed(host), _without_views(path)
    query = [pair for pair in without_markers(pairs) if not _mobile_view(host, path, pair)]
    host, path, query = known_place(host, path, query)
    fragment = _fragment(host, match[7] or "")
    # A server speaks one protocol on an odd port: there the scheme is part of the name.
    kept = scheme if port else "https"
    place = f"{_user(match[2] or '')}{host}{':' + port if port else ''}"
    return f"{kept}://{place}{path}{_joined(query)}{fragment}"


def _unescaped(url: str) -> str:
    """Without the HTML escapes of `&` that careless templates leave, however often escaped."""
    while "&" in url:
        once = re.sub(r"&(?:amp|#0*38|#[xX]0*26);", "&", url)
        if once == url:
            break
        url = once
    return url


def _user(userinfo: str) -> str:
    """Who is shown the document may choose it; the password does not."""
    user = unquote_to_bytes(userinfo.partition(":")[0].encode("utf-8", "surrogatepass"))
    return f"{quote(user)}@" if user else ""


def _host(host: str) -> str:
    host = unquote(host, errors="replace").strip(". \u3002\uff0e").lower()
    if host.isascii():
        return host if re.fullmatch(r"[\w.\-\[\]:]+", host) else quote(host, safe="[]:%")
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return quote(host, safe="", errors="surrogatepass").lower()


def _undressed(host: str) -> str:
    """Without `www.`, `m.`, `amp.` and the like, as long as a registered name remains."""
    host = known_host(host)
    while (match := _DRESS.match(host)) and _is_site(host[match.end() :], match[0] == "www."):
        host = known_host(host[match.end() :])
    return host


def _is_site(host: str, was_www: bool) -> bool:
    labels = host.split(".")
    if len(labels) < 2 or "" in labels or labels[-1].isdecimal():
        return False
    return was_www or len(labels) > 2 or labels[0] not in _REGISTRIES


def _path(path: str) -> str:
    path = _LABELS_IN_PATH.sub("", _SESSION_IN_PATH.sub("", path))
    path = _without_dots(_respelled(path))
    while (bare := _ASP_SESSION.sub("", path)) != path:
        path = bare
    return path


def _respelled(path: str) -> str:
    """Escapes in one spelling (RFC 3986 §6.2.2); what is reserved and escaped stays escaped."""
    if path.isascii() and "%" not in path and path.isprintable() and " " not in path:
        return quote(path, safe=_PATH_SAFE) if re.search(r'["<>^`{|}\[\]]', path) else path
    raw = _ESCAPE.sub(_plain_or_upper, path.encode("utf-8", "surrogatepass"))
    return quote(raw, safe=_PATH_SAFE)


def _plain_or_upper(match: re.Match[bytes]) -> bytes:
    if match[1] is None:
        return b"%25"
    byte = int(match[1], 16)
    return bytes((byte,)) if byte in _PATH_PLAIN else match[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4, with doubled slashes read as one."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _without_views(path: str) -> str:
    """The article behind its index file, AMP or print rendering; again until nothing changes."""
    while True:
        start = path.rfind("/")
        bare = path[:start] if _INDEX.fullmatch(path, start) else path
        for view in (_VIEW_SEGMENT, _AMP_PREFIX):
            match = view.fullmatch(bare)
            bare = match[1] if match else bare
        if match := _VIEW_SUFFIX.fullmatch(bare):
            bare = match[1] + (match[2] or "")
        bare = bare.rstrip("/") or "/"
        if bare == path:
            return path
        path = bare


def _mobile_view(host: str, path: str, pair: tuple[str, str]) -> bool:
    """Blogger's `m=1`; elsewhere `m` is a month, a module, a message."""
    blogger = ".blogspot." in host or _BLOGGER.fullmatch(path) is not None
    return blogger and pair in (("m", "0"), ("m", "1"))


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    """Names and values decoded; bytes that are no UTF-8 survive as surrogate escapes."""
    for part in _SEPARATOR.split(query):
        if part:
            name, _, value = part.partition("=")
            yield _decoded(name), _decoded(value)


def _decoded(text: str) -> str:
    raw = unquote_to_bytes(text.replace("+", " ").encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "surrogateescape")


def _joined(query: list[tuple[str, str]]) -> str:
    """Sorted by name; parameters of one name keep their order, which may mean something."""
    if not query:
        return ""
    parts = [
        "=".join(quote(text, safe="/:@!$'()*,~", errors="surrogateescape") for text in pair)
        for pair in sorted(query, key=lambda pair: pair[0])
    ]
    return "?" + "&".join(parts)


def _fragment(host: str, fragment: str) -> str:
    """Only what chooses a document: a route, or `id=9`; a position on the page does not."""
    fragment = fragment.partition(":~:")[0]
    if _ROUTE.match(fragment) or host == "web.telegram.org":
        return _route(fragment)
    pairs = [
        pair
        for pair in _pairs(fragment)
        if pair[1] and pair[0].lower() not in _POSITIONS and not is_marker(*pair)
    ]
    return "#" + _joined(pairs)[1:] if "=" in fragment and pairs else ""


def _route(fragment: str) -> str:
    path, mark, query = fragment.partition("?")
    if not path.strip("!/"):
        path = ""
    kept = _joined(without_markers(_pairs(query))) if mark else ""
    return f"#{_respelled(path).rstrip('/')}{kept}" if path or kept else ""
