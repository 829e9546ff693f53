"""What is wrong is said in a line, with its place; never a traceback, never silence."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import (
    Answer,
    Run,
    command_line,
    environment,
    invoke,
    process,
    settings_file,
)

MINIMAL = "feeds:\n  - https://a.example/rss\n"
READS = [
    ("feeds", "list"),
    ("feeds", "polls"),
    ("items", "list"),
    ("items", "show", "1"),
    ("search", "Jundallah"),
    ("alerts", "list"),
]


def one_line(answer: Answer, status: int) -> str:
    assert (answer.status, answer.out) == (status, ""), answer
    [line] = answer.err.splitlines()
    return line


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param("scheduler", id="scheduler"),
        pytest.param("worker", id="worker"),
        pytest.param("storage copy a b", id="storage copy"),
    ],
)
def test_what_is_to_come_says_so(ask: Run, arguments: str) -> None:
    assert "is not in this version" in one_line(ask(*arguments.split()), 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["frobnicate"], "frobnicate", id="command"),
        pytest.param(["feeds", "frob"], "frob", id="subcommand"),
        pytest.param(["items", "list", "--frob"], "--frob", id="option"),
        pytest.param(["items", "show", "seven"], "seven", id="id that is no number"),
        pytest.param(["items", "show", "999999"], "no item 999999", id="no such item"),
        pytest.param(["items", "show", "9" * 30], "no item 999", id="id beyond counting"),
        pytest.param(["items", "list", "--limit", "0"], "--limit", id="no rows"),
        pytest.param(["items", "list", "--limit", "9" * 30], "--limit", id="rows beyond counting"),
        pytest.param(["items", "list", "--since", "5 parsecs"], "write 15m", id="duration"),
        pytest.param(
            ["items", "list", "--watch", "Jundalah"], "did you mean Jundallah?", id="watch"
        ),
        pytest.param(
            ["items", "list", "--feed", "Quetta Curier"], "mean Quetta Courier?", id="feed"
        ),
        pytest.param(
            ["feeds", "polls", "--feed", "x", "--json"], "there are: ", id="feed, far off"
        ),
        pytest.param(["alerts", "list", "--person", "aminah"], "mean amina?", id="person"),
        pytest.param(["digest", "show", "--person", "aminah"], "mean amina?", id="reader"),
        pytest.param(
            ["digest", "show", "--person", "amina", "--date", "0001-01-01"], "--date", id="date"
        ),
        pytest.param(
            ["digest", "show", "--date", "2026-11-31"], "write 2026-11-23", id="no such day"
        ),
    ],
)
def test_wrong_arguments(ask: Run, arguments: list[str], said: str) -> None:
    assert said in one_line(ask(*arguments), 2)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("", ["1:1: file: is empty"], id="empty"),
        pytest.param("feeds: [\n", ["2:1: yaml: "], id="broken"),
        pytest.param(MINIMAL + "wachtes: []\n", ["3:1: wachtes: "], id="unknown key"),
        pytest.param(MINIMAL + "  - https://a.example/rss\n", ["3:5: feeds[1].url: "], id="twice"),
        pytest.param(
            "defaults: {every: 5 parsecs}\n" + MINIMAL, ["1:19: defaults.every: "], id="duration"
        ),
        pytest.param(
            MINIMAL + "network: {contact: '${UNSET_SECRET}'}\n",
            ["3:20: network.contact: "],
            id="secret",
        ),
        pytest.param(
            MINIMAL + "storage: postgresql://db/news\n",
            ["3:10: storage: PostgreSQL is not in this version"],
            id="postgresql",
        ),
        pytest.param(
            MINIMAL + "frob: 1\ndefaults: {every: soon}\n",
            ["3:1: frob: ", "4:19: defaults.every: "],
            id="all at once",
        ),
    ],
)
@pytest.mark.parametrize("command", ["check", "run", "once", "items list", "match"])
def test_mistakes_in_the_settings(
    tmp_path: Path, text: str, places: list[str], command: str
) -> None:
    config = settings_file(tmp_path, text)
    answer = invoke("--config", config, *command.split())
    assert (answer.status, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert len(lines) == len(places)
    for line, place in zip(lines, places, strict=True):
        assert line.startswith(f"feeds.yaml:{place}")
        assert re.search(r" \(.+\)$", line), "says how to mend it"


@pytest.mark.parametrize("command", ["check", "run", "once", "items list", "match"])
def test_settings_that_are_not_there(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "no/such.yaml"
    line = one_line(invoke("--config", given, *command.split()), 2)
    assert line == f"error: {given} does not exist (name another with --config)"
    line = one_line(invoke("--config", tmp_path, *command.split()), 2)
    assert line.startswith(f"error: {tmp_path} is a folder (")
    line = one_line(invoke(*command.split()), 2)
    assert line.startswith("error: no feeds.yaml in this folder (")
    assert line.endswith("to see it work: run.py demo)")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param(
            "items list --config x",
            "--config goes before the command (write run.py --config FILE items list)",
            id="--config after the command",
        ),
        pytest.param(
            "--json feeds list",
            "--json goes behind the command (write run.py COMMAND --json)",
            id="--json before the command",
        ),
        pytest.param(
            "check my.yaml",
            "my.yaml is not asked for here (write run.py --config my.yaml check)",
            id="settings without --config",
        ),
        pytest.param(
            "once all",
            "Got unexpected extra argument (all) (see run.py once --help)",
            id="an option without its dashes",
        ),
    ],
)
def test_words_in_the_wrong_place(command: str, told: str) -> None:
    assert one_line(invoke(*command.split()), 2) == f"error: {told}"


def test_a_key_file_that_cannot_be_read(tmp_path: Path) -> None:
    dkim = "channels: {email: {from: n@e.example, dkim: {selector: s, key: no.pem}}}\n"
    config = settings_file(tmp_path, MINIMAL + dkim)
    answer = invoke("--config", config, "check")
    assert answer.status == 2
    assert answer.err.startswith(f"error: {tmp_path / 'no.pem'} cannot be read: No such file")


def test_nobody_gets_a_digest(tmp_path: Path) -> None:
    line = one_line(invoke("--config", settings_file(tmp_path, MINIMAL), "digest", "show"), 2)
    assert line == "error: nobody gets a digest (name a person with digest: in feeds.yaml)"


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_before_the_monitor_ever_ran(tmp_path: Path, command: tuple[str, ...]) -> None:
    config = settings_file(tmp_path, MINIMAL)
    line = one_line(invoke("--config", config, *command), 1)
    assert "start the monitor once" in line
    assert not (tmp_path / "data").exists(), "a question leaves no trace"


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_a_file_that_is_no_database(tmp_path: Path, command: tuple[str, ...]) -> None:
    config = settings_file(tmp_path, MINIMAL)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/aggregator.db").write_bytes(b"not a database\n" * 1000)
    assert "is not a database" in one_line(invoke("--config", config, *command), 1)


def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    config = settings_file(tmp_path, MINIMAL)
    (tmp_path / "data").mkdir()
    holder = sqlite3.connect(tmp_path / "data/aggregator.db", isolation_level=None)
    try:
        holder.execute("CREATE TABLE kept (x)")
        holder.execute("BEGIN EXCLUSIVE")
        one_line(invoke("--config", config, "items", "list"), 1)
    finally:
        holder.close()


@pytest.mark.parametrize(
    ("query", "column"),
    [
        pytest.param("Jundallah AND (", 16, id="ends too early"),
        pytest.param("جندالله NOT Quetta", 9, id="another script"),
        pytest.param("", 1, id="empty"),
        pytest.param('"open', 1, id="open quote"),
    ],
)
def test_a_query_that_cannot_be_read_is_pointed_at(ask: Run, query: str, column: int) -> None:
    answer = ask("search", query)
    assert (answer.status, answer.out) == (2, "")
    first, *drawing = answer.err.splitlines()
    assert re.fullmatch(rf"error: 1:{column}: .+ \(.+\)", first)
    if query:
        assert drawing == [f"  {query}", " " * (column + 1) + "^"]


def test_lines_that_are_no_records_are_named_and_the_others_answered(demo: Path) -> None:
    lines = [
        b'{"id": 1, "title": "Jundallah"}',
        b"{broken",
        b"\xff\xfe",
        b"[1]",
        b'{"id": 5, "title": 5}',
        b'{"id": NaN}',
        b"[" * 100_000,
        b'{"id": 8, "text": "half \\ud83d of a pair"}',
    ]
    answer = process("--config", demo / "feeds.yaml", "match", stdin=b"\n".join(lines))
    assert [record["id"] for record in answer.records] == [1, 8]
    assert [line.split(":")[1] for line in answer.err.splitlines()] == list("234567")
    assert answer.status == 1


def test_match_of_a_missing_file(ask: Run, tmp_path: Path) -> None:
    assert "nowhere.jsonl" in one_line(ask("match", tmp_path / "nowhere.jsonl"), 2)


PAGE = "<html><head><title>T</title></head><body><article>{}</article></body></html>".format(
    "".join(
        f"<p>On day {n} the column left the valley and reached the pass by nightfall.</p>"
        for n in range(40)
    )
)


def test_pages_that_cannot_be_read_are_named_and_the_others_answered(tmp_path: Path) -> None:
    hostile = "evil\x1b[31m\nname.html"
    for name in ("good.html", hostile):
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    (tmp_path / "empty.html").touch()
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7\n\x00\xff\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / os.fsdecode(b"\xff.html")).write_text(PAGE, encoding="utf-8")
    answer = process(
        "extract",
        "missing\x1b[2J.html",
        "empty.html",
        "folder",
        "report.pdf",
        hostile,
        os.fsdecode(b"\xff.html"),
        "ftp://a.example/x",
        "good.html",
        cwd=tmp_path,
    )
    assert answer.status == 1
    found = {record["source"]: record for record in answer.records}
    assert list(found) == ["empty.html", "report.pdf", hostile, "\udcff.html", "good.html"]
    for record in found.values():
        assert list(record)[:10] == [
            "source",
            "url",
            "title",
            "authors",
            "published",
            "language",
            "text",
            "quality",
            "method",
            "ms",
        ]
        assert type(record["ms"]) is int
    assert found["good.html"]["quality"] == "full"
    assert "On day 39 the column" in found[hostile]["text"]
    assert found["report.pdf"]["quality"] == found["empty.html"]["quality"] == "none"
    assert len(answer.err.splitlines()) == 5
    assert "\x1b" not in answer.err
    for name in ("missing", "empty.html", "folder", "report.pdf", "ftp://a.example/x"):
        assert name in answer.err
    assert "folder: unreadable (Is a directory)" in answer.err


def test_a_demo_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in one_line(invoke("demo", "--directory", tmp_path / "file/x"), 2)
    settings_file(tmp_path, MINIMAL)
    assert "already holds a feeds.yaml (" in one_line(invoke("demo", "--directory", tmp_path), 2)


def test_a_full_disk_under_the_output(demo: Path) -> None:

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(  # noqa: S603  our own program
            command_line("--config", demo / "feeds.yaml", "items", "list"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode() == "error: output: No space left on device\n"
