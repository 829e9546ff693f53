"""The sections of feeds.yaml: one model each, with the defaults in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from aggregator.models import Severity
from aggregator.settings.values import (
    SQLITE_EXAMPLE,
    Boolean,
    Cap,
    Contact,
    Digest,
    Duration,
    Email,
    Headers,
    Language,
    Listen,
    Private,
    Quiet,
    SecretUrl,
    Selector,
    StorageUrl,
    Text,
    Texts,
    Timezone,
    WebUrl,
    listed,
    one_of,
)


class Section(BaseModel):
    """What all have in common: no other keys, nothing changes, no values in errors."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=True
    )


class Defaults(Section):
    """For every feed, unless it says otherwise."""

    every: Duration = timedelta(minutes=30)
    full_text: Boolean = True
    alert_on_first_poll: Boolean = False
    alert_max_age: Duration = timedelta(days=2)


class ArticleSection(Section):
    """Where a site's article stands; CSS selectors."""

    select: Selector | None = None
    remove: Annotated[tuple[Selector, ...], BeforeValidator(listed)] = ()


class FeedSection(Section):
    """A source; a bare URL is enough."""

    url: WebUrl
    name: Text | None = None
    tags: Texts = ()
    every: Duration | None = None
    full_text: Boolean | None = None
    alert_on_first_poll: Boolean | None = None
    alert_max_age: Duration | None = None
    language: Language | None = None
    headers: Headers = Field(default_factory=dict)
    article: ArticleSection = ArticleSection()
    identity: Annotated[
        Literal["auto", "guid", "link", "content"], one_of("auto", "guid", "link", "content")
    ] = "auto"


class WatchSection(Section):
    """What the analysts want to hear of."""

    name: Text
    any: Texts = ()
    query: Text | None = None
    weak: dict[Text, Texts] = Field(default_factory=dict)
    excepted: Texts = Field(default=(), alias="except")
    unwanted: Texts = Field(default=(), alias="not")
    severity: Annotated[Severity, one_of("low", "normal", "high")] = "normal"
    where: Annotated[Literal["title", "lead", "anywhere"], one_of("title", "lead", "anywhere")] = (
        Field(default="anywhere", alias="in")
    )
    forms: Annotated[Literal["auto", "exact"], one_of("auto", "exact")] = "auto"
    languages: Annotated[tuple[Language, ...], BeforeValidator(listed)] = ()
    feeds: Texts = ()
    was: Text | None = None
    backfill: Duration = timedelta(days=7)


class PersonSection(Section):
    """An analyst."""

    name: Text
    email: Email | None = None
    timezone: Timezone = None
    watches: Texts | None = None
    alerts: Texts = ("email",)
    digest: Digest = None
    quiet: Quiet = None
    cap: Cap = 30


class OperatorsSection(Section):
    """Who is told when a source, a channel or the settings go wrong."""

    channels: Texts = ()
    email: Email | None = None
    heartbeat: SecretUrl = SecretStr("")


class NetworkSection(Section):
    """How the program shows itself to other machines, and which it may reach."""

    contact: Contact | None = None
    allow_private: Annotated[tuple[Private, ...], BeforeValidator(listed)] = ()
    pause: Duration = timedelta(seconds=1)


class WebSection(Section):
    """The analysts' page."""

    listen: Listen = "127.0.0.1:8080"


class RetentionSection(Section):
    """How long texts and polls are kept; identities are kept for ever."""

    articles: Duration = timedelta(days=365)
    pages: Duration = timedelta(days=30)
    polls: Duration = timedelta(days=90)


class File(Section):
    """The whole of feeds.yaml."""

    defaults: Defaults = Defaults()
    feeds: tuple[FeedSection, ...]
    groups: dict[Text, Texts] = Field(default_factory=dict)
    watches: tuple[WatchSection, ...] = ()
    people: tuple[PersonSection, ...] = ()
    channels: dict[str, dict[str, Any]] = Field(default_factory=dict)
    operators: OperatorsSection = OperatorsSection()
    storage: StorageUrl = SQLITE_EXAMPLE
    network: NetworkSection = NetworkSection()
    web: WebSection = WebSection()
    retention: RetentionSection = RetentionSection()
