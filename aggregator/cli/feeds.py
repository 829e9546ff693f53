"""`feeds`: the sources and their health."""

from __future__ import annotations

from datetime import timedelta

import click

from aggregator.cli.commands import Commands
from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    refuse_unknown,
    since_option,
)
from aggregator.cli.output import (
    iso,
    json_line,
    poll_record,
    say_if_none,
    short,
    shown_status,
    table,
)
from aggregator.cli.subscriptions import add, export, import_, remove
from aggregator.models import FeedHealth


@click.group(cls=Commands)
def feeds() -> None:
    """The feeds and their health.

    \b
    Example:
      python run.py feeds list
      python run.py feeds polls --feed "Antiwar.com" --limit 20
    """


@feeds.command("list")
@json_option
@click.pass_obj
def list_feeds(context: Context, as_json: bool) -> None:
    """Every configured feed, with its last poll.

    \b
    Example:
      python run.py feeds list
    """
    with context.storage() as storage:
        health = storage.feeds()
    if as_json:
        for feed in health:
            json_line(_record(feed))
        return
    table(
        ["feed", "last poll", "status", "reason", "fails", "entries", "next poll"],
        (
            [
                feed.name,
                short(feed.last_poll.at if feed.last_poll else None),
                shown_status(feed.last_poll),
                feed.last_poll.reason if feed.last_poll else "not polled yet",
                feed.failures,
                feed.entries,
                short(feed.due_at),
            ]
            for feed in health
        ),
    )


def _record(feed: FeedHealth) -> dict[str, object]:
    return {
        "feed": feed.name,
        "url": feed.url,
        "last_poll": poll_record(feed.last_poll) if feed.last_poll else None,
        "last_success": iso(feed.last_success),
        "next_poll": iso(feed.due_at),
        "failures": feed.failures,
        "entries": feed.entries,
    }


@feeds.command()
@click.option("--feed", help="Only this feed.")
@since_option
@limit_option
@json_option
@click.pass_obj
def polls(
    context: Context, feed: str | None, since: timedelta | None, limit: int | None, as_json: bool
) -> None:
    """The ledger: a line a poll, and what became of every entry in it.

    \b
    Example:
      python run.py feeds polls --since 24h
      python run.py feeds polls --feed "Antiwar.com" --json
    """
    start = ago(since)
    with context.storage() as storage:
        ledger = storage.polls(feed=feed, since=start, limit=limit)
        if not ledger:
            refuse_unknown("feed", feed, (known.name for known in storage.feeds()))
    say_if_none(ledger)
    if as_json:
        for poll in ledger:
            json_line(poll_record(poll))
        return
    table(
        ["at", "feed", "status", "reason", "seen", "new", "updated", "known", "rejected", "ms"],
        (
            [
                short(poll.at),
                poll.feed,
                shown_status(poll),
                poll.reason,
                poll.seen,
                poll.new,
                poll.updated,
                poll.known,
                poll.rejected,
                poll.ms,
            ]
            for poll in ledger
        ),
    )


for command in (add, remove, import_, export):
    feeds.add_command(command)
