"""What people ask for, and the full-text index behind it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import (
    DAWN,
    MINUTE,
    NOW,
    TOLO,
    claim_entry,
    index_all,
    match,
    new,
    poll,
    read,
    reading,
)

from aggregator.errors import StorageError
from aggregator.models import FoldedItem
from aggregator.protocols import Storage


def quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


# lists


def test_items_are_listed_by_first_sight_and_a_limit_keeps_the_newest(storage: Storage) -> None:
    poll(storage, new("c"), feed=DAWN, at=NOW + 3 * MINUTE)
    poll(storage, new("a"), new("b"), feed=TOLO, at=NOW + MINUTE)
    read(storage, at=NOW + MINUTE)
    read(storage, at=NOW + MINUTE, matches=(match("J"), match("Q")))
    read(storage, at=NOW + 3 * MINUTE, matches=(match("J"),))

    def titles(**asked: object) -> str:
        return "".join(item.title for item in storage.items(**asked))  # type: ignore[arg-type]

    assert titles() == "abc"
    assert titles(limit=2) == "bc"
    assert titles(feed="Tolo") == titles(feed=TOLO.url) == "ab"
    assert titles(watch="J") == "bc"
    assert titles(watch="Q") == "b"
    assert titles(since=NOW + 3 * MINUTE) == "c"
    assert titles(until=NOW + 3 * MINUTE) == "ab"
    assert titles(watch="J", feed="Tolo", since=NOW, limit=1) == "b"
    assert titles(watch="nothing") == ""


def test_an_item_or_match_that_does_not_exist_is_none(storage: Storage) -> None:
    assert storage.item(404) is None
    assert storage.matches(404) == ()


# the index


def test_the_index_finds_words_phrases_and_prefixes_newest_first(storage: Storage) -> None:
    poll(storage, new("Attack in Quetta", content="Jundullah claims it"))
    poll(storage, new("Cricket", content="In Quetta the attack of"), at=NOW + MINUTE)
    index_all(storage)

    def found(expression: str) -> list[str]:
        return [item.title for item in storage.search(expression, 1)]

    assert found('"quetta"') == ["Cricket", "Attack in Quetta"]
    assert found('"attack in"') == ["Attack in Quetta"]
    assert found('"jund" *') == ["Attack in Quetta"]
    assert found('title : "quetta"') == ["Attack in Quetta"]
    assert found('"quetta" NOT "jundullah"') == ["Cricket"]
    assert found('"karachi"') == []
    assert [item.title for item in storage.search(None, 1)] == ["Cricket", "Attack in Quetta"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("داعش خراسان ولایت", id="Arabic script"),
        pytest.param("हिन्दी क्षेत्र", id="Hindi: marks belong to their word"),
        pytest.param("恐 怖 组 织", id="Chinese, a token a character"),
        pytest.param("ป ั ต ต า น ี", id="Thai, marks as tokens of their own"),
        pytest.param("26 11 २६ ١٢", id="digits of any script"),
        pytest.param("o'neil al-adl u.s. c++ #tag a_b 50% $5", id="signs inside a word"),
        pytest.param('say"ing \\back (half [open', id="signs with a meaning to a query"),
        pytest.param("🙂 𐎠𐎭 ꯃꯅꯤ ½ №", id="beyond the usual planes"),
    ],
)
def test_one_folded_token_is_one_token_of_the_index(storage: Storage, words: str) -> None:
    poll(storage, new("a", content="unfolded"))
    (item,) = storage.unindexed(1, 9)
    storage.index([FoldedItem(item.id, "", words)], 1)
    tokens = words.split()
    for word in tokens:
        assert len(list(storage.search(quoted(word), 1))) == 1, word
        if len(word) > 1:
            assert list(storage.search(quoted(word[:-1]), 1)) == [], word
    assert len(list(storage.search(quoted(" ".join(tokens)), 1))) == 1
    assert list(storage.search(quoted(" ".join(reversed(tokens))), 1)) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    words=st.lists(
        st.text(
            st.characters(exclude_categories=["Z", "C"]).filter(
                lambda sign: sign.casefold() == sign
            ),
            min_size=1,
            max_size=6,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_words_are_found_as_a_phrase(storage: Storage, words: list[str]) -> None:
    (entry,) = poll(storage, new("-".join(words), content="x", keys=[repr(words)]))
    storage.unindexed(1, 99)
    storage.index([FoldedItem(entry, "", " ".join(words))], 1)
    phrase = quoted(" ".join(words))
    assert entry in [item.id for item in storage.search(phrase, 1)]
    assert entry not in [item.id for item in storage.search(quoted("".join(words) + "x"), 1)]


def test_what_is_not_indexed_is_always_a_candidate(storage: Storage) -> None:
    poll(storage, new("old"))
    index_all(storage)
    poll(storage, new("fresh"), at=NOW + MINUTE)
    assert [item.title for item in storage.search('"nowhere"', 1)] == ["fresh"]
    assert [item.title for item in storage.search('"old"', 1)] == ["fresh", "old"]


def test_what_older_or_newer_rules_indexed_is_a_candidate_and_to_be_indexed(
    storage: Storage,
) -> None:
    poll(storage, new("a"), new("b"))
    index_all(storage, version=2)
    for version in (1, 3):
        assert len(list(storage.search('"nowhere"', version))) == 2
    assert list(storage.search('"nowhere"', 2)) == []
    assert len(storage.unindexed(3, 1)) == 1
    assert len(list(storage.search('"nowhere"', 2))) == 1
    index_all(storage, version=3)
    assert storage.unindexed(3, 9) == []
    assert list(storage.search('"nowhere"', 3)) == []


def test_what_changed_while_a_batch_was_folded_stays_unindexed(storage: Storage) -> None:
    poll(storage, new("a"))
    due = claim_entry(storage)
    (item,) = storage.unindexed(1, 9)
    assert storage.commit_reading(reading(due, "words that came meanwhile"))
    storage.index([FoldedItem(item.id, "a", "")], 1)
    assert len(list(storage.search('"meanwhile"', 1))) == 1
    index_all(storage)
    assert len(list(storage.search('"meanwhile"', 1))) == 1
    assert list(storage.search('"nowhere"', 1)) == []


def test_an_item_indexed_again_is_found_by_its_new_words_only(storage: Storage) -> None:
    poll(storage, new("a", content="before"))
    index_all(storage)
    read(storage, "after")
    index_all(storage)
    assert list(storage.search('"before"', 1)) == []
    assert len(list(storage.search('"after"', 1))) == 1


def test_a_batch_that_was_never_indexed_is_given_out_again(storage: Storage) -> None:
    poll(storage, new("a"))
    assert storage.unindexed(1, 9) == storage.unindexed(1, 9) != []


def test_a_search_outlasts_what_is_written_while_it_is_read(storage: Storage) -> None:
    poll(storage, *(new(str(number)) for number in range(250)))
    titles = []
    for item in storage.search(None, 1):
        titles.append(item.title)
        if item.title == "249":
            poll(storage, new("meanwhile"), at=NOW + MINUTE)
    assert titles == [str(number) for number in reversed(range(250))]


def test_an_expression_that_is_none_is_a_storage_error(storage: Storage) -> None:
    with pytest.raises(StorageError):
        list(storage.search("AND AND", 1))
