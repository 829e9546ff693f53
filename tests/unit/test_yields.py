"""A sudden drop of what a feed's pages give is told once."""

from __future__ import annotations

import pytest

from aggregator.models import PastReading, Quality
from aggregator.reading import yields

KINDS: dict[str, tuple[Quality, str]] = {
    "+": ("full", "extracted"),
    "-": ("none", "no_text"),
    "?": ("none", "dns"),
}


def told(line: str) -> list[int]:
    """After which of these readings operators are told, when each is held against its past."""
    history: list[PastReading] = []
    found = []
    for number, sign in enumerate(line, 1):
        quality, reason = KINDS[sign]
        now = PastReading(number, quality, reason)
        if yields.tells(history[-yields.HISTORY :], now):
            found.append(number)
        history.append(now)
    return found


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        pytest.param("+" * 70, [], id="all is well"),
        pytest.param("+" * 50 + "-" * 5, [], id="five pages are chance"),
        pytest.param("+" * 50 + "-" * 6, [56], id="two of the last eight gave an article"),
        pytest.param("+" * 50 + "-" * 300, [56], id="told once however long it lasts"),
        pytest.param("+" * 50 + "-" * 8 + "+---" * 20, [56], id="better for a page is not over"),
        pytest.param("+" * 50 + "-" * 8 + "+++" + "-" * 8, [56], id="nor are three"),
        pytest.param("+" * 50 + "-" * 8 + "+" * 60 + "-" * 8, [56, 124], id="recovered, and again"),
        pytest.param("+" * 27 + "-" * 9, [33], id="young, and known well enough"),
        pytest.param("+" * 10 + "-" * 9, [], id="too young to know what is usual"),
        pytest.param("-" * 70, [], id="never gave anything"),
        pytest.param("+-" * 25 + "-" * 20, [], id="never gave much"),
        pytest.param("+" * 50 + "?" * 30, [], id="the monitor was cut off"),
    ],
)
def test_a_drop_is_told_as_it_begins(line: str, wanted: list[int]) -> None:
    assert told(line) == wanted


def test_a_page_that_fails_again_is_one_page() -> None:
    history = [PastReading(n, "full", "extracted") for n in range(50)]
    history += [PastReading(n, "none", "no_text") for n in range(50, 55)]
    assert not yields.tells(history, PastReading(54, "none", "no_text"))
    assert yields.tells(history, PastReading(55, "none", "no_text"))


def of_host(host: str, line: str, first: int) -> list[PastReading]:
    return [
        PastReading(number, *KINDS[sign], f"https://{host}/{number}")
        for number, sign in enumerate(line, first)
    ]


def test_one_host_of_many_is_told_by_its_name() -> None:
    """Of all pages of the feed nine tenths give articles still."""
    mixed = of_host("dawn.example", "+" * 30, 0)
    for round_ in range(5):
        mixed += of_host("dawn.example", "-", 100 + round_)
        mixed += of_host("tolo.example", "+" * 9, 200 + 10 * round_)
    [failing] = of_host("dawn.example", "-", 900)
    assert yields.tells(mixed, failing) == ("yield_dropped dawn.example",)
    assert not yields.is_dropped([*mixed, failing])
    assert yields.tells([*mixed, failing], of_host("dawn.example", "-", 901)[0]) == ()


def test_a_host_with_few_pages_is_held_against_the_feed() -> None:
    history = of_host("dawn.example", "+" * 60, 0) + of_host("tolo.example", "-" * 5, 100)
    assert yields.tells(history, of_host("tolo.example", "-", 105)[0]) == ("yield_dropped",)
