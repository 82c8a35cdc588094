"""Dates as officers write and read them: day, month, Buddhist year. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounting.fiscal_year import BUDDHIST_OFFSET
from thai.baht import arabic_digits

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
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?")
_END_OF_MINUTE = (59, 999_999)
BANGKOK = ZoneInfo("Asia/Bangkok")
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


def typed_moment(text: str) -> datetime | None:
    """Return the last instant of what was typed, so that all of that minute is known; else None.

    Read are 15/09/2569 14:05 and 15/09/2569 14:05:30 in Bangkok, 15/09/2569 for the whole day, and
    RFC 3339 as addresses carry it, which is exact.
    """
    plain = arabic_digits(text).removesuffix("น.").strip()
    # A plus sign that was not escaped arrives as a space.
    if exact := _exact_moment(plain.replace(" ", "+")):
        return exact
    day_text, _, clock_text = plain.replace("เวลา", " ").strip().rpartition(" ")
    clock = _CLOCK.fullmatch(clock_text)
    day = typed_day(day_text.strip() if clock else plain)
    if day is None:
        return None
    hour, minute, second = clock.groups() if clock else ("23", "59", None)
    try:
        typed = datetime(
            day.year, day.month, day.day, int(hour), int(minute), int(second or 59), tzinfo=BANGKOK
        )
    except ValueError:
        return None
    return typed + timedelta(seconds=1, microseconds=-1)


def _exact_moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        # PostgreSQL takes no offset beyond 16 hours.
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def is_written_as_date(text: str) -> bool:
    """Tell whether the text has the form of a date, in the calendar or not."""
    plain = arabic_digits(text).strip()
    return bool(_DAY_FIRST.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain))


def as_typed(day: date) -> str:
    """Return ``15/09/2569``, the form in which dates are asked for."""
    return f"{day:%d/%m}/{day.year + BUDDHIST_OFFSET}"


def moment_as_typed(moment: datetime) -> str:
    """Return ``15/09/2569 14:05``, with seconds when it is no whole minute: typed_moment's form."""
    local = moment.astimezone(BANGKOK)
    is_whole = (local.second, local.microsecond) == _END_OF_MINUTE
    clock = f"{local:%H:%M}" if is_whole else f"{local:%H:%M:%S}"
    return f"{as_typed(local.date())} {clock}"


def moment_in_words(moment: datetime) -> str:
    """Return ``15 กันยายน 2569 เวลา 14:05:30 น.`` in Bangkok."""
    local = moment.astimezone(BANGKOK)
    return f"{in_words(local.date())} เวลา {local:%H:%M:%S} น."


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
