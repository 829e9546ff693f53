"""`storage backup`, `check`, `prune`, `migrate`: what they do, say and refuse."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from storage import exclusive
from storage.migrations.sqlite import NAME, STEPS
from tests.cli.conftest import Answer, Run, invoke, process


@pytest.fixture
def own(demo: Path, tmp_path: Path) -> Path:
    """A demo of one's own, to write to."""
    return Path(shutil.copytree(demo, tmp_path / "own"))


def keep(folder: Path, *arguments: str | Path) -> Answer:
    return invoke("--config", folder / "feeds.yaml", "storage", *arguments)


def database(folder: Path) -> Path:
    return folder / "data/aggregator.db"


# backup


def test_a_backup_put_in_the_databases_place_answers_as_before(
    demo: Path, own: Path, tmp_path: Path
) -> None:
    answer = keep(demo, "backup", tmp_path / "b.db")
    assert (answer.status, answer.out) == (0, "")
    assert "11 feeds, 44 entries, 44 articles" in answer.err
    assert "equal" in answer.err
    database(own).unlink()
    shutil.copy(tmp_path / "b.db", database(own))
    for command in (["items", "list"], ["alerts", "list"], ["feeds", "list"]):
        ask = ["--config", own / "feeds.yaml", *command, "--json"]
        assert invoke(*ask).out == invoke("--config", demo / "feeds.yaml", *command, "--json").out


