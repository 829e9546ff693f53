"""`match`: the watches over any text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import click

from aggregator.cli.bars import working
from aggregator.cli.context import Context
from aggregator.cli.output import complain, json_line, on_terminal
from aggregator.cli.records import match_record
from aggregator.models import Document
from aggregator.watching.engine import Engine

MEND = 'write {"id": 1, "title": "…"} on one line'


@click.command()
@click.argument(
    "files", nargs=-1, type=click.File("r", encoding="utf-8-sig", errors="surrogateescape")
)
@click.option("--json", "as_json", is_flag=True, hidden=True, help="Always JSON lines.")
@click.pass_context
def match(ctx: click.Context, files: tuple[IO[str], ...], as_json: bool) -> None:  # noqa: ARG001
    """The watches over any text: JSON lines in, JSON lines out.

    A line in is {"id", "title", "summary", "text", "lang"}; a line out {"id", "matches"}, each
    match with its terms and where they stand.  Without FILE, or with -, standard input is read.

    \b
    Example:
      echo '{"id": 1, "title": "Jundullah claims attack"}' | python run.py match
    """
    context: Context = ctx.obj
    settings = context.settings
    engine = Engine(settings.watches, settings.groups)
    failed = False
    # On a terminal the lines themselves show how far it is.
    with working("matching", leaves="what is printed stands", drawn=not on_terminal()) as bar:
        for file, number, line in _lines(files):
            bar.advance()
            try:
                name, document = _document(line)
            except ValueError as error:
                complain(f"{file.name}:{number}: {error} ({MEND})")
                failed = True
                continue
            matches = engine.match(document)
            json_line({"id": name, "matches": [match_record(found) for found in matches]})
    if failed:
        ctx.exit(1)


def _lines(files: tuple[IO[str], ...]) -> Iterator[tuple[IO[str], int, str]]:
    """Those that hold something, with their number in their file; without files, of stdin."""
    stdin: IO[str] = click.open_file("-", encoding="utf-8-sig", errors="surrogateescape")
    for file in files or (stdin,):
        for number, line in enumerate(file, 1):
            if line.strip():
                yield file, number, line


def _document(line: str) -> tuple[Any, Document]:
    """Raises ValueError, its message naming what is wrong with the line."""
    try:
        line.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("not UTF-8") from error
    try:
        record = json.loads(line, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg}, column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    document = Document(
        title=_text(record, "title"),
        summary=_text(record, "summary"),
        text=_text(record, "text"),
        lang=_text(record, "lang") or None,
    )
    return record.get("id"), document


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 §6), and an id is printed as it came."""
    raise ValueError(f"not JSON: {name} is no number")


def _text(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a string")
    return value
