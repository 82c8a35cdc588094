"""What the centre and a body are shown of announcements: each one statement, as JSON text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from tenants.oversight.offices import HELD, Office, as_facts
from tenants.rollups.kept import rows

# Of an announcement ``a`` and a body ``b``. Training bodies are told nothing.
IS_ADDRESSED = """
NOT b.is_training AND (a.kinds = '' OR b.kind = ANY (string_to_array(a.kinds, ' ')))
    AND EXISTS (SELECT FROM announcement_addressee t
                 WHERE t.announcement_id = a.id
                   AND CASE t.level WHEN 'N' THEN true WHEN 'P' THEN t.code = b.province_id
                                    WHEN 'D' THEN t.code = b.district_id ELSE t.code = b.code END)
"""
# Whoever watches over an area sees what its offices announced: a province its districts' too.
SEES = """
EXISTS (SELECT FROM held h
         WHERE CASE h.level WHEN 'N' THEN true
                    WHEN 'P' THEN h.area = a.area OR a.level = 'D' AND h.area = (
                                  SELECT d.province_id FROM district d WHERE d.code = a.area)
                    ELSE a.level = 'D' AND h.area = a.area END)
"""
_TOLD = """
    'number', a.id, 'office', rtrim(a.role || ' ' || a.area), 'role', a.role,
    'area_name_th', coalesce((SELECT p.name_th FROM province p
                               WHERE a.level = 'P' AND p.code = a.area),
                             (SELECT d.name_th FROM district d
                               WHERE a.level = 'D' AND d.code = a.area)),
    'title', a.title, 'text', a.text, 'is_urgent', a.is_urgent,
    'from_date', a.from_date, 'until_date', a.until_date,
    'announced_at', a.announced_at,
    'announced_by', (SELECT o.name_th FROM officer o WHERE o.id = a.officer_id),
    'state', CASE WHEN w.announcement_id IS NOT NULL THEN 'withdrawn'
                  WHEN a.until_date < %(today)s THEN 'ended'
                  WHEN a.from_date > %(today)s THEN 'coming' ELSE 'in_force' END,
    'withdrawn_at', w.withdrawn_at, 'withdrawn_reason', w.reason,
    'withdrawn_by', (SELECT o.name_th FROM officer o WHERE o.id = w.officer_id)
"""
# Bodies with books are counted once for the page, by district and kind: a page of announcements to
# the nation costs no more than one.
_OF_THE_CENTRE = f"""
WITH {HELD.strip()},
chosen AS MATERIALIZED (
     SELECT a.* FROM announcement a
      WHERE (%(before)s::bigint IS NULL OR a.id < %(before)s) AND {SEES.strip()}
      ORDER BY a.id DESC LIMIT %(limit)s + 1),
page AS (SELECT * FROM chosen ORDER BY id DESC LIMIT %(limit)s),
live AS (
     SELECT b.province_id, b.district_id, b.kind, count(*) AS bodies
       FROM place JOIN body b ON b.id = place.body_id AND NOT b.is_training
      WHERE place.use = 'live' GROUP BY 1, 2, 3),
places AS MATERIALIZED (
     SELECT at.level, at.code, live.kind, sum(live.bodies) AS bodies
       FROM live,
            LATERAL (VALUES ('N', ''), ('P', province_id), ('D', district_id)) AS at (level, code)
      GROUP BY 1, 2, 3),
of_areas AS MATERIALIZED (
     SELECT a.id, sum(places.bodies)::int AS bodies
       FROM page a
       JOIN announcement_addressee t ON t.announcement_id = a.id
       JOIN places ON places.level = t.level AND places.code = t.code
      WHERE a.kinds = '' OR places.kind = ANY (string_to_array(a.kinds, ' '))
      GROUP BY a.id)
