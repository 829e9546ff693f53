"""The small markup in which article bodies are written, as text and as HTML.

Paragraphs are parted by an empty line; lines within one are joined.  `## ` begins a heading, `> ` a
quotation, `*word*` is emphasis and `[words](address)` a link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

_EMPTY_LINE = re.compile(r"\n\s*\n")
_TAGS = {"## ": "h2", "> ": "blockquote"}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or quotation."""

    #: `p`, `h2` or `blockquote`.
    tag: str
    #: The words alone.
    text: str
    #: What stands inside the element.
    html: Markup


def blocks(body: str) -> tuple[Block, ...]:
    """The body in order, one block a paragraph."""
    paragraphs = (" ".join(part.split()) for part in _EMPTY_LINE.split(body))
    return tuple(_block(paragraph) for paragraph in paragraphs if paragraph)


def plain(body: str) -> str:
    """The words of the body, paragraphs parted by an empty line."""
    return "\n\n".join(block.text for block in blocks(body))


def _block(paragraph: str) -> Block:
    for mark, tag in _TAGS.items():
        if paragraph.startswith(mark):
            return _inline(tag, paragraph.removeprefix(mark))
    return _inline("p", paragraph)


def _inline(tag: str, source: str) -> Block:
    text = _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", source))
    html = _LINK.sub(r'<a href="\2">\1</a>', str(escape(source)))
    return Block(tag, text, Markup(_EMPHASIS.sub(r"<em>\1</em>", html)))  # noqa: S704 (escaped above)
