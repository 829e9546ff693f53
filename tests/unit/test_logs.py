"""One line an event, for people or for programs; no title forges a line."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from aggregator.logs import ConsoleFormatter, JsonFormatter

HOSTILE = 'a\n2026-01-01T00:00:00Z error "all is lost"\x1b[2J\u202e\ud800'


def record(**extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": "polled", "levelname": "WARNING", "created": 0.0})
    vars(made).update(extra)
    return made


def test_a_person_reads_keys_and_values() -> None:
    line = ConsoleFormatter().format(record(feed="A b", status=None, new=3, reason=""))
    said = 'polled feed="A b" status=– new=3 reason=""'
    assert line == f"1970-01-01T00:00:00Z warning {said}"


def test_a_program_reads_an_object() -> None:
    line = JsonFormatter().format(record(feed="A b", status=None, new=3, watches=["x"]))
    assert json.loads(line) == {
        "at": "1970-01-01T00:00:00Z",
        "level": "warning",
        "event": "polled",
        "feed": "A b",
        "status": None,
        "new": 3,
        "watches": ["x"],
    }


@pytest.mark.parametrize("formatter", [ConsoleFormatter(), JsonFormatter()])
def test_what_a_feed_says_stays_on_its_line(formatter: logging.Formatter) -> None:
    line = formatter.format(record(feed=HOSTILE))
    assert len(line.splitlines()) == 1
    assert not {"\x1b", "\u202e"} & set(line)
    line.encode()


def test_a_traceback_is_a_part_of_the_object() -> None:
    try:
        raise ValueError("odd")
    except ValueError:
        line = JsonFormatter().format(record(exc_info=sys.exc_info()))
    assert "ValueError: odd" in json.loads(line)["traceback"]
