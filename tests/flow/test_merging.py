"""Stories that turn out to be one: what was told of stays, and counts for both."""

from __future__ import annotations

from pathlib import Path

from aggregator.pipeline import house
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, loopback, response
from tests.flow.publisher import prose

EVENT = f"{prose('event').capitalize()}. {prose('more').capitalize()}."
OTHER = f"Jundullah spoke. {prose('other').capitalize()}."


def feed(path: str, title: str, text: str) -> Answer:
    link = f"https://papers.example{path}/2026/11/23/report.html"
    body = (
        f'<rss version="2.0"><channel><title>Paper</title><item><title>{title}</title>'
        f"<guid>{link}</guid><link>{link}</link><description>{text}</description></item></channel></rss>"
    )
    return response(body=body.encode(), content_type="application/rss+xml")


async def test_a_merge_keeps_what_was_told_and_tells_it_once(tmp_path: Path) -> None:
    clock = Clock()
    routes: dict[str, Answer] = {
        "/one": feed("/one", "Kerman", EVENT),
        "/two": response(503),
        "/three": response(503),
    }
    async with loopback(routes) as site:
        feeds = "".join(
            f'\n  - {{url: "{site.url(path)}", name: "{path}", identity: guid, full_text: false}}'
            for path in routes
        )
        settings = write_settings(
            tmp_path,
            f"""
defaults: {{alert_on_first_poll: true}}
feeds: {feeds}
watches: [{{name: Jundallah, any: [Jundullah], severity: high}}]
people: [{{name: amina, alerts: [console]}}]
network: {{allow_private: [127.0.0.1]}}
""",
        )
        async with monitor(settings, clock) as runner:
            storage = runner.line.storage

            async def publish(path: str, title: str, text: str) -> None:
                routes[path] = feed(path, title, text)
                await runner.line.in_storage(storage.make_due, clock())
                await runner.once()

            await runner.once()
            await publish("/two", "Kerman", OTHER)
            before = {item.feed: item for item in storage.items()}
            assert before["/one"].story != before["/two"].story
            await publish("/two", "Kerman", f"{EVENT} Jundullah spoke.")
            await house.merge_stories(runner.line)
            await publish("/three", "Jundullah in Kerman", EVENT)
            items = {item.feed: item for item in storage.items()}
            merged = storage.merged(before["/two"].id)
            alerts = [alert for alert in storage.alerts() if alert.kind == "match"]
    first, second, third = (items[path] for path in routes)
    assert merged is not None
    assert merged[0] == first.id
    told = [(alert.entry_id, alert.state, alert.story) for alert in alerts]
    assert told == [(second.id, "delivered", second.id), (third.id, "held", first.id)]