def test_a_file_that_is_there_is_replaced_only_by_force(demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    target.write_text("precious")
    answer = keep(demo, "backup", target)
    assert (answer.status, target.read_text()) == (1, "precious")
    assert "--force" in answer.err
    assert keep(demo, "backup", target, "--force").status == 0
    assert target.read_bytes().startswith(b"SQLite format 3")


def test_the_store_is_not_replaced_by_itself(own: Path) -> None:
    before = database(own).read_bytes()
    answer = keep(own, "backup", database(own), "--force")
    assert answer.status == 2
    assert "is the store itself" in answer.err
    assert database(own).read_bytes() == before


def test_a_folder_that_is_not_there_is_named(demo: Path, tmp_path: Path) -> None:
    answer = keep(demo, "backup", tmp_path / "none/b.db")
    assert answer.status == 1
    assert f"{tmp_path}/none: is no folder" in answer.err


# check


def test_a_whole_store_is_counted(demo: Path) -> None:
    answer = keep(demo, "check")
    assert answer.status == 0
    assert " ".join(name for name, _ in answer.rows) == (
        "feeds polls entries articles pages edits matches alerts attempts to send digests"
    )
    assert answer.rows[:3] == [["feeds", "11"], ["polls", "22"], ["entries", "44"]]
    assert "the store is whole: 11 feeds, 44 entries" in answer.err
    assert "MB on the disk" in answer.err


def test_what_is_wrong_comes_with_its_mend(own: Path) -> None:
    with closing(sqlite3.connect(database(own))) as file, file:
        file.execute("DELETE FROM items_fts WHERE rowid < 4")
    answer = keep(own, "check", "--json")
    assert answer.status == 1
    assert answer.records == [
        {
            "fault": "3 entries that the full-text index lacks",
            "mend": "python run.py storage check --reindex",
        }
    ]
    assert "(python run.py storage check --reindex)" in answer.err
    assert keep(own, "check", "--reindex").status == 0
    assert keep(own, "check").status == 0


def test_a_damaged_file_is_told(own: Path) -> None:
    with database(own).open("r+b") as file:
        file.seek(4096 * 8)
        file.write(b"\xff" * 4096 * 12)
    answer = keep(own, "check")
    assert answer.status == 1
    assert "backup" in answer.err
    assert "Traceback" not in answer.err


# prune


def test_what_is_over_goes_and_only_that(own: Path, ask: Run) -> None:
    config = own / "feeds.yaml"
    first = keep(own, "prune").err.splitlines()
    assert first[0] == "gone: 0 articles, 0 pages, 0 polls"
    with closing(sqlite3.connect(database(own))) as file, file:
        file.executescript(
            """
            UPDATE entries SET first_seen = '2020' || substr(first_seen, 5), due_at = NULL;
            UPDATE articles SET fetched_at = '2020' || substr(fetched_at, 5);
            UPDATE matches SET since = '2020' || substr(since, 5);
            UPDATE revisions SET at = '2020' || substr(at, 5);
            UPDATE pages SET kept_at = '2020' || substr(kept_at, 5);
            UPDATE ledger SET at = '2020' || substr(at, 5);
            """
        )
    dry = keep(own, "prune", "--dry-run")
    assert dry.out.startswith("would go: 44 articles, ")
    assert len(invoke("--config", config, "items", "list", "--json").records) == 44
    assert dry.out.endswith(" 20 polls\n")
    size = database(own).stat().st_size
    gone, given = keep(own, "prune").err.splitlines()
    assert gone.removeprefix("gone") == dry.out.removeprefix("would go").rstrip()
    assert given.startswith("given back: ")
    assert database(own).stat().st_size < size
    assert invoke("--config", config, "items", "list", "--json").records == []
    assert (
        invoke("--config", config, "alerts", "list", "--json").out
        == ask("alerts", "list", "--json").out
    )
    assert keep(own, "check").status == 0


def test_a_file_is_made_compact_when_no_monitor_runs(own: Path) -> None:
    with closing(sqlite3.connect(database(own))) as file:
        file.execute("PRAGMA auto_vacuum = NONE")
        file.execute("VACUUM")
        file.execute("DELETE FROM pages")
        file.commit()
    hint = keep(own, "prune").err.splitlines()[-1]
    assert "of the file hold nothing; to give it back, stop the monitor and add --compact" in hint
    with exclusive(f"sqlite:///{database(own)}"):
        refused = process("--config", own / "feeds.yaml", "storage", "prune", "--compact")
    assert refused.status == 1
    assert "is in use by process" in refused.err
    size = database(own).stat().st_size
    done = keep(own, "prune", "--compact")
    assert done.err.startswith("gone: 0 articles, 0 pages, 0 polls\ngiven back: ")
    assert "hold nothing" not in done.err
    assert database(own).stat().st_size < size
    assert keep(own, "check").status == 0


# migrate


def test_a_store_of_this_version_is_left_alone(own: Path) -> None:
    answer = keep(own, "migrate")
    assert (answer.status, answer.err) == (0, "the store is of this version; nothing to do\n")


def test_an_older_store_is_upgraded_with_a_copy(own: Path) -> None:
    database(own).unlink()
    with closing(sqlite3.connect(database(own))) as file:
        registry = Migrations(NAME)
        for step in STEPS[:-1]:
            registry()(step)
        registry.apply(Database(file, execute_plugins=False))
    refused = keep(own, "check")
    assert refused.status == 1
    assert "storage migrate" in refused.err
    done, copy = keep(own, "migrate").err.splitlines()
    assert done == f"upgraded by 1 step: {STEPS[-1].__name__}"
    assert copy == f"as it was: {database(own)}.schema-{len(STEPS) - 1}"
    assert keep(own, "check").status == 0


def test_beside_a_monitor_nothing_is_upgraded(own: Path) -> None:
    with exclusive(f"sqlite:///{database(own)}"):
        answer = process("--config", own / "feeds.yaml", "storage", "migrate")
    assert answer.status == 1
    assert "is in use by process" in answer.err


def test_there_is_no_store_as_yet(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: [https://a.example/rss]\n")
    for command in ("backup", "check", "prune", "migrate"):
        arguments = [tmp_path / "b.db"] if command == "backup" else []
        answer = keep(tmp_path, command, *arguments)
        assert answer.status == 1
        assert "does not exist yet" in answer.err
    assert {path.name for path in tmp_path.iterdir()} <= {"feeds.yaml", "data"}


def test_quiet_says_nothing_of_what_went_well(demo: Path, tmp_path: Path) -> None:
    config = ("--config", demo / "feeds.yaml", "--quiet", "storage")
    assert invoke(*config, "backup", tmp_path / "b.db") == Answer(0, "", "")
    refused = invoke(*config, "backup", tmp_path / "b.db")
    assert (refused.status, len(refused.err.splitlines())) == (1, 1)
