"""How every command speaks: JSON lines for programs, words for people, complaints on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from aggregator.models import Poll
from aggregator.text.printable import printable

#: None, and eight heights.
_BARS = " ▁▂▃▄▅▆▇█"


#: The key of click's context under which `--quiet` stands.
QUIET = "aggregator.quiet"


def on_terminal() -> bool:
    # A closed stdout (`>&-`) is None.
    return sys.stdout is not None and sys.stdout.isatty()


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with microseconds."""
    return moment.isoformat(timespec="microseconds") if moment else None


def short(moment: datetime | None) -> str:
    """A local wall-clock time, to the minute, with its zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z") if moment else "–"


def shown_status(poll: Poll | None) -> str:
    """The HTTP status; `–` where none came."""
    return str(poll.status) if poll and poll.status else "–"


def sparkline(counts: Sequence[int]) -> str:
    """A bar a count on a terminal, the counts themselves in a pipe."""
    if not on_terminal():
        return ",".join(map(str, counts))
    most = max(counts, default=0)
    return "".join(
        _BARS[math.ceil(count / most * (len(_BARS) - 1))] if most else " " for count in counts
    )


def complain(text: str) -> None:
    """What went wrong: one line on stderr; names from feeds and files may hold anything."""
    click.echo(printable(text), err=True)


def is_quiet() -> bool:
    """Whether only errors are wanted on stderr."""
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(QUIET))


def say(text: str) -> None:
    """What went well: one line on stderr, unless --quiet."""
    if not is_quiet():
        complain(text)


def say_if_none(found: Sequence[object]) -> None:
    """So that a person at a terminal does not take silence for a failure."""
    if not found and on_terminal():
        say("nothing found")


def json_line(record: Mapping[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False)
    # A lone surrogate cannot be written as UTF-8; in JSON its escape says the same.
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def show(text: Text) -> None:
    """A styled line, folded between words with its indentation; plain and whole in a pipe, whatever
    the environment says of colours."""
    if on_terminal():
        bare = text.plain.lstrip()
        indent = len(text.plain) - len(bare)
        Console(highlight=False).print(Padding(text[indent:], (0, 0, 0, indent)))
    else:
        click.echo(text.plain)
