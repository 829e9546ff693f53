"""How much a text says, and which of its words tell what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A story has so many words of its headline, and this share of them; a wall never has.
_FEWEST_TOLD, _STORY = 2, 0.5
#: Shorter words are too common to say what a headline is about.
_TELLING_LETTERS = 5

WORD = re.compile(r"\w+")
_SIGNS = re.compile("[\u3040-\u9fff]")


def count_words(text: str) -> int:
    """Words; a sign of Chinese or Japanese counts as half a word."""
    return size_of(text, WORD.findall(text))


def size_of(text: str, words: Sequence[str]) -> int:
    """The same of a text whose words are known."""
    return len(words) if text.isascii() else len(words) + len(_SIGNS.findall(text)) // 2


def extent(text: str) -> float:
    """Its length in characters of an alphabet: a sign of Chinese or Japanese says as much as some
    three of them."""
    return len(text) if text.isascii() else len(text) + 1.5 * len(_SIGNS.findall(text))


def telling_words(text: str) -> frozenset[str]:
    """Words long enough to mean something; in scripts without spaces, pairs of signs."""
    words = WORD.findall(text.casefold())
    pairs = (
        word[at : at + 2] for word in words if word[0] > "\u2e80" for at in range(len(word) - 1)
    )
    return frozenset((*(word for word in words if len(word) > 3), *pairs))


def headline_words(text: str) -> frozenset[str]:
    """Of a headline's telling words, those that say what it is about."""
    return frozenset(
        word for word in telling_words(text) if len(word) >= _TELLING_LETTERS or word > "\u2e80"
    )


def tells_of(headline: str, text: str) -> bool:
    """Is it the story of its headline?  A portal carries one wire's text under several."""
    about = headline_words(headline)
    told = about & headline_words(text)
    return len(told) >= _FEWEST_TOLD and len(told) >= _STORY * len(about)
