"""The bodies of an area with their figures, a page at a time: one statement, as JSON text."""

from dataclasses import dataclass
from datetime import datetime

from tenants.directory.queries import state_at
from tenants.rollups.answers import answer
from tenants.rollups.central import ASKED, TOTAL, Wanted

# The page is chosen first: only its bodies' figures are looked up.
_BODIES = f"""
WITH {ASKED.strip()},
chosen AS MATERIALIZED (
     SELECT b.id, b.code, b.kind, b.full_name_th, b.province_id, b.district_id,
            {state_at("%(now)s")} AS state, place.id AS place_id, place.cell_id
       FROM body b LEFT JOIN place ON place.body_id = b.id AND place.use = 'live'
      WHERE NOT b.is_training AND b.code > %(after)s
        AND EXISTS (SELECT FROM whole w
                     WHERE CASE w.level WHEN 'P' THEN b.province_id = w.area
                                        WHEN 'D' THEN b.district_id = w.area ELSE true END)
        AND (%(kind)s::text IS NULL OR b.kind = %(kind)s)
        AND (%(state)s::text IS NULL OR {state_at("%(now)s")} = %(state)s)
      ORDER BY b.code LIMIT %(limit)s + 1),
page AS (SELECT * FROM chosen ORDER BY code LIMIT %(limit)s),
told AS (
     SELECT page.*, cell.complete_to, cursor.last_entry_at,
            coalesce(r.collected, 0) AS collected, coalesce(e.estimated, 0) AS estimated,
            coalesce(u.budget, 0) AS budget, coalesce(u.disbursed, 0) AS disbursed,
            coalesce(c.closed, 0) AS closed
       FROM page
       LEFT JOIN rollup_cell cell ON cell.cell = page.cell_id
       LEFT JOIN rollup_body cursor ON cursor.body_id = page.id AND cursor.place_id = page.place_id
      CROSS JOIN LATERAL (
            SELECT sum(collected) AS collected FROM rollup_revenue
             WHERE body_id = page.id AND fiscal_year = %(fiscal_year)s
               AND (%(month)s::date IS NULL OR starts_on <= %(month)s::date)) AS r
      CROSS JOIN LATERAL (
            SELECT sum(estimated) AS estimated FROM rollup_estimate
             WHERE body_id = page.id AND fiscal_year = %(fiscal_year)s) AS e
      CROSS JOIN LATERAL (
            SELECT sum({TOTAL}) AS budget, sum(disbursed) AS disbursed
              FROM rollup_budget
             WHERE body_id = page.id AND fiscal_year = %(fiscal_year)s) AS u
      CROSS JOIN LATERAL (
            SELECT sum(closed) AS closed FROM rollup_closing
             WHERE body_id = page.id AND starts_on = %(reported_month)s) AS c)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'month', %(month)s::date,
         'reported_month', %(reported_month)s::date,
         'items', (SELECT coalesce(json_agg(json_build_object(
                     'code', code, 'kind', kind, 'full_name_th', full_name_th,
                     'province_code', province_id, 'district_code', district_id, 'state', state,
                     'figures', json_build_object(
                         'collected', collected::numeric(22, 2)::text,
                         'estimated', estimated::numeric(22, 2)::text,
                         'budget', budget::numeric(22, 2)::text,
                         'disbursed', disbursed::numeric(22, 2)::text,
                         'last_entry_at', last_entry_at, 'complete_to', complete_to,
                         'bodies_reported', closed::int,
                         'bodies_total', (place_id IS NOT NULL)::int)) ORDER BY code), '[]')
                     FROM told),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT max(code) FROM page) END)::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which of the area's bodies: None leaves a filter out; ``after`` is the last code before."""

    now: datetime
    kind: str | None = None
    state: str | None = None
    after: str = ""
    limit: int = 50


def bodies(wanted: Wanted, page: Page) -> str | None:
    """Return a page of an area's bodies by code; None: there is no such area to see."""
    facts = {
        **wanted.facts(),
        "now": page.now,
        "kind": page.kind,
        "state": page.state,
        "after": page.after,
        "limit": page.limit,
    }
    return answer(_BODIES, facts)
