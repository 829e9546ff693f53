"""What a feed's software puts behind each entry: no watch, no search and no backfill finds it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from aggregator.backfill import backfill
from aggregator.cli.program import cli
from aggregator.text import FOLDING_VERSION
from aggregator.watching.fulltext import fts_expression
from aggregator.watching.language import parse
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import loopback, response

OWN = "Bakers say that flour is dear."
APPENDED = "Read more at Quetta Times\n\nThe post Flour is dear appeared first on Quetta Times."
FEED = f"""<rss version="2.0"><channel><title>Paper</title><item><title>Flour is dear</title>
<guid>1</guid><link>/1</link><description>{OWN} {APPENDED}</description></item></channel></rss>"""
SETTINGS = """
defaults: {{alert_on_first_poll: true, full_text: false}}
feeds: [{{url: "{origin}/feed", name: Paper}}]
watches: [{{name: {name}, any: [{name}]}}]
network: {{allow_private: [127.0.0.1]}}
"""


async def test_matching_search_and_backfill_agree(tmp_path: Path) -> None:
    routes = {"/feed": response(body=FEED.encode(), content_type="application/rss+xml")}

    def ask(*arguments: str) -> list[dict[str, object]]:
        command = ["--config", str(tmp_path / "feeds.yaml"), *arguments, "--json"]
        answer = CliRunner().invoke(cli, command, catch_exceptions=False)
        return [json.loads(line) for line in answer.stdout.splitlines()]

    clock = Clock()
    async with loopback(routes) as site:
        for name, found in (("Quetta", False), ("Bakers", True)):
            settings = write_settings(tmp_path, SETTINGS.format(origin=site.url(""), name=name))
            async with monitor(settings, clock) as runner:
                await runner.once()
                clock.forward(timedelta(minutes=1))
                await backfill(runner.line)
                storage = runner.line.storage
                [item] = storage.items()
                proposed = list(storage.search(fts_expression(parse(name)), FOLDING_VERSION))
            assert item.text == OWN
            assert item.summary != OWN
            assert item.watches == ((name,) if found else ())
            assert len(proposed) == len(ask("search", name)) == found
            [explained] = ask("watch", "explain", str(item.id), name)
            assert explained["matches"] is found
            [trial] = ask("watch", "test", name)
            assert trial["hits"] == int(found)
