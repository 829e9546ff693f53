"""The mail server as feeds.yaml names it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from aggregator.alerting.channels import make
from aggregator.alerting.channels.email import Options
from aggregator.alerting.smtp import Server, server
from aggregator.net.post import HttpPoster
from aggregator.protocols import Surroundings

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
DESK = "Newsdesk <news@example.org>"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("smtp://mail.example", Server("mail.example", 25), id="a relay"),
        pytest.param(
            "smtp://u:p@mail.example", Server("mail.example", 587, "u", "p"), id="submission"
        ),
        pytest.param(
            "smtp://u:p@mail.example:2525", Server("mail.example", 2525, "u", "p"), id="port"
        ),
        pytest.param(
            "smtps://u:p@mail.example", Server("mail.example", 465, "u", "p", True), id="TLS"
        ),
        pytest.param(
            "smtp://u%40e.org:p%2F%40%23%3F%25@mail.example",
            Server("mail.example", 587, "u@e.org", "p/@#?%"),
            id="percent-encoded",
        ),
        pytest.param(
            "smtp://u@e.org:p@ss@mail.example",
            Server("mail.example", 587, "u@e.org", "p@ss"),
            id="the last @ parts",
        ),
        pytest.param("smtp://u:p+q@[::1]:25/", Server("::1", 25, "u", "p+q"), id="IPv6"),
        pytest.param("smtp://u@mail.example", Server("mail.example", 587, "u"), id="no password"),
    ],
)
def test_server(url: str, expected: Server) -> None:
    assert server(url) == expected


WRONG = [
    pytest.param("mail.example:25", "begins with neither", id="no scheme"),
    pytest.param("http://mail.example", "begins with neither", id="http"),
    pytest.param("smtp://", "names no host", id="no host"),
    pytest.param("smtp://:secret@mail.example", "has a password and no user", id="no user"),
    pytest.param("smtp://u:secret/x@mail.example", "not percent-encoded", id="slash"),
    pytest.param("smtp://u:secret#x@mail.example", "not percent-encoded", id="hash"),
    pytest.param("smtp://u:secret?x@mail.example", "not percent-encoded", id="question mark"),
    pytest.param("smtp://u:secret@mail.example:smtp", "not percent-encoded", id="named port"),
    pytest.param("smtp://u:secret@[::1:25", "not percent-encoded", id="broken host"),
]


@pytest.mark.parametrize(("url", "problem"), WRONG)
def test_what_is_wrong_is_said_without_the_password(url: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        server(url)
    assert "secret" not in str(caught.value)
    with pytest.raises(ValidationError) as wrong:
        Options.model_validate({"smtp": url, "from": DESK})
    assert "secret" not in str(wrong.value)
    [mistake] = wrong.value.errors()
    assert mistake["loc"] == ("smtp",)
    assert problem in mistake["ctx"]["problem"]


@pytest.mark.parametrize(
    ("options", "place"),
    [
        pytest.param({"from": "nobody"}, ("from",), id="from is no address"),
        pytest.param({"smtp": "smtp://mail.example"}, (), id="a server and no from"),
        pytest.param({"form": DESK}, ("form",), id="unknown key"),
    ],
)
def test_wrong_options(options: dict[str, str], place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as wrong:
        Options.model_validate(options)
    assert [error["loc"] for error in wrong.value.errors()] == [place]


@pytest.mark.parametrize("options", [{}, {"smtp": "", "from": DESK}], ids=["none", "no server"])
def test_options_for_files(options: dict[str, str]) -> None:
    assert Options.model_validate(options).smtp.get_secret_value() == ""


def test_the_password_is_not_shown() -> None:
    options = Options.model_validate({"smtp": "smtp://u:secret@mail.example", "from": DESK})
    assert "secret" not in repr(options)
    assert "secret" not in repr(server("smtp://u:secret@mail.example"))


def test_a_channel_is_made_from_options_or_from_what_the_file_says(tmp_path: Path) -> None:
    poster = HttpPoster(version="1", contact="", allow_private=())
    around = Surroundings(tmp_path, tmp_path, clock=lambda: NOW, poster=poster)
    options: list[BaseModel | dict[str, str]] = [Options.model_validate({}), {}]
    for given in options:
        channel = make("email", given, around)
        assert type(channel).__module__ == "aggregator.alerting.channels.email"
