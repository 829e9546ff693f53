"""YAML as operators write it, with the place of everything."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from aggregator.settings.document import Document, key_path
from aggregator.settings.environment import expand, parse_env
from aggregator.settings.feeds_yaml import read


def document(directory: Path, text: str | bytes, **environ: str) -> Document:
    path = directory / "feeds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return read(path, environ)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        pytest.param("off", "off", id="off stays a word"),
        pytest.param("no", "no", id="Norwegian stays a word"),
        pytest.param("22:00", "22:00", id="a time is no number of minutes"),
        pytest.param("07:00", "07:00", id="a time with a leading zero"),
        pytest.param("22:00-06:00", "22:00-06:00", id="a span"),
        pytest.param("1e3", "1e3", id="a number stays as written"),
        pytest.param("2024-01-02", "2024-01-02", id="a date stays as written"),
        pytest.param("=IS", "=IS", id="an equals sign is a letter"),
        pytest.param("'null'", "null", id="a quoted null is a word"),
        pytest.param("!!str null", "null", id="a tagged null is a word"),
        pytest.param("''", "", id="an empty text"),
        pytest.param("~", None, id="a tilde is nothing"),
        pytest.param("[a, ~]", ["a", None], id="nothing in a list keeps its place"),
        pytest.param("{b: ~, c: d}", {"c": "d"}, id="a key without a value is not there"),
        pytest.param("[&x a, *x]", ["a", "a"], id="an alias"),
        pytest.param("|\n  one\n  two\n", "one\ntwo\n", id="a block keeps its lines"),
        pytest.param(">-\n  one\n  two\n", "one two", id="a folded block does not"),
    ],
)
def test_scalars(tmp_path: Path, written: str, read_as: Any) -> None:
    assert document(tmp_path, f"a: {written}\n").data.get("a") == read_as


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    assert document(tmp_path, b"\xef\xbb\xbffeeds: x\n").data == {"feeds": "x"}


def test_windows_line_ends(tmp_path: Path) -> None:
    found = document(tmp_path, b"a: 1\r\nb:\r\n  - x\r\n")
    assert found.data == {"a": "1", "b": ["x"]}
    assert str(found.mistake(("b", 0), "odd")) == "feeds.yaml:3:5: b[0]: odd"


def test_the_directive_of_an_older_yaml_changes_nothing(tmp_path: Path) -> None:
    assert document(tmp_path, "%YAML 1.1\n---\na: off\n").data == {"a": "off"}


@pytest.mark.parametrize(
    ("text", "loc", "line", "column", "at"),
    [
        pytest.param("query: a AND b\n", ("query",), 1, 7, "1:14", id="plain"),
        pytest.param('query: "a AND b"\n', ("query",), 1, 7, "1:15", id="in quotes"),
        pytest.param("query: |\n  a AND\n  b\n", ("query",), 2, 1, "3:3", id="in a block"),
        pytest.param("query: | # x\n\n   a\n   b c\n", ("query",), 2, 3, "4:6", id="deep block"),
        pytest.param("query: >-\n  a AND\n  b\n", ("query",), 1, 7, "3:3", id="in a folded block"),
        pytest.param("query: a AND\n  b\n", ("query",), 1, 7, "2:3", id="plain, on two lines"),
        pytest.param('query: "a \\"x\\" b"\n', ("query",), 1, 7, "1:8", id="with escapes"),
        pytest.param("query: a AND ${B}\n", ("query",), 1, 7, "1:8", id="a variable"),
        pytest.param("query: a\n", ("query",), 9, 9, "1:8", id="beyond it"),
        pytest.param("any: [x, y z]\n", ("any", 1), 1, 3, "1:12", id="in a list"),
    ],
)  # fmt: skip
def test_a_place_inside_a_text(
    tmp_path: Path, text: str, loc: tuple[str | int, ...], line: int, column: int, at: str
) -> None:
    mistake = document(tmp_path, text, B="b").mistake_within(loc, line, column, "odd")
    assert str(mistake) == f"feeds.yaml:{at}: {key_path(loc)}: odd"


def test_a_mistake_in_something_missing_stands_at_what_surrounds_it(tmp_path: Path) -> None:
    found = document(tmp_path, "a:\n  b: c\n")
    assert str(found.mistake(("a", "x", "y"), "odd")) == "feeds.yaml:2:3: a.x.y: odd"


def test_mistakes_cannot_move_the_cursor(tmp_path: Path) -> None:
    found = document(tmp_path, "a: b\n")
    assert "\x1b" not in str(found.mistake(("\x1b[2J",), "\x1b[31mred\x07", "\r\n"))


# ── ${NAME} ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expanded", "private"),
    [
        pytest.param("plain $5 text", "plain $5 text", False, id="a dollar alone"),
        pytest.param("Bearer ${TOKEN}", "Bearer s3cret", True, id="in a text"),
        pytest.param("${TOKEN}${TOKEN}", "s3crets3cret", True, id="twice"),
        pytest.param("${TOKEN:-none}", "s3cret", True, id="set, so no default"),
        pytest.param("${ABSENT:-none}", "none", False, id="a default"),
        pytest.param("${ABSENT:-}", "", False, id="an empty default"),
        pytest.param("${EMPTY:-none}", "none", False, id="set to nothing, so the default"),
        pytest.param("${EMPTY}", "", True, id="set to nothing"),
        pytest.param("${ABSENT:-a:-b}", "a:-b", False, id="a default with the sign in it"),
        pytest.param("$${TOKEN}", "${TOKEN}", False, id="an escape"),
        pytest.param("${NESTED}", "${TOKEN}", True, id="what comes in is not expanded again"),
    ],
)
def test_expand(text: str, expanded: str, private: bool) -> None:
    found = expand(text, {"TOKEN": "s3cret", "EMPTY": "", "NESTED": "${TOKEN}"})
    assert (found.text, found.private, found.problems) == (expanded, private, ())


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=file\nB=file\n", encoding="utf-8")
    found = document(tmp_path, "a: ${A}\nb: ${B}\n", A="environment")
    assert found.data == {"a": "environment", "b": "file"}


def test_a_key_set_to_nothing_counts_as_not_written(tmp_path: Path) -> None:
    assert document(tmp_path, "a: ${A:-}\nb: ['${A:-}']\nc: ''\n").data == {"b": [""], "c": ""}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("A=plain", "plain", id="plain"),
        pytest.param("  A = plain  ", "plain", id="with spaces around"),
        pytest.param("export A=plain", "plain", id="exported"),
        pytest.param("A=two words", "two words", id="with a space in it"),
        pytest.param("A=x # a comment", "x", id="with a comment"),
        pytest.param("A=x#y", "x#y", id="a hash inside is no comment"),
        pytest.param("A='x # y' # z", "x # y", id="in single quotes"),
        pytest.param('A="x \\"y\\"\\n"', 'x "y"\n', id="in double quotes"),
        pytest.param("A=", "", id="nothing"),
        pytest.param("A=smtp://u:p=w@h:587", "smtp://u:p=w@h:587", id="with an equals sign"),
    ],
)
def test_env_lines(line: str, value: str) -> None:
    assert parse_env(f"# words\n\n{line}\r\n", ".env") == ({"A": value}, ())


@pytest.mark.parametrize("line", ["s3cret", "1A=x", "A B=x", "A='x", 'A="x" y'])
def test_env_lines_that_cannot_be_read(line: str) -> None:
    variables, mistakes = parse_env(f"B=y\n{line}", ".env")
    assert variables == {"B": "y"}
    assert [str(one) for one in mistakes] == [".env:2:1: line: cannot be read (write NAME='value')"]
