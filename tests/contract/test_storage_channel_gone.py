"""What waits for a channel that feeds.yaml names no more."""

from __future__ import annotations

from samples import LEASE, MINUTE, NOW, alert, commit, notice

from aggregator.models import Alert, Change, Delivery, Summary
from aggregator.protocols import Storage


def keys(found: list[Alert]) -> list[str]:
    return [one.key for one in found]


def channels(storage: Storage) -> dict[str, str]:
    return {one.key: one.channel for one in storage.alerts()}


def test_what_lost_its_channel_goes_over_another_unless_it_goes_there_already(
    storage: Storage,
) -> None:
    both = {"created_at": NOW, "story": 2}
    storage.commit_alerts(
        [
            alert("retried", channel="gone", story=1, due_at=NOW + 60 * MINUTE),
            alert("twin", channel="gone", **both),
            alert("told", channel="new", **both),
            alert("quiet", channel="gone", story=3, put_off="quiet", due_at=NOW + 9 * MINUTE),
            alert("claimed", channel="gone", story=4),
        ]
    )
    (claimed,) = (
        one for one in storage.claim_alerts(NOW, 9, LEASE, "gone") if one.key == "claimed"
    )
    storage.give_back_alert(next(one for one in storage.alerts() if one.key == "twin"))
    assert storage.without_channel(["new"]) == [("amina", "gone")]
    assert storage.move_alerts("amina", "gone", "new", NOW) == 2
    assert {one.key: one.channel for one in storage.alerts()} == {
        "retried": "new",
        "twin": "gone",
        "told": "new",
        "quiet": "new",
        "claimed": "gone",
    }
    assert keys(storage.claim_alerts(NOW, 9, LEASE, "new")) == ["retried", "told"]
    assert keys(storage.put_off(NOW + 8 * MINUTE)) == []
    assert keys(storage.put_off(NOW + 9 * MINUTE)) == ["quiet"]
    assert commit(storage, claimed, Delivery("retry", NOW, "timeout", retry_at=NOW + MINUTE))
    assert storage.move_alerts("amina", "gone", "new", NOW) == 1
    assert storage.move_alerts("tomas", "gone", "new", NOW) == 0


def test_what_was_told_of_at_one_moment_is_not_one_message(storage: Storage) -> None:
    """Two sources fail in one look, and the operators have another channel."""
    told = [
        alert(
            f"{feed} {channel}",
            kind="change",
            channel=channel,
            content=Change("failing", feed, NOW),
            watch="",
            story=None,
            entry_id=None,
        )
        for feed, channel in (("Dawn", "gone"), ("Tolo", "gone"), ("Tolo", "new"))
    ]
    storage.commit_alerts(told)
    assert storage.move_alerts("amina", "gone", "new", NOW) == 1
    assert channels(storage) == {"Dawn gone": "new", "Tolo gone": "gone", "Tolo new": "new"}


def summary(channel: str, count: int) -> Alert:
    content = Summary("quiet", count, (notice(),) * count)
    return alert(
        f"sum {channel}", kind="summary", channel=channel, content=content, watch="", story=None
    )


def put_off(story: int, channel: str) -> Alert:
    return alert(f"{story} {channel}", story=story, channel=channel, put_off="quiet")


def test_a_summary_falls_apart_with_its_channel_and_each_goes_where_it_does_not_go_yet(
    storage: Storage,
) -> None:
    """The new channel was there for the second of two stories."""
    old = [put_off(1, "gone"), put_off(2, "gone")]
    new = [put_off(2, "new")]
    storage.commit_alerts([*old, *new])
    within = {"sum gone": keys(old), "sum new": keys(new)}
    storage.commit_summaries(within, [summary("gone", 2), summary("new", 1)])
    (claimed,) = storage.claim_alerts(NOW, 9, LEASE, "gone")
    assert storage.move_alerts("amina", "gone", "new", NOW) == 0

    assert commit(storage, claimed, Delivery("retry", NOW, "timeout", retry_at=NOW + MINUTE))
    assert storage.move_alerts("amina", "gone", "new", NOW) == 1
    assert [(one.key, one.channel) for one in storage.put_off(NOW)] == [
        ("1 gone", "new"),
        ("2 gone", "gone"),
    ]
    assert keys(storage.claim_alerts(NOW, 9, LEASE, "new")) == ["sum new"]


def test_a_dead_summary_that_is_retried_goes_over_the_channel_there_is(storage: Storage) -> None:
    old = [put_off(1, "gone"), put_off(2, "gone")]
    storage.commit_alerts(old)
    storage.commit_summaries({"sum gone": keys(old)}, [summary("gone", 2)])
    (claimed,) = storage.claim_alerts(NOW, 9, LEASE, "gone")
    assert commit(storage, claimed, Delivery("dead", NOW, "http_410"))
    storage.send_again(["sum gone", *keys(old)], [], NOW)
    assert storage.without_channel(["new"]) == [("amina", "gone")]
    assert storage.move_alerts("amina", "gone", "new", NOW) == 2
    assert [(one.key, one.channel) for one in storage.put_off(NOW)] == [
        ("1 gone", "new"),
        ("2 gone", "new"),
    ]
