"""One monitor at a time on one store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.errors import StorageBusy, StorageError
from storage import exclusive


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/store.db"


def holder(url: str) -> int:
    """A child that holds the store until it is killed; returns its id once it holds it."""
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with exclusive(url):
                os.write(told, b"!")
                signal.pause()
        finally:
            os._exit(1)
    os.close(told)
    assert os.read(ready, 1) == b"!"
    os.close(ready)
    return child


def test_a_second_process_is_told_who_holds_the_store_and_what_to_do(url: str) -> None:
    child = holder(url)
    try:
        with (
            pytest.raises(
                StorageBusy, match=rf"store\.db is in use by process {child} .*stop that"
            ),
            exclusive(url),
        ):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_the_lock_dies_with_its_process(url: str) -> None:
    child = holder(url)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with exclusive(url):
        pass


def test_the_lock_ends_with_its_block(url: str, tmp_path: Path) -> None:
    for _ in range(2):
        with exclusive(url):
            lock = tmp_path / "data" / "store.db.lock"
            assert lock.read_text() == f"{os.getpid()}\n"
            with pytest.raises(StorageBusy, match=f"process {os.getpid()} "), exclusive(url):
                pass


def test_the_lock_is_not_passed_on_to_programs_that_are_started(url: str) -> None:
    with exclusive(url):
        child = subprocess.Popen(
            [sys.executable, "-c", "print(); input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=False,
        )
        # What is not passed on is closed by the time that the program runs.
        assert child.stdout is not None
        assert child.stdout.readline() == b"\n"
    try:
        with exclusive(url):
            assert child.poll() is None
    finally:
        child.communicate(b"\n")


def test_a_store_in_memory_is_nobody_elses() -> None:
    with exclusive("sqlite://"), exclusive("sqlite://"):
        pass


def test_a_lock_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"), exclusive(f"sqlite:///{tmp_path}/file/a.db"):
        pass
