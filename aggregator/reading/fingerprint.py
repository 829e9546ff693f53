"""Copies: by what the same text is found elsewhere, and when it is the same.

An exact hash of the folded words; MinHash (Broder 1997) over runs of words to find candidates among
all texts of the window; then the runs themselves decide.  Numbers and names have a say: casualty
tables, market notices and sanctions lists are one text with other numbers or names.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

from rensa import RMinHash

from aggregator.models import CopyReason, Fingerprint, KnownText, Likeness, Link
from aggregator.reading.numbers import distinct_numbers
from aggregator.text import FOLDING_VERSION, fold, folded_words
from aggregator.text.scripts import DENSE

#: Shorter texts are alike by chance: a stub, a caption, "developing story".
MIN_WORDS = 40
#: What a text shares with another is counted in runs of so many words; in scripts without spaces
#: a word is a character.
_RUN, _DENSE_RUN = 3, 5
#: 32 bands of 2.  Texts that share a third of their runs, as when one is a third of the other,
#: share a band in 98 of 100 cases and two bands in 88; unrelated texts, 0 of 190,000 pairs, none.
_PERMUTATIONS, _ROWS = 64, 2
_SEED = 20_261_123
#: The place of a band, and its values.
_BAND = struct.Struct(f"<{_ROWS + 1}I")
#: Fingerprints of another version are not compared.
VERSION = (1 << 16) + (FOLDING_VERSION << 8) + RMinHash.ALGORITHM_VERSION
#: Of a longer text those runs are kept whose hashes are lowest: a sample that is the same wherever
#: the run stands.
_MOST_RUNS = 1_500

#: A copy shares so much of the shorter text; or less, and most of its numbers too.
_CONTAINED, _CONTAINED_WITH_NUMBERS = 0.8, 0.6
#: Of a text in which single words are others at most half of the runs are left, for each breaks
#: three.  It is as long as before, and tells of the same names and numbers.
_REWORDED, _SAME_LENGTH, _NAMES = 0.3, 0.8, 0.5
#: With fewer of its names it is another report in the same form.  A brief whose footer names those
#: who wrote it has more.
_OTHER_NAMES = 0.35
#: Fewer names or numbers tell nothing.
_TELLING = 3
#: So much alike that nobody needs to be told of both.
_NOTHING_NEW = 0.85
_NUMBERS = 0.8
#: Reports made by filling in a form share so much of their words, and no more of their numbers.
#: With numbers asked to differ less, rewrites of one report were taken for others: B³ F −.04.
_SAME_FORM, _OTHER_NUMBERS = 0.5, 0.5

#: Within a sentence, where only names begin with a capital, or nouns.
_MAYBE_NAME = re.compile(r" (?<=\w )([^\W\d_a-z]\w{2,})")
_DENSE_WORD = re.compile(rf"(?<!\S)[{DENSE}]")

T = TypeVar("T", int, str)


def fingerprint(text: str) -> Fingerprint | None:
    """None for texts too short to tell."""
    folded = folded_words(text)
    encoded = folded.encode("utf-8", "surrogatepass")
    words = encoded.split()
    if len(words) < MIN_WORDS:
        return None
    runs = _runs(words, _RUN if _is_spaced(folded, len(words)) else _DENSE_RUN)
    distinct = set(folded.split())
    return Fingerprint(
        version=VERSION,
        text_hash=blake2b(encoded, digest_size=16).hexdigest(),
        bands=_bands(runs),
        runs=_hashes(runs),
        numbers=distinct_numbers(text, distinct),
        names=_names(text, len(distinct)),
    )


def likeness(one: Fingerprint, other: Fingerprint) -> Likeness:
    """How much of the shorter text stands in the longer one; the same whichever comes first."""
    if one.text_hash == other.text_hash:
        return Likeness(1.0, 1.0, same_words=True)
    ranges = zip(_same_range(one.runs, other.runs), (one, other), strict=True)
    (few, shorter), (many, longer) = sorted(
        ranges, key=lambda text: (len(text[0]), text[1].text_hash)
    )
    return Likeness(
        contained=_share(few & many, few, if_none=0.0),
        numbers=_share(shorter.numbers & longer.numbers, shorter.numbers, if_none=1.0),
        number_count=min(len(shorter.numbers), len(longer.numbers)),
        names=_share(shorter.names & longer.names, shorter.names, if_none=1.0),
        name_count=min(len(shorter.names), len(longer.names)),
        length=len(few) / len(many),
    )


def likenesses(
    text: Fingerprint | None, known: Iterable[KnownText]
) -> Sequence[tuple[int, Likeness]]:
    """Of each known entry, how alike its text is; of a text too short to tell, none."""
    if text is None:
        return ()
    return [(other.entry_id, likeness(text, other.fingerprint)) for other in known]


def copies_of(alike: Iterable[tuple[int, Likeness]]) -> tuple[Link, ...]:
    """The entries that say the same: the most alike first, of equals the first known."""
    links = (copy_link(other, found) for other, found in alike)
    return tuple(sorted(filter(None, links), key=lambda link: -link.score))


def same_form(alike: Iterable[tuple[int, Likeness]]) -> frozenset[int]:
    """Entries that say the same of other numbers or names: reports of a series, most likely."""
    return frozenset(
        entry
        for entry, found in alike
        if found.contained >= _SAME_FORM
        and (found.numbers < _OTHER_NUMBERS or _has_other_names(found))
    )


def copy_link(other: int, alike: Likeness) -> Link | None:
    """What makes a text a copy of that entry's; None: nothing does."""
    reason = _reason(alike)
    if reason is None:
        return None
    nothing_new = alike.contained >= _NOTHING_NEW and alike.numbers >= _NUMBERS
    return Link(other, reason, round(alike.contained, 3), nothing_new)


