"""Edits of feeds.yaml by command: what they are not about stays, byte for byte."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import EditError, SettingsError
from aggregator.settings import feeds_yaml
from aggregator.settings.editing import add_items, remove_item

NEW = {"url": "https://new.example/feed", "name": "New", "tags": ["a", "b: c"]}


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "feeds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "feeds:\n  - https://a.example/  # mine\n\nwatches: []\n",
            "feeds:\n  - https://a.example/  # mine\n  - https://new.example/feed\n\nwatches: []\n",
            id="after the last, its comment and the gap kept",
        ),
        pytest.param(
            "feeds:\n- https://a.example/\n",
            "feeds:\n- https://a.example/\n- https://new.example/feed\n",
            id="indented as the list is",
        ),
        pytest.param(
            "feeds:\n    - url: https://a.example/\n      name: A\n      # why\n",
            "feeds:\n    - url: https://a.example/\n      name: A\n"
            "    - https://new.example/feed\n      # why\n",
            id="after keys",
        ),
        pytest.param(
            "feeds: [https://a.example/, {url: 'https://b.example/'}] # two\n",
            "feeds: [https://a.example/, {url: 'https://b.example/'}, "
            '"https://new.example/feed"] # two\n',
            id="in brackets",
        ),
        pytest.param(
            "feeds:\n  - https://a.example/",
            "feeds:\n  - https://a.example/\n  - https://new.example/feed",
            id="no line end at the end",
        ),
        pytest.param(
            "feeds:   # none yet\nweb: {}\n",
            "feeds:   # none yet\n  - https://new.example/feed\nweb: {}\n",
            id="a key with nothing under it",
        ),
        pytest.param(
            "feeds: [ ]   # none yet\r\nweb: {}\r\n",
            "feeds:   # none yet\r\n  - https://new.example/feed\r\nweb: {}\r\n",
            id="an empty list in brackets",
        ),
        pytest.param(
            "web: {}\n", "web: {}\n\nfeeds:\n  - https://new.example/feed\n", id="no such key"
        ),
        pytest.param(
            "feeds:\r\n  - https://a.example/\r\n",
            "feeds:\r\n  - https://a.example/\r\n  - https://new.example/feed\r\n",
            id="line ends of Windows",
        ),
        pytest.param(
            "feeds:\n  - url: https://a.example/\n    name: |\n      A\n\n# next\nweb: {}\n",
            "feeds:\n  - url: https://a.example/\n    name: |\n      A\n"
            "  - https://new.example/feed\n\n# next\nweb: {}\n",
            id="after a text under a bar",
        ),
    ],
)
def test_an_item_is_added(tmp_path: Path, before: str, after: str) -> None:
    path = written(tmp_path, before.encode())
    add_items(path, "feeds", ["https://new.example/feed"], {})
    assert path.read_bytes() == after.encode()


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        pytest.param(
            "feeds:\n  # one\n  - https://a.example/  # mine\n  # two\n  - https://b.example/\n",
            0,
            "feeds:\n  # one\n  # two\n  - https://b.example/\n",
            id="with the comment on its line",
        ),
        pytest.param(
            "feeds:\n  - url: https://a.example/\n    # why\n    name: A\n  - https://b.example/\n",
            0,
            "feeds:\n  - https://b.example/\n",
            id="with all its keys",
        ),
        pytest.param(
            "feeds:\n  - https://a.example/\n  - https://b.example/",
            1,
            "feeds:\n  - https://a.example/\n",
            id="the last, with no line end",
        ),
        pytest.param(
            "feeds: [https://a.example/, https://b.example/, https://c.example/]\n",
            1,
            "feeds: [https://a.example/, https://c.example/]\n",
            id="from brackets",
        ),
        pytest.param(
            "feeds: [https://a.example/, https://b.example/]\n",
            1,
            "feeds: [https://a.example/]\n",
            id="the last from brackets",
        ),
    ],
)
def test_an_item_is_removed(tmp_path: Path, before: str, index: int, after: str) -> None:
    path = written(tmp_path, before.encode())
    remove_item(path, "feeds", index, {})
    assert path.read_bytes() == after.encode()


def test_the_last_item_stays(tmp_path: Path) -> None:
    path = written(tmp_path, "feeds: [https://a.example/]\n")
    with pytest.raises(EditError, match="the last under feeds"):
        remove_item(path, "feeds", 0, {})
    assert path.read_text() == "feeds: [https://a.example/]\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &l [https://a.example/]\nfeeds: *l\n", id="a list written elsewhere"),
        pytest.param("feeds:\n  - &a https://a.example/\n  - *a\n", id="an item others refer to"),
        pytest.param("feeds:\n  - [x,\n  y]\n  - z # a\n  ? b\n", id="a file that is broken"),
    ],
)
def test_what_cannot_be_edited_by_rule_stays_as_it_was(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises((EditError, SettingsError)):
        remove_item(path, "feeds", 0, {})
    assert path.read_text() == text
    assert [one.name for one in tmp_path.iterdir()] == ["feeds.yaml"]


def test_a_file_in_braces_is_edited_too(tmp_path: Path) -> None:
    path = written(tmp_path, "{feeds: [https://a.example/, https://b.example/]} # all\n")
    remove_item(path, "feeds", 0, {})
    assert path.read_text() == "{feeds: [https://b.example/]} # all\n"


def test_a_file_keeps_its_mark_its_rights_and_its_link(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_bytes(b"\xef\xbb\xbffeeds:\n  - https://a.example/\n")
    real.chmod(0o640)
    link = tmp_path / "feeds.yaml"
    link.symlink_to(real)
    add_items(link, "feeds", [NEW], {})
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes() == (
        b"\xef\xbb\xbffeeds:\n  - https://a.example/\n  - url: https://new.example/feed\n"
        b'    name: New\n    tags: [a, "b: c"]\n'
    )


def test_what_would_be_wrong_is_not_written(tmp_path: Path) -> None:
    path = written(tmp_path, "feeds:\n  - https://a.example/\n")
    with pytest.raises(SettingsError, match=r"feeds\.yaml:3:5: feeds\[1\].url: stands twice"):
        add_items(path, "feeds", ["https://a.example/"], {})
    assert path.read_text() == "feeds:\n  - https://a.example/\n"


words = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\x85\ufeff\ufffe\uffff$"
    ),
    min_size=1,
    max_size=12,
).filter(str.strip)
items = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(words, max_size=3),
        "headers": st.dictionaries(st.just("Accept"), st.just("a, b: c #d"), max_size=1),
        "every": st.just("15m"),
        "article": st.fixed_dictionaries({"remove": st.lists(st.just("a > b"), max_size=2)}),
    },
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
@given(added=st.lists(items, min_size=1, max_size=3), flow=st.booleans(), tail=st.booleans())
def test_whatever_is_added_is_read_back_and_taken_out_again(
    tmp_path: Path, added: list[dict[str, Any]], flow: bool, tail: bool
) -> None:
    head = "# head\nfeeds: [https://a.example/]  # list"
    if not flow:
        head = "feeds:\n  - url: https://a.example/ # one"
    text = head + ("\n\n# tail\nweb: {listen: 'localhost:1'}\n" if tail else "\n")
    path = written(tmp_path, text.encode())
    before = feeds_yaml.parse(path).data
    full = [{"url": f"https://{number}.example/", **item} for number, item in enumerate(added)]
    add_items(path, "feeds", full, {})
    assert feeds_yaml.parse(path).data == {**before, "feeds": [*before["feeds"], *full]}
    for _ in full:
        remove_item(path, "feeds", 1, {})
    assert path.read_bytes() == text.encode()
