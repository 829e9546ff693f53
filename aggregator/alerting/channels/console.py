"""`console`: what an analyst sees on the terminal, or in a pipe, where nobody else is told."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

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
        console: Console | None = None,
    ) -> None:
        self._clock = clock
        self._console = console or Console(highlight=False, markup=False, emoji=False)
        self._one_at_a_time = asyncio.Lock()

    async def send(self, alert: Alert, person: Person) -> Delivery:
        try:
            text = self._rendered(alert, person)
        except Exception as error:
            log.exception("bug", extra={"alert": alert.key, "channel": "console"})
            return failed(alert, self._clock(), "bug", repr(error))
        try:
            async with self._one_at_a_time:
                # A pipe whose reader has stopped reading blocks; nobody else waits for it.
                await asyncio.to_thread(self._write, text)
        except (OSError, ValueError) as error:
            return failed(alert, self._clock(), "console_closed", str(error))
        return delivered(self._clock())

    def _rendered(self, alert: Alert, person: Person) -> str:
        content = alert.content
        if isinstance(content, Notice):
            shown = _notice(notice_view(content, person.timezone), self._console.is_terminal)
        else:
            shown = Text(render(alert, person).text)
        # Captured, because rich ends the process when its pipe is closed.
        with self._console.capture() as captured:
            # In a pipe every text stays on its line.
            self._console.print(shown, soft_wrap=not self._console.is_terminal)
        return captured.get()

    def _write(self, text: str) -> None:
        file = self._console.file
        encoding = self._console.encoding
        file.write(text.encode(encoding, "backslashreplace").decode(encoding))
        file.flush()


def _notice(view: NoticeView, on_terminal: bool) -> Text:
    watch_style = "bold white on red" if view.severity == "high" else "bold black on yellow"
    watch = f" {view.watch} " if on_terminal else f"[{view.watch}]"
    lines = [
        Text.assemble(
            (watch, watch_style),
            (" HIGH" if view.severity == "high" else "", "bold red"),
            (f"  {view.outlet} · {view.seen}", "dim"),
        ),
        Text(view.title, "bold"),
        _excerpt(view.excerpt, on_terminal),
        Text(" · ".join(filter(None, _facts(view))), "dim"),
        Text(view.url, "underline" if on_terminal else ""),
    ]
    return Text("\n  ").join(line for line in lines if line) + "\n"


def _excerpt(pieces: Marked, on_terminal: bool) -> Text:
    """Mentions in colour on a terminal, between asterisks elsewhere."""
    text = Text()
    for piece, mention in pieces:
        text.append(piece if on_terminal or not mention else f"*{piece}*", _STYLE[mention])
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
