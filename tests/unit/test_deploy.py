"""The files in deploy/ name what is there, and keep what they promise."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from aggregator.cli.program import cli
from aggregator.settings.plain import Web

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMMANDS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line[:1].isupper()]


@pytest.fixture(scope="module")
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "deploy/aggregator.service", encoding="utf-8")
    return parser


def docker(command: str) -> list[str]:
    return [rest for name, rest in COMMANDS if name == command]


def test_the_unit_starts_a_command_that_there_is(unit: configparser.ConfigParser) -> None:
    python, program, option, _, command = shlex.split(unit["Service"]["ExecStart"])
    home = unit["Unit"]["Documentation"].removeprefix("file:").split("/docs/")[0]
    assert python == f"{home}/.venv/bin/python"
    assert (ROOT / Path(program).relative_to(home)).is_file()
    assert (ROOT / "docs" / unit["Unit"]["Documentation"].split("/docs/")[1]).is_file()
    assert option in {name for parameter in cli.params for name in parameter.opts}
    assert command in cli.commands


def test_the_unit_may_write_to_its_own_folder_only(unit: configparser.ConfigParser) -> None:
    service = unit["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["DynamicUser"] == service["NoNewPrivileges"] == "yes"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert service["Restart"] == "on-failure"
    assert service["Type"] == "exec", "the monitor tells systemd nothing"


def test_the_image_is_made_of_what_the_checkout_has() -> None:
    for copied in docker("COPY"):
        if not copied.startswith("--from"):
            for source in copied.split()[:-1]:
                assert (ROOT / source).exists(), source
    assert docker("FROM") == ["python:3.11-slim AS build", "python:3.11-slim"]


def test_the_image_runs_our_program_as_nobody_special() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    [entry], [command], [user] = docker("ENTRYPOINT"), docker("CMD"), docker("USER")
    program, option, config = json.loads(entry)
    assert program in scripts
    assert option == "--config"
    assert Path(config).parent == Path(*docker("VOLUME"))
    assert set(json.loads(command)) <= set(cli.commands)
    assert user == "aggregator"
    assert COMMANDS.index(["USER", user]) < COMMANDS.index(["ENTRYPOINT", entry])


def test_the_image_asks_the_page_that_tells_its_health() -> None:
    [check] = docker("HEALTHCHECK")
    [url] = re.findall(r"http://([^/]*)(/[a-z]*)", check)
    server = (ROOT / "aggregator/web/server.py").read_text(encoding="utf-8")
    assert url[0] == f"{Web().host}:{Web().port}"
    assert f'"{url[1]}"' in server
    compile(json.loads(check.partition("CMD ")[2])[2], "the check", "exec")


def test_the_composition_has_a_read_only_root_and_one_volume() -> None:
    composed = YAML(typ="safe").load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
    [service] = composed["services"].values()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    [volume] = service["volumes"]
    assert volume.split(":")[1] == docker("VOLUME")[0]
    build = service["build"]
    assert (ROOT / "deploy" / build["context"] / build["dockerfile"]).is_file()
