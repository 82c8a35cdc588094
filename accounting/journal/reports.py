"""Reports of the journal: trial balance, ledger, what changed between two knowledge dates.

One statement each; the answer is its JSON. Two times on every report: ``as_of`` is the accounting
date, inclusive; ``as_known_at`` leaves out what was recorded later.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounting import books
from accounting.fiscal_year import first_day, fiscal_year_of, month_after
from accounting.journal.queries import NUMBER_OF, RECORDING, account_name
from accounting.scripts import Script, script

# Note [Results of years not closed yet]
# Revenue and expense start at nothing every 1 October. Until the year before is closed by an entry,
# its result would be missing from the opening column; it stands on the account that the closing
# entry will use, so that the columns balance on every day of the year.
UNCLOSED_RESULT_ACCOUNT = "3101010101.001"

# Note [Knowing what was known]
# recorded_at grows with event_no, so a knowledge date is an event number. A posting takes its
# moment before it is written (journal/known.sql), and holds the lock of recording meanwhile;
# waiting for that lock lets no posting under way, recorded before that time, slip in afterwards.
# complete_to is the time of that event, which no later posting changes: a report printed again is
# byte-identical.
_WAIT_FOR_RECORDING = f"SELECT pg_advisory_xact_lock({RECORDING})"
_EVENT_KNOWN_AT = """coalesce((SELECT event_no FROM journal_entry WHERE recorded_at <= {moment}
                               ORDER BY event_no DESC LIMIT 1), 0)"""
_COMPLETE_TO = """coalesce((SELECT recorded_at FROM journal_entry WHERE recorded_at <= {moment}
                            ORDER BY event_no DESC LIMIT 1), {moment})"""

# Note [Whole months, and lines where they are needed]
# A report adds months, not lines: a million lines are a few thousand months of accounts. Lines are
# read of the month that as_of cuts in two, account by account along the ledger's index;
# and of what was recorded after as_known_at, which is taken away again.
_MONTHS = """
    SELECT account, starts_on, debit, credit FROM account_balance
     WHERE starts_on < {before_month}
"""
_CUT_MONTH = """
     UNION ALL
    SELECT month.account, month.starts_on, cut.debit, cut.credit
      FROM account_balance month
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(l.debit), 0) AS debit, coalesce(sum(l.credit), 0) AS credit
             FROM journal_line l
            WHERE l.account = month.account
              AND l.entry_date >= month.starts_on AND l.entry_date <= %(as_of)s::date) AS cut
     WHERE month.starts_on = date_trunc('month', %(as_of)s::date)::date
"""
_LATER = """
     UNION ALL
    SELECT account, date_trunc('month', entry_date)::date, -sum(debit), -sum(credit)
      FROM journal_line
     WHERE event_no > (SELECT event_no FROM known) AND entry_date <= {as_of}
     GROUP BY 1, 2
"""
_NOW = "SELECT event_no, recorded_at AS complete_to FROM journal_head"
_THEN = f"""SELECT {_EVENT_KNOWN_AT.format(moment="%(as_known_at)s::timestamptz")} AS event_no,
                   {_COMPLETE_TO.format(moment="%(as_known_at)s::timestamptz")} AS complete_to"""
_TRIAL_BALANCE = f"""
WITH known AS MATERIALIZED ({{known}}),
moved AS ({{moved}}), side AS (
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
    SELECT account, {account_name("side.account")} AS name_th,
           coalesce(opening, 0) AS opening, debit, credit,
           coalesce(opening, 0) + debit - credit AS closing
      FROM side
     WHERE coalesce(opening, 0) <> 0 OR debit <> 0 OR credit <> 0
)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'month', %(month)s::date, 'as_of', %(as_of)s::date,
         'rows', coalesce((SELECT json_agg(shown) FROM (
             SELECT account, name_th,
                    greatest(opening, 0)::numeric(18, 2)::text AS opening_debit,
                    greatest(-opening, 0)::numeric(18, 2)::text AS opening_credit,
                    debit::numeric(18, 2)::text AS period_debit,
                    credit::numeric(18, 2)::text AS period_credit,
                    greatest(closing, 0)::numeric(18, 2)::text AS closing_debit,
                    greatest(-closing, 0)::numeric(18, 2)::text AS closing_credit
               FROM row ORDER BY account) AS shown), '[]'),
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


