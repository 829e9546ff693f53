"""A feed's own text without what its publisher's software puts behind each entry.

"The post Flour prices double appeared first on Quetta Times." does not mention Quetta, nor does
"Read more at Quetta Times", "Follow Quetta Times on Telegram" or the headline of a related report.
The wording stands in `appended.toml`, by language, and what pages say too in `promotion.toml` and
`credits.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from aggregator.text.credits import is_credit, origins
from aggregator.text.promotion import is_promotion, is_request
from aggregator.text.wordlists import any_of, tables

#: What is appended is no longer than this; longer sentences are an author's.
_LONGEST = 500
#: No publisher appends more pieces.
_MOST = 20
#: Where a text ends so, it goes on elsewhere.
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\]|\[\+\d+ chars\])\s*[\])]?$")
#: Behind the end of a sentence, of a cut or of a line.
_BEHIND = r"(?:\n|(?<=[.!?…»”\"\])。।۔؟]))\s*"


def own_words(text: str) -> str:
    """The text up to what was appended to it: a prefix, so that spans keep their meaning."""
    *_, own = _without_last(text)
    return own


def is_cut_off(text: str) -> bool:
    """Does a text end where its publisher cut it?"""
    return any(_points_on(part) for part in _without_last(text))


def _without_last(text: str) -> Iterator[str]:
    """The text, and what is left each time that the last thing appended is taken away."""
    text = text.strip()
    yield text
    for _ in range(_MOST):
        end = _end_of_own(text)
        if end == len(text):
            return
        text = text[:end].rstrip()
        yield text


def _end_of_own(text: str) -> int:
    if appended := _appended().search(text, max(0, len(text) - _LONGEST)):
        return appended.start()
    line = text.rfind("\n") + 1
    if line and (is_credit(text[line:]) or is_promotion(text[line:], linked=0)):
        return line
    sentence = _last_sentence(text)
    return sentence if sentence and is_request(text[sentence:]) else len(text)


def _last_sentence(text: str) -> int:
    """Where it begins; 0: there is but one in what is looked at."""
    ends = re.finditer(_BEHIND, text[-_LONGEST:])
    begins = [end.end() for end in ends if end.end() < len(text[-_LONGEST:])]
    return max(0, len(text) - _LONGEST) + begins[-1] if begins else 0


def _points_on(text: str) -> bool:
    return bool(_ELLIPSIS.search(text[-120:]) or _pointer().search(text[-120:]))


@cache
def _pointer() -> re.Pattern[str]:
    return re.compile(rf"(?:^|{_BEHIND})(?:{_lines('pointers')})\W*$", re.IGNORECASE)


@cache
def _appended() -> re.Pattern[str]:
    share = _lines("sharing")
    forms = (
        rf"(?:^|{_BEHIND})(?:{origins()})",
        rf"{_BEHIND}(?:{_lines('pointers')})",
        # Possessive: there are many ways to cut such a line into those words.
        rf"\n\W*(?:{share})(?!\w)(?:[\W_]+(?:{share})(?!\w))*+",
    )
    return re.compile(rf"(?:{'|'.join(forms)})\W*$", re.IGNORECASE)


def _lines(table: str) -> str:
    return any_of(tables(__package__, "appended.toml")[table])
