"""What an edit of feeds.yaml is said to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.settings.changes import changes
from aggregator.settings.loading import load
from aggregator.settings.plain import Settings

BEFORE = """\
feeds:
  - https://a.example/
  - {url: https://b.example/, name: B}
groups: {isis: [ISIS, Daesh]}
watches:
  - {name: Jundallah, any: [Jundallah, Jundullah]}
  - {name: State, query: "@isis AND Quetta"}
"""


def settings(folder: Path, text: str) -> Settings:
    path = folder / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, {})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("feeds:\n", "# a comment\nfeeds:\n", [], id="a comment"),
        pytest.param("  - https://a.example/\n", "", ["-1 feed"], id="a feed less"),
        pytest.param(
            "groups",
            "  - https://c.example/\n  - https://d.example/\ngroups",
            ["+2 feeds"],
            id="two more",
        ),
        pytest.param("name: B}", "name: C}", ["1 feed changed"], id="a feed called otherwise"),
        pytest.param(
            "[Jundallah, Jundullah]",
            "[Jundallah, Jondollah, Jundollah]",
            ["watch Jundallah: 2 terms added, 1 term removed"],
            id="terms",
        ),
        pytest.param("Daesh", "ISIL", ["watch State: 1 term added, 1 term removed"], id="a group"),
        pytest.param(
            "Jundullah]", "Jundullah], in: title", ["watch Jundallah: changed"], id="where it looks"
        ),
        pytest.param(
            "name: Jundallah,",
            "name: JA, was: Jundallah,",
            ["watch JA: was Jundallah"],
            id="another name",
        ),
        pytest.param("name: State", "name: IS", ["+1 watch", "-1 watch"], id="not told of the old"),
        pytest.param("groups", "storage: sqlite:///x.db\ngroups", ["storage changed (restart)"]),
        pytest.param("groups", "people: [{name: a}]\ngroups", ["people changed"], id="people"),
    ],
)
def test_each_change_is_told_once(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    assert old in BEFORE
    before, after = settings(tmp_path, BEFORE), settings(tmp_path, BEFORE.replace(old, new, 1))
    assert list(changes(before, after)) == told
