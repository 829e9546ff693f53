"""A page's tree becomes blocks in reading order: what a browser would set as one run of lines.

Spacing within a block is kept exactly: only white space in the source parts words, an inline tag
never does (`<b>Jund</b>allah`).  Two line breaks in a row part blocks, as the border of a block
element does.  The mark of a footnote behind a word is no text, as a button is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html

from aggregator.reading.page import INLINE
from aggregator.text.footnotes import is_footnote_mark

#: They hold no text that is shown.
_OPAQUE = frozenset(
    "script style noscript template svg math iframe object embed applet audio video canvas map "
    "head title br select option textarea input datalist progress meter rt rp".split()
)
#: They hold labels; but where an end tag is missing, the whole page.
_LABELS = frozenset("button dialog".split())
_LABEL_LENGTH = 500
#: Hidden text is a menu, a tooltip, a copy for another screen.  A hidden part of the page with more
#: text than this may be what a script is to show: to subscribers, on a click, on scrolling.
_HIDDEN_LENGTH = 80
#: A hidden part of a line is a tooltip, unless a page was set as one line.
_HIDDEN_LINE = 1500
_HOLDS_LINES = frozenset("p h1 h2 h3 h4 h5 h6 li dt dd figcaption caption td th".split())
_EMPTY = frozenset("br img picture source meta link area param track".split())
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(block|flex|grid)", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|screen-reader-text|screen-reader|visually-hidden|visuallyhidden|"
    r"element-invisible|tooltip|tooltiptext|popover|hovercard|"
    r"rollover-block|hide-text)(?:\s|$)",
    re.IGNORECASE,
)
_STRESS = frozenset("b strong em i".split())
_NOTE_NAME = re.compile(r"\b(?:fn|foot-?notes?|note-?ref|reference)", re.IGNORECASE)
#: A longer element is no mark of a footnote; so much before one says what it stands behind.
_MARK_LENGTH, _LOOK_BACK = 20, 40
#: As much of class and id as is kept, in characters.
_NAME_LENGTH = 160
#: They show nothing and part no words.  The zero-width non-joiner of Persian is not among them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
#: Stands for a line break until the spaces around it are settled.  No page's text holds it.
_BREAK = "\0"


@dataclass(frozen=True, slots=True)
class Node:
    """A block element: what of it tells what stands in it."""

    #: The place of the block element around it in `Page.nodes`; -1 for the outermost.
    parent: int
    tag: str
    #: Its id, then its class, cut off after a length.
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text with one place in the page."""

    text: str
    #: The place in `Page.nodes` of the block element it stands in.
    node: int
    #: Characters of it that are links.
    linked: int = 0
    #: Characters of it that are bold or italic.
    stressed: int = 0
    #: The page does not show it, unless a script does.
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks in reading order, and the elements they stand in; parents come before children."""

    blocks: tuple[Block, ...]
    nodes: tuple[Node, ...]

    def above(self, node: int) -> Iterator[int]:
        """A node and those around it, outwards."""
        while node >= 0:
            yield node
            node = self.nodes[node].parent

    def within(self, node: int) -> list[bool]:
        """Which nodes are this one, or stand in it."""
        verdicts: list[bool] = []
        for place, each in enumerate(self.nodes):
            verdicts.append(place == node or (each.parent >= 0 and verdicts[each.parent]))
        return verdicts

    def sums(self, amounts: Sequence[float]) -> list[float]:
        """For each node, the sum over the blocks in it of what each block has."""
        found = [0.0] * len(self.nodes)
        for block, amount in zip(self.blocks, amounts, strict=True):
            found[block.node] += amount
        for place in range(len(found) - 1, 0, -1):
            found[self.nodes[place].parent] += found[place]
        return found


def segment(body: html.HtmlElement) -> Page:
    """What stands below an element, in blocks."""
    return _Segmenter().segment(body)


class _Segmenter:
    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._nodes: list[Node] = []
        self._pieces: list[tuple[str, bool, bool]] = []
        self._node = -1
        #: Of each open element, innermost last: is it a block, is it hidden?
        self._open: list[tuple[bool, bool]] = []
        #: Open links, open bold or italic elements, open hidden ones.
        self._links = self._stress = self._hidden = 0

    def segment(self, body: html.HtmlElement) -> Page:
        skipped = None
        walk = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                hides = is_hidden(element)
                if _is_skipped(element, hides=hides) or self._is_mark(element):
                    walk.skip_subtree()
                    skipped = element
                else:
                    self._start(element, hides=hides, is_outermost=element is body)
                continue
            if element.tag == "br":
                self._add(_BREAK)
            elif event == "end" and element is not skipped:
                self._end(element)
            if element is not body:
                self._add(element.tail)
        return Page(tuple(self._blocks), tuple(self._nodes))

    def _start(self, element: html.HtmlElement, *, hides: bool, is_outermost: bool) -> None:
        is_block = is_outermost or _is_block(element)
        if is_block:
            self._close()
            name = f"{element.get('id', '')} {element.get('class', '')}"[:_NAME_LENGTH].strip()
            self._nodes.append(Node(self._node, element.tag, name, element.get("role", "")))
            self._node = len(self._nodes) - 1
        self._open.append((is_block, hides))
        self._count(element, 1)
        self._hidden += hides
        self._add(element.text)

    def _end(self, element: html.HtmlElement) -> None:
        is_block, hides = self._open.pop()
        if is_block:
            self._close()
            self._node = self._nodes[self._node].parent
        self._count(element, -1)
        self._hidden -= hides

    def _is_mark(self, element: html.HtmlElement) -> bool:
        """Is it the mark of a footnote, behind what was gathered?"""
        if element.tag not in ("sup", "a"):
            return False
        text = "".join(element.itertext())
        is_linked = _leads_to_note(element)
        if len(text) > _MARK_LENGTH or (element.tag == "a" and (text.isalpha() or not is_linked)):
            return False
        return is_footnote_mark(text, self._before(), element.tail or "", is_linked=is_linked)

    def _before(self) -> str:
        """The end of what was gathered since the last border or line break."""
        found = ""
        for text, _, _ in reversed(self._pieces):
            if text == _BREAK or len(found) >= _LOOK_BACK:
                break
            found = text[-_LOOK_BACK:] + found
        return _INVISIBLE.sub("", found)

    def _count(self, element: html.HtmlElement, step: int) -> None:
        if element.tag == "a":
            self._links += step
        elif element.tag in _STRESS:
            self._stress += step

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append((text, self._links > 0, self._stress > 0))

    def _close(self) -> None:
        """A border: what was gathered is a block, or more where line breaks part it."""
        if all(text.isspace() for text, _, _ in self._pieces):
            self._pieces = []
            return
        part: list[tuple[str, bool, bool]] = []
        breaks = 0
        for piece in self._pieces:
            if piece[0] == _BREAK:
                breaks += 1
            elif not piece[0].isspace():
                if breaks > 1:
                    self._keep(part)
                    part = []
                breaks = 0
            part.append(piece)
        self._keep(part)
        self._pieces = []

    def _keep(self, pieces: list[tuple[str, bool, bool]]) -> None:
        raw = "".join(text for text, _, _ in pieces)
        lines = _INVISIBLE.sub("", raw).split(_BREAK)
        text = "\n".join([" ".join(line.split()) for line in lines]).strip()
        if text:
            linked = sum(_length(text) for text, link, _ in pieces if link)
            stressed = sum(_length(text) for text, _, bold in pieces if bold)
            size = len(text)
            self._blocks.append(
                Block(text, self._node, min(linked, size), min(stressed, size), bool(self._hidden))
            )


def _length(text: str) -> int:
    """Characters, a run of white space as one."""
    # The dots keep what stands at its ends.
    return len(" ".join(f".{text}.".split())) - 2


def _is_skipped(element: html.HtmlElement, *, hides: bool) -> bool:
    tag = element.tag
    if tag in _OPAQUE:
        return True
    if tag in _LABELS:
        return _text_length(element) < _LABEL_LENGTH
    if not hides:
        return False
    return _text_length(element) < (_HIDDEN_LENGTH if _is_block(element) else _HIDDEN_LINE)


def _text_length(element: html.HtmlElement) -> int:
    """Characters, without runs of white space; scripts count too, so it is an upper bound."""
    return len(" ".join("".join(element.itertext()).split()))


def is_hidden(element: html.HtmlElement) -> bool:
    """Is it there for machines only?"""
    return (
        _hides(element.get("style", ""), element.get("class", ""))
        or element.get("hidden") is not None
        or element.get("role") == "tooltip"
    )


@lru_cache(maxsize=4096)
def _hides(style: str, names: str) -> bool:
    return bool(_HIDDEN_STYLE.search(style) or _HIDDEN_CLASS.search(names))


def _leads_to_note(element: html.HtmlElement) -> bool:
    """Does it lead to another place of the page, or say by its name that it points to a note?"""
    if element.tag == "a":
        return bool(element.get("href", "").startswith("#"))
    named = f"{element.get('id', '')} {element.get('class', '')} {element.get('role', '')}"
    links = (element.getparent(), *element.iterdescendants("a"))
    return bool(_NOTE_NAME.search(named)) or any(
        link is not None and link.tag == "a" and "#" in link.get("href", "") for link in links
    )


def _is_block(element: html.HtmlElement) -> bool:
    tag = element.tag
    if tag in INLINE:
        style = element.get("style")
        return bool(style and _BLOCK_STYLE.search(style))
    if tag in _EMPTY or not isinstance(tag, str):
        return False
    # A site's own element is in a line where it stands in one, a container elsewhere.
    return "-" not in tag or not any(up.tag in _HOLDS_LINES for up in element.iterancestors())
