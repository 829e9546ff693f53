"""What an entry says, as one short string: are two texts the same, or an edit of one another?

A wording is `digest.title.text`.  The digest stands for every word in order.  The two sketches
stand for the words of the title and for the first words of the text: of their hashes the smallest
are kept, from which the share of common words can be told (A. Broder, On the resemblance and
containment of documents, 1997).
"""

from __future__ import annotations

import re
import string
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from aggregator.models import ParsedEntry
from aggregator.text import cut
from aggregator.text.marks import stream_safe

#: So many words of a text tell whether it is the same text: a teaser is often its beginning.
_LEAD = 64
_TITLE_SIZE = 16
_TEXT_SIZE = 32
#: Hex digits of a word's hash.
_DIGITS = 5
_CODE, _CODE_MASK = f"%0{_DIGITS}x", 16**_DIGITS - 1
#: Fewer words in common may be chance.
_ENOUGH = 3

#: Where the lead of a text ends at the latest, in characters.
_LEAD_LENGTH = 600
#: So many words, equal one by one, are no accident.
_LONG = 16

_ASCII_SIGNS = {ord(char): " " for char in string.punctuation if char not in "$%+<=>^|~`"}
_OTHER_SIGNS = re.escape("".join(map(chr, _ASCII_SIGNS)))
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
    title, text = plain(entry.title), plain(text_of(entry))
    titles = _sketch(cut(title)[1::2], _TITLE_SIZE)
    return f"{digest(title, text)}.{titles}.{_sketch(_lead(text), _TEXT_SIZE)}"


def is_next(entry: ParsedEntry, before: Wording) -> bool:
    """Is its title the other one counted one further: Bulletin 42 after Bulletin 41?"""
    title = cut(plain(entry.title))[1::2]
    return any(
        _codes(_sketch([*title[:at], _one_less(word), *title[at + 1 :]], _TITLE_SIZE))
        == before.title
        for at, word in enumerate(title)
        if word.isdecimal() and int(word)
    )


def _one_less(number: str) -> str:
    return str(int(number) - 1).zfill(len(number))


def text_of(entry: ParsedEntry) -> str:
    """The fullest text the feed gives."""
    return entry.content or entry.summary


def plain(text: str) -> str:
    """What a reader would say is there: words in lower case, parted by one space."""
    if text.isascii():
        said = text.lower().translate(_ASCII_SIGNS)
    else:
        said = _INVISIBLE.sub("", unicodedata.normalize("NFKC", stream_safe(text)))
        said = _signs().sub(" ", said.casefold())
    # A text of nothing but signs is read by its signs.
    return " ".join(said.split() or text.split())


def digest(title: str, text: str) -> str:
    """One hash for a plain title and text; "" where there is neither."""
    # A line feed parts them: words that moved from the title to the text are an edit.
    return short(f"{title}\n{text}") if title or text else ""


def is_long(entry: ParsedEntry) -> bool:
    """Has it so much text that no other thing would have the same, word by word?"""
    return len(_lead(plain(text_of(entry)))) >= _LONG


def short(text: str) -> str:
    """A hash of 128 bits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _lead(text: str) -> list[str]:
    """The first words of a plain text; a sign of scripts without spaces is a word."""
    return cut(text[:_LEAD_LENGTH])[1::2][:_LEAD]


@cache
def _signs() -> re.Pattern[str]:
    """Punctuation, spaces and control characters; symbols and marks say something."""
    points = (chr(point) for point in range(0x80, 0x10000))
    return re.compile(f"[{_OTHER_SIGNS}{''.join(filter(_is_sign, points))}]+")


def _is_sign(char: str) -> bool:
    # A lone half of a pair is no character: what is left of a broken text is kept.
    category = unicodedata.category(char)
    return category[0] in "PZC" and category not in ("Cs", "Cn")


def _sketch(parts: Iterable[str], size: int) -> str:
    codes = {
        _CODE % (zlib.crc32(word.encode("utf-8", "surrogatepass")) & _CODE_MASK)
        for word in set(parts)
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
