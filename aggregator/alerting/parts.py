"""A text in parts, for services that take only so much at once."""

from __future__ import annotations

#: What stands between two items of a message.
_BETWEEN = "\n\n"


def parts(text: str, longest: int) -> list[str]:
    """Parted between items, which an empty line parts; an item that is too long by itself, between
    words.  Each part has at most `longest` code points."""
    made: list[str] = []
    for item in filter(None, (item.strip() for item in text.split(_BETWEEN))):
        for piece in _pieces(item, longest):
            if made and len(made[-1]) + len(_BETWEEN) + len(piece) <= longest:
                made[-1] += _BETWEEN + piece
            else:
                made.append(piece)
    return made


def _pieces(item: str, longest: int) -> list[str]:
    pieces: list[str] = []
    while len(item) > longest:
        head = item[:longest]
        # A line's end is best, then a space; a word longer than that is cut.
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or longest
        pieces.append(item[:cut].rstrip())
        item = item[cut:].lstrip()
    return [*pieces, item]
