"""Reading the journal. One statement each; the answer is its JSON."""

from accounting import books
from accounting.journal.entry_number import EntryNumber
from accounting.scripts import Script, script

NUMBER_OF = (
    "e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')"
    " || '/' || lpad((e.fiscal_year % 100)::text, 2, '0')"
).replace("%", "%%")

# The key of the advisory lock that postings share from the moment they take to their COMMIT.
RECORDING = "hashtextextended(current_schema() || ' recording', 0)"


def account_name(column: str) -> str:
    """Return SQL for the name of the account in a column, national or the body's own."""
    return (
        f"coalesce((SELECT name_th FROM shared.account WHERE code = {column}),"
        f" (SELECT name_th FROM account WHERE code = {column}))"
    )


# A plan is kept for any values: no condition may be true or false for the whole statement, or the
# index below it is lost. So "from the beginning" is a number, and not a NULL.
_AFTER_ALL = 2**63 - 1


# Rows told as JSON by json_agg cost a fifth less than objects built key by key; their columns'
# names are the answer's keys.
def _list(name: str, *, columns: str, told: str) -> Script:
    """Return the script of a page of entries.

    Args:
        name: the script's.
        columns: what is told of an entry's lines.
        told: the SELECT that these are made of.
    """
    return script(
        name,
        f"""
WITH page AS MATERIALIZED (
    SELECT event_no, kind, no, fiscal_year, entry_date, description, reference, recorded_at,
           officer_name_th
      FROM journal_entry WHERE event_no < %(before)s::bigint
     ORDER BY event_no DESC LIMIT %(limit)s::int + 1
), item AS (
    SELECT {NUMBER_OF} AS number, e.event_no, e.entry_date, e.fiscal_year, e.description,
           e.reference, {columns}, e.recorded_at AS posted_at, e.officer_name_th AS posted_by
      FROM (SELECT * FROM page ORDER BY event_no DESC LIMIT %(limit)s::int) AS e
     CROSS JOIN LATERAL ({told}) AS told
)
SELECT json_build_object(
         'items', coalesce(json_agg(item ORDER BY item.event_no DESC), '[]'),
         'next_event_no', CASE WHEN (SELECT count(*) FROM page) > %(limit)s::int
                               THEN min(item.event_no) END)::text
  FROM item
""",
    )


_LINE = f"""
    SELECT l.account, {account_name("l.account")} AS name_th,
           l.debit::text AS debit, l.credit::text AS credit, l.memo
      FROM journal_line l WHERE l.event_no = e.event_no ORDER BY l.line_no
"""
_LISTS = {
    False: _list(
        "entry_list",
        columns="told.total",
        told="SELECT sum(debit)::text AS total FROM journal_line l WHERE l.event_no = e.event_no",
    ),
    True: _list(
        "entry_list_with_lines",
        columns="told.total, told.lines",
        told=f"""SELECT sum(line.debit::numeric)::text AS total, json_agg(line) AS lines
                   FROM ({_LINE}) AS line""",
    ),
}

_ENTRY = script(
    "entry",
    f"""
SELECT json_build_object(
         'number', {NUMBER_OF}, 'event_no', e.event_no, 'entry_date', e.entry_date,
         'fiscal_year', e.fiscal_year, 'description', e.description, 'reference', e.reference,
         'posted_at', e.recorded_at, 'posted_by', e.officer_name_th, 'hash', e.hash,
         'reverses', (SELECT {NUMBER_OF.replace("e.", "r.")} FROM journal_entry r
                       WHERE r.event_no = e.reverses),
         'reversed_by', (SELECT {NUMBER_OF.replace("e.", "r.")} FROM journal_entry r
                          WHERE r.reverses = e.event_no),
         'total', (SELECT sum(l.debit)::text FROM journal_line l WHERE l.event_no = e.event_no),
         'lines', (SELECT json_agg(line) FROM ({_LINE}) AS line))::text
  FROM journal_entry e
 WHERE e.fiscal_year = %(fiscal_year)s AND e.kind = %(kind)s AND e.no = %(no)s
""",
)


def entry_list(*, limit: int, before_event_no: int | None = None, with_lines: bool = False) -> str:
    """Return entries, the latest recorded first, as JSON ``{"items", "next_event_no"}``."""
    before = _AFTER_ALL if before_event_no is None else before_event_no
    return str(books.answer(_LISTS[with_lines], {"limit": limit, "before": before}))


def entry(*, number: EntryNumber) -> str | None:
    """Return one entry with its lines as JSON; None when there is none of that number."""
    facts = {"kind": number.kind, "no": number.no, "fiscal_year": number.fiscal_year}
    return books.answer(_ENTRY, facts)
