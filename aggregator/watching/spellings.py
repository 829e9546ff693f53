"""What a spelling in a text may be read as: worked out once for each language, then remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from aggregator.text import fold
from aggregator.text.fold import before_apostrophe, elided, exactly
from aggregator.watching.forms import behind_proclitics, names, rules_for
from aggregator.watching.trie import PARTICLES, Node, Trie

#: Rules that know no forms but plurals.
_PLURALS = frozenset({"fr", "es", "pt", "it"})

#: Rules of languages whose accents make letters of their own, not the stress or the sound of one.
_LETTERS = frozenset("de sv da fi et pl cs sr ro lt lv tr".split())
#: A stressed ending of peoples (sudanés) where a plural has none (talibanes).
_STRESSED = ("és", "ês", "ès")

#: Spellings remembered, for each language.
REMEMBERED = 100_000

# How a word was read; those of a phrase's words are united.
INFLECTED: Final = 1
PROCLITIC: Final = 2
#: It begins with no small letter, or needs none: the name of a people.
CAPITAL: Final = 4
#: The same of a later word of a phrase.
CAPITAL_LATER: Final = 128
#: Good enough within a phrase, but not alone.
NOT_ALONE: Final = 8
#: Capitals with a small ending: an acronym, inflected.
ACRONYM: Final = 16
#: A Turkish form with accents in the name itself, and one without: there they tell apart more than
#: elsewhere.
ACCENTED: Final = 32
BARE: Final = 1024
#: A name of one word, written in two.
PARTED: Final = 64

#: A plural of the first word, and of a later one, that a name of several words does not have:
#: États islamiques, and in small letters Islamic states.
PLURAL: Final = 256
PLURAL_LATER: Final = 512
#: Small letters with an accent, in a language where that is another letter: für, puțin.
OTHER_LETTER: Final = 2048
#: Initials with dots.
INITIALS: Final = 4096

T = TypeVar("T")
#: A key of the trie, and how a spelling was read to get there.
Reading: TypeAlias = tuple[str, int]


class Remembered(dict[str, T], Generic[T]):
    """The answers of a function of a string."""

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> T:
        value = self[key] = self._function(key)
        return value


@dataclass(frozen=True, slots=True)
class Start:
    """Where a spelling that a term may begin with leads."""

    #: From the root of the trie.
    nodes: tuple[tuple[Node, int], ...]
    #: Its folded form, and what is left of it behind proclitics, where that may be the first half
    #: of a name.
    halves: tuple[tuple[str, int], ...]


class Spellings:
    """The readings of words in articles of one language."""

    def __init__(self, trie: Trie, language: str) -> None:
        self._trie = trie
        #: None, mostly: no term begins so.
        self.starts: Remembered[Start | None] = Remembered(self._start)
        #: As a word of a phrase behind its first: nothing is taken off its front.
        self.following: Remembered[tuple[Reading, ...]] = Remembered(self._following)
        #: The rules for a word by its first character.
        self._rules: Remembered[str] = Remembered(lambda first: rules_for(language, first))

    def forget(self) -> None:
        """Make room, when too much is known.  Not while a text is being read."""
        if len(self.starts) > REMEMBERED:
            self.starts.clear()
            self.following.clear()

    def _start(self, word: str) -> Start | None:
        folded = fold(word)
        nodes = self._trie.root.next
        leads = tuple(
            (nodes[key], how) for key, how in self._readings(word, folded).items() if key in nodes
        )
        # A name written in two begins with a capital, or with an article.
        named = not word[:1].islower() or folded in PARTICLES
        halves = tuple(self._halves(folded)) if named and self._trie.halves else ()
        return Start(leads, halves) if leads or halves else None

    def _halves(self, folded: str) -> Iterator[Reading]:
        if folded in self._trie.halves:
            yield folded, 0
        for rest in behind_proclitics(folded, self._rules[folded[:1]]):
            if rest in self._trie.halves:
                yield rest, PROCLITIC

    def _following(self, word: str) -> tuple[Reading, ...]:
        readings = self._readings(word, fold(word)).items()
        return tuple((key, _later(how)) for key, how in readings if not how & PROCLITIC)

    def _readings(self, word: str, folded: str) -> dict[str, int]:
        """Keys of the trie only, each in the plainest reading that leads to it."""
        found: dict[str, int] = {}
        if not folded:
            return found
        rules = self._rules[folded[0]]
        look = _look(word)
        if rules in _LETTERS and not look:
            look = _small(word, rules)
        parts = [(word, folded, look)]
        if not word.isalnum():
            if "." in word:
                parts = [(word, folded, look | INITIALS)]
            parts += [(part, fold(part), _look(part)) for part in _without_apostrophe(word, rules)]
        for name, form, look in parts:
            self._note(form, look, found)
            if self._trie.has_exact and (key := f"={exactly(name)}") in self._trie.keys:
                found.setdefault(key, look)
        for name, form, look in parts if rules else ():
            self._note_inflected(name, form, rules, look, found)
            for rest in behind_proclitics(form, rules):
                read = look | PROCLITIC | (NOT_ALONE if _is_a_word(name, form, rest) else 0)
                self._note(rest, read, found)
                self._note_inflected(name, rest, rules, read, found)
        return found

    def _note(self, form: str, how: int, found: dict[str, int]) -> None:
        keys = self._trie.keys
        if form in keys:
            found.setdefault(form, how)
        for length in self._trie.prefix_lengths:
            if length > len(form):
                return
            if (key := f"{form[:length]}*") in keys:
                found.setdefault(key, how)

    def _note_inflected(
        self, word: str, form: str, rules: str, how: int, found: dict[str, int]
    ) -> None:
        for name, alone, small in names(form, rules, self._trie.keys):
            read = how | INFLECTED | (0 if alone else NOT_ALONE) | (CAPITAL if small else 0)
            if rules == "tr":
                read |= BARE if word[: len(name)].replace("İ", "I").isascii() else ACCENTED
            if rules in _PLURALS and word.lower().endswith(_STRESSED):
                continue
            if rules in _PLURALS or (rules == "en" and not read & CAPITAL):
                read |= PLURAL
            found.setdefault(name, read)


def _later(how: int) -> int:
    for first, later in ((CAPITAL, CAPITAL_LATER), (PLURAL, PLURAL_LATER)):
        if how & first:
            how = how & ~first | later
    return how


def _look(word: str) -> int:
    look = 0 if word[:1].islower() else CAPITAL
    return look | (ACRONYM if word[:2].isupper() and word[-1:].islower() else 0)


def _small(word: str, rules: str) -> int:
    """What accents tell of a word in small letters."""
    if rules == "tr":
        return BARE if word.isascii() else 0
    return 0 if word.isascii() else OTHER_LETTER


def _is_a_word(word: str, form: str, rest: str) -> bool:
    """كامل is no "like Amal" (كأمل): the hamza is not left out behind كـ."""
    return form.endswith("كا" + rest[1:]) and rest[:1] == "ا" and rest[:2] != "ال" and "كا" in word


def _without_apostrophe(word: str, rules: str) -> list[str]:
    """The name in a word that has more than letters, where an apostrophe parts it from the rest."""
    name = before_apostrophe(word) if rules == "tr" else None
    return list(filter(None, (elided(word), name)))
