"""How the command line answers: its groups, and every expected failure as one line on stderr."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import Any

import click
from rich.cells import cell_len

from aggregator.cli.output import complain
from aggregator.errors import AggregatorError, SettingsError, WatchError
from aggregator.text.printable import printable

#: What click says of arguments that a command does not take.
_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)")


class Commands(click.Group):
    """Lists its commands in the order in which they are used.

    `later` are the names of those that this version does not have; they say so.
    """

    def __init__(self, *args: Any, later: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        self.later = later

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.later:
            path = [*ctx.command_path.split()[1:], args[0]]
            raise click.UsageError(f"{' '.join(path)!r} is not in this version", ctx)
        return super().resolve_command(ctx, args)


class Lazy(click.Command):
    """A command that is imported when it is called.

    To list it, and to complete its name, its name and the first sentence of its help suffice.
    `place` is where it stands in this package, `module:function`; both are called as the command
    unless it says otherwise.
    """

    def __init__(self, name: str, sentence: str, place: str = "") -> None:
        super().__init__(name, help=sentence)
        module, _, function = (place or name).partition(":")
        self._module, self._function = f"aggregator.cli.{module}", function or name

    def load(self) -> click.Command:
        command: click.Command = getattr(import_module(self._module), self._function)
        return command

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Where click begins to call a command; it goes on with the command of this context."""
        return self.load().make_context(*args, **options)


def loaded(command: click.Command) -> click.Command:
    return command.load() if isinstance(command, Lazy) else command


class Program(Commands):
    """The whole command line.  A bug keeps its traceback; whatever else fails is one line."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Ends the process with 0, 1 or 2."""
        try:
            status = super().main(*args, **options | {"standalone_mode": False})
        except SettingsError as error:
            for mistake in error.mistakes:
                complain(str(mistake))
            status = 2
        except WatchError as error:
            _point_at(error)
            status = 2
        except AggregatorError as error:
            complain(f"error: {error}")
            status = 1
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            status = error.exit_code
        except click.ClickException as error:
            complain(f"error: {_with_help(error)}")
            status = error.exit_code
        except click.Abort as error:
            complain(str(error) or "stopped")
            status = 1
        sys.exit(status)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader has seen enough (`| head`).
            _forget_stdout()
            ctx.exit(0)
        except OSError as error:
            _forget_stdout()
            complain(f"error: {error.filename or 'output'}: {error.strerror}")
            ctx.exit(1)


def _forget_stdout() -> None:
    """What could not be written must not be written again when Python flushes at its end."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _with_help(error: click.ClickException) -> str:
    """With what mends it: said already, in parentheses at the end, or found in the help."""
    message = error.format_message().rstrip(".")
    ctx = getattr(error, "ctx", None)
    if ctx is None:
        return message
    program, _, command = ctx.command_path.partition(" ")
    option = error.option_name if isinstance(error, click.NoSuchOption) else ""
    if option == "--config":
        return f"--config goes before the command (write {program} --config FILE {command})"
    if option == "--json" and not command:
        return f"--json goes behind the command (write {program} COMMAND --json)"
    if extra := _EXTRA.fullmatch(message):
        file = extra[1]
        if file.endswith((".yaml", ".yml")):
            return f"{file} is not asked for here (write {program} --config {file} {command})"
    elif message.endswith(")"):
        return message
    return f"{message} (see {ctx.command_path} --help)"


def _point_at(error: WatchError) -> None:
    """The mistake, the line it is on, and a caret under it."""
    complain(f"error: {error}")
    if lines := error.source.splitlines():
        line = printable(lines[error.line - 1])
        complain(f"  {line}")
        complain("  " + " " * cell_len(line[: error.column - 1]) + "^")
