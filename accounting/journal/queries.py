"""Reading the journal. One statement each; the answer is its JSON."""

from accounting import books
from accounting.journal.entry_number import EntryNumber

NUMBER_OF = (
    "e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')"
    " || '/' || lpad((e.fiscal_year % 100)::text, 2, '0')"
).replace("%", "%%")


def account_name(column: str) -> str:
    """Return SQL for the name of the account in a column, national or the body's own."""
    return (
        f"coalesce((SELECT name_th FROM shared.account WHERE code = {column}),"
        f" (SELECT name_th FROM account WHERE code = {column}))"
    )


_LIST = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM journal_entry e
     WHERE (%(before)s::bigint IS NULL OR e.event_no < %(before)s)
     ORDER BY e.event_no DESC LIMIT %(limit)s + 1
), shown AS MATERIALIZED (
    SELECT * FROM page ORDER BY event_no DESC LIMIT %(limit)s
), total AS MATERIALIZED (
    SELECT l.event_no, sum(l.debit) AS total FROM journal_line l
     WHERE l.event_no IN (SELECT event_no FROM shown) GROUP BY l.event_no
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object(
             'number', {NUMBER_OF}, 'event_no', e.event_no, 'entry_date', e.entry_date,
             'fiscal_year', e.fiscal_year, 'description', e.description, 'reference', e.reference,
             'total', total.total::text, 'posted_at', e.recorded_at,
             'posted_by', e.officer_name_th) ORDER BY e.event_no DESC), '[]'),
         'next_event_no', CASE WHEN (SELECT count(*) FROM page) > %(limit)s
                               THEN min(e.event_no) END)::text
  FROM shown e JOIN total USING (event_no)
"""

_ENTRY = f"""
SELECT json_build_object(
         'number', {NUMBER_OF}, 'event_no', e.event_no, 'entry_date', e.entry_date,
         'fiscal_year', e.fiscal_year, 'description', e.description, 'reference', e.reference,
         'posted_at', e.recorded_at, 'posted_by', e.officer_name_th, 'hash', e.hash,
         'reverses', (SELECT {NUMBER_OF.replace("e.", "r.")} FROM journal_entry r
                       WHERE r.event_no = e.reverses),
         'reversed_by', (SELECT {NUMBER_OF.replace("e.", "r.")} FROM journal_entry r
                          WHERE r.reverses = e.event_no),
         'total', (SELECT sum(l.debit)::text FROM journal_line l WHERE l.event_no = e.event_no),
         'lines', (SELECT json_agg(json_build_object(
                       'account', l.account, 'name_th', {account_name("l.account")},
                       'debit', l.debit::text, 'credit', l.credit::text, 'memo', l.memo)
                       ORDER BY l.line_no)
                     FROM journal_line l
                    WHERE l.event_no = e.event_no))::text
  FROM journal_entry e
 WHERE e.fiscal_year = %(fiscal_year)s AND e.kind = %(kind)s AND e.no = %(no)s
"""


def entry_list(*, limit: int, before_event_no: int | None = None) -> str:
    """Return entries, the latest recorded first, as JSON ``{"items", "next_event_no"}``."""
    found = books.row(_LIST, {"limit": limit, "before": before_event_no})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def entry(*, number: EntryNumber) -> str | None:
    """Return one entry with its lines as JSON; None when there is none of that number."""
    facts = {"kind": number.kind, "no": number.no, "fiscal_year": number.fiscal_year}
    found = books.row(_ENTRY, facts)
    return str(found[0]) if found else None
