"""Patterns that people write, by RE2 only: it never back-tracks, so none can stop the line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

_PATTERN = re.compile(r"/(?:\\.|[^/\\\n])+/")
#: Bytes that one compiled pattern may take.
MEMORY = 1 << 20


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Any:
    """Case does not matter.  Raises ValueError, its message saying what is wrong."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0]
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from error


def is_pattern(value: str) -> bool:
    """`/…/` is a pattern where no slash inside it says that it is a path."""
    return _PATTERN.fullmatch(value) is not None


def found(pattern: str, text: str) -> bool:
    """Does a pattern, its slashes around it, occur in the text?"""
    return compiled(pattern[1:-1]).search(text) is not None
