"""How many outlets carry a story, and how many independent texts stand behind it: every message,
the digest and the command line count the same."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from aggregator.alerting.digest import run_by_hand
from aggregator.alerting.message import render
from aggregator.alerting.view import notice_view
from aggregator.cli.program import cli
from aggregator.models import Notice
from aggregator.pipeline import digests
from tests.flow.conftest import Clock, monitor
from tests.flow.publisher import street
from tests.flow.test_promises import OWN_WORDS, WIRE, Desk, pass_by, said, written

CONVOY = WIRE.format(n=14)


@pytest.mark.parametrize(
    ("texts", "also", "independent"),
    [
        pytest.param({"a": [CONVOY]}, "", 1, id="one outlet"),
        pytest.param(
            {"a": [CONVOY], "b": [CONVOY], "c": [CONVOY]},
            "also 2 outlets, none independent",
            1,
            id="copies",
        ),
        pytest.param(
            {"a": [CONVOY], "b": [OWN_WORDS], "c": [CONVOY]},
            "also 2 outlets, 1 independent",
            2,
            id="one in its own words",
        ),
        pytest.param(
            {"a": [CONVOY, OWN_WORDS], "b": [CONVOY]},
            "also 1 outlet, none independent",
            1,
            id="two texts of one outlet",
        ),
    ],
)
async def test_outlets_and_independent_texts(
    texts: dict[str, list[str]], also: str, independent: int, tmp_path: Path
) -> None:
    clock = Clock()
    desks = [Desk(name) for name in texts]
    async with street(clock) as here:
        settings = written(tmp_path, here, desks)
        async with monitor(settings, clock) as runner:
            # One after another: which of two texts is the first decides whose words are its own.
            runner.poll.places = runner.read.places = 1
            for desk in desks:
                for text in texts[desk.name]:
                    desk.add("Convoy stopped on the coast road", text)
            await runner.once()
            storage = runner.line.storage
            for _ in range(2):
                [alert] = [alert for alert in storage.alerts() if alert.state == "delivered"]
                assert isinstance(alert.content, Notice)
                [amina] = settings.people
                run = run_by_hand(amina, None, None, clock() + timedelta(minutes=1))
                [line] = digests.preview(run, amina, storage).notices
                for notice in (alert.content, line):
                    view = notice_view(notice, amina.timezone)
                    assert (view.also_in.partition(":")[0], notice.independent) == (
                        also,
                        independent,
                    )
                    assert {notice.outlet, *notice.outlets} == set(texts)
                explained = CliRunner().invoke(
                    cli, ["--config", str(settings.path), "items", "explain", "1", "--json"]
                )
                record = json.loads(explained.stdout)
                assert record["independent_texts"] == independent
                # The first one is edited, and read again after its copies.
                desks[0].texts[0] = (desks[0].texts[0][0], f"{CONVOY} More is not known.")
                await pass_by(runner, clock, timedelta(minutes=5))
    [message] = said(settings)
    assert message["data"]["independent_texts"] == independent
    assert also in render(alert, amina).text
