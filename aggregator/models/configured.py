"""What the operators ask for: plain values that settings makes of feeds.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Severity = Literal["low", "normal", "high"]

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class ArticleRule:
    """Where a site's article stands, when the general extractor errs; CSS selectors."""

    select: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A source, as the operators configured it."""

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    every: timedelta = timedelta(minutes=30)
    full_text: bool = True
    alert_on_first_poll: bool = False
    alert_max_age: timedelta = timedelta(days=2)
    language: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    article: ArticleRule = ArticleRule()
    identity: Literal["auto", "guid", "link", "content"] = "auto"


@dataclass(frozen=True, slots=True)
class Watch:
    """What the analysts want to hear of.  `any` and `query` are joined by OR."""

    name: str
    any: tuple[str, ...] = ()
    query: str = ""
    #: Terms that count only when one of their context terms stands somewhere in the article.
    weak: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: A mention inside one of these phrases does not count.
    excepted: tuple[str, ...] = ()
    #: An article with one of these does not match at all.
    unwanted: tuple[str, ...] = ()
    severity: Severity = "normal"
    where: Literal["title", "lead", "anywhere"] = "anywhere"
    forms: Literal["auto", "exact"] = "auto"
    #: Language codes, feed names or tags; empty: all.
    languages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    #: Its name before, under which its history stands; "": it never had another.
    was: str = ""
    #: New or changed, it is held against what was first seen so long ago; that alerts nobody.
    backfill: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local wall-clock times; may run over midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Person:
    """An analyst: what they are told of, over what, and when."""

    name: str
    email: str = ""
    timezone: ZoneInfo = UTC_ZONE
    #: None: every watch.
    watches: tuple[str, ...] | None = None
    #: Names of channels; empty: the digest only.
    alerts: tuple[str, ...] = ("email",)
    #: Local time of the digest; None: no digest.
    digest: time | None = None
    quiet: QuietHours | None = None
    #: Messages an hour over each channel; what is beyond goes in one.
    cap: int = 30

    def hears_of(self, watch: str) -> bool:
        return self.watches is None or watch in self.watches
