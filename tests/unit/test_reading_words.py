"""How much a text says, in scripts with and without spaces."""

from __future__ import annotations

import pytest

from aggregator.reading.words import count_words, extent


@pytest.mark.parametrize(
    ("text", "words", "characters"),
    [
        pytest.param("Jundallah claims the attack.", 4, 28, id="an alphabet"),
        pytest.param("جندالله تبنت الهجوم", 3, 19, id="Arabic"),
        pytest.param("\u6b66\u88c5\u5206\u5b50\u88ad\u51fb\u8f66\u961f", 5, 20, id="Chinese"),
        pytest.param("", 0, 0, id="nothing"),
    ],
)
def test_texts_are_as_long_as_what_they_say(text: str, words: int, characters: float) -> None:
    assert (count_words(text), extent(text)) == (words, characters)
