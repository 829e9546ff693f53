"""A saved page as if it were written in another script.

Nearly all saved pages are in English, and capitals, spaces and the length of words tell a block
model much that it must not rely on.  Each word becomes a made-up one of the script, the same
wherever it stands; the page's markup stays.  What machines are told (JSON-LD) goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from lxml import html
from pages import SavedPage

from aggregator.reading.decoding import decode
from aggregator.reading.page import parse

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_SPACES = re.compile(r"(?<=\S) +(?=\S)")
_STOP = re.compile(r"\.(?=\s|$)")
_TOLD = ("description", "title")


@dataclass(frozen=True)
class Script:
    """`letters` stand for letters and `marks` behind each of them; `per_letter` is how many of
    them stand for one Latin letter."""

    letters: Sequence[str]
    per_letter: float
    marks: Sequence[str] = ("",)
    #: For a full stop and a comma; "" where the script has none.
    stop: str = "."
    comma: str = ","
    is_spaced: bool = True

    def dress(self, text: str) -> str:
        text = _WORD.sub(lambda word: self._word(word[0].lower()), text)
        text = _STOP.sub(self.stop, text).replace(",", self.comma)
        return text if self.is_spaced else _SPACES.sub("", text)

    def _word(self, word: str) -> str:
        count = max(1, round(len(word) * self.per_letter))
        # A byte for each letter and one for each mark.
        drawn = blake2b(word.encode(), digest_size=min(64, 2 * count)).digest()
        pairs = zip(drawn[::2], drawn[1::2], strict=True)
        return "".join(
            self.letters[(256 * mark + letter) % len(self.letters)]
            + self.marks[mark % len(self.marks)]
            for letter, mark in pairs
        )


def _from(first: int, last: int) -> list[str]:
    return [chr(point) for point in range(first, last + 1)]


SCRIPTS = {
    "Han": Script(
        _from(0x4E00, 0x59FF), 0.35, stop="\u3002", comma="\uff0c", is_spaced=False
    ),
    "Thai": Script(
        _from(0x0E01, 0x0E2E), 0.5, marks="\u0e30\u0e31\u0e32\u0e34\u0e35\u0e38\u0e48\u0e49",
        stop="", comma="", is_spaced=False,
    ),
    "Devanagari": Script(
        _from(0x0915, 0x0939), 0.5, marks=("", *"\u093e\u093f\u0940\u0941\u0947\u094b\u094d\u0902"),
        stop="\u0964",
    ),
    "Arabic": Script(
        [*_from(0x0627, 0x063A), *_from(0x0641, 0x064A)], 0.85, comma="\u060c"
    ),
}  # fmt: skip


def disguised(page: SavedPage, script: Script) -> SavedPage:
    """Raises Unreadable for a page that the product does not read either."""
    tree = parse(decode(page.html))
    if tree is None:
        return page
    for element in tree.iter():
        _dress(element, script.dress)
    dressed = html.tostring(tree, encoding="unicode")
    return replace(page, html=dressed.encode("utf-8", "replace"), body=script.dress(page.body))


def _dress(element: html.HtmlElement, dress: Callable[[str], str]) -> None:
    if element.tag in ("script", "style"):
        element.text = ""
    elif element.text:
        element.text = dress(element.text)
    if element.tail:
        element.tail = dress(element.tail)
    if element.tag == "meta" and any(
        told in f"{element.get('name')} {element.get('property')}" for told in _TOLD
    ):
        element.set("content", dress(element.get("content") or ""))
