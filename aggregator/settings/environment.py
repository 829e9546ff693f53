"""`${NAME}` in settings: from the environment, or from a `.env` file beside feeds.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aggregator.errors import Mistake, SettingsError
from aggregator.settings.document import Document, Loc
from aggregator.settings.file_text import text_of

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<body>[^{}]*)\}|\$\{")
_LINE = re.compile(
    r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*"
    r"(?:'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^'\"].*?|))"
    r"\s*(?:(?:^|(?<=\s)|(?<=['\"]))#.*)?"
)
_ESCAPES = {"n": "\n", "t": "\t"}


def substitute(document: Document, path: Path, environ: Mapping[str, str]) -> None:
    """Replace every `${…}` of the document, which was read from `path`; what is wrong with them is
    left in its `mistakes`."""
    variables = {**_of_file(path.parent / ".env", document), **environ}
    for loc in list(document.spots):
        value = document.at(loc)
        if not isinstance(value, str) or "${" not in value:
            continue
        expansion = expand(value, variables)
        document.mistakes.extend(
            document.mistake(loc, problem, mend) for problem, mend in expansion.problems
        )
        if expansion.problems:
            document.unset.add(loc)
        if expansion.private:
            document.private[loc] = value
        _put(document.data, loc, expansion.text)
        document.check_text(expansion.text, loc)


def _of_file(path: Path, document: Document) -> dict[str, str]:
    try:
        text = text_of(path)
    except SettingsError as error:
        if path.exists():
            document.mistakes.extend(error.mistakes)
        return {}
    variables, mistakes = parse_env(text, path.name)
    document.mistakes.extend(mistakes)
    return variables


def _put(data: Any, loc: Loc, value: str) -> None:
    """A key whose variable is set to nothing counts as not written."""
    for part in loc[:-1]:
        data = data[part]
    if not value and isinstance(data, dict):
        del data[loc[-1]]
    else:
        data[loc[-1]] = value


@dataclass(frozen=True, slots=True)
class Expansion:
    """A text with its `${…}` replaced."""

    text: str
    #: Something in it came from the environment, so it may be a secret.
    private: bool = False
    #: (what is wrong, what to write)
    problems: tuple[tuple[str, str], ...] = ()


def expand(text: str, variables: Mapping[str, str]) -> Expansion:
    """`${NAME}` must be set; `${NAME:-default}` need not be, and nothing counts as not set there;
    `$${` stands for a plain `${`."""
    problems: list[tuple[str, str]] = []
    private = False

    def replacement(found: re.Match[str]) -> str:
        nonlocal private
        if found[0] == "$${":
            return "${"
        name, has_default, default = (found["body"] or "").partition(":-")
        if found["body"] is None or not _NAME.fullmatch(name):
            problems.append(
                (f'"{found[0]}" names no variable', "write ${NAME}, or $${ for a plain ${")
            )
            return ""
        value = variables.get(name)
        if has_default and not value:
            return default
        if value is None:
            problems.append(
                (
                    f"the variable {name} is not set",
                    f"set {name} in the environment or in .env, or write ${{{name}:-default}}",
                )
            )
            return ""
        private = True
        return value

    expanded = _REFERENCE.sub(replacement, text)
    return Expansion(expanded, private, tuple(problems))


def parse_env(text: str, file: str) -> tuple[dict[str, str], tuple[Mistake, ...]]:
    """The variables of a `.env` file: lines `NAME=value`, quoted or not, with `#` comments.

    A mistake never shows the line: it may hold a secret.
    """
    variables: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            mistakes.append(
                Mistake(file, number, 1, "line", "cannot be read", "write NAME='value'")
            )
        else:
            variables[found["name"]] = _value(found)
    return variables, tuple(mistakes)


def _value(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), found["double"])
    return found["single"] if found["single"] is not None else found["bare"]
