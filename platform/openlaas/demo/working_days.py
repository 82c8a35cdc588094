"""Days on which a Thai office writes documents, and the fiscal years that the demo covers."""

from collections.abc import Iterator
from datetime import date, timedelta

FIRST_DAY = date(2025, 10, 1)
YEAR_ENDS = (date(2026, 9, 30), date(2027, 9, 30))
_ONE_DAY = timedelta(days=1)
_OCTOBER = 10
_MONTHS = (
    *("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน"),
    *("กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"),
)

# Holidays on a fixed date, as (month, day). Lunar holidays and substitution days are left out: the
# cabinet announces them year by year, and a demo that works on them harms nobody.
_HOLIDAYS = frozenset(
    {(1, 1), (4, 6), (4, 13), (4, 14), (4, 15), (5, 1), (5, 4), (6, 3), (7, 28), (8, 12)}
    | {(10, 13), (10, 23), (12, 5), (12, 10), (12, 31)}
)

_FRIDAY = 5  # of ISO's week


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: no Saturday, Sunday or holiday of fixed date."""
    return day.isoweekday() <= _FRIDAY and (day.month, day.day) not in _HOLIDAYS


def on_or_before(day: date) -> date:
    """Give the last working day that is not after this day."""
    while not is_working_day(day):
        day -= _ONE_DAY
    return day


def on_or_after(day: date) -> date:
    """Give the first working day that is not before this day."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def days_later(day: date, days: int) -> date:
    """Give the first working day at least so many calendar days after this one."""
    return on_or_after(day + timedelta(days=days))


def working_days(first: date, last: date) -> Iterator[date]:
    """Yield the working days of a span, both ends included."""
    day = first
    while day <= last:
        if is_working_day(day):
            yield day
        day += _ONE_DAY


def end_of_month(day: date) -> date:
    """Give the last calendar day of this day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE_DAY


def fiscal_year(day: date) -> int:
    """Give the fiscal year (B.E.), which runs from 1 October and is named by its end."""
    return day.year + 543 + (day.month >= _OCTOBER)


def month_in_words(day: date) -> str:
    """Name the month and the Buddhist year, as papers do: ตุลาคม 2568."""
    return f"{_MONTHS[day.month - 1]} {day.year + 543}"
