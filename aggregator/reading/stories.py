"""Stories: which articles tell of one event in other words.

One pass, in the order of arrival.  A text is a vector of its words: those that are rare among all
articles weigh most, names, numbers with what they count, and the lead more than the rest.  It joins
the story whose articles it is nearest to, if that is near enough; what is told in the same form
with other numbers is another event.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from aggregator.models import (
    Coverage,
    KnownText,
    Link,
    Member,
    Placement,
    Spread,
    Vector,
    WordCounts,
)
from aggregator.text import fold
from aggregator.text.scripts import DENSE
from aggregator.text.tokens import cut

#: An event is told of for so long; beyond, the next one of its kind has happened.
WINDOW = timedelta(days=7)
#: How near an article is to a story counts by so much less at the end of the window.
_DECAY = 0.4
#: Cosine to the mean of a story's articles.  Tuned on half of the topics of `bench/stories.py`.
NEAR_ENOUGH = 0.26
_UNSURE, _SURE_AFTER = 0.3, 20

_NAME, _NUMBER, _COUNTED, _LEAD = 2.0, 3.0, 2.0, 1.5
#: Words, from the beginning.
_LEAD_LENGTH = 60
#: A vector keeps so many words.
_MOST_WORDS = 200
#: Texts with fewer different words resemble others by chance.
FEWEST_WORDS = 10
#: By so many of its words a text finds its neighbours.
TELLING_WORDS = 20

_SENTENCE_END = re.compile(r"[.!?:;\n\"“”„«»‘’'()]")
_DENSE_WORD = re.compile(f"[{DENSE}]")


# ── a text as words ───────────────────────────────────────────────────────────────────────────────


def terms(title: str, text: str) -> dict[str, float]:
    """What each word of an article weighs in it, however rare the word is."""
    body = text if text.lstrip().startswith(title) else f"{title}\n{text}"
    words = _words(body)
    lead = {word.folded for word in words[:_LEAD_LENGTH]}
    lower = {word.folded for word in words if word.lower}
    names = {word.folded for word in words if word.name} - lower
    counts = Counter(word.folded for word in words)
    weights = {
        word: (1 + math.log(count))
        * (_NAME if word in names else 1)
        * (_NUMBER if word.isdigit() else 1)
        * (_LEAD if word in lead else 1)
        for word, count in counts.items()
    }
    counted = Counter(_counted(words))
    return weights | {pair: _COUNTED * (1 + math.log(count)) for pair, count in counted.items()}


def _counted(words: Sequence[_Word]) -> Iterable[str]:
    """Each number with the word beside it: `23 pirates`, `march 14`."""
    for one, other in pairwise(words):
        if one.folded.isdigit() or other.folded.isdigit():
            yield f"{one.folded} {other.folded}"


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    #: Begins with a capital where no sentence does.
    name: bool
    lower: bool


def _words(text: str) -> list[_Word]:
    parts = cut(text)
    words = []
    for place in range(1, len(parts), 2):
        word, gap = parts[place], parts[place - 1]
        folded = fold(word)
        if not folded:
            continue
        begins = place == 1 or _SENTENCE_END.search(gap) is not None
        words.append(_Word(folded, word[0].isupper() and not begins, word[0].islower()))
    return _joined(words)


def _joined(words: Sequence[_Word]) -> list[_Word]:
    """Where a word is one character, two in a row are one."""
    joined: list[_Word] = []
    for dense, group in groupby(words, key=lambda word: bool(_DENSE_WORD.match(word.folded))):
        run = list(group)
        if not dense or len(run) == 1:
            joined += run
            continue
        pairs = pairwise(run)
        joined += [_Word(one.folded + two.folded, name=False, lower=False) for one, two in pairs]
    return joined


def single_words(weights: Iterable[str]) -> frozenset[str]:
    """Those that are counted in every article: pairs would be too many, and most stand once."""
    return frozenset(word for word in weights if " " not in word)


def vector(weights: Mapping[str, float], known: WordCounts) -> Vector:
    """The article's telling words, of length 1.  A word never seen before weighs most, a pair as
    the commoner of its words: `160 million` stands in many stories."""
    articles = known.articles + 1

    def rarity(word: str) -> float:
        seen = max(known.counts.get(part, 0) for part in word.split(" "))
        return math.log((articles + 1) / (seen + 1))

    rare = {word: weight * rarity(word) for word, weight in weights.items()}
    heaviest = sorted(rare.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]
    return unit({word: weight for word, weight in heaviest if weight > 0})


def unit(weights: Mapping[str, float]) -> Vector:
    """The heaviest word first.  Numbers with what they count are not part of the length: those that
    are shared bring texts nearer, and the others part them no further."""
    length = math.hypot(*(weight for word, weight in weights.items() if " " not in word)) or 1.0
    return {word: round(weight / length, 4) for word, weight in weights.items()}


def telling(words: Vector) -> list[str]:
    """The words by which a text finds its neighbours."""
    return list(words)[:TELLING_WORDS]


def near_enough(known: WordCounts, of_many: float = NEAR_ENOUGH) -> float:
    """How near an article has to be to a story to join it.

    While few articles of a language are known, common words still look rare and all texts alike.
    """
    return of_many + _UNSURE / (1 + known.articles / _SURE_AFTER)


# ── where it belongs ──────────────────────────────────────────────────────────────────────────────


def place(
    entry_id: int,
    words: Vector,
    copies: Sequence[Link],
    known: Sequence[KnownText],
    same_form: Collection[int],
    near: Sequence[Member],
    now: datetime,
    threshold: float,
) -> Placement:
    """The story an article belongs to, and why.

    `known` are the texts that `copies` link to, among others; `same_form` the entries told in the
    same words with other numbers or names; `near` the articles of the stories that share telling
    words.
    """
    story_of = {text.entry_id: text.story for text in known}
    for link in copies:
        if link.other in story_of and link.other not in same_form:
            return Placement(story_of[link.other], link.other, "copy", link.score)
    scored = [_scored(words, members, now) for members in by_story(near)]
    best = max(scored, key=lambda found: (found.score, -found.story), default=None)
    if best is None:
        return Placement(entry_id, None, "alone", 0.0)
    if len(words) < FEWEST_WORDS:
        return Placement(entry_id, best.nearest, "too_short", best.score)
    if best.score < threshold:
        return Placement(entry_id, best.nearest, "too_far", best.score)
    if any(story_of.get(entry) == best.story for entry in same_form):
        return Placement(entry_id, best.nearest, "other_numbers", best.score)
    return Placement(best.story, best.nearest, "same_event", best.score)


@dataclass(frozen=True, slots=True)
class _Near:
    """A story, how near it is, and which of its articles is nearest."""

    story: int
    score: float
    nearest: int


def by_story(members: Iterable[Member]) -> list[list[Member]]:
    stories: dict[int, list[Member]] = {}
    for member in members:
        stories.setdefault(member.story, []).append(member)
    return list(stories.values())


def _scored(words: Vector, members: Sequence[Member], now: datetime) -> _Near:
    nearest = max(members, key=lambda member: (dot(words, member.words), -member.entry_id))
    newest = max(member.first_seen for member in members)
    age = min(1.0, abs(now - newest) / WINDOW)
    score = dot(words, mean(member.words for member in members)) * (1 - _DECAY * age)
    return _Near(members[0].story, round(score, 3), nearest.entry_id)


def mean(vectors: Iterable[Vector]) -> Vector:
    """The middle of some articles, of length 1."""
    return unit(added(vectors))


def added(vectors: Iterable[Vector]) -> Vector:
    total: dict[str, float] = {}
    for words in vectors:
        for word, weight in words.items():
            total[word] = total.get(word, 0.0) + weight
    return total


def dot(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())


# ── the story as it is told ───────────────────────────────────────────────────────────────────────


def most_central(members: Sequence[Member]) -> int | None:
    """The entry nearest to the middle of its story; of equals the first seen."""
    if not members:
        return None
    middle = mean(member.words for member in members)
    best = max(
        members,
        key=lambda m: (round(dot(m.words, middle), 6), -m.first_seen.timestamp(), -m.entry_id),
    )
    return best.entry_id


def by_text(
    entries: Sequence[int], copies: Iterable[tuple[int, int]]
) -> tuple[tuple[int, ...], ...]:
    """The entries, those together whose texts are copies, or copies of copies; in their order."""
    leader = {entry: entry for entry in entries}

    def find(entry: int) -> int:
        while leader[entry] != entry:
            entry = leader[entry]
        return entry

    for one, other in copies:
        if one in leader and other in leader:
            leader[find(one)] = find(other)
    groups: dict[int, list[int]] = {}
    for entry in entries:
        groups.setdefault(find(entry), []).append(entry)
    return tuple(map(tuple, groups.values()))


def joined(known: Coverage, entry_id: int, outlet: str, copies: Iterable[Link]) -> Coverage:
    """With that entry in it, whose text is a copy of these and of no others."""
    told_by = known.told_by
    if entry_id not in dict(told_by):
        told_by = (*told_by, (entry_id, outlet))
    others = (pair for pair in known.copies if entry_id not in pair)
    links = ((entry_id, link.other) for link in copies)
    return replace(known, told_by=told_by, copies=(*others, *links))


def spread(known: Coverage) -> Spread:
    """The one count of outlets and independent texts.

    A text belongs to the outlet that had it first.  Several texts of one outlet do not bear each
    other out: they count once.
    """
    outlet = dict(known.told_by)
    authors = {outlet[first] for first, *_ in by_text(list(outlet), known.copies)}
    return Spread(tuple(dict.fromkeys(outlet.values())), len(authors))


def heaviest(words: Vector) -> list[str]:
    return sorted(words, key=lambda word: (-words[word], word))
