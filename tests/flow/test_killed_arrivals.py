"""Killed between arrivals, the monitor answers as if it had run through: nothing is in memory."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from aggregator.models import Link, NewEntry, ParsedEntry, Placement, Poll, PollOutcome, Validators
from aggregator.pipeline.line import Line
from aggregator.pipeline.reading import read
from aggregator.settings.plain import Settings
from aggregator.watching.engine import Engine
from storage import open_storage
from tests.flow.conftest import NOW, write_settings
from tests.flow.publisher import prose

LEASE = timedelta(minutes=5)
LONGEST = 60
FEED = "https://outlet.example/feed"
WIRE = f"{prose('wire')} {prose('report')}"
TEXTS = (
    WIRE,
    prose("another"),
    f"{WIRE} {prose('footer')}",
    " ".join(WIRE.split()[:50]),
    " ".join(reversed(WIRE.split())),
    f"{prose('another')} today",
    prose("a third"),
    WIRE.upper(),
)

#: By entry: its story, why, and whose copy it is.
Answers = Mapping[int, tuple[int | None, Placement | None, Sequence[Link]]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_settings(tmp_path, f'feeds: [{{url: "{FEED}", full_text: false}}]')


def announce(path: Path, settings: Settings) -> None:
    with closing(open_storage(f"sqlite:///{path}")) as storage:
        storage.sync_feeds(settings.feeds, NOW)
        (due,) = storage.claim_feeds(NOW, 1, LEASE)
        new = tuple(
            NewEntry(ParsedEntry(title=f"n{at}", summary=text), frozenset([f"n{at}"]), f"n{at}")
            for at, text in enumerate(TEXTS)
        )
        poll = Poll(due.name, NOW, 200, "ok", len(new), len(new))
        storage.commit_polls(
            [PollOutcome(due.id, due.fence, poll, NOW + LEASE, 0, Validators(), new=new)]
        )


def arrive(path: Path, settings: Settings, count: int) -> None:
    """In a child that is killed after so many arrivals, with the next one claimed."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST)
        try:
            asyncio.run(_arrive(path, settings, count))
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


async def _arrive(path: Path, settings: Settings, count: int) -> None:
    storage = open_storage(f"sqlite:///{path}")
    storage.release_claims()
    nothing = cast("Any", None)
    line = Line(
        settings,
        storage,
        nothing,
        nothing,
        nothing,
        {},
        Engine(settings.watches, settings.groups),
        lambda: NOW,
    )
    for _ in range(count):
        (entry,) = storage.claim_entries(NOW, 1, LEASE)
        await read(entry, line)
    storage.claim_entries(NOW, 1, LEASE)


def answers(path: Path) -> Answers:
    with closing(open_storage(f"sqlite:///{path}")) as storage:
        return {
            item.id: (item.story, storage.placement(item.id), storage.copies(item.id))
            for item in storage.items()
        }


@pytest.mark.parametrize("kills", [(1,) * 8, (3, 5), (2, 2, 4), (7, 1)], ids=str)
def test_killed_between_arrivals_the_answers_are_the_same(
    kills: Sequence[int], settings: Settings, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    announce(whole, settings)
    arrive(whole, settings, len(TEXTS))
    announce(killed, settings)
    for count in kills:
        arrive(killed, settings, count)
    found = answers(whole)
    assert sum(bool(links) for _, _, links in found.values()) >= 5
    assert len({story for story, _, _ in found.values()}) < len(TEXTS)
    assert answers(killed) == found
