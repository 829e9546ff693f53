"""Tables of data within an article: they are its text, and a row of one is a paragraph.

People who say which text of a page is the article differ on tables, and the model learnt their
doubt: of one table it kept a column and dropped the other.  A casualty table or an election's
result may be the one place where a watched name stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from aggregator.reading.blocks import Page
from aggregator.reading.scene import Scene

#: Fewer columns are a list, more of them a sports league or a calendar.
_COLUMNS = range(2, 7)
_ROWS = range(2, 101)
#: A longer cell holds a text, in a layout or a comparison.
_LONGEST_CELL = 200
#: The general extractor took so much of it.
_TAKEN_SHARE = 0.5
#: So far around it the article's text stands: a figure and a wrapper that scrolls may be between.
_STEPS = 3
#: Where so many cells hold a price, it is a shop's.
_PRICED_SHARE = 0.2
#: What sites call tables that stand beside a text, not in it.
_BESIDE = re.compile(
    r"infobox|navbox|vcard|metadata|spec(?:s|ification)|pric(?:e|ing)", re.IGNORECASE
)
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[€₽]")


@dataclass(slots=True)
class _Table:
    #: Its blocks, by their places in the page, and the row and cell of each; -1 for its caption.
    blocks: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    is_headed: bool = False


def whole(scene: Scene, kept: Sequence[bool]) -> list[bool]:
    """What is kept, and all of each table of data that stands between kept texts."""
    verdicts, extents = list(kept), _extents(scene.page, kept)
    for node, table in _tables(scene.page).items():
        if _holds_data(scene, table) and _is_amid(scene.page, node, table, extents):
            for place in table.blocks:
                verdicts[place] = True
    return verdicts


def paragraphs(page: Page, kept: Sequence[bool]) -> list[str]:
    """The texts of the kept blocks; the cells of a row are one, parted by tabs as when copied."""
    place_of = {
        place: (row, cell)
        for table in _tables(page).values()
        for place, row, cell in zip(table.blocks, table.rows, table.cells, strict=True)
    }
    places = [place for place, is_kept in enumerate(kept) if is_kept]
    found: list[str] = []
    for row, group in groupby(places, key=lambda place: place_of.get(place, (-1, -1))[0]):
        members = list(group)
        texts = [page.blocks[place].text for place in members]
        cells = {place_of[place][1] for place in members if place in place_of}
        is_row = row >= 0 and len(cells) == len(members)
        is_row = is_row and all(len(text) <= _LONGEST_CELL for text in texts)
        found += ["\t".join(texts)] if is_row else texts
    return found


def _tables(page: Page) -> dict[int, _Table]:
    """The tables that hold blocks, each block in its innermost, by their nodes."""
    found: dict[int, _Table] = {}
    # Most pages have none, and to look above each block takes longer than to know that.
    if all(node.tag != "table" for node in page.nodes):
        return found
    for place, block in enumerate(page.blocks):
        cell = row = -1
        for node in page.above(block.node):
            tag = page.nodes[node].tag
            if tag in ("td", "th"):
                cell = node
            elif tag == "tr":
                row = node
            elif tag == "table":
                table = found.setdefault(node, _Table())
                table.blocks.append(place)
                table.rows.append(row)
                table.cells.append(cell)
                is_head = cell < 0 or page.nodes[cell].tag == "th"
                table.is_headed |= is_head or page.nodes[page.nodes[node].parent].tag == "figure"
                break
    return found


def _holds_data(scene: Scene, table: _Table) -> bool:
    """Heads, a caption or a figure, few short columns, no prices, no box; an extractor took it."""
    blocks = [scene.page.blocks[place] for place in table.blocks]
    words = [len(scene.words[place]) for place in table.blocks]
    taken = sum(size * scene.taken[place] for size, place in zip(words, table.blocks, strict=True))
    priced = sum(_PRICE.search(block.text) is not None for block in blocks)
    return (
        table.is_headed
        and len(set(table.rows) - {-1}) in _ROWS
        and max(_widths(table)) in _COLUMNS
        and all(len(block.text) <= _LONGEST_CELL and not block.hidden for block in blocks)
        and priced < _PRICED_SHARE * len(blocks)
        and taken >= _TAKEN_SHARE * sum(words)
        and not any(scene.boxed[place] for place in table.blocks)
    )


def _widths(table: _Table) -> Iterator[int]:
    cells = sorted({*zip(table.rows, table.cells, strict=True)})
    for _, group in groupby(cells, key=lambda pair: pair[0]):
        yield len(list(group))


def _is_amid(page: Page, node: int, table: _Table, extents: Sequence[tuple[int, int]]) -> bool:
    """Does kept text stand before it and behind it, in an element close around it?"""
    first, last = table.blocks[0], table.blocks[-1]
    around = islice(page.above(page.nodes[node].parent), _STEPS)
    if _BESIDE.search(f"{page.nodes[node].name} {page.nodes[page.nodes[node].parent].name}"):
        return False
    return any(extents[each][0] < first and last < extents[each][1] for each in around)


def _extents(page: Page, kept: Sequence[bool]) -> list[tuple[int, int]]:
    """For each node, the places of the first and the last kept block in it."""
    nothing = (len(kept), -1)
    extents = [nothing] * len(page.nodes)
    for place, (block, is_kept) in enumerate(zip(page.blocks, kept, strict=True)):
        if is_kept:
            extents[block.node] = (min(extents[block.node][0], place), place)
    for node in range(len(extents) - 1, 0, -1):
        above, here = extents[page.nodes[node].parent], extents[node]
        extents[page.nodes[node].parent] = (min(above[0], here[0]), max(above[1], here[1]))
    return extents
