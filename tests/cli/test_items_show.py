"""`items show`: where a text came from, and what its edits changed."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

EVIDENCE = [
    "url",
    "hops",
    "final_url",
    "status",
    "fetched_at",
    "sha256",
    "quality",
    "reason",
    "method",
    "extractor",
    "kept_at",
    "certainty",
    "note",
]


@pytest.fixture
def edited(ask: Run) -> dict[str, Any]:
    """The one item that the demo's second edition edits."""
    [item] = [
        item
        for item in ask("items", "list", "--json").records
        if item["title"].startswith("Nine guards killed")
    ]
    return item


def test_evidence_is_one_more_key(ask: Run, edited: dict[str, Any]) -> None:
    [shown] = ask("items", "show", str(edited["id"]), "--evidence", "--json").records
    evidence = shown.pop("evidence")
    assert shown == shown | edited
    assert list(evidence) == EVIDENCE
    assert (evidence["status"], evidence["hops"]) == (200, [])
    assert (evidence["quality"], evidence["reason"]) == ("full", "extracted")
    assert evidence["url"] == edited["url"]
    assert re.fullmatch(r"aggregator \S+, trafilatura \S+", evidence["extractor"])
    assert evidence["fetched_at"] == evidence["kept_at"]
    assert 0.8 < evidence["certainty"] <= 1
    assert evidence["note"] == ""


def test_evidence_is_readable(ask: Run, edited: dict[str, Any]) -> None:
    out = ask("items", "show", str(edited["id"]), "--evidence").out
    [evidence] = [
        item["evidence"]
        for item in ask("items", "show", str(edited["id"]), "--evidence", "--json").records
    ]
    for key in ("final_url", "sha256", "extractor", "method"):
        assert f"\t{evidence[key]}\n" in out
    assert re.search(r"\nfetched at\t\d{4}-\d\d-\d\d \d\d:\d\d [A-Z]+\n", out)
    assert f"certainty\t{evidence['certainty']:.2f} of 1\n" in out
    assert edited["text"].split("\n\n")[0] not in out


def test_the_kept_page_has_the_digest_of_the_evidence(
    ask: Run, edited: dict[str, Any], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    answer = ask("items", "show", str(edited["id"]), "--evidence", "--json", "--page", page)
    [shown] = answer.records
    assert sha256(page.read_bytes()).hexdigest() == shown["evidence"]["sha256"]
    assert b"<html" in page.read_bytes()


def test_an_edit_is_shown_word_by_word(ask: Run, edited: dict[str, Any]) -> None:
    answer = ask("items", "show", str(edited["id"]), "--diff")
    assert answer.status == 0
    assert " · headline, numbers\n" in answer.out
    assert "title: [-Seven-] {+Nine+} guards killed in raid on Panjgur" in answer.out
    assert "A funeral prayer for the [-seven-] {+nine+} coffins" in answer.out
    assert "Villagers woke" not in answer.out
    assert "\x1b" not in answer.out


def test_revisions_are_one_more_key(ask: Run, edited: dict[str, Any]) -> None:
    [shown] = ask("items", "show", str(edited["id"]), "--diff", "--json").records
    [revision] = shown.pop("revisions")
    assert shown == shown | edited
    assert list(revision) == ["at", "kinds", "diff", "terms"]
    assert revision["kinds"] == ["headline", "numbers"]
    assert revision["diff"][0]["field"] == "title"
    assert revision["diff"][0]["pieces"][:2] == [
        {"op": "gone", "text": "Seven "},
        {"op": "new", "text": "Nine "},
    ]


def test_no_other_item_was_edited(ask: Run, edited: dict[str, Any]) -> None:
    for item in ask("items", "list", "--json").records[:9]:
        assert item["id"] != edited["id"]
        [shown] = ask("items", "show", str(item["id"]), "--diff", "--json").records
        assert shown["revisions"] == []
    assert "never edited" in ask("items", "show", "1", "--diff").out


@pytest.mark.parametrize(
    ("options", "status", "problem"),
    [
        pytest.param(("999", "--evidence"), 2, "there is no item 999", id="no such item"),
        pytest.param(("1", "--page", "/"), 2, "'/' is a directory", id="a folder"),
        pytest.param(
            ("1", "--page", "/nowhere/page.html"), 2, "No such file or directory", id="no folder"
        ),
    ],
)
def test_what_cannot_be_shown_is_said(
    ask: Run, options: tuple[str, ...], status: int, problem: str
) -> None:
    answer = ask("items", "show", *options)
    assert (answer.status, answer.out) == (status, "")
    assert problem in answer.err
