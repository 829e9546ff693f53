"""What is remembered of the watches, and what a changed one is found to have missed."""

from __future__ import annotations

from dataclasses import replace

from samples import MINUTE, NOW, alert, match, new, poll, read

from aggregator.protocols import Storage


def watches_of(storage: Storage, entry_id: int) -> list[str]:
    return [one.watch for one in storage.matches(entry_id)]


def test_the_watches_last_kept_are_told(storage: Storage) -> None:
    assert storage.watch_digests() == {}
    storage.keep_watches({"a": "1", "b": "2"})
    storage.keep_watches({"b": "3"})
    assert storage.watch_digests() == {"b": "3"}


def test_a_match_found_later_stands_as_of_the_day_of_its_entry(storage: Storage) -> None:
    poll(storage, new())
    entry_id = read(storage, at=NOW + MINUTE)
    assert storage.add_matches([(entry_id, match("new")), (entry_id, match("newer"))]) == 2
    assert watches_of(storage, entry_id) == ["new", "newer"]
    assert [item.id for item, _ in storage.newly_matched(NOW, NOW + MINUTE)] == [entry_id]
    assert storage.alerts() == []


def test_a_match_is_found_once(storage: Storage) -> None:
    poll(storage, new())
    entry_id = read(storage, matches=(match("old"),))
    assert storage.add_matches([(entry_id, match("old")), (entry_id, match("old"))]) == 0
    assert watches_of(storage, entry_id) == ["old"]


def test_what_is_still_to_be_matched_is_left_to_its_reading(storage: Storage) -> None:
    # Else its alert would be taken for one that was told before.
    [entry_id] = poll(storage, new())
    assert storage.add_matches([(entry_id, match("new")), (entry_id + 99, match("new"))]) == 0
    assert watches_of(storage, entry_id) == []


def test_a_renamed_watch_keeps_its_history(storage: Storage) -> None:
    poll(storage, new())
    told = replace(alert(), watch="old", story=1, entry_id=1, person="amina")
    entry_id = read(storage, story=1, matches=(match("old"),), alerts=(told,))
    storage.keep_watches({"old": "1"})
    storage.rename_watch("old", "new")
    assert watches_of(storage, entry_id) == ["new"]
    assert [alert.watch for alert in storage.story_alerts(1)] == ["new"]
    assert storage.watch_digests() == {"new": "1"}
