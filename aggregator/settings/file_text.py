"""The text of a file that an operator wrote."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from aggregator.errors import Mistake, SettingsError
from aggregator.settings.broken_yaml import place
from aggregator.text.printable import printable

#: What the program can need is far below; a file beyond is a mistake or an attack.
MAX_BYTES = 2 * 1024 * 1024


def text_of(path: Path) -> str:
    """Raises SettingsError where it cannot be read as text."""
    return _decoded(_bytes(path), path.name)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        fail(str(path), (0, 0), "file", "does not exist", "name another with --config")
    except IsADirectoryError:
        fail(str(path), (0, 0), "file", "is a folder", "name the file in it with --config")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fail(str(path), (0, 0), "file", f"cannot be read: {reason}")
    if len(body) > MAX_BYTES:
        fail(path.name, (1, 1), "file", "is larger than 2 MB", "name the settings with --config")
    return body


def _decoded(body: bytes, name: str) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        fail(name, (1, 1), "file", "is in UTF-16", "save it as UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8", "replace")
        fail(name, place(good, len(good)), "file", "is not in UTF-8", "save it as UTF-8")


def fail(name: str, at: tuple[int, int], key: str, problem: str, mend: str = "") -> NoReturn:
    """Raises SettingsError with this one mistake."""
    raise SettingsError((Mistake(name, *at, key, printable(problem), printable(mend)),))
