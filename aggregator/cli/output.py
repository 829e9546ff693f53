"""What every command says: JSON lines for programs, words for people, bars and complaints."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from aggregator.alerting.words import counted
from aggregator.models import Alert, Item, Match, Notice, Poll, TermHit
from aggregator.probing import Probe
from aggregator.settings.plain import NOBODY, Settings
from aggregator.text.printable import printable

#: None, and eight heights.
_BARS = " ▁▂▃▄▅▆▇█"


#: The key of click's context under which `--quiet` stands.
QUIET = "aggregator.quiet"


def on_terminal() -> bool:
    # A closed stdout (`>&-`) is None.
    return sys.stdout is not None and sys.stdout.isatty()


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with microseconds."""
    return moment.isoformat(timespec="microseconds") if moment else None


def short(moment: datetime | None) -> str:
    """A local wall-clock time, to the minute, with its zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z") if moment else "–"


def shown_status(poll: Poll | None) -> str:
    """The HTTP status; `–` where none came."""
    return str(poll.status) if poll and poll.status else "–"


def sparkline(counts: Sequence[int]) -> str:
    """A bar a count on a terminal, the counts themselves in a pipe."""
    if not on_terminal():
        return ",".join(map(str, counts))
    most = max(counts, default=0)
    return "".join(
        _BARS[math.ceil(count / most * (len(_BARS) - 1))] if most else " " for count in counts
    )


def full_text(probe: Probe) -> str:
    """Whether the page behind the newest entry gives its article."""
    if not probe.feed.full_text:
        return "not wanted"
    if probe.article is None:
        return "no page to try"
    if probe.article.quality == "full":
        return "works"
    return f"{probe.article.quality} ({probe.article.reason})"


def inventory(settings: Settings) -> str:
    """`36 feeds, 4 watches, 2 people`."""
    people = [person for person in settings.people if person != NOBODY]
    return ", ".join(
        (
            counted(len(settings.feeds), "feed"),
            counted(len(settings.watches), "watch", "watches"),
            counted(len(people), "person", "people"),
        )
    )


def complain(text: str) -> None:
    """What went wrong: one line on stderr; names from feeds and files may hold anything."""
    click.echo(printable(text), err=True)


def is_quiet() -> bool:
    """Whether only errors are wanted on stderr."""
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(QUIET))


def say(text: str) -> None:
    """What went well: one line on stderr, unless --quiet."""
    if not is_quiet():
        complain(text)


def say_if_none(found: Sequence[object]) -> None:
    """So that a person at a terminal does not take silence for a failure."""
    if not found and on_terminal():
        say("nothing found")


def json_line(record: Mapping[str, Any]) -> None:
    text = json.dumps(record, ensure_ascii=False)
    # A lone surrogate cannot be written as UTF-8; in JSON its escape says the same.
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def show(text: Text) -> None:
    """A styled line, folded between words with its indentation; plain and whole in a pipe, whatever
    the environment says of colours."""
    if on_terminal():
        bare = text.plain.lstrip()
        indent = len(text.plain) - len(bare)
        Console(highlight=False).print(Padding(text[indent:], (0, 0, 0, indent)))
    else:
        click.echo(text.plain)


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
