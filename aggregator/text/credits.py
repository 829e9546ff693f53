"""Lines around a text that credit who wrote, edited and first published it, and requests below it.

They name towns and papers that the article does not speak of: "reporting by X in Quetta" is no news
from Quetta.  Only whole paragraphs go, and only from the beginning and the end of a text: in its
middle the same words may be news.  The words stand in `credits.toml`, by language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from aggregator.text.names import MONTH, NAMES
from aggregator.text.promotion import PLATFORMS, is_invitation, is_request
from aggregator.text.wordlists import any_of, tables

#: Longer paragraphs say more than who wrote them.
_LONGEST = 400
#: No article has more of them at one end.
_MOST = 4

#: (Reporting by X in Quetta; editing by Y)
_CREDIT = re.compile(
    rf"""^\W*(?:
    (?:with\s)?(?:additional\s)?(?:reporting|writing|editing|compiled|translated|edited)\sby:?\s(?:the\s)?(?-i:[A-Z]){NAMES}{{1,300}}
    |with\s(?:additional\s)?(?:inputs?|reporting|files|reports)\s(?:from|by):?\s(?:(?:news\s)?agencies|(?-i:[A-Z]){NAMES}{{1,200}})
    |[^.!?]{{2,80}}\scontributed\s(?:reporting|to\sthis\s(?:report|article|story|piece))(?:\W+(?:from|in)\s.{{1,80}})?
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: A town in capitals with a wire or a day, and nothing behind it.
_DATELINE = re.compile(
    r"^\W*[A-Z][A-Z.'’ -]{2,40}(?:,\s[\w. ]{2,30}){0,2}"
    r"(?:(?:,\s[\w. ]{2,30})?\s*\((?:Reuters|AP|AFP|dpa|UPI|TASS|Xinhua|ANI|PTI|APP|IRNA)\)"
    rf"|,\s(?i:{MONTH}\s\d{{1,2}}|\d{{1,2}}\s{MONTH})(?:,?\s\d{{4}})?)\W*$"
)


def without_credits(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The text between its credits and before its requests; all of it where nothing else is."""
    start, end = 0, len(paragraphs)
    while start < min(end, _MOST) and is_credit(paragraphs[start]):
        start += 1
    while end > max(start, len(paragraphs) - _MOST) and (
        is_credit(paragraphs[end - 1])
        or is_request(paragraphs[end - 1])
        or _presents_author(paragraphs[end - 1], paragraphs[: end - 1])
    ):
        end -= 1
    return tuple(paragraphs[start:end] or paragraphs)


def end_of_credits(text: str) -> int:
    """Where the lines of credit end with which a text begins; 0 where it begins with none."""
    end = 0
    for line in text.splitlines(keepends=True)[:_MOST]:
        if line.strip() and not is_credit(line.strip()):
            break
        end += len(line)
    return end


def _presents_author(text: str, before: Sequence[str]) -> bool:
    """Does it present somebody of whom the text has said nothing?  He wrote it."""
    found = _presented().match(text)
    surname = found["name"].split()[-1] if found else ""
    is_new = not any(surname in paragraph for paragraph in before)
    return bool(found) and is_new and not is_news(text)


def is_news(text: str) -> bool:
    """Does it tell more of somebody than that he writes?"""
    return bool(_news().search(text))


def is_credit(text: str) -> bool:
    """Is this a credit or a dateline, and nothing else?"""
    return len(text) <= _LONGEST and bool(
        _DATELINE.match(text)
        or _CREDIT.match(text)
        or is_invitation(text)
        or _origin().match(text)
        or (_about_author().match(text) and not is_news(text))
    )


@cache
def _news() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(_lists('news'))})\b", re.IGNORECASE)


@cache
def _origin() -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{origins()})\W*$", re.IGNORECASE)


@cache
def origins() -> str:
    """A pattern of how publishers say where a text stood first, without regard to case."""
    return any_of(_lists("origins"), NAMES=NAMES)


@cache
def _about_author() -> re.Pattern[str]:
    occupations = _lists("occupations")
    lines = (
        any_of({language: patterns}, OCCUPATION=_one_of(occupations[language]))
        for language, patterns in _lists("presents").items()
    )
    return re.compile(rf"^\W*(?:{'|'.join(lines)})\W*$", re.IGNORECASE)


@cache
def _presented() -> re.Pattern[str]:
    """A name at the beginning, and what that person does."""
    name = r"[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){1,3}"
    return re.compile(rf"^\W*(?P<name>{name}),?\s{writes()}.{{0,200}}$")


@cache
def writes() -> str:
    """A pattern of what is said of somebody who writes."""
    occupation = f"(?i:{_one_of(_lists('occupations')['en'])})"
    return (
        rf"(?:who\s)?(?:(?:is|works\sas)\s(?:an?|the|our)\s(?:[\w&’'-]+\s){{0,5}}{occupation}\b"
        rf"|(?:writes|reports)\s(?:for|from|about|on)\b(?!\s(?:the\sfirst|(?i:{PLATFORMS}))\b))"
    )


def _lists(kind: str) -> Mapping[str, Sequence[str]]:
    return tables(__package__, "credits.toml")[kind]


def _one_of(entries: Sequence[str]) -> str:
    return f"(?:{'|'.join(entries)})"
