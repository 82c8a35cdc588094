"""Making officers and appointing them. The LAO_ADMIN of a body is made by the operator."""

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tenants.directory.models import Body
from tenants.officers.models import Appointment, Officer
from tenants.officers.sign_in import new_links

_INVITED_TOGETHER = 2000
_LONGEST_NAME = 200
ROLES_FILE = Path(__file__).resolve().parents[1] / "data" / "roles.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A row of roles.csv."""

    key: str
    title_th: str
    title_en: str
    held_at: str
    scope: str


@cache
def roles() -> dict[str, Role]:
    """Return the roles by key."""
    with ROLES_FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["key"]: Role(
                key=row["key"],
                title_th=row["title_th"],
                title_en=row["title_en"],
                held_at=row["held_at"],
                scope=row["scope"],
            )
            for row in csv.DictReader(lines)
        }


class UnableToAppoint(Exception):
    """There is no such role, officer or body."""


def register_officer(*, username: str, name_th: str, password: str | None, now: datetime) -> UUID:
    """Return a new officer's id; without a password they can enter by an invitation only."""
    officer = Officer.objects.create(
        username=username, name_th=name_th, password=make_password(password), created_at=now
    )
    return officer.id


def appoint(
    *,
    officer_id: UUID,
    role: str,
    body_code: str,
    from_date: date,
    now: datetime,
    to_date: date | None = None,
    order_no: str = "",
    is_acting: bool = False,
    appointed_by: UUID | None = None,
) -> UUID:
    """Give the officer the role in the body; return the appointment's id.

    Raises:
        UnableToAppoint: there is no such role or body.
    """
    body_id = Body.objects.filter(code=body_code).values_list("id", flat=True).first()
    if body_id is None or role not in roles():
        raise UnableToAppoint(f"{role} in {body_code}")
    appointment = Appointment.objects.create(
        officer_id=officer_id,
        role=role,
        body_id=body_id,
        from_date=from_date,
        to_date=to_date,
        order_no=order_no,
        is_acting=is_acting,
        appointed_by_id=appointed_by,
        created_at=now,
    )
    return appointment.id


def invite_first_admin(*, body_code: str, today: date, now: datetime) -> str | None:
    """Make the body's first LAO_ADMIN; return their invitation, or None when there is one.

    The link's token is returned once and is not kept.

    Raises:
        UnableToAppoint: there is no such body.
    """
    if not Body.objects.filter(code=body_code).exists():
        raise UnableToAppoint(body_code)
    tokens: dict[str, str] = {}
    invite_first_admins(body_codes=[body_code], today=today, now=now, keep=tokens.update)
    return tokens.get(body_code)


def invite_first_admins(
    *,
    body_codes: Sequence[str],
    today: date,
    now: datetime,
    keep: Callable[[Mapping[str, str]], None],
) -> int:
    """Make the first LAO_ADMIN of each body that has none; return how many were made.

    Many at once: a batch of bodies costs a few statements.

    Args:
        body_codes: codes that are in no register are left out.
        today: from when the appointment counts.
        now: from when the invitation counts.
        keep: gets the links' tokens by body code, which nobody can ask for again, before they
            begin to work: what was not kept is not lost, because it never was.
    """
    made = 0
    for first in range(0, len(body_codes), _INVITED_TOGETHER):
        with transaction.atomic():
            bodies = _without_admin(body_codes[first : first + _INVITED_TOGETHER])
            officers = [_first_admin_of(body, now) for body in bodies]
            Officer.objects.bulk_create(officers)
            Appointment.objects.bulk_create(
                Appointment(
                    officer=officer, role="LAO_ADMIN", body=body, from_date=today, created_at=now
                )
                for body, officer in zip(bodies, officers, strict=True)
            )
            ids = [officer.id for officer in officers]
            tokens = new_links(officer_ids=ids, purpose="invitation", now=now)
            if bodies:
                keep({body.code: token for body, token in zip(bodies, tokens, strict=True)})
            made += len(bodies)
    return made


def _without_admin(codes: Sequence[str]) -> list[Body]:
    """Lock the bodies, then return those of them that never had a LAO_ADMIN."""
    bodies = Body.objects.filter(code__in=codes).order_by("code")
    locked = list(bodies.select_for_update(no_key=True))
    # Asked after the lock, of what is committed by now: another run may have invited meanwhile.
    appointed = set(
        Appointment.objects.filter(role="LAO_ADMIN", body__in=locked).values_list(
            "body_id", flat=True
        )
    )
    return [body for body in locked if body.id not in appointed]


def _first_admin_of(body: Body, now: datetime) -> Officer:
    return Officer(
        username=f"{body.code}-lao_admin",
        name_th=f"ผู้ดูแลระบบ {body.full_name_th}"[:_LONGEST_NAME],
        password=make_password(None),
        created_at=now,
    )


def end_appointment(*, appointment_id: UUID, to_date: date) -> None:
    """End an appointment with the day; on the next day the role is gone."""
    Appointment.objects.filter(id=appointment_id).update(to_date=to_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaffMember:
    """An officer to be made together with their appointments, in a body or an area."""

    username: str
    password: str
    name_th: str
    roles: tuple[str, ...]
    body_code: str | None = None
    province_code: str | None = None
    district_code: str | None = None


def register_staff(
    *, staff: Sequence[NewStaffMember], from_date: date, now: datetime
) -> dict[str, UUID]:
    """Make many officers at once with their appointments; return all their ids by user name.

    Officers whose user name is taken are left as they are. Passwords are hashed side by side:
    argon2 leaves Python's lock alone.

    Raises:
        UnableToAppoint: a role or body is unknown; nobody was made.
    """
    usernames = [member.username for member in staff]
    known = dict(Officer.objects.filter(username__in=usernames).values_list("username", "id"))
    new = [member for member in staff if member.username not in known]
    codes = {member.body_code for member in new if member.body_code}
    bodies = dict(Body.objects.filter(code__in=codes).values_list("code", "id"))
    if unknown := (codes - set(bodies)) | {r for m in new for r in m.roles} - set(roles()):
        raise UnableToAppoint(", ".join(sorted(unknown)))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        hashes = list(threads.map(make_password, [member.password for member in new]))
    officers = [
        Officer(username=m.username, name_th=m.name_th, password=hashed, created_at=now)
        for m, hashed in zip(new, hashes, strict=True)
    ]
    appointments = [
        Appointment(
            officer=officer,
            role=role,
            body_id=bodies[member.body_code] if member.body_code else None,
            province_id=member.province_code,
            district_id=member.district_code,
            from_date=from_date,
            created_at=now,
        )
        for member, officer in zip(new, officers, strict=True)
        for role in member.roles
    ]
    with transaction.atomic():
        Officer.objects.bulk_create(officers)
        Appointment.objects.bulk_create(appointments)
    return known | {officer.username: officer.id for officer in officers}
