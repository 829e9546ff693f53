"""What came instead of a feed, told so that an operator knows what to do."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from urllib.parse import urljoin

from aggregator.errors import ParseError

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
#: Pages that stand between a reader and the site; looked for in pages only.
_WALLS = re.compile(
    r"cf-browser-verification|cf[-_]chl|challenge-platform|/cdn-cgi/challenge|cf-error-details"
    r"|<title>\s*(?:just a moment|attention required|access denied|403 forbidden|ddos-guard"
    r"|pardon our interruption|are you a robot|robot check|security check|verify you are human"
    r"|before you continue|bot verification|one moment, please|human verification)"
    r"|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|enable javascript and cookies"
    r"|g-recaptcha|h-captcha|hcaptcha\.com|px-captcha|captcha-delivery|datadome|_incapsula_resource"
    r"|request unsuccessful\. incapsula|sucuri website firewall|ddos protection by|awswafcaptcha"
    r"|consent\.(?:google|youtube|yahoo)\.|/consent\?|unusual traffic from your",
    re.IGNORECASE,
)
_LINK = re.compile(r"<link\s[^<>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_ALTERNATE = re.compile(r"rel\s*=\s*[\"']?[^\"'>]*alternate", re.IGNORECASE)
_HEAD = 200_000


def why(text: str, url: str) -> ParseError:
    """Why these are not the words of a feed."""
    head = text[:_HEAD]
    if not head.strip():
        return ParseError("the answer is empty", reason="empty")
    if not is_page(head):
        return ParseError("the answer is no feed")
    advertised = advertised_feed(head, url)
    if advertised is None and _WALLS.search(head):
        return ParseError("a page asks the reader to prove being human", reason="blocked")
    if advertised is None:
        return ParseError("a web page, not a feed", reason="html_page")
    return ParseError(f"a web page; its feed is {advertised}", reason="html_page")


def is_page(text: str) -> bool:
    return _HTML.search(text[:_HEAD]) is not None


def advertised_feed(text: str, url: str) -> str | None:
    """The first feed that a page names."""
    return next(iter(advertised_feeds(text, url)), None)


def advertised_feeds(text: str, url: str) -> tuple[str, ...]:
    """The feeds that a page names (`link rel=alternate`), absolute, in its order."""
    found: dict[str, None] = {}
    for link in _LINK.findall(text[:_HEAD]):
        href = _HREF.search(link)
        if href and _FEED_TYPE.search(link) and _ALTERNATE.search(link):
            with suppress(ValueError):
                found[urljoin(url, html.unescape(next(filter(None, href.groups()), "")))] = None
    return tuple(found)
