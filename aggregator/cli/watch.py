"""`watch`: what the watches look for, what they would find, and why they did or did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from aggregator.alerting.words import counted
from aggregator.cli.bars import working
from aggregator.cli.context import Context, ago, json_option, nearest_name, since_option
from aggregator.cli.explained import explanation_lines, explanation_record
from aggregator.cli.output import (
    complain,
    json_line,
    on_terminal,
    say_if_none,
    show,
)
from aggregator.cli.tables import table
from aggregator.models import Item, Watch
from aggregator.protocols import Storage
from aggregator.settings.loading import load
from aggregator.settings.plain import Settings
from aggregator.text import FOLDING_VERSION
from aggregator.text.printable import printable
from aggregator.watching import documents
from aggregator.watching.explain import explain as explained
from aggregator.watching.fulltext import fts_expression
from aggregator.watching.language import compile_watch
from aggregator.watching.language import show as written
from aggregator.watching.suggest import Suggester
from aggregator.watching.tree import Expr, counted_terms
from aggregator.watching.trial import Trial

#: Cells of the longest bar.
BAR = 40


@click.group()
def watch() -> None:
    """What the watches look for, what they would have found, and why they did or did not.

    \b
    Example:
      python run.py watch list --query
      python run.py watch test Jundallah --since 30d
      python run.py watch explain 17 Jundallah
    """


@watch.command("list")
@click.option("--query", "with_query", is_flag=True, help="Each as one expression.")
@json_option
@click.pass_obj
def list_watches(context: Context, with_query: bool, as_json: bool) -> None:
    """The watches, in the order of feeds.yaml.

    \b
    Example:
      python run.py watch list
      python run.py watch list --query
    """
    settings = context.settings
    say_if_none(settings.watches)
    trees = [(one, compile_watch(one, settings.groups)) for one in settings.watches]
    if as_json:
        for one, expr in trees:
            json_line(_watch_record(one, expr))
    elif with_query:
        for one, expr in trees:
            show(Text.assemble((printable(one.name), "bold"), ": ", printable(written(expr))))
    else:
        table(
            ["watch", "severity", "terms", "told"],
            (
                [one.name, one.severity, len(set(counted_terms(expr))), _told(one, settings)]
                for one, expr in trees
            ),
        )


def _watch_record(one: Watch, expr: Expr) -> dict[str, Any]:
    terms = dict.fromkeys(term.written for term in counted_terms(expr))
    return {
        "watch": one.name,
        "severity": one.severity,
        "query": written(expr),
        "terms": list(terms),
    }


def _told(one: Watch, settings: Settings) -> str:
    return ", ".join(person.name for person in settings.people if person.hears_of(one.name))


# ── test ──────────────────────────────────────────────────────────────────────────────────────────


@watch.command()
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
    draft_settings = load(draft_file, context.environ) if draft_file else context.settings
    trial = Trial(_expression(name, draft_settings))
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


def run_trial(trial: Trial, storage: Storage, since: datetime | None) -> None:
    """Hold it against what was first seen since then."""
    for item in _archive(storage, since, fts_expression(trial.draft)):
        trial.read(item)


def _found_live(
    name: str, settings: Settings, storage: Storage, since: datetime | None
) -> list[Item]:
    """By the watch of feeds.yaml, where there is one as yet."""
    if name not in {one.name for one in settings.watches}:
        return []
    live = Trial(_expression(name, settings))
    run_trial(live, storage, since)
    return live.hits


def _archive(storage: Storage, since: datetime | None, fts: str | None = None) -> Iterator[Item]:
    """Newest first, a bar going along on a terminal."""
    with working("reading the archive") as bar:
        for item in storage.search(fts, FOLDING_VERSION):
            if since and item.first_seen < since:
                break
            yield item
            bar.advance()


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
        click.echo(f"\nfound nothing: {printable(', '.join(trial.never))}")


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


# ── suggest ───────────────────────────────────────────────────────────────────────────────────────


@watch.command()
@click.argument("name")
@since_option
@json_option
@click.pass_obj
def suggest(context: Context, name: str, since: timedelta | None, as_json: bool) -> None:
    """Spellings near the watch's terms that occur in the archive and that it does not find.

    They are for you to judge; they never fire.

    \b
    Example:
      python run.py watch suggest Jundallah --since 90d
    """
    suggester = Suggester(_expression(name, context.settings))
    with context.storage() as storage:
        for item in _archive(storage, ago(since)):
            suggester.read(item.id, documents.of_item(item))
    found = suggester.told()
    say_if_none(found)
    if as_json:
        for one in found:
            json_line(
                {
                    "spelling": one.spelling,
                    "term": one.term,
                    "articles": one.articles,
                    "item": one.example,
                }
            )
        return
    table(
        ["spelling", "near", "articles", "item"],
        ([one.spelling, one.term, one.articles, one.example] for one in found),
    )


# ── explain ───────────────────────────────────────────────────────────────────────────────────────


@watch.command()
@click.argument("item_id", metavar="ITEM", type=int)
@click.argument("name", metavar="WATCH")
@json_option
@click.pass_obj
def explain(context: Context, item_id: int, name: str, as_json: bool) -> None:
    """Why a watch matches an item, or does not: what held, what failed, what was set aside.

    \b
    Example:
      python run.py watch explain 17 Jundallah
    """
    expr = _expression(name, context.settings)
    with context.storage() as storage:
        item = storage.item(item_id)
    if item is None:
        raise click.BadParameter(f"there is no item {item_id}", param_hint="'ITEM'")
    found = explained(expr, documents.of_item(item))
    flagged = name in item.watches
    if as_json:
        json_line(
            {
                "item": item.id,
                "watch": name,
                "matches": found.holds,
                "flagged": flagged,
                "tree": explanation_record(found),
            }
        )
        return
    verdict = "matches" if found.holds else "does not match"
    show(Text(f"{printable(name)} {verdict} item {item.id}: {printable(item.title)}", "bold"))
    if flagged != found.holds:
        then = "flagged it" if flagged else "did not flag it"
        click.echo(f"the monitor {then}, by the settings and the text of that time")
    click.echo()
    for line in explanation_lines(found):
        show(line)


# ── the watch that is meant ───────────────────────────────────────────────────────────────────────


def _expression(name: str, settings: Settings) -> Expr:
    """Raises BadParameter, naming the nearest, where no watch has this name."""
    by_name: Mapping[str, Watch] = {one.name: one for one in settings.watches}
    if name not in by_name:
        mend = nearest_name(name, by_name)
        raise click.BadParameter(f"there is no watch {name!r} ({mend})", param_hint="'NAME'")
    return compile_watch(by_name[name], settings.groups)
