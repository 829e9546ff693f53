"""Text from anywhere, made safe for a terminal or a log line."""

from __future__ import annotations

import unicodedata

#: Marks that turn the direction of what follows on the same line (Unicode UAX #9 §2).
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def printable(text: str) -> str:
    """The same text with every character that could move a cursor, start an escape sequence, break
    the line or turn its direction replaced by a space; its length in code points stays.

    >>> printable("a\\x1b[31mb\\nc")
    'a [31mb c'
    """
    if text.isprintable() and _DIRECTION.isdisjoint(text):
        return text
    return "".join(" " if _moves(char) else char for char in text)


def _moves(char: str) -> bool:
    # ZWNJ and ZWJ are format characters too, and Persian and Hindi are not readable without them.
    return char in _DIRECTION or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
