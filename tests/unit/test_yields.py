"""A sudden drop of what a feed's pages give is told once."""

from __future__ import annotations

import pytest

from aggregator.models import Article, PastReading, Quality
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
        article = Article(title="", text="", quality=quality, reason=reason)
        if yields.drops_now(history[-yields.HISTORY :], number, article):
            found.append(number)
        history.append(PastReading(number, quality, reason))
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
    again = Article(title="", text="", quality="none", reason="no_text")
    assert not yields.drops_now(history, 54, again)
    assert yields.drops_now(history, 55, again)
