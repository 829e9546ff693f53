"""What a spelling in a text may be read as: worked out once for each language, then remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeAlias, TypeVar

from aggregator.text import fold
from aggregator.text.fold import before_apostrophe, elided, exactly
from aggregator.watching.forms import Inflection, behind_proclitics, rules_for
from aggregator.watching.trie import Node, Trie

#: Spellings remembered, for each language.
REMEMBERED = 200_000

# How a word was read; those of a phrase's words are united.
INFLECTED: Final = 1
PROCLITIC: Final = 2
#: It does not begin with a small letter.
CAPITAL: Final = 4
#: Good enough within a phrase, but not alone.
NOT_ALONE: Final = 8

T = TypeVar("T")
#: Keys of the trie, each with how the spelling was read to get there.
Readings: TypeAlias = tuple[tuple[str, int], ...]
#: Where these lead from the trie's root.
Starts: TypeAlias = tuple[tuple[Node, int], ...]


class Remembered(dict[str, T], Generic[T]):
    """The answers of a function of a string.  All are forgotten when there are too many."""

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> T:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[key] = self._function(key)
        return value


class Lexicon:
    """What all languages share of a trie's vocabulary."""

    def __init__(self, trie: Trie) -> None:
        self.trie = trie
        self.has_exact = any(key.startswith("=") for key in trie.keys)
        self.prefix_lengths = sorted({len(key) - 1 for key in trie.keys if key.endswith("*")})
        self._inflections: dict[str, Inflection] = {}

    def inflection(self, rules: str) -> Inflection:
        """The vocabulary's words of one script, by their forms."""
        if rules not in self._inflections:
            words = (key for key in self.trie.keys if not key.startswith("=") and key[-1] != "*")
            self._inflections[rules] = Inflection(words, rules)
        return self._inflections[rules]


class Spellings:
    """The readings of words in articles of one language."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        self._lexicon, self._language = lexicon, language
        #: None, mostly: no term begins with such a word.
        self.starts: Remembered[Starts | None] = Remembered(self._starts)
        #: As a word of a phrase behind its first: nothing is taken off its front.
        self.following: Remembered[Readings] = Remembered(self._following)

    def _starts(self, word: str) -> Starts | None:
        nodes = self._lexicon.trie.root.next
        return tuple((nodes[key], how) for key, how in self._readings(word) if key in nodes) or None

    def _following(self, word: str) -> Readings:
        return tuple((key, how) for key, how in self._readings(word) if not how & PROCLITIC)

    def _readings(self, word: str) -> Iterator[tuple[str, int]]:
        """Keys of the trie only; the plainest first where a key has several."""
        found: dict[str, int] = {}
        capital = 0 if word[:1].islower() else CAPITAL
        for key, how in self._possible(word):
            if key in self._lexicon.trie.keys:
                found.setdefault(key, how | capital)
        return iter(found.items())

    def _possible(self, word: str) -> Iterator[tuple[str, int]]:
        folded = fold(word)
        rules = rules_for(self._language, folded)
        names = [folded]
        if not word.isalnum():
            names += map(fold, self._without_apostrophe(word, rules))
        for name in names:
            yield from self._plain(name, 0)
        if self._lexicon.has_exact:
            yield f"={exactly(word)}", 0
            for rest in self._without_apostrophe(word, rules):
                yield f"={exactly(rest)}", 0
        if not rules:
            return
        inflection = self._lexicon.inflection(rules)
        for name in names:
            yield from self._inflected(inflection, name, 0)
            for rest in behind_proclitics(name, rules):
                yield from self._plain(rest, PROCLITIC)
                yield from self._inflected(inflection, rest, PROCLITIC)

    def _without_apostrophe(self, word: str, rules: str) -> Iterator[str]:
        if rest := elided(word):
            yield rest
        if rules == "tr" and (name := before_apostrophe(word)):
            yield name

    def _plain(self, name: str, how: int) -> Iterator[tuple[str, int]]:
        yield name, how
        for length in self._lexicon.prefix_lengths:
            if length > len(name):
                return
            yield f"{name[:length]}*", how

    def _inflected(self, inflection: Inflection, form: str, how: int) -> Iterator[tuple[str, int]]:
        for name, alone in inflection.names(form):
            yield name, how | INFLECTED | (0 if alone else NOT_ALONE)
