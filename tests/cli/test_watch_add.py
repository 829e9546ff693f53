"""`watch add`: tried on what is stored, asked, and written into the operators' file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, invoke, settings_file


@pytest.fixture
def config(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo, tmp_path / "own")) / "feeds.yaml"


def add(config: Path, *arguments: str, stdin: bytes = b"") -> Answer:
    return invoke("--config", config, "watch", "add", *arguments, stdin=stdin)


def test_it_is_tried_asked_and_added(config: Path) -> None:
    before = config.read_text()
    terms = ("--any", "Quetta", "--any", "xylophone", "--severity", "high")
    answer = add(config, "Quetta", *terms, stdin=b"y\n")
    assert answer.status == 0, answer.err
    tried = invoke("--config", config, "watch", "test", "Quetta", "--json").records[0]
    assert f"in the last 7 days: {tried['hits']} hit" in answer.err
    assert "found nothing: xylophone" in answer.err
    assert "name: Quetta\n" in config.read_text()
    added = [line for line in config.read_text().splitlines() if line not in before.splitlines()]
    assert [line.strip() for line in added] == ["- name: Quetta", "any: [Quetta, xylophone]"]


def test_a_no_changes_nothing(config: Path) -> None:
    before = config.read_text()
    assert add(config, "Quetta", "--any", "Quetta", stdin=b"n\n").status == 1
    assert config.read_text() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["Quetta"], "write --any TERM", id="nothing to look for"),
        pytest.param(["Q", "--query", "a AND"], "error: 1:", id="a wrong query"),
        pytest.param(
            ["Jundallah", "--any", "x1"],
            "there is a watch 'Jundallah' already",
            id="a name taken",
        ),
        pytest.param(["Q", "--any", "x1", "--severity", "mad"], "severity", id="severity"),
    ],
)
def test_what_is_wrong_changes_nothing(config: Path, arguments: list[str], says: str) -> None:
    before = config.read_text()
    answer = add(config, *arguments, "--yes")
    assert answer.status == 2
    assert says in answer.err
    assert config.read_text() == before


def test_without_a_store_it_is_added_untried(tmp_path: Path) -> None:
    config = settings_file(tmp_path, "feeds: [https://a.example/rss]\n")
    answer = add(config, "Quetta", "--query", "Quetta AND Kuchlak", "--yes")
    assert answer.status == 0
    assert "not tried: " in answer.err
    assert invoke("--config", config, "watch", "list").rows[0][0] == "Quetta"
