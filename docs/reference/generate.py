"""Writes commands.md from the commands themselves: `python docs/reference/generate.py`.

A test compares the file with what this prints, so the page cannot lag behind the code.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from aggregator.cli.commands import loaded
from aggregator.cli.program import cli

PAGE = Path(__file__).with_name("commands.md")

INTRODUCTION = """\
# Commands

`python run.py [--config feeds.yaml] COMMAND`; without a command it is `run`. From the installed
wheel the same is `aggregator …`. Made from the code by `make docs`.

`--json` follows the command and prints one JSON object a line. Times are ISO 8601 in UTC with
microseconds with `--json`, else the machine's wall clock with its zone. Exit status: 0 done; 1
done, but something named on stderr failed; 2 the settings or the arguments are wrong.
"""


def reference() -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_sections(cli, ()))


def _sections(group: click.Group, path: tuple[str, ...]) -> Iterator[str]:
    for name, named in group.commands.items():
        command = loaded(named)
        yield _section(command, (*path, name))
        if isinstance(command, click.Group):
            yield from _sections(command, (*path, name))


def _section(command: click.Command, path: tuple[str, ...]) -> str:
    arguments = [
        parameter.make_metavar(click.Context(command))
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]
    title = " ".join([*path, *arguments])
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    prose, _, example = text.partition("Example:\n")
    parts = [f"\n## `{title}`\n", f"\n{prose.strip()}\n"]
    if options := [_option(parameter) for parameter in command.params if _shown(parameter)]:
        parts.append("\n| option | meaning |\n| --- | --- |\n" + "".join(options))
    parts.append(f"\n```sh\n{inspect.cleandoc(example)}\n```\n")
    return "".join(parts)


def _shown(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option) and not parameter.hidden


def _option(parameter: click.Parameter) -> str:
    assert isinstance(parameter, click.Option)  # noqa: S101  _shown chose it
    names, meaning = parameter.get_help_record(click.Context(click.Command("x"))) or ("", "")
    return f"| `{names}` | {meaning} |\n".replace("|7", "\\|7")


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
