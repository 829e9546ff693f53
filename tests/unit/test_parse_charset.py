"""Which encoding is it in?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.polling.charset import decode

ARABIC = "مقتل خمسة في هجوم مسلح على قافلة بين المدينتين"
HEBREW = "חמישה הרוגים בהתקפה על שיירה בין שתי הערים"
RUSSIAN = "Мост в долине закрыт из-за трещины в опоре, сообщило министерство"
FRENCH = "Le pont a été fermé après la découverte d’une fissure à l’été"
CHINESE = "塔尔维克大桥因裂缝关闭，当局表示将在周五重新开放交通"
TRADITIONAL = "塔爾維克大橋因裂縫關閉，當局表示將在週五重新開放交通"
JAPANESE = "橋はひび割れのため閉鎖され、外務省は停戦の延長を発表した"
KOREAN = "다리 균열로 폐쇄, 정부는 휴전을 열흘 연장했다고 밝혔다"
POLISH = "Most zamknięty z powodu pęknięcia, władze ogłosiły żałobę"

CZECH = "Úřady varují před povodněmi na řece, příměří prodlouženo o týden"
HUNGARIAN = "Újabb tűzszüneti tárgyalások kezdődtek, őrizetbe vették a gyanúsítottat"
TURKISH = "Köprü ağustosa kadar kapalı, görüşmeler İstanbul'da başlıyor"


def document(text: str, *, declared: str | None = None, language: str = "") -> str:
    encoding = f' encoding="{declared}"' if declared is not None else ""
    tag = f"<language>{language}</language>" if language else ""
    return f'<?xml version="1.0"{encoding}?><rss>{tag}<title>{text}</title></rss>'


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        pytest.param(RUSSIAN, "cp1251", "windows-1251", id="windows-1251"),
        pytest.param(RUSSIAN, "koi8-r", "KOI8-R", id="KOI8-R"),
        pytest.param(RUSSIAN, "utf-8", "windows-1251", id="declared wrongly"),
        pytest.param(RUSSIAN, "utf-8", "utf-16", id="a string writer's UTF-16"),
        pytest.param(RUSSIAN, "utf-8", "x-unknown", id="an unknown label"),
        pytest.param(RUSSIAN, "utf-8", "", id="an empty label"),
        pytest.param(RUSSIAN, "utf-16", "utf-16", id="UTF-16 with a mark"),
        pytest.param(RUSSIAN, "utf-16-be", "utf-16", id="UTF-16 without"),
        pytest.param(RUSSIAN, "utf-32", "utf-32", id="UTF-32"),
        pytest.param(RUSSIAN, "utf-8-sig", "utf-8", id="UTF-8 with a mark"),
        pytest.param(CHINESE, "gb18030", "gb2312", id="a superset of GB 2312"),
        pytest.param(TRADITIONAL, "big5hkscs", "big5", id="Big5"),
        pytest.param(JAPANESE, "cp932", "Shift_JIS", id="Shift-JIS"),
        pytest.param(JAPANESE, "euc-jp", "euc-jp", id="EUC-JP"),
        pytest.param(JAPANESE, "iso2022_jp", "ISO-2022-JP", id="ISO-2022-JP"),
        pytest.param(KOREAN, "cp949", "euc-kr", id="EUC-KR"),
        pytest.param(FRENCH, "cp1252", "iso-8859-1", id="windows-1252 called Latin-1"),
    ],
)
def test_declared(text: str, encoding: str, declared: str) -> None:
    assert text in decode(document(text, declared=declared).encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        pytest.param(RUSSIAN, "koi8-r", "windows-1251", id="KOI8-R called windows-1251"),
        pytest.param(RUSSIAN, "cp1251", "koi8-r", id="the reverse"),
        pytest.param(RUSSIAN.upper(), "cp1251", "windows-1251", id="capitals called rightly"),
        pytest.param(CHINESE, "gb18030", "big5", id="GBK called Big5"),
        pytest.param(TRADITIONAL, "big5hkscs", "gb2312", id="the reverse, in Chinese"),
    ],
)
def test_called_by_the_name_of_another(text: str, encoding: str, declared: str) -> None:
    assert text in decode(document(text, declared=declared).encode(encoding))


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        pytest.param(TURKISH, "cp1254", "tr", id="Turkish"),
        pytest.param(POLISH, "cp1250", "pl", id="Polish"),
        pytest.param(CZECH, "iso-8859-2", "cs", id="Czech"),
        pytest.param(HUNGARIAN, "cp1250", "hu", id="Hungarian"),
        pytest.param(FRENCH, "cp1252", "cs", id="French in a Czech's template"),
    ],
)
def test_called_latin_1(text: str, encoding: str, language: str) -> None:
    body = document(text, declared="ISO-8859-1", language=language).encode(encoding)
    assert text in decode(body)


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        pytest.param(RUSSIAN, "cp1251", "ru", id="Russian"),
        pytest.param(RUSSIAN, "koi8-r", "", id="Russian, no language"),
        pytest.param(ARABIC, "cp1256", "", id="Arabic, no language"),
        pytest.param(HEBREW, "cp1255", "", id="Hebrew, no language"),
        pytest.param(FRENCH, "cp1252", "fr", id="French"),
        pytest.param(POLISH, "iso-8859-2", "pl", id="Polish"),
        pytest.param(CHINESE, "gb18030", "zh-CN", id="Chinese"),
        pytest.param(TRADITIONAL, "big5", "zh-TW", id="traditional Chinese"),
        pytest.param(JAPANESE, "euc-jp", "ja", id="Japanese"),
        pytest.param(KOREAN, "cp949", "ko", id="Korean"),
    ],
)
def test_undeclared_or_declared_utf8(text: str, encoding: str, language: str) -> None:
    for declared in (None, "utf-8"):
        body = document(text, declared=declared, language=language).encode(encoding)
        assert text in decode(body, "text/xml; charset=utf-8")


def test_the_servers_charset_where_the_document_is_silent() -> None:
    assert CHINESE in decode(document(CHINESE).encode("gb18030"), 'text/xml; charset="GBK"')


def test_the_servers_default_does_not_beat_utf8() -> None:
    assert RUSSIAN in decode(document(RUSSIAN).encode(), "text/xml; charset=ISO-8859-1")


def test_a_few_bad_bytes_stay_a_few() -> None:
    body = document(FRENCH * 3).encode().replace("d’une".encode(), b"d\x92une", 1)
    assert FRENCH * 3 in decode(body)


def test_a_character_cut_in_half_is_lost_alone() -> None:
    body = document(RUSSIAN).encode().replace("министерство".encode(), "мин".encode()[:-1])
    assert decode(body).count("\ufffd") == 1


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        pytest.param(b"L\x92attaque", "L’attaque", id="an apostrophe"),
        pytest.param("le \udc93blessé\udc94".encode("utf-8", "surrogateescape"), "le “blessé”",
                     id="more stray bytes than letters"),
        pytest.param("\ud83c\udf2b".encode("utf-8", "surrogatepass"), "🌫", id="halves of one"),
    ],
)  # fmt: skip
def test_bad_bytes_in_text_that_is_nearly_ascii(bad: bytes, good: str) -> None:
    body = document("@@", declared="UTF-8", language="fr").encode().replace(b"@@", bad)
    assert f"<title>{good}</title>" in decode(body)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_never_raises(body: bytes, label: str) -> None:
    decode(body, f"text/xml; charset={label}")


@pytest.mark.parametrize(
    "label", ["undefined", "idna", "punycode", "unicode_escape", "rot13", "hex"]
)
def test_codecs_that_are_no_charsets_raise_nothing(label: str) -> None:
    body = b"<rss version='2.0'><channel><item><title>caf\xe9</title></item></channel></rss>"
    assert decode(body, f"text/xml; charset={label}")
