"""Every command over a full store: its keys, its order, its options."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest

from aggregator.cli.program import cli
from aggregator.reading.quality import count_words
from tests.cli.conftest import ROOT, Run, invoke
from tests.unit.test_docs import every_command

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")

POLL = ["feed", "at", "status", "reason", "seen", "new", "updated", "known", "rejected", "ms"]
ITEM = [
    "id",
    "feed",
    "title",
    "url",
    "published",
    "first_seen",
    "authors",
    "language",
    "text",
    "quality",
    "story",
    "watches",
]

#: What an item shown alone has beside these.
DETAILS = ["reason", "modified", "canonical_url", "image_url", "words"]


@pytest.mark.parametrize(
    "path", [(), *(tuple(name.split()) for name, _ in every_command(cli))], ids=" ".join
)
def test_help_has_an_example(path: tuple[str, ...]) -> None:
    answer = invoke(*path, "--help")
    assert answer.status == 0
    assert "Example:" in answer.out
    assert "python run.py" in answer.out


def is_moment(value: Any) -> bool:
    return bool(MOMENT.fullmatch(value)) and datetime.fromisoformat(value) is not None


def test_polls_are_counted_oldest_first(ask: Run) -> None:
    polls = ask("feeds", "polls", "--json").records
    assert len(polls) == 22
    for poll in polls:
        assert list(poll) == POLL
        assert is_moment(poll["at"])
        assert {type(poll[key]) for key in POLL if key not in {"feed", "at", "reason"}} == {int}
    assert all(one["at"] <= other["at"] for one, other in pairwise(polls))
    [first, second] = [poll for poll in polls if poll["feed"] == "Makran Mirror"]
    assert (first["reason"], first["seen"], first["new"]) == ("refused", 0, 0)
    assert second["reason"] == "refused"


def test_items_have_the_keys_of_the_contract(ask: Run) -> None:
    items = ask("items", "list", "--json").records
    assert len(items) == 44
    for item in items:
        assert list(item) == ITEM
        assert type(item["id"]) is type(item["story"]) is int
        assert is_moment(item["first_seen"])
        assert item["published"] is None or is_moment(item["published"])
        assert item["text"]
    assert all(
        (one["first_seen"], one["id"]) < (other["first_seen"], other["id"])
        for one, other in pairwise(items)
    )


def test_an_item_shown_is_the_item_listed(ask: Run) -> None:
    [*_, last] = ask("items", "list", "--json").records
    [shown] = ask("items", "show", str(last["id"]), "--json").records
    details = {key: shown.pop(key) for key in DETAILS}
    assert shown == last
    assert details["words"] == count_words(last["text"]) > 20
    assert details["reason"] == "extracted"
    assert last["title"] in ask("items", "show", str(last["id"])).out


@pytest.mark.parametrize("command", [("items", "list"), ("feeds", "polls")], ids=" ".join)
class TestOptions:
    def test_limit_keeps_the_newest(self, ask: Run, command: tuple[str, ...]) -> None:
        everything = ask(*command, "--json").records
        assert ask(*command, "--json", "--limit", "3").records == everything[-3:]
        assert ask(*command, "--json", "--limit", "1000000").records == everything

    def test_since_reaches_back_from_now(self, ask: Run, command: tuple[str, ...]) -> None:
        everything = ask(*command, "--json").records
        assert ask(*command, "--json", "--since", "1d").records == everything
        assert ask(*command, "--json", "--since", "0s").records == []

    def test_feed_chooses(self, ask: Run, command: tuple[str, ...]) -> None:
        everything = ask(*command, "--json").records
        chosen = ask(*command, "--json", "--feed", "Quetta Courier").records
        assert chosen == [row for row in everything if row["feed"] == "Quetta Courier"] != []


def test_watch_chooses(ask: Run) -> None:
    everything = ask("items", "list", "--json").records
    chosen = ask("items", "list", "--watch", "Jundallah", "--json").records
    assert chosen == [item for item in everything if "Jundallah" in item["watches"]] != []


def test_copies_are_folded_only_for_people(ask: Run) -> None:
    items = ask("items", "list", "--json").records
    rows = ask("items", "list").rows
    assert len(rows) == len(items) - 3
    assert any("also" in row[2] for row in rows)


def test_search_is_the_watch_language(ask: Run) -> None:
    query = "Jundallah AND NOT Quetta"
    found = ask("search", query, "--json").records
    assert found
    for item in found:
        assert list(item) == ITEM
        assert "Quetta" not in item["title"] + item["text"]
    assert found == sorted(found, key=lambda item: (item["first_seen"], item["id"]))
    assert ask("search", query, "--json", "--limit", "1").records == found[-1:]
    assert "Jundallah" in ask("search", "Jundallah").out
    assert ask("search", "xylophone") == ask("search", "xylophone", "--json")


def test_match_says_where(ask: Run) -> None:
    record = {"id": "a", "title": "Jundullah claims attack", "text": "In Quetta 𝄞 جندالله said."}
    answer = ask("match", stdin=(json.dumps(record) + "\n").encode())
    [found] = answer.records
    assert list(found) == ["id", "matches"]
    assert found["id"] == "a"
    [match] = [match for match in found["matches"] if match["watch"] == "Jundallah"]
    assert list(match) == ["watch", "terms"]
    for hit in match["terms"]:
        assert list(hit) == ["term", "text", "field", "start", "end"]
        assert record[hit["field"]][hit["start"] : hit["end"]] == hit["text"]
    assert {hit["field"] for hit in match["terms"]} == {"title", "text"}
    assert answer.status == 0


def test_match_reads_files_one_after_the_other(ask: Run, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(json.dumps({"id": name}) + "\n\n", encoding="utf-8-sig")
    answer = ask("match", tmp_path / "a", "-", tmp_path / "b", stdin=b'{"id": null}')
    assert [record["id"] for record in answer.records] == ["a", None, "b"]
    assert (answer.status, answer.err) == (0, "")


def test_a_search_warns_of_what_it_also_finds(ask: Run) -> None:
    answer = ask("search", "UN", "--json")
    assert answer.status == 0
    assert answer.err.startswith('warning: UN also matches "un"')
    assert ask("search", "=UN").err == ""


def test_match_of_nothing_is_nothing(ask: Run) -> None:
    assert ask("match") == ask("match", "--json")
    assert ask("match").status == 0


def test_alerts_and_digests_are_shown(ask: Run) -> None:
    alerts = ask("alerts", "list", "--json").records
    amina = ask("alerts", "list", "--json", "--person", "amina").records
    assert amina == [alert for alert in alerts if alert["person"] == "amina"] != []
    assert {a["state"] for a in ask("alerts", "list", "--state", "held", "--json").records} == {
        "held"
    }
    digest = ask("digest", "show", "--person", "tomas")
    assert digest.status == 0
    assert digest.out.startswith("Subject: Digest")
    assert "Makran Mirror" in digest.out


def test_a_digest_of_which_nothing_can_be_known_is_refused(ask: Run) -> None:
    show = ("digest", "show", "--person", "amina", "--date")
    ahead = ask(*show, "2999-01-01")
    assert (ahead.status, ahead.out) == (2, "")
    assert "2999-01-01 lies beyond the next digest, which is that of 20" in ahead.err
    next_one = ahead.err.split("that of ")[1][:10]
    assert ask(*show, next_one).status == 0
    before = ask(*show, "2020-01-01")
    assert (before.status, before.out) == (2, "")
    assert "nothing is stored of the time before the digest of 2020-01-01" in before.err


def test_a_digest_is_written_as_html(ask: Run, tmp_path: Path) -> None:
    page = tmp_path / "digest.html"
    answer = ask("digest", "show", "--person", "amina", "--html", page)
    assert (answer.status, answer.err) == (0, f"written: {page}\n")
    assert "<html" in page.read_text(encoding="utf-8")
    assert ask("digest", "show", "--html", page).status == 2


def test_check_prints_settings_that_it_accepts(ask: Run, tmp_path: Path) -> None:
    shown = ask("check")
    assert (shown.status, shown.err) == (0, "feeds.yaml is right: 11 feeds, 3 watches, 2 people\n")
    (tmp_path / "feeds.yaml").write_text(shown.out, encoding="utf-8")
    assert invoke("--config", tmp_path / "feeds.yaml", "check").status == 0
    assert json.loads(ask("check", "--schema").out)["type"] == "object"


def test_check_counts_what_is_there(tmp_path: Path) -> None:
    config = tmp_path / "feeds.yaml"
    config.write_text("feeds: [https://a.example/rss]\n", encoding="utf-8")
    assert invoke("--config", config, "check").err.splitlines() == [
        "feeds.yaml is right: 1 feed, 0 watches, 0 people",
        "nobody named: alerts appear on the console",
    ]


def test_feeds_are_listed_with_their_health(ask: Run) -> None:
    feeds = {feed["feed"]: feed for feed in ask("feeds", "list", "--json").records}
    assert len(feeds) == 11
    assert feeds["Makran Mirror"]["failures"] == 2
    assert feeds["Quetta Courier"]["failures"] == 0
    rows = {row[0]: row for row in ask("feeds", "list").rows}
    assert len(rows) == 11
    assert rows["Makran Mirror"][1:3] == ["unread", "refused"]  # never, and not yet for long
    assert rows["Quetta Courier"][1] == feeds["Quetta Courier"]["state"] == "ok"
    days = rows["Quetta Courier"][7].split(",")
    assert [int(day) for day in days] == feeds["Quetta Courier"]["per_day"]
    assert sum(feeds["Quetta Courier"]["per_day"]) == feeds["Quetta Courier"]["entries"] > 0


def test_what_is_piped_is_plain(ask: Run) -> None:
    for command in (
        "feeds list",
        "feeds polls",
        "items list",
        "alerts list",
        "search Balochistan",
        "watch list",
        "watch test Jundallah",
        "watch explain 1 Jundallah",
        "presets list",
    ):
        answer = ask(*command.split())
        assert answer.status == 0
        assert not re.search(r"[\x00-\x08\x0b-\x1f\u2500-\u259f]", answer.out), command


def test_an_unknown_preset_is_refused(ask: Run) -> None:
    assert ask("presets", "list").status == 0
    answer = ask("presets", "show", "no-such-group")
    assert answer.status == 2
    assert "no-such-group" in answer.err


def test_every_command_is_tried() -> None:
    tests = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )
    leaves = [n for n, command in every_command(cli) if not isinstance(command, click.Group)]
    # As words of one call, or of one line.
    untried = [n for n in leaves if not re.search(r'"?\W{1,5}"?'.join(n.split()), tests)]
    assert untried == []


def test_why_an_item_is_in_its_story(ask: Run) -> None:
    items = ask("items", "list", "--json").records
    wire = next(item for item in items if "pledge support" in item["title"])
    [record] = ask("items", "explain", str(wire["id"]), "--json").records
    assert record["story"] == wire["story"]
    assert {copy["reason"] for copy in record["copies"]} == {"same_words"}
    assert len(record["copies"]) == 3
    assert (len(record["outlets"]), record["independent_texts"]) == (4, 1)
    said = ask("items", "explain", str(wire["id"])).out
    assert "1 independent text, 4 outlets" in said
    assert "the same words" in said


def test_why_an_item_is_in_no_story_with_others(ask: Run) -> None:
    lone = next(i for i in ask("items", "list", "--json").records if "Whales" in i["title"])
    [record] = ask("items", "explain", str(lone["id"]), "--json").records
    assert (record["story"], record["items"]) == (lone["id"], [lone["id"]])
    assert record["reason"] in {"alone", "too_far"}
    assert "a story of its own" in ask("items", "explain", str(lone["id"])).out
