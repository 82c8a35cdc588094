"""Who watches over which area: the department, the State Audit Office, provinces and districts.

Asked anew by every request, as access to a body is: an appointment taken away is gone at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.utils import timezone

from tenants import control
from tenants.officers.access import HELD_TODAY, IS_SIGNED_IN
from tenants.officers.tokens import token_sha256

# Who watches over the nation when the appointment names no area; the others watch over none then.
OF_THE_NATION = frozenset({"DLA", "OAG"})
Held = tuple[str, str | None, str | None]  # role, province, district with its province checked

# A district outside the province of the same appointment is nobody's area: the join finds none,
# and the province that would be left is not what was meant.
_WATCHER = f"""
SELECT o.id, o.username, o.name_th, s.token_sha256,
       (SELECT jsonb_agg(DISTINCT jsonb_build_array(
                   a.role, coalesce(a.province_id, d.province_id), d.code))
          FROM appointment a LEFT JOIN district d ON d.code = a.district_id
         WHERE a.officer_id = o.id AND a.body_id IS NULL
           AND a.role IN ('PROVINCE', 'DISTRICT', 'DLA', 'OAG')
           AND (d.code IS NULL OR a.province_id IS NULL OR a.province_id = d.province_id)
           AND {HELD_TODAY.strip()})
  FROM sign_in s
  JOIN officer o ON o.id = s.officer_id AND o.ended_at IS NULL
 WHERE {IS_SIGNED_IN}
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What an officer sees of the centre's figures; its parts never overlap.

    Attributes:
        is_nation: everything; then nothing else is named.
        provinces: codes of whole provinces.
        districts: codes of districts outside of those provinces.
    """

    is_nation: bool = False
    provinces: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to see."""
        return self.is_nation or bool(self.provinces or self.districts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """An officer who is signed in, and the area they watch over; it is nothing for most.

    ``held`` has the appointments that make the area.
    """

    officer_id: UUID
    username: str
    name_th: str
    token_sha256: str
    area: Area
    held: tuple[Held, ...]

    @property
    def is_authenticated(self) -> bool:
        """Tell the REST framework that somebody is signed in."""
        return True


def area_of(held: Iterable[Held]) -> Area:
    """Return the union of the areas of appointments held today. Pure."""
    found = list(held)
    if any(role in OF_THE_NATION and not province for role, province, _ in found):
        return Area(is_nation=True)
    provinces = {province for _, province, district in found if province and not district}
    districts = {
        district for _, province, district in found if district and province not in provinces
    }
    return Area(provinces=tuple(sorted(provinces)), districts=tuple(sorted(districts)))


def watcher_by_token(*, token: str, kind: str, now: datetime) -> Watcher | None:
    """Return who bears the token and what they watch over; None when the token is no good.

    Args:
        token: as the bearer sent it.
        kind: ``api`` or ``portal``; a token of one is no good for the other.
        now: an appointment counts by its Bangkok date.
    """
    row = control.row(
        _WATCHER,
        {
            "token": token_sha256(token),
            "kind": kind,
            "now": now,
            "today": timezone.localdate(now),
        },
    )
    if row is None:
        return None
    officer_id, username, name_th, sha256, found = row
    held: tuple[Held, ...] = tuple(tuple(one) for one in orjson.loads(found or "[]"))
    return Watcher(
        officer_id=officer_id,
        username=username,
        name_th=name_th,
        token_sha256=sha256,
        area=area_of(held),
        held=held,
    )
