"""Subscription lists: those of other readers are read, and our own give back what they were made
from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.settings.opml import read, write


def opml(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="1.1"><body>{body}</body></opml>'.encode()


@pytest.mark.parametrize(
    ("document", "feeds"),
    [
        pytest.param(
            opml('<outline text="A" xmlUrl="https://a.example/f" htmlUrl="https://a.example/"/>'),
            [{"url": "https://a.example/f", "name": "A"}],
            id="no type",
        ),
        pytest.param(
            opml('<outline title="A" type="rss" xmlurl=" https://a.example/f "/>'),
            [{"url": "https://a.example/f", "name": "A"}],
            id="another case, spaces, a title only",
        ),
        pytest.param(
            opml(
                '<outline text="World"><outline text="Africa">'
                '<outline text="A" xmlUrl="https://a.example/f"/></outline></outline>'
            ),
            [{"url": "https://a.example/f", "name": "A", "tags": ["World", "Africa"]}],
            id="folders in folders are tags",
        ),
        pytest.param(
            opml('<outline text="A" category="/x,/y/z" xmlUrl="https://a.example/f"/>'),
            [{"url": "https://a.example/f", "name": "A", "tags": ["x", "y", "z"]}],
            id="categories are tags",
        ),
        pytest.param(
            opml(
                '<outline text="one"><outline text="A" xmlUrl="https://a.example/f"/></outline>'
                '<outline text="two"><outline text="A" xmlUrl="https://a.example/f"/></outline>'
            ),
            [{"url": "https://a.example/f", "name": "A", "tags": ["one", "two"]}],
            id="in two folders, once",
        ),
        pytest.param(
            opml('<outline text="cost ${SMTP_URL}" xmlUrl="https://a.example/${SMTP_URL}"/>'),
            [{"url": "https://a.example/$${SMTP_URL}", "name": "cost $${SMTP_URL}"}],
            id="names no variable of ours",
        ),
        pytest.param(
            opml('<outline text="A" xmlUrl="https://a.example/f"/><outline text="B" xml'),
            [{"url": "https://a.example/f", "name": "A"}],
            id="a torn end",
        ),
        pytest.param(opml('<outline text="a note"/>'), [], id="no feeds"),
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n", [], id="a picture"),
    ],
)
def test_a_list_of_another_reader_is_read(document: bytes, feeds: list[dict[str, Any]]) -> None:
    found = read(document)
    assert list(found.feeds) == feeds
    assert not found.ours


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    document = bomb + opml('<outline text="&b;" xmlUrl="https://a.example/f"/>')[21:]
    assert "aaaaaaaaaaaaaaaaaaaa" not in str(read(document).feeds)


words = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=15,
)
own = st.fixed_dictionaries(
    {},
    optional={
        "name": words,
        "every": st.sampled_from(["15m", "2h"]),
        "tags": st.lists(words, min_size=1, max_size=3, unique=True),
        "headers": st.dictionaries(st.just("Authorization"), words, min_size=1),
        "article": st.fixed_dictionaries({"select": words, "remove": st.lists(words, max_size=2)}),
    },
)


@given(st.lists(own, min_size=1, max_size=5))
def test_our_own_list_gives_back_what_it_was_made_from(feeds: list[dict[str, Any]]) -> None:
    full = [{"url": f"https://{n}.example/feed?a=1&b=${{T}}", **f} for n, f in enumerate(feeds)]
    found = read(write(full, "feeds"))
    assert sorted(found.feeds, key=lambda feed: feed["url"]) == full
    assert (found.ours, found.problem) == (True, "")


def test_folders_are_the_first_tags() -> None:
    document = write([{"url": "https://a.example/", "tags": ["x", "y"]}, "https://b.example/"], "f")
    assert b'<outline text="x">' in document
    assert [feed["url"] for feed in read(document).feeds] == [
        "https://a.example/",
        "https://b.example/",
    ]
