"""`file`: JSON lines appended to a file, or mails in a folder; nothing leaves the machine."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from aggregator.alerting.files import append_line, mail_name, write_whole
from aggregator.alerting.mail import compose, mailbox
from aggregator.alerting.message import render
from aggregator.alerting.options import ChannelOptions, mistake
from aggregator.alerting.payload import body
from aggregator.alerting.retry import delivered, failed
from aggregator.models import Alert, Delivery, Pace, Person
from aggregator.protocols import Surroundings

log = logging.getLogger(__name__)

#: Whom mails in a folder are from, and to where the person has no address.
_HERE = "aggregator@localhost"


class Options(ChannelOptions):
    """`path` is relative to feeds.yaml: a file of JSON lines, or the folder of the mails."""

    path: str
    format: Literal["jsonl", "eml"] = "jsonl"

    @field_validator("path")
    @classmethod
    def _path(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise mistake("names no file", "write data/alerts.jsonl")
        return value.strip()


class Channel:
    """Appends, or writes a file each; it is on the disk before it counts as delivered."""

    pace = Pace(places=1, per_second=10_000, burst=10_000)

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._path = around.home / options.path
        self._format = options.format
        self._clock = around.clock

    def address(self, person: Person) -> str:  # noqa: ARG002 - one file for everybody
        return str(self._path)

    async def send(self, alert: Alert, person: Person) -> Delivery:
        try:
            path = await asyncio.to_thread(self._write, alert, person)
        except OSError as error:
            return failed(alert, self._clock(), "file", str(error))
        except Exception as error:
            log.exception("bug", extra={"alert": alert.key, "channel": "file"})
            return failed(alert, self._clock(), "bug", repr(error))
        return delivered(self._clock(), str(path))

    def _write(self, alert: Alert, person: Person) -> Path:
        if self._format == "jsonl":
            append_line(self._path, body(alert, person))
            return self._path
        path = self._path / mail_name(alert)
        write_whole(path, self._mail(alert, person))
        return path

    def _mail(self, alert: Alert, person: Person) -> bytes:
        sender, reader = mailbox(_HERE), mailbox(person.email or _HERE)
        return compose(render(alert, person), alert, sender, reader, self._clock())
