"""What a command imports: no more than it needs, for every one of them waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, command_line, environment

NETWORK = {"aiohttp", "httpx", "aggregator.net.fetch"}
PARSERS = {"feedparser", "lxml", "soupsieve", "trafilatura", "aggregator.reading.extract"}
MONITOR = {"apscheduler", "pebble", "aggregator.pipeline.line", "aggregator.runner"}
SETTINGS = {"ruamel.yaml", "aggregator.settings.loading"}
STORE = {"sqlite_utils", "storage.sqlite"}


def imported(*arguments: str | Path, **variables: str) -> set[str]:
    python, *program = command_line(*arguments)
    done = subprocess.run(  # noqa: S603  our own program
        [python, "-X", "importtime", *program],
        capture_output=True,
        env=environment(**variables),
        timeout=60,
        check=True,
    )
    lines = done.stderr.decode().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def test_by_these_names_it_is_imported_where_it_is_needed(demo: Path) -> None:
    assert imported("demo", "--help") >= NETWORK | PARSERS | MONITOR | SETTINGS
    assert imported("--config", demo / "feeds.yaml", "items", "list") >= STORE


@pytest.mark.parametrize(
    "command",
    ["--help", "--version", *(f"{noun} --help" for noun in "feeds items alerts watch".split())],
)
def test_help_reads_no_settings_and_opens_no_store(command: str) -> None:
    modules = imported(*command.split())
    assert "aggregator.cli.program" in modules
    assert modules & (NETWORK | PARSERS | MONITOR | SETTINGS | STORE) == set()


@pytest.mark.parametrize("words", ["run.py al", "run.py items l", "run.py digest s"])
def test_completion_neither(words: str) -> None:
    modules = imported(
        _RUN_PY_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
    )
    assert "click.shell_completion" in modules
    assert modules & (NETWORK | PARSERS | MONITOR | SETTINGS | STORE) == set()


@pytest.mark.parametrize(
    "command",
    ["check", "items list", "feeds list", "feeds polls", "alerts list", "search Quetta"],
)
def test_what_asks_the_store_needs_no_monitor(demo: Path, command: str) -> None:
    modules = imported("--config", demo / "feeds.yaml", *command.split())
    assert "aggregator.settings.loading" in modules
    assert modules & (NETWORK | PARSERS | MONITOR) == set()


def test_what_is_not_installed_is_one_line() -> None:
    code = "import sys; sys.modules['httpx'] = None; from aggregator.cli import main; main()"
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", code, "once"],
        cwd=ROOT,
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("error: httpx is not installed here (run `make run`")
