"""A dead channel delays no other; what it loses is told, and can be sent after all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aggregator.app.clock import utc_now
from aggregator.app.monitor import put_in_force
from aggregator.cli.program import cli
from aggregator.models import Alert
from aggregator.settings.plain import Settings
from tests.flow.conftest import Clock, MailServer, monitor
from tests.flow.hooks import promise, states, until, written
from tests.flow.receiver import HANG, receiving


async def test_a_receiver_that_hangs_delays_nobody_else(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """Its whole backlog was there first, and takes all of its own places and no other."""
    async with receiving(HANG) as dead, receiving() as good:
        settings = written(tmp_path, mail_server, dead, good)
        async with monitor(settings, Clock()) as runner:
            stop = asyncio.Event()
            promise(runner, "hook0", 300)
            running = asyncio.create_task(runner.run(stop))
            places = runner.line.channels["hook0"].pace.places
            await until(lambda: dead.at_once == places)
            promise(runner, "hook1", 20)
            promise(runner, "email", 3)
            runner.send.awake.set()
            # A hanging request would take 20 seconds to give its place back.
            await until(lambda: len(good.received) == 20 and len(mail_server.box.mails) == 3, 15)
            assert dead.at_once == dead.most_at_once == places
            stop.set()
            dead.let_go()
            await running


async def test_a_channel_that_asks_for_rest_gets_it(
    tmp_path: Path, mail_server: MailServer
) -> None:
    clock = Clock()
    async with receiving(429, retry_after="600") as busy:
        settings = written(tmp_path, mail_server, busy)
        async with monitor(settings, clock) as runner:
            promise(runner, "hook0", 500)
            await runner.send.drain()
            asked = len(busy.received)
            # No more than were under way when it said so.
            assert asked <= runner.line.channels["hook0"].pace.places
            busy.status = 200
            clock.forward(timedelta(seconds=599))
            await runner.send.drain()
            assert len(busy.received) == asked
            clock.forward(timedelta(seconds=1))
            await runner.send.drain()
            assert set(states(runner).values()) == {"delivered"}
            assert len(busy.received) == 500 + asked


async def test_what_waited_for_someone_who_was_renamed_is_told(
    tmp_path: Path, mail_server: MailServer
) -> None:
    async with receiving() as desk:
        settings = written(tmp_path, mail_server, desk)
        async with monitor(settings, Clock()) as runner:
            promise(runner, "hook0", 3)
            [amina] = settings.people
            renamed = replace(amina, name="Amina")
            runner.line.settings = replace(settings, people=(renamed,))
            await runner.send.drain()
            assert {alert.reason for alert in runner.line.storage.alerts(state="dead")} == {
                "person_removed"
            }
    assert desk.received == []
    subject = "amina is named in feeds.yaml no longer"
    assert len(mail_server.box.to("ops@e.example", subject=subject)) == 1


async def test_a_burst_is_not_sent_a_place_a_look(tmp_path: Path, mail_server: MailServer) -> None:
    """A look takes its turn among the readings; under load that is what a burst waits for."""
    async with receiving() as desk:
        settings = written(tmp_path, mail_server, desk)
        async with monitor(settings, Clock()) as runner:
            claimed: list[int] = []
            storage = runner.line.storage
            claim = storage.claim_alerts

            def noting(*args: Any, **kwargs: Any) -> list[Alert]:
                alerts = claim(*args, **kwargs)
                claimed.append(len(alerts))
                return alerts

            storage.claim_alerts = noting  # type: ignore[method-assign]
            promise(runner, "email", 20)
            await runner.send.look()
            assert max(claimed) > runner.line.channels["email"].pace.places
            await runner.send.drain()
            assert set(states(runner).values()) == {"delivered"}


async def test_a_rate_is_kept(tmp_path: Path, mail_server: MailServer) -> None:
    async with receiving() as slow:
        settings = written(tmp_path, mail_server, slow, rate=", rate: 20")
        async with monitor(settings, Clock()) as runner:
            promise(runner, "hook0", 30)
            began = asyncio.get_running_loop().time()
            await runner.send.drain()
            took = asyncio.get_running_loop().time() - began
    assert len(slow.received) == 30
    assert took >= 0.5


async def test_a_mail_of_unknown_fate_is_no_other_after_a_bug_of_ours(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """Twice in all, and no third time, whatever else fails in between."""
    arrived = 0

    async def drop(server: Any, *_: Any) -> str:
        nonlocal arrived
        arrived += 1
        server.transport.abort()
        return "250 never heard"

    mail_server.box.handle_DATA = drop  # type: ignore[method-assign]
    settings, clock = written(tmp_path, mail_server), Clock()
    async with monitor(settings, clock) as runner:
        storage = runner.line.storage
        trouble = storage.trouble
        promise(runner, "email")

        def broken(*_: str) -> None:
            raise ZeroDivisionError

        for lookup in (trouble, broken, trouble, trouble):
            storage.trouble = lookup  # type: ignore[method-assign,assignment]
            clock.forward(timedelta(minutes=5))
            await runner.send.drain()
        [alert] = [alert for alert in storage.alerts() if alert.kind == "match"]
    assert arrived == 2
    assert (alert.state, alert.reason) == ("dead", "unconfirmed")


async def test_a_channel_that_moves_is_sent_to_at_its_own_pace(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """What its old lane had claimed and not begun is begun by the new one."""
    async with receiving(HANG) as new, AsyncExitStack() as life_of_old:
        old = await life_of_old.enter_async_context(receiving(HANG))
        async with monitor(written(tmp_path, mail_server, old), Clock()) as runner:
            places = runner.line.channels["hook0"].pace.places
            promise(runner, "hook0", 300)
            await runner.send.look()
            await until(lambda: old.at_once == places)
            claimed = len(runner.send.under_way())
            await put_in_force(written(tmp_path, mail_server, new), runner)
            await runner.send.look()
            await until(lambda: new.at_once == places)
            await life_of_old.aclose()
            await until(lambda: len(runner.send.under_way()) <= claimed)
            await runner.send.look()
            assert len(runner.send.under_way()) == claimed
            assert new.most_at_once == places
            await runner.send.finish(0)


# ── what a dead channel loses ─────────────────────────────────────────────────────────────────────


async def test_who_is_gone_is_suspended_and_told_of_once(
    tmp_path: Path, mail_server: MailServer
) -> None:
    async with receiving(410) as gone:
        settings = written(tmp_path, mail_server, gone)
        async with monitor(settings, Clock()) as runner:
            promise(runner, "hook0", 40)
            await runner.send.drain()
            asked = len(gone.received)
            assert asked <= runner.line.channels["hook0"].pace.places
            promise(runner, "hook0", 5, name="later")
            await runner.send.drain()
            assert len(gone.received) == asked
            hooked = [a for a in runner.line.storage.alerts() if a.channel == "hook0"]
            assert {alert.state for alert in hooked} == {"dead"}
            assert {a.reason for a in hooked if a.key.startswith("later")} == {"suspended"}
            told = {(mail["To"], mail["Subject"]) for mail in mail_server.box.mails}
            subject = "[monitor] amina over hook0 is refused; nothing more is sent there"
            assert told == {("a@e.example", subject), ("ops@e.example", subject)}
            assert len(mail_server.box.mails) == 2

        # the receiver is mended, and the operator says so
        gone.status = 200
        result = await command(settings, "alerts", "retry", "--dead", "--channel", "hook0")
        assert (result.exit_code, result.stderr) == (0, "45 messages to be sent again\n")
        async with monitor(settings, Clock(utc_now())) as runner:
            await runner.send.drain()
            assert set(states(runner).values()) == {"delivered"}
    assert {request.headers["webhook-id"] for request in gone.received[asked:]} == {
        *(f"hook0-{n}" for n in range(40)),
        *(f"later-{n}" for n in range(5)),
    }
    [again] = mail_server.box.to("ops@e.example", subject="reached again")
    assert again["List-Id"] == "<monitor.e.example>"


async def test_a_mail_address_that_is_refused_is_told_of_over_the_hook(
    tmp_path: Path, mail_server: MailServer
) -> None:
    async def refuse(*_: object) -> str:
        return "550 no such user"

    mail_server.box.handle_RCPT = refuse  # type: ignore[attr-defined]
    async with receiving() as desk:
        settings = written(tmp_path, mail_server, desk)
        async with monitor(settings, Clock()) as runner:
            promise(runner, "email", 3)
            await runner.send.drain()
    [request] = desk.received
    told = json.loads(request.body)
    assert (told["type"], told["data"]["code"]) == ("change", "address_refused")
    assert told["data"]["detail"] == "smtp_550 no such user"


# ── sending again ─────────────────────────────────────────────────────────────────────────────────


async def command(settings: Settings, *arguments: str) -> Result:
    words: Sequence[str] = ("--config", str(settings.path), *arguments)
    return await asyncio.to_thread(CliRunner().invoke, cli, words)


async def test_replay_sends_one_again_under_its_id(tmp_path: Path, mail_server: MailServer) -> None:
    clock = Clock()
    async with receiving() as desk:
        settings = written(tmp_path, mail_server, desk)
        async with monitor(settings, clock) as runner:
            promise(runner, "hook0", 2)
            await runner.send.drain()
            # beside the running monitor
            result = await command(settings, "alerts", "replay", "hook0-1")
            assert (result.exit_code, result.stderr) == (0, "1 message to be sent again\n")
            clock.now = utc_now()
            await runner.send.drain()
            assert states(runner) == {"hook0-0": "delivered", "hook0-1": "delivered"}
    ids = [request.headers["webhook-id"] for request in desk.received]
    assert sorted(ids) == ["hook0-0", "hook0-1", "hook0-1"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(["retry"], "nothing is named", id="nothing"),
        pytest.param(["retry", "hook0-0"], "no dead letter hook0-0", id="not dead"),
        pytest.param(["replay", "hook0-7"], "no alert hook0-7", id="unknown"),
    ],
)
async def test_what_cannot_be_sent_again(
    arguments: list[str], problem: str, tmp_path: Path, mail_server: MailServer
) -> None:
    async with receiving() as desk:
        settings = written(tmp_path, mail_server, desk)
        async with monitor(settings, Clock()) as runner:
            promise(runner, "hook0")
        result = await command(settings, "alerts", *arguments)
    assert result.exit_code == 2
    assert problem in result.stderr
