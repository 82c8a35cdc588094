"""The centre's answers: figures of an area and of its parts, each one statement, as JSON text.

Beside every figure stands what it stands for: the time to which it is complete, and how many of
the area's bodies have closed the month (``reported_month``). Money is text, in baht.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounting.fiscal_year import month_after, months
from tenants.rollups.answers import answer
from tenants.rollups.watching import Area

# Note [An area that is not the officer's]
# What was asked for is looked up together with what the officer may see: a province that does not
# exist and one that is another's are the same absent row, and the answer is the same nothing.
ASKED = """
whole AS MATERIALIZED (
     SELECT 'N' AS level, '' AS area, NULL::text AS name_th
      WHERE %(nation)s AND coalesce(%(province)s::text, %(district)s::text) IS NULL
      UNION ALL
     SELECT 'P', p.code, p.name_th FROM province p
      WHERE %(district)s::text IS NULL
        AND (%(nation)s AND %(province)s::text IS NOT NULL OR p.code = ANY (%(provinces)s::text[]))
        AND p.code = coalesce(%(province)s::text, p.code)
      UNION ALL
     SELECT 'D', d.code, d.name_th FROM district d
      WHERE %(province)s::text IS NULL
        AND CASE WHEN %(district)s::text IS NULL THEN d.code = ANY (%(districts)s::text[])
                 ELSE d.code = %(district)s::text
                      AND (%(nation)s OR d.province_id = ANY (%(provinces)s::text[])
                           OR d.code = ANY (%(districts)s::text[])) END),
parts AS MATERIALIZED (
     SELECT 'P' AS level, p.code::text AS area, p.name_th::text FROM province p
      WHERE EXISTS (SELECT FROM whole WHERE level = 'N')
      UNION ALL
     SELECT 'D', d.code, d.name_th
       FROM district d JOIN whole w ON w.level = 'P' AND w.area = d.province_id
      UNION ALL
     SELECT 'D', w.area || '00', NULL FROM whole w WHERE w.level = 'P'
      UNION ALL
     SELECT level, area, name_th FROM whole WHERE level = 'D'),
asked AS (
     SELECT true AS is_whole, level, area, name_th FROM whole
      UNION ALL
     SELECT false, level, area, name_th FROM parts)
"""
# To when all cells that hold live books were read; null: one was not.
COMPLETE_TO = """
     SELECT CASE WHEN bool_and(r.complete_to IS NOT NULL) THEN min(r.complete_to) END AS complete_to
       FROM cell LEFT JOIN rollup_cell r ON r.cell = cell.name
      WHERE EXISTS (SELECT FROM place WHERE place.cell_id = cell.name AND place.use = 'live')
"""
STANDING = f"""
fresh AS MATERIALIZED ({COMPLETE_TO.strip()}),
live AS MATERIALIZED (
     SELECT b.province_id AS province, coalesce(b.district_id, b.province_id || '00') AS district,
            count(*) AS bodies
       FROM place JOIN body b ON b.id = place.body_id AND NOT b.is_training
      WHERE place.use = 'live'
        AND (EXISTS (SELECT FROM whole WHERE level = 'N')
             OR b.province_id = ANY (ARRAY(SELECT left(area, 2) FROM asked)))
      GROUP BY 1, 2),
counted AS MATERIALIZED (
     SELECT asked.*, coalesce(live.bodies, 0) AS bodies_total
       FROM asked LEFT JOIN (
            SELECT 'N' AS level, '' AS area, sum(bodies) AS bodies FROM live
             UNION ALL
            SELECT 'P', province, sum(bodies) FROM live GROUP BY province
             UNION ALL
            SELECT 'D', district, bodies FROM live) AS live USING (level, area))
"""  # noqa: S608 - constants of this module
OF_AREA = "level = asked.level AND area = asked.area"
OF_YEAR = "fiscal_year = %(fiscal_year)s"
TO_MONTH = f"{OF_YEAR} AND (%(month)s::date IS NULL OR starts_on <= %(month)s::date)"
TOTAL = """approved + supplemented + transferred_in - transferred_out
            + carried_in - carried_out - lapsed"""
REPORTED = f"""
     (SELECT coalesce(sum(closed), 0) FROM area_closing
       WHERE {OF_AREA} AND starts_on = %(reported_month)s) AS bodies_reported
