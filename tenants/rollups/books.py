"""What a body's books say its figures are: read from its schema as the owner, in one question."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from accounting.closing.finished import UNFINISHED
from tenants.rollups import folding
from tenants.rollups.figures import Figures, added

Connection = psycopg.Connection[Any]

ENTRY = "entry"  # what a notice is about when something was posted
PERIOD = "PERIOD"
_ORDINANCES = frozenset({"BORD", "BSUP"})
# A fiscal year is named by the Buddhist year in which it ends, in September.
_YEAR_OF = "(extract(year FROM {day}) + 543 + (extract(month FROM {day}) > 9)::int)::int"

_HEAD = "SELECT json_build_array(event_no, recorded_at) FROM {schema}.journal_head"
_MOVED = """
SELECT json_agg(json_build_array(fiscal_year, starts_on, account, debit::text, credit::text))
  FROM (SELECT e.fiscal_year, date_trunc('month', e.entry_date)::date AS starts_on, l.account,
               sum(l.debit) AS debit, sum(l.credit) AS credit
          FROM {schema}.journal_line l JOIN {schema}.journal_entry e USING (event_no)
         WHERE %(up_to)s::bigint IS NULL OR e.event_no <= %(up_to)s::bigint
         GROUP BY 1, 2, 3) AS moved
"""
_ENTRIES = """
SELECT json_agg(json_build_array(fiscal_year, starts_on, kind, entries))
  FROM (SELECT fiscal_year, date_trunc('month', entry_date)::date AS starts_on, kind,
               count(*) AS entries
          FROM {schema}.journal_entry
         WHERE %(up_to)s::bigint IS NULL OR event_no <= %(up_to)s::bigint
         GROUP BY 1, 2, 3) AS counted
"""
_ESTIMATE = """
SELECT json_agg(json_build_array(fiscal_year, account, estimated::text))
  FROM (SELECT d.fiscal_year, one->>'account' AS account,
               sum((one->>'amount')::numeric) AS estimated
          FROM {schema}.document d,
               jsonb_array_elements(d.content->'request'->'revenue_estimates') AS one
         WHERE d.kind IN ('BORD', 'BSUP') AND d.state = 'in_force'
         GROUP BY 1, 2) AS expected
"""
_BUDGET = """
SELECT json_agg(json_build_array(
           fiscal_year, fund_source, plan, class, approved::text, supplemented::text,
           transferred_in::text, transferred_out::text, carried_in::text, carried_out::text,
           lapsed::text, reserved::text, obligated::text, disbursed::text))
  FROM (SELECT l.fiscal_year, l.fund_source, l.plan, coalesce(category.parent, '') AS class,
               sum(approved) AS approved, sum(supplemented) AS supplemented,
               sum(transferred_in) AS transferred_in, sum(transferred_out) AS transferred_out,
               sum(carried_in) AS carried_in, sum(carried_out) AS carried_out,
               sum(lapsed) AS lapsed, sum(reserved) AS reserved, sum(obligated) AS obligated,
               sum(disbursed) AS disbursed
          FROM {schema}.budget_line l
          LEFT JOIN shared.budget_code type
                 ON type.scheme = 'expenditure' AND type.code = l.expenditure_type
                AND l.fiscal_year BETWEEN type.from_fiscal_year
                                      AND coalesce(type.until_fiscal_year, 9999)
          LEFT JOIN shared.budget_code category
                 ON category.scheme = 'expenditure' AND category.code = type.parent
                AND l.fiscal_year BETWEEN category.from_fiscal_year
                                      AND coalesce(category.until_fiscal_year, 9999)
         GROUP BY 1, 2, 3, 4) AS lines
"""
_DOCUMENTS = f"""
SELECT json_agg(json_build_array(year, starts_on, kind, documents, unfinished, cancelled,
                                 amount::text))
  FROM (SELECT {_YEAR_OF.format(day="document_date")} AS year,
               date_trunc('month', document_date)::date AS starts_on, kind,
               count(*) AS documents, count(*) FILTER (WHERE {UNFINISHED}) AS unfinished,
               count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
               coalesce(sum(amount) FILTER (WHERE state <> 'cancelled'), 0) AS amount
          FROM {{schema}}.document
         WHERE document_date IS NOT NULL
           AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s::text[]))
         GROUP BY 1, 2, 3) AS counted
