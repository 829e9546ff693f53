"""Nothing is held back in silence: `alerts explain` says why, whatever the reason."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from click.testing import CliRunner

from aggregator.cli.program import cli
from tests.flow.conftest import NOW, Clock, monitor, write_settings
from tests.flow.publisher import Asked, Reply, street
from tests.flow.test_promises import OWN_WORDS, WIRE

SETTINGS = """
defaults: {{alert_on_first_poll: true, full_text: false, every: 1s}}
feeds:
  - {{url: "{origin}/wire", name: wire}}
  - {{url: "{origin}/copier", name: copier}}
  - {{url: "{origin}/archive", name: archive, alert_on_first_poll: false}}
watches:
  - {{name: Jundallah, any: [Jundullah]}}
  - {{name: Quetta, any: [Quetta]}}
people:
  - {{name: amina, alerts: [log]}}
  - {{name: reader, alerts: []}}
  - {{name: night, alerts: [log], timezone: UTC, quiet: "08:00-12:00"}}
  - {{name: busy, alerts: [log], cap: 1}}
channels: {{log: {{type: file, path: log.jsonl}}}}
network: {{allow_private: [127.0.0.1]}}
"""
OLD = NOW - timedelta(days=30)


@dataclass
class Paper:
    """A feed; its entries are (title, text, date or none), the newest last."""

    entries: list[tuple[str, str, datetime | None]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        items = "".join(
            f"<item><title>{title}</title><guid>{number}</guid><description>{text}</description>"
            + (f"<pubDate>{format_datetime(date)}</pubDate>" if date else "")
            + "</item>"
            for number, (title, text, date) in enumerate(self.entries)
        )
        name = asked.target[1:]
        body = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
        return Reply(200, body.encode())


async def test_every_reason_is_said(tmp_path: Path) -> None:
    clock = Clock()
    wire, copier, archive = Paper(), Paper(), Paper()
    async with street(clock) as here:
        here.scripts.update({"wire": wire, "copier": copier, "archive": archive})
        settings = write_settings(tmp_path, SETTINGS.format(origin=here.url("")))

        async with monitor(settings, clock) as runner:
            storage = runner.line.storage

            async def published(
                paper: Paper, title: str, text: str, date: datetime | None = None
            ) -> int:
                """The item that it becomes; a minute later."""
                paper.entries.append((title, text, date))
                clock.forward(timedelta(minutes=1))
                await runner.line.in_storage(storage.make_due, clock())
                await runner.once()
                return max(item.id for item in storage.items())

            def why(item: int, person: str, watch: str = "Jundallah") -> str:
                """As a program is told it, and a person."""
                command = ["--config", str(settings.path), "alerts", "explain", str(item), person]
                said = CliRunner().invoke(cli, command, catch_exceptions=False).stdout
                lines = CliRunner().invoke(cli, [*command, "--json"]).stdout.splitlines()
                [record] = [one for one in map(json.loads, lines) if one["watch"] == watch]
                assert f"{watch}: {record['why']}" in said
                return str(record["why"]).partition(":")[0]

            convoy = WIRE.format(n=14)
            assert why(
                await published(archive, "Jundullah, long ago", "Of the past."), "amina"
            ) == ("held back, first_poll")
            first = await published(wire, "Convoy stopped", convoy)
            assert why(first, "amina") == why(first, "busy") == "told"
            assert why(first, "reader") == "held back, digest_only"
            assert why(first, "night") == "put off, quiet"
            assert why(first, "amina", "Quetta").startswith("does not match")
            copy = await published(copier, "Convoy stopped", convoy)
            assert why(copy, "amina") == "held back, copy"
            same = await published(wire, "Raiders stop lorries", OWN_WORDS)
            assert why(same, "amina") == "held back, told"
            talks = await published(wire, "Talks in Quetta", "The council met in the morning.")
            assert why(talks, "busy", "Quetta") == "put off, cap"
            old = await published(wire, "Jundullah speaks", "Of the harvest in the north.", OLD)
            assert why(old, "amina") == "held back, too_old"
            clock.forward(timedelta(days=2))
            archive.entries += [(f"Number {n}", f"Of place {n}.", OLD) for n in range(20)]
            flood = await published(archive, "Jundullah in the hills", "Of the winter.", OLD)
            assert why(flood, "amina") == "held back, flood"
            # What was put off has been told by now.
            assert why(first, "night") == why(talks, "busy", "Quetta") == "told"
