"""A page's text becomes a tree that is safe to walk: few enough nodes, not too deep.

libxml2 stops reading 256 elements deep and keeps nothing of what stands below, so a page that is
deeper is flattened first: its wrappers beyond a depth become plain paragraph breaks.
"""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree, html

#: The largest of a thousand pages of the wild is 2.9 MB, the fullest has 5,145 elements.
MAX_BYTES = 8 * 1024 * 1024
MAX_ELEMENTS = 30_000
MAX_DEPTH = 150

_START_TAG = re.compile(r"<[a-zA-Z]")
# Up to the next "<", so that a thousand tags that never end are read once, not a thousand times.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]{0,40})[^<>]*>")
_OPAQUE = re.compile(r"<(script|style|svg|template|noscript)(?=[\s/>])", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
#: Their end tags may be left out, so a missing one opens nothing deeper.
_SELF_ENDING = frozenset("p li dt dd td th tr option".split())
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q "
    "ruby rb rt rp s samp small span strike strong sub sup time tt u var wbr".split()
)


class Unreadable(Exception):
    """The page is too much; the argument is the reason's code.  Does not leave this folder."""


def parse(text: str) -> html.HtmlElement | None:
    """The tree of a page, None when it holds no element.  Raises Unreadable."""
    if _elements(text) > MAX_ELEMENTS:
        text = _flattened(_without_opaque(text))
        if _elements(text) > MAX_ELEMENTS:
            raise Unreadable("too_complex")
    tree, too_deep = _tree(text)
    if too_deep:
        tree, _ = _tree(_flattened(_without_opaque(text)))
    return tree


def _tree(text: str) -> tuple[html.HtmlElement | None, bool]:
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError):
        tree = None
    too_deep = any("depth" in entry.message for entry in parser.error_log)
    return tree, too_deep


def _elements(text: str) -> int:
    return sum(1 for _ in _START_TAG.finditer(text))


def _without_opaque(text: str) -> str:
    """Without what holds no article, but may hold mark-up in strings.  Linear."""
    parts, at = [], 0
    while (start := _OPAQUE.search(text, at)) and (
        end := re.compile(f"</{start[1]}", re.IGNORECASE).search(text, start.end())
    ):
        after = text.find(">", end.end()) + 1 or len(text)
        is_claim = "ld+json" in text[start.start() : start.start() + 200]
        parts.append(text[at : after if is_claim else start.start()])
        at = after
    return "".join([*parts, text[at:]])


def _flattened(text: str) -> str:
    """Beyond MAX_DEPTH a block's tag becomes a paragraph break, an inline tag nothing.  Linear."""
    parts, at = [], 0
    depth, dropped, breaks = 0, Counter[str](), False
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if name in _VOID or name in _SELF_ENDING:
            continue
        if not tag[1]:
            depth += 1
            if depth <= MAX_DEPTH:
                continue
            depth -= 1
            dropped[name] += 1
        elif dropped[name]:
            dropped[name] -= 1
        else:
            depth = max(0, depth - 1)
            continue
        parts.append(text[at : tag.start()])
        # One break is enough where a thousand wrappers end together.
        if name not in INLINE and (parts[-1].strip() or not breaks):
            parts.append("<p>")
            breaks = True
        elif parts[-1].strip():
            breaks = False
        at = tag.end()
    return "".join([*parts, text[at:]])
