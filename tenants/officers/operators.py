"""Who runs the platform (ผู้ดูแลแพลตฟอร์ม): asked anew by every request, as all access is."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tenants import control
from tenants.officers.access import HELD_TODAY, IS_SIGNED_IN
from tenants.officers.tokens import token_sha256

_OPERATOR = f"""
SELECT o.username, o.name_th, s.token_sha256,
       EXISTS (SELECT FROM appointment a
                WHERE a.officer_id = o.id AND a.body_id IS NULL AND a.role = 'OPERATOR'
                  AND {HELD_TODAY.strip()})
  FROM sign_in s
  JOIN officer o ON o.id = s.officer_id AND o.ended_at IS NULL
 WHERE {IS_SIGNED_IN}
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An officer who is signed in, and whether they run the platform."""

    username: str
    name_th: str
    token_sha256: str
    runs_the_platform: bool

    @property
    def is_authenticated(self) -> bool:
        """Tell the REST framework that somebody is signed in."""
        return True


def operator_by_token(*, token: str, kind: str, now: datetime) -> Operator | None:
    """Return who bears the token; None when the token is no good.

    Args:
        token: as the bearer sent it.
        kind: ``api`` or ``portal``; a token of one is no good for the other.
        now: an appointment counts by its Bangkok date.
    """
    facts = {
        "token": token_sha256(token),
        "kind": kind,
        "now": now,
        "today": timezone.localdate(now),
    }
    row = control.row(_OPERATOR, facts)
    if row is None:
        return None
    username, name_th, sha256, runs_the_platform = row
    return Operator(
        username=username,
        name_th=name_th,
        token_sha256=sha256,
        runs_the_platform=runs_the_platform,
    )
