"""`digest send`: now, and once for a person and date."""

from __future__ import annotations

import json
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.app import open_monitor, utc_now
from aggregator.settings import load
from tests.cli.conftest import Run

FEEDS = """
feeds: [http://127.0.0.1:9/feed]
storage: sqlite:///aggregator.db
people: [{name: amina, email: a@e.example, timezone: Asia/Karachi, digest: "07:00"}]
"""


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """One where a monitor ran once."""
    (tmp_path / "feeds.yaml").write_text(FEEDS)
    async with open_monitor(load(tmp_path / "feeds.yaml", {}), wait=utc_now() - utc_now()):
        pass
    return tmp_path


def sent(folder: Path) -> list[str]:
    paths = sorted((folder / "outbox").glob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=default)["Message-ID"] for path in paths]


def today() -> str:
    return datetime.now(ZoneInfo("Asia/Karachi")).date().isoformat()


def test_it_is_sent_at_once_and_once(folder: Path, ask: Run) -> None:
    config = ("--config", str(folder / "feeds.yaml"))
    first = ask(*config, "digest", "send", "--person", "amina")
    assert (first.status, first.err) == (0, f"digest of {today()} for amina is on its way\n")
    [message_id] = sent(folder)

    second = ask(*config, "digest", "send", "--person", "amina")
    assert second.status == 2
    assert "was made already" in second.err
    assert sent(folder) == [message_id]

    again = ask(*config, "digest", "send", "--person", "amina", "--again")
    assert again.status == 0
    assert sent(folder) == [message_id]
    [alert] = map(json.loads, ask(*config, "alerts", "list", "--json").out.splitlines())
    assert (alert["state"], alert["attempts"]) == ("delivered", 1)


def test_a_past_date_may_be_sent_and_one_to_come_may_not(folder: Path, ask: Run) -> None:
    config = ("--config", str(folder / "feeds.yaml"))
    past = ask(*config, "digest", "send", "--person", "amina", "--date", "2026-01-05")
    assert past.status == 0
    coming = ask(*config, "digest", "send", "--person", "amina", "--date", "2999-01-01")
    assert coming.status == 2
    assert "has not come yet" in coming.err
    assert len(sent(folder)) == 1


def test_a_running_monitor_sends_it(folder: Path, ask: Run) -> None:
    import asyncio

    async def beside_a_monitor() -> None:
        settings = load(folder / "feeds.yaml", {})
        async with open_monitor(settings, wait=utc_now() - utc_now()) as runner:
            words = ("--config", str(folder / "feeds.yaml"), "digest", "send", "--person", "amina")
            result = await asyncio.to_thread(ask, *words)
            assert "the running monitor sends it" in result.err
            assert sent(folder) == []
            await runner.send.drain()

    asyncio.run(beside_a_monitor())
    assert len(sent(folder)) == 1
