"""What is known, as `--json` prints it: the keys that programs read."""

from __future__ import annotations

from typing import Any

from aggregator.cli.output import iso
from aggregator.models import Alert, Item, Match, Notice, Poll, TermHit


def item_record(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "feed": item.feed,
        "title": item.title,
        "url": item.url,
        "published": iso(item.published),
        "first_seen": iso(item.first_seen),
        "authors": list(item.authors),
        "language": item.language,
        "text": item.text,
        "quality": item.quality,
        "story": item.story,
        "watches": list(item.watches),
    }


def item_details(item: Item) -> dict[str, Any]:
    """What an item shown alone has beside what a list says of it."""
    return {
        "reason": item.reason,
        "modified": iso(item.modified),
        "canonical_url": item.canonical_url,
        "image_url": item.image_url,
        "words": item.words,
    }


def poll_record(poll: Poll) -> dict[str, Any]:
    return {
        "feed": poll.feed,
        "at": iso(poll.at),
        "status": poll.status,
        "reason": poll.reason,
        "seen": poll.seen,
        "new": poll.new,
        "updated": poll.updated,
        "known": poll.known,
        "rejected": poll.rejected,
        "ms": poll.ms,
    }


def match_record(match: Match) -> dict[str, Any]:
    return {
        "watch": match.watch,
        "terms": [term_record(hit) for hit in match.terms],
    }


def term_record(hit: TermHit) -> dict[str, Any]:
    return {
        "term": hit.term,
        "text": hit.text,
        "field": hit.field,
        "start": hit.start,
        "end": hit.end,
    }


def alert_record(alert: Alert) -> dict[str, Any]:
    notice = alert.content if isinstance(alert.content, Notice) else None
    return {
        "id": alert.key,
        "kind": alert.kind,
        "person": alert.person,
        "channel": alert.channel,
        "watch": alert.watch,
        "story": alert.story,
        "item": alert.entry_id,
        "title": notice.title if notice else None,
        "state": alert.state,
        "reason": alert.reason,
        "attempts": alert.attempts,
        "created_at": iso(alert.created_at),
        "due_at": iso(alert.due_at),
        "delivered_at": iso(alert.delivered_at),
        "sequence": alert.sequence,
        "put_off": alert.put_off,
        "within": alert.within,
    }
