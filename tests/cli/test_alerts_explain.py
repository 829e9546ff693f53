"""`alerts explain` over the demo's store: any item, any person, every watch."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_every_item_and_person_has_an_answer_for_every_watch(ask: Run) -> None:
    """And it is the one that the outbox gives."""
    alerts = [one for one in ask("alerts", "list", "--json").records if one["kind"] == "match"]
    watches = [one["watch"] for one in ask("watch", "list", "--json").records]
    told = {one["item"] for one in alerts if one["state"] != "held"}
    held = {one["item"] for one in alerts if one["state"] == "held"} - told
    silent = {one["id"] for one in ask("items", "list", "--json").records} - told - held
    for item in (min(told), min(held), min(silent)):
        for person in ("amina", "tomas"):
            found = ask("alerts", "explain", str(item), person, "--json").records
            assert [one["watch"] for one in found] == watches
            for one in found:
                rows = [
                    alert["id"]
                    for alert in alerts
                    if (alert["item"], alert["person"], alert["watch"])
                    == (item, person, one["watch"])
                ]
                assert [alert["id"] for alert in one["alerts"]] == rows
                assert one["why"]
                assert one["matches"] or not rows


def test_a_copy_names_the_message_that_told_of_its_story(ask: Run) -> None:
    records = ask("alerts", "list", "--person", "amina", "--state", "held", "--json").records
    copy = next(one for one in records if one["reason"] == "copy")
    text = ask("alerts", "explain", str(copy["item"]), "amina").out
    assert f"{copy['watch']}: held back, copy: its text says nothing beyond another" in text
    [record] = [
        one
        for one in ask("alerts", "explain", str(copy["item"]), "amina", "--json").records
        if one["watch"] == copy["watch"]
    ]
    for message in record["story"]:
        assert f"message over {message['channel']}: delivered " in text
        assert message["id"] in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        pytest.param(("1", "amian"), "did you mean amina?", id="a misspelt person"),
        pytest.param(("9999", "amina"), "there is no item 9999", id="no such item"),
    ],
)
def test_what_cannot_be_explained(arguments: tuple[str, str], problem: str, ask: Run) -> None:
    answer = ask("alerts", "explain", *arguments)
    assert answer.status == 2
    assert problem in answer.err
