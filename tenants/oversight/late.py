"""Which bodies of an area have no budget in force, or are late in closing: one statement.

The centre knows of ordinances what it knows of the budget: a body has one in force for a year when
its ledger has an approved amount. Which step a draft has reached stays in the body's books.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounting.fiscal_year import month_after, months
from tenants.directory.unit_kinds import kinds_without_budget
from tenants.master_data.working_days import holidays, working_day_from
from tenants.rollups.answers import answer
from tenants.rollups.central import ASKED, Wanted

ORDINANCE, CLOSING = "ordinance", "closing"
LACKS = (ORDINANCE, CLOSING)
USUAL_DAYS, MOST_DAYS = 15, 366  # ours: the regulation's days are configured by nobody yet

# Months that should be closed are told by the caller; of a body with books one without a row is
# open. A unit whose money stands in its parent's budget needs no ordinance of its own.
_LATE = f"""
WITH {ASKED.strip()},
judged AS (
     SELECT b.id, b.code, b.kind, b.full_name_th, b.province_id, b.district_id, place.cell_id,
            b.kind <> ALL (%(without_budget)s::text[]) AND NOT EXISTS (
                SELECT FROM rollup_budget u
                 WHERE u.body_id = b.id AND u.fiscal_year = %(fiscal_year)s AND u.approved > 0
            ) AS lacks_ordinance,
            late.months, late.since
       FROM body b JOIN place ON place.body_id = b.id AND place.use = 'live'
      CROSS JOIN LATERAL (
            SELECT count(*)::int AS months, min(due.starts_on) AS since
              FROM unnest(%(due)s::date[]) AS due (starts_on)
             WHERE NOT EXISTS (SELECT FROM rollup_closing c
                                WHERE c.body_id = b.id AND c.starts_on = due.starts_on
                                  AND c.closed > 0)) AS late
      WHERE NOT b.is_training AND b.code > %(after)s
        AND EXISTS (SELECT FROM whole w
                     WHERE CASE w.level WHEN 'P' THEN b.province_id = w.area
                                        WHEN 'D' THEN b.district_id = w.area ELSE true END)),
chosen AS MATERIALIZED (
     SELECT * FROM judged
      WHERE CASE %(lacks)s::text WHEN 'ordinance' THEN lacks_ordinance
                                 WHEN 'closing' THEN months > 0
                                 ELSE lacks_ordinance OR months > 0 END
      ORDER BY code LIMIT %(limit)s + 1),
page AS (SELECT * FROM chosen ORDER BY code LIMIT %(limit)s)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'month', %(month)s::date,
         'reported_month', %(reported_month)s::date,
         'days', %(days)s::int, 'months_due', %(due)s::date[],
         'items', (SELECT coalesce(json_agg(json_build_object(
                     'code', code, 'kind', kind, 'full_name_th', full_name_th,
                     'province_code', province_id, 'district_code', district_id,
                     'lacks_ordinance', lacks_ordinance,
                     'months_late', months, 'late_since', since,
                     'complete_to', cell.complete_to,
                     'bodies_reported', (SELECT count(*) FROM rollup_closing c
                                          WHERE c.body_id = page.id AND c.closed > 0
                                            AND c.starts_on = %(reported_month)s),
                     'bodies_total', 1) ORDER BY code), '[]')
                     FROM page LEFT JOIN rollup_cell cell ON cell.cell = page.cell_id),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT max(code) FROM page) END)::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePage:
    """Which of the area's bodies.

    Attributes:
        days: a month is to be closed within so many days after its last.
        lacks: one of LACKS, None: either.
        after: the last code of the page before.
        limit: at most so many.
    """

    days: int = USUAL_DAYS
    lacks: str | None = None
    after: str = ""
    limit: int = 50


def late_bodies(wanted: Wanted, page: LatePage) -> str | None:
    """Return a page of bodies that lack something, by code; None: there is no such area to see."""
    facts: dict[str, Any] = {
        **wanted.facts(),
        "due": months_due(
            wanted.fiscal_year, days=page.days, today=wanted.today, holidays=holidays()
        ),
        "days": page.days,
        "lacks": page.lacks,
        "without_budget": sorted(kinds_without_budget()),
        "after": page.after,
        "limit": page.limit,
    }
    return answer(_LATE, facts)


def months_due(
    fiscal_year: int, *, days: int, today: date, holidays: Collection[date] = ()
) -> list[date]:
    """Return the months of a year that should be closed today. Pure.

    A month's last day for closing is ``days`` after its own last, inclusive; when offices are
    closed on it, the first working day after.
    """

    def last_day(first: date) -> date:
        return working_day_from(month_after(first) + timedelta(days=days - 1), holidays)

    return [first for first in months(fiscal_year) if last_day(first) < today]
