"""Why a text is no YAML, in an operator's words: the parser's own are about its tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ruamel.yaml.error import MarkedYAMLError

#: (what the parser says, what is wrong, what to write); the first that is found counts.
_BROKEN = (
    (r"character '\\t'", "a tab stands where spaces belong", "indent with spaces"),
    (r"character '(?P<c>.)' that", "a value cannot begin with {c}", 'write it in quotes: "{c}…"'),
    (r"an (anchor|alias)", "a value cannot begin with & or *", 'write it in quotes: "*…"'),
    (r"a tag", "a value cannot begin with !", 'write it in quotes: "!…"'),
    (
        r"a block scalar",
        "more follows on the line of a | or >",
        "begin the text on the next line, or write it in quotes",
    ),
    (r"quoted scalar.*end of stream", "a quote is opened here and never closed", "close it"),
    (r"document separator", "a quote is opened here and never closed", "close it"),
    (r"unknown escape", "a backslash in double quotes", "use single quotes, or write \\\\"),
    (r"flow sequence", "a [ is opened here and never closed", "close it with ]"),
    (r"flow mapping", "a { is opened here and never closed", "close it with }"),
    (
        r"mapping values are not allowed",
        "a colon too many, or a line indented too far",
        'put a value that holds ": " in quotes, and line the keys up',
    ),
    (r"could not find expected ':'", "a key without its colon", "write key: value"),
    (
        r"expected <block end>, but found '<scalar>'",
        "something follows a closing quote",
        "put single quotes around all of the value",
    ),
    (
        r"expected <block end>|block sequence|block mapping|<document start>",
        "this line is not indented like its neighbours",
        "line it up with them",
    ),
    (r"sequence entries are not allowed", "a dash cannot stand here", "begin a line with it"),
)  # fmt: skip


#: What the parser says where it took two words for one.
_ONE_WORD = re.compile(r"mapping values|expected ':'|expected <block end>")
_NO_SPACE = re.compile(r"[ \t]*(?:(?:-[ \t]+)?[a-z_]+:(?=[^\s/])|-(?=[^\s-]))")
_ODD_SPACE = re.compile(r"(?:^|:|^[ \t]*-)[ \t]*[\u00a0\u2000-\u200b\u202f\u3000]")


def why_broken(error: MarkedYAMLError, source: str) -> tuple[tuple[int, int], str, str, str]:
    """Place, key, problem and mend of a text that is no YAML."""
    said = f"{error.context or ''}: {error.problem or ''}"
    stumbled = error.problem_mark or error.context_mark
    if stumbled and (name := _bare_variable(source, stumbled.index)):
        at = place(source, stumbled.index - 1)
        return at, "yaml", "a { stands inside [ ] or { }", f'write "{name}" in quotes'
    if stumbled and (odd := _odd_space(source, stumbled.line)):
        return odd, "yaml", "a no-break space stands where a space belongs", "type a plain space"
    if _ONE_WORD.search(said) and stumbled and (missing := _no_space(source, stumbled.line)):
        at, before = missing
        return at, "yaml", f"a space is missing behind the {before}", "put one there"
    if _has_colon_too_many(error):
        said = "mapping values are not allowed"
    # What was opened and not closed is found where it was opened, not where the file ends.
    mark = (
        error.context_mark
        if re.search("flow|end of stream|separator|expected ':'", said)
        else stumbled
    )
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for pattern, problem, mend in _BROKEN:
        if found := re.search(pattern, said):
            known = found.groupdict()
            return at, "yaml", _fill(problem, known), _fill(mend, known)
    return at, "yaml", f"cannot be read: {error.problem}", "write the value in quotes"


def _bare_variable(source: str, offset: int) -> str | None:
    """The `${NAME}` whose brace the parser stumbled over."""
    found = re.compile(r"\$\{[^{}\n]*\}").match(source, max(offset - 1, 0))
    return found[0] if found else None


def _no_space(source: str, last: int) -> tuple[tuple[int, int], str] | None:
    """Where a space belongs, on this line or the one before, and what it belongs behind; the parser
    stumbles over what follows."""
    lines = source.splitlines()
    for number in (last - 1, last):
        if 0 <= number < len(lines) and (found := _NO_SPACE.match(lines[number])):
            behind = "dash" if found[0].endswith("-") else "colon"
            return (number + 1, found.end() + 1), behind
    return None


def _has_colon_too_many(error: MarkedYAMLError) -> bool:
    """Within brackets of one line; one of a later line means that the closing one is missing."""
    opened, stumbled = error.context_mark, error.problem_mark
    got_colon = (error.problem or "").endswith("got ':'")
    return bool(got_colon and opened and stumbled and opened.line == stumbled.line)


def _odd_space(source: str, last: int) -> tuple[int, int] | None:
    """Where a space that YAML does not take for one stands before or behind a dash, or behind a
    key, up to this line; pages and letters hold many, and nobody sees them."""
    for number, line in enumerate(source.splitlines()[: last + 1], start=1):
        if found := _ODD_SPACE.search(line):
            return number, found.end()
    return None


def _fill(template: str, known: Mapping[str, str]) -> str:
    return template.replace("{c}", known.get("c", ""))


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of this offset."""
    before = text[:offset].replace("\r\n", " \n").replace("\r", "\n")
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
