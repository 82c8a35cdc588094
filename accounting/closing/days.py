"""Days closed to cash: a period of one day, of kind DAY.

Note [Closing a day]
Whoever posts holds the month's row FOR SHARE, and asks for closed days when the journal's head is
held, which is later. Whoever closes a day holds the month's row FOR UPDATE: so it waits for the
postings under way, and those after it see the day closed.
"""

from datetime import date

from accounting import books
from accounting.fiscal_year import fiscal_year_of

KIND = "DAY"

_HOLD = "SELECT 1 FROM period WHERE starts_on = %(month)s AND kind = '' FOR UPDATE"
_SET = """
WITH told AS (
    INSERT INTO shared.notice (body_code, about) SELECT body_code, 'PERIOD' FROM body_identity
)
INSERT INTO period (starts_on, kind, fiscal_year, state)
VALUES (%(day)s, 'DAY', %(fiscal_year)s, %(state)s)
ON CONFLICT (starts_on, kind) DO UPDATE SET state = excluded.state
RETURNING state
"""


def hold_month(*, day: date) -> None:
    """Let postings of the day's month wait until the transaction ends."""
    books.row(_HOLD, {"month": day.replace(day=1)})


def close(*, day: date) -> None:
    """Close a day to cash; its month is held."""
    _set(day, "closed")


def reopen(*, day: date) -> None:
    """Open a day to cash again; its month is held."""
    _set(day, "open")


def _set(day: date, state: str) -> None:
    books.row(_SET, {"day": day, "fiscal_year": fiscal_year_of(day), "state": state})
