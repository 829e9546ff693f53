"""`storage`: keep what is stored whole, small, and of this version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from aggregator.alerting.words import counted
from aggregator.app import upgrade, utc_now
from aggregator.cli.commands import Commands
from aggregator.cli.context import Context, json_option
from aggregator.cli.output import complain, json_line, progress, say, table
from aggregator.errors import StorageError
from aggregator.protocols import Advance
from aggregator.retention import prune as prune_steps

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
    with context.storage() as opened, _bar("copying") as advance:
        rows = opened.backup(file, advance)
    say(f"{file}: {_inventory(rows)}; compared with the store, and equal")


def _refuse_target(file: Path, context: Context, force: bool) -> None:
    own = Path(context.settings.storage.removeprefix("sqlite:///"))
    if file.exists() and own.exists() and file.samefile(own):
        raise click.BadParameter(f"{file}: is the store itself", param_hint="'FILE'")
    if file.exists() and not force:
        raise StorageError(f"{file}: is there already (name another, or: --force)")
    if not file.absolute().parent.is_dir():
        raise StorageError(f"{file.parent}: is no folder (make it first)")


@storage.command()
@click.option("--reindex", is_flag=True, help="Empty the full-text index; it is written anew.")
@json_option
@click.pass_context
def check(ctx: click.Context, reindex: bool, as_json: bool) -> None:
    """Is the store whole?  Counts its rows, and tells what is wrong with how to mend it.

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
    with context.storage() as opened, _bar("reading everything"):
        faults = opened.faults()
        rows = opened.row_counts() if not faults else {}
    if as_json:
        for fault in faults:
            json_line({"fault": fault.what, "mend": fault.mend})
    else:
        table(["table", "rows"], rows.items())
    for fault in faults:
        complain(f"{fault.what} ({fault.mend})")
    if faults:
        ctx.exit(1)
    say(f"the store is whole: {_inventory(rows)}")


@storage.command()
@click.option("--dry-run", is_flag=True, help="Count what would go; change nothing.")
@click.pass_obj
def prune(context: Context, dry_run: bool) -> None:
    """Forget articles and pages older than `retention` says; a running monitor does it by itself.

    By what an article is known stays for ever, so that nothing old comes back as new; so do alerts
    and their receipts.  The file keeps its size: its room is used again.

    \b
    Example:
      python run.py storage prune --dry-run
    """
    kept, now = context.settings.retention, utc_now()
    with context.storage() as opened:
        articles, pages = opened.prunable(now - kept.articles, now - kept.pages)
    if dry_run:
        click.echo(f"would go: {_gone(articles, pages)}")
        return
    with context.writable_storage() as opened:
        gone: Counter[str] = Counter()
        try:
            with progress() as bars:
                bar = bars.add_task("forgetting", total=articles + pages)
                for what, count in prune_steps(opened, kept, now):
                    gone[what] += count
                    bars.advance(bar, count if what != "fingerprints" else 0)
        finally:
            # Also what an interruption leaves done.
            say(f"gone: {_gone(gone['articles'], gone['pages'])}")


def _gone(articles: int, pages: int) -> str:
    return f"{counted(articles, 'article')}, {counted(pages, 'page')}"


@storage.command()
@click.pass_obj
def migrate(context: Context) -> None:
    """Bring the store of an older version up to this one; a copy of it is kept beside it.

    `run` does the same at its start.  No monitor may be running on the store.

    \b
    Example:
      python run.py storage migrate
    """
    with _bar("copying") as advance:
        done = upgrade(context.settings, advance)
    if not done.steps:
        say("the store is of this version; nothing to do")
        return
    say(f"upgraded by {counted(len(done.steps), 'step')}: {', '.join(done.steps)}")
    if done.copy:
        say(f"as it was: {done.copy}")


@contextmanager
def _bar(what: str) -> Iterator[Advance]:
    with progress() as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _inventory(rows: Mapping[str, int]) -> str:
    return (
        f"{counted(rows['feeds'], 'feed')}, {counted(rows['entries'], 'entry', 'entries')}, "
        f"{counted(rows['articles'], 'article')}, {counted(rows['outbox'], 'alert')}"
    )
