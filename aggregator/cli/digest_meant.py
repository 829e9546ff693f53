"""Which digest is meant: of whom, and of what date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import click

from aggregator.cli.context import refuse_unknown
from aggregator.models import DigestRun, Person
from aggregator.protocols import Storage
from aggregator.settings.plain import Settings


def readers_named(settings: Settings, name: str | None) -> list[Person]:
    if name is None:
        readers = [person for person in settings.people if person.digest]
        if not readers:
            raise click.UsageError(
                "nobody gets a digest (name a person with digest: in feeds.yaml)"
            )
        return readers
    refuse_unknown("person", name, (person.name for person in settings.people))
    return [person for person in settings.people if person.name == name]


def run_of(
    decide: Callable[[Person, date | None, DigestRun | None, datetime], DigestRun],
    person: Person,
    day: date | None,
    last: DigestRun | None,
    now: datetime,
) -> DigestRun:
    try:
        return decide(person, day, last, now)
    except OverflowError as error:
        raise bad_date("is outside the calendar") from error


def require_known(run: DigestRun, storage: Storage) -> None:
    """Of a time that the store knows nothing of, a digest would say that nothing happened."""
    if not storage.items(until=run.end, limit=1):
        raise bad_date(f"nothing is stored of the time before the digest of {run.date}")


def bad_date(problem: str) -> click.BadParameter:
    return click.BadParameter(problem, param_hint="'--date'")
