"""One story is told once; what grows, what is put off and what is held back ends as promised."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.app.monitor import put_in_force
from aggregator.runner import Runner
from aggregator.settings.plain import Settings
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.publisher import Asked, Reply, Script, Street, street

WIRE = (
    "Fighters of Jundullah stopped a convoy of {n} lorries on the coast road before dawn and took "
    "the drivers away, the provincial governor said. Two of the vehicles were set on fire. "
    "A spokesman claimed the raid in a call to reporters and named three men who are held "
    "since spring. Troops searched the hills until noon and "
    "found them unharmed in a river bed by the border."
)
#: The same event, by a reporter of another outlet.
OWN_WORDS = (
    "Jundullah raiders stopped lorries of a convoy on the coast road and burned two vehicles "
    "before the drivers were found in a river bed by the border. The governor said troops "
    "in the hills searched since dawn, while a spokesman told reporters "
    "the raid was for three men held."
)
LONG = timedelta(days=1)


class Desk:
    """A feed whose texts are added by the test; its entries have no dates."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: list[tuple[str, str]] = []

    def add(self, title: str, text: str) -> None:
        self.texts.append((title, text))

    def __call__(self, asked: Asked) -> Reply:
        del asked
        items = "".join(
            f"<item><title>{title}</title><guid>{self.name}-{number}</guid>"
            f"<description>{text}</description></item>"
            for number, (title, text) in enumerate(self.texts)
        )
        body = f'<rss version="2.0"><channel><title>{self.name}</title>{items}</channel></rss>'
        return Reply(200, body.encode())


def written(folder: Path, here: Street, desks: Sequence[Desk], person: str = "") -> Settings:
    scripts: dict[str, Script] = {desk.name: desk for desk in desks}
    here.scripts.update(scripts)
    feeds = "\n".join(f"  - {{url: '{here.url('/' + desk.name)}', every: 1s}}" for desk in desks)
    return write_settings(
        folder,
        f"""
defaults: {{alert_on_first_poll: true, full_text: false}}
feeds:
{feeds}
watches:
  - {{name: Jundallah, any: [Jundullah, Jondollah]}}
  - {{name: Grave, any: [grave], severity: high}}
people: [{{name: amina, alerts: [log]{person}}}]
channels: {{log: {{type: file, path: log.jsonl}}}}
network: {{allow_private: [127.0.0.1]}}
""",
    )


def said(settings: Settings) -> list[dict[str, Any]]:
    """The messages that came, in order."""
    path = settings.directory / "log.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


async def pass_by(runner: Runner, clock: Clock, delta: timedelta) -> None:
    clock.forward(delta)
    await runner.line.in_storage(runner.line.storage.make_due, clock())
    await runner.once()


@pytest.mark.parametrize("seed", range(3))
async def test_near_copies_in_any_order_are_one_message(seed: int, tmp_path: Path) -> None:
    clock, chance = Clock(), random.Random(seed)
    desks = [Desk(f"desk{number}") for number in range(10)]
    async with street(clock) as here:
        settings = written(tmp_path, here, desks)
        versions = [WIRE.format(n=14) + f" Report {number}." for number in range(50)]
        chance.shuffle(versions)
        for number, text in enumerate(versions):
            desks[number % 10].add(f"Convoy stopped, {text[-3:]}", text)
        async with monitor(settings, clock) as runner:
            await runner.once()
            rows = runner.line.storage.alerts()
            await pass_by(runner, clock, LONG)
    [message] = said(settings)
    assert message["type"] == "match"
    assert message["data"]["other_outlets"] == 9
    assert message["data"]["independent_texts"] == 1
    # every one of the fifty has its row
    assert sorted(alert.entry_id or 0 for alert in rows) == list(range(1, 51))
    assert {alert.reason for alert in rows if alert.state == "held"} <= {"copy", "told"}


async def test_what_comes_later_is_told_half_an_hour_after_and_once(tmp_path: Path) -> None:
    clock = Clock()
    desks = [Desk(f"desk{number}") for number in range(9)]
    async with street(clock) as here:
        settings = written(tmp_path, here, desks)
        async with monitor(settings, clock) as runner:
            for desk in desks[:2]:
                desk.add("Convoy stopped", WIRE.format(n=14))
            await runner.once()
            for desk in desks[2:6]:
                desk.add("Convoy stopped", WIRE.format(n=14))
            await pass_by(runner, clock, timedelta(minutes=5))
            assert len(said(settings)) == 1
            desks[6].add("Convoy stopped", WIRE.format(n=14).replace("Jundullah", "Jondollah"))
            await pass_by(runner, clock, timedelta(minutes=5))
            await pass_by(runner, clock, timedelta(minutes=19))
            assert len(said(settings)) == 1
            await pass_by(runner, clock, timedelta(minutes=1))
            first, update = said(settings)
            # two more carry the same
            for desk in desks[7:]:
                desk.add("Convoy stopped", WIRE.format(n=14))
            await pass_by(runner, clock, LONG)
            assert len(said(settings)) == 2
    assert first["data"]["other_outlets"] == 1
    assert first["data"]["update"] is None
    assert update["data"]["update"] == {
        "outlets": 5,
        "independent": 0,
        "terms": ["Jondollah"],
        "corrected": False,
        "gone": [],
    }
    assert update["data"]["other_outlets"] == 6
    assert first["id"] != update["id"]


