"""Bars, colours and Ctrl-C, on a terminal and in a pipe."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import subprocess
import sys
import termios
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len

from aggregator.demo.server import NewsroomServer
from tests.cli.conftest import ROOT, Run, command_line, environment, process, settings_file

COLOUR = re.compile(rb"\x1b\[[0-9;]*3[0-7][0-9;]*m")


class Terminal:
    """A program with a terminal of its own for everything it says."""

    def __init__(self, *arguments: str | Path, **variables: str) -> None:
        self._ours, theirs = pty.openpty()
        self.program = subprocess.Popen(  # noqa: S603  our own program
            command_line(*arguments),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(TERM="xterm-256color", **variables),
            start_new_session=True,
            # So that a ^C typed here reaches the program and all its children.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self.said = b""

    def read_until(self, *words: bytes) -> None:
        """Of these words one; without any, the end."""
        # Linux answers EIO when the last program has left the terminal.
        with suppress(OSError):
            while not any(word in self.said for word in words):
                part = os.read(self._ours, 4096)
                if not part:
                    break
                self.said += part

    def type(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def end(self) -> int:
        self.read_until()
        return self.program.wait(30)

    def close(self) -> None:
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self._ours)


@contextmanager
def terminal(*arguments: str | Path, **variables: str) -> Iterator[Terminal]:
    opened = Terminal(*arguments, **variables)
    try:
        yield opened
    finally:
        opened.close()


@dataclass(frozen=True)
class Shown:
    status: int
    said: bytes


Show = Callable[..., Shown]


@pytest.fixture(scope="module")
def show(demo: Path) -> Show:
    """What a command about the demo's store shows on a terminal; each is started once."""

    @cache
    def shown(command: str, **variables: str) -> Shown:
        with terminal("--config", demo / "feeds.yaml", *command.split(), **variables) as opened:
            return Shown(opened.end(), opened.said)

    return shown


def test_a_terminal_shows_a_bar_and_quiet_does_not(show: Show) -> None:
    shown, quiet = show("storage check"), show("--quiet storage check")
    assert shown.status == quiet.status == 0
    assert b"reading everything" in shown.said
    assert b"reading everything" not in quiet.said
    assert b"whole" not in quiet.said


@pytest.mark.parametrize("command", ["search Balochistan", "storage check", "watch test Jundallah"])
def test_no_color_takes_colours_away_on_a_terminal(show: Show, command: str) -> None:
    plain, coloured = show(command, NO_COLOR="1"), show(command)
    assert plain.said
    assert not COLOUR.search(plain.said)
    assert bool(COLOUR.search(coloured.said)) or not command.startswith("search")


@pytest.mark.parametrize("command", ["search Balochistan", "storage check", "items list"])
def test_a_pipe_has_neither_colours_nor_bars(demo: Path, command: str) -> None:
    done = subprocess.run(  # noqa: S603  our own program
        command_line("--config", demo / "feeds.yaml", *command.split()),
        capture_output=True,
        env=environment(FORCE_COLOR="1", TTY_COMPATIBLE="1"),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr


async def test_ctrl_c_leaves_a_whole_store_and_says_what_was_done(tmp_path: Path) -> None:
    """One feed does not answer until the key is pressed."""
    pressed = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await pressed.wait()
        writer.close()

    async with NewsroomServer(datetime.now(UTC)) as newsroom:
        silent = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        feeds = f"feeds:\n  - http://127.0.0.1:{port}/feed\n"
        config = settings_file(tmp_path, newsroom.feeds_yaml.replace("feeds:\n", feeds, 1))
        with terminal("--config", config, "once", "--all") as once:
            await asyncio.to_thread(once.read_until, b"polled")
            once.type(b"\x03")
            pressed.set()
            assert await asyncio.to_thread(once.end) == 1
        silent.close()
        said = once.said.decode()
        assert "stopped; what is not done is still due" in said
        assert re.search(r"[1-9]\d* feeds polled", said)
        assert "Traceback" not in said
        checked = await asyncio.to_thread(process, "--config", config, "storage", "check")
        assert (checked.status, checked.err.partition(":")[0]) == (0, "the store is whole")
        after = await asyncio.to_thread(process, "--config", config, "once", "--all")
        assert "12 feeds polled" in after.err


def test_ctrl_c_says_how_far_a_command_came_and_what_that_leaves(demo: Path) -> None:
    with terminal("--config", demo / "feeds.yaml", "match") as match:
        match.type(b'{"id": 7, "title": "Talks in Quetta"}\n')
        match.read_until(b'"matches"')
        match.type(b"\x03")
        assert match.end() == 1
    assert b"stopped matching at 1; what is printed stands" in match.said
    assert b"Traceback" not in match.said


WIDE = {"COLUMNS": "120", "NO_COLOR": "1"}


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ("search Balochistan", {}),
        ("watch test Jundallah", {}),
        ("items list", WIDE),
        ("feeds list", WIDE),
        ("alerts list", WIDE),
    ],
    ids=["search", "watch test", "items", "feeds", "alerts"],
)
def test_what_may_take_long_shows_a_bar(
    show: Show, command: str, variables: dict[str, str]
) -> None:
    said = show(command, **variables).said
    assert re.search(rb"(reading|searching|reading the archive)[^\n]*0:00:0", said)


