"""Reading a body's life. Each function is one statement on the control plane."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

_LIFE = """
SELECT (SELECT coalesce(array_agg(p.generation ORDER BY p.generation), '{}') FROM place p
         WHERE p.body_id = b.id AND p.use IN ('live', 'earlier')),
       (SELECT s.code FROM succession JOIN body s ON s.id = successor_id WHERE body_id = b.id),
       (SELECT coalesce(array_agg(s.code ORDER BY s.code), '{}')
          FROM succession JOIN body s ON s.id = body_id WHERE successor_id = b.id),
       (SELECT json_agg(json_build_object('kind', k.kind, 'full_name_th', k.full_name_th,
                                          'from_date', k.from_date)
                        ORDER BY k.from_date NULLS FIRST) FROM body_kind k WHERE k.body_id = b.id),
       json_build_array(json_build_object('kind', b.kind, 'full_name_th', b.full_name_th,
                                          'from_date', NULL))
  FROM body b WHERE b.code = %s
"""
_CHANGES = """
SELECT c.what, c.before, c.after, c.message_th, c.message_en, c.until, c.reason, c.changed_by, c.at
  FROM body_change c JOIN body b ON b.id = c.body_id WHERE b.code = %s ORDER BY c.at, c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a body was, whom it followed, and who follows it.

    Attributes:
        generations: of its books, the live ones last.
        kinds: ``{"kind", "full_name_th", "from_date"}``, oldest first.
    """

    generations: list[int]
    successor_code: str | None
    predecessor_codes: list[str]
    kinds: list[dict[str, Any]]


def life_of(code: str) -> Life:
    """Return the life of a body of the register."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_LIFE, [code])
        generations, successor, predecessors, kinds, kind_of_the_register = cursor.fetchone()
    return Life(
        generations=list(generations),
        successor_code=successor,
        predecessor_codes=list(predecessors),
        kinds=kinds or kind_of_the_register,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One dated change of a body; see models.BodyChange."""

    what: str
    before: str
    after: str
    message_th: str
    message_en: str
    until: datetime | None
    reason: str
    changed_by: str
    at: datetime


def changes_of(code: str) -> list[Change]:
    """Return every change of a body, oldest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_CHANGES, [code])
        names = Change.__dataclass_fields__
        return [Change(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def kind_on(code: str, day: date) -> str | None:
    """Return what kind of body it was on a day; None when there is no such body."""
    query = """
        SELECT coalesce((SELECT k.kind FROM body_kind k WHERE k.body_id = b.id
                            AND coalesce(k.from_date <= %s, true)
                          ORDER BY k.from_date DESC NULLS LAST LIMIT 1), b.kind)
          FROM body b WHERE b.code = %s
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [day, code])
        row = cursor.fetchone()
    return row[0] if row else None
