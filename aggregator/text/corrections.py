"""How publishers say that they take something back.  The words stand in `corrections.toml`, by
language."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from aggregator.text.fold import fold
from aggregator.text.tokens import cut
from aggregator.text.wordlists import tables

#: A notice is no longer than this; in code points.
_LONGEST = 800
_STOP = re.compile(r"[.!?…。।۔؟！？]\W*$")
#: What stands before the first colon or dash.
_HEAD = re.compile(r"[\W_]*([^\n:：–—|]{1,48}?)\s*[:：–—|]")


def labels(headline: str) -> frozenset[str]:
    """Those that stand in it, folded."""
    words = _words(headline)
    return frozenset(label.strip() for label in _listed("labels") if label in words)


def is_notice(sentence: str) -> bool:
    """Does it say that the article that it stands in was corrected?

    >>> is_notice("Correction, May 3: Two men were arrested, not three.")
    True
    >>> is_notice("Correction officers: two men were arrested.")
    False
    """
    if len(sentence) > _LONGEST:
        return False
    words = _words(sentence)
    return (
        any(phrase in words for phrase in _listed("phrases"))
        or any(_names_itself_behind(version, words) for version in _listed("versions"))
        or _begins_with_label(sentence)
    )


def _names_itself_behind(phrase: str, words: str) -> bool:
    return f" {words.partition(phrase)[2]}".startswith(_listed("itself"))


def _begins_with_label(sentence: str) -> bool:
    """A label with its date, or alone: headlines say "Correction: markets fall", without a stop."""
    if not (head := _HEAD.match(sentence)):
        return False
    words = _words(head[1])
    labels = [label for label in _listed("labels") if words.startswith(label)]
    is_dated = any(map(str.isdigit, words))
    is_sentence = not sentence[head.end() :].strip() or bool(_STOP.search(sentence))
    return any(is_dated or (words == label and is_sentence) for label in labels)


def _words(text: str) -> str:
    folded = (fold(word) for word in cut(text)[1::2])
    return f" {' '.join(filter(None, folded))} "


@cache
def _listed(kind: str) -> tuple[str, ...]:
    by_language = tables(__package__, "corrections.toml")[kind]
    return tuple(_words(entry) for entry in chain.from_iterable(by_language.values()))
