"""The tutorial, pasted block by block; only its feed is taken from the newsroom on loopback."""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.demo.server import NewsroomServer
from tests.cli.conftest import ROOT, environment

PAGE = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FEED = "https://www.aljazeera.com/xml/rss/all.xml"


def on_loopback(settings: str, newsroom: NewsroomServer) -> str:
    """With a feed that answers here."""
    [first, *_] = re.findall(r"http://127\.0\.0\.1:\d+/[^\s,}\"']+", newsroom.feeds_yaml)
    assert FEED in settings
    return settings.replace(FEED, first) + '\nnetwork: {allow_private: ["127.0.0.1"]}\n'


def here(commands: str) -> str:
    """With this interpreter, and the program by its full path."""
    python = shlex.quote(sys.executable)
    return (
        commands.replace(".venv/bin/python run.py", f"{python} {ROOT}/run.py")
        # What `make demo` does once it has installed.
        .replace("make demo", f"{python} {ROOT}/run.py demo --directory demo")
    )


async def paste(commands: str, folder: Path) -> tuple[int, str]:
    """The status and everything that was printed; a monitor is stopped once it has polled."""
    shell = await asyncio.create_subprocess_exec(
        "bash", "-ec", f"exec {here(commands)}" if runs_on(commands) else here(commands),
        cwd=folder, stdout=PIPE, stderr=asyncio.subprocess.STDOUT, env=environment(),
    )  # fmt: skip
    assert shell.stdout is not None
    said = b""
    async with asyncio.timeout(60):
        if runs_on(commands):
            while b"polled" not in said:
                line = await shell.stdout.readline()
                assert line, said
                said += line
            shell.send_signal(signal.SIGINT)
        rest, _ = await shell.communicate()
    assert shell.returncode is not None
    return shell.returncode, (said + rest).decode()


def runs_on(commands: str) -> bool:
    return commands.strip().endswith("my-feeds.yaml")


async def test_the_tutorial_works_when_pasted(tmp_path: Path) -> None:
    said: dict[str, str] = {}
    settings = tmp_path / "my-feeds.yaml"
    async with NewsroomServer(datetime.now(UTC)) as newsroom:
        for language, block in BLOCKS:
            if language == "yaml":
                written = settings.read_text() if settings.exists() else ""
                settings.write_text(written + block if written else on_loopback(block, newsroom))
            else:
                status, output = await paste(block, tmp_path)
                assert status == 0, (block, output)
                said[block.strip().removeprefix(".venv/bin/python run.py --config ")] = output
    assert "Ask it: " in said["make demo"]
    assert "my-feeds.yaml is right: 1 feed, 1 watch, 0 people" in said["my-feeds.yaml check"]
    assert any('"watch": "Balochistan"' in output for output in said.values())
    assert said["my-feeds.yaml"].splitlines()[-1].startswith("stopped")
    assert "1 feed polled" in said["my-feeds.yaml once --all"]
    assert said["my-feeds.yaml digest show"].startswith("Subject: Digest")


def test_the_tutorial_names_the_demo_as_make_does() -> None:
    recipe = re.search(r"^demo:.*\n\t\$\(BIN\)/python (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert recipe is not None
    assert recipe[1] == "run.py demo"


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_every_page_is_in_the_index(path: Path) -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    assert path.name == "README.md" or f"({path.relative_to(ROOT / 'docs')})" in index
