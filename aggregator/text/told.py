"""Whether a text tells of somebody: a site that asks its readers to follow or to share does not.

"Follow us on Telegram" is the site's.  "Follow us on Telegram, the group told its members" is news,
whatever verb of saying stands in it, and so is "Police closed our Telegram channel".
The words stand in `told.toml`, by language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from aggregator.text.wordlists import any_of, tables

#: Those who are quoted may well say "follow us on Telegram".
_QUOTED = re.compile(r'["“”„«「」]|»\w')
#: "Our channel was closed"; at the beginning, "Iran closed …", "The police closed …".
_DONE = re.compile(
    r"\b(?:has|had|was|were|(?!need\b|feed\b)[a-z]{2,}ed\s(?:our|us))\b"
    r"|(?:^|[.!?]\s)\W{0,3}(?!(?:Stay|Get|Keep|Be|This|It)\b)(?:(?:The|An?)\s)?[\w-]+(?:\s[A-Z][\w-]+)*\s(?!need\b|feed\b)[a-z]{2,}ed\b"
)


def is_told(text: str) -> bool:
    """Does a text, or one of its sentences, tell what somebody says or does?"""
    return any(sign.search(text) for sign in (_QUOTED, _says(), _behind_comma(), _DONE))


@cache
def _says() -> re.Pattern[str]:
    spaced, unspaced = any_of(_lists("says")), any_of(_lists("unspaced"))
    return re.compile(rf"\b(?:{spaced})(?!\w)|{unspaced}")


@cache
def _behind_comma() -> re.Pattern[str]:
    """Somebody, and what he does: "…, the imam promised", "…, Hamas orders its men"."""
    article, joins = any_of(_lists("articles")), any_of(_lists("joins"))
    somebody = rf"(?:(?:{article})\s[^\W\d]+|[A-Z]\S*(?:\s[A-Z]\S*)*)"
    return re.compile(rf",\s{somebody}\s(?!(?:{joins})\b)[a-z]")


def _lists(kind: str) -> Mapping[str, Sequence[str]]:
    return tables(__package__, "told.toml")[kind]
