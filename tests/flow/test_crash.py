"""Killed between two writes or around a send, the monitor loses nothing; else this is seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CRASH = Path(__file__).parents[2] / "bench/crash.py"


def crash(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own program
        [sys.executable, str(CRASH), *options],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_nothing_is_lost_wherever_the_monitor_is_killed() -> None:
    ended = crash("--points", "30")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "30 of " in ended.stdout


def test_alerts_committed_after_their_article_would_be_found_lost() -> None:
    ended = crash("--in-two-transactions", "--before", "INSERT INTO outbox", "--points", "8")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert ": no row" in ended.stdout
