"""feeds.yaml as it should be: what the rest of the program is given, and what is shown of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import time, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from aggregator.errors import Mistake, SettingsError
from aggregator.models import ArticleRule, Feed, Person, QuietHours, Watch
from aggregator.settings.durations import duration_text, parse_duration
from aggregator.settings.loading import load
from aggregator.settings.plain import NOBODY, Retention, Settings
from aggregator.settings.sections import File
from aggregator.settings.shown import effective, json_schema

SHIPPED = Path(__file__).parents[2] / "feeds.yaml"

#: Every key there is.
WHOLE = """\
defaults:
  every: 20m
  full_text: yes
  alert_on_first_poll: false
  alert_max_age: 3d

feeds:
  - https://harbour.example/rss.xml                      # a bare URL is enough
  - url: https://ledger.example/feed/
    name: Morning Ledger
    tags: [asia, conflict]
    every: 15m
    full_text: no
    language: no
    headers: {Authorization: "Bearer ${LEDGER_TOKEN}"}
    article: {select: "div.entry", remove: [".author-bio", ".related"]}
    identity: link
    alert_on_first_poll: on
    alert_max_age: 12h

groups:
  isis: [Daesh, Islamic State, داعش]

watches:
  - name: Jundallah
    any: [Jundallah, Jundullah, 1984]
    except: ["Jundallah Khan"]
    not: [cricket]
  - name: Islamic State in Balochistan
    query: "@isis WITH (Balochistan OR Quetta)"
    weak: {"=IS": [Syria, Iraq]}
    severity: high
    in: lead
    forms: exact
    languages: [en, ur, fa]
    feeds: [asia, Morning Ledger]

people:
  - name: amina
    email: amina@desk.example
    timezone: Asia/Karachi
    watches: [Jundallah]
    alerts: [email, console, night]
    digest: 07:00
    quiet: 22:00-06:00
  - name: tomas
    email: tomas@desk.example
    timezone: Europe/London
    alerts: []
    digest: off

channels:
  email:
    smtp: ${SMTP_URL:-}
    from: Newsdesk <news@desk.example>
  night: {type: email, smtp: "${NIGHT_SMTP}", from: night@desk.example}

operators:
  channels: [email]
  email: ops@desk.example
  heartbeat: https://beat.example/${LEDGER_TOKEN}

storage: sqlite:///store/news.db
network:
  contact: ops@desk.example
  allow_private: [127.0.0.1, 10.0.0.0/8, newsroom]
  pause: 0s
