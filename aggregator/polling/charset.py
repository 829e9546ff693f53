"""Bytes to text: which encoding a feed is really in.

The bytes decide.  A byte order mark and valid UTF-8 speak for themselves; a declaration is believed
where the bytes can be read by it; a few bad bytes do not make a UTF-8 document Latin-1; and where
nothing is declared, the language tag and the look of the letters do.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Where the zero bytes stand in the first four bytes of ASCII text (XML 1.0 appendix F).
_ZEROS = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_EBCDIC = b"\x4c\x6f\xa7\x94"

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)\s*[\"']")
_LABELLED = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_LANGUAGE = re.compile(
    rb"<(?:[a-z]+:)?language>\s*([A-Za-z]{2})|xml:lang\s*=\s*[\"']([A-Za-z]{2})", re.IGNORECASE
)

#: Labels are often those of a subset of what is used (WHATWG Encoding Standard, and practice).
_SUPERSETS = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(
        ("euc-kr", "euckr", "ks_c_5601-1987", "ksc5601", "ks_c_5601", "korean", "windows-949"),
        "cp949",
    ),
    **dict.fromkeys(
        ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji"), "cp932"
    ),
    **dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso_8859-1", "ansi"),
        "cp1252",
    ),
    **dict.fromkeys(("iso-8859-9", "latin5", "iso8859-9"), "cp1254"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "tis620"), "cp874"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e"), "iso-8859-8"),
    "koi8-ru": "koi8-u",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "windows-874": "cp874",
}
#: Labels that say nothing: the bytes were tried as these already, or they are no text encodings.
_EMPTY_LABELS = re.compile(
    r"utf|ucs|unicode|iso-10646|ascii|cp037|x-user|base64|hex|rot|zlib|bz2|quo"
)

_BY_LANGUAGE = {
    **dict.fromkeys(
        ("ru", "uk", "be", "bg", "sr", "mk"), ("cp1251", "koi8-u", "iso-8859-5", "cp866")
    ),
    "zh": ("gb18030", "big5hkscs"),
    "ja": ("cp932", "euc-jp"),
    "ko": ("cp949",),
    "tr": ("cp1254",),
    "az": ("cp1254",),
    "el": ("cp1253",),
    "he": ("cp1255",),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), ("cp1256",)),
    "th": ("cp874",),
    **dict.fromkeys(
        ("pl", "cs", "sk", "hu", "ro", "sl", "hr", "bs", "sq"), ("cp1250", "iso-8859-2")
    ),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    "vi": ("cp1258",),
    **dict.fromkeys(
        ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "no", "nb", "fi", "is", "ca"),
        ("cp1252",),
    ),
}
#: Hebrew before what can pass for it in lower case; it has no capitals, and cannot pass for them.
_ANY_LANGUAGE = (
    "cp1252", "cp949", "euc-jp", "cp932", "gb18030", "big5hkscs", "cp1255", "cp1251", "koi8-u",
    "cp1250", "cp1253", "cp1254", "cp1256", "cp874", "iso-8859-5", "cp866", "iso-8859-2",
)  # fmt: skip
_SAMPLE = 20_000


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a document; never raises.  What cannot be read becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            # Two writers, two marks.
            return _forgiving(body, encoding).lstrip("\ufeff")
    zeros = _ZEROS.get(tuple(byte == 0 for byte in body[:4]))  # type: ignore[arg-type]
    if zeros:
        return _forgiving(body, zeros)
    if body.startswith(_EBCDIC):
        return body.decode("cp500", "replace")
    labels = list(_labels(body, content_type))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _rescued(body, labels)
    return _escaped_ascii(body, labels) or text


def _labels(body: bytes, content_type: str) -> Iterator[str]:
    """Python's names of the encodings that document and server claim, the document's first."""
    declared = _DECLARED.search(body[:2048])
    labelled = _LABELLED.search(content_type)
    for label in (
        declared[1].decode("ascii") if declared else "",
        labelled[1] if labelled else "",
    ):
        name = _SUPERSETS.get(label.lower(), label.lower())
        if not name or _EMPTY_LABELS.match(name):
            continue
        try:
            yield codecs.lookup(name).name
        except (LookupError, ValueError):
            continue


def _escaped_ascii(body: bytes, labels: list[str]) -> str | None:
    """ISO-2022 and HZ are ASCII on the outside; only a label, or an escape, gives them away."""
    for label in labels:
        if label.startswith(("iso2022", "hz")):
            return body.decode(label, "replace")
    if b"\x1b$B" in body or b"\x1b$@" in body:
        return body.decode("iso2022_jp", "replace")
    return None


def _rescued(body: bytes, labels: list[str]) -> str:
    """Text of bytes that are not valid UTF-8."""
    nearly = _nearly_utf8(body)
    if nearly is not None and nearly.sure:
        return nearly.text
    language = _language(body)
    own = _BY_LANGUAGE.get(language, ())
    for label in labels:
        text = _readable(body, _meant(body, label, language))
        # Latin-1 reads anything, and is what servers say when they know nothing.
        if text is not None and (label != "cp1252" or _looks_like_text(text)):
            return text
    guess = _guessed(body, own)
    if nearly is not None and nearly.plausibility >= guess.plausibility:
        return nearly.text
    return guess.text


#: The letters beyond ASCII of languages whose feeds call themselves Latin-1, and are not.
_ALPHABETS = {
    "tr": "âçğıîöşûü", "az": "çəğıöşü", "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîșțşţ", "sl": "čćđšž", "hr": "čćđšž",
    "bs": "čćđšž", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž",
}  # fmt: skip
_IN_ALPHABET = 0.95
#: Encodings that are taken for one another: each reads the other's bytes as letters of its script.
_FAMILIES = (_BY_LANGUAGE["ru"], _BY_LANGUAGE["zh"])


def _meant(body: bytes, label: str, language: str) -> str:
    """The encoding that a label stands for: itself, unless another one of its kind reads better."""
    if label == "cp1252":
        return _of_alphabet(body, language)
    family = next((each for each in _FAMILIES if label in each or label == "koi8-r"), ())
    sample = _high_runs(body)
    return max((label, *family), key=lambda each: _score(sample, each, (label,)))


def _of_alphabet(body: bytes, language: str) -> str:
    """The encoding of this language by which its letters come out, if they do not by Latin-1."""
    alphabet = frozenset(_ALPHABETS.get(language, ""))
    sample = _high_runs(body)
    for encoding in _BY_LANGUAGE[language] if alphabet else ():
        if _share(sample, "cp1252", alphabet) < _IN_ALPHABET <= _share(sample, encoding, alphabet):
            return encoding
    return "cp1252"


def _share(sample: bytes, encoding: str, alphabet: frozenset[str]) -> float:
    """The part of the letters beyond ASCII that are this alphabet's."""
    text = sample.decode(encoding, "replace").lower()
    letters = [char for char in text if not char.isascii() and char.isalpha()]
    return sum(char in alphabet for char in letters) / len(letters) if letters else 0.0


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    #: Of its letters beyond ASCII: see _plausibility.
    plausibility: float
    sure: bool = False


