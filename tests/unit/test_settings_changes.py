"""What an edit of feeds.yaml is said to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.settings.changes import changes, taken_away
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


def of(**counts: int) -> str:
    """A file with so many of each."""
    items = {
        "feeds": "  - https://{n}.example/feed",
        "watches": "  - {{name: W{n}, any: [word{n}]}}",
        "people": "  - {{name: p{n}, alerts: [console]}}",
    }
    return "\n".join(
        f"{section}:\n" + "\n".join(items[section].format(n=n) for n in range(count)) + "\n"
        for section, count in counts.items()
    )


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        pytest.param(of(feeds=9), of(feeds=9, people=2), [], id="more"),
        pytest.param(of(feeds=30), of(feeds=15), [], id="half of the feeds"),
        pytest.param(of(feeds=30), of(feeds=14), ["16 of 30 feeds"], id="more than half"),
        pytest.param(of(feeds=4), of(feeds=1), [], id="three"),
        pytest.param(of(feeds=5), of(feeds=1), ["4 of 5 feeds"], id="four"),
        pytest.param(
            of(feeds=9),
            of(feeds=9).replace("example", "example.org"),
            [],
            id="every address is another one",
        ),
        pytest.param(
            of(feeds=2, watches=9, people=9),
            of(feeds=2, watches=2, people=2),
            ["7 of 9 watches", "7 of 9 people"],
            id="watches and people",
        ),
        pytest.param(
            of(feeds=2, watches=1, people=9),
            of(feeds=2),
            ["people", "watches"],
            id="the end of the file, each told once",
        ),
        pytest.param(
            of(feeds=2) + "operators: {channels: [console]}\nretention: {articles: 900d}\n",
            of(feeds=2) + "operators: {channels: [console]}\n",
            ["retention"],
            id="its last line",
        ),
        pytest.param(
            of(feeds=2, people=1), of(feeds=2) + "people: []\n", [], id="nobody, in so many words"
        ),
    ],
)
def test_what_a_file_that_was_cut_off_takes_away(
    tmp_path: Path, old: str, new: str, gone: list[str]
) -> None:
    assert list(taken_away(settings(tmp_path, old), settings(tmp_path, new))) == gone
