"""The whole line: real HTTP, real children, a real SQLite file, a real mail server."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from aggregator.demo.server import NewsroomServer
from aggregator.models import Item, Notice
from aggregator.pipeline import house
from aggregator.runner import Runner
from aggregator.settings.plain import Settings
from tests.flow.conftest import Clock, MailServer, monitor, servers_agree, write_settings


@pytest.fixture
def settings(tmp_path: Path, newsroom: NewsroomServer, mail_server: MailServer) -> Settings:
    text = newsroom.feeds_yaml
    assert 'smtp: ""' in text
    # This server takes mails as fast as they come.
    server = f"smtp: {mail_server.url}\n    rate: 10000"
    return write_settings(tmp_path, text.replace('smtp: ""', server))


def by_slug(newsroom: NewsroomServer, items: list[Item]) -> dict[str, Item]:
    found = {newsroom.newsroom.slug_of(item.url): item for item in items}
    assert None not in found
    return {slug: item for slug, item in found.items() if slug}


async def test_from_feed_to_mail(
    newsroom: NewsroomServer, settings: Settings, mail_server: MailServer
) -> None:
    clock = Clock()
    async with monitor(settings, clock) as runner:
        storage = runner.line.storage
        await runner.once()
        first = {poll.feed: poll for poll in storage.polls()}
        newsroom.publish_second_edition()
        clock.forward(timedelta(hours=1))
        await runner.line.in_storage(storage.make_due, clock())
        await runner.once()
        second = {poll.feed: poll for poll in storage.polls()[len(first) :]}
        items = by_slug(newsroom, storage.items())
        alerts = storage.alerts()
        wire = items["jundallah-pledges-support-to-islamic-state"]
        copies = {link.other for link in storage.copies(wire.id)}
        assert storage.copy_pairs(copies | {wire.id})

    # the ledger accounts for every entry, and the outlet that is down has its line
    down = newsroom.down_feed.name
    assert down is not None
    assert first[down].reason == second[down].reason == "refused"
    for poll in [*first.values(), *second.values()]:
        assert poll.seen == poll.new + poll.updated + poll.known + poll.rejected
    assert sum(poll.new for poll in first.values()) == 38
    assert sum(poll.new for poll in second.values()) == 6
    assert sum(poll.updated for poll in second.values()) == 1
    assert {poll.reason for poll in second.values()} == {"ok", "not_modified", "refused"}
    assert len(items) == 44

    # no miss, no false alarm
    for watch, expected in newsroom.newsroom.expected_matches().items():
        matched = {slug for slug, item in items.items() if watch in item.watches}
        assert matched == expected, watch

    # the text is the article's, word for word
    for slug, item in items.items():
        if truth := newsroom.newsroom.clean_text(slug):
            assert item.text == truth, slug

    # one story, told once: four outlets carry the wire's text
    assert len(copies) == 3
    assert {item.story for item in items.values() if item.id in copies} == {wire.story}
    told = [
        alert
        for alert in alerts
        if alert.story == wire.story and alert.watch == "Jundallah" and alert.person == "amina"
    ]
    assert Counter(alert.state for alert in told if alert.channel == "email") == {"delivered": 1}
    assert {alert.reason for alert in told if alert.state == "held"} <= {"copy", "told"}

    # the mail that arrived
    [alert] = [alert for alert in told if alert.channel == "email"]
    assert isinstance(alert.content, Notice)
    [mail] = [mail for mail in mail_server.box.mails if alert.key in mail["Message-ID"]]
    assert mail["To"] == "amina@desk.example"
    assert mail["Subject"] == f"[Jundallah, high] {alert.content.title}"
    text, html = body(mail, "plain"), body(mail, "html")
    # Lines of a quotation each begin with its mark.
    assert alert.content.excerpt.text in text.replace("*", "").replace(" > ", " ")
    assert alert.content.url in text
    assert "<mark" in html


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return " ".join(content.split())


async def test_a_digest_for_each_person_once_a_day(
    newsroom: NewsroomServer, settings: Settings, mail_server: MailServer
) -> None:
    clock = Clock()
    async with monitor(settings, clock) as runner:
        for _ in range(3):
            await runner.once()
            clock.forward(timedelta(hours=1))
    async with monitor(settings, clock) as runner:
        await runner.once()
    for address in ("amina@desk.example", "tomas@desk.example"):
        [digest] = mail_server.box.to(address, subject="Digest")
        assert "1 failing" in digest["Subject"]
        assert (newsroom.down_feed.name or "") in body(digest, "plain")


async def test_nothing_is_told_twice_after_a_restart(
    settings: Settings, mail_server: MailServer
) -> None:
    clock = Clock()
    async with monitor(settings, clock) as runner:
        await runner.once()
    sent = len(mail_server.box.mails)
    async with monitor(settings, clock) as runner:
        await runner.line.in_storage(runner.line.storage.make_due, clock())
        await runner.once()
    assert sent == len(mail_server.box.mails)
    ids = [mail["Message-ID"] for mail in mail_server.box.mails]
    assert len(ids) == len(set(ids))


async def test_a_second_monitor_on_the_same_store_is_refused(settings: Settings) -> None:
    from aggregator.errors import StorageBusy

    async with monitor(settings, Clock()):
        with pytest.raises(StorageBusy, match="in use by process"):
            async with monitor(settings, Clock()):
                pass


async def test_mail_that_cannot_be_delivered_waits_and_comes_later(
    settings: Settings, mail_server: MailServer
) -> None:
    """The server refuses for now; later it takes the same mails, under the same ids."""
    clock = Clock()
    box, accept = mail_server.box, mail_server.box.handle_DATA

    async def refuse(*_: object) -> str:
        return "451 try again later"

    box.handle_DATA = refuse  # type: ignore[method-assign]
    async with monitor(settings, clock) as runner:
        await runner.once()
        waiting = [a for a in runner.line.storage.alerts(state="pending") if a.channel == "email"]
        assert waiting
        assert not box.mails
        box.handle_DATA = accept  # type: ignore[method-assign]
        clock.forward(timedelta(days=1))
        await runner.send.drain()
    ids = {mail["Message-ID"].strip("<>").partition("@")[0] for mail in box.mails}
    assert ids == {alert.key for alert in waiting}


async def test_what_people_are_told_does_not_hang_on_what_is_kept(
    tmp_path: Path, newsroom: NewsroomServer
) -> None:
    """An article is forgotten as soon as it was read; copies of it come later."""
    kept = "\nretention: {articles: 0s, pages: 0s}\n"
    clock = Clock()
    with_all, with_none = tmp_path / "all", tmp_path / "none"
    with_all.mkdir()
    with_none.mkdir()
    settings = (
        write_settings(with_all, newsroom.feeds_yaml),
        write_settings(with_none, newsroom.feeds_yaml + kept),
    )
    async with monitor(settings[0], clock) as everything, monitor(settings[1], clock) as nothing:
        for _ in range(2):
            clock.forward(timedelta(hours=1))
            for runner in (everything, nothing):
                await runner.line.in_storage(runner.line.storage.make_due, clock())
                await runner.once()
            clock.forward(timedelta(seconds=1))
            servers_agree(nothing)
            assert (await house.prune(nothing.line))["articles"] > 0
            newsroom.publish_second_edition()
        assert "full" in {item.quality for item in everything.line.storage.items()}
        # What is not read yet is asked for again.
        assert "full" not in {item.quality for item in nothing.line.storage.items()}
        assert nothing.line.storage.prunable(clock(), clock(), clock())[:2] == (0, 0)
        assert nothing.line.storage.row_counts()["pages"] == 0
        assert told(nothing) == told(everything) != {}


def told(runner: Runner) -> Counter[tuple[str, str, str]]:
    return Counter(
        (alert.person, alert.watch, alert.state)
        for alert in runner.line.storage.alerts()
        if alert.kind == "match"
    )
