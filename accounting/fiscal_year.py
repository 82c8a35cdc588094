"""The Thai fiscal year: 1 October to 30 September, named by the Buddhist year it ends in."""

from datetime import date

BUDDHIST_OFFSET = 543
FIRST_MONTH = 10


def fiscal_year_of(day: date) -> int:
    """Return the fiscal year (B.E.) of a day (C.E.): 2025-10-01 is in 2569."""
    return day.year + BUDDHIST_OFFSET + (1 if day.month >= FIRST_MONTH else 0)


def first_day(fiscal_year: int) -> date:
    """Return 1 October with which the fiscal year (B.E.) begins."""
    return date(fiscal_year - BUDDHIST_OFFSET - 1, FIRST_MONTH, 1)


def months(fiscal_year: int) -> list[date]:
    """Return the first days of its twelve months, October first."""
    start = first_day(fiscal_year)
    return [
        date(start.year + (1 if month < FIRST_MONTH else 0), month, 1)
        for month in [*range(FIRST_MONTH, 13), *range(1, FIRST_MONTH)]
    ]


def month_after(day: date) -> date:
    """Return the first day of the month after the day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
