"""An alert as a message: subject, plain text and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.alerting.changed import change_view
from aggregator.alerting.view import (
    DigestView,
    NoticeView,
    digest_view,
    line,
    notice_view,
    summary_view,
)
from aggregator.models import Alert, Change, Digest, Notice, Person, Summary

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

LONGEST_SUBJECT = 150
#: Mail programs cut off what is longer (Gmail at 102 kB); in bytes of UTF-8, its
#: line ends as they travel.
LONGEST_HTML = 90_000
#: More do not fit in any case.
MOST_STORIES = 200


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: the subject is one line, both bodies say the same."""

    subject: str
    text: str
    html: str


def render(alert: Alert, person: Person) -> Message:
    """Times are shown in the person's zone."""
    if isinstance(alert.content, Notice):
        return _match(alert.content, person.timezone)
    if isinstance(alert.content, Change):
        return _change(alert.content, person.timezone)
    if isinstance(alert.content, Summary):
        return _summary(alert.content, person.timezone)
    return _digest(alert.content, person.timezone)


def _match(notice: Notice, zone: ZoneInfo) -> Message:
    view = notice_view(notice, zone)
    return Message(
        subject=line(_match_subject(view), LONGEST_SUBJECT),
        text=_text("alert.txt.j2", notice=view),
        html=_html("alert.html.j2", notice=view),
    )


def _match_subject(view: NoticeView) -> str:
    label = f"{view.watch}, {view.severity}" if view.severity == "high" else view.watch
    if view.news:
        return f"[{label}] Update: {view.title}"
    return f"[{label}] {view.title}"


def _summary(summary: Summary, zone: ZoneInfo) -> Message:
    view = summary_view(summary, zone)
    return Message(
        subject=line(f"[{view.head}] {view.notices[0].title}", LONGEST_SUBJECT),
        text=_text("summary.txt.j2", summary=view),
        html=_html("summary.html.j2", summary=view),
    )


def _change(change: Change, zone: ZoneInfo) -> Message:
    view = change_view(change, zone)
    return Message(
        subject=line(f"[monitor] {view.title}", LONGEST_SUBJECT),
        text=_text("change.txt.j2", change=view),
        html=_html("change.html.j2", change=view),
    )


def _digest(digest: Digest, zone: ZoneInfo) -> Message:
    view, html = _fitting(digest, zone)
    return Message(
        subject=line(_digest_subject(digest, view), LONGEST_SUBJECT),
        text=_text("digest.txt.j2", digest=view),
        html=html,
    )


def _fitting(digest: Digest, zone: ZoneInfo) -> tuple[DigestView, str]:
    """As many of the stories as a mail program shows."""
    at_most = min(len(digest.notices), MOST_STORIES)
    while True:
        view = digest_view(digest, zone, at_most)
        html = _html("digest.html.j2", digest=view)
        size = len(html.encode("utf-8", "replace")) + html.count("\n")
        if size <= LONGEST_HTML or at_most == 0:
            return view, html
        at_most = min(at_most - 1, at_most * LONGEST_HTML // size)


def _digest_subject(digest: Digest, view: DigestView) -> str:
    return f"Digest {digest.date.day} {digest.date:%b %Y}: {view.head}; {view.sources}"


def _text(template: str, **values: object) -> str:
    return _templates().get_template(template).render(values)


def _html(template: str, **values: object) -> str:
    return _inliner().inline(_templates().get_template(template).render(values))


# Imported where a message is written: to check feeds.yaml, every command imports the channels.


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("aggregator.alerting"),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    # The rules for dark mode and narrow screens cannot be inlined; they stay in the head.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
