"""A newsroom, a mail server and a monitor, all on loopback, all real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from aggregator.app.monitor import open_monitor
from aggregator.demo.server import NewsroomServer
from aggregator.models import FetchResult
from aggregator.net.witnesses import ANSWERS
from aggregator.protocols import Storage
from aggregator.runner import Runner
from aggregator.settings.loading import load
from aggregator.settings.plain import Settings
from storage.sqlite import SqliteStorage

#: Monday morning in every zone of the demo's people: their digests of the day are due.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Mailbox:
    """Takes every mail that is sent to it."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str, *, subject: str = "") -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address and subject in mail["Subject"]]


@dataclass
class MailServer:
    url: str
    box: Mailbox


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(box, enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield MailServer(f"smtp://127.0.0.1:{port}", box)


@pytest.fixture
async def newsroom() -> AsyncIterator[NewsroomServer]:
    async with NewsroomServer(NOW) as server:
        yield server


class Clock:
    """Stands still until told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, delta: timedelta) -> None:
        self.now += delta


def write_settings(folder: Path, text: str) -> Settings:
    path = folder / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


def servers_agree(runner: Runner) -> None:
    """From now on the servers that answered say what the runner's clock says."""
    now = runner.line.clock()
    answer = FetchResult("", "", now, 200, {"date": format_datetime(now, usegmt=True)})
    for _ in range(ANSWERS):
        runner.line.witnesses.hear(answer)


@asynccontextmanager
async def monitor(settings: Settings, clock: Clock) -> AsyncIterator[Runner]:
    async with open_monitor(settings, wait=timedelta(0), clock=clock) as runner:
        spare_the_disk(runner.line.storage)
        yield runner


def spare_the_disk(storage: Storage) -> None:
    """What is committed is given to the system, which no test takes the power from."""
    assert isinstance(storage, SqliteStorage)
    storage._session.db.execute("PRAGMA synchronous = OFF")
