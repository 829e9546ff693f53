"""A document cut into words, in one row: fields stand far apart, so nothing is near across them."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from aggregator.models import Document, FieldName
from aggregator.text.sentences import ends_sentence
from aggregator.text.tokens import cut, offsets

#: A word's place is its number in its field, plus this for every field before.
STRIDE = 1 << 24
FIELDS: tuple[FieldName, ...] = ("title", "summary", "text")
#: How many characters of the body belong to the lead.
LEAD = 600

#: First and last place, the last one included.
Span = tuple[int, int]


class Reading:
    """What the engine knows of one document while it is being matched."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.texts = (document.title, document.summary, document.text)
        #: Gap, word, gap, … of each field.
        self.parts = tuple(map(cut, self.texts))
        self.words = tuple(parts[1::2] for parts in self.parts)

        #: By field, the part that was asked for last, and where it begins.
        self._last = [(0, 0) for _ in FIELDS]

    def _offset(self, field: int, part: int) -> int:
        """Where a part begins.  Asked for in order, all together take one pass."""
        known, offset = self._last[field]
        if part < known:
            known, offset = 0, 0
        offset += sum(map(len, self.parts[field][known:part]))
        self._last[field] = part, offset
        return offset

    def slice(self, first: int, last: int) -> tuple[FieldName, int, int]:
        """The field of a mention, and where it starts and ends there, in code points."""
        field, word = divmod(first, STRIDE)
        begin, end = 2 * word + 1, 2 * (last % STRIDE) + 2
        start = self._offset(field, begin)
        return FIELDS[field], start, start + sum(map(len, self.parts[field][begin:end]))

    def place(self, name: str) -> tuple[Span, ...]:
        """The places that `title:`, `lead:` or `text:` means."""
        if name == "title":
            return ((0, STRIDE - 1),)
        if name == "text":
            return ((2 * STRIDE, 3 * STRIDE - 1),)
        begun = sum(offset < LEAD for offset in offsets(self.parts[2])[1:-1:2])
        return ((0, 2 * STRIDE + begun - 1),)

    def sentence(self, place: int) -> int:
        """A number that the words of one sentence share, and no others."""
        field, word = divmod(place, STRIDE)
        return field * STRIDE + bisect_left(self._sentence_ends[field], word)

    @cached_property
    def _sentence_ends(self) -> list[list[int]]:
        """By field, the numbers of the words that end a sentence."""
        return [
            [
                word // 2
                for word in range(1, len(parts) - 2, 2)
                if ends_sentence(parts[word], parts[word + 1], parts[word + 2])
            ]
            for parts in self.parts
        ]
