"""Amina is told over webhooks, and her promises are in the outbox without a feed."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

from aggregator.errors import StorageBusy
from aggregator.models import Alert, Excerpt, Notice
from aggregator.runner import Runner
from aggregator.settings.plain import Settings
from tests.flow.conftest import NOW, MailServer, write_settings
from tests.flow.receiver import Receiver

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
HOOKS = ("hook0", "hook1")
NOTICE = Notice("w", "low", "A title", "Wire", "", 1, NOW, Excerpt(""), (), "full")


def written(folder: Path, mail: MailServer, *hooks: Receiver, rate: str = "") -> Settings:
    """Amina is told by mail and over `hook0`, `hook1` …; the operators by mail."""
    names = [f"hook{number}" for number in range(len(hooks))]
    entries = [
        f"  {name}: {{type: webhook, url: '{hook.origin}/{name}', secret: {SECRET}{rate}}}"
        for name, hook in zip(names, hooks, strict=True)
    ]
    return write_settings(
        folder,
        "\n".join(
            [
                "feeds: [http://127.0.0.1:9/feed]",
                "network: {allow_private: [127.0.0.1]}",
                f"people: [{{name: amina, email: a@e.example, alerts: [{', '.join(names)}]}}]",
                "operators: {channels: [email], email: ops@e.example}",
                "channels:",
                f"  email: {{smtp: '{mail.url}', from: desk@e.example}}",
                *entries,
            ]
        ),
    )


def promise(runner: Runner, channel: str, count: int = 1, name: str = "") -> None:
    runner.line.storage.commit_alerts(
        [
            Alert(f"{name or channel}-{n}", "match", "amina", channel, NOTICE, NOW, NOW, story=n)
            for n in range(count)
        ]
    )


def states(runner: Runner) -> dict[str, str]:
    return {alert.key: alert.state for alert in runner.line.storage.alerts()}


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - it comes true in a server
            await asyncio.sleep(0.01)


def without(settings: Settings, gone: str) -> Settings:
    """The same, but for one of the two hooks, and Amina has the other one."""
    [kept] = set(HOOKS) - {gone}
    text = settings.path.read_text(encoding="utf-8")
    text = text.replace("alerts: [hook0, hook1]", f"alerts: [{kept}]")
    lines = (line for line in text.splitlines() if f"  {gone}:" not in line)
    return write_settings(settings.directory, "\n".join(lines))


async def drained(runner: Runner) -> None:
    """Storage that fails is tried again."""
    for _ in range(3):
        try:
            await runner.send.drain()
        except StorageBusy:
            continue
        return
