"""Opening and closing what may be posted into."""

from datetime import date, datetime

from accounting import books
from accounting import fiscal_year as fiscal_years

_OPEN_YEAR = """
WITH year AS (
    INSERT INTO fiscal_year (year, state, opened_at) VALUES (%(year)s, 'open', %(at)s)
    ON CONFLICT (year) DO NOTHING
)
INSERT INTO period (starts_on, fiscal_year, state)
SELECT month, %(year)s, 'open' FROM unnest(%(months)s::date[]) AS month
ON CONFLICT (starts_on) DO NOTHING
RETURNING starts_on
"""
_SET_PERIOD = """
UPDATE period SET state = %(state)s WHERE starts_on = %(starts_on)s AND state <> %(state)s
RETURNING starts_on
"""


def open_fiscal_year(*, year: int, opened_at: datetime) -> None:
    """Open a fiscal year (B.E.) and its twelve periods; opening it again changes nothing."""
    facts = {"year": year, "at": opened_at, "months": fiscal_years.months(year)}
    books.rows(_OPEN_YEAR, facts)


def close_period(*, starts_on: date) -> bool:
    """Close a month to posting; return False when it was closed or is not there.

    It waits for postings under way, which hold the period's row FOR SHARE.
    """
    return books.row(_SET_PERIOD, {"state": "closed", "starts_on": starts_on}) is not None


def reopen_period(*, starts_on: date) -> bool:
    """Open a closed month again; return False when it was open or is not there."""
    return books.row(_SET_PERIOD, {"state": "open", "starts_on": starts_on}) is not None
