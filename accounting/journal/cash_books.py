"""The books of original entry: สมุดเงินสดรับ, สมุดเงินสดจ่าย, สมุดรายวันทั่วไป."""

from datetime import date

from accounting import books
from accounting.journal.known import CASH_PAYMENTS, CASH_RECEIPTS, GENERAL_VOUCHER
from accounting.journal.queries import NUMBER_OF, account_name
from accounting.scripts import script

BOOKS = {
    "cash-receipts": CASH_RECEIPTS,
    "cash-payments": CASH_PAYMENTS,
    "general": GENERAL_VOUCHER,
}

# In the order of the numbers, which the unique index of numbers has.
_PAGE = script(
    "book",
    f"""
WITH page AS MATERIALIZED (
    SELECT e.* FROM journal_entry e
     WHERE e.fiscal_year = %(fiscal_year)s::smallint AND e.kind = %(kind)s::varchar
       AND e.no > %(after)s::int
       AND e.entry_date BETWEEN %(from_day)s::date AND %(to_day)s::date
     ORDER BY e.no LIMIT %(limit)s::int + 1
), e AS MATERIALIZED (
    SELECT * FROM page ORDER BY no LIMIT %(limit)s::int
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object(
             'number', {NUMBER_OF}, 'entry_date', e.entry_date, 'description', e.description,
             'reference', e.reference, 'document_id', e.document_id, 'rule', e.rule,
             'cash', told.cash, 'bank', told.bank, 'total', told.total, 'lines', told.lines)
             ORDER BY e.no), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s::int THEN max(e.no) END)::text
  FROM e CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.debit - l.credit) FILTER (WHERE l.account LIKE '1101010101.%%'), 0)
               ::numeric(18, 2)::text AS cash,
           coalesce(sum(l.debit - l.credit) FILTER (WHERE l.account LIKE '1101%%'
               AND l.account NOT LIKE '1101010101.%%'), 0)::numeric(18, 2)::text AS bank,
           sum(l.debit)::text AS total,
           json_agg(json_build_object(
               'account', l.account, 'name_th', {account_name("l.account")},
               'debit', l.debit::text, 'credit', l.credit::text, 'memo', l.memo)
               ORDER BY l.line_no) AS lines
      FROM journal_line l WHERE l.event_no = e.event_no) AS told
""",  # noqa: S608 - filled with names of columns that are ours; values are parameters
)


def book(
    *,
    name: str,
    fiscal_year: int,
    limit: int,
    after: int | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
) -> str:
    """Return a page of a book as JSON ``{"items", "next"}``, ``next`` being the last number.

    Args:
        name: a key of BOOKS.
        fiscal_year: of the numbers (B.E.).
        limit: entries on the page.
        after: the number that ``next`` gave for the page before.
        from_day: the first accounting date.
        to_day: the last one.
    """
    facts = {
        "kind": BOOKS[name],
        "fiscal_year": fiscal_year,
        "limit": limit,
        "after": min(after or 0, 2**31 - 1),
        "from_day": from_day or date.min,
        "to_day": to_day or date.max,
    }
    return str(books.answer(_PAGE, facts))