"""  # noqa: S608 - constants of this module
MARKS = """'complete_to', (SELECT complete_to FROM fresh),
           'bodies_reported', bodies_reported::int, 'bodies_total', bodies_total::int"""
_BUDGET = ("budget", "reserved", "obligated", "disbursed")
_COLLECTED = f"""
SELECT coalesce(sum(collected), 0) AS collected FROM area_revenue WHERE {OF_AREA} AND {TO_MONTH}
"""  # noqa: S608 - constants of this module
_ESTIMATED = f"""
SELECT coalesce(sum(estimated), 0) AS estimated FROM area_estimate WHERE {OF_AREA} AND {OF_YEAR}
"""  # noqa: S608 - constants of this module
_BUDGETED = f"""
SELECT coalesce(sum({TOTAL}), 0) AS budget, coalesce(sum(reserved), 0) AS reserved,
       coalesce(sum(obligated), 0) AS obligated, coalesce(sum(disbursed), 0) AS disbursed
  FROM area_budget WHERE {OF_AREA} AND {OF_YEAR}
"""  # noqa: S608 - constants of this module
_ENTERED = f"""
SELECT coalesce(sum(entries), 0) AS entries FROM area_entries WHERE {OF_AREA} AND {TO_MONTH}
"""  # noqa: S608 - constants of this module
# Groups of the chart (accounting/data/chart_of_accounts.csv, level 3) in the words of a treasurer:
# what is held is others' money; what is owed is every other liability that is no loan.
_GROUPS = {
    "cash": ("1101",),
    "receivables": ("1102", "1103", "1201"),
    "held": ("2111", "2112", "2207", "2208"),
    "borrowed": ("2106", "2110", "2203", "2206"),
}
_OF_POSITION = (*_GROUPS, "owed", "liabilities")
_ASSETS = " ".join((*_GROUPS["cash"], *_GROUPS["receivables"]))
_IN_POSITION = f"""
(left(account_group, 1) = '2' OR account_group = ANY (string_to_array('{_ASSETS}', ' ')))
"""


def _group_sum(name: str) -> str:
    codes = " ".join(_GROUPS[name])
    turned = "debit - credit" if _GROUPS[name][0].startswith("1") else "credit - debit"
    return f"""coalesce(sum({turned}) FILTER (
             WHERE account_group = ANY (string_to_array('{codes}', ' '))), 0) AS {name}"""


_LIABILITIES = "sum(credit - debit) FILTER (WHERE left(account_group, 1) = '2')"
# Of all years: a balance is what every month before left.
_POSITIONED = f"""
SELECT *, liabilities - held - borrowed AS owed
  FROM (SELECT {", ".join(map(_group_sum, _GROUPS))}, coalesce({_LIABILITIES}, 0) AS liabilities
          FROM area_month
         WHERE {OF_AREA} AND starts_on < %(until)s AND {_IN_POSITION.strip()}) AS summed
"""  # noqa: S608 - put together of constants above; values are parameters
_CLOSED = f"""
SELECT coalesce(sum(opened), 0) AS opened, coalesce(sum(closed), 0) AS closed
  FROM area_closing WHERE {OF_AREA} AND starts_on = %(reported_month)s
"""  # noqa: S608 - constants of this module
_CLASSES = f"""
SELECT fund_source, expenditure_class, sum({TOTAL}) AS budget, sum(reserved) AS reserved,
       sum(obligated) AS obligated, sum(disbursed) AS disbursed
  FROM area_budget JOIN whole USING (level, area)
 WHERE {OF_YEAR} GROUP BY fund_source, expenditure_class
"""  # noqa: S608 - constants of this module
_PLANS = f"""
SELECT plan, sum({TOTAL}) AS budget, sum(reserved) AS reserved,
       sum(obligated) AS obligated, sum(disbursed) AS disbursed
  FROM area_budget JOIN whole USING (level, area)
 WHERE {OF_YEAR} GROUP BY plan
"""  # noqa: S608 - constants of this module
_CATEGORIES = f"""
SELECT category, sum(collected) AS collected, sum(estimated) AS estimated
  FROM (SELECT level, area, category, collected, 0 AS estimated FROM area_revenue
         WHERE {TO_MONTH}
         UNION ALL
        SELECT level, area, category, 0, estimated FROM area_estimate
         WHERE {OF_YEAR}) AS both_of JOIN whole USING (level, area)
 GROUP BY category
