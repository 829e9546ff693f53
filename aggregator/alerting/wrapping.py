"""Plain text in lines that every mail program shows whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.text.scripts import DENSE, MARKS

#: In code points (RFC 5322 §2.1.1).
WIDTH = 78
#: Where a line may end: behind a word and its space, or behind a sign of a script without spaces.
_UNIT = re.compile(rf"[{DENSE}][{MARKS}]*[^\w\s]*\s*|[^\s{DENSE}]+\s*|\s+")
#: An indent, and the mark of a quotation or of an item of a list.
_LEAD = re.compile(r"^(\s*(?:[>-] )?)")


def wrapped(text: str) -> str:
    """Long lines broken between words; what follows stands below, indented or quoted as it was.

    A word that is longer than a line, an address, stays whole.
    """
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    if len(line) <= WIDTH:
        yield line
        return
    _, lead, words = _LEAD.split(line, maxsplit=1)
    piece, rest = lead, lead.replace("-", " ")
    for unit in _UNIT.findall(words):
        if len(piece) + len(unit.rstrip()) > WIDTH and piece.strip(" >-"):
            yield piece.rstrip()
            piece = rest
        piece += unit
    yield piece.rstrip()
