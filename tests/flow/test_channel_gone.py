"""A channel is taken out of feeds.yaml, or renamed there: nothing that waited for it is lost."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator.app.monitor import put_in_force
from aggregator.errors import StorageBusy
from aggregator.models import Alert
from aggregator.runner import LEASE
from tests.flow.conftest import NOW, Clock, MailServer, monitor
from tests.flow.hooks import NOTICE, drained, promise, states, until, without, written
from tests.flow.receiver import HANG, receiving


async def test_what_waits_for_a_channel_that_is_gone_goes_over_those_there_are(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """It failed, and the operators put another one in its place."""
    clock = Clock()
    async with receiving(500) as old, receiving() as new:
        settings = written(tmp_path, mail_server, old, new)
        async with monitor(settings, clock) as runner:
            promise(runner, "hook0")
            await runner.send.drain()
            assert states(runner) == {"hook0-0": "pending"}
            await put_in_force(gone := without(settings, "hook0"), runner)
            await runner.send.drain()
            assert states(runner) == {"hook0-0": "delivered"}
            assert len(new.received) == 1
            later = Alert("later", "match", "amina", "hook0", NOTICE, NOW, NOW, story=2)
            runner.line.storage.commit_alerts([later])
        async with monitor(gone, clock) as runner:
            await runner.send.drain()
            assert set(states(runner).values()) == {"delivered"}
    assert len(new.received) == 2


async def test_what_its_channel_had_not_begun_goes_over_another(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """It gets its place after the channel went, and before anybody looked."""
    async with receiving(HANG) as old, receiving() as new, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, old, new)
        runner = await stack.enter_async_context(monitor(settings, Clock()))
        places = runner.line.channels["hook0"].pace.places
        promise(runner, "hook0", places + 5)
        await runner.send.look()
        await until(lambda: old.at_once == places)
        await put_in_force(without(settings, "hook0"), runner)
        old.let_go()
        await until(lambda: not runner.send.under_way())
        await runner.send.drain()
        assert set(states(runner).values()) == {"delivered"}
    assert (len(old.received), len(new.received)) == (places, 5)


async def test_what_a_channel_gives_back_during_a_look_is_not_written_off(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """When what waits was moved already, and what nobody can send is looked for."""
    async with receiving() as old, receiving() as new, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, old, new)
        runner = await stack.enter_async_context(monitor(settings, Clock()))
        storage = runner.line.storage
        gather = storage.put_off
        promise(runner, "hook0")
        [alert] = storage.claim_alerts(NOW, 1, LEASE)

        def give_back(now: datetime) -> list[Alert]:
            storage.give_back_alert(alert)
            return gather(now)

        storage.put_off = give_back  # type: ignore[method-assign]
        await put_in_force(without(settings, "hook0"), runner)
        for _ in range(2):
            await runner.send.drain()
        assert states(runner) == {"hook0-0": "delivered"}
    assert (len(old.received), len(new.received)) == (0, 1)


async def test_what_lost_its_channel_waits_for_a_store_that_is_locked(
    tmp_path: Path, mail_server: MailServer
) -> None:
    async with receiving(500) as old, receiving() as new, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, old, new)
        runner = await stack.enter_async_context(monitor(settings, Clock()))
        promise(runner, "hook0")
        await runner.send.drain()
        await put_in_force(without(settings, "hook0"), runner)
        storage = runner.line.storage
        move, locked = storage.move_alerts, [StorageBusy("locked")] * 4

        def fails(*args: Any) -> int:
            if locked:
                raise locked.pop()
            return move(*args)

        storage.move_alerts = fails  # type: ignore[method-assign]
        for _ in range(3):
            await drained(runner)
        assert states(runner) == {"hook0-0": "delivered"}
    assert len(new.received) == 1


async def test_dead_letters_of_a_channel_that_is_gone_go_over_another_when_they_are_retried(
    tmp_path: Path, mail_server: MailServer
) -> None:
    async with receiving(410) as old, receiving() as new, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, old, new)
        runner = await stack.enter_async_context(monitor(settings, Clock()))
        promise(runner, "hook0")
        await runner.send.drain()
        await put_in_force(without(settings, "hook0"), runner)
        for _ in range(3):
            await runner.send.drain()
        before = len(new.received)
        assert runner.line.storage.send_again(["hook0-0"], [], NOW) == 1
        await runner.send.drain()
        assert states(runner)["hook0-0"] == "delivered"
    assert len(new.received) == before + 1
