"""Dates as feeds and pages write them, to UTC.

Understood: RFC 822 and its relatives, W3CDTF and ISO 8601 with all their near misses, the month
names of some fifty languages, East Asian year-month-day signs, Persian years, epoch seconds.
A date that could be two dates, or cannot be, is None.  Without a zone, UTC is taken.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.text.calendars import (
    of_numbers,
    of_persian_month,
    western_year,
    with_western_years,
)
from aggregator.text.months import month_named, month_of_abbreviation, persian_month_named, plain

#: Longer texts are no dates.
_MAX_LENGTH = 120

_TIME = r"(\d{1,2})[:：h](\d{1,2})(?:[:：](\d{1,2})(?:[.,]\d*)?)?"
_ISO = re.compile(
    r"(\d{4})(?:([-/.]\s?)(\d{1,2})\2(\d{1,2})\.?|-?(\d{2})(\d{2}))"
    r"(?:(?:t|[\s,]+(?:at\s+)?|t\s)" + _TIME + r"(.*))?"
)
_RFC_822 = re.compile(
    r"(?:[a-z]{3},\s+)?(\d{1,2})\s+([a-z]{3})\s+(\d{4})\s+(\d\d):(\d\d):(\d\d)\s+([+-]\d{4}|gmt)"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})t?(\d{2})(\d{2})(\d{2})?(?:[.,]\d+)?\s*(\D.*)?")
_YEAR_COLON = re.compile(r"(?<=\d{4}):(?=\d\d:)")
_MONTH_ONLY = re.compile(r"(\d{4})(?:-(\d{2}))?")
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?")
_SIGNS = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?"
    r"(?:\D*?(\d{1,2})\s*(?:[:：時时点點시])\s*(?:(\d{1,2})\s*(?:[:：分분]\s*(?:(\d{1,2})\s*[秒초]?)?)?)?(.*))?",
    re.DOTALL,
)
_CLOCK = re.compile(r"(?<!\d)" + _TIME + r"(?!\d)")
#: Behind the date only, where it can be no day and month: 20 November 2026 pukul 09.15 WIB.
_DOTTED = re.compile(r"(?<=\d{4})\D{1,12}?([01]?\d|2[0-3])\.([0-5]\d)(?:\.([0-5]\d))?(?![\d.])")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_PARENTHESES = re.compile(r"\([^)]*\)?")
_NUMBER = re.compile(r"(?<![\w:])['’]?(\d{1,4})(?:st|nd|rd|th|er|re|o|a|\.)?(?![\w:])")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?:t" + _TIME + r"(.*))?")
_WEEK = re.compile(r"(\d{4})-?w(\d{2})-?([1-7])(?:t" + _TIME + r"(.*))?")

_MORNING = re.compile(
    r"(?<!\w)(?:am|a\.\s?m\.?|πμ|π\.μ\.|ص|صباحا?|ق\.ظ)(?!\w)|上午|午前|早上|凌晨|오전"
)
_EVENING = re.compile(r"(?<!\w)(?:pm|p\.\s?m\.?|μμ|μ\.μ\.|م|مساء?|ب\.ظ)(?!\w)|下午|午後|晚上|오후")
_OFFSET = re.compile(
    r"\s*(?:gmt|utc|ut|z)?\s*([+\-−–])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)(.*)", re.DOTALL
)
_ZONE_NAME = re.compile(r"[\s,]*([a-z]{1,5})\b(.*)", re.DOTALL)
_ZONE_PLACE = re.compile(r"([a-z_]+/[a-z_]+)")

#: Hours east of UTC, of names with one meaning; those of RFC 822 mean what it says, all year.
_ZONES = {
    **dict.fromkeys(("z", "gmt", "utc", "ut", "wet"), 0.0),
    **dict.fromkeys(("cet", "met", "mez", "west", "wat"), 1.0),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "oez", "sast", "cat"), 2.0),
    **dict.fromkeys(("eest", "msk", "trt", "eat", "fet"), 3.0),
    **dict.fromkeys(("msd", "samt", "azt"), 4.0),
    **dict.fromkeys(("pkt", "uzt", "yekt"), 5.0),
    **dict.fromkeys(("ict", "wib", "novt"), 7.0),
    **dict.fromkeys(("hkt", "sgt", "awst", "wita", "myt", "pht"), 8.0),
    **dict.fromkeys(("jst", "kst", "wit"), 9.0),
    "irst": 3.5, "irdt": 4.5, "aft": 4.5, "npt": 5.75, "mmt": 6.5,
    "acst": 9.5, "acdt": 10.5, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0,
    "est": -5.0, "edt": -4.0, "cdt": -5.0, "cst": -6.0, "mst": -7.0, "mdt": -6.0,
    "pst": -8.0, "pdt": -7.0, "akst": -9.0, "akdt": -8.0, "hst": -10.0, "adt": -3.0,
    "nst": -3.5, "ndt": -2.5, "brt": -3.0, "art": -3.0, "uyt": -3.0, "clt": -4.0, "cot": -5.0,
}  # fmt: skip
#: India, Israel or Ireland?  Britain or Bangladesh?  Better no date than a wrong one.
_AMBIGUOUS_ZONES = frozenset(("ist", "bst", "ast", "gst", "wst", "sst"))

_THAI = re.compile("[\u0e01-\u0e4e]")
#: The century of Thailand's short years, counted from the Buddha.
_BUDDHA = 2500
_VIETNAMESE = re.compile(r"\bthang\s+(\d{1,2})\b,?")


def parse_date(text: str) -> datetime | None:
    """The instant that is claimed, cut to whole seconds; None where it cannot be told."""
    if not text or len(text) > _MAX_LENGTH:
        return None
    try:
        common = _rfc_822(text)
    except (ValueError, OverflowError):  # the offset leads out of the calendar
        return None
    if common is not None:
        return common
    text = plain(_PARENTHESES.sub(" ", text)).strip().strip("\"'")
    text = with_western_years(_YEAR_COLON.sub(" ", text))
    for shape in (_iso, _ordinal, _week, _compact, _epoch, _signs, _words):
        try:
            found = shape(text)
        except (ValueError, OverflowError):
            return None
        if found is not None:
            return found
    return None


def _rfc_822(text: str) -> datetime | None:
    """The form nearly every feed uses, read without detours."""
    match = _RFC_822.fullmatch(text.lower())
    month = month_of_abbreviation(match[2]) if match else None
    if match is None or month is None:
        return None
    clock = (match[4], match[5], match[6])
    return _instant(int(match[3]), month, int(match[1]), clock, match[7])


def _iso(text: str) -> datetime | None:
    if match := _MONTH_ONLY.fullmatch(text):
        return _instant(int(match[1]), int(match[2] or 1), 1)
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    month, day = match[3] or match[5], match[4] or match[6]
    date = of_numbers(int(match[1]), int(month), int(day))
    return _instant(*date, match.groups()[6:9], match[10] or "")


def _ordinal(text: str) -> datetime | None:
    match = _ORDINAL.fullmatch(text)
    if match is None:
        return None
    day = datetime(int(match[1]), 1, 1, tzinfo=UTC) + timedelta(days=int(match[2]) - 1)
    if day.year != int(match[1]):
        raise ValueError
    return _instant(day.year, day.month, day.day, match.groups()[2:5], match[6] or "")


def _week(text: str) -> datetime | None:
    match = _WEEK.fullmatch(text)
    if match is None:
        return None
    day = datetime.fromisocalendar(int(match[1]), int(match[2]), int(match[3]))
    return _instant(day.year, day.month, day.day, match.groups()[3:6], match[7] or "")


def _compact(text: str) -> datetime | None:
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    clock = (match[4], match[5], match[6])
    return _instant(int(match[1]), int(match[2]), int(match[3]), clock, match[7] or "")


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match[1]), UTC) if match else None


def _signs(text: str) -> datetime | None:
    match = _SIGNS.search(text)
    if match is None:
        return None
    rest = _half_of_day_after(text, match[7] or "")
    clock = (match[4], match[5] or "0", match[6]) if match[4] else None
    return _instant(int(match[1]), int(match[2]), int(match[3]), clock, rest)


def _half_of_day_after(said: str, after: str) -> str:
    """East Asia says morning or evening before the clock; it is looked for behind."""
    if _EVENING.search(said):
        return f" pm{after}"
    return f" am{after}" if _MORNING.search(said) else after


def _words(text: str) -> datetime | None:
    """Day, month and year in any order, the month as a word or by a number."""
    clock = _CLOCK.search(text) or _DOTTED.search(text)
    before, after = (text[: clock.start()], text[clock.end() :]) if clock else (text, "")
    date = _date(before) or _date(f"{before} {_without_zone(after)}")
    if date is None:
        return None
    after = _half_of_day_after(before, after)
    return _instant(*date, clock.groups() if clock else None, after)


def _without_zone(after: str) -> str:
    offset = _OFFSET.match(after)
    return offset[4] if offset else after


def _date(text: str) -> tuple[int, int, int] | None:
    if match := _VIETNAMESE.search(text):
        month: int | None = int(match[1])
        text = text.replace(match[0], " ")
    else:
        month = month_named(text)
    return _persian(text) or (_day_and_year(text, month) if month else _numeric(text))


def _persian(text: str) -> tuple[int, int, int] | None:
    """29 Aban 1405."""
    month = persian_month_named(text)
    found = _day_and_year(text, month) if month else None
    return of_persian_month(*found) if found else None


def _day_and_year(text: str, month: int) -> tuple[int, int, int] | None:
    numbers = _NUMBER.findall(text.replace("-", " ").replace("/", " "))
    years = [number for number in numbers if len(number) == 4]
    others = [number for number in numbers if len(number) <= 2]
    if years and others:
        return int(years[0]), month, int(others[0])
    if len(others) >= 2:
        year = _BUDDHA + int(others[1]) if _THAI.search(text) else _century(others[1])
        return year, month, int(others[0])
    return None


def _numeric(text: str) -> tuple[int, int, int] | None:
    """20.11.2026 is German order; 5/6/2026 may be two days, and is none."""
    match = _NUMERIC.search(text)
    if match is None:
        iso = re.search(r"(?<!\d)(\d{4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})(?!\d)", text)
        return of_numbers(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    one, other, year = int(match[1]), int(match[3]), _century(match[4])
    if match[2] == "." or one > 12 or one == other:
        return of_numbers(year, other, one)
    return (year, one, other) if other > 12 else None


def _century(year: str) -> int:
    number = int(year)
    if len(year) > 2:
        return number
    return number + (2000 if number < 50 else 1900)


def _instant(
    year: int,
    month: int,
    day: int,
    clock: tuple[str | None, ...] | None = None,
    after: str = "",
) -> datetime | None:
    """Raises ValueError for what no calendar or clock shows."""
    hour, minute, second = (int(part or 0) for part in clock) if clock else (0, 0, 0)
    hour = _of_24(hour, after)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        raise ValueError
    local = datetime(western_year(year), month, day, tzinfo=UTC)
    local += timedelta(hours=hour, minutes=minute, seconds=second)
    after = _EVENING.sub(" ", _MORNING.sub(" ", after))
    if place := _ZONE_PLACE.search(after):
        return _at_place(local, place[1])
    offset = _offset(after) if clock else timedelta()
    return None if offset is None else local - offset


def _of_24(hour: int, after: str) -> int:
    if _EVENING.match(after.lstrip()) and hour <= 12:
        return hour % 12 + 12
    if _MORNING.match(after.lstrip()) and hour <= 12:
        return hour % 12
    return hour


def _offset(after: str) -> timedelta | None:
    """None for a zone of several meanings.  Unknown names are UTC (RFC 5322 §4.3)."""
    if match := _OFFSET.match(after):
        hours, minutes = int(match[2]), int(match[3] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError
        sign = 1 if match[1] == "+" else -1
        return sign * timedelta(hours=hours, minutes=minutes)
    match = _ZONE_NAME.match(after)
    if match is None:
        return timedelta()
    if match[1] in _AMBIGUOUS_ZONES:
        return None
    return timedelta(hours=_ZONES.get(match[1], 0.0))


def _at_place(local: datetime, name: str) -> datetime | None:
    name = "/".join(part.title() for part in name.split("/"))
    try:
        zone = ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return local
    return local.replace(tzinfo=zone).astimezone(UTC)
