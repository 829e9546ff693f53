"""Bytes become text once: by mark, by declaration, by looking."""

from __future__ import annotations

import pytest

from aggregator.reading.decoding import decode

RUSSIAN = "Вооружённые люди напали на колонну на дороге к границе. " * 3
PERSIAN = "افراد مسلح به کاروان حمله کردند. " * 3
TURKISH = "Sınır yakınında şiddetli çatışma çıktı, iki kişi yaralandı. " * 3
FRENCH = "L’été dernier, la garnison a été attaquée à l’aube près de Nîmes. " * 3


def html(text: str, charset: str, label: str = "") -> bytes:
    meta = f'<meta charset="{label}">' if label else ""
    return f"<html><head>{meta}</head><p>{text}</p></html>".encode(charset)


@pytest.mark.parametrize(
    ("page", "content_type", "wanted"),
    [
        pytest.param(html(PERSIAN, "utf-8"), "", PERSIAN, id="utf-8 undeclared"),
        pytest.param(html(PERSIAN, "utf-8", "iso-8859-1"), "", PERSIAN, id="utf-8 called latin"),
        pytest.param(html(RUSSIAN, "cp1251", "windows-1251"), "", RUSSIAN, id="meta"),
        pytest.param(
            html(RUSSIAN, "cp1251"), "text/html; charset=windows-1251", RUSSIAN, id="header"
        ),
        pytest.param(
            html(RUSSIAN, "cp1251", "windows-1251"),
            "text/html; charset=ISO-8859-1",
            RUSSIAN,
            id="the server's default gives way to the author",
        ),
        pytest.param(
            html(TURKISH, "cp1254", "windows-1254"),
            "text/html; charset=ISO-8859-1",
            TURKISH,
            id="the server's default gives way, with few letters to tell by",
        ),
        pytest.param(html(RUSSIAN, "cp1251", "utf-8"), "", RUSSIAN, id="declared utf-8, is not"),
        pytest.param(
            html(RUSSIAN, "cp1251", "iso-8859-1"), "", RUSSIAN, id="declared latin, is not"
        ),
        pytest.param(html(RUSSIAN, "koi8-r", "koi8-r"), "", RUSSIAN, id="koi8"),
        pytest.param(html(PERSIAN, "utf-16"), "", PERSIAN, id="utf-16 with a mark"),
        pytest.param(html(PERSIAN, "utf-8-sig", "windows-1256"), "", PERSIAN, id="the mark wins"),
        pytest.param(
            html(FRENCH, "cp1252", "iso-8859-1"), "", FRENCH, id="latin-1 means windows-1252"
        ),
        pytest.param(
            html(FRENCH, "utf-8"), 'text/html; charset="nonsense"', FRENCH, id="unknown label"
        ),
        pytest.param(html("a\x00b\x01c", "utf-8"), "", "abc", id="NULs and controls go"),
        pytest.param(
            html("中文新闻报道" * 9, "gb18030", "gb2312"), "", "中文新闻报道" * 9, id="gb2312"
        ),
        pytest.param(
            html("日本語の記事" * 9, "cp932", "shift_jis"), "", "日本語の記事" * 9, id="shift_jis"
        ),
        pytest.param(
            html("x", "utf-8", "base64"), "text/html; charset=zip", "x", id="codecs of no charset"
        ),
    ],
)
def test_decode(page: bytes, content_type: str, wanted: str) -> None:
    assert f"<p>{wanted}</p>" in decode(page, content_type)


def test_a_few_broken_letters_are_no_other_charset() -> None:
    page = html(PERSIAN, "utf-8", "utf-8").replace("مسلح".encode(), b"\xff\xfe", 1)
    assert "کاروان حمله" in decode(page)
