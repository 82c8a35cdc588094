"""Dates as officers write and read them: day, month, Buddhist year. Pure."""

import re
from datetime import date

from accounting.fiscal_year import BUDDHIST_OFFSET
from portal.baht import arabic_digits

MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
MONTHS_SHORT = (
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
)
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_FIRST_BUDDHIST_YEAR = 2400  # no office books anything in 2400 C.E. or in 2399 B.E.
_CENTURY = 2500
_TWO_DIGITS = 2


def typed_date(text: str) -> str | None:
    """Return the date that was typed as ISO 8601 (C.E.); None when it is none in the calendar.

    Read are 15/09/2569 (also with dots, hyphens, spaces or Thai digits), the short year of
    15/9/69, and the C.E. dates 2026-09-15 and 15/09/2026.
    """
    plain = arabic_digits(text).strip()
    if match := _DAY_FIRST.fullmatch(plain):
        day, month, year = match.groups()
    elif match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = match.groups()
    else:
        return None
    number = int(year) + (_CENTURY if len(year) == _TWO_DIGITS else 0)
    if number >= _FIRST_BUDDHIST_YEAR:
        number -= BUDDHIST_OFFSET
    try:
        return date(number, int(month), int(day)).isoformat()
    except ValueError:
        return None


def typed_day(text: str) -> date | None:
    """Return the day that was typed; None when it is none in the calendar."""
    read = typed_date(text)
    return date.fromisoformat(read) if read else None


def is_written_as_date(text: str) -> bool:
    """Tell whether the text has the form of a date, in the calendar or not."""
    plain = arabic_digits(text).strip()
    return bool(_DAY_FIRST.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain))


def as_typed(day: date) -> str:
    """Return ``15/09/2569``, the form in which dates are asked for."""
    return f"{day:%d/%m}/{day.year + BUDDHIST_OFFSET}"


def in_words(day: date) -> str:
    """Return ``15 กันยายน 2569``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + BUDDHIST_OFFSET}"


def short(day: date) -> str:
    """Return ``15 ก.ย. 2569``."""
    return f"{day.day} {MONTHS_SHORT[day.month - 1]} {day.year + BUDDHIST_OFFSET}"


def month_in_words(day: date) -> str:
    """Return ``กันยายน 2569``."""
    return f"{MONTHS[day.month - 1]} {day.year + BUDDHIST_OFFSET}"


def weekday_in_words(day: date) -> str:
    """Return ``วันอังคารที่ 15 กันยายน 2569``."""
    return f"วัน{WEEKDAYS[day.weekday()]}ที่ {in_words(day)}"
