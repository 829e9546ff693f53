"""Tables within an article: which of them are its text, and how their rows read."""

from __future__ import annotations

import time

import pytest
from lxml import html

from aggregator.reading import tables
from aggregator.reading.blocks import segment
from aggregator.reading.boxes import boxed
from aggregator.reading.extract import extract
from aggregator.reading.scene import Scene
from aggregator.reading.study import words_of
from aggregator.reading.words import count_words
from tests.unit.test_extract import BODY, URL, page

HEADS = "<tr><th>Group<th>Dead</tr>"
ROWS = "<tr><td>Jundullah<td>12</tr><tr><td>Jaish al-Adl<td>3</tr>"
TABLE = f"<table>{HEADS}{ROWS}</table>"
BEFORE, BEHIND = "<p>The ministry counted the dead.</p>", "<p>It will count again.</p>"


def scene_of(markup: str, taken: float = 1.0) -> Scene:
    found = segment(html.document_fromstring(f"<html><body>{markup}</body></html>").find("body"))
    blocks = found.blocks
    return Scene(
        found,
        [words_of(block.text) for block in blocks],
        sizes=[count_words(block.text) for block in blocks],
        taken=[taken] * len(blocks),
        claimed=[0.0] * len(blocks),
        boxed=boxed(found, [False] * len(blocks)),
    )


def text_of(markup: str, taken: float = 1.0) -> list[str]:
    """The text, when of all blocks only those in a `<p>` were kept."""
    scene = scene_of(markup, taken)
    nodes = scene.page.nodes
    kept = [nodes[block.node].tag == "p" for block in scene.page.blocks]
    return tables.paragraphs(scene.page, tables.whole(scene, kept))


READ = ["Group\tDead", "Jundullah\t12", "Jaish al-Adl\t3"]


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        pytest.param(TABLE, READ, id="with heads"),
        pytest.param(f"<div><div>{TABLE}</div></div>", READ, id="in wrappers"),
        pytest.param(
            f"<table><caption>The dead</caption>{ROWS}</table>",
            ["The dead", *READ[1:]],
            id="with a caption",
        ),
        pytest.param(f"<figure><table>{ROWS}</table></figure>", READ[1:], id="a figure"),
        pytest.param(
            "<table><tr><th>Group<td>Jundullah</tr><tr><th>On<td>2 November 2026</tr></table>",
            ["Group\tJundullah", "On\t2 November 2026"],
            id="heads at the side",
        ),
    ],
)
def test_a_table_amid_the_text_is_text(table: str, wanted: list[str]) -> None:
    first, last = "The ministry counted the dead.", "It will count again."
    assert text_of(f"<nav>Home</nav><article>{BEFORE}{table}{BEHIND}</article>") == [
        first,
        *wanted,
        last,
    ]


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"{BEFORE}<table>{ROWS}</table>{BEHIND}", id="a layout: no heads"),
        pytest.param(f"{BEFORE}{BEHIND}{TABLE}", id="behind the text"),
        pytest.param(f"{TABLE}{BEFORE}{BEHIND}", id="before the text"),
        pytest.param(f"{BEFORE}<aside>{TABLE}</aside>{BEHIND}", id="a box"),
        pytest.param(f"{BEFORE}<div class=related>{TABLE}</div>{BEHIND}", id="a named box"),
        pytest.param(f"{BEFORE}{TABLE.replace('e>', 'e class=infobox>', 1)}{BEHIND}", id="infobox"),
        pytest.param(f"{BEFORE}<div class=price-list>{TABLE}</div>{BEHIND}", id="a price list"),
        pytest.param(
            f"<div>{BEFORE}</div><div><div><div>{TABLE}</div></div></div>{BEHIND}",
            id="far from the text",
        ),
        pytest.param(
            f"{BEFORE}<table><tr><th>Plan<th>Price</tr><tr><td>Basic<td>$19</tr></table>{BEHIND}",
            id="prices",
        ),
        pytest.param(
            f"{BEFORE}<table><tr><th>Plan<th>Price</tr><tr><td>Basic<td>19 €</tr></table>{BEHIND}",
            id="prices in euros",
        ),
        pytest.param(f"{BEFORE}<div hidden>{TABLE}{TABLE}</div>{BEHIND}", id="hidden"),
        pytest.param(f"{BEFORE}<table>{HEADS}</table>{BEHIND}", id="one row"),
        pytest.param(
            f"{BEFORE}<table><caption>Dead</caption>{HEADS}</table>{BEHIND}", id="a captioned row"
        ),
        pytest.param(
            f"{BEFORE}<table><tr><th>Group</tr><tr><td>Jundullah</tr></table>{BEHIND}",
            id="one column",
        ),
        pytest.param(
            f"{BEFORE}<table><tr>{'<th>a' * 7}</tr><tr>{'<td>b' * 7}</tr></table>{BEHIND}",
            id="many columns",
        ),
        pytest.param(
            f"{BEFORE}<table><tr><th>a<th>b</tr>{'<tr><td>c<td>d</tr>' * 100}</table>{BEHIND}",
            id="many rows",
        ),
        pytest.param(
            f"{BEFORE}<table>{HEADS}<tr><td>{'word ' * 50}<td>b</tr></table>{BEHIND}",
            id="cells of prose",
        ),
    ],
)
def test_other_tables_are_left_to_the_model(markup: str) -> None:
    assert text_of(markup) == ["The ministry counted the dead.", "It will count again."]


def test_what_no_extractor_took_is_left_to_the_model() -> None:
    assert len(text_of(f"{BEFORE}{TABLE}{BEHIND}", taken=0.4)) == 2


def rows_of(markup: str) -> list[str]:
    page = scene_of(markup).page
    return tables.paragraphs(page, [True] * len(page.blocks))


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        pytest.param("<tr><td>a<td>b</tr><tr><td>c</tr>", ["a\tb", "c"], id="rows"),
        pytest.param("<td>a<td>b", ["a", "b"], id="cells of no row"),
        pytest.param("<tr><td>a<td><p>b<p>c</tr>", ["a", "b", "c"], id="a cell of paragraphs"),
        pytest.param(f"<tr><td>a<td>{'b' * 201}</tr>", ["a", "b" * 201], id="a long cell"),
        pytest.param(
            "<tr><td><table><tr><td>a<td>b</tr></table><td>c</tr>",
            ["a\tb", "c"],
            id="a table in it",
        ),
    ],
)
def test_a_row_is_a_paragraph(rows: str, wanted: list[str]) -> None:
    assert rows_of(f"<table>{rows}</table>") == wanted


def test_a_cell_that_was_not_kept_parts_no_row() -> None:
    page = scene_of("<table><tr><td>a<td>Share<td>b</tr></table>").page
    assert tables.paragraphs(page, [True, False, True]) == ["a\tb"]


def test_a_casualty_table_is_read_with_its_article() -> None:
    table = f"</p><table><caption>The dead by group</caption>{HEADS}{ROWS}</table><p>"
    body = (BODY[0], f"{BODY[1]}{table}{BODY[2]}", BODY[3], BODY[4], "")
    assert extract(page(body=body), URL).paragraphs == (
        *BODY[:2],
        "The dead by group",
        *READ,
        *BODY[2:],
    )


def test_hostile_tables_take_no_long_time() -> None:
    began = time.process_time()
    text_of(f"<p>a</p>{TABLE * 500}<p>b</p>")
    text_of(f"{'<table><tr><th>' * 80}{TABLE * 200}")
    assert time.process_time() - began < 3
