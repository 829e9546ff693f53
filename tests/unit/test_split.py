"""What is left to parse of a document, and when cutting is not safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.polling.parse import parse
from aggregator.polling.split import Part, from_json, memory, to_json, unseen

HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Dawn</title>'
TAIL = b"</channel></rss>"


def item(number: int, text: str = "text") -> bytes:
    return (
        f"<item><title>Entry {number}</title><guid>g{number}</guid>"
        f"<description>{text}</description></item>"
    ).encode()


def feed(*items: bytes, head: bytes = HEAD) -> bytes:
    return head + b"\n".join(items) + TAIL


def read(part: Part) -> list[str]:
    return [entry.title for entry in parse(part.body, "https://dawn.example/feed").entries]


def remembered(body: bytes) -> dict[str, str]:
    part = unseen(body, {})
    return dict(memory(part, parse(body, "https://dawn.example/feed"), {}))


def test_only_what_was_not_seen_is_left() -> None:
    known = remembered(feed(item(2), item(1)))
    part = unseen(feed(item(3), item(2), item(1)), known)
    assert read(part) == ["Entry 3"]
    assert part.again == tuple(known.values())


def test_what_is_left_keeps_the_envelope() -> None:
    known = remembered(feed(item(1)))
    renamed = HEAD.replace(b"Dawn", b"Dusk")
    part = unseen(feed(item(2), item(1), head=renamed), known)
    assert parse(part.body, "https://dawn.example/feed").title == "Dusk"


def test_an_edited_item_is_left() -> None:
    known = remembered(feed(item(2), item(1)))
    assert read(unseen(feed(item(2), item(1, "other words")), known)) == ["Entry 1"]


def test_memory_goes_on_from_poll_to_poll_and_forgets_what_is_gone() -> None:
    first = remembered(feed(item(2), item(1)))
    body = feed(item(3), item(2))
    part = unseen(body, first)
    second = memory(part, parse(part.body, "https://dawn.example/feed"), first)
    assert second == remembered(body)
    assert unseen(body, second).fresh == ()


def test_memory_survives_its_json() -> None:
    known = remembered(feed(item(2), item(1)))
    assert from_json(to_json(known)) == known
    assert from_json("") == from_json("[1]") == from_json("{") == {}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(feed(item(1)).decode().encode("utf-16"), id="UTF-16"),
        pytest.param(b'<?xml version="1.0" encoding="UTF-7"?><rss><item></item></rss>', id="UTF-7"),
        pytest.param(feed(b"<item><item></item></item>"), id="an item within an item"),
        pytest.param(feed(b"<item/>"), id="an empty item"),
        pytest.param(feed(b"<item>"), id="an item that never ends"),
        pytest.param(feed(b"</item>"), id="an item that never began"),
        pytest.param(feed(b"<item><![CDATA[</item>"), id="a section that never ends"),
        pytest.param(feed(b"<!-- <item></item>"), id="a comment that never ends"),
    ],
)
def test_where_cutting_is_not_safe_all_is_parsed(body: bytes) -> None:
    part = unseen(body, {"0" * 16: "x"})
    assert part == Part(body, None)
    assert memory(part, parse(body, "https://dawn.example/feed"), {}) == {}


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(b"<![CDATA[ <item>quoted</item> ]]>", id="in CDATA"),
        pytest.param(b"<!-- <item>quoted</item> -->", id="in a comment"),
        pytest.param(b"&lt;item&gt;", id="escaped"),
        pytest.param(b"<items><itemized/></items>", id="longer names"),
    ],
)
def test_what_only_looks_like_an_item(inside: bytes) -> None:
    whole = b"<item><title>One</title><description>" + inside + b"</description></item>"
    assert unseen(feed(whole), {}).fresh is not None
    known = remembered(feed(whole))
    assert len(known) == 1
    assert read(unseen(feed(item(2), whole), known)) == ["Entry 2"]


def test_a_document_of_which_an_item_was_rejected_is_not_remembered() -> None:
    assert remembered(feed(item(1), b"<item></item>")) == {}


@given(st.binary() | st.lists(st.sampled_from([b"<item>", b"</item>", b"<![CDATA[", b"]]>", b"x"])))
def test_never_raises_and_leaves_all_that_was_not_seen(body: bytes | list[bytes]) -> None:
    whole = body if isinstance(body, bytes) else b"".join(body)
    assert unseen(whole, {}).body == whole


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_left_out_and_left_are_the_document(first: list[int], second: list[int]) -> None:
    known = remembered(feed(*map(item, first)))
    part = unseen(feed(*map(item, second)), known)
    assert read(part) == [f"Entry {number}" for number in second if number not in first]
    assert len(part.again) == len(set(first) & set(second))


def test_a_document_of_very_many_items_is_not_cut() -> None:
    assert unseen(feed(*(b"<item></item>",) * 3_000), {}).fresh is None
