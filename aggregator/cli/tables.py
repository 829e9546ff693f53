"""Rows as a person reads them on a terminal, wide or narrow; tab-separated in a pipe."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import click
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from aggregator.cli.output import on_terminal, short
from aggregator.text.printable import printable

#: Columns of words, which may be broken or cut.  All others hold codes, times and numbers.
WORDY = frozenset("about,feed,full text,name,source,spelling,title,told,watch,watches".split(","))
#: Cells between two columns.
GAP = 2
#: Below so many cells a table leaves out what it can spare.
WIDE = 100
_NUMBER = re.compile(r"[0-9][0-9.,]*%?|–|")


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    spare: Collection[str] = (),
    under: Sequence[str] = (),
) -> None:
    """A cell that is a datetime is shown as local time.  Of the columns, those in `spare` are left
    out on a narrow terminal, and those in `under` stand there below their row.

    Control characters are neutralised: titles come from anywhere.
    """
    if not on_terminal():
        for row in rows:
            click.echo("\t".join(_plain(cell) for cell in row))
        return
    texts = [[_brief(cell) for cell in row] for row in rows]
    console = Console()
    if not texts:
        return
    if console.width >= WIDE:
        console.print(_grid(columns, texts))
        return
    narrow = [n for n, column in enumerate(columns) if column not in {*spare, *under}]
    grid = _grid([columns[n] for n in narrow], [[row[n] for n in narrow] for row in texts])
    if under:
        _keep_to_one_line(grid, console.width)
        _print_with_lines_under(console, grid, _joined(columns, under, texts))
    else:
        console.print(grid)


def _joined(
    columns: Sequence[str], under: Sequence[str], texts: Sequence[Sequence[str]]
) -> list[str]:
    places = [columns.index(column) for column in under]
    return [" · ".join(filter(None, (row[n] for n in places))) for row in texts]


def _plain(cell: object) -> str:
    return printable(short(cell) if isinstance(cell, datetime) else str(cell))


def _brief(cell: object) -> str:
    """A time as whoever looks at the clock writes it: to the minute this year, else the date."""
    if not isinstance(cell, datetime):
        return printable(str(cell))
    local = cell.astimezone()
    this_year = local.year == datetime.now(local.tzinfo).year
    return local.strftime("%d %b %H:%M" if this_year else "%d %b %Y")


def _grid(columns: Sequence[str], texts: Sequence[Sequence[str]]) -> Table:
    grid = Table(box=None, header_style="bold", pad_edge=False, padding=(0, GAP, 0, 0))
    for n, column in enumerate(columns):
        cells = [row[n] for row in texts]
        numbers = all(_NUMBER.fullmatch(cell) for cell in cells)
        grid.add_column(
            column,
            justify="right" if numbers else "left",
            no_wrap=column not in WORDY,
            min_width=max(map(cell_len, (column, *(cells if column not in WORDY else ())))),
        )
    for row in texts:
        grid.add_row(*map(Text, row))
    return grid


def _keep_to_one_line(grid: Table, width: int) -> None:
    """Columns of words share what the others leave, and are cut there."""
    needs = [max(map(cell_len, map(str, column.cells))) for column in grid.columns]
    wordy = [n for n, column in enumerate(grid.columns) if not column.no_wrap]
    room = width - GAP * len(needs) - sum(needs) + sum(needs[n] for n in wordy)
    for place, n in enumerate(sorted(wordy, key=needs.__getitem__)):
        share = min(needs[n], max(0, room) // (len(wordy) - place))
        room -= share
        column = grid.columns[n]
        column.no_wrap, column.overflow, column.width = True, "ellipsis", share
        column.min_width = None


def _print_with_lines_under(console: Console, grid: Table, under: Sequence[str]) -> None:
    with console.capture() as captured:
        console.print(grid)
    head, *lines = captured.get().splitlines()
    click.echo(head)
    for line, text in zip(lines, under, strict=True):
        click.echo(line)
        console.print(Padding(Text(text), (0, 0, 0, 4)), highlight=False)
