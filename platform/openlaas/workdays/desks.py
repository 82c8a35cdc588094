"""Who sits at which desk: the demo officers of a body, and of the offices above it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from accounting.officers import Officer
from openlaas.demo.officers import body_roles
from tenants.directory.records import BodyRecord
from tenants.officers.models import Officer as StoredOfficer
from tenants.officers.rules import SUPERVISORS
from tenants.officers.sign_in import open_sign_in

_MEMBERS = tuple(
    f"{committee}-{number}" for committee in ("CASH_COMMITTEE", "INSPECTION") for number in (2, 3)
)
_ABOVE = {"PROVINCE": "province", "DISTRICT": "district"}  # they agree to the budget
_LIFETIME = timedelta(days=1)


def officers_at(body: BodyRecord) -> dict[str, Officer]:
    """Return the officer at each desk, as the edges would show them to the books."""
    return {
        desk: Officer(
            id=officer_id,
            name_th=name_th,
            roles=frozenset({desk.partition("-")[0]}),
            supervises=desk in _ABOVE and SUPERVISORS.get(body.kind) == desk,
        )
        for desk, (officer_id, name_th) in _found(body).items()
    }


def tokens_at(body: BodyRecord, *, now: datetime) -> dict[str, str]:
    """Sign the officer of each desk in to the API; return their tokens."""
    return {
        desk: open_sign_in(officer_id=officer_id, kind="api", now=now, lifetime=_LIFETIME)[0]
        for desk, (officer_id, _) in _found(body).items()
    }


def _desks() -> Sequence[str]:
    return (*body_roles(), *_MEMBERS, *_ABOVE)


def _found(body: BodyRecord) -> dict[str, tuple[UUID, str]]:
    names = {desk: _ABOVE.get(desk) or f"{body.code}-{desk.lower()}" for desk in _desks()}
    rows = StoredOfficer.objects.filter(username__in=names.values())
    known = {
        username: (id_, name)
        for username, id_, name in rows.values_list("username", "id", "name_th")
    }
    return {desk: known[username] for desk, username in names.items() if username in known}