"""  # noqa: S608 - constants of this module
_REVENUE_MONTHS = f"""
SELECT starts_on, sum(collected) AS collected FROM area_revenue JOIN whole USING (level, area)
 WHERE {TO_MONTH} GROUP BY starts_on
"""  # noqa: S608 - constants of this module


_GROUP_BALANCES = f"""
SELECT account_group,
       sum(CASE left(account_group, 1) WHEN '1' THEN debit - credit ELSE credit - debit END)
           AS balance
  FROM area_month JOIN whole USING (level, area)
 WHERE starts_on < %(until)s AND {_IN_POSITION.strip()} GROUP BY account_group
"""  # noqa: S608 - put together of constants above; values are parameters
_MONTH_ENDS = f"""
SELECT ends.starts_on, coalesce(sum(debit - credit) FILTER (WHERE account_group = '1101'), 0)
           AS cash,
       coalesce({_LIABILITIES}, 0) AS liabilities
  FROM unnest(%(months)s::date[]) AS ends (starts_on)
  LEFT JOIN (area_month m JOIN whole USING (level, area))
         ON m.starts_on <= ends.starts_on AND {_IN_POSITION.strip()}
 WHERE ends.starts_on < %(until)s GROUP BY ends.starts_on
"""  # noqa: S608 - put together of constants above; values are parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """How a figure of one area is read: its amounts, the columns that they are, and the table."""

    money: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def shown(self) -> str:
        """Return the figure as a JSON object, with what it stands for."""
        told = [f"'{name}', {name}::numeric(22, 2)::text" for name in self.money]
        told += [f"'{name}', {name}::bigint" for name in self.counts]
        return f"json_build_object({', '.join(told)}, {MARKS})"


_FIGURES = {
    "revenue": _Figure(money=("collected", "estimated"), sources=(_COLLECTED, _ESTIMATED)),
    "budget": _Figure(money=_BUDGET, sources=(_BUDGETED,)),
    "entries": _Figure(counts=("entries",), sources=(_ENTERED,)),
    "position": _Figure(money=_OF_POSITION, sources=(_POSITIONED,)),
    "closing": _Figure(counts=("opened", "closed"), sources=(_CLOSED,)),
}


def _answer(*names: str, more: str = "") -> str:
    """Return the statement of an answer with these figures, and ``more`` of the whole area."""
    figures = [_FIGURES[name] for name in names]
    columns = [column for one in figures for column in (*one.money, *one.counts)]
    sources = [source for one in figures for source in one.sources]
    laterals = "\n".join(
        f"CROSS JOIN LATERAL ({source}) AS f{n}" for n, source in enumerate(sources)
    )
    sums = ", ".join(f"sum({column}) AS {column}" for column in columns)
    shown = ", ".join(f"'{name}', {_FIGURES[name].shown()}" for name in names)
    return f"""
WITH {ASKED.strip()}, {STANDING.strip()},
told AS MATERIALIZED (
     SELECT asked.*, {", ".join(columns)}, {REPORTED.strip()}
       FROM counted AS asked {laterals}),
total AS MATERIALIZED (
     SELECT {sums}, sum(bodies_total) AS bodies_total, sum(bodies_reported) AS bodies_reported
       FROM told WHERE is_whole)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'month', %(month)s::date,
         'reported_month', %(reported_month)s::date,
         'areas', (SELECT json_agg(json_build_object(
                            'level', level, 'code', area, 'name_th', name_th) ORDER BY level, area)
                     FROM whole),
         'figures', (SELECT json_build_object({shown}) FROM total),
         {more}
         'parts', (SELECT coalesce(json_agg(json_build_object(
                            'level', level, 'code', area, 'name_th', name_th,
                            'figures', json_build_object({shown})) ORDER BY area), '[]')
                     FROM told
                    WHERE NOT is_whole AND (name_th IS NOT NULL OR bodies_total > 0)))::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - filled with names of columns that are ours; values are parameters


def _listed(name: str, fields: str, relation: str, order: str) -> str:
    return f"""'{name}', (SELECT coalesce(json_agg(json_build_object({fields}, {MARKS})
                                          ORDER BY {order}), '[]')
                            FROM ({relation}) AS each
                           CROSS JOIN (SELECT bodies_total, bodies_reported FROM total) AS n),
"""  # noqa: S608 - constants of this module