def _trial_balance(*, is_dated: bool, is_of_then: bool) -> Script:
    """Return the script for reports with or without ``as_of``, as known now or then."""
    before_month = "date_trunc('month', %(as_of)s::date)" if is_dated else "'infinity'"
    parts = [_MONTHS.format(before_month=before_month)]
    parts += [_CUT_MONTH] if is_dated else []
    parts += (
        [_LATER.format(as_of="%(as_of)s::date" if is_dated else "'infinity'")] if is_of_then else []
    )
    statement = _TRIAL_BALANCE.format(known=_THEN if is_of_then else _NOW, moved="".join(parts))
    name = f"trial_balance_{'dated_' if is_dated else ''}{'then' if is_of_then else 'now'}"
    return script(name, f"{_WAIT_FOR_RECORDING}; {statement}" if is_of_then else statement)


_TRIAL_BALANCES = {
    (is_dated, is_of_then): _trial_balance(is_dated=is_dated, is_of_then=is_of_then)
    for is_dated in (False, True)
    for is_of_then in (False, True)
}

# What stands before the page comes from whole months where it can, from lines where it must.
_LEDGER = f"""
WITH known AS MATERIALIZED (
    SELECT CASE WHEN %(as_known_at)s::timestamptz IS NULL THEN event_no ELSE
           {_EVENT_KNOWN_AT.format(moment="%(as_known_at)s::timestamptz")} END AS event_no,
           CASE WHEN %(as_known_at)s::timestamptz IS NULL THEN recorded_at ELSE
           {_COMPLETE_TO.format(moment="%(as_known_at)s::timestamptz")} END AS complete_to
      FROM journal_head
), before AS (
    SELECT coalesce((SELECT sum(debit - credit) FROM account_balance
                      WHERE %(as_known_at)s::timestamptz IS NULL AND account = %(account)s
                        AND starts_on >= %(counted_from)s AND starts_on < %(month)s), 0)
         + coalesce((SELECT sum(debit - credit) FROM journal_line, known
                      WHERE account = %(account)s AND journal_line.event_no <= known.event_no
                        AND entry_date >= CASE WHEN %(as_known_at)s::timestamptz IS NULL
                                               THEN greatest(%(month)s, %(counted_from)s)
                                               ELSE %(counted_from)s END
                        AND (entry_date, journal_line.event_no, line_no)
                            < (%(start_date)s, %(start_event_no)s, %(start_line_no)s)), 0) AS amount
), page AS MATERIALIZED (
    SELECT l.event_no, l.line_no, l.entry_date, l.debit, l.credit, l.memo
      FROM journal_line l, known
     WHERE l.account = %(account)s AND l.event_no <= known.event_no
       AND (l.entry_date, l.event_no, l.line_no)
           >= (%(start_date)s, %(start_event_no)s, %(start_line_no)s)
       AND l.entry_date <= %(to)s
     ORDER BY l.entry_date, l.event_no, l.line_no LIMIT %(limit)s + 1
), shown AS MATERIALIZED (
    SELECT page.*, before.amount + sum(debit - credit)
                   OVER (ORDER BY entry_date, event_no, line_no) AS balance,
           row_number() OVER (ORDER BY entry_date, event_no, line_no) AS place
      FROM page, before
)
SELECT json_build_object(
         'account', %(account)s::text, 'name_th', {account_name("%(account)s")},
         'from', %(from)s::date, 'to', %(to)s::date,
         'opening_debit', greatest(before.amount, 0)::numeric(18, 2)::text,
         'opening_credit', greatest(-before.amount, 0)::numeric(18, 2)::text,
         'items', coalesce((SELECT json_agg(json_build_object(
             'entry_date', s.entry_date, 'number', {NUMBER_OF}, 'event_no', s.event_no,
             'line_no', s.line_no, 'description', e.description, 'memo', s.memo,
             'debit', s.debit::text, 'credit', s.credit::text,
             'balance_debit', greatest(s.balance, 0)::numeric(18, 2)::text,
             'balance_credit', greatest(-s.balance, 0)::numeric(18, 2)::text) ORDER BY s.place)
           FROM shown s JOIN journal_entry e USING (event_no) WHERE s.place <= %(limit)s), '[]'),
         'next', (SELECT concat_ws('/', entry_date, event_no, line_no) FROM shown
                   WHERE place = %(limit)s + 1),
         'complete_to', (SELECT complete_to FROM known))::text
  FROM before
"""

_LEDGERS = {
    False: script("ledger_now", _LEDGER),
    True: script("ledger_then", f"{_WAIT_FOR_RECORDING}; {_LEDGER}"),
}

