"""One line an event: `time level event key=value …`.  Never a secret, never a whole body."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

from aggregator.text.printable import printable

#: What every LogRecord has; the rest came in through `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class EventFormatter(logging.Formatter):
    """Control characters are escaped, so that a hostile title cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        fields = [
            f"{key}={_value(value)}" for key, value in vars(record).items() if key not in _USUAL
        ]
        at = datetime.fromtimestamp(record.created, UTC)
        head = (
            f"{at:%Y-%m-%dT%H:%M:%SZ} {record.levelname.lower()} {printable(record.getMessage())}"
        )
        line = " ".join([head, *fields])
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _value(value: object) -> str:
    text = printable(str(value))
    return f'"{text}"' if not text or any(mark in text for mark in ' "=') else text


def configure(level: int = logging.INFO) -> None:
    """Log to stderr, the product's own lines and the warnings of everybody else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("aggregator").setLevel(level)
    # feedparser-style libraries are chatty about broken pages, which are daily bread here.
    for noisy in ("trafilatura", "htmldate", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
