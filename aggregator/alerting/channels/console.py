"""`console`: what an analyst sees on the terminal, or in a pipe, where nobody else is told."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.text import Text

from aggregator.alerting.message import render
from aggregator.alerting.retry import delivered, failed
from aggregator.alerting.view import Marked, NoticeView, notice_view
from aggregator.models import Alert, Delivery, Notice, Person
from aggregator.protocols import Clock

log = logging.getLogger(__name__)


class Options(BaseModel):
    """The console has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Channel:
    """Prints; in colour on a terminal, plain in a pipe."""

    def __init__(
        self,
        options: Options,  # noqa: ARG002 - every channel is made in the same way
        *,
        directory: Path,  # noqa: ARG002 - the same
        clock: Clock,
        file: TextIO | None = None,
    ) -> None:
        """`file` in place of what standard output is at the time."""
        self._clock = clock
        self._file = file
        self._one_at_a_time = asyncio.Lock()

    async def send(self, alert: Alert, person: Person) -> Delivery:
        file = self._file or sys.stdout
        try:
            text = _rendered(alert, person, on_terminal=not file.closed and file.isatty())
        except Exception as error:
            log.exception("bug", extra={"alert": alert.key, "channel": "console"})
            return failed(alert, self._clock(), "bug", repr(error))
        try:
            async with self._one_at_a_time:
                # A pipe whose reader has stopped reading blocks; nobody else waits for it.
                await asyncio.to_thread(_write, file, text)
        except (OSError, ValueError) as error:
            return failed(alert, self._clock(), "console_closed", str(error))
        return delivered(self._clock())


def _rendered(alert: Alert, person: Person, *, on_terminal: bool) -> str:
    # Not printed by rich itself, which ends the process when its pipe is closed.
    page = io.StringIO()
    console = Console(file=page, force_terminal=on_terminal, highlight=False)
    # A pipe has no colours, nor has a dumb terminal.
    in_colour = console.color_system is not None
    content = alert.content
    if isinstance(content, Notice):
        shown = _notice(notice_view(content, person.timezone), in_colour)
    else:
        shown = Text(render(alert, person).text)
    # In a pipe every text stays on its line.
    console.print(shown, soft_wrap=not on_terminal)
    return page.getvalue()


def _write(file: TextIO, text: str) -> None:
    encoding = file.encoding or "utf-8"
    file.write(text.encode(encoding, "backslashreplace").decode(encoding))
    file.flush()


def _notice(view: NoticeView, in_colour: bool) -> Text:
    watch_style = "bold white on red" if view.severity == "high" else "bold black on yellow"
    watch = f" {view.watch} " if in_colour else f"[{view.watch}]"
    lines = [
        Text.assemble(
            (watch, watch_style),
            (" HIGH" if view.severity == "high" else "", "bold red"),
            (f"  {view.outlet} · {view.seen}", "dim"),
        ),
        Text(view.title, "bold"),
        _excerpt(view.excerpt, in_colour),
        Text(" · ".join(filter(None, _facts(view))), "dim"),
        Text(view.url, "underline"),
    ]
    return Text("\n  ").join(line for line in lines if line) + "\n"


def _excerpt(pieces: Marked, in_colour: bool) -> Text:
    """Mentions in colour, or between asterisks."""
    text = Text()
    for piece, mention in pieces:
        text.append(piece if in_colour or not mention else f"*{piece}*", _STYLE[mention])
    return text


_STYLE = {True: "bold yellow reverse", False: ""}


def _facts(view: NoticeView) -> list[str]:
    return [
        f"matched {', '.join(view.terms)}" if view.terms else "",
        f"also on {', '.join(view.also_on)}" if view.also_on else "",
        view.also_in,
        view.missing,
        f"item {view.item}",
    ]
