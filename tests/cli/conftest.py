"""The command line over a store that the demo made: real polls, real pages, real alerts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator.cli.program import cli

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def rows(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]


Run = Callable[..., Answer]


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, str(ROOT / "run.py"), *map(str, arguments)]


def environment(**variables: str) -> dict[str, str]:
    """This process's, without what would turn colours on or off."""
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR"}}
    return kept | variables


def process(*arguments: str | Path, cwd: Path = ROOT, stdin: bytes = b"") -> Answer:
    """A process of its own, its output in pipes."""
    done = subprocess.run(  # noqa: S603  our own program
        command_line(*arguments),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def invoke(*arguments: str | Path, stdin: bytes = b"") -> Answer:
    """The same within this process; a bug is raised, not hidden."""
    result = CliRunner().invoke(
        cli, [*map(str, arguments)], input=stdin, prog_name="run.py", catch_exceptions=False
    )
    return Answer(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that has run: feeds.yaml, data and mails.  Only read from."""
    folder = tmp_path_factory.mktemp("demo") / "newsroom"
    answer = process("demo", "--directory", folder)
    assert (answer.status, answer.err) == (0, "")
    return folder


@pytest.fixture
def ask(demo: Path) -> Run:
    """Asks the demo's store."""
    return lambda *arguments, **options: invoke(
        "--config", demo / "feeds.yaml", *arguments, **options
    )


def settings_file(folder: Path, text: str) -> Path:
    path = folder / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return path
