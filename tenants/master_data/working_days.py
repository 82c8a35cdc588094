"""Working days: neither Saturday nor Sunday nor a holiday of the calendar."""

from collections.abc import Collection
from datetime import date, timedelta

from tenants.master_data.kinds import HOLIDAYS, KINDS
from tenants.master_data.queries import approved
from tenants.master_data.state import Holdings, apply

_SATURDAY = 5


def working_day_from(day: date, holidays: Collection[date]) -> date:
    """Return the day, or the first working day after it."""
    while day.weekday() >= _SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day


def holidays() -> frozenset[date]:
    """Return the holidays that are not called off."""
    held = Holdings(KINDS[HOLIDAYS])
    for version in approved(kind=HOLIDAYS):
        for row in version.rows:
            apply(held, row, {})
    closed = [row for row in held if not row["is_called_off"]]
    return frozenset(date.fromisoformat(str(row["day"])) for row in closed)
