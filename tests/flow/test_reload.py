"""feeds.yaml is edited under a running monitor: what is right takes effect, what is wrong does
not, and what was stored stays."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.cli.conftest import command_line, environment
from tests.flow.site import Site

FEED = """<rss version="2.0"><channel><title>{name}</title><item>
<title>The day in Quetta</title><guid>{name}</guid>
<description>Jundallah sent two men to the talks of {name}.</description>
</item></channel></rss>"""
SETTINGS = """\
defaults: {{full_text: false, every: 1s, alert_on_first_poll: true}}
feeds:
  - {{url: "{origin}/a", name: A}}
watches:
  - {{name: Quetta, any: [Quetta]}}
people: [{{name: amina, alerts: [console]}}]
operators: {{channels: [console]}}
network: {{allow_private: [127.0.0.1]}}
"""


class TwoFeeds(Site):
    """Two feeds, and how often each was asked for."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.was_asked = asyncio.Condition()

    async def answer(self, request: web.BaseRequest) -> web.Response:
        async with self.was_asked:
            self.asked[request.path] += 1
            self.was_asked.notify_all()
        return web.Response(text=FEED.format(name=request.path[1:]), content_type="text/xml")

    async def wait_for(self, path: str, times: int) -> None:
        async with self.was_asked, asyncio.timeout(30):
            await self.was_asked.wait_for(lambda: self.asked[path] >= times)


class Monitor:
    """`run.py run` on a file that is edited."""

    def __init__(self, process: Process, config: Path) -> None:
        self.process = process
        self.config = config

    def edit(self, old: str, new: str) -> None:
        text = self.config.read_text(encoding="utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    async def says(self, *words: str) -> str:
        """The next line of the log with all of these in it."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            while line := (await self.process.stderr.readline()).decode():
                if all(word in line for word in words):
                    return line
        raise AssertionError(f"it ended without saying {words}")

    async def records(self, *command: str) -> list[dict[str, Any]]:
        """Of a command beside it."""
        asked = await asyncio.create_subprocess_exec(
            *command_line("--config", self.config, *command, "--json"), stdout=PIPE, stderr=PIPE
        )
        out, err = await asked.communicate()
        assert asked.returncode == 0, err
        return [json.loads(line) for line in out.splitlines()]


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[Monitor]:
    process = await asyncio.create_subprocess_exec(
        *command_line("--config", config, "run"), stdout=PIPE, stderr=PIPE, env=environment()
    )
    try:
        yield Monitor(process, config)
    finally:
        process.terminate()
        await process.communicate()


async def test_an_edit_takes_effect_while_the_monitor_runs(tmp_path: Path) -> None:
    config = tmp_path / "feeds.yaml"
    async with TwoFeeds() as served:
        config.write_text(SETTINGS.format(origin=served.origin), encoding="utf-8")
        async with running(config) as monitor:
            await monitor.says('"polled"', '"feed": "A"')
            await monitor.says('"read"', '"item": 1')
            await served.wait_for("/a", 2)

            monitor.edit("any: [Quetta]", "any: []")
            refused = await monitor.says("settings refused")
            assert "feeds.yaml:5:5: watches[0]: the watch looks for nothing" in refused
            asked = served.asked["/a"]
            await served.wait_for("/a", asked + 2)  # under the last good settings

            monitor.edit("any: []}", "any: [Quetta]}\n  - {name: Jundallah, any: [Jundallah]}")
            assert "+1 watch" in await monitor.says("settings in force")
            await monitor.says("backfilled", '"matches": 1')
            [flagged] = await monitor.records("items", "list", "--watch", "Jundallah")
            assert flagged["feed"] == "A"
            alerts = await monitor.records("alerts", "list")
            assert [one["watch"] for one in alerts if one["kind"] == "match"] == ["Quetta"]
            assert [one["person"] for one in alerts if one["kind"] == "change"] == ["operators"]

            monitor.edit("watches:", f'  - {{url: "{served.origin}/b", name: B}}\nwatches:')
            assert "+1 feed" in await monitor.says("settings in force")
            await served.wait_for("/b", 2)

            monitor.edit("{name: Jundallah,", "{name: JA, was: Jundallah,")
            assert "watch JA: was Jundallah" in await monitor.says("settings in force")
            flags = await monitor.records("items", "list", "--watch", "JA")
            assert {"A", "B"} >= {item["feed"] for item in flags} >= {"A"}

            monitor.edit(f'  - {{url: "{served.origin}/a", name: A}}\n', "")
            assert "-1 feed" in await monitor.says("settings in force")
            asked_before, asked_b = served.asked["/a"], served.asked["/b"]
            await served.wait_for("/b", asked_b + 3)
            assert served.asked["/a"] <= asked_before + 1  # one may have been under way
            assert {item["feed"] for item in await monitor.records("items", "list")} == {"A", "B"}


async def test_a_file_that_was_cut_off_waits_for_a_second_save(tmp_path: Path) -> None:
    config = tmp_path / "feeds.yaml"
    async with TwoFeeds() as served:
        whole = SETTINGS.format(origin=served.origin)
        config.write_text(whole, encoding="utf-8")
        cut_off = whole[: whole.index("people:")] + "network: {allow_private: [127.0.0.1]}\n"
        async with running(config) as monitor:
            await monitor.says('"read"', '"item": 1')
            config.write_text(cut_off, encoding="utf-8")
            held = await monitor.says("settings held")
            assert '"without": "operators, people"' in held
            assert "touch feeds.yaml" in held
            asked = served.asked["/a"]
            await served.wait_for("/a", asked + 2)
            alerts = await monitor.records("alerts", "list")
            assert [one["person"] for one in alerts if one["kind"] == "change"] == ["operators"]

            config.write_text(whole, encoding="utf-8")
            assert '"changes": "none"' in await monitor.says("settings in force")

            config.write_text(cut_off, encoding="utf-8")
            await monitor.says("settings held")
            config.touch()
            changed = await monitor.says("settings in force")
            assert '"changes": "people changed, operators changed"' in changed


async def test_a_key_file_that_is_not_there_is_refused_whole(tmp_path: Path) -> None:
    config = tmp_path / "feeds.yaml"
    async with TwoFeeds() as served:
        config.write_text(SETTINGS.format(origin=served.origin), encoding="utf-8")
        async with running(config) as monitor:
            await monitor.says('"read"', '"item": 1')
            dkim = "channels: {email: {from: n@e.example, dkim: {selector: s, key: no.pem}}}\n"
            monitor.edit("network:", f"{dkim}network:")
            assert "no.pem cannot be read" in await monitor.says("settings refused")
            assert await monitor.records("alerts", "list", "--person", "operators")

            monitor.edit(dkim, "")
            assert '"changes": "none"' in await monitor.says("settings in force")
