"""A page's tree becomes blocks in reading order: what a browser would set as one run of lines.

Spacing within a block is kept exactly: only white space in the source parts words, an inline tag
never does (`<b>Jund</b>allah`).  Two line breaks in a row part blocks, as the border of a block
element does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from aggregator.reading.page import INLINE

_SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed applet audio video canvas map "
    "head title br button select option textarea input datalist progress meter rt rp dialog".split()
)
_HOLDS_LINES = frozenset("p h1 h2 h3 h4 h5 h6 li dt dd figcaption caption td th".split())
_EMPTY = frozenset("br img picture source meta link area param track".split())
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(block|flex|grid)", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|screen-reader-text|screen-reader|visually-hidden|visuallyhidden|"
    r"element-invisible|tooltip|tooltiptext|hide-text)(?:\s|$)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\n\r\f\v\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
#: They show nothing and part no words.  The zero-width non-joiner of Persian is not among them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
#: Stands for a line break until the spaces around it are settled.
_BREAK = "\x1e"
_BREAKS = re.compile(rf" *{_BREAK} *")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of text with one place in the page."""

    text: str
    #: The block element it stands in.
    element: html.HtmlElement
    #: Characters of it that are links.
    linked: int = 0
    #: Characters of it that are bold or italic.
    stressed: int = 0


def segment(body: html.HtmlElement, *, all_visible: bool = False) -> list[Block]:
    """The blocks below an element, in order.  `all_visible`: hidden elements are text as well."""
    gathered: list[Block] = []
    run = _Run(body)
    for kind, element in _walk(body, all_visible):
        if element.tag == "br":
            run.add(_BREAK)
        if kind == "start":
            if _is_block(element):
                gathered += run.close()
                run = _Run(element)
            run.enter(element)
            run.add(element.text)
        elif kind == "end":
            run.leave(element)
            if _is_block(element):
                gathered += run.close()
                parent = _block_around(element)
                run = _Run(body if parent is None else parent)
                run.resume(element)
        if kind != "start" and element is not body:
            run.add(element.tail)
    gathered += run.close()
    return gathered


def _walk(body: html.HtmlElement, all_visible: bool) -> Iterator[tuple[str, html.HtmlElement]]:
    """(start | end | skip, element) in order.  Iterative: a page may be deep."""
    stack: list[tuple[str, html.HtmlElement]] = [("start", body)]
    while stack:
        kind, element = stack.pop()
        if kind == "end":
            yield kind, element
            continue
        if not isinstance(element.tag, str) or _is_skipped(element, all_visible):
            yield "skip", element
            continue
        yield kind, element
        stack.append(("end", element))
        stack.extend(("start", child) for child in reversed(element))


def _is_skipped(element: html.HtmlElement, all_visible: bool) -> bool:
    if element.tag in _SKIPPED:
        return True
    return not all_visible and is_hidden(element)


def is_hidden(element: html.HtmlElement) -> bool:
    """Is it there for machines only?"""
    attributes = element.attrib
    if not attributes:
        return False
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    name = attributes.get("class")
    if name and _HIDDEN_CLASS.search(name):
        return True
    return "hidden" in attributes or attributes.get("role") == "tooltip"


def _is_block(element: html.HtmlElement) -> bool:
    tag = element.tag
    if tag in INLINE:
        style = element.get("style")
        return bool(style and _BLOCK_STYLE.search(style))
    if tag in _EMPTY or not isinstance(tag, str):
        return False
    # A site's own element is in a line where it stands in one, a container elsewhere.
    return "-" not in tag or not any(up.tag in _HOLDS_LINES for up in element.iterancestors())


def _block_around(element: html.HtmlElement) -> html.HtmlElement | None:
    parent = element.getparent()
    while parent is not None and not _is_block(parent):
        parent = parent.getparent()
    return parent


class _Run:
    """Text between two block borders."""

    def __init__(self, element: html.HtmlElement) -> None:
        self.element = element
        self._pieces: list[tuple[str, bool, bool]] = []
        self._links = 0
        self._stress = 0

    def enter(self, element: html.HtmlElement) -> None:
        self._links += element.tag == "a"
        self._stress += element.tag in ("b", "strong", "em", "i")

    def leave(self, element: html.HtmlElement) -> None:
        self._links -= element.tag == "a"
        self._stress -= element.tag in ("b", "strong", "em", "i")

    def resume(self, child: html.HtmlElement) -> None:
        """Take up the run of the block around a child that has ended, within its inline tags."""
        parent = child.getparent()
        while parent is not None and parent is not self.element:
            self.enter(parent)
            parent = parent.getparent()
        if parent is not None:
            self.enter(parent)

    def add(self, text: str | None) -> None:
        if text:
            self._pieces.append((text, self._links > 0, self._stress > 0))

    def close(self) -> Iterator[Block]:
        """The blocks of this run: one, or more where line breaks part it."""
        part: list[tuple[str, bool, bool]] = []
        breaks = 0
        for piece in self._pieces:
            if piece[0] == _BREAK:
                breaks += 1
            elif piece[0].strip():
                if breaks > 1:
                    yield from self._block(part)
                    part = []
                breaks = 0
            part.append(piece)
        yield from self._block(part)

    def _block(self, pieces: list[tuple[str, bool, bool]]) -> Iterator[Block]:
        raw = "".join(text for text, _, _ in pieces)
        text = _BREAKS.sub("\n", _SPACE.sub(" ", _INVISIBLE.sub("", raw))).strip()
        if text:
            linked = sum(len(_SPACE.sub(" ", text)) for text, link, _ in pieces if link)
            stressed = sum(len(_SPACE.sub(" ", text)) for text, _, bold in pieces if bold)
            yield Block(text, self.element, min(linked, len(text)), min(stressed, len(text)))
