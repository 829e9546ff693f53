"""An alert as JSON, for programs: the body of a webhook, a line of a file.

Its form is docs/reference/webhook.schema.json.  Texts are as people are shown them: one line each,
without control characters and marks that turn the direction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aggregator.alerting.changed import change_view
from aggregator.alerting.view import LONGEST_NAME, NoticeView, digest_view, line, notice_view
from aggregator.models import Alert, Change, Digest, News, Notice, Person, Summary

#: Receivers may refuse more (Standard Webhooks asks for less than 20 kB); in bytes.
LONGEST = 20_000
#: Of lists of names: so many, each so long in code points, that one story always fits.
MOST_NAMES = 12
LONGEST_LISTED = 40
#: No story takes fewer bytes than this.
SHORTEST_STORY = 400
#: Of the feeds that were not seen, so many are named.
MOST_FEEDS = 40


def body(alert: Alert, person: Person) -> bytes:
    """One line of UTF-8, at most `LONGEST` bytes."""
    content = alert.content
    if isinstance(content, Digest):
        return _fitting_digest(alert, content, person)
    if isinstance(content, Change):
        return _written(alert, _change(content, person))
    if isinstance(content, Summary):
        return _fitting_summary(alert, content, person)
    return _written(
        alert, {"person": person.name, **_notice(content, person), "update": _news(content.news)}
    )


def _fitting_summary(alert: Alert, summary: Summary, person: Person) -> bytes:
    """As many stories as fit."""
    for at_most in range(len(summary.notices), -1, -1):
        made = _written(alert, _summary(summary, person, at_most))
        if len(made) <= LONGEST:
            break
    return made


def _fitting_digest(alert: Alert, digest: Digest, person: Person) -> bytes:
    """As many stories as fit."""
    at_most = min(len(digest.notices), LONGEST // SHORTEST_STORY)
    while True:
        made = _written(alert, _digest(digest, person, at_most))
        if len(made) <= LONGEST or at_most == 0:
            return made
        at_most = min(at_most - 1, at_most * LONGEST // len(made))


def _written(alert: Alert, data: dict[str, Any]) -> bytes:
    record = {
        "id": alert.key,
        "type": alert.kind,
        "timestamp": _iso(alert.created_at),
        "data": data,
    }
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")


def _notice(notice: Notice, person: Person) -> dict[str, Any]:
    view = notice_view(notice, person.timezone)
    return {
        "watch": view.watch,
        "severity": view.severity,
        "title": view.title,
        "outlet": view.outlet,
        "url": view.url,
        "item": view.item,
        "first_seen": _iso(notice.first_seen),
        "published": _iso(notice.published) if notice.published else None,
        "excerpt": _excerpt(view),
        "terms": _listed(view.terms),
        "also_on": _listed(view.also_on),
        "outlets": _listed(notice.outlets),
        "other_outlets": len(notice.outlets),
        "independent_texts": notice.independent,
        "quality": notice.quality,
    }


def _news(news: News | None) -> dict[str, Any] | None:
    if news is None:
        return None
    return {
        "outlets": news.outlets,
        "independent": news.independent,
        "terms": _listed(news.terms),
        "corrected": news.corrected,
        "gone": _listed(news.gone),
    }


def _summary(summary: Summary, person: Person, at_most: int) -> dict[str, Any]:
    return {
        "person": person.name,
        "reason": summary.reason,
        "count": summary.count,
        "stories": [_notice(notice, person) for notice in summary.notices[:at_most]],
    }


def _excerpt(view: NoticeView) -> dict[str, Any]:
    text, marks = "", []
    for piece, is_mention in view.excerpt:
        if is_mention:
            marks.append({"start": len(text), "end": len(text) + len(piece)})
        text += piece
    return {"text": text, "marks": marks}


def _digest(digest: Digest, person: Person, at_most: int) -> dict[str, Any]:
    view = digest_view(digest, person.timezone, at_most=0)
    return {
        "person": person.name,
        "date": digest.date.isoformat(),
        "from": _iso(digest.start),
        "until": _iso(digest.end),
        "summary": f"{view.head}; {view.sources}",
        "stories": [_notice(notice, person) for notice in digest.notices[:at_most]],
        "omitted": len(digest.notices) - at_most,
        "feeds_read": digest.feeds_read,
        "unseen": [
            {"feed": line(feed, LONGEST_NAME), "reason": reason}
            for feed, reason in digest.failing[:MOST_FEEDS]
        ],
        "silent": [
            {"feed": line(feed, LONGEST_NAME), "since": _iso(newest)}
            for feed, newest in digest.silent[:MOST_FEEDS]
        ],
        "gaps": [line(feed, LONGEST_NAME) for feed in digest.gaps[:MOST_FEEDS]],
        "week": [
            {"watch": line(watch, LONGEST_LISTED), "counts": list(counts)}
            for watch, counts in digest.week[:MOST_NAMES]
        ],
        "held": [{"reason": reason, "count": count} for reason, count in digest.held],
    }


def _change(change: Change, person: Person) -> dict[str, Any]:
    view = change_view(change, person.timezone)
    return {
        "person": person.name,
        "code": change.code,
        "subject": line(change.subject, LONGEST_NAME * 2),
        "detail": view.detail,
        "summary": view.title,
        "at": _iso(change.at),
    }


def _listed(names: Iterable[str]) -> list[str]:
    return [line(name, LONGEST_LISTED) for name in names][:MOST_NAMES]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
