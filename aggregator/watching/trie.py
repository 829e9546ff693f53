"""The terms of many expressions in a trie over folded words.

A key is a folded `word`, a `prefix*` or, for exact terms, an `=Exact` spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from aggregator.text import cut, fold
from aggregator.text.fold import exactly
from aggregator.text.sentences import breaks_phrase
from aggregator.watching.tree import Term

#: Letters from which, and up to which, a name may be written in one word or in several: what is
#: longer is no name, and has more ways to be cut than anyone can look up.
JOINED = 7
LONGEST = 80
#: Letters of the halves of a name written in two; one less where scripts do not write vowels.
HALF = 4
#: They are short, and parts of names all the same.
PARTICLES = frozenset("abd abu ad al an ar as ash at az ben bin el ibn ul um umm".split())
#: An acronym of so many letters has no endings: with one it is another acronym.
ACRONYM = 4


class End:
    """A term that ends at a node, and what its mentions must satisfy."""

    __slots__ = (
        "acronym",
        "begins_capital",
        "capital",
        "ends_capital",
        "joined",
        "letters",
        "pauses",
        "plain",
        "term",
        "words",
    )

    def __init__(
        self, term: Term, words: int, letters: int, pauses: frozenset[int], joined: bool
    ) -> None:
        self.term = term
        #: Words of the term are written as one.
        self.joined = joined
        self.words = words
        self.letters = letters
        #: The numbers of its words behind which the term itself has a comma or a full stop.
        self.pauses = pauses
        self.acronym = letters <= ACRONYM and term.text.isupper()
        self.capital = any(map(str.isupper, term.text))
        #: It has no accents; the dot of an İ is none.
        self.plain = term.text.replace("İ", "I").isascii()
        self.begins_capital = term.text[:1].isupper()
        self.ends_capital = term.text.split()[-1][:1].isupper()


class Node:
    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.ends: list[End] = []
        self.next: dict[str, Node] = {}


class Trie:
    def __init__(self, terms: Iterable[Term]) -> None:
        self.root = Node()
        #: Every key anywhere in it.
        self.keys: set[str] = set()
        #: Names of one word that a text may write in two, and what their first halves may be.
        self.joined: set[str] = set()
        self.halves: set[str] = set()
        for term in terms:
            self._add(term)
        self.has_exact = any(key.startswith("=") for key in self.keys)
        self.prefix_lengths = sorted({len(key) - 1 for key in self.keys if key.endswith("*")})

    def _add(self, term: Term) -> None:
        parts = cut(term.text)
        written, gaps = parts[1::2], parts[2:-1:2]
        pauses = frozenset(
            number
            for number, (word, gap) in enumerate(zip(written, gaps, strict=False))
            if gap != " " and breaks_phrase(word, gap)
        )
        if term.kind == "exact":
            self._insert(term, [f"={exactly(word)}" for word in written], pauses)
            return
        words = [fold(word) for word in written]
        if term.kind == "prefix":
            self._insert(term, [*words[:-1], f"{words[-1]}*"], pauses)
            return
        self._insert(term, words, pauses)
        if pauses or "" in gaps:
            return
        for joined in joinings(words):
            self._insert(term, joined, pauses, joined=True)
        if len(words) == 1 and may_be_rejoined(words):
            self.joined.update(words)
            self.halves.update(half for half, _ in partings(words[0]))

    def _insert(
        self, term: Term, keys: Sequence[str], pauses: frozenset[int], *, joined: bool = False
    ) -> None:
        node = self.root
        for key in keys:
            following = node.next.get(key)
            if following is None:
                following = node.next[key] = Node()
            node = following
        node.ends.append(End(term, len(keys), sum(map(letters, keys)), pauses, joined))
        self.keys.update(keys)


#: Signs that stand for two letters or three.
_SYLLABLE = re.compile("[가-힣ァ-ヺ]")


def letters(word: str) -> int:
    """How long a word is; a syllable of Hangul or katakana counts twice."""
    return len(word) if word.isascii() else len(word) + len(_SYLLABLE.findall(word))


def may_be_rejoined(words: Iterable[str]) -> bool:
    return JOINED <= sum(map(letters, words)) <= LONGEST


def partings(word: str) -> Iterator[tuple[str, str]]:
    """The ways in which a name of one word may be written in two."""
    if not may_be_rejoined([word]):
        return
    for place in range(2, len(word) - 1):
        half, rest = word[:place], word[place:]
        if half in PARTICLES or min(letters(half), letters(rest)) >= (
            HALF if half.isascii() else HALF - 1
        ):
            yield half, rest


#: The letters and the number of a designation.
_NUMBERED = re.compile("([^\\W\\d_]{1,4}) ?([0-9]{1,4})")


def redesignated(words: Sequence[str]) -> Iterator[list[str]]:
    """M23 apart, M-23 together."""
    for place, word in enumerate(words):
        if numbered := _NUMBERED.fullmatch(word):
            yield [*words[:place], *numbered.groups(), *words[place + 1 :]]
        elif numbered := _NUMBERED.fullmatch(" ".join(words[place : place + 2])):
            yield [*words[:place], "".join(numbered.groups()), *words[place + 2 :]]


def joinings(words: Sequence[str]) -> Iterator[list[str]]:
    """The same name with two neighbouring words written as one, and with all of them so."""
    yield from redesignated(words)
    if not may_be_rejoined(words):
        return
    for place in range(len(words) - 1):
        yield [*words[:place], words[place] + words[place + 1], *words[place + 2 :]]
    if len(words) > 2:
        yield ["".join(words)]