@pytest.mark.parametrize(
    ("command", "printed"),
    [("extract page.html page.html", b'{"source": '), ("once --all", b"polled feed=")],
)
def test_what_prints_as_it_goes_draws_no_bar(tmp_path: Path, command: str, printed: bytes) -> None:
    config = settings_file(tmp_path, "feeds: [http://127.0.0.1/feed]\n")
    page = tmp_path / "page.html"
    page.write_text("<p>The road to Quetta is open again, the district said on Monday.</p>" * 9)
    words = command.replace(page.name, str(page)).split()
    with terminal("--config", config, *words) as opened:
        opened.end()
    assert printed in opened.said
    assert b"0:00:0" not in opened.said


LISTS = [
    pytest.param("feeds list", ["not_modified", "Institute for"], id="feeds"),
    pytest.param("feeds polls", ["not_modified", "rejected", "Meridian Wire"], id="polls"),
    pytest.param(
        "items list",
        ["Phones go silent in Quetta before Friday prayers · Jundallah, Islamic State", "full"],
        id="items",
    ),
    pytest.param(
        "alerts list",
        ["Islamic State in Balochistan · Phones go silent in Quetta", "delivered", "digest_only"],
        id="alerts",
    ),
]


@pytest.mark.parametrize(("command", "whole"), LISTS)
@pytest.mark.parametrize("width", [80, 120])
def test_a_list_can_be_read_on_a_terminal_of_any_width(
    show: Show, command: str, whole: list[str], width: int
) -> None:
    shown = show(command, **WIDE | {"COLUMNS": str(width)})
    assert shown.status == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.said.decode())
    assert max(map(cell_len, text.splitlines())) <= width
    if width == 80:
        assert [words for words in whole if words not in text] == []


@pytest.mark.parametrize(
    "command", ["items show {}", "items explain {}", "alerts explain {} tomas"]
)
def test_long_text_is_folded_between_words(show: Show, ask: Run, command: str) -> None:
    titled = {item["title"]: item["id"] for item in ask("items", "list", "--json").records}
    item = titled["Charter flight turned back over passenger's name"]
    shown = show(command.format(item), COLUMNS="60", NO_COLOR="1")
    assert shown.status == 0
    lines = [line.rstrip() for line in shown.said.decode().splitlines()]
    whole = ask(*command.format(item).split()).out.split()
    assert max(map(cell_len, lines)) <= 60
    assert " ".join(lines).split() == whole


def test_completion_is_clicks(demo: Path) -> None:
    done = subprocess.run(  # noqa: S603  our own program
        command_line("--config", demo / "feeds.yaml"),
        capture_output=True,
        env=environment(
            _RUN_PY_COMPLETE="bash_complete", COMP_WORDS="run.py storage b", COMP_CWORD="2"
        ),
        timeout=60,
        check=False,
    )
    assert done.stdout.decode().split() == ["plain,backup"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the program as pip puts it there, under the name that pyproject.toml gives."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [(name, entry)] = project["scripts"].items()
    module, _, function = entry.partition(":")
    program = tmp_path / name
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        f"from {module} import {function}\nsys.exit({function}())\n"
    )
    program.chmod(0o755)
    return tmp_path


def asked_by_a_shell(installed: Path, *words: str, **variables: str) -> str:
    path = f"{installed}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603  our own program
        words, capture_output=True, env=environment(PATH=path, **variables), timeout=60, check=True
    )
    return done.stdout.decode()


def test_bash_completes_the_installed_program(installed: Path) -> None:
    """By the line of docs/how-to/complete-commands.md, and by what bash does at the key."""
    guide = (ROOT / "docs/how-to/complete-commands.md").read_text(encoding="utf-8")
    [line] = re.findall(r"^eval .*bash_source.*?(?= +#)", guide, re.MULTILINE)
    script = f"""
        {line}
        complete -p aggregator
        COMP_WORDS=(aggregator storage p) COMP_CWORD=2
        _aggregator_completion aggregator p storage
        echo "${{COMPREPLY[@]}}"
    """
    said = asked_by_a_shell(installed, "bash", "-c", script).splitlines()
    assert said == ["complete -o nosort -F _aggregator_completion aggregator", "prune"]


def test_zsh_completes_the_installed_program(installed: Path) -> None:
    program = str(installed / "aggregator")
    source = asked_by_a_shell(installed, program, _AGGREGATOR_COMPLETE="zsh_source")
    assert source.startswith("#compdef aggregator")
    assert "compdef _aggregator_completion aggregator" in source
    offered = asked_by_a_shell(
        installed,
        program,
        _AGGREGATOR_COMPLETE="zsh_complete",
        COMP_WORDS="aggregator storage p",
        COMP_CWORD="2",
    )
    assert offered.splitlines()[:2] == ["plain", "prune"]
