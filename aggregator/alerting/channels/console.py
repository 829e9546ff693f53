"""`console`: what an analyst sees on the terminal, or in a pipe, where nobody else is told."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from aggregator.alerting.message import render
from aggregator.alerting.options import ChannelOptions
from aggregator.alerting.retry import delivered, failed
from aggregator.alerting.view import Marked, NoticeView, notice_view
from aggregator.models import Alert, Delivery, Notice, Pace, Person
from aggregator.protocols import Surroundings

log = logging.getLogger(__name__)

#: Before every line of an alert but the first.
INDENT = "  "


class Options(ChannelOptions):
    """The console has none."""


class Channel:
    """Prints; in colour on a terminal, plain in a pipe."""

    pace = Pace(places=8, per_second=10_000, burst=10_000)

    def __init__(
        self,
        options: Options,  # noqa: ARG002 - every channel is made in the same way
        around: Surroundings,
        *,
        file: TextIO | None = None,
    ) -> None:
        """`file` in place of what standard output is at the time."""
        self._clock = around.clock
        self._file = file
        self._one_at_a_time = asyncio.Lock()

    def address(self, person: Person) -> str:  # noqa: ARG002 - one console for everybody
        return "stdout"

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
        width = console.width if on_terminal else None
        shown = _notice(notice_view(content, person.timezone), in_colour, width)
    else:
        shown = Text(render(alert, person).text)
    # In a pipe every text stays on its line; an alert is already as wide as its terminal.
    console.print(shown, soft_wrap=not on_terminal or isinstance(content, Notice))
    return page.getvalue()


def _write(file: TextIO, text: str) -> None:
    encoding = file.encoding or "utf-8"
    file.write(text.encode(encoding, "backslashreplace").decode(encoding))
    file.flush()


def _notice(view: NoticeView, in_colour: bool, width: int | None) -> Text:
    """Wrapped to that many cells; None: each part on a line, however long."""
    parts = [
        *_head(view, in_colour, width),
        *_wrapped(Text(view.title, "bold"), width),
        *_wrapped(_excerpt(view.excerpt, in_colour), width),
        *_wrapped(Text(" · ".join(filter(None, _facts(view))), "dim"), width),
        # Never broken, so that it can be clicked on and copied.
        Text(view.url, "underline"),
    ]
    return Text(f"\n{INDENT}").join(part for part in parts if part) + "\n"


def _head(view: NoticeView, in_colour: bool, width: int | None) -> list[Text]:
    """The time stands on a line of its own where it would be broken."""
    watch_style = "bold white on red" if view.severity == "high" else "bold black on yellow"
    watch = f" {view.watch} " if in_colour else f"[{view.watch}]"
    label = Text.assemble(
        (watch, watch_style),
        (" HIGH" if view.severity == "high" else "", "bold red"),
        (f"  {view.outlet}", "dim"),
    )
    seen = Text(f"{view.seen} {view.clock}", "dim")
    whole = label + Text(" · ", "dim") + seen
    if width is None or whole.cell_len <= width:
        return [whole]
    return [*_wrapped(label, width), seen]


def _wrapped(text: Text, width: int | None) -> list[Text]:
    """Lines of at most `width` cells, the indent included."""
    if width is None:
        return [text]
    lines = text.wrap(Console(file=io.StringIO(), width=width), max(1, width - len(INDENT)))
    for line in lines:
        line.rstrip()
    return list(lines)


def _excerpt(pieces: Marked, in_colour: bool) -> Text:
    """Mentions in colour, or between asterisks."""
    text = Text()
    for piece, mention in pieces:
        text.append(piece if in_colour or not mention else f"*{piece}*", _STYLE[mention])
    return text


_STYLE = {True: "bold yellow reverse", False: ""}


def _facts(view: NoticeView) -> list[str]:
    return [
        f"update: {view.news}" if view.news else "",
        f"matched {', '.join(view.terms)}" if view.terms else "",
        f"also on {', '.join(view.also_on)}" if view.also_on else "",
        view.also_in,
        view.missing,
        f"published {view.oddness}" if view.oddness else "",
        f"item {view.item}",
    ]