"""  # noqa: S608 - filled with conditions of ours; values are parameters
_CLOSING = """
SELECT json_agg(json_build_array(p.fiscal_year, p.starts_on, (p.state <> 'closed')::int,
                                 (p.state = 'closed')::int, act.at))
  FROM {schema}.period p
  LEFT JOIN (SELECT subject, max(at) AS at FROM {schema}.audit_event
              WHERE action IN ('period_closed', 'period_reopened') GROUP BY 1) AS act
         ON act.subject = to_char(p.starts_on, 'YYYY-MM')
 WHERE p.kind = ''
"""
_CLOSED_DAY = """
SELECT to_json(max(starts_on)) FROM {schema}.period WHERE kind = 'DAY' AND state = 'closed'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is read of a body: all, or what its notices are about.

    Attributes:
        up_to: with all: of the journal no later event than this one.
    """

    is_all: bool = False
    up_to: int | None = None
    kinds: frozenset[str] = frozenset()
    periods: bool = False

    @property
    def copied(self) -> tuple[str, ...]:
        """The figures that are read, of those which are copied."""
        if self.is_all:
            return ("estimate", "budget", "documents", "closing")
        return (
            *(("estimate",) if self.kinds & _ORDINANCES else ()),
            *(("budget", "documents") if self.kinds else ()),
            *(("closing",) if self.periods else ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the books say, at one moment.

    Attributes:
        event_no: the last event; None when the journal was not asked.
        since: when each month was closed or opened again; None when periods were not asked.
    """

    figures: Figures
    event_no: int | None = None
    recorded_at: datetime | None = None
    since: dict[str, str | None] | None = None
    last_closed_day: date | None = None


def asked_by(about: Collection[str]) -> Asked:
    """Return what has to be read for notices; of what was posted the outbox tells."""
    kinds = frozenset(about) - {ENTRY, PERIOD}
    return Asked(kinds=kinds, periods=PERIOD in about or "DAILY" in kinds)


def read(cell: Connection, schema: str, asked: Asked) -> Said:
    """Return what a body's books say of what is asked, in one snapshot.

    Raises:
        psycopg.Error: the schema is not there (any more), or the cell is away.
    """
    parts = {name: _PARTS[name] for name in asked.copied}
    if asked.is_all:
        parts |= {"head": _HEAD, "moved": _MOVED, "entries": _ENTRIES}
    if "closing" in parts:
        parts["closed_day"] = _CLOSED_DAY
    if not parts:
        return Said(figures={})
    words = ", ".join(f"'{name}', ({part})" for name, part in parts.items())
    query = sql.SQL(f"SELECT json_build_object({words})").format(schema=sql.Identifier(schema))
    kinds = None if asked.is_all else sorted(asked.kinds)
    found = cell.execute(query, {"kinds": kinds, "up_to": asked.up_to}).fetchone()
    assert found is not None  # a question without FROM has one row
    return _said(found[0])


_PARTS = {
    "estimate": _ESTIMATE,
    "budget": _BUDGET,
    "documents": _DOCUMENTS,
    "closing": _CLOSING,
}


def _said(found: dict[str, Any]) -> Said:
    closing = found.get("closing") or []
    head = found.get("head") or [None, None]
    day = found.get("closed_day")
    return Said(
        figures=added([_of_journal(found), _copied(found)]),
        event_no=head[0],
        recorded_at=datetime.fromisoformat(head[1]) if head[1] else None,
        since={row[1]: row[4] for row in closing} if "closing" in found else None,
        last_closed_day=date.fromisoformat(day) if day else None,
    )


def _of_journal(found: dict[str, Any]) -> Figures:
    moved = (
        folding.of_movement(
            fiscal_year=year,
            starts_on=month,
            account=account,
            debit=Decimal(debit),
            credit=Decimal(credit),
        )
        for year, month, account, debit, credit in found.get("moved") or ()
    )
    counted = (
        folding.of_entries(fiscal_year=year, starts_on=month, book=book, entries=entries)
        for year, month, book, entries in found.get("entries") or ()
    )
    return added([*moved, *counted])


def _copied(found: dict[str, Any]) -> Figures:
    expected: list[Figures] = [
        {"estimate": {(str(year), folding.category_of(account)): (Decimal(amount),)}}
        for year, account, amount in found.get("estimate") or ()
    ]
    return added(
        [
            *expected,
            *_rows("budget", found, keys=4),
            *_rows("documents", found, keys=3),
            *_rows("closing", found, keys=2, amounts=2),
        ]
    )


def _rows(name: str, found: dict[str, Any], *, keys: int, amounts: int = 99) -> list[Figures]:
    return [
        {
            name: {
                tuple(map(str, row[:keys])): tuple(map(Decimal, row[keys : keys + amounts])),
            }
        }
        for row in found.get(name) or ()
    ]
