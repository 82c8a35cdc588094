"""The centre's answer about how well bodies are served: one statement, as JSON text.

Of an area, of each of its parts, and day by day. What stands beside a figure is of the telling
alone: ``complete_to`` is when a process last told of the area.
"""

from datetime import date, timedelta

from tenants.rollups.answers import answer
from tenants.rollups.central import ASKED, STANDING, Wanted

DAYS = 30
_COUNTS = ("requests", "prompt", "turned_away", "failed")
_SUMS = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in _COUNTS)
_OF_TODAY = ", ".join(
    f"coalesce(sum({name}) FILTER (WHERE day = %(today)s), 0) AS {name}_today" for name in _COUNTS
)


def _shown(today: str = "") -> str:
    """Return the counts as a JSON object, with the share that was answered promptly."""
    counted = ", ".join(f"'{name}', {name}{today}::bigint" for name in _COUNTS)
    share = f"round(prompt{today} * 100.0 / nullif(requests{today}, 0), 2)::text"
    return f"json_build_object({counted}, 'prompt_percent', {share}, 'complete_to', told_at)"


_FIGURES = f"""json_build_object('today', {_shown("_today")}, 'month', {_shown()},
                                 'bodies_total', bodies_total::int)"""
_SERVICE = f"""
WITH {ASKED.strip()}, {STANDING.strip()},
told AS MATERIALIZED (
     SELECT asked.*, served.*
       FROM counted AS asked CROSS JOIN LATERAL (
            SELECT {_SUMS}, {_OF_TODAY}, max(told_at) AS told_at
              FROM area_service
             WHERE level = asked.level AND area = asked.area AND day > %(since)s) AS served),
total AS MATERIALIZED (
     SELECT {", ".join(f"sum({name}) AS {name}" for name in _COUNTS)},
            {", ".join(f"sum({name}_today) AS {name}_today" for name in _COUNTS)},
            max(told_at) AS told_at, sum(bodies_total) AS bodies_total
       FROM told WHERE is_whole)
SELECT json_build_object(
         'today', %(today)s::date, 'days', {DAYS},
         'areas', (SELECT json_agg(json_build_object(
                            'level', level, 'code', area, 'name_th', name_th) ORDER BY level, area)
                     FROM whole),
         'figures', (SELECT {_FIGURES} FROM total),
         'by_day', (SELECT json_agg(json_build_object('day', each.day::date, 'served', {_shown()})
                                    ORDER BY each.day)
                      FROM generate_series(%(since)s::date + 1, %(today)s::date, '1 day')
                           AS each (day)
                     CROSS JOIN LATERAL (
                           SELECT {_SUMS}, max(told_at) AS told_at
                             FROM area_service s JOIN whole USING (level, area)
                            WHERE s.day = each.day::date) AS done),
         'parts', (SELECT coalesce(json_agg(json_build_object(
                            'level', level, 'code', area, 'name_th', name_th,
                            'figures', {_FIGURES}) ORDER BY area), '[]')
                     FROM told
                    WHERE NOT is_whole AND (name_th IS NOT NULL OR bodies_total > 0)))::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - put together of constants above; values are parameters


def service(wanted: Wanted) -> str | None:
    """Return how an area and its parts were served today and in the last DAYS days.

    None: there is no such area to see.

    Args:
        wanted: the area and the day; the year and the month tell nothing here.
    """
    return answer(_SERVICE, {**wanted.facts(), "today": wanted.today, "since": since(wanted.today)})


def since(today: date) -> date:
    """Return the day before the first of the last DAYS days. Pure."""
    return today - timedelta(days=DAYS)