def _nearly_utf8(body: bytes) -> _Reading | None:
    """Sure where bad bytes are few among good characters of several bytes; None without these."""
    text = _HALVED.sub(_whole, body).decode("utf-8", "surrogateescape")
    bad = sum(1 for char in text if "\udc80" <= char <= "\udcff")
    good = len(text) - bad - sum(map(str.isascii, text))
    if not good:
        return None
    text = _BAD_BYTES.sub(_mended, text)
    sample = _high_runs(text.encode()).decode("utf-8", "replace")
    return _Reading(text, _plausibility(sample), sure=good >= 4 * bad)


#: Characters beyond the first plane as two halves of three bytes each (CESU-8, of databases).
_HALVED = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")


def _whole(match: re.Match[bytes]) -> bytes:
    halves = match[0].decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le").encode()


_BAD_BYTES = re.compile("[\udc80-\udcff]+")


def _mended(match: re.Match[str]) -> str:
    """A stray byte of windows-1252 is read as that; a character cut in half is lost."""
    after = match.string[match.end() : match.end() + 1]
    byte = ord(match[0][0]) - 0xDC00
    cut = byte >= 0xC2 and (len(match[0]) > 1 or (not after.isalpha() and not after.isspace()))
    if cut or len(match[0]) > 2:
        return "\ufffd"
    return bytes(ord(char) - 0xDC00 for char in match[0]).decode("cp1252", "replace")


