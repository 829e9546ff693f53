"""What the console shows, on a terminal and in a pipe."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

import pytest

from aggregator.alerting.channels import channel_types, make, module
from aggregator.alerting.channels.console import Channel, Options
from aggregator.models import Alert, Delivery, Digest, Excerpt, Notice, Person
from tests.around import around
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina")
NOTICE = Notice(
    watch="Jundallah",
    severity="high",
    title="A pledge",
    outlet="Quetta Courier",
    url="https://courier.example/pledge",
    item=7,
    first_seen=NOW,
    excerpt=Excerpt("Then Jundullah spoke.", ((5, 14),)),
    terms=("Jundullah",),
    quality="summary",
    also=("Balochistan",),
    outlets=("Meridian Wire",),
)
DIGEST = Digest("amina", date(2026, 11, 23), NOW, NOW, (), feeds_read=14)
ALERT = Alert("key", "match", "amina", "console", NOTICE, NOW, NOW)

#: What colours, and nothing else: SGR.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


async def printed(alert: Alert, *, terminal: bool, encoding: str = "utf-8") -> str:
    """What arrives on the other side, in full."""
    raw = io.BytesIO()
    kind = Terminal if terminal else io.TextIOWrapper
    with kind(raw, encoding, write_through=True) as file:
        channel = Channel(Options(), around(Path(), NOW), file=file)
        delivery = await channel.send(alert, AMINA)
        assert delivery == Delivery("delivered", NOW)
        return raw.getvalue().decode(encoding)


async def test_in_a_pipe_it_is_plain() -> None:
    assert await printed(ALERT, terminal=False) == (
        "[Jundallah] HIGH  Quetta Courier · Mon 23 Nov 2026 09:05 UTC\n"
        "  A pledge\n"
        "  Then *Jundullah* spoke.\n"
        "  matched Jundullah · also on Balochistan · also 1 outlet: Meridian Wire"
        " · summary only · item 7\n"
        "  https://courier.example/pledge\n"
        "\n"
    )


async def test_on_a_terminal_the_mention_is_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = await printed(ALERT, terminal=True)
    assert re.search(r"Then \x1b\[[0-9;]*mJundullah\x1b\[0m spoke", shown)
    assert "Then Jundullah spoke." in COLOUR.sub("", shown)


async def test_on_a_terminal_without_colours_the_mention_stands_between_asterisks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "Then *Jundullah* spoke." in await printed(ALERT, terminal=True)


async def test_in_a_pipe_no_line_is_broken() -> None:
    title = "Jundallah " * 25
    shown = await printed(replace(ALERT, content=replace(NOTICE, title=title)), terminal=False)
    assert f"  {title.strip()}\n" in shown


async def test_on_a_terminal_wrapped_lines_are_indented_and_a_time_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    url = "https://courier.example/" + "a-long-way/" * 8
    notice = replace(
        NOTICE, title="Jundallah pledges " * 6, outlet="The Courier of Greater Quetta", url=url
    )
    shown = COLOUR.sub("", await printed(replace(ALERT, content=notice), terminal=True))
    first, *others = shown.rstrip("\n").split("\n")
    assert first == " Jundallah  HIGH  The Courier of"
    assert "  Mon 23 Nov 2026 09:05 UTC" in others
    assert f"  {url}" in others, "an address is not broken"
    for other in others:
        assert re.match(r"  \S", other)
        assert len(other) <= 40 or url in other


async def test_a_digest_is_its_text() -> None:
    shown = await printed(replace(ALERT, kind="digest", content=DIGEST), terminal=False)
    assert "Nothing matched; 14 feeds read.\n" in shown


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("text", TEXTS)
async def test_nothing_a_feed_sends_reaches_the_terminal_as_a_command(
    text: str, terminal: bool
) -> None:
    notice = replace(
        NOTICE, title=text, outlet=text, terms=(text,), excerpt=Excerpt(text, ((0, 3),)), url=text
    )
    shown = COLOUR.sub("", await printed(replace(ALERT, content=notice), terminal=terminal))
    for char in shown.replace("\n", ""):
        assert unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(char) not in {"LRO", "RLO", "LRE", "RLE", "LRI", "RLI"}


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1256"])
async def test_a_terminal_of_another_encoding_shows_what_it_can(encoding: str) -> None:
    notice = replace(NOTICE, title="گزارش Jundallah 侵攻")
    shown = await printed(replace(ALERT, content=notice), terminal=False, encoding=encoding)
    assert "Jundallah \\u4fb5" in shown


def broken_pipe() -> TextIO:
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


def closed_file() -> TextIO:
    file = io.StringIO()
    file.close()
    return file


@pytest.mark.parametrize("gone", [broken_pipe, closed_file])
async def test_a_console_that_is_gone_is_tried_again(gone: Callable[[], TextIO]) -> None:
    """And does not end the process."""
    file = gone()
    channel = Channel(Options(), around(Path(), NOW), file=file)
    delivery = await channel.send(ALERT, AMINA)
    with suppress(BrokenPipeError):
        file.close()
    assert (delivery.state, delivery.reason) == ("retry", "console_closed")
    assert delivery.retry_at is not None
    assert delivery.retry_at > NOW


async def test_it_prints_where_stdout_is_when_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    channel = make("console", {}, around(Path(), NOW))
    await channel.send(ALERT, AMINA)
    assert "Then *Jundullah* spoke." in capsys.readouterr().out


# ── channels are files ────────────────────────────────────────────────────────────────────────────


def test_every_file_is_a_channel() -> None:
    files = {path.stem for path in Path(module("console").__file__ or "").parent.glob("*.py")}
    assert set(channel_types()) == files - {"__init__"}
    for name in channel_types():
        assert module(name).Options.model_config["extra"] == "forbid"


def test_there_is_no_channel_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        make("../../etc/passwd", {}, around(tmp_path, NOW))
