"""`feeds`: the sources and their health."""

from __future__ import annotations

from datetime import timedelta

import click

from aggregator.app.clock import utc_now
from aggregator.cli.bars import working
from aggregator.cli.commands import Commands, Lazy
from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    refuse_unknown,
    since_option,
)
from aggregator.cli.output import iso, json_line, say_if_none, shown_status, sparkline
from aggregator.cli.records import poll_record
from aggregator.cli.tables import table
from aggregator.models import FeedHealth, FeedHistory, FeedState
from aggregator.polling.health import habitual_silence, judge


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
    """Every configured feed, how it fares, and what it brought on each of the last 14 days.

    A feed is unread until a poll of it has succeeded: is its address right?  One that was read
    stays ok until it has failed three times and for six hours.  The reason says what became of the
    last poll.

    \b
    Example:
      python run.py feeds list
      python run.py feeds list --json
    """
    now = utc_now()
    with context.storage() as storage, working("reading"):
        health = storage.feeds()
        histories = storage.feed_histories(now)
    found = [(feed, histories.get(feed.url, FeedHistory())) for feed in health]
    if as_json:
        for feed, history in found:
            json_line(_record(feed, history, judge(feed, history, now)))
        return
    table(
        ["feed", "state", "reason", "last success", "next poll", "a day", "full text", "14 days"],
        (_row(feed, history, judge(feed, history, now)) for feed, history in found),
        spare={"next poll", "a day"},
    )


def _row(feed: FeedHealth, history: FeedHistory, state: FeedState) -> list[object]:
    return [
        feed.name,
        state.state,
        state.reason,
        feed.last_success or "–",
        feed.due_at,
        f"{_a_day(history):.3g}",
        "–" if history.full_share is None else f"{history.full_share:.0%}",
        sparkline(history.per_day),
    ]


def _a_day(history: FeedHistory) -> float:
    return sum(history.per_day) / len(history.per_day) if history.per_day else 0.0


def _record(feed: FeedHealth, history: FeedHistory, state: FeedState) -> dict[str, object]:
    habit = habitual_silence(history.gaps)
    return {
        "feed": feed.name,
        "url": feed.url,
        "last_poll": poll_record(feed.last_poll) if feed.last_poll else None,
        "last_success": iso(feed.last_success),
        "next_poll": iso(feed.due_at),
        "failures": feed.failures,
        "entries": feed.entries,
        "state": state.state,
        "reason": state.reason,
        "last_news": iso(history.last_news),
        "habitual_silence": None if habit is None else int(habit.total_seconds()),
        "per_day": list(history.per_day),
        "full_text": history.full_share,
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
    with context.storage() as storage, working("reading"):
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
                poll.at,
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
        spare={"known", "ms"},
    )


for command in (
    Lazy(
        "add",
        "Add a feed, or the feed behind a page: shows what it holds, then asks.",
        "subscriptions",
    ),
    Lazy(
        "remove",
        "Take a feed out, by its name or its address; what it brought stays stored.",
        "subscriptions",
    ),
    Lazy(
        "import",
        "Add the feeds of another reader's subscription list (OPML); its folders become tags.",
        "subscriptions:import_",
    ),
    Lazy(
        "export",
        "The feeds as a subscription list (OPML) for other readers; secrets stay ${NAME}.",
        "subscriptions",
    ),
):
    feeds.add_command(command)
