"""A page read again whose words changed: what the change is called, and how it is shown."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from aggregator.cli.program import cli
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, loopback, response
from tests.flow.publisher import prose

TITLE = "Convoy attacked near Turbat"
TEXT = (
    f"Gunmen attacked a convoy near Turbat and killed 12 people. {prose('lead').capitalize()}.",
    f"Daesh fighters in Balochistan were blamed by the police. {prose('blame').capitalize()}.",
    f"A funeral is to be held on Friday. {prose('funeral').capitalize()}.",
)
SUMMARY = f"Gunmen attacked a convoy. {prose('summary').capitalize()}"
SETTINGS = """
defaults: {{alert_on_first_poll: true}}
feeds: [{{url: "{origin}/feed", name: Paper}}]
groups: {{isis: [ISIS, Daesh]}}
watches:
  - {{name: Jundallah, any: [Jundallah]}}
  - {{name: IS in Balochistan, query: "@isis WITH Balochistan"}}
network: {{allow_private: [127.0.0.1]}}
"""


def feed(title: str, summary: str) -> Answer:
    body = (
        f'<rss version="2.0"><channel><title>Paper</title><item><title>{title}</title>'
        f"<guid>1</guid><link>/1</link><description>{summary}</description></item></channel></rss>"
    )
    return response(body=body.encode(), content_type="application/rss+xml")


def page(title: str, *paragraphs: str) -> Answer:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<html><body><article><h1>{title}</h1>{body}</article></body></html>"
    return response(body=html.encode(), content_type="text/html; charset=utf-8")


CLAIMED = f"Jundallah said that it was its work. {prose('claim').capitalize()}."
CASES = {
    "a number": (
        TITLE,
        (TEXT[0].replace("12", "15"), *TEXT[1:]),
        ["numbers"],
        [],
        "killed [-12-] {+15+} people",
    ),
    "a headline turned": (
        "Convoy not attacked near Turbat",
        TEXT,
        ["headline"],
        [],
        "title: Convoy {+not+} attacked near Turbat",
    ),
    "a watched term appeared": (
        TITLE,
        (*TEXT, CLAIMED),
        ["term_appeared"],
        [("new", "Jundallah", "Jundallah")],
        "watch Jundallah: {+Jundallah+}",
    ),
    "a watched term went": (
        TITLE,
        (TEXT[0], TEXT[1].replace("Daesh fighters", "Some men"), TEXT[2]),
        ["term_gone"],
        [("gone", "IS in Balochistan", "Daesh")],
        "watch IS in Balochistan: [-Daesh-]",
    ),
    "words": (
        TITLE,
        (*TEXT[:2], TEXT[2].replace("Friday", "Saturday")),
        ["words"],
        [],
        "to be held on [-Friday.-] {+Saturday.+}",
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_page_read_again(name: str, tmp_path: Path) -> None:
    title, paragraphs, kinds, terms, shown = CASES[name]
    clock = Clock()
    routes = {"/feed": feed(TITLE, SUMMARY), "/1": page(TITLE, *TEXT)}
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, SETTINGS.format(origin=site.url("")))
        async with monitor(settings, clock) as runner:
            storage = runner.line.storage
            await runner.once()
            [before] = storage.items()
            routes |= {"/feed": feed(title, SUMMARY), "/1": page(title, *paragraphs)}
            if title == TITLE:
                # The feed says that something changed, in words that only it has.
                routes["/feed"] = feed(title, f"{SUMMARY}, it is said")
            clock.forward(timedelta(hours=1))
            await runner.line.in_storage(storage.make_due, clock())
            await runner.once()
            [after] = storage.items()
    assert (before.quality, before.text) == ("full", "\n\n".join(TEXT))
    assert (after.quality, after.text) == ("full", "\n\n".join(paragraphs))

    def ask(*options: str) -> str:
        command = ["--config", str(tmp_path / "feeds.yaml"), "items", "show", str(after.id)]
        answer = CliRunner().invoke(cli, [*command, "--diff", *options], catch_exceptions=False)
        assert answer.exit_code == 0
        return answer.stdout

    [edit] = json.loads(ask("--json"))["revisions"]
    assert edit["kinds"] == kinds
    assert [(term["op"], term["watch"], term["term"]) for term in edit["terms"]] == terms
    assert shown in ask()