web: {listen: "[::1]:8081"}
retention: {articles: 100d, pages: 10d, polls: 20d}
"""
ENVIRON = {"LEDGER_TOKEN": "t0ken-of-ledger", "NIGHT_SMTP": "smtps://bot:n1ght-pass@mail.example"}
SECRETS = ("t0ken-of-ledger", "n1ght-pass", "mail.example")


def loaded(directory: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    path = directory / "feeds.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return load(path, environ or {})


@pytest.fixture
def whole(tmp_path: Path) -> Settings:
    return loaded(tmp_path, WHOLE, ENVIRON)


def test_feeds_carry_the_defaults_unless_they_say_otherwise(whole: Settings) -> None:
    assert whole.feeds == (
        Feed(
            url="https://harbour.example/rss.xml",
            every=timedelta(minutes=20),
            alert_max_age=timedelta(days=3),
        ),
        Feed(
            url="https://ledger.example/feed/",
            name="Morning Ledger",
            tags=("asia", "conflict"),
            every=timedelta(minutes=15),
            full_text=False,
            alert_on_first_poll=True,
            alert_max_age=timedelta(hours=12),
            language="no",
            headers={"Authorization": "Bearer t0ken-of-ledger"},
            article=ArticleRule(select="div.entry", remove=(".author-bio", ".related")),
            identity="link",
        ),
    )
    assert whole.feeds_by_url["https://ledger.example/feed/"].name == "Morning Ledger"


def test_watches_and_groups(whole: Settings) -> None:
    assert whole.watches == (
        Watch(
            name="Jundallah",
            any=("Jundallah", "Jundullah", "1984"),
            excepted=("Jundallah Khan",),
            unwanted=("cricket",),
        ),
        Watch(
            name="Islamic State in Balochistan",
            query="@isis WITH (Balochistan OR Quetta)",
            weak={"=IS": ("Syria", "Iraq")},
            severity="high",
            where="lead",
            forms="exact",
            languages=("en", "ur", "fa"),
            feeds=("asia", "Morning Ledger"),
        ),
    )
    assert whole.groups == {"isis": ("Daesh", "Islamic State", "داعش")}


def test_people(whole: Settings) -> None:
    assert whole.people == (
        Person(
            name="amina",
            email="amina@desk.example",
            timezone=ZoneInfo("Asia/Karachi"),
            watches=("Jundallah",),
            alerts=("email", "console", "night"),
            digest=time(7),
            quiet=QuietHours(time(22), time(6)),
        ),
        Person(
            name="tomas",
            email="tomas@desk.example",
            timezone=ZoneInfo("Europe/London"),
            alerts=(),
        ),
    )


def test_the_other_sections(whole: Settings, tmp_path: Path) -> None:
    assert {name: channel.type for name, channel in whole.channels.items()} == {
        "email": "email",
        "console": "console",
        "night": "email",
    }
    assert whole.storage == f"sqlite:///{tmp_path}/store/news.db"
    assert whole.directory == tmp_path
    assert whole.network.contact == "ops@desk.example"
    assert whole.network.allow_private == ("127.0.0.1", "10.0.0.0/8", "newsroom")
    assert whole.network.pause == timedelta(0)
    assert (whole.web.host, whole.web.port) == ("::1", 8081)
    assert whole.retention == Retention(*map(timedelta, (100, 10, 20)))
    assert whole.operators.heartbeat == "https://beat.example/t0ken-of-ledger"
    assert whole.operators.channels == ("email",)
    assert [warning.problem for warning in whole.warnings] == [
        "is told nothing: no alerts, no digest"
    ]


def test_every_key_has_a_default_but_feeds(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "feeds: [https://a.example/feed]")
    assert settings.feeds == (Feed(url="https://a.example/feed"),)
    assert settings.people == (NOBODY,)
    assert NOBODY.alerts == ("console",)
    assert NOBODY.digest is None
    assert set(settings.channels) == {"email", "console"}
    assert settings.storage == f"sqlite:///{tmp_path}/data/aggregator.db"
    assert settings.warnings == ()


def test_a_key_with_nothing_after_it_counts_as_not_written(tmp_path: Path) -> None:
    text = """\
        feeds:
          - url: https://a.example/feed
            name:
        watches:
        people: ~
        """
    settings = loaded(tmp_path, text)
    assert settings.feeds == (Feed(url="https://a.example/feed"),)
    assert settings.people == (NOBODY,)


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    text = "feeds: [https://a.example/feed]\nstorage: sqlite:////srv/news.db"
    assert loaded(tmp_path, text).storage == "sqlite:////srv/news.db"


def test_the_shipped_file_is_right_without_an_environment() -> None:
    settings = load(SHIPPED, {})
    assert settings.warnings == ()
    assert len(settings.feeds) >= 12
    assert {"ar", "fa", "fr", "ru", "tr", "ur"} <= {feed.language for feed in settings.feeds}
    assert {"Jundallah", "Islamic State", "Balochistan"} <= {w.name for w in settings.watches}
    assert settings.people == (NOBODY,)


# ── what is legal, and probably not meant ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        pytest.param(
            "feeds:\n  - https://a.example/f?utm_source=rss\n  - https://a.example/f\n",
            "feeds.yaml:3:5: feeds[1].url: is the same document as the address on line 2 "
            "(keep one)",
            id="two feeds with one canonical address",
        ),
        pytest.param(
            "feeds: ['https://u:p4ss@a.example/feed']\n",
            "feeds.yaml:1:9: feeds[0].url: holds a password, and addresses are shown in lists and "
            'alerts (write headers: {Authorization: "Basic ${…}"})',
            id="a password in an address",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\npeople:\n"
            "  - {name: amina, alerts: [email, console]}\n",
            "feeds.yaml:3:5: people[0]: has no address, and is to be told by e-mail "
            "(write email: name@example.org)",
            id="a person without an address",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n  - {name: A, any: [Quetta]}\n"
            "  - {name: B, any: [Mastung]}\npeople: [{name: a, alerts: [console], watches: [A]}]\n",
            "feeds.yaml:4:5: watches[1]: nobody is told of this watch "
            "(add it to someone's watches:)",
            id="a watch nobody hears of",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\ngroups: {isis: [ISIS, Daesh]}\n"
            "watches:\n  - {name: A, any: ['@isis']}\n  - {name: B, query: '@isis AND Quetta'}\n",
            'feeds.yaml:2:17: groups.isis[0]: ISIS also matches "isis" (write "=ISIS")',
            id="capitals, told once",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches: [{name: A, query: ISIS AND Quetta}]\n",
            'feeds.yaml:2:28: watches[0].query: ISIS also matches "isis" '
            "(write =ISIS WITH (a name that stands beside it))",
            id="capitals in a query",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\ndefaults: {every: 0s}\n",
            "feeds.yaml:2:19: defaults.every: the site may be asked every second "
            "(write 30s or more)",
            id="no time between polls",
        ),
        pytest.param(
            "feeds: [{url: https://a.example/feed, alert_max_age: 0m}]\n",
            "feeds.yaml:1:54: feeds[0].alert_max_age: only an entry without a date is alerted "
            "(write 2d)",
            id="no age at all",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nretention: {articles: 0s, pages: 0s}\n",
            "feeds.yaml:2:23: retention.articles: what is forgotten after 0s is in no digest, "
            "which tells of 7d (write 8d or more)",
            id="articles forgotten at once",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\npeople: [{name: a, email: a@a.example}]\n"
            "operators: {channels: [email], email: o@a.example}\n",
            "feeds.yaml:2:1: people: all are told over email alone: while it fails, nobody is told "
            "(add another channel to alerts:, or to those of operators:)",
            id="one channel only",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\noperators: {channels: [email, console]}\n",
            "feeds.yaml:2:12: operators: has no address, and is to be told by e-mail "
            "(write email: name@example.org)",
            id="operators without an address",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\npeople:\n  - {name: a, alerts: [], digest: off}\n",
            "feeds.yaml:3:5: people[0]: is told nothing: no alerts, no digest "
            '(write digest: "07:00")',
            id="a person told nothing",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches: [{name: A, any: [Quetta]}]\n"
            "people:\n  - {name: a, alerts: [console]}\n"
            "  - {name: b, alerts: [console], watches: []}\n",
            "feeds.yaml:5:43: people[1].watches: hears of no watch "
            "(name some, or take watches: out for all)",
            id="a person of no watch",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\n"
            'people: [{name: a, alerts: [console], quiet: "06:00-05:30"}]\n',
            "feeds.yaml:2:46: people[0].quiet: leaves hardly a time of the day at which alerts "
            'are told (write "22:00-06:00")',
            id="quiet all day",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n"
            "  - {name: A, any: [Jundallah], not: [jundallah]}\n",
            "feeds.yaml:3:5: watches[0]: can never match: not: takes out all that it looks for "
            "(take the term out of one of them)",
            id="a watch whose only term is not wanted",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n"
            "  - {name: A, query: Quetta AND Mastung, except: [Quetta]}\n",
            "feeds.yaml:3:5: watches[0]: can never match: except: takes out all that it looks for "
            "(take the term out of one of them)",
            id="a watch whose query is excepted",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n"
            "  - {name: A, any: [Mastung], query: Quetta AND NOT (Quetta OR Kalat)}\n",
            'feeds.yaml:3:38: watches[0].query: "Quetta AND NOT (Quetta OR Kalat)" never counts: '
            "its query takes out all that it looks for (take the term out of one of them)",
            id="a query that contradicts itself",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n"
            "  - {name: A, any: [Mastung, Jaish al-Adl], except: [Jaish al Adl]}\n",
            'feeds.yaml:3:30: watches[0].any[1]: "Jaish al-Adl" never counts: '
            "except: takes out all that it looks for (take the term out of one of them)",
            id="a term that is excepted",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n"
            "  - {name: A, any: [Mastung], weak: {Panah: [Quetta]}, not: [Quetta]}\n",
            'feeds.yaml:3:38: watches[0].weak.Panah: "Panah" never counts: '
            "not: takes out all that it looks for (take the term out of one of them)",
            id="a weak term without its context",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n  - {name: A, any: [Sevda, Şevda]}\n",
            'feeds.yaml:3:28: watches[0].any[1]: "Şevda" is the same term as "Sevda" on line 3 '
            "(keep one)",
            id="one term in two spellings",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n  - {name: A, any: [Quetta]}\n"
            "  - {name: B, query: Quetta}\n",
            "feeds.yaml:4:5: watches[1]: looks for the same as the watch on line 3: "
            "its people are told twice (keep one)",
            id="two watches that look for the same",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n  - {name: A, any: [Quetta, Their]}\n",
            'feeds.yaml:3:29: watches[0].any[1]: "Their" is in nearly every text in en '
            "(write a phrase, or move it to weak:)",
            id="a word of every text",
        ),
        pytest.param(
            "feeds: [https://a.example/feed]\nwatches:\n  - {name: A, query: Quetta OR dedi}\n",
            'feeds.yaml:3:22: watches[0].query: "dedi" is in nearly every text in tr '
            "(write a phrase, or move it to weak:)",
            id="a word of every text in a query",
        ),
    ],
)
def test_warnings(tmp_path: Path, text: str, warning: str) -> None:
    assert [str(one) for one in loaded(tmp_path, text).warnings] == [warning]


@pytest.mark.parametrize(
    "watch",
    [
        "any: [Jundallah], not: [Jundallah Khan]",
        "any: [Jundallah Khan], except: [Jundallah]",
        "any: [Jund*], not: [Jund]",
        "any: [Quetta], not: ['=Quetta']",
        "any: ['=IS'], not: ['=Is']",
        "any: [Quetta, Mastung], query: Quetta NEAR/3 Mastung",
        "query: '(Quetta OR Mastung) AND NOT Kalat'",
        "query: 'ANY/2(Quetta, Mastung, Kalat)', not: [Turbat]",
        "any: [Quetta, Mastung], languages: [en], feeds: [a], in: title",
        "any: [Quetta], weak: {their: [Mastung]}",
        "query: Quetta AND their",
        "any: [dedi], languages: [ur]",
        "any: ['=Quetta', quetta]",
        "weak: {Panah: [Quetta]}, except: [Quetta]",
    ],
)
def test_what_can_match_is_no_matter_of_a_warning(tmp_path: Path, watch: str) -> None:
    text = f"feeds: [{{url: https://a.example/feed, name: a}}]\nwatches: [{{name: A, {watch}}}]"
    assert loaded(tmp_path, text).warnings == ()


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("defaults: {every: 0s}", lambda settings: settings.feeds[0].every),
        ("defaults: {alert_max_age: 0h}", lambda settings: settings.feeds[0].alert_max_age),
        (
            "watches: [{name: A, any: [Quetta], backfill: 0d}]",
            lambda settings: settings.watches[0].backfill,
        ),
        ("network: {pause: 0s}", lambda settings: settings.network.pause),
        ("retention: {articles: 0s}", lambda settings: settings.retention.articles),
        ("retention: {pages: 0s}", lambda settings: settings.retention.pages),
        ("retention: {polls: 0s}", lambda settings: settings.retention.polls),
    ],
)
def test_a_duration_may_be_none_at_all(
    tmp_path: Path, section: str, value: Callable[[Settings], timedelta]
) -> None:
    settings = loaded(tmp_path, f"feeds: [https://a.example/feed]\n{section}\n")
    assert value(settings) == timedelta(0)


# ── shown ─────────────────────────────────────────────────────────────────────────────────────────


def test_secrets_are_shown_nowhere(whole: Settings) -> None:
    shown = [repr(whole), str(whole), effective(whole), repr(whole.feeds), repr(whole.operators)]
    shown += [repr(whole.channels), str(whole.channels["night"].options)]
    for text in shown:
        assert not [secret for secret in SECRETS if secret in text]


def test_secrets_written_in_the_file_are_shown_nowhere(tmp_path: Path) -> None:
    text = """\
        feeds: [{url: https://a.example/feed, headers: {X-Key: s3cret}}]
        channels: {email: {smtp: "smtp://u:s3cret@mail.example", from: news@desk.example}}
        operators: {heartbeat: https://beat.example/s3cret}
        """
    settings = loaded(tmp_path, text)
    assert settings.feeds[0].headers == {"X-Key": "s3cret"}
    shown = [effective(settings), repr(settings.feeds), repr(settings.channels)]
    assert "s3cret" not in "".join([*shown, repr(settings.operators)])
    assert effective(settings).count("***") == 3


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "feeds: ['https://u:p4ss@a.example/feed']")
    assert "https://u:***@a.example/feed" in effective(settings)


def test_what_came_from_the_environment_is_shown_as_written(tmp_path: Path) -> None:
    text = "feeds: ['https://a.example/${KEY}', {url: 'https://b.example/${KEY}'}]"
    settings = loaded(tmp_path, text, {"KEY": "s3cret"})
    assert settings.feeds[0].url == "https://a.example/s3cret"
    assert "https://a.example/${KEY}" in effective(settings)
    assert "https://b.example/${KEY}" in effective(settings)
    assert "s3cret" not in effective(settings)


def test_the_settings_in_force_load_again(tmp_path: Path) -> None:
    text = "\n".join(line for line in WHOLE.splitlines() if "${" not in line or ":-" in line)
    settings = loaded(tmp_path, text.replace(", night]", "]"))
    again = loaded(tmp_path, effective(settings))
    assert again.feeds == settings.feeds
    assert again.watches == settings.watches
    assert again.people == settings.people
    assert again.storage == settings.storage
    assert effective(again) == effective(settings)


def test_the_settings_in_force_name_the_defaults(tmp_path: Path) -> None:
    shown = YAML(typ="safe").load(effective(loaded(tmp_path, "feeds: [https://a.example/feed]")))
    assert shown["defaults"] == {
        "every": "30m",
        "full_text": True,
        "alert_on_first_poll": False,
        "alert_max_age": "2d",
    }
    assert shown["network"]["pause"] == "1s"
    assert shown["retention"] == {"articles": "365d", "pages": "30d", "polls": "90d"}


# ── the schema ────────────────────────────────────────────────────────────────────────────────────


def test_the_schema_knows_every_key() -> None:
    schema = json_schema()
    data = YAML(typ="safe").load(WHOLE)
    assert set(data) == set(File.model_fields), "the example has every section"
    assert list(unknown(data, schema, schema)) == []
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("feeds: [{url: x, nam: y}]", id="in a feed"),
        pytest.param("feeds: []\nweb: {lisen: x}", id="in a section"),
        pytest.param("feds: []", id="at the top"),
    ],
)
def test_the_schema_knows_no_other_key(text: str) -> None:
    schema = json_schema()
    assert list(unknown(YAML(typ="safe").load(text), schema, schema))


def unknown(data: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[str]:
    """Keys of the data that the schema does not have."""
    schemas = [_resolved(one, root) for one in schema.get("anyOf", [schema])]
    for one in schemas:
        if isinstance(data, dict) and one.get("type") == "object":
            properties, others = one.get("properties", {}), one.get("additionalProperties", True)
            for key, value in data.items():
                if key not in properties and others is False:
                    yield key
                elif key in properties or isinstance(others, dict):
                    yield from unknown(value, properties.get(key, others), root)
        elif isinstance(data, list) and one.get("type") == "array":
            for item in data:
                yield from unknown(item, one["items"], root)


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return root["$defs"][name] if name else schema


# ── properties ────────────────────────────────────────────────────────────────────────────────────

KNOWN = "url name any query weak except every headers type smtp digest quiet alerts article select"
ODD = [
    *"[]{}'\"#|>-?:%@`!&*\\é \n\t\r\x00",
    "feeds",
    "&a",
    "*a",
    "!!str",
    "<<",
    "${A}",
    "${",
    "---",
    "...",
]
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["https://a.example/f", "off", "07:00", "15m", "${A}", "${A:-b}", "@x", "~"]),
    st.booleans(),
    st.integers(),
    st.none(),
)
KEYS = st.sampled_from([*File.model_fields, *KNOWN.split()]) | st.text(max_size=5)
TREES = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
#: JSON is YAML, too.
SOME_YAML = TREES.map(lambda tree: json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace"))
ODD_PIECES = st.sampled_from([*ODD, " ", "  ", "\n", "\t", "\x00", "\r", "\u2028"]) | st.text(
    max_size=3
)
ODD_TEXT = st.lists(ODD_PIECES, max_size=25).map(lambda parts: "".join(parts).encode())


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """The whole example with a few places overwritten."""
    text = WHOLE
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        start = draw(st.integers(min_value=0, max_value=len(text)))
        end = start + draw(st.integers(min_value=0, max_value=12))
        text = text[:start] + draw(ODD_PIECES) + text[end:]
    return text.encode("utf-8", "replace")


@hypothesis_settings(max_examples=250, deadline=None)
@given(body=st.one_of(SOME_YAML, ODD_TEXT, broken(), st.binary(max_size=60)))
def test_no_file_raises_anything_but_settings_errors(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "feeds.yaml"
    path.write_bytes(body)
    outcome = outcome_of(path)
    if isinstance(outcome, Settings):
        assert outcome.feeds
        assert effective(outcome)
        return
    assert outcome
    for mistake in outcome:
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert "\n" not in str(mistake)


def outcome_of(path: Path) -> Settings | tuple[Mistake, ...]:
    try:
        return load(path, {"A": "x"})
    except SettingsError as error:
        return error.mistakes


@given(
    count=st.integers(min_value=0, max_value=9_999),
    unit=st.sampled_from("smhd"),
)
def test_a_duration_is_written_as_it_is_read(count: int, unit: str) -> None:
    duration = parse_duration(f"{count}{unit}")
    assert parse_duration(duration_text(duration)) == duration


def test_who_hears_of_no_watch_is_no_matter_where_there_is_none(tmp_path: Path) -> None:
    text = (
        "feeds: [https://a.example/feed]\n"
        'people: [{name: amina, email: a@b.example, watches: [], digest: "07:00"}]\n'
    )
    assert not [one for one in loaded(tmp_path, text).warnings if "no watch" in one.problem]
