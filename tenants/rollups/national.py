"""Local finance as the statistics office prints it: revenue in seven classes, expenditure in six.

A row for an area and each of its parts: the nation and its provinces, a province and its districts,
a district and its bodies. A row's classes make its total, and the parts' rows make the area's.
Consolidated statements, with what bodies pay each other left out, have their place beside this
(``/central/consolidation``) and are not made yet: here a subsidy from one body to another counts in
both.
"""

from tenants.rollups.answers import answer
from tenants.rollups.central import (
    ASKED,
    OF_YEAR,
    REPORTED,
    STANDING,
    TO_MONTH,
    TOTAL,
    Wanted,
)
from tenants.rollups.classes import EXPENDITURE, REST, REVENUE, national_classes

__all__ = ["EXPENDITURE", "REVENUE", "SCHEMES", "national_table"]

SCHEMES = (REVENUE, EXPENDITURE)


def national_table(scheme: str, wanted: Wanted) -> str | None:
    """Return the table of an area as JSON text; None: there is no such area to see.

    Args:
        scheme: one of SCHEMES. Revenue is what was collected and estimated; expenditure is what was
            disbursed and the budget after all changes, which have no months.
        wanted: the area, the fiscal year, the month.
    """
    return answer(_TABLES[scheme], wanted.facts())


def _table(scheme: str, figures: str) -> str:
    """Return the statement of a scheme.

    Args:
        scheme: of the classes.
        figures: a relation with ``{table}`` for the tables of areas or of bodies, and ``{whose}``
            for the condition that their rows are the area's or the body's: code, actual, planned.
    """
    classes = national_classes(scheme)
    kinds = (f"({n}, '{one.key}')" for n, one in enumerate(classes))
    codes = (f"('{code}', '{one.key}')" for one in classes for code in one.codes)
    return _STATEMENT.format(
        asked=ASKED.strip(),
        standing=STANDING.strip(),
        reported=REPORTED.strip(),
        kinds=", ".join(kinds),
        codes=", ".join(codes),
        of_area=figures.format(table="area", whose="level = r.level AND area = r.code"),
        of_body=figures.format(table="rollup", whose="body_id = r.body_id"),
        rest=REST,
        scheme=scheme,
    )


_STATEMENT = """
WITH {asked}, {standing},
kinds (place, class) AS (VALUES {kinds}),
codes (code, class) AS (VALUES {codes}),
lines AS MATERIALIZED (
     SELECT is_whole, level, area::text AS code, name_th::text, NULL::uuid AS body_id, bodies_total,
            {reported}
       FROM counted AS asked WHERE is_whole OR level <> 'D' OR NOT EXISTS (
            SELECT FROM whole WHERE whole.level = 'D' AND whole.area = asked.area)
      UNION ALL
     SELECT false, 'B', b.code, b.full_name_th, b.id, 1,
            coalesce((SELECT sum(closed) FROM rollup_closing
                       WHERE body_id = b.id AND starts_on = %(reported_month)s), 0)
       FROM body b JOIN place ON place.body_id = b.id AND place.use = 'live'
      WHERE NOT b.is_training
        AND b.district_id IN (SELECT area FROM whole WHERE level = 'D')),
figures AS (
     SELECT r.level, r.code AS whose, f.* FROM lines r CROSS JOIN LATERAL ({of_area}) AS f
      WHERE r.level <> 'B'
      UNION ALL
     SELECT r.level, r.code, f.* FROM lines r CROSS JOIN LATERAL ({of_body}) AS f
      WHERE r.level = 'B'),
cells AS MATERIALIZED (
     SELECT f.level, f.whose, coalesce(codes.class, '{rest}') AS class,
            sum(f.actual) AS actual, sum(f.planned) AS planned
       FROM figures f LEFT JOIN codes ON codes.code = f.code GROUP BY 1, 2, 3),
told AS (
     SELECT r.*, sums.*
       FROM lines r CROSS JOIN LATERAL (
            SELECT coalesce(sum(c.actual), 0) AS actual, coalesce(sum(c.planned), 0) AS planned,
                   json_agg(coalesce(c.actual, 0)::numeric(22, 2)::text ORDER BY kinds.place)
                       AS actual_by_class,
                   json_agg(coalesce(c.planned, 0)::numeric(22, 2)::text ORDER BY kinds.place)
                       AS planned_by_class
              FROM kinds LEFT JOIN cells c
                ON c.class = kinds.class AND c.level = r.level AND c.whose = r.code) AS sums)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'month', %(month)s::date,
         'reported_month', %(reported_month)s::date, 'scheme', '{scheme}',
         'classes', (SELECT json_agg(class ORDER BY place) FROM kinds),
         'rows', (SELECT json_agg(json_build_object(
                           'is_whole', is_whole, 'level', level, 'code', code, 'name_th', name_th,
                           'actual', actual::numeric(22, 2)::text,
                           'planned', planned::numeric(22, 2)::text,
                           'actual_by_class', actual_by_class,
                           'planned_by_class', planned_by_class,
                           'complete_to', (SELECT complete_to FROM fresh),
                           'bodies_reported', bodies_reported::int,
                           'bodies_total', bodies_total::int)
                           ORDER BY is_whole DESC, level, code)
                    FROM told WHERE is_whole OR name_th IS NOT NULL OR bodies_total > 0))::text
 WHERE EXISTS (SELECT FROM whole)
"""
_TABLES = {
    REVENUE: _table(
        REVENUE,
        f"""
     SELECT category AS code, collected AS actual, 0 AS planned
       FROM {{table}}_revenue WHERE {{whose}} AND {TO_MONTH}
      UNION ALL
     SELECT category, 0, estimated FROM {{table}}_estimate WHERE {{whose}} AND {OF_YEAR}
""",  # noqa: S608 - constants
    ),
    EXPENDITURE: _table(
        EXPENDITURE,
        f"""
     SELECT expenditure_class AS code, disbursed AS actual, {TOTAL} AS planned
       FROM {{table}}_budget WHERE {{whose}} AND {OF_YEAR}
""",  # noqa: S608 - constants
    ),
}
