"""When a file that somebody is writing is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from aggregator.reloading import LEFT_ALONE, Saves, edits
from aggregator.settings.loading import load

NEARLY = LEFT_ALONE - 0.01


@pytest.mark.parametrize(
    ("looks", "read"),
    [
        pytest.param([("a", 0), ("a", NEARLY)], "", id="just written"),
        pytest.param([("a", 0), ("a", LEFT_ALONE)], "a", id="left alone"),
        pytest.param([("a", 0), ("a", 9), ("a", 99)], "a", id="read once"),
        pytest.param(
            [("a", 0), ("ab", 0.9), ("abc", 1.8), ("abc", 2.7)], "", id="grows, slower and slower"
        ),
        pytest.param([("a", 0), ("ab", 5), ("ab", 6)], ["ab"], id="only as it was left"),
        pytest.param([("a", 0), ("a", 1), ("b", 2), ("a", 2.5), ("a", 9)], "a", id="put back"),
        pytest.param(
            [("a", 0), ("a", 1), ("b", 2), ("b", 3), ("a", 4), ("a", 5)], "aba", id="each"
        ),
    ],
)
def test_what_is_read_of_a_file_that_changes(
    looks: Sequence[tuple[str, float]], read: Sequence[str]
) -> None:
    saves = Saves()
    assert [state for state, at in looks if saves.look(state, at)] == list(read)


async def test_an_edit_between_loading_and_the_first_look_is_found(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("feeds: [https://a.example/]\n", encoding="utf-8")
    loaded = load(path, {})
    path.write_text("feeds: [https://b.example/]\n", encoding="utf-8")
    async with asyncio.timeout(20):
        found = await anext(edits(loaded, {}, asyncio.Event()))
    assert found == load(path, {}) != loaded