def _readable(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (ValueError, LookupError):
        pass
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, ValueError):  # `idna`, `undefined` and the like are no charsets
        return None
    return text if text.count("\ufffd") <= max(3, len(text) // 500) else None


def _forgiving(body: bytes, encoding: str) -> str:
    text = body.decode(encoding, "replace").lstrip("\ufeff")
    # A writer of strings may have marked or declared what another then wrote as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def _language(body: bytes) -> str:
    """The two letters of the language that the document says it is in, or ""."""
    found = _LANGUAGE.search(body)
    return next(filter(None, found.groups())).decode("ascii").lower() if found else ""


def _guessed(body: bytes, own: Sequence[str]) -> _Reading:
    """The reading that looks most like text; `own` are the encodings of its language."""
    sample = _high_runs(body)
    best, encoding = -math.inf, "cp1252"
    for each in dict.fromkeys((*own, *_ANY_LANGUAGE)):
        score = _score(sample, each, own)
        if score > best + 0.01:
            best, encoding = score, each
    return _Reading(body.decode(encoding, "replace"), best)


def _score(sample: bytes, encoding: str, own: Sequence[str]) -> float:
    """How much it looks like text, with a bonus for what is expected."""
    text = _readable(sample, encoding)
    return -math.inf if text is None else _plausibility(text) + (0.15 if encoding in own else 0)


def _high_runs(body: bytes) -> bytes:
    """The stretches with bytes over 127, each with its neighbours: the rest tells nothing."""
    runs = re.findall(rb"[^<>]{0,40}[\x80-\xff][^<>]*", body[: 50 * _SAMPLE])
    return b"\n".join(runs)[:_SAMPLE].rsplit(b"\n", 1)[0]


_TELLING = re.compile(
    "(?P<cyrillic>[\u0400-\u052f])|(?P<greek>[\u0370-\u03ff])|(?P<hebrew>[\u05d0-\u05ea])"
    "|(?P<arabic>[\u0621-\u064a\u0670-\u06d3])|(?P<thai>[\u0e01-\u0e5b])|(?P<kana>[\u3041-\u30ff])"
    "|(?P<hangul>[\uac00-\ud7a3])|(?P<han>[\u4e00-\u9fff])|(?P<latin>[\u00c0-\u024f])"
    "|(?P<punctuation>[\u2010-\u203a\u3000-\u301f\uff01-\uff5e«»„“”‘’–—…\u00a0№])|(?P<odd>[^\x00-\x7f])"
)
#: A capital, or what ends a word only, in the middle of one.
_MISPLACED = re.compile(
    r"[a-zà-öø-ÿа-яё][A-ZÀ-ÖØ-ÞА-ЯЁ]"
    "|[\u03ac-\u03ce][\u0391-\u03ab\u0386\u0388-\u038f]|\u03c2(?=[\u03ac-\u03ce])"
)
_MIXED_WORD = re.compile(
    "[A-Za-z][\u0370-\u0e5b\u3041-\ud7a3]|[\u0370-\u0e5b\u3041-\ud7a3][A-Za-z]"
)
_ACCENTS = re.compile("[\u00c0-\u024f]{2,}")


def _plausibility(text: str) -> float:
    """Up to 1 for text of one script in ordinary case; below 0 for gibberish."""
    counts: dict[str, int] = {}
    for match in _TELLING.finditer(text):
        kind = match.lastgroup or "odd"
        counts[kind] = counts.get(kind, 0) + 1
    total = sum(counts.values())
    if not total:
        return 0.0
    counts["kana"] = counts.get("kana", 0)
    letters = {kind: n for kind, n in counts.items() if kind not in ("odd", "punctuation")}
    script = max(letters, key=lambda kind: letters[kind])
    own = letters[script] + (letters["kana"] if script == "han" else 0)
    own += letters.get("han", 0) if script == "kana" else 0
    score = (own + 0.5 * counts.get("punctuation", 0)) / total
    score -= 2 * counts.get("odd", 0) / total
    score -= 2 * len(_MISPLACED.findall(text)) / total
    score -= len(_MIXED_WORD.findall(text)) / total
    if script == "latin":
        score -= sum(map(len, _ACCENTS.findall(text))) / total
    if script == "han":
        score -= _rare_han(text)
    if script == "cyrillic":
        score -= 2 * max(0.0, 0.5 - _common_cyrillic(text))
    return score


def _common_cyrillic(text: str) -> float:
    """The part of the letters that are frequent ones: two thirds, in Russian."""
    letters = [char for char in text.lower() if "\u0400" <= char <= "\u052f"]
    return sum(char in "оеаинтсрвлі" for char in letters) / len(letters) if letters else 0.0


def _rare_han(text: str) -> float:
    """The part of the characters outside GB 2312's and Big5's first, the common, level."""
    han = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    rare = sum(
        1 for char in han if not (_common(char, "gb2312", 0xD7) or _common(char, "big5", 0xC6))
    )
    return rare / len(han) if han else 0.0


def _common(char: str, encoding: str, last: int) -> bool:
    try:
        return char.encode(encoding)[0] <= last
    except UnicodeEncodeError:
        return False


def _looks_like_text(text: str) -> bool:
    return _plausibility(text[: 10 * _SAMPLE]) > 0.3