def _reason(alike: Likeness) -> CopyReason | None:
    if alike.same_words:
        return "same_words"
    if _has_other_names(alike):
        return None
    if alike.contained >= _CONTAINED:
        return "contained"
    if alike.contained >= _CONTAINED_WITH_NUMBERS and alike.numbers >= _NUMBERS:
        return "same_numbers"
    if alike.contained >= _REWORDED and alike.length >= _SAME_LENGTH and _tells_of_the_same(alike):
        return "reworded"
    return None


def _has_other_names(alike: Likeness) -> bool:
    return alike.name_count >= _TELLING and alike.names < _OTHER_NAMES


def _tells_of_the_same(alike: Likeness) -> bool:
    if alike.name_count >= _TELLING:
        return alike.names >= _NAMES and alike.numbers >= _OTHER_NUMBERS
    return alike.number_count >= _TELLING and alike.numbers >= _NUMBERS


def _is_spaced(folded: str, words: int) -> bool:
    return folded.isascii() or 2 * len(_DENSE_WORD.findall(folded)) <= words


def _runs(words: Sequence[bytes], size: int) -> list[bytes]:
    """Every run of words once."""
    shifted = (words[start:] for start in range(size))
    return list(dict.fromkeys(map(b" ".join, zip(*shifted, strict=False))))


def _names(text: str, words: int) -> frozenset[int]:
    """Hashed; of a text with so many different words."""
    found = {fold(word) for word in _MAYBE_NAME.findall(text) if word[0].isupper()}
    # All in capitals, or each word with one.
    if 2 * len(found) > words:
        return frozenset()
    return frozenset(zlib.crc32(name.encode("utf-8", "surrogatepass")) for name in found)


def _bands(runs: Sequence[bytes]) -> tuple[int, ...]:
    """A key for each band, of 64 signed bits."""
    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update(runs)
    signature = minhash.digest()
    packed = (_BAND.pack(at, *signature[at : at + _ROWS]) for at in range(0, _PERMUTATIONS, _ROWS))
    digests = b"".join(blake2b(band, digest_size=8).digest() for band in packed)
    return struct.unpack(f">{_PERMUTATIONS // _ROWS}q", digests)


def _hashes(runs: Sequence[bytes]) -> frozenset[int]:
    hashes = frozenset(map(zlib.crc32, runs))
    return hashes if len(hashes) <= _MOST_RUNS else frozenset(sorted(hashes)[:_MOST_RUNS])


def _same_range(
    one: frozenset[int], other: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Both as far as both were kept."""
    kept = [max(hashes) for hashes in (one, other) if len(hashes) == _MOST_RUNS]
    if not kept:
        return one, other
    end = min(kept)
    return (
        frozenset(number for number in one if number <= end),
        frozenset(number for number in other if number <= end),
    )


def _share(part: frozenset[T], whole: frozenset[T], *, if_none: float) -> float:
    return len(part) / len(whole) if whole else if_none