SELECT json_build_object(
         'items', (SELECT coalesce(json_agg(json_build_object(
             {_TOLD.strip()},
             'to', json_build_object(
                 'kinds', CASE a.kinds WHEN '' THEN '{{}}'::text[]
                                       ELSE string_to_array(a.kinds, ' ') END,
                 'places', (SELECT json_agg(json_build_object('level', t.level, 'code', t.code)
                                            ORDER BY t.level, t.code)
                              FROM announcement_addressee t WHERE t.announcement_id = a.id)),
             'reading', json_build_object(
                 'complete_to', %(now)s::timestamptz,
                 'bodies_reported', (SELECT coalesce(sum(r.bodies), 0)::int
                                       FROM announcement_read_count r
                                      WHERE r.announcement_id = a.id),
                 'bodies_total', coalesce(of_areas.bodies, 0) + named.bodies))
                     ORDER BY a.id DESC), '[]')
           FROM page a
           LEFT JOIN announcement_withdrawal w ON w.announcement_id = a.id
           LEFT JOIN of_areas ON of_areas.id = a.id
          CROSS JOIN LATERAL (
                SELECT count(*)::int AS bodies
                  FROM announcement_addressee t
                  JOIN body b ON t.level = 'B' AND b.code = t.code
                  JOIN place ON place.body_id = b.id AND place.use = 'live'
                 WHERE t.announcement_id = a.id
                   AND (a.kinds = '' OR b.kind = ANY (string_to_array(a.kinds, ' ')))) AS named),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT min(id)::text FROM page) END)::text
"""  # noqa: S608 - constants
OF_A_BODY = f"""
WITH chosen AS MATERIALIZED (
     SELECT a.*, b.id AS body_id FROM body b
       JOIN announcement a ON a.from_date <= %(today)s
        AND (%(before)s::bigint IS NULL OR a.id < %(before)s)
        AND (NOT %(in_force)s OR a.until_date >= %(today)s
             AND NOT EXISTS (SELECT FROM announcement_withdrawal w
                              WHERE w.announcement_id = a.id))
      WHERE b.code = %(body)s AND {IS_ADDRESSED.strip()}
      ORDER BY a.id DESC LIMIT %(limit)s + 1),
page AS (SELECT * FROM chosen ORDER BY id DESC LIMIT %(limit)s)
SELECT json_build_object(
         'items', (SELECT coalesce(json_agg(json_build_object(
             {_TOLD.strip()},
             'read_at', r.read_at,
             'read_by', (SELECT o.name_th FROM officer o WHERE o.id = r.officer_id))
                 ORDER BY a.id DESC), '[]')
           FROM page a
           LEFT JOIN announcement_withdrawal w ON w.announcement_id = a.id
           LEFT JOIN announcement_reading r
                  ON r.announcement_id = a.id AND r.body_id = a.body_id),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT min(id)::text FROM page) END)::text
"""  # noqa: S608 - constants


def announcements_of_offices(
    *, offices: Sequence[Office], before: int | None, limit: int, now: datetime
) -> str:
    """Return a page of what the offices of the officer's areas announced, the latest first.

    Its figure is how many of the bodies that it is for have read it, complete to this moment.
    """
    return _one(_OF_THE_CENTRE, as_facts(offices), before=before, limit=limit, now=now)


def announcements_to(*, body_code: str, before: int | None, limit: int, now: datetime) -> str:
    """Return a page of what a body was told, the latest first; nothing of what is yet to come.

    Args:
        body_code: of whom.
        before: only those before this number.
        limit: at most so many.
        now: the days of an announcement are Bangkok's.
    """
    facts = {"body": body_code, "in_force": False}
    return _one(OF_A_BODY, facts, before=before, limit=limit, now=now)


def _one(
    query: str, facts: dict[str, Any], *, before: int | None, limit: int, now: datetime
) -> str:
    paging = {"before": before, "limit": limit, "now": now, "today": timezone.localdate(now)}
    ((text,),) = rows(query, {**facts, **paging})
    return str(text)
