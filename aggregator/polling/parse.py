"""The bytes of a feed, whatever they are, to a ParsedFeed.

Runs in a child process: plain values in, plain values out, and nothing is raised for what a
publisher may send.  A further format is one more line in FORMATS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from aggregator.errors import ParseError
from aggregator.models import ParsedFeed
from aggregator.polling import jsonfeed, notafeed, xmlfeed
from aggregator.polling.charset import decode

_FEED_TAG = re.compile(
    r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)(?=[\s/>])", re.IGNORECASE
)
_JSON = re.compile(r"\s*[{\[]")


@dataclass(frozen=True, slots=True)
class Format:
    """A family of feeds: is this one, and what does it hold?  `read` says None to a stranger."""

    sniff: Callable[[str], bool]
    read: Callable[[str, str], ParsedFeed | None]


def parse(body: bytes, url: str, content_type: str = "") -> ParsedFeed:
    """Read a feed as fetched from `url`, after redirects.  Does not raise: see ParsedFeed.error.

    The label in `content_type` may help with the charset; of what kind it is, the bytes say.
    """
    text = decode(body, content_type)
    for kind in FORMATS:
        if kind.sniff(text):
            feed = _read(kind, text, url)
            if feed is not None:
                return feed
    return ParsedFeed(error=notafeed.why(text, url))


def _read(kind: Format, text: str, url: str) -> ParsedFeed | None:
    try:
        return kind.read(text, url)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = ParseError(f"cannot be read: {type(error).__name__}", reason="unreadable")
        return ParsedFeed(error=reason)


def _xml(text: str, url: str) -> ParsedFeed | None:
    feed = xmlfeed.read(text, url)
    # feedparser makes something of anything; only a version or an entry shows that it was a feed.
    return feed if feed.format or feed.entries else None


def _looks_like_xml_feed(text: str) -> bool:
    return _FEED_TAG.search(text) is not None


def _looks_like_json(text: str) -> bool:
    return _JSON.match(text) is not None


FORMATS = (
    Format(_looks_like_json, jsonfeed.read),
    Format(_looks_like_xml_feed, _xml),
)
