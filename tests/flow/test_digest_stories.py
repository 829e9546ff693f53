"""The digest tells a wire that several outlets carry, and what another wrote of it, in one line."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aggregator.alerting.digest import run_by_hand
from aggregator.alerting.view import digest_view
from aggregator.pipeline.digests import preview
from tests.flow.conftest import NOW, Clock, monitor, write_settings
from tests.flow.loopback import Answer, Loopback, loopback, response

WIRE = (
    "An earthquake of magnitude 5.6 struck Kerman in Iran, killing nine people in villages near "
    "Ravar, the governor Hossein Rezaei said. Rescue teams from Bam dug through the rubble of mud "
    "brick houses at night. Jundullah offered to send blankets to Ravar and to Bam."
)
OWN_WORDS = (
    "Rescue teams from Bam searched the rubble in Ravar after an earthquake of magnitude 5.6 "
    "killed nine people in Kerman, where the governor Hossein Rezaei counted mud brick houses. "
    "Villages of Iran struck by the earthquake had no light at night."
)
TEXTS = {"One": WIRE, "Two": f"KERMAN: {WIRE}", "Three": f"{WIRE} (Agencies)", "Four": OWN_WORDS}


def feed(site: Loopback, name: str) -> Answer:
    link = site.url(f"/story/{name}")
    body = (
        f'<rss version="2.0"><channel><title>{name}</title><item><title>Kerman earthquake</title>'
        f"<link>{link}</link><description>{TEXTS[name]}</description></item></channel></rss>"
    )
    return response(body=body.encode(), content_type="application/rss+xml")


async def test_a_wire_and_what_another_wrote_are_one_line(tmp_path: Path) -> None:
    routes: dict[str, Answer] = {}
    async with loopback(routes) as site:
        routes |= {f"/{name}": feed(site, name) for name in TEXTS}
        feeds = "".join(
            f'\n  - {{url: "{site.url(f"/{name}")}", name: {name}, full_text: false}}'
            for name in TEXTS
        )
        settings = write_settings(
            tmp_path,
            f"""
feeds: {feeds}
watches: [{{name: Jundallah, any: [Jundullah]}}]
people: [{{name: amina, alerts: [console], timezone: UTC}}]
network: {{allow_private: [127.0.0.1]}}
""",
        )
        async with monitor(settings, Clock()) as runner:
            await runner.once()
            [amina] = settings.people
            now = NOW.astimezone(UTC) + timedelta(minutes=1)
            run = run_by_hand(amina, None, None, now)
            digest = await runner.line.in_storage(preview, run, amina, runner.line.storage)
    [watch] = digest_view(digest, ZoneInfo("UTC")).watches
    [story] = watch.stories
    assert story.others_count == "3 outlets, 1 independent"
    assert {story.outlet, *story.others} == set(TEXTS)
