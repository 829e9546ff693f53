"""A term found in a document, and why one that was found may not count."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from aggregator.models.article import Rule
from aggregator.watching.tree import Term


class Mention(NamedTuple):
    """A term found in a document: its first and last word's place."""

    first: int
    last: int
    term: Term
    #: How the words are the term's.
    rule: Rule

    @property
    def inflected(self) -> bool:
        return self.rule in {"form", "proclitic"}


#: Why a mention does not count.  The first five are said of it wherever the term stands:
#: `capitals` all around; `small` letters or other accents make it another word; `short`: too few
#: letters are left behind a particle; `doubtful`: a form not to be trusted alone; `pause`: a comma
#: or a full stop parts its words.  By the expression around the term: `forms`: no inflected one is
#: wanted; `except`: inside an exception; `place`: outside the title, lead or text that is meant.
Reason: TypeAlias = Literal[
    "capitals", "small", "short", "doubtful", "pause", "forms", "except", "place"
]


class SetAside(NamedTuple):
    """A mention that does not count."""

    mention: Mention
    reason: Reason
    #: The exception that holds it.
    inside: Mention | None = None