def _texts(*columns: str) -> str:
    return ", ".join(f"'{one}', {one}::numeric(22, 2)::text" for one in columns)


_OVERVIEW = _answer("revenue", "budget", "entries", "closing")
_EXECUTION = _answer(
    "budget",
    more=_listed(
        "classes",
        f"'fund_source', fund_source, 'expenditure_class', expenditure_class, {_texts(*_BUDGET)}",
        _CLASSES,
        "fund_source, expenditure_class",
    )
    + _listed("plans", f"'plan', plan, {_texts(*_BUDGET)}", _PLANS, "plan"),
)
_REVENUE = _answer(
    "revenue",
    more=_listed(
        "categories",
        f"'category', category, {_texts('collected', 'estimated')}",
        _CATEGORIES,
        "category",
    )
    + _listed("months", f"'month', starts_on, {_texts('collected')}", _REVENUE_MONTHS, "starts_on"),
)
_POSITION = _answer(
    "position",
    more=_listed(
        "groups",
        f"'account_group', account_group, {_texts('balance')}",
        _GROUP_BALANCES,
        "account_group",
    )
    + _listed(
        "months", f"'month', starts_on, {_texts('cash', 'liabilities')}", _MONTH_ENDS, "starts_on"
    ),
)
# A month's own closing is what it is reported by.
_CLOSING = _answer(
    "closing",
    more=f"""'months', (SELECT coalesce(json_agg(json_build_object(
                            'month', starts_on, 'opened', opened, 'closed', closed,
                            'complete_to', (SELECT complete_to FROM fresh),
                            'bodies_reported', closed,
                            'bodies_total', (SELECT bodies_total::int FROM total))
                            ORDER BY starts_on), '[]')
                   FROM (SELECT starts_on, sum(opened)::int AS opened, sum(closed)::int AS closed
                           FROM area_closing JOIN whole USING (level, area)
                          WHERE {TO_MONTH} GROUP BY starts_on) AS each),
""",  # noqa: S608 - constants of this module
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of an area.

    Attributes:
        area: what the officer may see.
        fiscal_year: Buddhist era.
        month: leave out what is of later months; the budget and the estimates have no months.
        today: by which the month is chosen that bodies have reported, when none is asked for.
        province: only this one, whole; None: all of the area.
        district: only this one.
    """

    area: Area
    fiscal_year: int
    today: date
    month: date | None = None
    province: str | None = None
    district: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return the parameters of the statements."""
        return {
            **narrowed(self.area, province=self.province, district=self.district),
            "fiscal_year": self.fiscal_year,
            "month": self.month,
            "months": months(self.fiscal_year),
            "until": month_after(self.month or months(self.fiscal_year)[-1]),
            "reported_month": self.month or last_ended(self.fiscal_year, today=self.today),
        }


def narrowed(area: Area, *, province: str | None, district: str | None) -> dict[str, Any]:
    """Return the parameters of ASKED."""
    return {
        "nation": area.is_nation,
        "provinces": list(area.provinces),
        "districts": list(area.districts),
        "province": province,
        "district": district,
    }


def last_ended(fiscal_year: int, *, today: date) -> date:
    """Return the first day of the year's last month that has ended, else of its first. Pure."""
    ended = [first for first in months(fiscal_year) if month_after(first) <= today]
    return ended[-1] if ended else months(fiscal_year)[0]


def overview(wanted: Wanted) -> str | None:
    """Return the figures of an area and its parts; None: there is no such area to see."""
    return answer(_OVERVIEW, wanted.facts())


def budget_execution(wanted: Wanted) -> str | None:
    """Return the budget and what was done with it: by source of money and class, and by plan."""
    return answer(_EXECUTION, wanted.facts())


def revenue(wanted: Wanted) -> str | None:
    """Return what was collected and expected, by category and by month."""
    return answer(_REVENUE, wanted.facts())


def position(wanted: Wanted) -> str | None:
    """Return cash, receivables and liabilities at the end of a month, by group of accounts."""
    return answer(_POSITION, wanted.facts())


def closing_progress(wanted: Wanted) -> str | None:
    """Return how many bodies have each month open and how many closed it."""
    return answer(_CLOSING, wanted.facts())
