"""What the edits of an item changed: coloured on a terminal, marked with signs in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from aggregator.cli.output import iso, on_terminal, short
from aggregator.reading.revisions import Change, Paragraph, Piece
from aggregator.text.printable import printable

#: As `git diff --word-diff` writes them.
_SIGNS = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
#: Readable without colours too.
_STYLES = {"same": "", "gone": "red strike", "new": "green underline"}


def edit_record(edit: Change) -> dict[str, Any]:
    return {
        "at": iso(edit.at),
        "kinds": list(edit.kinds),
        "diff": [
            {
                "field": paragraph.field,
                "pieces": [{"op": piece.op, "text": piece.text} for piece in paragraph.pieces],
            }
            for paragraph in edit.paragraphs
        ],
    }


def edit_lines(edits: Iterable[Change]) -> Iterator[Text]:
    """A heading for each edit, then each paragraph that changed."""
    found = False
    for edit in edits:
        found = True
        yield Text(f"{short(edit.at)} · {', '.join(edit.kinds)}", "bold")
        for paragraph in edit.paragraphs:
            yield Text.assemble(f"{paragraph.field}: ", *_pieces(paragraph))
        yield Text()
    if not found:
        yield Text("never edited")


def _pieces(paragraph: Paragraph) -> Iterator[Text]:
    return (_styled(piece) if on_terminal() else _signed(piece) for piece in paragraph.pieces)


def _styled(piece: Piece) -> Text:
    return Text(printable(piece.text), _STYLES[piece.op])


def _signed(piece: Piece) -> Text:
    before, after = _SIGNS[piece.op]
    words = printable(piece.text)
    # The space after a word is not part of what changed.
    bare = words.rstrip()
    return Text(f"{before}{bare}{after}{words[len(bare) :]}")
