"""What the bearer of a token may do now. One statement, asked anew by every request.

Nothing of this is cached, so a permission taken away is gone on the next request.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from tenants import control
from tenants.directory.queries import BODY_COLUMNS, BODY_TABLES, body_record
from tenants.directory.records import BodyRecord
from tenants.officers.tokens import token_sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An officer who is signed in, and what they are in the body asked for.

    Attributes:
        body: None when none was asked for, and when the officer holds no appointment there: the
            two must look alike from outside.
        roles: keys of roles.csv held today in that body; empty without a body.
        acting_roles: those of them held as acting (รักษาราชการแทน).
    """

    officer_id: UUID
    username: str
    name_th: str
    token_sha256: str
    body: BodyRecord | None
    roles: frozenset[str]
    acting_roles: frozenset[str]

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


_HELD_TODAY = """
a.from_date <= %(today)s AND (a.to_date IS NULL OR a.to_date >= %(today)s) AND a.ended_at IS NULL
"""

_ACCESS = f"""
SELECT o.id, o.username, o.name_th, s.token_sha256, held.roles, held.acting, place.*
  FROM sign_in s
  JOIN officer o ON o.id = s.officer_id AND o.ended_at IS NULL
  LEFT JOIN LATERAL (
       SELECT array_agg(a.role::text) AS roles,
              array_agg(a.role::text) FILTER (WHERE a.is_acting) AS acting,
              max(a.body_id::text)::uuid AS body_id
         FROM appointment a JOIN body asked ON asked.id = a.body_id
        WHERE a.officer_id = o.id AND asked.code = %(body_code)s::text AND {_HELD_TODAY}
       ) AS held ON %(body_code)s::text IS NOT NULL
  LEFT JOIN LATERAL (
       SELECT {BODY_COLUMNS} FROM {BODY_TABLES} WHERE b.id = held.body_id
       ) AS place ON true
 WHERE s.token_sha256 = %(token)s AND s.kind = %(kind)s
   AND s.revoked_at IS NULL AND s.expires_at > %(now)s
"""  # noqa: S608 - constants

_BODIES = f"""
SELECT b.code, b.full_name_th, b.kind, p.name_th, b.is_training, b.state,
       array_agg(DISTINCT a.role::text ORDER BY a.role::text)
  FROM appointment a JOIN body b ON b.id = a.body_id JOIN province p ON p.code = b.province_id
 WHERE a.officer_id = %(officer)s AND {_HELD_TODAY}
 GROUP BY b.code, b.full_name_th, b.kind, p.name_th, b.is_training, b.state
 ORDER BY b.code
"""  # noqa: S608 - constants


def access_by_token(
    *, token: str, kind: str, body_code: str | None, now: datetime
) -> Access | None:
    """Return who bears the token and what they are in the body; None when the token is no good.

    Args:
        token: as the bearer sent it.
        kind: ``api`` or ``portal``; a token of one is no good for the other.
        body_code: from the path, or None for a page of no body.
        now: an appointment counts by its Bangkok date.
    """
    facts: dict[str, Any] = {
        "token": token_sha256(token),
        "kind": kind,
        # PostgreSQL's texts hold no NUL, and neither does any code.
        "body_code": body_code and body_code.replace("\x00", "\ufffd"),
        "now": now,
        "today": timezone.localdate(now),
    }
    row = control.row(_ACCESS, facts)
    if row is None:
        return None
    officer_id, username, name_th, sha256, roles, acting, *place = row
    return Access(
        officer_id=officer_id,
        username=username,
        name_th=name_th,
        token_sha256=sha256,
        body=body_record(tuple(place)) if roles and place[0] else None,
        roles=frozenset(roles or ()),
        acting_roles=frozenset(acting or ()),
    )


def bodies_of(*, officer_id: UUID, now: datetime) -> list[BodyOfOfficer]:
    """Return the bodies in which the officer holds a role today, by code."""
    facts: dict[str, Any] = {"officer": officer_id, "today": timezone.localdate(now)}
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