_DIFFERENCE = script(
    "difference",
    f"""
{_WAIT_FOR_RECORDING};
WITH span AS MATERIALIZED (
    SELECT {_EVENT_KNOWN_AT.format(moment="%(known_from)s")} AS after_no,
           {_EVENT_KNOWN_AT.format(moment="%(known_to)s")} AS last_no
), responsible AS MATERIALIZED (
    SELECT e.* FROM journal_entry e, span
     WHERE e.event_no > span.after_no AND e.event_no <= span.last_no
       AND e.entry_date < %(before)s
), change AS (
    SELECT l.account, sum(l.debit) AS debit, sum(l.credit) AS credit
      FROM journal_line l JOIN responsible USING (event_no) GROUP BY l.account
)
SELECT json_build_object(
         'known_from', %(known_from)s, 'known_to', %(known_to)s,
         'documents', coalesce((SELECT json_agg(json_build_object(
             'number', {NUMBER_OF}, 'event_no', e.event_no, 'entry_date', e.entry_date,
             'fiscal_year', e.fiscal_year, 'description', e.description,
             'reference', e.reference, 'posted_at', e.recorded_at,
             'posted_by', e.officer_name_th,
             'total', (SELECT sum(debit)::text FROM journal_line WHERE event_no = e.event_no))
             ORDER BY e.event_no) FROM responsible e), '[]'),
         'accounts', coalesce((SELECT json_agg(json_build_object(
             'account', account, 'name_th', {account_name("change.account")},
             'debit', debit::text, 'credit', credit::text) ORDER BY account) FROM change), '[]')
       )::text
""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPosition:
    """Where a page of a ledger begins; the first page begins before every line of its day."""

    entry_date: date
    event_no: int = 0
    line_no: int = 0


def trial_balance(
    *,
    fiscal_year: int,
    month: date | None = None,
    as_of: date | None = None,
    as_known_at: datetime | None = None,
) -> str:
    """Return the trial balance (งบทดลอง) as JSON; ``complete_to`` says up to which recording.

    As known at a moment that has passed, it is the same text for ever.

    Args:
        fiscal_year: B.E.
        month: first day of the month shown as the period; None shows the whole year.
        as_of: leaves out what is dated later.
        as_known_at: leaves out what was recorded later; waits for postings under way.
    """
    facts = {
        "fiscal_year": fiscal_year,
        "month": month,
        "from": month or first_day(fiscal_year),
        "before": month_after(month) if month else first_day(fiscal_year + 1),
        "year_starts_on": first_day(fiscal_year),
        "unclosed_result": UNCLOSED_RESULT_ACCOUNT,
        "as_of": as_of,
        "as_known_at": as_known_at,
    }
    chosen = _TRIAL_BALANCES[as_of is not None, as_known_at is not None]
    return str(books.answer(chosen, facts))


def ledger(
    *,
    account: str,
    from_date: date,
    to_date: date,
    limit: int,
    start: LedgerPosition | None = None,
    as_known_at: datetime | None = None,
) -> str:
    """Return an account's ledger (บัญชีแยกประเภท) with its running balance as JSON.

    Args:
        account: national or the body's own.
        from_date: ``to_date`` likewise inclusive.
        to_date: the last accounting date shown.
        limit: lines on the page; ``next`` is where the page after begins.
        start: what ``next`` of the page before meant.
        as_known_at: as for the trial balance.
    """
    start = start or LedgerPosition(entry_date=from_date)
    is_of_the_year = account[:1] in {"4", "5"}
    year_starts_on = first_day(fiscal_year_of(from_date))
    facts: dict[str, Any] = {
        "account": account,
        "from": from_date,
        "to": to_date,
        "limit": limit,
        "month": start.entry_date.replace(day=1),
        "counted_from": year_starts_on if is_of_the_year else date.min,
        "start_date": start.entry_date,
        "start_event_no": start.event_no,
        "start_line_no": start.line_no,
        "as_known_at": as_known_at,
    }
    return str(books.answer(_LEDGERS[as_known_at is not None], facts))


def difference(
    *, fiscal_year: int, month: date | None, known_from: datetime, known_to: datetime
) -> str:
    """Return what a report owes to recordings between two moments, as JSON.

    ``documents`` are exactly those that a report of the year, or up to the month's end, knows at
    ``known_to`` and did not know at ``known_from``; ``accounts`` what they moved.
    """
    facts = {
        "before": month_after(month) if month else first_day(fiscal_year + 1),
        "known_from": known_from,
        "known_to": known_to,
    }
    return str(books.answer(_DIFFERENCE, facts))
