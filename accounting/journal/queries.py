"""Reading the journal. One statement each; the answer is its JSON."""

import re
from datetime import date, datetime

from accounting import books
from accounting.fiscal_year import first_day, month_after

_NUMBER = re.compile(r"([A-Z]{1,8})-([0-9]{1,9})[/-]([0-9]{2})")
_CENTURY = 2500  # fiscal years are printed with two digits, and are B.E. 25xx until 2043 C.E.

_NUMBER_OF = (
    "e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')"
    " || '/' || lpad((e.fiscal_year % 100)::text, 2, '0')"
).replace("%", "%%")

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
             'number', {_NUMBER_OF}, 'event_no', e.event_no, 'entry_date', e.entry_date,
             'fiscal_year', e.fiscal_year, 'description', e.description, 'reference', e.reference,
             'total', total.total::text, 'posted_at', e.recorded_at,
             'posted_by', e.officer_name_th) ORDER BY e.event_no DESC), '[]'),
         'next_event_no', CASE WHEN (SELECT count(*) FROM page) > %(limit)s
                               THEN min(e.event_no) END)::text
  FROM shown e JOIN total USING (event_no)
"""

_ENTRY = f"""
SELECT json_build_object(
         'number', {_NUMBER_OF}, 'event_no', e.event_no, 'entry_date', e.entry_date,
         'fiscal_year', e.fiscal_year, 'description', e.description, 'reference', e.reference,
         'posted_at', e.recorded_at, 'posted_by', e.officer_name_th, 'hash', e.hash,
         'total', (SELECT sum(l.debit)::text FROM journal_line l WHERE l.event_no = e.event_no),
         'lines', (SELECT json_agg(json_build_object(
                       'account', l.account, 'name_th', a.name_th, 'debit', l.debit::text,
                       'credit', l.credit::text, 'memo', l.memo) ORDER BY l.line_no)
                     FROM journal_line l JOIN shared.account a ON a.code = l.account
                    WHERE l.event_no = e.event_no))::text
  FROM journal_entry e
 WHERE e.fiscal_year = %(fiscal_year)s AND e.kind = %(kind)s AND e.no = %(no)s
"""

# Note [Results of years not closed yet]
# Revenue and expense start at nothing every 1 October. Until the year before is closed by an entry,
# its result would be missing from the opening column; it stands on the account that the closing
# entry will use, so that the columns balance on every day of the year.
UNCLOSED_RESULT_ACCOUNT = "3101010101.001"

_ROWS = """
), side AS (
    SELECT account,
           sum(amount) FILTER (WHERE starts_on < %(from)s) AS opening,
           coalesce(sum(debit) FILTER (WHERE starts_on >= %(from)s), 0) AS debit,
           coalesce(sum(credit) FILTER (WHERE starts_on >= %(from)s), 0) AS credit
      FROM (
        SELECT CASE WHEN left(account, 1) IN ('4', '5') AND starts_on < %(year_starts_on)s
                    THEN %(unclosed_result)s ELSE account END AS account,
               starts_on, debit, credit, debit - credit AS amount
          FROM moved WHERE starts_on < %(before)s
      ) AS placed
     GROUP BY account
), row AS (
    SELECT side.account, a.name_th, coalesce(opening, 0) AS opening, debit, credit,
           coalesce(opening, 0) + debit - credit AS closing
      FROM side JOIN shared.account a ON a.code = side.account
     WHERE coalesce(opening, 0) <> 0 OR debit <> 0 OR credit <> 0
)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'month', %(month)s::date,
         'rows', coalesce((SELECT json_agg(json_build_object(
             'account', account, 'name_th', name_th,
             'opening_debit', greatest(opening, 0)::numeric(18, 2)::text,
             'opening_credit', greatest(-opening, 0)::numeric(18, 2)::text,
             'period_debit', debit::numeric(18, 2)::text,
             'period_credit', credit::numeric(18, 2)::text,
             'closing_debit', greatest(closing, 0)::numeric(18, 2)::text,
             'closing_credit', greatest(-closing, 0)::numeric(18, 2)::text) ORDER BY account)
           FROM row), '[]'),
         'totals', (SELECT json_build_object(
             'opening_debit', coalesce(sum(greatest(opening, 0)), 0)::numeric(18, 2)::text,
             'opening_credit', coalesce(sum(greatest(-opening, 0)), 0)::numeric(18, 2)::text,
             'period_debit', coalesce(sum(debit), 0)::numeric(18, 2)::text,
             'period_credit', coalesce(sum(credit), 0)::numeric(18, 2)::text,
             'closing_debit', coalesce(sum(greatest(closing, 0)), 0)::numeric(18, 2)::text,
             'closing_credit', coalesce(sum(greatest(-closing, 0)), 0)::numeric(18, 2)::text)
           FROM row),
         'complete_to', (SELECT complete_to FROM known))::text
"""

_FROM_BALANCES = (
    """
WITH known AS (SELECT recorded_at AS complete_to FROM journal_head),
moved AS (SELECT account, starts_on, debit, credit FROM account_balance
"""
    + _ROWS
)

# As known at a time that has passed: from the lines themselves. Waiting for the head lets no
# posting under way, recorded before that time, slip in afterwards.
_WAIT_FOR_HEAD = "SELECT event_no FROM journal_head FOR SHARE; "
_FROM_LINES = (
    """
WITH known AS (SELECT least(recorded_at, %(as_known_at)s) AS complete_to FROM journal_head),
moved AS (SELECT l.account, date_trunc('month', l.entry_date)::date AS starts_on,
                 sum(l.debit) AS debit, sum(l.credit) AS credit
            FROM journal_line l JOIN journal_entry e USING (event_no)
           WHERE e.recorded_at <= %(as_known_at)s
           GROUP BY 1, 2
"""
    + _ROWS
)


def entry_list(*, limit: int, before_event_no: int | None = None) -> str:
    """Return entries, the latest recorded first, as JSON ``{"items", "next_event_no"}``."""
    found = books.row(_LIST, {"limit": limit, "before": before_event_no})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def entry(*, number: str) -> str | None:
    """Return one entry with its lines as JSON; None when there is none of that number.

    Args:
        number: ``JV-00001/69``, or with a hyphen for the slash as paths write it.
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        return None
    kind, no, year = match.groups()
    facts = {"kind": kind, "no": int(no), "fiscal_year": _CENTURY + int(year)}
    found = books.row(_ENTRY, facts)
    return str(found[0]) if found else None


def trial_balance(
    *, fiscal_year: int, month: date | None = None, as_known_at: datetime | None = None
) -> str:
    """Return the trial balance (งบทดลอง) as JSON; ``complete_to`` says up to which recording.

    Args:
        fiscal_year: B.E.
        month: first day of the month shown as the period; None shows the whole year.
        as_known_at: leaves out what was recorded later; the transaction must not be read-only,
            because it waits for postings under way.
    """
    facts = {
        "fiscal_year": fiscal_year,
        "month": month,
        "from": month or first_day(fiscal_year),
        "before": month_after(month) if month else first_day(fiscal_year + 1),
        "year_starts_on": first_day(fiscal_year),
        "unclosed_result": UNCLOSED_RESULT_ACCOUNT,
        "as_known_at": as_known_at,
    }
    if as_known_at is None:
        found = books.last_row(_FROM_BALANCES, facts)
    else:
        found = books.last_row(_WAIT_FOR_HEAD + _FROM_LINES, facts)
    return str(found[0])
