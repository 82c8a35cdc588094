"""Bodies of an area in the order of a figure of their year: a page of one statement, as JSON text.

Note [Two ways to the first fifty]
Of the nation the index of the figure is read from its end until the page is full: what a page costs
does not grow with the bodies there are. Of anything smaller the area's bodies come first, and the
row of each is looked up by its key: OFFSET 0 keeps the planner from reading the nation's year
instead. A page begins behind the last of the page before, by the figure and the body's id, so that
the hundredth costs what the first does.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from tenants.rollups.answers import answer
from tenants.rollups.central import ASKED, Wanted

# What bodies can be ranked by, and its column with its type; the database has an index of each.
COLUMNS = {
    "disbursed": ("disbursed", "numeric"),
    "spent_percent": ("spent_percent", "numeric"),
    "collected_percent": ("collected_percent", "numeric"),
    "months_closed": ("closed", "integer"),
}
MOST_FIRST, LEAST_FIRST = "desc", "asc"
DIRECTIONS = (MOST_FIRST, LEAST_FIRST)
_CURSOR_PARTS = 4
_LONGEST, _DIGITS = 40, 9  # of a figure as text, and of what counts bodies or months

# Whoever is asked about the nation as a whole sees every body: there is no area to compare with.
_OF_THE_NATION = """body AS b
       JOIN {table} AS k ON k.body_id = b.id AND k.fiscal_year = %(fiscal_year)s"""
_OF_AN_AREA = """(
        SELECT b.* FROM whole w JOIN body b ON b.province_id = w.area WHERE w.level = 'P'
         UNION ALL
        SELECT b.* FROM whole w JOIN body b ON b.district_id = w.area WHERE w.level = 'D') AS b
      CROSS JOIN LATERAL (SELECT * FROM {table} WHERE body_id = b.id
                             AND fiscal_year = %(fiscal_year)s OFFSET 0) AS k"""
OF_A_BODY = "b.code, b.kind, b.full_name_th, b.province_id, b.district_id"
BODY = """'code', code, 'kind', kind, 'full_name_th', full_name_th,
                     'province_code', province_id, 'district_code', district_id"""
# Of a row of rollup_total, with whether the body is live, has reported, and how far its cell came.
TOTALS = """json_build_object(
                         'collected', coalesce(collected, 0)::numeric(22, 2)::text,
                         'estimated', coalesce(estimated, 0)::numeric(22, 2)::text,
                         'budget', coalesce(budget, 0)::numeric(22, 2)::text,
                         'disbursed', coalesce(disbursed, 0)::numeric(22, 2)::text,
                         'collected_percent', collected_percent::text,
                         'spent_percent', spent_percent::text,
                         'months_closed', coalesce(closed, 0), 'complete_to', complete_to,
                         'bodies_reported', coalesce(said, 0), 'bodies_total', is_live::int)"""
AREAS = """(SELECT json_agg(json_build_object('level', level, 'code', area, 'name_th', name_th)
                          ORDER BY level, area) FROM whole)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ends: the figure and the id of its last body, how many there were, its rank."""

    value: Decimal
    body_id: UUID
    position: int
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Which ranking, and which page of it.

    Attributes:
        by: a key of COLUMNS.
        direction: the most first, or the least.
        kind: of bodies; None: all.
        after: where the page before ended; None: the first page.
    """

    by: str
    direction: str = MOST_FIRST
    kind: str | None = None
    after: Place | None = None
    limit: int = 50


def place_of(text: str, *, by: str) -> Place:
    """Return the place that the ``next`` of a page of this ranking stands for.

    Raises:
        ValueError: it was not made by such a page.
    """
    parts = text.split(" ")
    if len(parts) != _CURSOR_PARTS:
        raise ValueError(text)
    value, body_id, position, rank = parts
    if COLUMNS[by][1] == "integer":
        _check(value)
    _check(position)
    _check(rank)
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or len(value) > _LONGEST:
        raise ValueError(text)
    return Place(value=amount, body_id=UUID(body_id), position=int(position), rank=int(rank))


def _check(number: str) -> None:
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise ValueError(number)


def ranking(wanted: Wanted, asked: Ranking) -> str | None:
    """Return a page of bodies with their rank; None: there is no such area to see.

    Bodies with the same figure have the same rank. One that has none, because nothing was
    budgeted or expected, has no rank and is left out.
    """
    after = asked.after
    facts: dict[str, Any] = {
        **wanted.facts(),
        "by": asked.by,
        "direction": asked.direction,
        "kind": asked.kind,
        "limit": asked.limit,
        "after_value": after.value if after else None,
        "after_id": after.body_id if after else None,
        "after_position": after.position if after else 0,
        "after_rank": after.rank if after else 0,
    }
    return answer(_ranked(asked, bodies=bodies_of(wanted, "rollup_total")), facts)


def bodies_of(wanted: Wanted, table: str) -> str:
    """Return the words that name the bodies of what is wanted, with their rows of a year's table.

    They follow ASKED: bodies as ``b``, rows as ``k``. See Note [Two ways to the first fifty].
    """
    is_nation = wanted.area.is_nation and not (wanted.province or wanted.district)
    return (_OF_THE_NATION if is_nation else _OF_AN_AREA).format(table=table)


def _ranked(asked: Ranking, *, bodies: str) -> str:
    column, type_ = COLUMNS[asked.by]
    order = "DESC" if asked.direction == MOST_FIRST else "ASC"
    behind = "<" if asked.direction == MOST_FIRST else ">"
    page = f"AND (k.{column}, k.body_id) {behind} (%(after_value)s::{type_}, %(after_id)s)"
    return f"""
WITH {ASKED.strip()},
chosen AS MATERIALIZED (
     SELECT k.*, k.{column} AS ranked_by, {OF_A_BODY}
       FROM {bodies}
      WHERE NOT b.is_training AND k.{column} IS NOT NULL
        {"AND b.kind = %(kind)s" if asked.kind else ""}
        {page if asked.after else ""}
      ORDER BY k.{column} {order}, k.body_id {order} LIMIT %(limit)s + 1),
numbered AS (
     SELECT chosen.*, %(after_position)s
            + row_number() OVER (ORDER BY ranked_by {order}, body_id {order}) AS position
       FROM chosen ORDER BY ranked_by {order}, body_id {order} LIMIT %(limit)s),
told AS MATERIALIZED (
     SELECT n.*, place.id IS NOT NULL AS is_live, cell.complete_to, c.closed AS said,
            CASE WHEN ranked_by = %(after_value)s::numeric THEN %(after_rank)s
                 ELSE min(position) OVER (PARTITION BY ranked_by) END AS rank
       FROM numbered n
       LEFT JOIN place ON place.body_id = n.body_id AND place.use = 'live'
       LEFT JOIN rollup_cell cell ON cell.cell = place.cell_id
       LEFT JOIN rollup_closing c ON c.body_id = n.body_id AND c.fiscal_year = %(fiscal_year)s
                                 AND c.starts_on = %(reported_month)s)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'by', %(by)s::text,
         'direction', %(direction)s::text, 'reported_month', %(reported_month)s::date,
         'areas', {AREAS},
         'items', (SELECT coalesce(json_agg(json_build_object(
                     'rank', rank, {BODY}, 'figures', {TOTALS}) ORDER BY position), '[]')
                     FROM told),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT concat_ws(' ', ranked_by, body_id, position, rank)
                              FROM told ORDER BY position DESC LIMIT 1) END)::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - filled with names of columns that are ours; values are parameters
