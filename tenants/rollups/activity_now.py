"""The centre's answer about what is done now: one statement, as JSON text.

Bodies active, entries, documents and sign-ins of the last hour, of an area, of each of its parts,
and minute by minute; beside every figure stands what it stands for, as in ``central``.
"""

from datetime import datetime

from tenants.rollups.answers import answer
from tenants.rollups.central import ASKED, MARKS, OF_AREA, REPORTED, STANDING, Wanted

_THIS_MINUTE = "date_trunc('minute', %(now)s::timestamptz)"
_COUNTS = ("active_quarter_hour", "active_today", "entries", "documents", "sign_ins")
_SHOWN = f"""json_build_object('activity', json_build_object(
           {", ".join(f"'{name}', {name}::bigint" for name in _COUNTS)}, {MARKS}))"""
_ACTIVITY = f"""
WITH {ASKED.strip()}, {STANDING.strip()},
told AS MATERIALIZED (
     SELECT asked.*, hour.*,
            (SELECT coalesce(sum(bodies), 0) FROM area_day
              WHERE {OF_AREA} AND day = %(today)s) AS active_today,
            {REPORTED.strip()}
       FROM counted AS asked CROSS JOIN LATERAL (
            SELECT coalesce(sum(entries), 0) AS entries, coalesce(sum(documents), 0) AS documents,
                   coalesce(sum(sign_ins), 0) AS sign_ins,
                   coalesce(sum(bodies) FILTER (
                        WHERE minute > {_THIS_MINUTE} - interval '15 minutes'), 0)
                        AS active_quarter_hour
              FROM area_minute
             WHERE {OF_AREA} AND minute > {_THIS_MINUTE} - interval '60 minutes') AS hour),
total AS MATERIALIZED (
     SELECT {", ".join(f"sum({name}) AS {name}" for name in _COUNTS)},
            sum(bodies_total) AS bodies_total, sum(bodies_reported) AS bodies_reported
       FROM told WHERE is_whole)
SELECT json_build_object(
         'at', %(now)s::timestamptz, 'reported_month', %(reported_month)s::date,
         'areas', (SELECT json_agg(json_build_object(
                            'level', level, 'code', area, 'name_th', name_th) ORDER BY level, area)
                     FROM whole),
         'figures', (SELECT {_SHOWN} FROM total),
         'minutes', (SELECT json_agg(json_build_object(
                              'minute', each.minute, 'entries', entries::bigint,
                              'documents', documents::bigint, 'sign_ins', sign_ins::bigint, {MARKS})
                              ORDER BY each.minute)
                       FROM generate_series({_THIS_MINUTE} - interval '59 minutes',
                                            {_THIS_MINUTE}, interval '1 minute') AS each (minute)
                      CROSS JOIN LATERAL (
                            SELECT coalesce(sum(m.entries), 0) AS entries,
                                   coalesce(sum(m.documents), 0) AS documents,
                                   coalesce(sum(m.sign_ins), 0) AS sign_ins
                              FROM area_minute m JOIN whole USING (level, area)
                             WHERE m.minute = each.minute) AS done
                      CROSS JOIN (SELECT bodies_total, bodies_reported FROM total) AS n),
         'parts', (SELECT coalesce(json_agg(json_build_object(
                            'level', level, 'code', area, 'name_th', name_th,
                            'figures', {_SHOWN}) ORDER BY area), '[]')
                     FROM told
                    WHERE NOT is_whole AND (name_th IS NOT NULL OR bodies_total > 0)))::text
 WHERE EXISTS (SELECT FROM whole)
"""  # noqa: S608 - constants


def activity(wanted: Wanted, *, now: datetime) -> str | None:
    """Return what is done now in an area and its parts; None: there is no such area to see.

    Args:
        wanted: the area; the month tells who has reported, and nothing else.
        now: the last minute shown is this one, which has not ended.
    """
    return answer(_ACTIVITY, {**wanted.facts(), "now": now, "today": wanted.today})
