"""The feed's own words of an entry, against which its page is held.

What an extractor chooses may stand beside the article: a sidebar's story, the note of a wall.  The
feed said what the page is about; where the chosen text shares no word with that, another is looked
for that does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.reading.choose import UNWEIGHED, Choice, choose_by, told_to_machines
from aggregator.reading.study import Study
from aggregator.reading.words import telling_words

#: Fewer telling words than this share none with a page by chance.
_FEWEST = 4
#: Characters of a summary that are looked at.
_SUMMARY = 1000
#: A block that speaks of the entry shares so many of its words.
_SHARED = 2
#: The element around it is as large as holds so many words.
_TEXT_WORDS = 60


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a page must speak of."""

    title: str = ""
    summary: str = ""

    @property
    def words(self) -> frozenset[str]:
        return telling_words(f"{self.title}\n{self.summary[:_SUMMARY]}")


NO_ANCHOR = Anchor()


def is_unrelated(text: str, anchor: Anchor) -> bool:
    """Does a text share not one telling word with the feed's own?

    So speaks the page that stands where an article was: the home page, a wall, "not found".
    """
    told = anchor.words
    return len(told) >= _FEWEST and told.isdisjoint(telling_words(text))


def related_choice(study: Study, anchor: Anchor) -> Choice | None:
    """Another text of the page that speaks of what the feed announced; None where none does."""
    candidates = (found for found in _candidates(study, anchor) if found.paragraphs)
    related = (found for found in candidates if not is_unrelated(found.text, anchor))
    return next(related, None)


def _candidates(study: Study, anchor: Anchor) -> Iterator[Choice]:
    yield choose_by(study, study.scene.taken, "trafilatura")
    yield Choice(told_to_machines(study.claims), "json-ld", UNWEIGHED)
    yield choose_by(study, _around(study, anchor), "anchor")


def _around(study: Study, anchor: Anchor) -> list[float]:
    """1.0 for the blocks of the element that holds what speaks most of the entry."""
    page, words = study.scene.page, anchor.words
    shared = [len(words & telling_words(block.text)) for block in page.blocks]
    if max(shared, default=0) < _SHARED:
        return [0.0] * len(shared)
    node = page.blocks[shared.index(max(shared))].node
    inside = _inside(study, node)
    while page.nodes[node].parent >= 0 and _words_of(study, inside) < _TEXT_WORDS:
        node = page.nodes[node].parent
        inside = _inside(study, node)
    return inside


def _inside(study: Study, node: int) -> list[float]:
    page = study.scene.page
    is_within = page.within(node)
    return [float(is_within[block.node]) for block in page.blocks]


def _words_of(study: Study, inside: list[float]) -> int:
    return sum(len(words) for words, held in zip(study.scene.words, inside, strict=True) if held)
