"""Made-up news texts, and the edits that newsrooms make of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

Words = Sequence[str]

_letters = random.Random(7)
_VOCABULARY = [
    "".join(_letters.choices("abcdefghijklmnoprstuvwz", k=n % 8 + 2)) for n in range(30_000)
]
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(_VOCABULARY) + 1)))

FORM = (
    "The authority said that {} people were killed and {} hurt in {} incidents in the week to day "
    "{}. In the north {} houses were destroyed, in the south {}. Police held {} people and seized "
    "{} rifles, {} mines and {} kilograms of explosives. The index closed at {}, up {} points, and "
    "the exchange bought at {} and sold at {}. The figures cannot be checked independently and may "
    "change."
)

#: Other names, and nothing else.
NAMED_FORM = (
    "The court in {} sentenced {} to 12 years in prison on 4 charges of incitement, the prosecutor "
    "{} said. The lawyer of {}, {}, called the hearing of 35 minutes unfair and will appeal within "
    "20 days. In the same building {} was given 6 years in March, and the family of {} waits for a "
    "date since 2019. Reporters without a permit were kept out of the street before the court, "
    "where about 200 people had gathered in the morning."
)


class Newsroom:
    """Writes and edits; the same seed, the same texts."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def prose(self, words: int) -> list[str]:
        """With a number now and then, as reports have."""
        chosen = self._random.choices(_VOCABULARY, cum_weights=_WEIGHTS, k=words)
        return [
            str(self._random.randint(2, 900)) if self._random.random() < 0.03 else word
            for word in chosen
        ]

    def report(self, shortest: int, longest: int) -> list[str]:
        return self.prose(self._random.randint(shortest, longest))

    def form(self) -> str:
        """The next report of a series: the same words with other numbers."""
        return FORM.format(*(self._random.randint(2, 9_999) for _ in range(FORM.count("{}"))))

    def named_form(self) -> str:
        names = self._random.sample(_VOCABULARY, NAMED_FORM.count("{}"))
        return NAMED_FORM.format(*(name.title() for name in names))

    def edits(self) -> Mapping[str, Callable[[Words], list[str]]]:
        return {
            "reformatted": lambda words: [word.upper() + "," for word in words],
            "dateline and footer": lambda words: ["KABUL,", "(Wire)", *words, *self.prose(25)],
            "new lead": lambda words: [*self.prose(30), *words[30:]],
            "30 % inserted": lambda words: self._inserted(words, 0.3),
            "paragraphs on top": lambda words: [*self.prose(80), *words],
            "5 % changed": lambda words: self._changed(words, 0.05, phrase=5),
            "10 % changed": lambda words: self._changed(words, 0.1, phrase=5),
            "20 % changed": lambda words: self._changed(words, 0.2, phrase=5),
            "cut to half": lambda words: list(words[: len(words) // 2]),
            "cut to a third": lambda words: list(words[: len(words) // 3]),
        }

    def single_words(self) -> Mapping[str, Callable[[Words], list[str]]]:
        """The same shares, changed word by word: each breaks three runs of three."""
        return {
            f"{share:.0%} changed singly".replace("%", " %"): (
                lambda words, share=share: self._changed(words, share, phrase=1)
            )
            for share in (0.05, 0.1, 0.2)
        }

    def arrivals(self, count: int) -> Iterator[str]:
        """Three quarters new texts, a quarter edits of one of the last thousand."""
        recent: list[list[str]] = []
        edits = list(self.edits().values())
        for _ in range(count):
            if recent and self._random.random() < 0.25:
                words = self._random.choice(edits)(self._random.choice(recent))
            else:
                words = self.report(100, 500)
                recent = [*recent[-999:], words]
            yield " ".join(words)

    def _changed(self, words: Words, share: float, *, phrase: int) -> list[str]:
        """In phrases of so many words.  Numbers stay: with others it would be another report."""
        text = list(words)
        phrases = range(0, len(text), phrase)
        for start in self._random.sample(phrases, round(len(text) * share / phrase)):
            for at in range(start, min(start + phrase, len(text))):
                if not text[at].isdigit():
                    text[at] = self._random.choice(_VOCABULARY)
        return text

    def _inserted(self, words: Words, share: float) -> list[str]:
        at = self._random.randrange(len(words))
        return [*words[:at], *self.prose(round(len(words) * share)), *words[at:]]


def texts_of(path: Path) -> list[list[str]]:
    """Of a line `{text}` a text, those that are long enough to be cut to a third."""
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = (json.loads(line)["text"].split() for line in lines if line.strip())
    return [text for text in texts if len(text) >= 130]
