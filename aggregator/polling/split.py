"""Give the parser only what it has not seen: a feed repeats most of itself from poll to poll.

A document is cut into its items by their tags alone.  Items that are, byte for byte, items of the
last document are left out of what is parsed; what they were known by is remembered beside their
hash.  Where cutting is not safe, or the cut does not agree with what the parser made of it, the
whole document is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from aggregator.models import ParsedFeed
from aggregator.polling.names import digest_of

#: Hash of an item's bytes → digest of its words, which is a key of the entry it became.
Remembered = Mapping[str, str]

# A tag holds no `<`: the search goes on from the next one, and stays linear on hostile bytes.
_MARK = re.compile(
    rb"<!\[CDATA\[(?:.*?(\]\]>))?|<!--(?:.*?(-->))?|<(/?)(item|entry)(?=[\s/>])([^<>]*)>",
    re.DOTALL | re.IGNORECASE,
)
#: In these encodings a tag may not look like one.
_WIDE = re.compile(rb"encoding\s*=\s*[\"'](?:utf-?(?:16|32|7)|ucs|iso-2022|hz)", re.IGNORECASE)
#: Items of more documents than a busy feed has; beyond, the memory costs more than the parser.
MOST_ITEMS = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """What is left to parse of a document."""

    body: bytes
    #: Hashes of the items in `body`, in order; None: the document could not be cut.
    fresh: tuple[str, ...] | None
    #: Of the items left out, what they were known by, in order.
    again: tuple[str, ...] = ()
    #: Of the items left out, their hashes.
    skipped: tuple[str, ...] = ()


def unseen(body: bytes, remembered: Remembered) -> Part:
    """The document without those of its items that are remembered."""
    items = _items(body)
    if items is None:
        return Part(body, None)
    fresh, again, skipped, kept, end = [], [], [], [], 0
    for start, stop in items:
        key = blake2b(body[start:stop], digest_size=8).hexdigest()
        if key in remembered:
            again.append(remembered[key])
            skipped.append(key)
            kept.append(body[end:start])
            end = stop
        else:
            fresh.append(key)
    kept.append(body[end:])
    return Part(b"".join(kept), tuple(fresh), tuple(again), tuple(skipped))


def memory(part: Part, parsed: ParsedFeed, remembered: Remembered) -> Remembered:
    """What to remember of a document: nothing where cut and parser do not agree."""
    if part.fresh is None or parsed.rejected or len(parsed.entries) != len(part.fresh):
        return {}
    digests = map(digest_of, parsed.entries)
    known = {key: remembered[key] for key in part.skipped}
    fresh = {key: digest for key, digest in zip(part.fresh, digests, strict=True) if digest}
    return known | fresh


def to_json(remembered: Remembered) -> str:
    return json.dumps(remembered, separators=(",", ":")) if remembered else ""


def from_json(text: str) -> Remembered:
    """Nothing where it cannot be read: then all of the document is parsed."""
    try:
        remembered = json.loads(text)
    except ValueError:
        return {}
    return remembered if isinstance(remembered, dict) else {}


def _items(body: bytes) -> Sequence[tuple[int, int]] | None:
    """Where each item begins and ends; None where tags alone do not tell."""
    if b"\0" in body or _WIDE.search(body[:200]):
        return None
    items: list[tuple[int, int]] = []
    start: int | None = None
    for mark in _MARK.finditer(body):
        data_end, comment_end, closing, tag, rest = mark.groups()
        if tag is None:
            if data_end is None and comment_end is None:
                return None  # a section that never ends
        elif closing:
            if start is None:
                return None
            items.append((start, mark.end()))
            if len(items) > MOST_ITEMS:
                return None
            start = None
        elif start is not None or rest.endswith(b"/"):
            return None  # an item within an item, or an empty one
        else:
            start = mark.start()
    return None if start is not None else items
