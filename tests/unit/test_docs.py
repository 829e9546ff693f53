"""The documents keep up with the code."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from aggregator.alerting.channels import channel_types
from aggregator.alerting.words import failure_in_words
from aggregator.cli.commands import Lazy, loaded
from aggregator.cli.program import cli
from aggregator.metrics import Metrics
from aggregator.models import Vitals
from aggregator.settings.shown import json_schema

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def every_command(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    for name, named in group.commands.items():
        command = loaded(named)
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def listed_commands(group: click.Group) -> Iterator[click.Command]:
    """As the lists of commands have them."""
    for command in group.commands.values():
        yield command
        real = loaded(command)
        if isinstance(real, click.Group):
            yield from listed_commands(real)


def every_key(schema: dict[str, Any]) -> set[str]:
    """The names of all properties, wherever they stand in the schema."""
    keys: set[str] = set()
    stack: list[Any] = [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            properties = node.get("properties")
            keys.update(properties if isinstance(properties, dict) else ())
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return keys


def test_the_reference_of_commands_is_what_the_code_says() -> None:
    generated = runpy.run_path(str(DOCS / "reference/generate.py"))["reference"]()
    assert (DOCS / "reference/commands.md").read_text(encoding="utf-8") == generated, (
        "run `make docs`"
    )


@pytest.mark.parametrize(("name", "command"), list(every_command(cli)), ids=str)
def test_every_command_has_an_example(name: str, command: click.Command) -> None:
    assert "Example:" in (command.help or ""), name


def test_what_a_list_of_commands_says_is_what_their_help_begins_with() -> None:
    """A list imports none of the commands in it."""
    lazy = [command for command in listed_commands(cli) if isinstance(command, Lazy)]
    assert len(lazy) > 20
    for command in lazy:
        real = command.load()
        assert (command.name, command.get_short_help_str(200)) == (
            real.name,
            real.get_short_help_str(200),
        )


def test_every_settings_key_is_documented() -> None:
    page = (DOCS / "reference/feeds-yaml.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", page))
    assert every_key(json_schema()) <= documented


def test_every_failure_of_a_poll_has_words_for_the_digest() -> None:
    page = (DOCS / "reference/reasons.md").read_text(encoding="utf-8")
    table = page.split("## Of polls")[1].split("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    failures = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)} - {
        "ok", "not_modified", "gap", "flood",
        "guids_distrusted", "links_distrusted", "validators_distrusted",
    }  # fmt: skip
    assert len(failures) > 15
    assert not {code for code in failures if failure_in_words(code) == code.replace("_", " ")}


def test_every_channel_is_documented() -> None:
    page = (DOCS / "reference/channels.md").read_text(encoding="utf-8")
    assert {f"## {name}" for name in channel_types()} <= set(page.splitlines())


def test_links_between_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_metric_is_documented_and_on_the_dashboard_only_those() -> None:
    nobody = Vitals(feed_due_at=None, pending=0, alert_due_at=None, digest_at=None, bytes=0)
    text = Metrics().text(nobody, datetime(2026, 11, 23, tzinfo=UTC)).decode()
    names = {
        line.split()[2].removesuffix("_total") for line in text.splitlines() if "# HELP" in line
    }
    page = (DOCS / "reference" / "metrics.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(aggregator_\w+?)(?:_total)?` \|", page, re.MULTILINE))
    assert documented == names
    dashboard = (DOCS / "reference" / "grafana.json").read_text(encoding="utf-8")
    shown = {name.removesuffix("_total") for name in re.findall(r"aggregator_\w+", dashboard)}
    assert shown == names


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_readme_names_every_command(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"run\.py (--\S+ \S+ )?{name}\b|`{name}`|make {name}\b", readme), name


def test_every_page_that_a_message_names_is_there() -> None:
    sources = [*ROOT.glob("aggregator/**/*.py"), *ROOT.glob("storage/**/*.py")]
    named = {
        page
        for source in sources
        for page in re.findall(r"docs/[\w/.-]+\.\w+", source.read_text(encoding="utf-8"))
    }
    assert named
    assert [page for page in named if not (ROOT / page).is_file()] == []
