"""What the bearer of a token may do now. One statement, asked anew by every request.

Nothing of this is cached, so a permission taken away is gone on the next request.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from accounting.officers import Officer
from tenants import control
from tenants.directory.queries import (
    BODY_TABLES,
    body_columns,
    body_record,
    body_with_books,
    state_at,
)
from tenants.directory.records import BodyRecord
from tenants.directory.unit_kinds import kinds_without_budget
from tenants.officers.roster import plain
from tenants.officers.rules import SUPERVISORS
from tenants.officers.tokens import token_sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An officer who is signed in, and what they are in the body asked for.

    Attributes:
        body: None when none was asked for, and when the officer holds no appointment there: the
            two must look alike from outside.
        roles: keys of roles.csv held today in that body; empty without a body.
        acting_roles: those of them held as acting (รักษาราชการแทน).
        orders: of the roles held as acting alone, the order that says so and its first day.
    """

    officer_id: UUID
    username: str
    name_th: str
    token_sha256: str
    body: BodyRecord | None
    roles: frozenset[str]
    acting_roles: frozenset[str]
    orders: Mapping[str, str]

    def officer(self) -> Officer:
        """Return the officer as the books record them, with all their positions."""
        return Officer(
            id=self.officer_id,
            name_th=self.name_th,
            roles=self.roles,
            orders=self.orders,
            supervises=self._supervises(),
            has_budget=self.body is None or self.body.kind not in kinds_without_budget(),
        )

    def _supervises(self) -> bool:
        """Tell whether the officer agrees to the body's budget; a unit's is its parent's affair."""
        if self.body is None or not self.roles & set(SUPERVISORS.values()):
            return False
        kind = self.body.kind
        if self.body.parent_code is not None:
            parent = body_with_books(self.body.parent_code)
            kind = parent.kind if parent else kind
        return SUPERVISORS.get(kind) in self.roles

    @property
    def is_authenticated(self) -> bool:
        """Tell the REST framework that somebody is signed in."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyOfOfficer:
    """A body in which an officer holds roles today."""

    code: str
    full_name_th: str
    kind: str
    province_th: str
    is_training: bool
    state: str
    roles: tuple[str, ...]


_LONGEST_ASKED = 300  # characters of a path that are written down
_ROLES = 4  # the column of the question below
HELD_TODAY = """
a.from_date <= %(today)s AND (a.to_date IS NULL OR a.to_date >= %(today)s) AND a.ended_at IS NULL
"""

IS_SIGNED_IN = """
s.token_sha256 = %(token)s AND s.kind = %(kind)s
   AND s.revoked_at IS NULL AND s.expires_at > %(now)s
"""
# The order of an acting appointment as a step keeps it: its number, and the day it counts from.
_APPOINTED = """
       SELECT array_agg(a.role::text) AS roles,
              array_agg(a.role::text) FILTER (WHERE a.is_acting) AS acting,
              array_agg(a.order_no || ' (' || a.from_date || ')') FILTER (WHERE a.is_acting)
                  AS orders
"""
_ACCESS = f"""
SELECT o.id, o.username, o.name_th, s.token_sha256, held.roles, held.acting, held.orders, place.*
  FROM sign_in s
  JOIN officer o ON o.id = s.officer_id AND o.ended_at IS NULL
  LEFT JOIN LATERAL ({_APPOINTED.rstrip()},
              max(a.body_id::text)::uuid AS body_id
         FROM appointment a JOIN body asked ON asked.id = a.body_id
        WHERE a.officer_id = o.id AND asked.code = %(body_code)s::text AND {HELD_TODAY}
       ) AS held ON %(body_code)s::text IS NOT NULL
  LEFT JOIN LATERAL (
       SELECT {body_columns("%(now)s")} FROM {BODY_TABLES} WHERE b.id = held.body_id
       ) AS place ON true
 WHERE {IS_SIGNED_IN}
"""  # noqa: S608 - constants

# Note [Books of those who came before]
# Whoever works in a body also reads the books of the bodies that it succeeded, with the roles held
# in the body itself. Those books are archived, so their state refuses whatever would change them.
# Asked only when the officer is nobody in the body of the path: the question above is as it was.
#
# Note [Those who watch over a body]
# The province, the district, the department and the State Audit Office read the books of the bodies
# of their area; whoever of the department and the Audit Office is appointed without an area, those
# of the nation. They hold no role that writes in the books: their acts are steps of a flow that
# names them, such as agreeing to an ordinance. What they ask for is written down by the question
# that lets them in: nobody reads a body's books from outside unseen.
_WATCHES = """
a.role IN ('PROVINCE', 'DISTRICT', 'DLA', 'OAG') AND a.body_id IS NULL AND EXISTS (
      SELECT FROM body watched
       WHERE watched.code = %(body_code)s::text
         AND (a.province_id IS NULL OR a.province_id = watched.province_id)
         AND (a.district_id IS NULL OR a.district_id = watched.district_id)
         AND (a.role IN ('DLA', 'OAG') OR coalesce(a.province_id, a.district_id) IS NOT NULL))
