"""Years that are not counted from Christ: of Persia, Japan's emperors, Taiwan and Thailand.

Islamic months begin when the moon is seen, so their dates cannot be computed: they are not read.
"""

from __future__ import annotations

import re
from datetime import date

#: Where a month is a number: below these, Islamic years would be older than the web.
_PERSIAN_NUMBERS = range(1370, 1411)
#: Where the month's name is Persian.
_PERSIAN_YEARS = range(1300, 1500)
_NAUROZ_1404 = date(2025, 3, 21).toordinal()

_BUDDHIST_YEARS = range(2400, 2700)
_GREGORIAN_SINCE = 1582

#: The year before an era's first.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "中華民國": 1911}
_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)\s*年")


def with_western_years(text: str) -> str:
    """`令和8年11月20日` as `2026年11月20日`."""
    return _ERA_YEAR.sub(_western, text)


def _western(match: re.Match[str]) -> str:
    number = 1 if match[2] == "元" else int(match[2])
    return f"{_ERAS[match[1]] + number}年"


def western_year(year: int) -> int:
    """Thailand counts from the Buddha.  Raises ValueError for years before our calendar."""
    if year < _GREGORIAN_SINCE:
        raise ValueError
    return year - 543 if year in _BUDDHIST_YEARS else year


def of_numbers(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Year, month and day of our calendar, if it is a Persian date: 1405/8/29."""
    return _from_persian(year, month, day) if year in _PERSIAN_NUMBERS else (year, month, day)


def of_persian_month(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """The same where the month was named; None where the year is no Persian one."""
    return _from_persian(year, month, day) if year in _PERSIAN_YEARS else None


def _from_persian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """By the rule of 33 years, which is right from 1178 to 1633.  Raises ValueError."""
    if not 1 <= month <= 12 or not 1 <= day <= _days(year, month):
        raise ValueError
    before = 31 * (month - 1) - max(0, month - 7)
    found = date.fromordinal(_nauroz(year) + before + day - 1)
    return found.year, found.month, found.day


def _days(year: int, month: int) -> int:
    if month < 7:
        return 31
    return 30 if month < 12 else _nauroz(year + 1) - _nauroz(year) - 336


def _nauroz(year: int) -> int:
    """The ordinal of a year's first day."""
    return _NAUROZ_1404 + 365 * (year - 1404) + _leap_days(year) - _leap_days(1404)


def _leap_days(year: int) -> int:
    """Of the years before this one, since some fixed year."""
    return (8 * year + 21) // 33
