"""`storage`: keep what is stored whole, small, and of this version."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from rich.filesize import decimal

from aggregator.alerting.words import counted
from aggregator.app.clock import utc_now
from aggregator.app.store import compact, upgrade
from aggregator.cli.bars import working
from aggregator.cli.commands import Commands
from aggregator.cli.context import Context, json_option
from aggregator.cli.output import complain, json_line, say
from aggregator.cli.tables import table
from aggregator.errors import StorageError
from aggregator.protocols import Storage
from aggregator.retention import kept_polls
from aggregator.retention import prune as prune_steps
from aggregator.settings.plain import Retention

#: Commands of the contract that this version does not have.
LATER = frozenset({"copy"})


@click.group(cls=Commands, later=LATER)
def storage() -> None:
    """Back the store up, examine it, forget what is old, bring it to this version.

    \b
    Example:
      python run.py storage backup /backups/monday.db
      python run.py storage check
    """


@storage.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE, if there is one.")
@click.pass_obj
def backup(context: Context, file: Path, force: bool) -> None:
    """Copy the store into one file, beside a running monitor.

    The copy is one moment of the store.  It is read again and compared, row by row, before FILE
    appears; without --force nothing is ever replaced.  To restore it: stop the monitor and put it
    in the database's place.

    \b
    Example:
      python run.py storage backup backups/2026-11-25.db
    """
    _refuse_target(file, context, force)
    with context.storage() as opened, working("copying", leaves=f"{file} is as it was") as bar:
        rows = opened.backup(file, bar.at)
    say(f"{file}: {_inventory(rows)}; compared with the store, and equal")


def _refuse_target(file: Path, context: Context, force: bool) -> None:
    own = Path(context.settings.storage.removeprefix("sqlite:///"))
    if file.exists() and own.exists() and file.samefile(own):
        raise click.BadParameter(f"{file}: is the store itself", param_hint="'FILE'")
    if file.exists() and not force:
        raise StorageError(f"{file}: is there already (name another, or: --force)")
    if not file.absolute().parent.is_dir():
        raise StorageError(f"{file.parent}: is no folder (make it first)")


#: What an operator is shown of the tables, by its name for people; the others serve these.
_COUNTED = (
    ("feeds", "feeds"),
    ("polls", "ledger"),
    ("entries", "entries"),
    ("articles", "articles"),
    ("pages", "pages"),
    ("edits", "revisions"),
    ("matches", "matches"),
    ("alerts", "outbox"),
    ("attempts to send", "deliveries"),
    ("digests", "digests"),
)


@storage.command()
@click.option("--reindex", is_flag=True, help="Empty the full-text index; it is written anew.")
@json_option
@click.pass_context
def check(ctx: click.Context, reindex: bool, as_json: bool) -> None:
    """Is the store whole?  Counts what it holds, and tells what is wrong with how to mend it.

    The file itself, what refers to what, and the full-text index against the texts.  With --reindex
    the index is emptied first; a running monitor fills it again, and searches find everything
    meanwhile, more slowly.

    \b
    Example:
      python run.py storage check
      python run.py storage check --reindex
    """
    context: Context = ctx.obj
    if reindex:
        with context.writable_storage() as opened:
            opened.forget_index()
    with context.storage() as opened, working("reading everything"):
        faults = opened.faults()
        # Of a damaged file nothing else is asked.
        rows = {} if faults else opened.row_counts()
        room = "" if faults else _room(opened)
    if as_json:
        for fault in faults:
            json_line({"fault": fault.what, "mend": fault.mend})
    elif rows:
        table(["stored", "rows"], [(what, rows[name]) for what, name in _COUNTED])
    for fault in faults:
        complain(f"{fault.what} ({fault.mend})")
    if faults:
        ctx.exit(1)
    say(f"the store is whole: {_inventory(rows)}; {room}")


def _room(opened: Storage) -> str:
    size, free = opened.vitals(utc_now()).bytes, opened.free_bytes()
    return f"{decimal(size)} on the disk" + (
        f", of which {decimal(free)} hold nothing" if free else ""
    )


@storage.command()
@click.option("--dry-run", is_flag=True, help="Count what would go; change nothing.")
@click.option(
    "--compact",
    "compacts",
    is_flag=True,
    help="Then write the file anew, as small as it can be; no monitor may be running.",
)
@click.pass_obj
def prune(context: Context, dry_run: bool, compacts: bool) -> None:
    """Forget what is older than `retention` says, and give its room back to the disk.

    By what an article is known stays for ever, so that nothing old comes back as new; so do alerts
    and their receipts.  A running monitor forgets by itself, and uses the room again; this works
    beside it, in steps too short to be felt.  A file made by a version that gave no room back does
    so after --compact, which needs as much room again while it lasts.

    It goes by this machine's clock alone; the monitor goes by those of the servers it polls, too.

    \b
    Example:
      python run.py storage prune --dry-run
    """
    kept, now = context.settings.retention, utc_now()
    with context.storage() as opened:
        over = opened.prunable(now - kept.articles, now - kept.pages, now - kept_polls(kept))
        free = opened.free_bytes()
    if dry_run:
        click.echo(f"would go: {_gone(dict(zip(_PRUNED, over, strict=True)))}")
        if free:
            say(_free(free))
        return
    with context.writable_storage() as opened:
        _forget(opened, kept, now, sum(over))
        _give_back(opened)
        free = opened.free_bytes()
    if compacts:
        with working("writing the file anew", leaves="the store is as it was"):
            compact(context.settings)
        say(f"given back: {decimal(free)}")
    elif free:
        say(f"{_free(free)}; to give it back, stop the monitor and add --compact")


#: What an operator is told of, as it is counted.
_PRUNED = ("articles", "pages", "polls")
#: What is forgotten, or given back in blocks of the file, in one step.
_STEP = 500
#: Seconds between two steps, in which a running monitor gets its turn to write.
_BREATH = 0.05


def _forget(opened: Storage, kept: Retention, now: datetime, over: int) -> None:
    gone: Counter[str] = Counter()
    try:
        with working("forgetting", over, leaves="the rest goes next time") as bar:
            for what, count in prune_steps(opened, kept, now, _STEP):
                gone[what] += count
                bar.advance(count if what in _PRUNED else 0)
                time.sleep(_BREATH)
    finally:
        # Also what an interruption leaves done.
        say(f"gone: {_gone(gone)}")


def _give_back(opened: Storage) -> None:
    free = opened.free_bytes()
    try:
        with working("giving room back", leaves="the rest goes next time") as bar:
            while count := opened.give_back(_STEP):
                bar.advance(count)
                time.sleep(_BREATH)
    finally:
        if given := free - opened.free_bytes():
            say(f"given back: {decimal(given)}")


def _gone(counts: Mapping[str, int]) -> str:
    return ", ".join(counted(counts[what], what.removesuffix("s")) for what in _PRUNED)


def _free(count: int) -> str:
    return f"{decimal(count)} of the file hold nothing"


@storage.command()
@click.pass_obj
def migrate(context: Context) -> None:
    """Bring the store of an older version up to this one; a copy of it is kept beside it.

    `run` does the same at its start.  No monitor may be running on the store.

    \b
    Example:
      python run.py storage migrate
    """
    with working("copying", leaves="the store is as it was") as bar:
        done = upgrade(context.settings, bar.at)
    if not done.steps:
        say("the store is of this version; nothing to do")
        return
    say(f"upgraded by {counted(len(done.steps), 'step')}: {', '.join(done.steps)}")
    if done.copy:
        say(f"as it was: {done.copy}")


def _inventory(rows: Mapping[str, int]) -> str:
    return (
        f"{counted(rows['feeds'], 'feed')}, {counted(rows['entries'], 'entry', 'entries')}, "
        f"{counted(rows['articles'], 'article')}, {counted(rows['outbox'], 'alert')}"
    )
