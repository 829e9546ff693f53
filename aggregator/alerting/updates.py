"""A story that somebody was told of grows: what of that is worth another message, and what it says.

The rest is counted, and said in the next message.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from aggregator.models import Alert, Correction, News, Notice
from aggregator.text.corrections import labels

#: Updates of one story are so far apart.
EVERY = timedelta(minutes=30)
#: Twice the outlets are news, but not the second and the third one.
FEWEST_MORE = 3
_NUMBER = re.compile(r"\d+")


def is_waiting(alert: Alert) -> bool:
    """Nobody has begun to send it: what comes now can still be said in it."""
    return alert.state == "pending" and alert.fence == 0


def notice_of(alert: Alert) -> Notice:
    """What an alert over a match says."""
    assert isinstance(alert.content, Notice)  # noqa: S101 - of a match, it always is one
    return alert.content


def is_news(told: Notice, now: Notice, correction: Correction, *, own: bool, copied: bool) -> bool:
    """Whether somebody who was told the one is to be told the other.

    `own`: the same article, read again; `copied`: a text that was known.
    """
    news = news_since(told, now, correction)
    independent = now.outlet not in _carriers(told) and not own and not copied
    doubled = news.outlets >= max(FEWEST_MORE, len(_carriers(told)))
    corrected = own and (news.corrected or bool(news.gone))
    return independent or doubled or corrected or bool(news.terms)


def news_since(told: Notice, now: Notice, correction: Correction) -> News:
    """`correction`: what the article takes back of what it said then."""
    is_same = now.item == told.item
    return News(
        outlets=len(_carriers(now) - _carriers(told)),
        independent=max(0, now.independent - told.independent),
        terms=tuple(term for term in now.watch_terms if term not in told.watch_terms),
        corrected=correction.corrected or (is_same and _is_corrected(told.title, now.title)),
        gone=tuple(term for term in correction.gone if term not in now.watch_terms),
    )


def joined(
    waiting: Notice, joins: Notice, told: Notice | None, correction: Correction, *, own: bool
) -> Notice:
    """What a message that waits says once an article has joined its story.

    `told`: the message before it, where it is an update; `own`: it is over this very article.
    """
    outlet = joins.outlet if own else waiting.outlet
    carriers = (*waiting.outlets, *joins.outlets, joins.outlet)
    kept = (term for term in waiting.watch_terms if term not in correction.gone)
    content = replace(
        joins if own else waiting,
        outlets=tuple(name for name in dict.fromkeys(carriers) if name != outlet),
        independent=max(waiting.independent, joins.independent),
        watch_terms=tuple(dict.fromkeys((*kept, *joins.watch_terms))),
    )
    if told is None:
        return content
    said = waiting.news or News()
    both = Correction(
        said.corrected or correction.corrected,
        tuple(dict.fromkeys((*said.gone, *correction.gone))),
    )
    return replace(content, news=news_since(told, content, both))


def _carriers(notice: Notice) -> set[str]:
    return {notice.outlet, *notice.outlets}


def _is_corrected(before: str, after: str) -> bool:
    """Its headline says so, or gives other numbers."""
    if _NUMBER.findall(before) != _NUMBER.findall(after):
        return True
    return bool(labels(after) - labels(before))