async def test_six_outlets_one_of_them_independent_are_one_update(tmp_path: Path) -> None:
    clock = Clock()
    desks = [Desk(f"desk{number}") for number in range(7)]
    async with street(clock) as here:
        settings = written(tmp_path, here, desks)
        async with monitor(settings, clock) as runner:
            desks[0].add("Convoy stopped on the coast road", WIRE.format(n=14))
            await runner.once()
            desks[1].add("Raiders stop lorries on coast road", OWN_WORDS)
            await pass_by(runner, clock, timedelta(minutes=5))
            for desk in desks[2:]:
                desk.add("Convoy stopped on the coast road", WIRE.format(n=14))
            await pass_by(runner, clock, timedelta(minutes=5))
            await pass_by(runner, clock, LONG)
    [_, update] = said(settings)
    news = update["data"]["update"]
    assert (news["outlets"], news["independent"]) == (6, 1)
    assert update["data"]["independent_texts"] == 2


async def test_what_quiet_hours_hold_comes_in_one_message(tmp_path: Path) -> None:
    clock = Clock()
    desk = Desk("desk")
    async with street(clock) as here:
        settings = written(tmp_path, here, [desk], ', timezone: UTC, quiet: "08:00-12:00"')
        async with monitor(settings, clock) as runner:
            for number in range(3):
                desk.add(f"Jundullah, day {number}", "Nothing more is known.")
            await runner.once()
            desk.add("Jundullah digs a grave", "Nothing more is known.")
            await pass_by(runner, clock, timedelta(hours=1))
            assert [message["data"].get("watch") for message in said(settings)] == ["Grave"]
            await pass_by(runner, clock, timedelta(hours=2))
            await pass_by(runner, clock, LONG)
            rows = runner.line.storage.alerts()
    [_, summary] = said(settings)
    assert (summary["type"], summary["data"]["reason"], summary["data"]["count"]) == (
        "summary",
        "quiet",
        4,
    )
    assert len({story["item"] for story in summary["data"]["stories"]}) == 4
    assert {alert.state for alert in rows} == {"delivered"}


async def test_beyond_the_cap_the_rest_of_the_hour_comes_in_one_message(tmp_path: Path) -> None:
    clock = Clock()
    desk = Desk("desk")
    async with street(clock) as here:
        settings = written(tmp_path, here, [desk], ", cap: 5")
        async with monitor(settings, clock) as runner:
            for number in range(12):
                desk.add(f"Jundullah, day {number}", "Nothing more is known.")
            await runner.once()
            assert len(said(settings)) == 5
            for number in range(12, 24):
                desk.add(f"Jundullah, day {number}", "Nothing more is known.")
            await pass_by(runner, clock, timedelta(minutes=30))
            await pass_by(runner, clock, timedelta(minutes=29))
            assert len(said(settings)) == 5
            await pass_by(runner, clock, timedelta(minutes=1))
            [*_, summary] = said(settings)
            assert (summary["data"]["reason"], summary["data"]["count"]) == ("cap", 19)
            assert len(summary["data"]["stories"]) == 12
            # in a new hour there is room again
            desk.add("Jundullah, at last", "Nothing more is known.")
            await pass_by(runner, clock, timedelta(minutes=1))
            assert [message["type"] for message in said(settings)[5:]] == ["summary", "match"]
            rows = runner.line.storage.alerts()
    assert {alert.state for alert in rows} == {"delivered"}


def renamed(settings: Settings, old: str, new: str) -> Settings:
    text = settings.path.read_text(encoding="utf-8")
    assert old in text
    return write_settings(settings.directory, text.replace(old, new))


async def test_who_was_told_is_not_told_again_when_the_watch_is_renamed(tmp_path: Path) -> None:
    clock, desk, other = Clock(), Desk("desk"), Desk("other")
    async with street(clock) as here:
        settings = written(tmp_path, here, [desk, other])
        desk.add("Convoy stopped", WIRE.format(n=14))
        async with monitor(settings, clock) as runner:
            await runner.once()
        other.add("Convoy stopped", WIRE.format(n=14))
        settings = renamed(settings, "{name: Jundallah,", "{name: JA, was: Jundallah,")
        async with monitor(settings, clock) as runner:
            await pass_by(runner, clock, timedelta(minutes=5))
            rows = runner.line.storage.alerts()
            # and again, while it runs
            again = renamed(settings, "name: JA, was: Jundallah", "name: Jund, was: JA")
            other.texts[0] = ("Convoy stopped", WIRE.format(n=14) + " Nobody else saw it.")
            await put_in_force(again, runner)
            await pass_by(runner, clock, timedelta(minutes=5))
    assert [(alert.watch, alert.state) for alert in rows] == [("JA", "delivered"), ("JA", "held")]
    assert len(said(settings)) == 1
