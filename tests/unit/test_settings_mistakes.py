"""Files that are wrong, and exactly what an operator is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from aggregator.errors import SettingsError
from aggregator.settings.loading import load

CASES = Path(__file__).parents[1] / "data/settings"
ENVIRON = {"TOKEN": "s3cret", "EMPTY": "", "LINES": "a\r\nb"}
GOOD = "feeds: [https://news.example/feed]\n"


def mistakes(directory: Path, text: str | bytes) -> list[str]:
    path = directory / "feeds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    with pytest.raises(SettingsError) as caught:
        load(path, ENVIRON)
    return list(map(str, caught.value.mistakes))


FILE = [
    pytest.param(
        "",
        "feeds.yaml:1:1: file: is empty (write feeds: and an address under it)",
        id="nothing at all",
    ),
    pytest.param(
        "# only words\n",
        "feeds.yaml:1:1: file: is empty (write feeds: and an address under it)",
        id="comments only",
    ),
    pytest.param(
        "---\n...\n",
        "feeds.yaml:1:1: file: is empty (write feeds: and an address under it)",
        id="an empty document",
    ),
    pytest.param(
        "- https://news.example/feed\n",
        "feeds.yaml:1:1: file: holds no keys at its top (begin with feeds:)",
        id="a list",
    ),
    pytest.param(
        "just words\n",
        "feeds.yaml:1:1: file: holds no keys at its top (begin with feeds:)",
        id="words",
    ),
    pytest.param(
        "feeds: []\n---\nfeeds: []\n",
        "feeds.yaml:2:1: file: a second document begins here (remove the line ---)",
        id="two documents",
    ),
    pytest.param(
        "feeds:\n  - ü".encode("latin-1"),
        "feeds.yaml:2:5: file: is not in UTF-8 (save it as UTF-8)",
        id="latin-1",
    ),
    pytest.param(
        "feeds:\n".encode("utf-16"),
        "feeds.yaml:1:1: file: is in UTF-16 (save it as UTF-8)",
        id="utf-16",
    ),
    pytest.param(
        b"#" * (2 * 1024 * 1024 + 1),
        "feeds.yaml:1:1: file: is larger than 2 MB (name the settings with --config)",
        id="huge",
    ),
    pytest.param(
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]\n"
            for before, after in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "feeds.yaml:1:32: file: is too large with its aliases written out (use no * aliases)",
        id="an alias bomb",
    ),
    pytest.param(
        "feeds: [https://news.example/feed]\nstorage: \x01\n",
        "feeds.yaml:2:10: yaml: a control character stands here (remove it)",
        id="a control character",
    ),
    pytest.param(
        "a: " + "[" * 5_000,
        "feeds.yaml:1:20: file: is nested too deep (indent less)",
        id="nested without end",
    ),
]


def cases() -> Iterator[Any]:
    """`=== name`, a file, `--- is told`, the lines: as many as wanted in each of these files."""
    for path in sorted(CASES.glob("*.txt")):
        for case in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, _, rest = case.partition("\n")
            text, _, told = rest.partition("--- is told\n")
            yield pytest.param(text, told.split("\n\n")[0].strip(), id=f"{path.stem}: {name}")


@pytest.mark.parametrize(("text", "told"), [*FILE, *cases()])
def test_what_is_told(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert mistakes(tmp_path, text) == told.splitlines()


def test_all_mistakes_are_told_in_one_pass_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
        defaults: {every: soon}
        feeds:
          - {url: https://a.example/feed, evry: 5m, tags: asia}
          - nonsense
        groups: {isis: Daesh}
        watches:
          - {name: A, any: ["@isis"], severity: hi, feeds: [nowhere]}
        people:
          - {name: amina, digest: late, watches: [B]}
        storage: nowhere
        colour: red
        """
    keys = [mistake.split(": ")[1] for mistake in mistakes(tmp_path, text)]
    assert keys == [
        "defaults.every",
        "feeds[0].evry",
        "feeds[0].tags",
        "feeds[1].url",
        "groups.isis",
        "watches[0].severity",
        "watches[0].feeds[0]",
        "people[0].digest",
        "people[0].watches[0]",
        "storage",
        "colour",
    ]


def test_a_wrong_item_is_still_known_by_its_name(tmp_path: Path) -> None:
    text = """\
        feeds: [https://a.example/feed]
        watches: [{name: Quetta, any: [Quetta], in: body}]
        people: [{name: amina, email: amina@b.example, watches: [Quetta]}]
        """
    assert len(mistakes(tmp_path, text)) == 1


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^error: /.+/feeds.yaml does not exist \("):
        load(tmp_path / "feeds.yaml", {})


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^error: /.+ is a folder \("):
        load(tmp_path, {})


def test_a_broken_env_file_is_told_without_its_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOKEN=x\ns3cret\n", encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path / "feeds.yaml", {})
    assert str(caught.value) == ".env:2:1: line: cannot be read (write NAME='value')"
