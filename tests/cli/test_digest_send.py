"""`digest send`: now, and once for a person and date."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aggregator.app.clock import utc_now
from aggregator.app.monitor import open_monitor
from aggregator.models import NewEntry, ParsedEntry, Poll, PollOutcome, Validators
from aggregator.settings.loading import load
from storage import open_storage
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


def see_an_entry(folder: Path, at: datetime) -> None:
    with closing(open_storage(f"sqlite:///{folder}/aggregator.db", existing=True)) as storage:
        storage.make_due(at)
        [due] = storage.claim_feeds(utc_now(), 1, timedelta(hours=1))
        storage.commit_polls(
            [
                PollOutcome(
                    feed_id=due.id,
                    fence=due.fence,
                    poll=Poll(due.name, at, 200, "ok", seen=1, new=1, ms=12),
                    due_at=at + timedelta(days=999),
                    failures=0,
                    validators=Validators(),
                    new=(NewEntry(ParsedEntry(title="Talks"), frozenset({"1"}), "words"),),
                )
            ]
        )


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
    past = (*config, "digest", "send", "--person", "amina", "--date", "2026-01-05")
    unknown = ask(*past)
    assert unknown.status == 2
    assert "nothing is stored of the time before the digest of 2026-01-05" in unknown.err
    assert sent(folder) == []

    see_an_entry(folder, datetime(2026, 1, 4, tzinfo=UTC))
    assert ask(*past).status == 0
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
