"""What a draft would have found."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aggregator.models import Item
from aggregator.watching.language import parse
from aggregator.watching.trial import Trial

MONDAY = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def item(number: int, first_seen: datetime, text: str) -> Item:
    return Item(
        id=number,
        feed="Dawn",
        title="",
        url="https://dawn.example/a",
        published=None,
        first_seen=first_seen,
        authors=(),
        language="en",
        summary="",
        text=text,
        quality="full",
        reason="ok",
        story=number,
        watches=(),
    )


def test_articles_are_counted_not_mentions() -> None:
    trial = Trial(parse("(Quetta OR Jundallah OR Zzyzx) AND NOT cricket"))
    texts = ["Quetta, Quetta, Quetta.", "Jundallah in Quetta.", "Cricket in Quetta.", "Karachi."]
    for number, text in enumerate(texts):
        trial.read(item(number, TUESDAY if number else MONDAY, text))
    assert [hit.id for hit in trial.hits] == [0, 1]
    assert trial.days == {date(2026, 11, 23): 1, date(2026, 11, 24): 1}
    assert trial.terms == {"Quetta": 2, "Jundallah": 1}
    assert trial.never == ("Zzyzx",)
