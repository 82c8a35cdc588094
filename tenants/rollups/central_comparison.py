"""A body beside its peers, and bodies out of line: each one statement, as JSON text.

What is told of peers and of reasons is of the moment of the last comparison, and says so; a body's
own figures beside it are of now.
"""

from dataclasses import dataclass
from uuid import UUID

from tenants.rollups.answers import answer
from tenants.rollups.central import ASKED, Wanted
from tenants.rollups.central_ranking import AREAS, BODY, OF_A_BODY, TOTALS, bodies_of
from tenants.rollups.peers import MEASURES

_DIGITS = 9
_COMPARED = """
compared AS MATERIALIZED (SELECT * FROM comparison WHERE fiscal_year = %(fiscal_year)s)
"""
_WHEN = """'compared_at', (SELECT compared_at FROM compared)"""


def _measure(name: str) -> str:
    """Return a measure of a body beside its peers; null where the body has none."""
    own, of_peers = f"measures->'{name}'", f"quartiles->'{name}'"
    return f"""'{name}', CASE WHEN {own} IS NOT NULL THEN json_build_object(
             'value', {own}->>'value', 'rank', ({own}->>'rank')::int,
             'peers', ({of_peers}->>'bodies')::int, 'lower_quartile', {of_peers}->>'lower',
             'median', {of_peers}->>'median', 'upper_quartile', {of_peers}->>'upper',
             'complete_to', compared_to, 'bodies_reported', coalesce(reported, 0),
             'bodies_total', coalesce(peers, 0)) END"""


_PEERS = f"""
WITH {ASKED.strip()}, {_COMPARED.strip()},
told AS (
     SELECT {OF_A_BODY}, t.collected, t.estimated, t.budget, t.disbursed, t.collected_percent,
            t.spent_percent, t.closed, c.closed AS said, place.id IS NOT NULL AS is_live,
            cell.complete_to, compared.complete_to AS compared_to, k.size_class, k.measures,
            coalesce(k.reasons, '[]') AS reasons, g.kind AS of_kind, g.size_classes,
            g.bodies AS peers, g.reported, g.quartiles
       FROM body b
       LEFT JOIN rollup_total t ON t.body_id = b.id AND t.fiscal_year = %(fiscal_year)s
       LEFT JOIN place ON place.body_id = b.id AND place.use = 'live'
       LEFT JOIN rollup_cell cell ON cell.cell = place.cell_id
       LEFT JOIN rollup_closing c ON c.body_id = b.id AND c.fiscal_year = %(fiscal_year)s
                                 AND c.starts_on = %(reported_month)s
       LEFT JOIN compared ON true
       LEFT JOIN body_compared k ON k.body_id = b.id AND k.fiscal_year = %(fiscal_year)s
       LEFT JOIN peer_group g ON g.fiscal_year = k.fiscal_year AND g.kind = k.kind
                             AND g.size_class = k.size_class
      WHERE b.code = %(code)s AND NOT b.is_training
        AND EXISTS (SELECT FROM whole w
                     WHERE CASE w.level WHEN 'P' THEN b.province_id = w.area
                                        WHEN 'D' THEN b.district_id = w.area ELSE true END))
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'reported_month', %(reported_month)s::date,
         {_WHEN}, 'body', json_build_object({BODY}), 'figures', {TOTALS},
         'peers', CASE WHEN peers IS NOT NULL THEN json_build_object(
             'kind', of_kind, 'size_class', size_class, 'size_classes', size_classes,
             'bodies', peers) END,
         'measures', json_build_object({", ".join(map(_measure, MEASURES))}),
         'reasons', reasons)::text
  FROM told
"""  # noqa: S608 - filled with constants; values are parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """Where a page of bodies out of line ends: how grave its last body is, and its id."""

    gravity: int
    body_id: UUID


def worst_of(text: str) -> Worst:
    """Return the place that the ``next`` of a page stands for.

    Raises:
        ValueError: it was not made by a page.
    """
    gravity, _, body_id = text.partition(" ")
    if not (gravity.isascii() and gravity.isdigit() and len(gravity) <= _DIGITS):
        raise ValueError(text)
    return Worst(gravity=int(gravity), body_id=UUID(body_id))


def peers_of_body(wanted: Wanted, *, code: str) -> str | None:
    """Return a body beside its peers; None: there is no such body in the area.

    Of the peers nothing is told but how many they are, their quartiles and the body's rank.
    """
    return answer(_PEERS, {**wanted.facts(), "code": code})


def out_of_line(wanted: Wanted, *, after: Worst | None, limit: int) -> str | None:
    """Return a page of the bodies out of line, the gravest first; None: no such area to see."""
    facts = {
        **wanted.facts(),
        "limit": limit,
        "after_gravity": after.gravity if after else None,
        "after_id": after.body_id if after else None,
    }
    page = "AND (k.gravity, k.body_id) < (%(after_gravity)s, %(after_id)s)" if after else ""
    return answer(_out_of_line(bodies_of(wanted, "body_compared"), page), facts)


def _out_of_line(bodies: str, page: str) -> str:
    return f"""
WITH {ASKED.strip()}, {_COMPARED.strip()},
chosen AS MATERIALIZED (
     SELECT k.body_id, k.gravity, k.reasons, {OF_A_BODY}
       FROM {bodies}
      WHERE NOT b.is_training AND k.gravity > 0 {page}
      ORDER BY k.gravity DESC, k.body_id DESC LIMIT %(limit)s + 1),
told AS MATERIALIZED (
     SELECT chosen.*, t.collected, t.estimated, t.budget, t.disbursed, t.collected_percent,
            t.spent_percent, t.closed, c.closed AS said, place.id IS NOT NULL AS is_live,
            cell.complete_to
       FROM (SELECT * FROM chosen ORDER BY gravity DESC, body_id DESC LIMIT %(limit)s) AS chosen
       LEFT JOIN rollup_total t ON t.body_id = chosen.body_id AND t.fiscal_year = %(fiscal_year)s
       LEFT JOIN place ON place.body_id = chosen.body_id AND place.use = 'live'
       LEFT JOIN rollup_cell cell ON cell.cell = place.cell_id
       LEFT JOIN rollup_closing c ON c.body_id = chosen.body_id
                                 AND c.fiscal_year = %(fiscal_year)s
                                 AND c.starts_on = %(reported_month)s)
SELECT json_build_object(
         'fiscal_year', %(fiscal_year)s::int, 'reported_month', %(reported_month)s::date,
         {_WHEN}, 'areas', {AREAS},
         'items', (SELECT coalesce(json_agg(json_build_object(
                     {BODY}, 'gravity', gravity, 'reasons', reasons, 'figures', {TOTALS})
                     ORDER BY gravity DESC, body_id DESC), '[]') FROM told),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT concat_ws(' ', gravity, body_id) FROM told
                             ORDER BY gravity, body_id LIMIT 1) END)::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - filled with constants; values are parameters
