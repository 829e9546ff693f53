"""What the wording of a block, and the names of the elements around it, say for or against it.

Two weighted lists, read from `clues_model.json`: words and pairs of words of a block, and words of
class, id, role and tag.  `bench/train_extractor.py` learns a weight only for what stands on many
hosts; what is not in the list says nothing, so that a language that was not learned is no reason
against a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from aggregator.reading.blocks import Page
from aggregator.reading.words import extent

#: More words than this are prose, of which the beginning and the end tell most.
_SHORT = 30
_EDGE = 8
#: The length of a block is a clue too, in steps of so many characters, up to so many steps.
_STEP, _STEPS = 30, 6
_LENGTH = "length "
#: Elements around a block, by how far up they stand: one kind of clue for each.
_LEVELS = (0, 1, 1, 2, 2, 2)
_FARTHEST = 3
_TAGS_UP = 3
_NAME_CUT = re.compile(r"[-_\s/:]+|(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)")


@dataclass(frozen=True, slots=True)
class Clues:
    """Weights: above nothing for an article's text, below against it."""

    wording: Mapping[str, float]
    naming: Mapping[str, float]

    @property
    def unworded(self) -> Clues:
        """The clues to a language of which no word was learned."""
        lengths = {clue: w for clue, w in self.wording.items() if clue.startswith(_LENGTH)}
        return Clues(lengths, self.naming)

    def of(
        self, page: Page, words: Sequence[Sequence[str]]
    ) -> tuple[Sequence[float], Sequence[float]]:
        """For each block, what its wording says and what the names around it say."""
        named = {
            node: _sum(self.naming, naming_clues(page, node))
            for node in {block.node for block in page.blocks}
        }
        return (
            [
                _sum(self.wording, wording_clues(block.text, each))
                for block, each in zip(page.blocks, words, strict=True)
            ],
            [named[block.node] for block in page.blocks],
        )


def wording_clues(text: str, words: Sequence[str]) -> set[str]:
    """What may be telling in how a block is worded."""
    folded = ["0" if word.isdigit() else word.casefold() for word in words[:_SHORT]]
    clues = {f"{_LENGTH}{min(_STEPS, int(extent(text)) // _STEP)}", "start " + " ".join(folded[:2])}
    if len(words) <= _SHORT:
        clues.update(folded)
        clues.update(" ".join(pair) for pair in pairwise(folded))
        return clues
    clues.update("early " + word for word in folded[:_EDGE])
    clues.update("late " + word.casefold() for word in words[-_EDGE:])
    return clues


def naming_clues(page: Page, node: int) -> set[str]:
    """What may be telling in the elements around a block, but for the outermost."""
    clues: set[str] = set()
    for step, place in enumerate(page.above(node)):
        here = page.nodes[place]
        if here.parent < 0:
            break
        if step < _TAGS_UP:
            clues.add(f"{step} <{here.tag}>")
        level = _LEVELS[step] if step < len(_LEVELS) else _FARTHEST
        clues.update(_named(level, here.name, here.role))
    return clues


@cache
def learned() -> Clues:
    """The weights that come with the product."""
    stored = json.loads(
        (resources.files(__package__) / "clues_model.json").read_text(encoding="utf-8")
    )
    return Clues(stored["wording"], stored["naming"])


@lru_cache(maxsize=8192)
def _named(level: int, name: str, role: str) -> tuple[str, ...]:
    words = (word.lower() for word in _NAME_CUT.split(name))
    clues = tuple(f"{level} {word}" for word in words if len(word) > 1 and not word.isdigit())
    return (*clues, f"{level} role {role}") if role else clues


def _sum(weights: Mapping[str, float], clues: Iterable[str]) -> float:
    return sum([weights[clue] for clue in clues if clue in weights])
