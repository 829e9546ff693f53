"""The file channel: JSON lines, or mails in a folder."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from pydantic import ValidationError

from aggregator.alerting.channels.file import Channel, Options
from aggregator.models import Alert, Excerpt, Notice, Person
from tests.around import around
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina", timezone=ZoneInfo("Asia/Karachi"))
NOTICE = Notice(
    "Jundallah", "high", "A pledge", "Courier", "", 7, NOW, Excerpt("It spoke."), (), "full"
)
ALERT = Alert("b1c7dd0e-9d0c-5c55-8f5e-36a4a9a1e1ab", "match", "amina", "log", NOTICE, NOW, NOW)
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/webhook.schema.json").read_text(encoding="utf-8")
)


def channel(folder: Path, **options: str) -> Channel:
    return Channel(Options.model_validate({"path": "out/log", **options}), around(folder, NOW))


async def test_each_alert_is_a_line(tmp_path: Path) -> None:
    lines = channel(tmp_path)
    for number in range(3):
        delivery = await lines.send(replace(ALERT, key=f"key-{number}"), AMINA)
        assert (delivery.state, delivery.detail) == ("delivered", str(tmp_path / "out/log"))
    written = (tmp_path / "out/log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in written] == ["key-0", "key-1", "key-2"]
    for line in written:
        jsonschema.validate(json.loads(line), SCHEMA)


async def test_a_line_that_a_crash_cut_short_stays_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/log").write_text('{"id": "cut sh')
    await channel(tmp_path).send(ALERT, AMINA)
    first, second = (tmp_path / "out/log").read_text(encoding="utf-8").splitlines()
    assert first == '{"id": "cut sh'
    assert json.loads(second)["id"] == ALERT.key


@pytest.mark.parametrize("title", TEXTS)
async def test_a_hostile_title_stays_in_its_line(title: str, tmp_path: Path) -> None:
    content = replace(NOTICE, title=title, outlet=title)
    await channel(tmp_path).send(replace(ALERT, content=content), AMINA)
    [line] = (tmp_path / "out/log").read_bytes().split(b"\n")[:-1]
    assert json.loads(line)["data"]["item"] == 7


async def test_each_alert_is_a_mail(tmp_path: Path) -> None:
    delivery = await channel(tmp_path, format="eml").send(ALERT, AMINA)
    [path] = (tmp_path / "out/log").iterdir()
    assert delivery.detail == str(path)
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "[Jundallah, high] A pledge"
    assert mail["Message-ID"] == f"<{ALERT.key}@localhost>"


async def test_a_folder_in_its_place_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out/log").mkdir(parents=True)
    delivery = await channel(tmp_path).send(ALERT, AMINA)
    assert (delivery.state, delivery.reason) == ("retry", "file")


@pytest.mark.parametrize("options", [{}, {"path": " "}, {"path": "a", "format": "csv"}])
def test_wrong_options(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)
