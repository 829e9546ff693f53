"""Puts an XML feed's text in order before it is parsed: so that it can be, and by the fast parser.

Nothing here reads content.  Junk around the document goes, a cut document is closed after its last
whole entry, characters that XML forbids are dropped, bare ampersands and HTML's entities are
spelled the way XML wants them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.entities import name2codepoint

#: More entries than any reader shows; the newest may stand first or last, so both ends are kept.
MAX_ENTRIES = 4_000

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s/>])", re.IGNORECASE)
_MARK = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|<(?P<end>/?)(?P<tag>(?:[\w.-]+:)?(?P<name>item|entry|rss|feed|rdf|channel))"
    r"(?=[\s/>])[^<>]*?(?P<empty>/?)>",
    re.IGNORECASE | re.DOTALL,
)
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?*>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*", re.IGNORECASE)
_ENTITY_DECLARATION = re.compile(r"<!ENTITY\b[^<>]*>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|11|12|5529[6-9]|55[3-9]\d\d|5[67]\d{3}|6553[45])"
    r"|x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef]));",
    re.IGNORECASE,
)
#: A character beyond the first plane, referred to by its two halves.
_HALVES = re.compile(r"&#(?:(\d{5})|x([0-9a-f]{4}));&#(?:(\d{5})|x([0-9a-f]{4}));", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_AMPERSAND = re.compile(
    r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|(?:amp|lt|gt|quot|apos))(;)|([A-Za-z]\w{1,30});)?"
)
_BARE_LESS_THAN = re.compile(r"<(?=[\s\d=<]|\Z)")


@dataclass(frozen=True, slots=True)
class Mended:
    """A document with its defects removed, and what was lost with them."""

    text: str
    #: What stands before the first entry: titles, pace, language.
    envelope: str
    rejected: tuple[str, ...] = ()
    #: Entries that the text holds, as far as tags tell.
    entries: int = 0


@dataclass(frozen=True, slots=True)
class _Marks:
    #: (start, end) of whole entries.
    entries: tuple[tuple[int, int], ...]
    #: Where an entry begins that never ends; None: all end.
    open_entry: int | None
    #: Roots and channels that are open at the end, outermost first.
    open_tags: tuple[str, ...]
    #: Where a comment or CDATA section begins that never ends; None: all end.
    open_section: int | None
    #: Where the outermost element ended; None: it did not.
    root_end: int | None


def mend(text: str) -> Mended:
    """Every step that is safe for every document."""
    text = _without_junk_before(_FORBIDDEN.sub("", text))
    if "&#" in text:
        text = _FORBIDDEN_REFERENCE.sub("", _HALVES.sub(_joined, text))
    marks = _marks(text)
    while marks.open_section is not None and _ENTRY.search(text, marks.open_section):
        text = _without_section(text, marks.open_section)
        marks = _marks(text)
    first = marks.entries[0][0] if marks.entries else len(text)
    envelope = text[: min(first, 100_000)]
    text, rejected = _whole(text, marks)
    kept = len(marks.entries)
    if kept > MAX_ENTRIES:
        text = _both_ends(text, marks)
        rejected += ("over_limit",) * (kept - MAX_ENTRIES)
        kept = MAX_ENTRIES
    return Mended(text, envelope, rejected, kept)


def _joined(match: re.Match[str]) -> str:
    high, low = (int(match[at] or match[at + 1], 10 if match[at] else 16) for at in (1, 3))
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return match[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _without_section(text: str, start: int) -> str:
    """A section that is never closed would take all later entries with it."""
    opener = "<!--" if text.startswith("<!--", start) else "<![CDATA["
    return text[:start] + text[start:].replace(opener, "")


def entry_spans(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of each whole entry."""
    return _marks(text).entries


def spell_as_xml(text: str) -> str:
    """Bare ampersands and angle brackets, and HTML's entities, as XML has them."""
    parts = _CDATA.split(text)
    return "".join(
        part
        if part.startswith("<![CDATA[")
        else _BARE_LESS_THAN.sub("&lt;", _AMPERSAND.sub(_reference, part))
        for part in parts
    )


def _reference(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    if match[3] in name2codepoint:
        return f"&#{name2codepoint[match[3]]};"
    return "&amp;" + match[0][1:]


def _without_junk_before(text: str) -> str:
    """From the DOCTYPE or the root on: PHP prints warnings, editors leave blank lines."""
    root = _ROOT.search(text)
    if root is None:
        declaration = _DECLARATION.match(text)
        return text[declaration.end() :] if declaration else text.lstrip()
    return _doctype(text[: root.start()]) + text[root.start() :]


def _doctype(head: str) -> str:
    """One declaration a line and none but of entities, which is all that feedparser can read."""
    doctype = _DOCTYPE.search(head)
    if doctype is None:
        return ""
    entities = _ENTITY_DECLARATION.findall(head, doctype.end())
    subset = "[\n{}\n]".format("\n".join(entities)) if entities else ""
    return f"{doctype[0]}{subset}>\n"


def _marks(text: str) -> _Marks:
    entries: list[tuple[int, int]] = []
    open_entry: int | None = None
    open_tags: list[str] = []
    counts = Counter[str]()
    open_section: int | None = None
    root_end: int | None = None
    for match in _MARK.finditer(text):
        if not match["name"]:
            if not match[0].endswith(("]]>", "-->")):
                open_section = match.start()
            continue
        name = match["name"].lower()
        if name in ("item", "entry"):
            if match["empty"]:
                entries.append(match.span())
            elif not match["end"]:
                open_entry = match.start() if open_entry is None else open_entry
            elif open_entry is not None:
                entries.append((open_entry, match.end()))
                open_entry = None
        elif match["empty"]:
            continue
        elif not match["end"]:
            open_tags.append(match["tag"])
            counts[match["tag"]] += 1
        elif counts[match["tag"]]:
            # Popped one by one, each tag once: a search would be quadratic in nested roots.
            while (closed := open_tags.pop()) != match["tag"]:
                counts[closed] -= 1
            counts[closed] -= 1
            root_end = match.end() if not open_tags else root_end
    ended = None if open_tags else root_end
    return _Marks(tuple(entries), open_entry, tuple(open_tags), open_section, ended)


def _whole(text: str, marks: _Marks) -> tuple[str, tuple[str, ...]]:
    """Without what follows the document; a cut one is closed after its last whole entry."""
    if marks.root_end is not None:
        return text[: marks.root_end], ()
    if not marks.open_tags or not marks.entries:
        return text, ()
    last = marks.entries[-1][1]
    closers = "".join(f"</{tag}>" for tag in reversed(marks.open_tags))
    cut = marks.open_entry is not None and marks.open_entry >= last
    return text[:last] + closers, ("truncated",) if cut else ()


def _both_ends(text: str, marks: _Marks) -> str:
    half = MAX_ENTRIES // 2
    return text[: marks.entries[half - 1][1]] + text[marks.entries[-half][0] :]
