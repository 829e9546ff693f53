"""HTML fragments of feeds to plain text: paragraphs parted by an empty line, no markup.

Regular expressions, because a feed's text is needed without its structure, thousands of times an
hour; each is bounded, so that no text takes more than linear time.
"""

from __future__ import annotations

import html
import re

from aggregator.text.footnotes import is_footnote_mark
from aggregator.text.marks import stream_safe

#: Characters of one text that are read; the longest real ones are books.
_MAX_LENGTH = 1_000_000
#: How often markup that was escaped again is unwrapped.
_ROUNDS = 3

#: What may stand in a tag after its name; quotes that never close are bounded.
_ATTRIBUTES = r"(?:[\s/](?>\"[^\"]{0,4000}\"|'[^']{0,4000}'|[^'\"<>]+|[\"']){0,400})?"
_BLOCK = re.compile(
    r"</?(?:p|div|li|ul|ol|dl|dt|dd|h[1-6]|tr|table|blockquote|section|article|aside|header|footer"
    r"|main|nav|figure|figcaption|pre|hr|form|fieldset|address|center)" + _ATTRIBUTES + ">",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\b[^<>]{0,200}>", re.IGNORECASE)
_CELL = re.compile(rf"<(?:td|th|option){_ATTRIBUTES}>", re.IGNORECASE)
_TAG = re.compile(rf"</?[A-Za-z][\w:.-]{{0,40}}{_ATTRIBUTES}>|<[!?][^<>]{{0,2000}}>")
#: A raised mark; what is longer is none.
_RAISED = re.compile(
    rf"<sup({_ATTRIBUTES})>((?:[^<>]|</?[ab]{_ATTRIBUTES}>){{1,40}})</sup\s*>", re.I
)
_LOOK_BACK = 200
_DROPPED = ("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "select")
#: Only markup beyond doubt: `Using <b> in HTML` is a text about HTML.
_ESCAPED_MARKUP = re.compile(
    r"</(?:p|div|a|b|i|u|em|strong|span|li|ul|ol|h[1-6]|td|tr|table|blockquote|font|script|style)\s*>"
    r"|<(?:br|p|hr)\s*/?>|<(?:a|img|p|div|span|font|table)\s[^<>]{0,2000}=",
    re.IGNORECASE,
)
_ESCAPE = re.compile(
    r"&(?!lt;|gt;)(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE
)
#: The bytes of windows-1252; where it has none, Latin-1 has.
_BYTES = {
    bytes((byte,)).decode("cp1252"): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TAIL = f"[\u0080-\u00bf{''.join(_BYTES)}]"
#: `CAFÉ…` is a word: what is no sure sign has to stand there often.
_ENCODED_TWICE = re.compile(
    f"[\u00c2\u00c3][\u00a1-\u00bf]|\u00c3{_TAIL}(?=[A-Za-z])"
    f"|[\u00e2-\u00e7\u00ef]{_TAIL}{{2}}|\u00f0\u0178{_TAIL}{{2}}"
    f"|(?:[\u00c2-\u00f4]{_TAIL}[^\u00c2-\u00f4]*){{4}}"
)
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
#: Layout without width: soft hyphens and the like part words for no reader.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain_text(text: str) -> str:
    """The text of an HTML fragment."""
    text = encoded_once(text[:_MAX_LENGTH])
    for _ in range(_ROUNDS):
        if "<" in text:
            text = _without_markup(text)
        unescaped = _unescaped(text)
        if unescaped == text or not _ESCAPED_MARKUP.search(unescaped):
            return literal_text(unescaped)
        text = unescaped
    return literal_text(text)


def _unescaped(text: str) -> str:
    """Once, and again while that leaves escapes but of brackets: `Salt &amp;amp; Sons`."""
    for _ in range(_ROUNDS):
        text = html.unescape(text) if "&" in text else text
        if not _ESCAPE.search(text):
            break
    return text


def encoded_once(text: str) -> str:
    """`armÃ©e` as `armée`: UTF-8 that was read as windows-1252, and encoded again.

    Text that is whole as it stands does not come out as UTF-8 by chance.
    """
    if text.isascii() or not _ENCODED_TWICE.search(text):
        return text
    try:
        return bytes(map(_byte, text)).decode("utf-8")
    except (KeyError, ValueError):
        return text


def _byte(char: str) -> int:
    return _BYTES[char] if char in _BYTES else ord(char)


def plain_line(text: str) -> str:
    """The same on one line, for titles."""
    return " ".join(plain_text(text).split())


def literal_text(text: str) -> str:
    """Text that is text already: only its white space is put in order."""
    text = stream_safe(_INVISIBLE.sub("", text)).strip()
    if "\n" not in text:
        return " ".join(text.split())
    paragraphs = (" ".join(part.split()) for part in _PARAGRAPHS.split(text.replace("\r", "\n")))
    return "\n\n".join(filter(None, paragraphs))


def _without_markup(text: str) -> str:
    text = _without_comments(text)
    lowered = text.lower()
    for name in _DROPPED:
        if f"</{name}" in lowered:
            text = _without_element(text, lowered, name)
            lowered = text.lower()
    text = " ".join(text.split()) if "<pre" not in lowered else text
    if "<sup" in lowered:
        text = _RAISED.sub(_unless_footnote, text)
    text = _BREAK.sub("\n", text)
    text = _BLOCK.sub("\n\n", text)
    if "<t" in lowered or "<option" in lowered:
        text = _CELL.sub(" ", text)
    return _TAG.sub("", text)


def _unless_footnote(raised: re.Match[str]) -> str:
    text, start = raised.string, raised.start()
    before = _BREAK.sub("\n", _BLOCK.sub("\n", text[max(0, start - _LOOK_BACK) : start]))
    is_linked = "#" in raised[2] or "fn" in raised[1] or "footnote" in raised[1]
    mark, before = _TAG.sub("", raised[2]), html.unescape(_TAG.sub("", before))
    before = _INVISIBLE.sub("", before)
    after = text[raised.end() : raised.end() + 1]
    return "" if is_footnote_mark(mark, before, after, is_linked=is_linked) else raised[0]


def _without_comments(text: str) -> str:
    if "<!--" not in text:
        return text.replace("<![CDATA[", "").replace("]]>", "") if "<![CDATA[" in text else text
    kept = []
    for number, part in enumerate(text.split("<!--")):
        kept.append(part if number == 0 else part.partition("-->")[2])
    return _without_comments("".join(kept))


def _without_element(text: str, lowered: str, name: str) -> str:
    """Without these elements and what they hold; linear, whatever is left open."""
    if len(lowered) != len(text):  # letters that change their length with their case
        return text
    kept, position = [], 0
    while (start := _element(lowered, name, position)) >= 0:
        end = lowered.find(f"</{name}", start)
        if end < 0:
            break
        kept.append(text[position:start])
        closed = lowered.find(">", end)
        position = closed + 1 if closed >= 0 else len(text)
    kept.append(text[position:])
    return " ".join(kept)


def _element(lowered: str, name: str, position: int) -> int:
    while (start := lowered.find(f"<{name}", position)) >= 0:
        if not lowered[start + len(name) + 1 : start + len(name) + 2].isalnum():
            return start
        position = start + 1
    return -1
