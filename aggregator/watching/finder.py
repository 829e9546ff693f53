"""Find every mention of every term in a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import compress, count
from typing import cast

from aggregator.models import Rule
from aggregator.text import fold
from aggregator.text.sentences import breaks_phrase
from aggregator.watching.mentions import Mention, Reason, SetAside
from aggregator.watching.reading import STRIDE, Reading
from aggregator.watching.spellings import (
    ACCENTED,
    ACRONYM,
    BARE,
    CAPITAL,
    CAPITAL_LATER,
    INFLECTED,
    INITIALS,
    NOT_ALONE,
    OTHER_LETTER,
    PARTED,
    PLURAL,
    PLURAL_LATER,
    PROCLITIC,
    Spellings,
    Start,
)
from aggregator.watching.tree import Term
from aggregator.watching.trie import End, Node, Trie

#: Letters that a name must have behind a proclitic, or within a phrase beside a doubtful word.
LEFT = 3
TRUSTED = 5
#: Characters on each side of an exact term that say whether capitals mean anything there.
SHOUTED = 30


class Finder:
    """Holds the terms.  What it learns of spellings serves every document after."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._trie = Trie(terms)
        self._spellings: dict[str, Spellings] = {}

    def find(
        self, reading: Reading, aside: list[SetAside] | None = None
    ) -> dict[Term, list[Mention]]:
        """By term, its mentions; into `aside` goes what looked like one."""
        spellings = self._in_language(reading.document.lang)
        found: dict[Term, list[Mention]] = defaultdict(list)
        for field, words in enumerate(reading.words):
            search = _Search(self._trie, reading, field, spellings, found, aside)
            starts = list(map(spellings.starts.__getitem__, words))
            for place in compress(count(), starts):
                search.begin(cast("Start", starts[place]), place)
        spellings.forget()
        return found

    def _in_language(self, lang: str | None) -> Spellings:
        language = (lang or "").lower().replace("_", "-").partition("-")[0]
        if language not in self._spellings:
            self._spellings[language] = Spellings(self._trie, language)
        return self._spellings[language]


def _rule(end: End, how: int) -> Rule:
    if how & PROCLITIC:
        return "proclitic"
    if how & INFLECTED:
        return "form"
    return "joined" if end.joined or how & PARTED else end.term.kind


def _is_spelt_otherwise(end: End, how: int) -> bool:
    """Other accents are another word: of a short Turkish name, and in small letters."""
    if end.term.kind != "word":
        return False
    if how & OTHER_LETTER and end.capital and end.plain:
        return True
    return end.letters < TRUSTED and bool(how & (ACCENTED if end.plain else BARE))


def _is_no_acronym(term: str) -> bool:
    """W.A. is not Wa, and ق.م (before Christ) not قم."""
    return term[1:].islower() if term[:1].isupper() else len(term) < 3 and not term.islower()


class _Search:
    """The search of one field."""

    __slots__ = (
        "_aside",
        "_base",
        "_field",
        "_found",
        "_parts",
        "_reading",
        "_spellings",
        "_trie",
        "_words",
    )

    def __init__(
        self,
        trie: Trie,
        reading: Reading,
        field: int,
        spellings: Spellings,
        found: dict[Term, list[Mention]],
        aside: list[SetAside] | None,
    ) -> None:
        self._trie, self._aside = trie, aside
        self._reading, self._field, self._spellings, self._found = reading, field, spellings, found
        self._words, self._parts = reading.words[field], reading.parts[field]
        self._base = field * STRIDE

    def begin(self, start: Start, place: int) -> None:
        for node, how in start.nodes:
            self.follow(node, how, place, place)
        if start.halves and place + 1 < len(self._words):
            rest = fold(self._words[place + 1])
            for half, how in start.halves:
                if half + rest in self._trie.joined and self._may_join(place):
                    node = self._trie.root.next[half + rest]
                    self.follow(node, how | CAPITAL | PARTED, place, place + 1)

    def follow(self, node: Node, how: int, first: int, last: int) -> None:
        """Note the terms that end here, and go on to the next word."""
        for end in node.ends:
            if end.joined and how & PARTED:
                # Its words, made one and parted again, are its words: found as such already.
                continue
            mention = Mention(self._base + first, self._base + last, end.term, _rule(end, how))
            reason = self._refusal(end, how, first, last)
            if reason is None:
                self._found[end.term].append(mention)
            elif self._aside is not None:
                self._aside.append(SetAside(mention, reason))
        if node.next and last + 1 < len(self._words):
            for key, more in self._spellings.following[self._words[last + 1]]:
                if following := node.next.get(key):
                    self.follow(following, how | more, first, last + 1)

    def _refusal(self, end: End, how: int, first: int, last: int) -> Reason | None:
        if _is_spelt_otherwise(end, how) or (how & INFLECTED and not self._may_inflect(end, how)):
            return "small"
        if how & INITIALS and end.words == 1 and _is_no_acronym(end.term.text):
            return "doubtful"
        if how & PROCLITIC and end.letters < LEFT:
            return "short"
        if how & NOT_ALONE and (end.words == 1 or end.letters < TRUSTED):
            return "doubtful"
        if end.term.kind == "exact" and self._shouted(first, last):
            return "capitals"
        return None if first == last or self._runs_on(end, first, last) else "pause"

    @staticmethod
    def _may_inflect(end: End, how: int) -> bool:
        """A name stays a name: small letters, other accents, other capitals are another word."""
        if end.words > 1 and (
            (how & PLURAL and end.begins_capital) or (how & PLURAL_LATER and end.ends_capital)
        ):
            return False
        if end.acronym:
            return bool(how & ACRONYM)
        if how & CAPITAL or not end.capital:
            return True
        return bool(how & CAPITAL_LATER) and not end.begins_capital

    def _runs_on(self, end: End, first: int, last: int) -> bool:
        """No comma and no full stop but the term's own."""
        parts = self._parts
        return not any(
            parts[2 * word + 2] != " "
            and word - first not in end.pauses
            and breaks_phrase(parts[2 * word + 1], parts[2 * word + 2])
            for word in range(first, last)
        )

    def _shouted(self, first: int, last: int) -> bool:
        """Capitals prove nothing where all around is capitals."""
        _, start, stop = self._reading.slice(self._base + first, self._base + last)
        text = self._reading.texts[self._field]
        if not text[start:stop].isupper():
            return False
        before = text[max(0, start - SHOUTED) : start].rpartition("\n")[2]
        after = text[stop : stop + SHOUTED].partition("\n")[0]
        return (before + after).isupper()

    def _may_join(self, place: int) -> bool:
        """May this word and the next be one name?  Not "Islam ist" for Islamist."""
        left, gap, right = self._parts[2 * place + 1 : 2 * place + 4]
        return not gap.isspace() or not right[:1].islower() or len(left) > 3 < len(right)
