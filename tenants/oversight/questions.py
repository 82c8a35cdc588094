"""The threads of questions that the centre and a body are shown: one statement, as JSON text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from tenants.oversight.offices import HELD, Office, as_facts
from tenants.rollups.kept import rows

# Note [Who sees a question]
# Of the bodies of their area, the department sees what provinces and districts ask, a province
# what its districts ask. What the Audit Office asks it shares with the body alone.
SEES = """
EXISTS (SELECT FROM held h
         WHERE CASE h.role WHEN 'DLA' THEN q.role IN ('DLA', 'PROVINCE', 'DISTRICT')
                           WHEN 'PROVINCE' THEN q.role IN ('PROVINCE', 'DISTRICT')
                           ELSE q.role = h.role END
           AND CASE h.level WHEN 'N' THEN true WHEN 'P' THEN b.province_id = h.area
                            ELSE b.district_id = h.area END)
"""
STATES = ("open", "overdue", "answered", "closed")
_LAST = """
LATERAL (SELECT s.act, s.step_no, s.due_date < %(today)s AS is_overdue FROM question_step s
          WHERE s.question_id = q.id ORDER BY s.step_no DESC LIMIT 1) AS last
"""
_IN_STATE = """
CASE %(state)s::text WHEN 'open' THEN last.act = 'ask'
                     WHEN 'overdue' THEN last.act = 'ask' AND last.is_overdue
                     WHEN 'answered' THEN last.act = 'answer'
                     WHEN 'closed' THEN last.act = 'close' ELSE true END
"""
_PAGE = f"""
chosen AS MATERIALIZED (
     SELECT q.*, b.code, b.full_name_th, last.act, last.is_overdue
       FROM question q JOIN body b ON b.id = q.body_id CROSS JOIN {_LAST.strip()}
      WHERE (%(before)s::bigint IS NULL OR q.id < %(before)s)
        AND (%(body)s::text IS NULL OR b.code = %(body)s)
        AND {_IN_STATE.strip()} AND {{seen}}
      ORDER BY q.id DESC LIMIT %(limit)s + 1),
page AS (SELECT * FROM chosen ORDER BY id DESC LIMIT %(limit)s)
SELECT json_build_object(
         'items', (SELECT coalesce(json_agg(json_build_object(
             'number', q.id, 'office', rtrim(q.role || ' ' || q.area), 'role', q.role,
             'area_name_th', coalesce((SELECT p.name_th FROM province p
                                        WHERE q.level = 'P' AND p.code = q.area),
                                      (SELECT d.name_th FROM district d
                                        WHERE q.level = 'D' AND d.code = q.area)),
             'body_code', q.code, 'body_name_th', q.full_name_th,
             'subject', q.subject, 'reference', nullif(q.reference, ''),
             'state', CASE q.act WHEN 'ask' THEN 'open' WHEN 'answer' THEN 'answered'
                                 ELSE 'closed' END,
             'is_overdue', q.act = 'ask' AND q.is_overdue,
             'due_date', (SELECT s.due_date FROM question_step s
                           WHERE s.question_id = q.id AND s.act = 'ask'
                           ORDER BY s.step_no DESC LIMIT 1),
             'steps', (SELECT json_agg(json_build_object(
                           'step_no', s.step_no, 'act', s.act, 'text', s.text,
                           'due_date', s.due_date, 'officer_name_th', o.name_th,
                           'position_th', s.position_th, 'at', s.at) ORDER BY s.step_no)
                         FROM question_step s JOIN officer o ON o.id = s.officer_id
                        WHERE s.question_id = q.id)) ORDER BY q.id DESC), '[]')
           FROM page q),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT min(id)::text FROM page) END)::text
"""  # noqa: S608 - constants
_OF_THE_CENTRE = f"WITH {HELD.strip()}, {_PAGE.replace('{seen}', SEES.strip())}"
_OF_A_BODY = f"WITH {_PAGE.replace('{seen}', 'true')}"
WAITING = f"""
SELECT count(*) AS questions, count(*) FILTER (WHERE last.is_overdue) AS overdue
  FROM question q JOIN body b ON b.id = q.body_id CROSS JOIN {_LAST.strip()}
 WHERE b.code = %(body)s AND last.act = 'ask'
"""  # noqa: S608 - constants


def questions_of_offices(
    *,
    offices: Sequence[Office],
    state: str | None,
    body_code: str | None,
    before: int | None,
    limit: int,
    now: datetime,
) -> str:
    """Return a page of threads that the offices see, the latest asked first.

    Args:
        offices: of whoever asks; see Note [Who sees a question].
        state: one of STATES, None: any.
        body_code: of this body alone, None: any.
        before: only those before this number.
        limit: at most so many.
        now: what is overdue goes by its Bangkok day.
    """
    facts = {**as_facts(offices), "state": state, "body": body_code}
    return _one(_OF_THE_CENTRE, facts, before=before, limit=limit, now=now)


def questions_to(
    *, body_code: str, state: str | None, before: int | None, limit: int, now: datetime
) -> str:
    """Return a page of a body's threads, the latest asked first."""
    facts = {"state": state, "body": body_code}
    return _one(_OF_A_BODY, facts, before=before, limit=limit, now=now)


def _one(
    query: str, facts: dict[str, Any], *, before: int | None, limit: int, now: datetime
) -> str:
    paging = {"before": before, "limit": limit, "today": timezone.localdate(now)}
    ((text,),) = rows(query, {**facts, **paging})
    return str(text)
