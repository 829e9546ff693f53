"""Spellings that are near: told with their articles, and never what the watch finds itself."""

from __future__ import annotations

import pytest

from aggregator.models import Document
from aggregator.watching.language import parse
from aggregator.watching.suggest import Suggester, near


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        pytest.param("jundullah", "jundallah", True, id="another vowel"),
        pytest.param("jondollahh", "jundallah", True, id="other vowels, a letter doubled"),
        pytest.param("hisbollah", "hizbollah", True, id="another consonant"),
        pytest.param("balotschistan", "balochistan", True, id="two letters in a long name"),
        pytest.param("ul", "al", True, id="articles"),
        pytest.param("джундаллах", "джундалла", True, id="Cyrillic"),
        pytest.param("جندلله", "جندالله", True, id="Arabic"),
        pytest.param("iraq", "iran", False, id="two short names"),
        pytest.param("oman", "roman", False, id="another first letter"),
        pytest.param("mali", "maliki", False, id="two letters of four"),
        pytest.param("mali", "mala", False, id="too few consonants"),
    ],
)
def test_near(one: str, other: str, is_near: bool) -> None:
    assert near(one, other) is is_near


def suggestions(query: str, *texts: str) -> list[tuple[str, str, int, int]]:
    suggester = Suggester(parse(query))
    for number, text in enumerate(texts):
        suggester.read(number, Document(text=text, lang="en"))
    return [(one.spelling, one.term, one.articles, one.example) for one in suggester.told()]


def test_tells_the_frequent_ones_first() -> None:
    assert suggestions(
        "Jundallah",
        "Jundallah and Jondallah",
        "men of Jundollah, JUNDOLLAH",
        "the Jundollah said",
    ) == [("Jundollah", "Jundallah", 2, 1), ("Jondallah", "Jundallah", 1, 0)]


def test_a_phrase_is_near_where_all_its_words_are() -> None:
    texts = ("of Jaish ul-Adl", "Jaish, ul-Adl", "Jaish Mohammed", "Jaish al-Adl")
    assert suggestions('"Jaish al-Adl"', *texts) == [("Jaish ul-Adl", "Jaish al-Adl", 1, 0)]


def test_what_is_mostly_written_small_is_a_word() -> None:
    assert suggestions("Wagner", "a wager", "Wager on it", "the wager") == []


def test_what_the_watch_finds_or_excepts_is_no_suggestion() -> None:
    assert suggestions('Jundallah EXCEPT ("Jundalla Khan")', "Jundalla Khan, Jund Allah") == []
    assert suggestions("Jundallah OR Jundullah", "Jundullah") == []
