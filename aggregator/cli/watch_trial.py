"""`watch test`: what a watch would have found in the archive."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from aggregator.alerting.words import counted
from aggregator.cli.archive import archive
from aggregator.cli.context import Context, ago, json_option, named, read_settings, since_option
from aggregator.cli.output import complain, json_line, on_terminal, show
from aggregator.cli.tables import table
from aggregator.models import Item
from aggregator.protocols import Storage
from aggregator.settings.plain import Settings
from aggregator.text.printable import printable
from aggregator.watching.fulltext import fts_expression
from aggregator.watching.language import compile_watch
from aggregator.watching.tree import Expr
from aggregator.watching.trial import Trial

#: Cells of the longest bar.
BAR = 40


@click.command()
@click.argument("name")
@since_option
@click.option(
    "--against",
    "draft_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the watch's draft; feeds.yaml then has the live one.",
)
@json_option
@click.pass_context
def test(
    ctx: click.Context,
    name: str,
    since: timedelta | None,
    draft_file: Path | None,
    as_json: bool,
) -> None:
    """What a watch would have found in the archive, before it rings any phone.

    Hits a day, hits by term, terms that found nothing, and what is gained and lost: with --against,
    a draft against the watch of feeds.yaml; without, the watch of feeds.yaml against what the
    monitor flagged when the articles came.

    Exit status: 0 it finds something and loses nothing; 1 it finds nothing, or it loses hits;
    2 the settings or the arguments are wrong.

    \b
    Example:
      python run.py watch test Jundallah --since 30d
      python run.py watch test Jundallah --against feeds.new.yaml
    """
    context: Context = ctx.obj
    start = ago(since)
    draft_settings = read_settings(draft_file, context.environ) if draft_file else context.settings
    trial = Trial(_compiled(name, draft_settings))
    with context.storage() as storage:
        run_trial(trial, storage, start)
        if draft_file:
            before = _found_live(name, context.settings, storage, start)
        else:
            before = storage.items(watch=name, since=start)
    gained, lost = _difference(trial.hits, before), _difference(before, trial.hits)
    if as_json:
        json_line(_trial_record(name, trial, gained, lost))
    else:
        _show_trial(name, trial, since)
        live = "the watch of feeds.yaml" if draft_file else "what the monitor flagged"
        _show_difference(f"gained against {live}", gained)
        _show_difference(f"lost against {live}", lost)
    if not trial.hits or lost:
        complain(f"{name} loses {counted(len(lost), 'hit')}" if lost else f"{name} finds nothing")
        ctx.exit(1)


def _compiled(name: str, settings: Settings) -> Expr:
    return compile_watch(named("watch", name, settings.watches, "NAME"), settings.groups)


def run_trial(trial: Trial, storage: Storage, since: datetime | None) -> None:
    """Hold it against what was first seen since then."""
    for item in archive(storage, since, fts_expression(trial.draft)):
        trial.read(item)


def _found_live(
    name: str, settings: Settings, storage: Storage, since: datetime | None
) -> list[Item]:
    """By the watch of feeds.yaml, where there is one as yet."""
    if name not in {one.name for one in settings.watches}:
        return []
    live = Trial(_compiled(name, settings))
    run_trial(live, storage, since)
    return live.hits


def _difference(these: list[Item], those: list[Item]) -> list[Item]:
    known = {item.id for item in those}
    return sorted((item for item in these if item.id not in known), key=lambda item: item.id)


def _trial_record(name: str, trial: Trial, gained: list[Item], lost: list[Item]) -> dict[str, Any]:
    return {
        "watch": name,
        "hits": len(trial.hits),
        "days": [
            {"day": day.isoformat(), "hits": hits} for day, hits in sorted(trial.days.items())
        ],
        "terms": [{"term": term, "hits": hits} for term, hits in trial.terms.most_common()],
        "never": list(trial.never),
        "gained": [item.id for item in gained],
        "lost": [item.id for item in lost],
    }


def _show_trial(name: str, trial: Trial, since: timedelta | None) -> None:
    hits = counted(len(trial.hits), "hit")
    pace = f", {len(trial.hits) / max(since / timedelta(days=1), 1):.1f} a day" if since else ""
    show(Text(f"{printable(name)}: {hits}{pace}", "bold"))
    if trial.hits:
        click.echo("\nby day (UTC)")
        most = max(trial.days.values())
        days = sorted(trial.days.items())
        table(["day", "hits", ""], ([day, hits, _bar(hits, most)] for day, hits in days))
    if trial.terms:
        click.echo("\nby term")
        table(["term", "hits"], trial.terms.most_common())
    if trial.never:
        click.echo()
        show(Text(f"found nothing: {printable(', '.join(trial.never))}"))


def _show_difference(label: str, items: list[Item]) -> None:
    click.echo(f"\n{label}: {len(items)}")
    table(
        ["id", "first seen", "feed", "title"],
        ([item.id, item.first_seen, item.feed, item.title] for item in items),
        under=("title",),
    )


def _bar(hits: int, most: int) -> str:
    """For the eye; a pipe wants the number alone."""
    return "█" * max(1, hits * BAR // most) if on_terminal() else ""
