"""Lines that lead away from an article: to another article, or to the site's own channels.

A watched term in the headline of another article is a false alarm, so "Also read: …" goes wherever
it stands.  A sentence of the article never does: a line goes only where behind the phrase there
stands nothing, or a link, or a headline after a sign.  "See also the commission's report." stays.
The phrases stand in `promotion.toml`, by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from aggregator.text.fold import fold
from aggregator.text.names import NAMES
from aggregator.text.tokens import cut, tokenize
from aggregator.text.told import is_told
from aggregator.text.wordlists import tables

#: Longer lines, in characters, say more than where to go.
_LONGEST = 300
#: A phrase stands in so many characters at the beginning of a line, its first word in so many.
_BEGINNING, _FIRST_WORD = 80, 24
#: What parts a phrase from the headline that it leads to.
_SIGN = re.compile("[\\s\"'”’)]*(?:[]】:\uff1a|»›>→▶►–—⬇👇\n]|[-~]\\s)")
#: It points at a headline that is a link as a whole.
_POINTER = re.compile(r"\W{0,2}(?:>>|[→➡▶►👉⏩])")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")
#: Of Latin, Chinese, Hindi, Urdu and Armenian.
_STOP = ".\u3002\u0964\u06d4\u0589"
_FULL_STOP = re.compile(rf"[{_STOP}](?:\W|$)")
_FIRST_SENTENCE = re.compile(rf".*?(?:\u3002|[{_STOP}!?\uff01\uff1f\u061f](?=\s)|$)", re.DOTALL)
PLATFORMS = (
    "(?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|linkedin|tiktok|patreon"
    r"|google\snews)"
)
#: "Like us on …"; or somebody by name, and then nothing but names and a purpose follow.
_INVITATION = re.compile(
    rf"""^\W*(?:
    (?:support|follow|like|join|find)\s(?:us|me|him|her|them|our\s\w+|@\w+)\son(?:\s(?:{PLATFORMS}|(?:all\s)?(?:our\s)?social)\b.*)?
    |(?:follow|join)\s(?!the\b|this\b)[^.!?,]{{2,40}}\son\s{PLATFORMS}\b{NAMES}*(?:\sfor\s.*)?
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: The share of the characters behind a phrase that makes them a link, and that of a whole line.
_MOSTLY, _ALL = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class _Phrases:
    #: Each as its folded words.
    known: frozenset[tuple[str, ...]]
    first_words: frozenset[str]
    longest: int

    def end_in(self, text: str) -> int:
        """Where the phrase ends with which a text begins; 0 where it begins with none."""
        if _first_word(text[:_FIRST_WORD]) not in self.first_words:
            return 0
        found = tokenize(text[:_BEGINNING])[: self.longest]
        words = tuple(fold(token.text) for token in found)
        lengths = range(len(words), 0, -1)
        return next((found[n - 1].end for n in lengths if words[:n] in self.known), 0)

    def are_in(self, text: str) -> bool:
        words = tuple(fold(token.text) for token in tokenize(text))
        return any(
            words[start:end] in self.known
            for start, word in enumerate(words)
            if word in self.first_words
            for end in range(start + 1, start + self.longest + 1)
        )


@lru_cache(maxsize=4096)
def _first_word(text: str) -> str:
    words = cut(text)[1::2]
    return fold(words[0]) if words else ""


def promoted(lines: Iterable[tuple[str, int]]) -> list[bool]:
    """Which lines lead to other articles: those that say so, and the links below that they
    announce.  Each with how many characters of it are links."""
    verdicts, is_announced = [], False
    for text, linked in lines:
        leads = is_promotion(text, linked)
        is_listed = is_announced and len(text) <= _LONGEST and linked >= _ALL * len(text)
        is_announced = is_listed or (leads and is_announcement(text))
        verdicts.append(leads or is_listed)
    return verdicts


def is_promotion(text: str, linked: int) -> bool:
    """Does a line lead to another article?  `linked` characters of it are links."""
    return len(text) <= _LONGEST and _leads_away(text, linked)


# Of a page it is asked twice: for what the model sees, and for what goes whatever the model says.
@lru_cache(maxsize=4096)
def _leads_away(text: str, linked: int) -> bool:
    phrases = _phrases()
    if end := phrases["elsewhere"].end_in(text):
        rest = _without_marks(text[end:])
        is_headline = bool(_SIGN.match(text, end)) and not _FULL_STOP.search(text, end)
        # "Recommended: two doses" is the article's own: one word means other things too.
        is_own = rest[:1].islower() and " " not in _without_marks(text[:end])
        return not rest or (is_headline and not is_own) or linked >= _MOSTLY * len(rest)
    if _POINTER.match(text):
        return linked >= _ALL * len(_without_marks(text))
    end = phrases["label"].end_in(text)
    return bool(end and _SIGN.match(text, end) and linked >= _MOSTLY * len(text[end:]))


def is_announcement(text: str) -> bool:
    """Does a line lead to what stands below it, and say nothing else?"""
    return bool((end := _phrases()["elsewhere"].end_in(text)) and not _without_marks(text[end:]))


def is_invitation(text: str) -> bool:
    """Does a line ask to follow somebody on a platform, and nothing else?"""
    return len(text) <= _LONGEST and bool(_INVITATION.match(text)) and not is_told(text)


def is_request(text: str) -> bool:
    """Does a site ask something of its readers: to follow, to subscribe, to share?"""
    if len(text) > _LONGEST or is_told(text):
        return False
    first = _FIRST_SENTENCE.match(text)
    phrases = _phrases()
    return first is not None and (
        bool(_INVITATION.match(text))
        or phrases["request"].are_in(first[0])
        or phrases["appeal"].end_in(first[0]) > 0
    )


def _without_marks(text: str) -> str:
    return _MARKS.sub("", text)


@cache
def _phrases() -> dict[str, _Phrases]:
    return {
        kind: _compiled([phrase for phrases in by_language.values() for phrase in phrases])
        for kind, by_language in tables(__package__, "promotion.toml").items()
    }


def _compiled(phrases: Sequence[str]) -> _Phrases:
    known = frozenset(tuple(fold(token.text) for token in tokenize(each)) for each in phrases)
    return _Phrases(
        known, first_words=frozenset(words[0] for words in known), longest=max(map(len, known))
    )
