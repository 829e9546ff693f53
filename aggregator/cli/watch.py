"""`watch`: what the watches look for, what they would find, and why they did or did not."""

from __future__ import annotations

import click

from aggregator.cli.commands import Lazy


@click.group()
def watch() -> None:
    """What the watches look for, what they would have found, and why they did or did not.

    \b
    Example:
      python run.py watch list --query
      python run.py watch test Jundallah --since 30d
      python run.py watch explain 17 Jundallah
    """


for command in (
    Lazy("list", "The watches, in the order of feeds.yaml.", "watch_list:list_watches"),
    Lazy(
        "test",
        "What a watch would have found in the archive, before it rings any phone.",
        "watch_trial",
    ),
    Lazy(
        "suggest",
        "Spellings near the watch's terms that occur in the archive and that it does not find.",
        "watch_suggest",
    ),
    Lazy(
        "explain",
        "Why a watch matches an item, or does not: what held, what failed, what was set aside.",
        "watch_explain",
    ),
    Lazy(
        "add",
        "Add a watch: shows what it would have found in the last 7 days, then asks.",
        "watch_add",
    ),
):
    watch.add_command(command)
