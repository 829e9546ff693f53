"""The command line: `python run.py [--config feeds.yaml] COMMAND`.

Exit status: 0 done; 1 done, but something named on stderr failed; 2 the settings or the arguments
are wrong.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from aggregator import __version__
from aggregator.cli.alerts import alerts
from aggregator.cli.check import check
from aggregator.cli.commands import Program
from aggregator.cli.context import DEFAULT_CONFIG, Context
from aggregator.cli.demo import demo
from aggregator.cli.digest import digest
from aggregator.cli.extract import extract
from aggregator.cli.feeds import feeds
from aggregator.cli.items import items
from aggregator.cli.match import match
from aggregator.cli.output import QUIET
from aggregator.cli.presets import presets
from aggregator.cli.run import once, run
from aggregator.cli.search import search
from aggregator.cli.storage import storage
from aggregator.cli.watch import watch
from aggregator.cli.watch_add import add as add_watch

#: Commands of the contract that this version does not have.
LATER = frozenset({"scheduler", "worker"})


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
        ctx.invoke(run)


for command in (
    run, once, demo, check, feeds, items, search, watch, presets, match, extract, alerts, digest,
    storage,
):  # fmt: skip
    cli.add_command(command)
watch.add_command(add_watch)
