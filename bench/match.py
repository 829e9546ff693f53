"""Articles matched per CPU second: `python bench/match.py [LANGUAGE …]`.

10, 1,000 and 10,000 watches (three terms each, with context and NEAR), 2,000 made-up articles of
900 words, spans included; beside pyahocorasick finding the bare terms in the same texts and run.
Every engine starts knowing no word.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from aggregator.models import Document, Watch
from aggregator.watching.engine import Engine

ARTICLES = 2_000
WORDS = 900
WATCHES = (10, 1_000, 10_000)
#: To reach, at 10,000 watches: English, the others.
GOALS = {"en": 1_100, "ru": 500, "ar": 500, "tr": 500}


@dataclass(frozen=True)
class Tongue:
    """Enough of a language to make up text in it."""

    onsets: Sequence[str]
    vowels: Sequence[str]
    codas: Sequence[str]
    #: What names end in, and what ordinary words and names in a sentence may take.
    name_codas: Sequence[str]
    endings: Sequence[str]
    before: Sequence[str] = ("",)
    stop: str = "."
    comma: str = ","


TONGUES = {
    "en": Tongue(
        "b c d f g h j k l m n p r s t v w st tr pl sh th".split(),
        "a e i o u ea ou ai".split(),
        ["", "n", "r", "s", "t", "l", "nd", "ck"],
        "an or ain ell ad im".split(),
        ["", "", "", "", "", "'s", "s"],
    ),
    "ru": Tongue(
        "б в г д ж з к л м н п р с т ф х ч ш ст пр тр".split(),
        "а е и о у ы я ё".split(),
        ["", "н", "р", "с", "т", "л", "в"],
        "ан ор ия ов ск ум".split(),
        ["", "", "а", "у", "ом", "е", "ы", "и", "ой"],
    ),
    "ar": Tongue(
        "ب ت ج ح خ د ر ز س ش ص ط ع غ ف ق ك ل م ن ه و".split(),
        "ا و ي ا".split(),
        ["", "ن", "ر", "ة", "ت"],
        "ان ون ين يد ور ال".split(),
        ["", ""],
        ("", "", "", "و", "ب", "ل", "وب", "ال"),
        comma="،",
    ),
    "tr": Tongue(
        "b c ç d f g h k l m n p r s ş t v y z".split(),
        "a e ı i o ö u ü".split(),
        ["", "n", "r", "k", "t", "l", "z"],
        "an er il ur ay".split(),
        ["", "", "", "'de", "'nin", "'a", "ler", "in"],
    ),
}


def spellings(tongue: Tongue, count: int, rng: random.Random, *, names: bool) -> list[str]:
    """Made-up words; the frequent ones come first, and are short."""
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = rng.choice((2, 2, 3)) if names or len(found) > 300 else 1
        word = "".join(
            rng.choice(tongue.onsets) + rng.choice(tongue.vowels) for _ in range(syllables)
        )
        word += rng.choice(tongue.name_codas if names else tongue.codas)
        found[word.capitalize() if names else word] = None
    return list(found)


@dataclass(frozen=True)
class Newsroom:
    """Words and names, and how often they occur: as in real text, by Zipf's law."""

    tongue: Tongue
    words: list[str]
    names: list[str]
    places: list[str]

    def article(self, rng: random.Random) -> Document:
        chosen = rng.choices(self.words, cum_weights=_zipf(len(self.words)), k=WORDS)
        subjects = rng.sample(self.names, 4) + rng.sample(self.places, 2)
        for place in range(5, WORDS, 18):
            chosen[place] = self._in_sentence(rng.choice(subjects), rng)
        return Document(
            title=" ".join(chosen[:10]), text="".join(self._punctuated(chosen[10:])), lang=self.lang
        )

    @property
    def lang(self) -> str:
        return next(code for code, tongue in TONGUES.items() if tongue is self.tongue)

    def _in_sentence(self, name: str, rng: random.Random) -> str:
        return rng.choice(self.tongue.before) + name + rng.choice(self.tongue.endings)

    def _punctuated(self, words: Iterable[str]) -> Iterator[str]:
        for number, word in enumerate(words, 1):
            yield word.capitalize() if number % 17 == 1 else word
            if number % 17 == 0:
                yield self.tongue.stop + ("\n\n" if number % 85 == 0 else " ")
            else:
                yield f"{self.tongue.comma} " if number % 11 == 0 else " "

    def watches(self, count: int, rng: random.Random) -> list[Watch]:
        return [self._watch(number, rng) for number in range(count)]

    def _watch(self, number: int, rng: random.Random) -> Watch:
        one, two, three = rng.sample(self.names, 3)
        place = rng.choice(self.places)
        match number % 4:
            case 0:
                return Watch(f"w{number}", any=(one, f"{two} {three}", f"{three} {place}"))
            case 1:
                return Watch(f"w{number}", any=(f"{one} {two}",), weak={three: (place,)})
            case 2:
                return Watch(f"w{number}", query=f"{one} NEAR/8 ({two} OR {place})")
            case _:
                return Watch(f"w{number}", any=(one, two), excepted=(f"{one} {three}",))


_WEIGHTS: dict[int, list[float]] = {}


def _zipf(count: int) -> list[float]:
    if count not in _WEIGHTS:
        _WEIGHTS[count] = list(accumulate(1 / rank for rank in range(1, count + 1)))
    return _WEIGHTS[count]


def newsroom(language: str, rng: random.Random) -> Newsroom:
    tongue = TONGUES[language]
    names = spellings(tongue, 25_000, rng, names=True)
    return Newsroom(tongue, spellings(tongue, 40_000, rng, names=False), names[300:], names[:300])


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(language: str) -> None:
    """Print the figures of one language."""
    rng = random.Random(5)
    room = newsroom(language, rng)
    articles = [room.article(rng) for _ in range(ARTICLES)]
    watches = room.watches(max(WATCHES), rng)
    for count in WATCHES:
        before = megabytes()
        start = time.process_time()
        engine = Engine(watches[:count], {})
        built = time.process_time() - start
        start = time.process_time()
        hits = sum(bool(engine.match(article)) for article in articles)
        rate = ARTICLES / (time.process_time() - start)
        print(
            f"{language}  {count:6,} watches: {rate:6,.0f} articles/CPU s, {hits:5,} of them hit,"
            f" built in {built:.2f} s, {megabytes() - before:4.0f} MB more"
            f"{peer(watches[:count], articles, rate)}"
        )


def peer(watches: Sequence[Watch], articles: Sequence[Document], rate: float) -> str:
    try:
        import ahocorasick
    except ImportError:
        return "; pyahocorasick is not here to compare: pip install pyahocorasick"
    automaton: Any = ahocorasick.Automaton()
    for watch in watches:
        for name in {*watch.any, *watch.weak, *watch.query.replace("(", " ").split()}:
            automaton.add_word(name.lower(), name)
    automaton.make_automaton()
    start = time.process_time()
    for article in articles:
        list(automaton.iter(f"{article.title}\n{article.text}".lower()))
    theirs = len(articles) / (time.process_time() - start)
    return f"; pyahocorasick, bare terms: {theirs:6,.0f}, ratio {rate / theirs:.2f}"


def main() -> None:
    languages = sys.argv[1:] or list(TONGUES)
    if len(languages) == 1:
        measure(languages[0])
        return
    for language in languages:  # a process each, so that memory is told apart
        subprocess.run([sys.executable, __file__, language], check=True)


if __name__ == "__main__":
    main()
