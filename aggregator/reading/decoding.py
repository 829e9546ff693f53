"""Bytes of a page become text, once: by byte order mark, by declaration, by looking.

The order and the meaning of the labels are those of the WHATWG Encoding Standard and HTML §13.2.3.
Where a page breaks it (UTF-8 under a Latin label, Cyrillic under the server's default), the bytes
decide, as they do for the reader's eye.
"""

from __future__ import annotations

import codecs
import re
from email.message import Message

from charset_normalizer import from_bytes

#: A page says what it is written in within its first bytes.
_PRESCAN = 4096
#: Enough text to tell a charset by.
_SAMPLE = 20_000
#: More bytes outside ASCII than this, of all letters, are no western language.
_FOREIGN_SHARE = 0.25

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w:.-]{1,40})""", re.I)
_TAG = re.compile(rb"<[^<>]*>")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")

#: Labels whose meaning on the web is wider than their name (Encoding Standard §4.2).
_WEB_MEANING = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}


def decode(page: bytes, content_type: str = "") -> str:
    """The page as text, without NULs and other controls.  Never raises."""
    for bom, encoding in _BOMS:
        if page.startswith(bom):
            return _clean(page[len(bom) :].decode(encoding, "replace"))
    declared = _declared(page, content_type)
    if declared != "utf-8" and (text := _as_utf8(page)) is not None:
        return _clean(text)
    if declared and not (declared == "cp1252" and _looks_foreign(page)):
        text = page.decode(declared, "replace")
        # A few broken letters are an author's slip; many are a wrong label.
        if text.count("\ufffd") <= 5 + len(text) // 1000:
            return _clean(text)
    return _clean(page.decode(_detected(page) or declared or "utf-8", "replace"))


def _declared(page: bytes, content_type: str) -> str | None:
    header, meta = _codec(_charset_of(content_type)), None
    if found := _META_CHARSET.search(page, 0, _PRESCAN):
        meta = _codec(found[1].decode("ascii"))
    if meta in ("utf-16-le", "utf-16-be"):
        meta = "utf-8"  # a page that could be read as ASCII this far is not UTF-16
    # A Latin label in the header is often the server's default; the author's own word is better.
    if header == "cp1252" and meta:
        return meta
    return header or meta


def _charset_of(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    return str(message.get_param("charset") or "")


def _codec(label: str) -> str | None:
    """The codec for a label of the web, None for one that is none."""
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return _WEB_MEANING.get(name, name)


def _as_utf8(page: bytes) -> str | None:
    if page.isascii():
        return page.decode("ascii")
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _looks_foreign(page: bytes) -> bool:
    sample = _text_sample(page)
    high = sum(byte >= 0xC0 for byte in sample)
    letters = high + sum(bytes((byte,)).isalpha() for byte in sample)
    return high > _FOREIGN_SHARE * max(letters, 1)


def _detected(page: bytes) -> str | None:
    best = from_bytes(_text_sample(page)).best()
    return best.encoding if best else None


def _text_sample(page: bytes) -> bytes:
    """Text without tags, from the middle, where scripts and menus are fewer."""
    middle = max(0, len(page) // 2 - 2 * _SAMPLE)
    return _TAG.sub(b" ", page[middle : middle + 4 * _SAMPLE])[:_SAMPLE]


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)
