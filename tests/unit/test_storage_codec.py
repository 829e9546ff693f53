"""What is written down is what is read back."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Change, Digest, Excerpt, Notice, Rule, TermHit
from storage import codec

texts = st.text(st.characters(exclude_characters="\0"))
moments = st.datetimes(timezones=st.just(UTC))
excerpts = st.builds(
    Excerpt,
    text=texts,
    spans=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))).map(tuple),
)
names = st.lists(texts, max_size=3).map(tuple)
notices = st.builds(
    Notice,
    watch=texts,
    severity=st.sampled_from(["low", "normal", "high"]),
    title=texts,
    outlet=texts,
    url=texts,
    item=st.integers(1, 2**62),
    first_seen=moments,
    excerpt=excerpts,
    terms=names,
    quality=st.sampled_from(["full", "partial", "summary", "blocked", "none"]),
    published=st.none() | moments,
    also=names,
    outlets=names,
)
digests = st.builds(
    Digest,
    person=texts,
    date=st.dates(),
    start=moments,
    end=moments,
    notices=st.lists(notices, max_size=2).map(tuple),
    feeds_read=st.integers(0, 9999),
    failing=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    held=st.lists(st.tuples(texts, st.integers(0, 99)), max_size=2).map(tuple),
)
changes = st.builds(Change, code=texts, subject=texts, at=moments, detail=texts)
hits = st.builds(
    TermHit,
    term=texts,
    text=texts,
    field=st.sampled_from(["title", "summary", "text"]),
    start=st.integers(0, 9999),
    end=st.integers(0, 9999),
    rule=st.sampled_from(get_args(Rule)),
)


@given(notices | digests | changes)
def test_what_an_alert_says(value: Notice | Digest | Change) -> None:
    assert codec.content_of(codec.content(value)) == cleaned(value)


@given(st.lists(hits).map(tuple))
def test_the_proof_of_a_match(value: tuple[TermHit, ...]) -> None:
    assert codec.hit_tuple(codec.hits(value)) == cleaned(value)


@given(st.lists(texts).map(tuple))
def test_lists_of_words(value: tuple[str, ...]) -> None:
    assert codec.string_tuple(codec.strings(value)) == cleaned(value)


def cleaned(value: object) -> object:
    """The same, its texts as a database takes them."""
    if isinstance(value, str):
        return codec.text(value)
    if isinstance(value, tuple):
        return tuple(cleaned(part) for part in value)
    if dataclasses.is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return type(value)(**{name: cleaned(part) for name, part in parts.items()})
    return value


@given(moments)
def test_a_time(value: datetime) -> None:
    assert codec.moment(codec.time(value)) == value


@given(moments, moments)
def test_times_sort_as_their_text_does(one: datetime, other: datetime) -> None:
    assert (one < other) == (codec.time(one) < codec.time(other))
    assert codec.EVER < codec.time(one) < codec.NEVER


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(
            datetime(2026, 11, 23, 20, tzinfo=UTC), "2026-11-23T20:00:00.000000+00:00", id="UTC"
        ),
        pytest.param(
            datetime(2026, 11, 24, 1, 0, 0, 7, tzinfo=timezone(timedelta(hours=5))),
            "2026-11-23T20:00:00.000007+00:00",
            id="another zone",
        ),
    ],
)
def test_how_a_time_is_written(value: datetime, written: str) -> None:
    assert codec.time(value) == written


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        codec.time(datetime(2026, 11, 23))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        pytest.param("بلوچستان 🙂", "بلوچستان 🙂", id="as it is"),
        pytest.param("a\ud800b\udfff", "a�b�", id="lone halves of pairs"),
        pytest.param("a\0b", "a�b", id="NUL"),
    ],
)
def test_text_that_a_database_takes(value: str, stored: str) -> None:
    assert codec.text(value) == stored
    stored.encode()
