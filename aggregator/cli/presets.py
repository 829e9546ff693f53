"""`presets`: the names of groups and places that come with the program."""

from __future__ import annotations

import click
from rich.text import Text

from aggregator.cli import output
from aggregator.cli.output import json_line
from aggregator.cli.tables import table
from aggregator.errors import WatchError
from aggregator.watching.presets import Preset, preset, preset_ids


@click.group()
def presets() -> None:
    """The names of groups and places that come with the program: @preset/NAME in a watch.

    \b
    Example:
      python run.py presets list
      python run.py presets show al-shabaab
    """


@presets.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_presets(as_json: bool) -> None:
    """Every preset, and how many names it has.

    \b
    Example:
      python run.py presets list
    """
    found = [preset(id_) for id_ in preset_ids()]
    if as_json:
        for one in found:
            json_line(_record(one))
        return
    table(
        ["preset", "kind", "title", "names", "checked"],
        ([one.id, one.kind, one.title, len(one.names), one.checked] for one in found),
    )


@presets.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(name: str, as_json: bool) -> None:
    """What a preset looks for: each name and its source, what weak names need, what is excepted.

    \b
    Example:
      python run.py presets show al-shabaab
    """
    try:
        found = preset(name.removeprefix("@").removeprefix("preset/"))
    except WatchError as error:
        raise click.BadParameter(f"{error.problem} ({error.mend})", param_hint="'NAME'") from error
    if as_json:
        json_line(_record(found))
        return
    click.echo(f"{found.title} · @preset/{found.id} · a {found.kind} · checked {found.checked}\n")
    table(
        ["name", "language", "strength", "kind", "source"],
        ([one.text, one.lang, one.strength, one.kind, one.source] for one in found.names),
    )
    for label, words in (
        ("weak names count where the article has", found.context),
        ("no name counts inside", found.excepted),
        ("see also", found.related),
    ):
        if words:
            click.echo()
            output.show(Text(f"{label}: {', '.join(words)}"))


def _record(one: Preset) -> dict[str, object]:
    return one.model_dump(mode="json", by_alias=True)