"""
_INHERITED = f"""
WITH RECURSIVE later (id) AS (
     SELECT s.successor_id FROM succession s JOIN body asked ON asked.id = s.body_id
      WHERE asked.code = %(body_code)s::text
      UNION
     SELECT s.successor_id FROM succession s JOIN later ON later.id = s.body_id),
found AS MATERIALIZED (
SELECT o.id AS officer_id, o.username, o.name_th, s.token_sha256,
       held.roles, held.acting, held.orders, place.*
  FROM sign_in s
  JOIN officer o ON o.id = s.officer_id AND o.ended_at IS NULL
  JOIN LATERAL ({_APPOINTED.rstrip()}
         FROM appointment a
        WHERE a.officer_id = o.id AND (a.body_id IN (SELECT id FROM later) OR {_WATCHES.strip()})
          AND {HELD_TODAY}
       ) AS held ON held.roles IS NOT NULL
  JOIN LATERAL (
       SELECT {body_columns("%(now)s")} FROM {BODY_TABLES} WHERE b.code = %(body_code)s::text
       ) AS place ON true
 WHERE {IS_SIGNED_IN}),
noted AS (
     INSERT INTO watchers_reading (body_id, officer_id, roles, asked, at)
     SELECT body.id, found.officer_id, array_to_string(found.roles, ' '), %(asked)s, %(now)s
       FROM found JOIN body ON body.code = %(body_code)s::text
      WHERE found.roles && ARRAY['PROVINCE', 'DISTRICT', 'DLA', 'OAG'])
SELECT * FROM found
"""  # noqa: S608 - constants

_BODIES = f"""
WITH RECURSIVE held (body_id, role) AS (
     SELECT a.body_id, a.role FROM appointment a
      WHERE a.officer_id = %(officer)s AND {HELD_TODAY}
      UNION
     SELECT s.body_id, held.role FROM succession s JOIN held ON held.body_id = s.successor_id)
SELECT b.code, b.full_name_th, b.kind, p.name_th, b.is_training,
       {state_at("%(now)s")} AS state,
       array_agg(DISTINCT held.role::text ORDER BY held.role::text)
  FROM held JOIN body b ON b.id = held.body_id JOIN province p ON p.code = b.province_id
 GROUP BY b.id, p.name_th
 ORDER BY b.code
"""  # noqa: S608 - constants


def access_by_token(
    *, token: str, kind: str, body_code: str | None, asked: str, now: datetime
) -> Access | None:
    """Return who bears the token and what they are in the body; None when the token is no good.

    Somebody who reads the body's books as its watcher is written down.

    Args:
        token: as the bearer sent it.
        kind: ``api`` or ``portal``; a token of one is no good for the other.
        body_code: from the path, or None for a page of no body.
        asked: method and path, as they are written down.
        now: an appointment counts by its Bangkok date.
    """
    facts: dict[str, Any] = {
        "token": token_sha256(token),
        "kind": kind,
        "body_code": body_code and plain(body_code),
        "asked": plain(asked)[:_LONGEST_ASKED],
        "now": now,
        "today": timezone.localdate(now),
    }
    row = control.row(_ACCESS, facts)
    if row is None:
        return None
    if body_code is not None and not row[_ROLES]:
        row = control.row(_INHERITED, facts) or row
    officer_id, username, name_th, sha256, roles, acting, orders, *place = row
    in_full = Counter(roles or ()) - Counter(acting or ())
    acting_alone = zip(acting or (), orders or (), strict=True)
    return Access(
        officer_id=officer_id,
        username=username,
        name_th=name_th,
        token_sha256=sha256,
        body=body_record(tuple(place)) if roles and place[0] else None,
        roles=frozenset(roles or ()),
        acting_roles=frozenset(acting or ()),
        orders={role: order for role, order in acting_alone if role not in in_full},
    )


def bodies_of(*, officer_id: UUID, now: datetime) -> list[BodyOfOfficer]:
    """Return the bodies in which the officer holds a role today, and those they followed."""
    facts: dict[str, Any] = {
        "officer": officer_id,
        "now": now,
        "today": timezone.localdate(now),
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(_BODIES, facts)
        rows = cursor.fetchall()
    return [
        BodyOfOfficer(
            code=code,
            full_name_th=full_name_th,
            kind=kind,
            province_th=province_th,
            is_training=is_training,
            state=state,
            roles=tuple(roles),
        )
        for code, full_name_th, kind, province_th, is_training, state, roles in rows
    ]
