"""A page, studied: its blocks, its claims, and what the general extractor took of it.

An extractor's text is found again in the page's blocks, so that every paragraph that is kept is the
page's own, to the letter.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml import html

from aggregator.reading import metadata
from aggregator.reading.align import Alignment
from aggregator.reading.blocks import segment
from aggregator.reading.boxes import boxed
from aggregator.reading.next_stories import drop_next_stories
from aggregator.reading.page import Unreadable
from aggregator.reading.scene import Scene
from aggregator.reading.words import WORD, size_of

#: Characters a page may show; a book of a thousand pages has as many.
_MAX_TEXT = 2_000_000
#: A block was taken for the article when this share of its words was.
_TAKEN_SHARE = 0.5

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Study:
    """All that is known of a page before its text is chosen.  Plain values: it may be pickled."""

    scene: Scene
    claims: metadata.Metadata

    @property
    def shown(self) -> list[str]:
        """All the page shows, a block a line."""
        return [block.text for block in self.scene.page.blocks]


def study(tree: html.HtmlElement, url: str, claims: metadata.Metadata | None = None) -> Study:
    """Takes the next stories out of the tree.  Raises Unreadable for a page with more text than a
    page has."""
    claims = claims or metadata.read(tree, url)
    drop_next_stories(tree, url, claims)
    body = tree.find("body")
    page = segment(tree if body is None else body)
    texts = [block.text for block in page.blocks]
    if sum(map(len, texts)) > _MAX_TEXT:
        raise Unreadable("too_large")
    words = [words_of(text) for text in texts]
    alignment = Alignment([word for each in words for word in each])
    taken = shares(words, alignment.matched(words_of(_trafilatura(tree, url))))
    scene = Scene(
        page,
        words,
        sizes=[size_of(text, each) for text, each in zip(texts, words, strict=True)],
        taken=taken,
        claimed=shares(words, alignment.matched(words_of(claims.body))),
        boxed=boxed(page, [share >= _TAKEN_SHARE for share in taken]),
        title=claims.title,
        description=claims.description,
    )
    return Study(scene, claims)


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def shares(words: Sequence[Sequence[str]], flags: Sequence[int]) -> list[float]:
    """The flagged share of each block's words; `flags` has one for each word of all blocks."""
    table, at = [], 0
    for each in words:
        table.append(sum(flags[at : at + len(each)]) / len(each) if each else 0.0)
        at += len(each)
    return table


def _trafilatura(tree: html.HtmlElement, url: str) -> str:
    # A hostile page may find a fault in it; that is a page without text, not the end of the line.
    try:
        text = trafilatura.extract(tree, url=url, include_comments=False)
    except Exception:
        return ""
    return text or ""
