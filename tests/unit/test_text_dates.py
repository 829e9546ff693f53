"""Dates as feeds write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.dates import parse_date

NINE_FIFTEEN = "2026-11-20 09:15:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 20 Nov 2026 09:15:00 GMT", NINE_FIFTEEN),
        ("Fri, 20 Nov 2026 10:15:00 +0100 (CET)", NINE_FIFTEEN),
        ("  Fri  20  Nov  2026 09:15  +00:00 ", NINE_FIFTEEN),
        ("Friday, 20-Nov-26 09:15:00 UT", NINE_FIFTEEN),
        ("Fri, 20 Nov 2026 04:15:00 EST", NINE_FIFTEEN),
        ("Mon, 20 Jul 2026 10:15:00 EST", "2026-07-20 15:15:00"),
        ("Fri, 20 Nov 2026 12:15:00 MSK", NINE_FIFTEEN),
        ("Fri, 20 Nov 2026 11:15:00 GMT+0200", NINE_FIFTEEN),
        ("Fri Nov 20 09:15:00 +0000 2026", NINE_FIFTEEN),
        ("Fri Nov 20 09:15:00 2026", NINE_FIFTEEN),
        ("November 20, 2026 9:15 AM", NINE_FIFTEEN),
        ("Nov 20th, 2026 12:05 a.m.", "2026-11-20 00:05:00"),
        ("2026-11-20T09:15:00.123456789Z", NINE_FIFTEEN),
        ("2026-11-20T10:15:00,5+01:00", NINE_FIFTEEN),
        ("2026-11-20 11:15 +0200", NINE_FIFTEEN),
        ("2026/11/20 09:15:00", NINE_FIFTEEN),
        ("20261120T091500Z", NINE_FIFTEEN),
        ("20261120091500", NINE_FIFTEEN),
        ("20.11.2026 09:15", NINE_FIFTEEN),
        ("20/11/2026 09:15", NINE_FIFTEEN),
        ("11/20/2026 09:15", NINE_FIFTEEN),
        ("1795166100", NINE_FIFTEEN),
        ("1795166100000", NINE_FIFTEEN),
        ("2026年11月20日 09:15", NINE_FIFTEEN),
        ("2026年11月20日 下午6时15分", "2026-11-20 18:15:00"),
        ("2026년 11월 20일 오후 6:15", "2026-11-20 18:15:00"),
        ("vendredi 20 novembre 2026 à 09h15", NINE_FIFTEEN),
        ("Пт, 20 ноября 2026 12:15:00 +0300", NINE_FIFTEEN),
        ("Cum, 20 Kas 2026 12:15:00 +0300", NINE_FIFTEEN),
        ("٢٠ نوفمبر ٢٠٢٦ 09:15", NINE_FIFTEEN),
        ("20 تشرين الثاني 2026 09:15", NINE_FIFTEEN),
        ("2026-11-20T10:15:00 Europe/Berlin", NINE_FIFTEEN),
        ("2026-11-20T24:00:00Z", "2026-11-21 00:00:00"),
        ("Fri, 31 Dec 99 23:59:60 GMT", "2000-01-01 00:00:00"),
        ("Sun, 20 Jul 1969 20:17:00 GMT", "1969-07-20 20:17:00"),
        ("Fri, 01 Jan 2027 01:30:00 +0900", "2026-12-31 16:30:00"),
        ("2026", "2026-01-01 00:00:00"),
        ("Fri, 20 Nov 2026 09:15:00 XYZ", NINE_FIFTEEN),
        ("05/06/2026", None),
        ("Fri, 20 Nov 2026 09:15:00 IST", None),
        ("Fri, 20 Nov 2026 25:15:00 GMT", None),
        ("Fri, 30 Feb 2026 09:15:00 GMT", None),
        ("Fri, 20 Nov 2026 09:15:00 +9900", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("", None),
        ("2026-324T09:15:00Z", NINE_FIFTEEN),
        ("2026-366", None),
        ("2026-W47-5T09:15Z", NINE_FIFTEEN),
        ("20 พฤศจิกายน 2569 09:15", NINE_FIFTEEN),
        ("20 नवंबर 2026 09:15", NINE_FIFTEEN),
        ("1405/08/29 - 09:15", NINE_FIFTEEN),
        ("۲۹ آبان ۱۴۰۵، ۰۹:۱۵", NINE_FIFTEEN),
        ("جمعه 29 عقرب 1405 ساعت 09:15", NINE_FIFTEEN),
        ("29/08/1405 09:15", NINE_FIFTEEN),
        ("30 اسفند 1403", "2025-03-20 00:00:00"),
        ("30 اسفند 1404", None),
        ("22 بهمن 1357", "1979-02-11 00:00:00"),
        ("20 November 1405", None),
        ("1448/06/10", None),
        ("令和8年11月20日 9時15分", NINE_FIFTEEN),
        ("令和元年5月1日", "2019-05-01 00:00:00"),
        ("民國115年11月20日 09:15", NINE_FIFTEEN),
        ("20/Nov/2026:09:15:00 +0000", NINE_FIFTEEN),
        ("20. novembar 2026 09:15", NINE_FIFTEEN),
        ("1º de novembro de 2026", "2026-11-01 00:00:00"),
        ("mar. 17 nov. 2026 09:15", "2026-11-17 09:15:00"),
        ("17 mar 2026 09:15", "2026-03-17 09:15:00"),
        ("الجمعة 20 نوفمبر 2026 - 06:15 مساءً", "2026-11-20 18:15:00"),
        ("20 نوفمبر 2026 12:15 صباحًا", "2026-11-20 00:15:00"),
        ("20 de noviembre de 2026, 6:15 p. m.", "2026-11-20 18:15:00"),
        ("20 November 2026 pukul 16.15 WIB", NINE_FIFTEEN),
        ("20 November 2026, 6.15pm", "2026-11-20 18:15:00"),
        ("20.11.2026", "2026-11-20 00:00:00"),
        ("20 marraskuu 2026", "2026-11-20 00:00:00"),
        ("20 בנובמבר 2026", "2026-11-20 00:00:00"),
        ("2026 m. lapkričio 20 d.", "2026-11-20 00:00:00"),
        ("20 қараша 2026", "2026-11-20 00:00:00"),
        ("20 ნოემბერი, 2026", "2026-11-20 00:00:00"),
        ("20 كانون الثاني 2026", "2026-01-20 00:00:00"),
        ("20 พ.ย. 2569 09:15", NINE_FIFTEEN),
        ("20 พ.ย. 69 09:15", NINE_FIFTEEN),
        ("20 พฤศจิกายน 69 09:15", NINE_FIFTEEN),
        ("२० नवम्बर २०२६ 09:15", NINE_FIFTEEN),
        ("২০ নভেম্বর ২০২৬, ০৯:১৫", NINE_FIFTEEN),
        ("20 noyabr 2026-cı il, 09:15", NINE_FIFTEEN),
        ("2026. 11. 20. 오전 9:15", NINE_FIFTEEN),
        ("2026. 11. 20. 오후 6:15", "2026-11-20 18:15:00"),
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    found = parse_date(text)
    assert (found and f"{found:%Y-%m-%d %H:%M:%S}") == expected


DIGITS = st.lists(st.sampled_from("2026 11 20 T : - / . + Z Nov мая 年 月 日 pm ".split(" ")))


@given(st.text(max_size=60) | DIGITS.map(" ".join) | DIGITS.map("".join))
def test_never_raises(text: str) -> None:
    parse_date(text)


def test_an_offset_that_leads_out_of_the_calendar_is_no_date() -> None:
    assert parse_date("Fri, 31 Dec 9999 23:59:59 -2359") is None
