"""The command line: `python run.py [--config feeds.yaml] COMMAND`.

Exit status: 0 done; 1 done, but something named on stderr failed; 2 the settings or the arguments
are wrong.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from aggregator import __version__
from aggregator.cli.commands import Lazy, Program
from aggregator.cli.context import DEFAULT_CONFIG, Context
from aggregator.cli.output import QUIET

#: Commands of the contract that this version does not have.
LATER = frozenset({"scheduler", "worker"})

RUN = Lazy("run", "Poll, read, match, alert and digest, until stopped.")
#: In the order in which they are used.
COMMANDS = (
    RUN,
    Lazy("once", "Everything due now, through to delivery; then exit.", "run"),
    Lazy("demo", "The whole line on a bundled newsroom; no network needed."),
    Lazy("check", "Is feeds.yaml right? Prints the settings in force, or every mistake."),
    Lazy("feeds", "The feeds and their health."),
    Lazy("items", "What is stored: entries with their articles."),
    Lazy("search", "The watch language over everything stored, oldest first."),
    Lazy(
        "watch",
        "What the watches look for, what they would have found, and why they did or did not.",
    ),
    Lazy(
        "presets",
        "The names of groups and places that come with the program: @preset/NAME in a watch.",
    ),
    Lazy("match", "The watches over any text: JSON lines in, JSON lines out."),
    Lazy("extract", "The clean text of pages, each a URL or a file: a JSON line a page."),
    Lazy("alerts", "The outbox: what was told to whom, what was held back and why."),
    Lazy("digest", "The daily mail."),
    Lazy("storage", "Back the store up, examine it, forget what is old, bring it to this version."),
)


@click.group(cls=Program, later=LATER, invoke_without_command=True)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONFIG,
    show_default=True,
    help="The operators' file.",
)
@click.option("--quiet", is_flag=True, help="Only what went wrong, and what was asked for.")
@click.version_option(__version__, prog_name="aggregator")
@click.pass_context
def cli(ctx: click.Context, config: Path, quiet: bool) -> None:
    """Watches news feeds for armed groups, regions and people, and tells analysts.

    Without a command it is `run`.

    \b
    Example:
      python run.py --config feeds.yaml check
      python run.py
    """
    ctx.obj = Context(config, os.environ)
    ctx.meta[QUIET] = quiet
    if ctx.invoked_subcommand is None:
        ctx.invoke(RUN.load())


for command in COMMANDS:
    cli.add_command(command)
