"""`watch` and `presets` over the demo's store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aggregator.watching.presets import preset, preset_ids
from tests.cli.conftest import Run, invoke, settings_file

FEEDS = "feeds: [https://news.example/feed]\n"


def test_lists_the_watches_with_their_expressions(ask: Run) -> None:
    records = ask("watch", "list", "--json").records
    assert [list(record) for record in records] == [["watch", "severity", "query", "terms"]] * 3
    assert records[0]["terms"][:2] == ["Jundallah", "Jundullah"]
    lines = ask("watch", "list", "--query").out.splitlines()
    assert lines[0] == f"Jundallah: {records[0]['query']}"
    assert [row[0] for row in ask("watch", "list").rows] == [one["watch"] for one in records]


def test_a_test_of_the_live_watch_agrees_with_what_was_flagged(ask: Run) -> None:
    flagged = [
        item["id"] for item in ask("items", "list", "--watch", "Jundallah", "--json").records
    ]
    answer = ask("watch", "test", "Jundallah", "--json")
    [record] = answer.records
    assert list(record) == ["watch", "hits", "days", "terms", "never", "gained", "lost"]
    assert answer.status == 0
    assert record["hits"] == len(flagged) == sum(day["hits"] for day in record["days"])
    assert (record["gained"], record["lost"]) == ([], [])


def test_a_draft_is_held_against_the_live_watch(ask: Run, tmp_path: Path) -> None:
    live = ask("watch", "test", "Jundallah", "--json").records[0]
    draft = settings_file(
        tmp_path, FEEDS + "watches: [{name: Jundallah, any: [Jundullah, whales, Zzyzx]}]\n"
    )
    answer = ask("watch", "test", "Jundallah", "--against", draft, "--json")
    [record] = answer.records
    assert answer.status == 1
    assert answer.err == f"Jundallah loses {len(record['lost'])} hits\n"
    assert record["never"] == ["Zzyzx"]
    assert record["hits"] == live["hits"] - len(record["lost"]) + len(record["gained"])
    assert record["gained"]
    text = ask("watch", "test", "Jundallah", "--against", draft, "--since", "2d").out
    assert text.startswith(f"Jundallah: {record['hits']} hits, {record['hits'] / 2:.1f} a day\n")
    assert "\nfound nothing: Zzyzx\n" in text


def test_a_new_watch_gains_all_it_finds(ask: Run, tmp_path: Path) -> None:
    draft = settings_file(tmp_path, FEEDS + "watches: [{name: Harbour, any: [harbour]}]\n")
    answer = ask("watch", "test", "Harbour", "--against", draft, "--json")
    [record] = answer.records
    assert answer.status == 0
    assert len(record["gained"]) == record["hits"] > 0


def test_a_watch_that_finds_nothing_says_so(ask: Run, tmp_path: Path) -> None:
    draft = settings_file(tmp_path, FEEDS + "watches: [{name: New, any: [Zzyzx]}]\n")
    answer = ask("watch", "test", "New", "--against", draft)
    assert (answer.status, answer.err) == (1, "New finds nothing\n")


def test_suggests_spellings_that_the_watch_does_not_find(
    ask: Run, demo: Path, tmp_path: Path
) -> None:
    assert ask("watch", "suggest", "Jundallah").out == ""
    narrow = settings_file(
        tmp_path,
        f"{FEEDS}watches: [{{name: Narrow, any: [Jundallah]}}]\n"
        f"storage: sqlite:///{demo}/data/aggregator.db\n",
    )
    found = invoke("--config", narrow, "watch", "suggest", "Narrow", "--json").records
    assert {(one["spelling"], one["term"]) for one in found} == {
        ("Jundullah", "Jundallah"),
        ("Jondollah", "Jundallah"),
    }
    assert list(found[0]) == ["spelling", "term", "articles", "item"]


@pytest.fixture
def pledge(ask: Run) -> dict[str, Any]:
    """An item whose title begins with Jundallah."""
    items = ask("items", "list", "--watch", "Jundallah", "--json").records
    return next(item for item in items if item["title"].startswith("Jundallah throws"))


def test_explains_a_hit(ask: Run, pledge: dict[str, Any]) -> None:
    [hit] = ask("watch", "explain", str(pledge["id"]), "Jundallah", "--json").records
    assert list(hit) == ["item", "watch", "matches", "flagged", "tree"]
    assert (hit["matches"], hit["flagged"], hit["tree"]["holds"]) == (True, True, True)
    for term in hit["tree"]["terms"]:
        if term["field"] in pledge:
            slice_ = pledge[term["field"]][term["start"] : term["end"]]
            assert slice_ == term["text"]


def test_explains_a_miss(ask: Run) -> None:
    items = ask("items", "list", "--json").records
    other = next(item for item in items if not item["watches"])
    [miss] = ask("watch", "explain", str(other["id"]), "Jundallah", "--json").records
    assert (miss["matches"], miss["flagged"]) == (False, False)
    assert miss["tree"]["note"] == "not all hold"
    lines = ask("watch", "explain", str(other["id"]), "Jundallah").out.splitlines()
    assert lines[0] == f"Jundallah does not match item {other['id']}: {other['title']}"


def test_an_explanation_reads_from_the_top(ask: Run, pledge: dict[str, Any]) -> None:
    lines = ask("watch", "explain", str(pledge["id"]), "Jundallah").out.splitlines()
    assert lines[0].startswith(f"Jundallah matches item {pledge['id']}: ")
    assert lines[2] == "✓ AND: all of these"
    assert "        title 0–9 “Jundallah”" in lines
    assert '    ✗ except: "Jundallah Khan"   not found' in lines


def test_says_where_the_flags_of_that_time_differ(
    demo: Path, pledge: dict[str, Any], tmp_path: Path
) -> None:
    changed = settings_file(
        tmp_path,
        f"{FEEDS}watches: [{{name: Jundallah, any: [Zzyzx]}}]\n"
        f"storage: sqlite:///{demo}/data/aggregator.db\n",
    )
    lines = invoke("--config", changed, "watch", "explain", str(pledge["id"]), "Jundallah").out
    assert "the monitor flagged it, by the settings and the text of that time" in lines


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("watch", "test", "Jundalla"), "there is no watch 'Jundalla' (did you mean Jundallah?)"),
        (("watch", "explain", "1", "X"), "there are: Jundallah,"),
        (("watch", "explain", "9999", "Jundallah"), "there is no item 9999"),
        (("presets", "show", "no-such"), "there is no preset no-such"),
    ],
)
def test_what_is_not_there_is_said(ask: Run, arguments: tuple[str, ...], told: str) -> None:
    answer = ask(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert told in answer.err


def test_presets_are_listed_and_shown(ask: Run) -> None:
    assert [row[0] for row in ask("presets", "list").rows] == list(preset_ids())
    for record in ask("presets", "list", "--json").records[:1]:
        assert list(record)[:4] == ["id", "kind", "title", "names"]
        shown = ask("presets", "show", f"@preset/{record['id']}").out
        assert shown.startswith(f"{preset(record['id']).title} · @preset/{record['id']} · ")
        assert all(name.text in shown for name in preset(record["id"]).names)


@pytest.mark.parametrize("number", range(3))
def test_a_search_finds_what_the_watch_of_its_words_flagged(ask: Run, number: int) -> None:
    record = ask("watch", "list", "--json").records[number]
    found = [item["id"] for item in ask("search", record["query"], "--json").records]
    flagged = ask("items", "list", "--watch", record["watch"], "--json").records
    assert found == [item["id"] for item in flagged] != []
