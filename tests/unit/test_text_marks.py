"""Piles of combining marks are cut down before anything that takes the square of their number."""

from __future__ import annotations

import pytest

from aggregator.polling.parse import parse
from aggregator.polling.wording import words
from aggregator.text import folded_words
from aggregator.text.marks import MOST_MARKS, stream_safe

PILE = "a" + "\u0301\u0316" * 200_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("plain", id="ASCII"),
        pytest.param("Việt Nam", id="Vietnamese"),
        pytest.param("جُنْدُ ٱللَّهِ", id="vocalised Arabic"),
        pytest.param("हिन्दी", id="Hindi"),
        pytest.param("a" + "\u0301" * MOST_MARKS, id="as many as allowed"),
    ],
)
def test_what_people_write_stays(text: str) -> None:
    assert stream_safe(text) == text


def test_a_pile_is_cut_down() -> None:
    assert len(stream_safe(f"x {PILE} y")) == len("x a y") + MOST_MARKS


def test_a_pile_stops_neither_parser_nor_folding() -> None:
    """Brought into order as it stands, it takes minutes."""
    feed = f"<rss version='2.0'><channel><item><title>{PILE}</title></item></channel></rss>"
    [entry] = parse(feed.encode(), "https://e.org/feed").entries
    assert len(entry.title) == 1 + MOST_MARKS
    assert words(entry)
    assert len(folded_words(PILE)) < 100
