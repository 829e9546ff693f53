"""`digest`: the daily mail."""

from __future__ import annotations

import click

from aggregator.cli.commands import Commands, Lazy


@click.group(cls=Commands)
def digest() -> None:
    """The daily mail.

    \b
    Example:
      python run.py digest show --person amina
      python run.py digest send --person amina
    """


for command in (
    Lazy("show", "A digest as it would be mailed; nothing is sent.", "digest_show"),
    Lazy("send", "Send a digest now: at most one for a person and date.", "digest_send"),
):
    digest.add_command(command)
