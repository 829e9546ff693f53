"""What an entry says, as one short string: are two texts the same, or an edit of one another?

A wording is `digest.title.text`.  The digest stands for every word in order.  The two sketches
stand for the words of the title and for the first words of the text: of their hashes the smallest
are kept, from which the share of common words can be told (A. Broder, On the resemblance and
containment of documents, 1997).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from aggregator.models import ParsedEntry
from aggregator.text import cut

#: So many words of a text tell whether it is the same text: a teaser is often its beginning.
_LEAD = 64
_TITLE_SIZE = 16
_TEXT_SIZE = 32
#: Hex digits of a word's hash.
_DIGITS = 5
#: Fewer words in common may be chance.
_ENOUGH = 3

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording taken apart: what can be asked of two of them."""

    digest: str
    title: frozenset[str]
    text: frozenset[str]

    @staticmethod
    def of(words: str) -> Wording:
        digest, _, sketches = words.partition(".")
        title, _, text = sketches.partition(".")
        return Wording(digest, _codes(title), _codes(text))

    def text_likeness(self, other: Wording) -> float | None:
        """The share of the shorter lead's words that the other has; None where one has no text."""
        if not self.text or not other.text:
            return None
        return _contained(self.text, other.text, _TEXT_SIZE)

    def title_likeness(self, other: Wording) -> float:
        """The share of the shorter title's words that the other has; 0 where one has no title."""
        if not self.title or not other.title:
            return 0.0
        return _contained(self.title, other.title, _TITLE_SIZE)

    def same_title(self, other: Wording) -> bool:
        return bool(self.title) and self.title == other.title

    def quotes_title(self, other: Wording) -> bool:
        """One title is the other and more words beside it."""
        shorter, longer = sorted((self.title, other.title), key=len)
        return _ENOUGH <= len(shorter) < len(longer) and shorter < longer


def words(entry: ParsedEntry) -> str:
    """The wording of title and text; layout, case, dates, bylines and links have no part in it."""
    title, text = title_of(entry), text_of(entry)
    lead = _sketch(text[:_LEAD], _TEXT_SIZE)
    return f"{digest(title, text)}.{_sketch(title, _TITLE_SIZE)}.{lead}"


def title_of(entry: ParsedEntry) -> list[str]:
    """The words of its title."""
    return _words(entry.title)


def text_of(entry: ParsedEntry) -> list[str]:
    """The words of the fullest text the feed gives."""
    return _words(entry.content or entry.summary)


def digest(title: Sequence[str], text: Sequence[str]) -> str:
    """One hash for all words in order; "" where there is none."""
    if not title and not text:
        return ""
    # A line feed parts them: words that moved from the title to the text are an edit.
    return short(" ".join(title) + "\n" + " ".join(text))


def short(text: str) -> str:
    """A hash of 128 bits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = text.casefold()
    # A text of nothing but signs is read by its signs.
    return cut(text)[1::2] or text.split()


def _sketch(parts: Iterable[str], size: int) -> str:
    codes = {
        format(zlib.crc32(word.encode("utf-8", "surrogatepass")), "08x")[-_DIGITS:]
        for word in parts
    }
    return "".join(sorted(codes)[:size])


def _codes(sketch: str) -> frozenset[str]:
    return frozenset(sketch[at : at + _DIGITS] for at in range(0, len(sketch), _DIGITS))


def _contained(one: frozenset[str], two: frozenset[str], size: int) -> float:
    # A full sketch is silent about hashes above its largest: both are compared below that.
    for sketch in (one, two):
        if len(sketch) >= size:
            top = max(sketch)
            one, two = (frozenset(code for code in kept if code <= top) for kept in (one, two))
    fewer = min(len(one), len(two))
    common = len(one & two)
    return common / fewer if common >= min(_ENOUGH, max(len(one), len(two))) else 0.0
