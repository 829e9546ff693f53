"""What a watch finds in an archive, and how that differs from what another found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from aggregator.models import Item
from aggregator.watching import documents
from aggregator.watching.engine import find
from aggregator.watching.tree import Expr, counted_terms


@dataclass(slots=True)
class Trial:
    """A draft held against items, one by one."""

    draft: Expr
    hits: list[Item] = field(default_factory=list)
    #: Items by the day they were first seen, in UTC.
    days: Counter[date] = field(default_factory=Counter)
    #: Items by the terms that were a reason, as the watch writes them.
    terms: Counter[str] = field(default_factory=Counter)

    def read(self, item: Item) -> None:
        found = find(self.draft, documents.of_item(item))
        if found is None:
            return
        self.hits.append(item)
        self.days[item.first_seen.date()] += 1
        self.terms.update({hit.term for hit in found})

    @property
    def never(self) -> tuple[str, ...]:
        """The terms that found nothing, in the order of writing."""
        every = dict.fromkeys(term.written for term in counted_terms(self.draft))
        return tuple(term for term in every if term not in self.terms)
