"""What an entry may be known by within its feed.

A key is `kind:value`; long values are hashed, for keys are kept for ever.

    guid       as given, without the white space around it
    link       `canonical_key` of the link
    anchor     the place on the page that the link points at
    enclosure  `canonical_key` of the first enclosure, where there is no link
    words      the digest of title and text
    title text the digest of one of them: they find candidates, they prove nothing
    whole      guid, link and words together
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal
from urllib.parse import urldefrag

from aggregator.models import ParsedEntry, ParsedFeed
from aggregator.net.urls import canonical_key
from aggregator.polling import wording

Kind = Literal["guid", "link", "anchor", "enclosure", "words", "title", "text", "whole"]
Answer = Literal["same", "differs", "unknown"]

#: Longer values, and those with control characters, are kept as their hash.
_LONGEST = 64
#: Texts of fewer characters are too common to find anything by.
_SHORTEST_TEXT = 40


# Each document is keyed thrice, to ask storage, to remember its items and to judge; that is the
# costly part of each.
@lru_cache(maxsize=1 << 9)
def keys(entry: ParsedEntry) -> frozenset[str]:
    """All that it may be known by; empty where it holds nothing: no guid, no place, no words."""
    return frozenset(_keys(entry))


def keys_of(feed: ParsedFeed) -> frozenset[str]:
    """The keys of all entries of a document."""
    return frozenset(key for entry in feed.entries for key in keys(entry))


def digest_of(entry: ParsedEntry) -> str:
    """The digest of its words; "" where it has none."""
    return "".join(of_kind("words", keys(entry))).removeprefix("words:")


def words_key(digest: str) -> str:
    return f"words:{digest}"


def of_kind(kind: Kind, keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key for key in keys if key.startswith(kind + ":"))


def places(keys: Iterable[str]) -> frozenset[str]:
    """Where it leads: a link or an enclosure."""
    return frozenset(key for key in keys if key.startswith(("link:", "enclosure:")))


def compare(kind: Kind, one: Iterable[str], two: Iterable[str]) -> Answer:
    mine, other = of_kind(kind, one), of_kind(kind, two)
    if not mine or not other:
        return "unknown"
    return "differs" if mine.isdisjoint(other) else "same"


def compare_places(one: Iterable[str], two: Iterable[str]) -> Answer:
    """Do they lead to one place?  Two anchors of one page are two places."""
    link = compare("link", one, two)
    if link == "same" and compare("anchor", one, two) == "differs":
        return "differs"
    return link if link != "unknown" else compare("enclosure", one, two)


def _keys(entry: ParsedEntry) -> Iterator[str]:
    named = [*_names(entry)]
    title, text = wording.plain(entry.title), wording.plain(wording.text_of(entry))
    digest = wording.digest(title, text)
    yield from named
    if digest:
        yield f"words:{digest}"
    if title:
        yield "title:" + wording.short(title)
        if len(text) >= _SHORTEST_TEXT:
            yield "text:" + wording.short(text)
    if named or digest:
        yield "whole:" + wording.short("\n".join((*named, digest)))


def _names(entry: ParsedEntry) -> Iterator[str]:
    if guid := (entry.guid or "").strip():
        yield _key("guid", guid)
    if link := (entry.link or "").strip():
        place = canonical_key(link)
        yield _key("link", place)
        fragment = urldefrag(link).fragment
        if fragment and "#" not in place:
            yield _key("anchor", f"{place}#{fragment}")
    elif entry.enclosures:
        yield _key("enclosure", canonical_key(entry.enclosures[0]))


def _key(kind: Kind, value: str) -> str:
    plain = len(value) <= _LONGEST and value.isprintable()
    return f"{kind}:{value if plain else '#' + wording.short(value)}"
