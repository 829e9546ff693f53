"""What the edits of an item changed: coloured on a terminal, marked with signs in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from aggregator.cli.output import iso, on_terminal, short
from aggregator.reading.revisions import Change, Paragraph, Piece, WatchedTerm
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
        "terms": [
            {"op": term.op, "watch": term.watch, "term": term.term, "text": term.text}
            for term in edit.terms
        ],
    }


def edit_lines(edits: Iterable[Change]) -> Iterator[Text]:
    """A heading for each edit, the watched terms that came or went, each paragraph that changed."""
    found = False
    for edit in edits:
        found = True
        kinds = ", ".join(edit.kinds).replace("_", " ")
        yield Text(f"{short(edit.at)} · {kinds}", "bold")
        yield from map(_term, edit.terms)
        for paragraph in edit.paragraphs:
            yield Text.assemble(f"{paragraph.field}: ", *_pieces(paragraph))
        yield Text()
    if not found:
        yield Text("never edited")


def _term(term: WatchedTerm) -> Text:
    return Text.assemble(f"watch {printable(term.watch)}: ", _shown(Piece(term.op, term.term)))


def _pieces(paragraph: Paragraph) -> Iterator[Text]:
    return map(_shown, paragraph.pieces)


def _shown(piece: Piece) -> Text:
    return _styled(piece) if on_terminal() else _signed(piece)


def _styled(piece: Piece) -> Text:
    return Text(printable(piece.text), _STYLES[piece.op])


def _signed(piece: Piece) -> Text:
    before, after = _SIGNS[piece.op]
    words = printable(piece.text)
    # The space after a word is not part of what changed.
    bare = words.rstrip()
    return Text(f"{before}{bare}{after}{words[len(bare) :]}")
