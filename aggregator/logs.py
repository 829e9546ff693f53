"""One line an event: `time level event key=value …` on a terminal, a JSON object elsewhere.

Never a secret, never a whole body.  Control characters are escaped, so that a hostile title cannot
forge a line.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aggregator.text.printable import printable

#: What every LogRecord has; the rest came in through `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class ConsoleFormatter(logging.Formatter):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_at(record)} {record.levelname.lower()} {printable(record.getMessage())}"
        fields = [f"{key}={_quoted(value)}" for key, value in _fields(record).items()]
        line = " ".join([head, *fields])
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonFormatter(logging.Formatter):
    """For programs: `at`, `level`, `event`, then the event's own fields, `traceback` if any."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # ASCII only: JSON's escapes are control characters' and lone surrogates' as well.
        return json.dumps(line, default=str)


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _USUAL}


def _at(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _quoted(value: object) -> str:
    text = "–" if value is None else printable(str(value))
    return f'"{text}"' if not text or any(mark in text for mark in ' "=') else text


def configure(level: int = logging.INFO) -> None:
    """Log to stderr, the product's own lines and the warnings of everybody else."""
    handler = logging.StreamHandler(sys.stderr)
    on_terminal = sys.stderr is not None and sys.stderr.isatty()
    handler.setFormatter(ConsoleFormatter() if on_terminal else JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for own in ("aggregator", "storage"):
        logging.getLogger(own).setLevel(level)
    # feedparser-style libraries are chatty about broken pages, which are daily bread here.
    for noisy in ("trafilatura", "htmldate", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
