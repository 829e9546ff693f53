"""One process sends one alert once, whatever fails around it, and loses none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.app.monitor import put_in_force
from aggregator.errors import StorageBusy
from aggregator.models import Alert, Delivery, Person, Sending, Trouble
from aggregator.protocols import Storage
from aggregator.runner import LEASE
from aggregator.settings.plain import Operators
from tests.flow.conftest import NOW, Clock, MailServer, monitor
from tests.flow.hooks import NOTICE, drained, promise, states, until, without, written
from tests.flow.receiver import HANG, receiving

BUSY, BUG = StorageBusy("locked"), ZeroDivisionError()


class Receipts:
    """What writes them, failing as often as it is told."""

    def __init__(self, storage: Storage, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0
        self._commit = storage.commit_sendings
        storage.commit_sendings = self.write  # type: ignore[method-assign]

    def write(self, sendings: Sequence[Sending]) -> frozenset[str]:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return self._commit(sendings)


# ── the receipt cannot be written ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param([BUSY], id="storage fails once"),
        pytest.param([BUSY, BUSY, BUSY], id="storage fails on"),
        pytest.param([BUG], id="a bug once"),
        pytest.param([BUG, BUG], id="a bug in what is written with it"),
        pytest.param([BUG, BUG, BUG], id="a bug in the receipt itself"),
        pytest.param([BUG, BUG, BUG, BUG, BUG, BUG], id="and again after the lease"),
        pytest.param([BUG, BUSY, BUG, BUG, BUSY], id="both"),
    ],
)
async def test_what_was_sent_is_not_sent_again_because_its_receipt_was_not_written(
    errors: list[Exception], tmp_path: Path, mail_server: MailServer
) -> None:
    clock = Clock()
    async with monitor(written(tmp_path, mail_server), clock) as runner:
        receipts = Receipts(runner.line.storage, *errors)
        promise(runner, "email")
        await drained(runner)
        for _ in range(2):
            clock.forward(LEASE)
            await drained(runner)
        assert states(runner) == {"email-0": "delivered"}
        assert receipts.tries == len(errors) + 1
    assert len(mail_server.box.mails) == 1


async def test_what_failed_is_tried_again_though_nobody_can_write_so(
    tmp_path: Path, mail_server: MailServer
) -> None:
    clock = Clock()
    async with receiving(500) as desk, monitor(written(tmp_path, mail_server, desk), clock) as it:
        commit = it.line.storage.commit_sendings

        def fails(sendings: Sequence[Sending]) -> frozenset[str]:
            if any(sending.delivery.state == "retry" for sending in sendings):
                raise BUG
            return commit(sendings)

        it.line.storage.commit_sendings = fails  # type: ignore[method-assign]
        promise(it, "hook0")
        await drained(it)
        desk.status = 200
        clock.forward(LEASE)
        await drained(it)
        assert states(it) == {"hook0-0": "delivered"}
    assert len(desk.received) == 2


async def test_an_old_receipt_is_written_where_a_new_attempt_did_not_come_about(
    tmp_path: Path, mail_server: MailServer
) -> None:
    clock = Clock()
    async with receiving(500) as desk, monitor(written(tmp_path, mail_server, desk), clock) as it:
        storage = it.line.storage
        trouble, locked = storage.trouble, list[StorageBusy]()

        def fails_once(channel: str, address: str) -> Trouble | None:
            if locked:
                raise locked.pop()
            return trouble(channel, address)

        Receipts(storage, BUG, BUG, BUG)
        promise(it, "hook0")
        storage.trouble = fails_once  # type: ignore[method-assign]
        await drained(it)
        locked.append(BUSY)
        clock.forward(LEASE)
        await drained(it)
        desk.status = 200
        clock.forward(timedelta(minutes=1))
        await drained(it)
        assert states(it) == {"hook0-0": "delivered"}


@dataclass(frozen=True)
class Broken(Operators):
    """Nobody can tell whom to tell."""

    @property
    def person(self) -> Person:
        return Person("operators", alerts=None)  # type: ignore[arg-type]


async def test_a_bug_in_whom_to_tell_of_trouble_costs_no_receipt(
    tmp_path: Path, mail_server: MailServer
) -> None:
    clock = Clock()
    async with receiving(410) as desk, monitor(written(tmp_path, mail_server, desk), clock) as it:
        it.line.settings = replace(it.line.settings, operators=Broken())
        promise(it, "hook0")
        for _ in range(2):
            await drained(it)
            clock.forward(LEASE)
        assert states(it) == {"hook0-0": "dead"}
    assert len(desk.received) == 1


async def test_a_receipt_that_could_not_be_written_is_written_at_a_stop(
    tmp_path: Path, mail_server: MailServer
) -> None:
    settings = written(tmp_path, mail_server)
    async with monitor(settings, Clock()) as runner:
        Receipts(runner.line.storage, BUSY)
        async with runner.working():
            promise(runner, "email")
            await runner.send.look()
            await until(runner.send.has_failures)
    async with monitor(settings, Clock()) as runner:
        await runner.send.drain()
        assert states(runner) == {"email-0": "delivered"}
    assert len(mail_server.box.mails) == 1


@pytest.mark.parametrize("error", [BUSY, BUG], ids=["storage fails", "a bug"])
async def test_a_receipt_outlives_the_channel_that_it_came_over(
    error: Exception, tmp_path: Path, mail_server: MailServer
) -> None:
    """The hook moves while nothing can be written."""
    clock = Clock()
    async with receiving() as old, receiving() as new, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, old)
        runner = await stack.enter_async_context(monitor(settings, clock))
        Receipts(runner.line.storage, error, error, error)
        promise(runner, "hook0")
        await runner.send.look()
        await until(runner.send.has_failures)
        await put_in_force(written(tmp_path, mail_server, new), runner)
        for _ in range(3):
            await drained(runner)
            clock.forward(LEASE)
        assert states(runner) == {"hook0-0": "delivered"}
    assert (len(old.received), len(new.received)) == (1, 0)


async def test_receipts_that_wait_to_be_written_are_written_at_a_stop(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """Storage is slow, and the stop does not wait for those who wait for it."""
    settings = written(tmp_path, mail_server)
    begun, answer, gate = asyncio.Event(), asyncio.Event(), threading.Event()
    take = mail_server.box.handle_DATA

    async def slowly(server: Any, session: Any, envelope: Any) -> str:
        if b"email-1" in envelope.content:
            await answer.wait()
        return await take(server, session, envelope)

    mail_server.box.handle_DATA = slowly  # type: ignore[method-assign]
    async with monitor(settings, Clock()) as runner:
        loop, storage = asyncio.get_running_loop(), runner.line.storage
        commit = storage.commit_sendings

        def commit_slowly(sendings: Sequence[Sending]) -> frozenset[str]:
            loop.call_soon_threadsafe(begun.set)
            gate.wait(20)
            return commit(sendings)

        storage.commit_sendings = commit_slowly  # type: ignore[method-assign]
        promise(runner, "email", 2)
        await runner.send.look()
        await begun.wait()
        answer.set()
        # The second one arrives while the receipt of the first is being written.
        await until(lambda: runner.send._commits._waiting)
        stopping = asyncio.create_task(runner.send.finish(0))
        early, _ = await asyncio.wait([stopping], timeout=0.2)
        assert not early
        gate.set()
        await stopping
        await runner.line.in_storage(storage.release_claims)
    async with monitor(settings, Clock()) as runner:
        await runner.send.drain()
        assert states(runner) == {"email-0": "delivered", "email-1": "delivered"}
    assert len(mail_server.box.mails) == 2


# ── while it is under way ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("is_moved", [False, True], ids=["", "and its channel goes"])
async def test_a_clock_that_jumps_over_the_lease_sends_nothing_twice(
    is_moved: bool, tmp_path: Path, mail_server: MailServer
) -> None:
    """It sleeps through the night with a message on its way, or is put right."""
    clock = Clock()
    async with receiving(HANG) as desk, receiving() as other, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, desk, other)
        runner = await stack.enter_async_context(monitor(settings, clock))
        promise(runner, "hook0")
        await runner.send.look()
        await until(lambda: desk.at_once)
        clock.forward(2 * LEASE)
        if is_moved:
            await put_in_force(without(settings, "hook0"), runner)
        await runner.send.look()
        desk.let_go()
        await runner.send.drain()
        assert states(runner) == {"hook0-0": "delivered"}
    assert (len(desk.received), len(other.received)) == (1, 0)


async def test_nothing_is_begun_at_a_stop_that_may_not_end_in_time(
    tmp_path: Path, mail_server: MailServer
) -> None:
    async with receiving(HANG) as desk, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, desk)
        runner = await stack.enter_async_context(monitor(settings, Clock()))
        places = runner.line.channels["hook0"].pace.places
        promise(runner, "hook0", places + 5)
        await runner.send.look()
        await until(lambda: desk.at_once == places)
        stopping = asyncio.create_task(runner.send.finish(20))
        await asyncio.sleep(0)
        desk.let_go()
        await stopping
        assert sorted(states(runner).values()) == ["delivered"] * places + ["pending"] * 5
        assert len(runner.line.storage.claim_alerts(NOW, 99, LEASE)) == 5
    assert len(desk.received) == places


async def test_a_mail_that_was_taken_is_known_to_be_though_the_server_never_parts(
    tmp_path: Path, mail_server: MailServer
) -> None:
    parting = asyncio.Event()

    async def never(*_: object) -> str:
        parting.set()
        await asyncio.Event().wait()
        return "221 goodbye"

    mail_server.box.handle_QUIT = never  # type: ignore[attr-defined]
    async with monitor(written(tmp_path, mail_server), Clock()) as runner:
        promise(runner, "email")
        await runner.send.look()
        await parting.wait()
        await runner.send.finish(0)
        assert states(runner) == {"email-0": "delivered"}
    assert len(mail_server.box.mails) == 1


# ── rests, and what is put off ────────────────────────────────────────────────────────────────────


async def test_a_rest_that_was_asked_for_by_a_wrong_clock_ends_with_it(
    tmp_path: Path, mail_server: MailServer
) -> None:
    clock = Clock(NOW + timedelta(days=3650))
    async with receiving(429, retry_after="600") as desk, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, desk)
        runner = await stack.enter_async_context(monitor(settings, clock))
        promise(runner, "hook0")
        await runner.send.drain()
        clock.now = NOW + timedelta(hours=1)
        assert runner.line.storage.clock_went_back(clock()) == 1
        # It asks again, and that is another rest.
        await runner.send.drain()
        desk.status = 200
        await runner.send.drain()
        assert len(desk.received) == 2
        clock.forward(timedelta(seconds=600))
        await runner.send.drain()
        assert states(runner) == {"hook0-0": "delivered"}
    assert len(desk.received) == 3


async def test_what_is_put_off_twice_goes_in_two_messages(
    tmp_path: Path, mail_server: MailServer
) -> None:
    """Told, replayed in vain, and promised anew for the next article of its story."""
    clock = Clock()
    async with receiving() as desk, AsyncExitStack() as stack:
        settings = written(tmp_path, mail_server, desk)
        runner = await stack.enter_async_context(monitor(settings, clock))
        storage = runner.line.storage
        quiet = Alert("key", "match", "amina", "hook0", NOTICE, NOW, NOW, story=1, put_off="quiet")
        storage.commit_alerts([quiet])
        await runner.send.drain()
        clock.forward(timedelta(hours=1))
        storage.send_again(["key"], [], clock())
        [replayed] = storage.claim_alerts(clock(), 1, LEASE)
        storage.commit_sendings([Sending(replayed, Delivery("dead", clock(), "gone"))])
        storage.commit_alerts([quiet])
        await runner.send.drain()
        assert set(states(runner).values()) == {"delivered"}
    assert len({request.headers["webhook-id"] for request in desk.received}) == 2
