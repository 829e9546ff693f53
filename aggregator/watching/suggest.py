"""Spellings near a watch's terms that occur in texts: for an analyst to judge, they never fire.

Near is a letter or two apart, or the same but for vowels, doubled letters and h, as when a name
comes over from another script (Jundollah, Jundullah).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregator.models import Document
from aggregator.text import cut, fold
from aggregator.text.sentences import breaks_phrase
from aggregator.watching.finder import Finder
from aggregator.watching.reading import FIELDS, STRIDE, Reading
from aggregator.watching.spellings import Remembered
from aggregator.watching.tree import Expr, Term, counted_terms, terms
from aggregator.watching.trie import PARTICLES

#: Letters from which a word is looked for, may be a letter apart, and may be two letters apart.
SHORT, MIDDLING, LONG = 4, 5, 8
#: Consonants that a word must share to be the same but for its vowels.
CONSONANTS = 3
_VOWELS = re.compile("[aeiouywh]")
_DOUBLED = re.compile(r"(.)\1+")
_SAME_SOUND = str.maketrans("qcz", "kks")

#: A term, by number, and a word of it.
_Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A spelling that the watch does not find."""

    spelling: str
    #: The term it is near to, as the watch writes it.
    term: str
    articles: int
    #: The first article that has it.
    example: int


class Suggester:
    """Reads texts one by one, and then tells what was near."""

    def __init__(self, expr: Expr) -> None:
        self._finder = Finder(dict.fromkeys(terms(expr)))
        self._terms = [term for term in dict.fromkeys(counted_terms(expr)) if _long_enough(term)]
        self._words = [[fold(word) for word in cut(term.text)[1::2]] for term in self._terms]
        self._near: Remembered[tuple[_Part, ...]] = Remembered(self._near_words)
        #: By folded spelling and term: how it is written, and in which articles.
        self._spelt: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self._articles: dict[tuple[str, int], list[int]] = defaultdict(list)
        #: How often a folded word is written small: then it is a word, and no name.
        self._small: Counter[str] = Counter()

    def read(self, number: int, document: Document) -> None:
        """`number` names the document in what is told of it."""
        reading = Reading(document)
        found = self._finder.find(reading)
        known = {
            place
            for mentions in found.values()
            for mention in mentions
            for place in range(mention.first, mention.last + 1)
        }
        for field in range(len(FIELDS)):
            for key, first, last in self._candidates(reading, field):
                if known.isdisjoint(range(field * STRIDE + first, field * STRIDE + last + 1)):
                    written = "".join(reading.parts[field][2 * first + 1 : 2 * last + 2])
                    self._note(key, " ".join(written.split()), number)

    def told(self) -> list[Suggestion]:
        """Most articles first."""
        found = [
            Suggestion(
                spelt.most_common(1)[0][0],
                self._terms[key[1]].written,
                len(self._articles[key]),
                self._articles[key][0],
            )
            for key, spelt in self._spelt.items()
            if spelt.total() > self._small[key[0]]
        ]
        return sorted(found, key=lambda one: (-one.articles, one.spelling))

    def _note(self, key: tuple[str, int], written: str, number: int) -> None:
        if written.islower():
            self._small[key[0]] += 1
            return
        self._spelt[key][written] += 1
        if number not in self._articles[key][-1:]:
            self._articles[key].append(number)

    def _candidates(
        self, reading: Reading, field: int
    ) -> Iterator[tuple[tuple[str, int], int, int]]:
        """Folded spelling and term, first and last word."""
        words, parts = reading.words[field], reading.parts[field]
        for first, word in enumerate(words):
            for number, part in self._near[word]:
                last = first + len(self._words[number]) - 1
                if part or last >= len(words):
                    continue
                rest = enumerate(words[first + 1 : last + 1], 1)
                if not all((number, place) in self._near[other] for place, other in rest):
                    continue
                if any(
                    breaks_phrase(parts[2 * place + 1], parts[2 * place + 2])
                    for place in range(first, last)
                ):
                    continue
                spelling = [fold(other) for other in words[first : last + 1]]
                if spelling != self._words[number]:
                    yield (" ".join(spelling), number), first, last

    def _near_words(self, word: str) -> tuple[_Part, ...]:
        folded = fold(word)
        return tuple(
            (number, place)
            for number, words in enumerate(self._words)
            for place, other in enumerate(words)
            if near(folded, other)
        )


def _long_enough(term: Term) -> bool:
    return term.kind != "prefix" and any(len(fold(word)) > SHORT for word in cut(term.text)[1::2])


def near(one: str, other: str) -> bool:
    """Are two folded words spellings of one name, perhaps?"""
    if one == other or (one in PARTICLES and other in PARTICLES):
        return True
    if min(len(one), len(other)) < SHORT:
        return False
    if (bones := _consonants(one)) == _consonants(other) and len(bones) >= CONSONANTS:
        return True
    most = (len(other) >= MIDDLING) + (len(other) >= LONG)
    return one[0] == other[0] and _within(one, other, most)


def _consonants(word: str) -> str:
    bones = _VOWELS.sub("", word[1:].translate(_SAME_SOUND))
    return _DOUBLED.sub(r"\1", word[:1].translate(_SAME_SOUND) + bones)


def _within(one: Sequence[str], other: Sequence[str], most: int) -> bool:
    """Are at most so many letters put in, left out or exchanged?"""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row = row, [place]
        for column, theirs in enumerate(other, 1):
            exchanged = above[column - 1] + (letter != theirs)
            row.append(min(row[-1] + 1, above[column] + 1, exchanged))
        if min(row) > most:
            return False
    return row[-1] <= most
