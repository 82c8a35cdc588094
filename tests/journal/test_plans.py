"""Plans kept by connections: made while the books are small, good when they have grown."""

from uuid import UUID

import pytest
from django.db import connections

from accounting import books
from accounting.budget import ledger
from accounting.fiscal_year import first_day
from accounting.journal import known, queries, reports

GROWING = (
    *("journal_entry", "journal_line", "account_balance", "document_counter"),
    *("budget_line", "budget_movement", "commitment"),
)
ENTRY = {"kind": "JV", "no": 1, "fiscal_year": 2570}
LIST = {"limit": 50, "before": 2**63 - 1}
LEDGER = {
    "account": "1101010101.001",
    "from": first_day(2570),
    "to": first_day(2571),
    "limit": 50,
    "month": first_day(2570),
    "counted_from": first_day(2569),
    "start_date": first_day(2570),
    "start_event_no": 0,
    "start_line_no": 0,
    "as_known_at": None,
}
KNOWN = {
    "months": [first_day(2570)],
    "kinds": ["", "JV"],
    "years": [2570],
    "days": [first_day(2570)],
    "accounts": ["1101010101.001"],
    "touched": "[]",
    "budget_lines": [],
}
BUDGET = {"lines": [UUID(int=1)], "documents": [UUID(int=2)]}


@pytest.fixture
def analysed(body, as_owner, post, posting) -> object:
    """A body with one entry, which PostgreSQL knows to be one."""
    post(body, posting("2026-10-05"))
    with as_owner(body) as owner:
        owner.execute(f"ANALYZE {', '.join(GROWING)}")
    return body


@pytest.mark.parametrize(
    ("script", "facts"),
    [
        (queries._LISTS[False], LIST),
        (queries._LISTS[True], LIST),
        (queries._ENTRY, ENTRY),
        (reports._LEDGERS[False], LEDGER),
        (known._KNOWN, KNOWN),
        (ledger._LOCK, BUDGET),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_no_growing_table_is_read_whole(analysed, entering, script, facts):
    with entering(analysed):
        executing = connections["tenant"].text_of(script, facts)
        last = executing.split("; ")[-1]
        with connections["tenant"].cursor() as cursor:
            cursor.execute(f"EXPLAIN {last}")
            plan = [line for (line,) in cursor.fetchall()]
        assert books.rows_of_each(script, facts) is not None
    whole = [line for line in plan for table in GROWING if f"Seq Scan on {table}" in line]
    assert whole == []
