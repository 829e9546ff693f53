"""The second look: what an unlucky order of arrival joined or kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from aggregator.models import Member, Merge
from aggregator.reading.second_look import NEAR_ENOUGH, second_look
from aggregator.reading.stories import unit

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
QUAKE = "quake kerman ravar rezaei rubble magnitude villages bam rescue province"
FLOOD = "flood sindh dadu indus boats relief dykes sukkur monsoon water"
#: Half of each.
BETWEEN = "quake kerman ravar rezaei rubble flood sindh dadu indus boats"


def member(
    entry: int,
    words: str,
    story: int | None = None,
    *,
    settled: bool = False,
    apart_from: int | None = None,
) -> Member:
    return Member(
        entry,
        entry if story is None else story,
        NOW + timedelta(minutes=entry),
        unit(dict.fromkeys([*words.split(), f"own{entry}"], 1.0)),
        settled,
        apart_from,
    )


def after(members: Sequence[Member]) -> Mapping[int, int]:
    moved = second_look(members).moved
    return {
        m.entry_id: moved[m.entry_id].story if m.entry_id in moved else m.story for m in members
    }


@pytest.mark.parametrize(
    ("members", "stories"),
    [
        pytest.param([member(1, QUAKE), member(2, FLOOD)], {1: 1, 2: 2}, id="two events"),
        pytest.param([member(1, QUAKE), member(2, QUAKE)], {1: 1, 2: 1}, id="parted, and one"),
        pytest.param(
            [member(1, QUAKE), member(2, FLOOD, 1), member(3, QUAKE, 1), member(4, FLOOD, 1)],
            {1: 1, 2: 2, 3: 1, 4: 2},
            id="joined, and two",
        ),
        pytest.param(
            [member(1, FLOOD), member(2, QUAKE), member(3, QUAKE, 1)],
            {1: 1, 2: 2, 3: 2},
            id="one that stood with others",
        ),
        pytest.param(
            [member(2, QUAKE), member(1, QUAKE, 2)], {1: 2, 2: 2}, id="who began it was read first"
        ),
        pytest.param(
            [member(1, QUAKE, settled=True), member(2, FLOOD, 1, settled=True)],
            {1: 1, 2: 1},
            id="what was told of stays together",
        ),
        pytest.param(
            [member(1, QUAKE), member(2, QUAKE, settled=True)],
            {1: 2, 2: 2},
            id="what was told of is joined",
        ),
        pytest.param(
            [member(5, QUAKE, 3), member(6, FLOOD, 3)], {5: 3, 6: 3}, id="what began earlier stays"
        ),
        pytest.param(
            [member(1, QUAKE), member(2, QUAKE, apart_from=1)],
            {1: 1, 2: 2},
            id="the next report of a series",
        ),
        pytest.param(
            [member(1, QUAKE), member(2, QUAKE, apart_from=1), member(3, FLOOD, 2)],
            {1: 1, 2: 2, 3: 2},
            id="what stands with it stays",
        ),
        pytest.param(
            [member(1, "one two three"), member(2, "one two three")],
            {1: 1, 2: 2},
            id="too few words to tell",
        ),
    ],
)
def test_where_articles_belong(members: Sequence[Member], stories: Mapping[int, int]) -> None:
    assert after(members) == stories


def test_of_two_stories_that_were_told_the_newer_is_merged_into_the_older() -> None:
    members = [member(1, QUAKE, settled=True), member(2, QUAKE, settled=True)]
    found = second_look(members)
    assert found.moved == {}
    [merge] = found.merged
    assert merge == Merge(2, 1, merge.score)
    assert merge.score > NEAR_ENOUGH


def test_the_reason_says_which_article_is_nearest() -> None:
    members = [member(1, QUAKE), member(2, BETWEEN), member(3, QUAKE, 2)]
    moved = second_look(members).moved
    assert (moved[3].reason, moved[3].nearest) == ("later", 1)
    assert moved[3].score > NEAR_ENOUGH
    apart = second_look([member(1, QUAKE), member(2, FLOOD, 1)]).moved[2]
    assert (apart.story, apart.reason, apart.nearest) == (2, "apart", None)


def test_another_look_changes_nothing() -> None:
    members = [member(1, QUAKE), member(2, FLOOD, 1), member(3, QUAKE, 1), member(4, FLOOD)]
    found = after(members)
    again = [member(m.entry_id, " ".join(m.words), found[m.entry_id]) for m in members]
    assert second_look(again).moved == {}


def test_the_order_of_articles_changes_nothing() -> None:
    members = [member(1, QUAKE), member(2, BETWEEN), member(3, FLOOD, 1), member(4, FLOOD)]
    found = {tuple(sorted(after(order).items())) for order in permutations(members)}
    assert len(found) == 1
