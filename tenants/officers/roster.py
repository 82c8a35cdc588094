"""Which officers a body has, and what of their appointments is still in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from tenants.directory.models import Body
from tenants.officers.models import Appointment, Officer
from tenants.officers.rules import ADMIN_ROLE


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentOfOfficer:
    """An appointment in the body; ``to_date`` is its last day."""

    id: UUID
    role: str
    from_date: date
    to_date: date | None
    is_acting: bool
    order_no: str
    is_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerOfBody:
    """An officer and all their appointments in one body, past ones too.

    Attributes:
        is_ended: no appointment here holds today or later.
        is_invited: has not used the invitation yet: no password was ever set.
    """

    username: str
    name_th: str
    is_ended: bool
    is_invited: bool
    appointments: tuple[AppointmentOfOfficer, ...]


def officers_of_body(*, body_code: str, today: date) -> list[OfficerOfBody]:
    """Return whoever holds or has held an appointment in the body, by user name."""
    found = Appointment.objects.filter(body__code=body_code).select_related("officer")
    by_officer: dict[Officer, list[Appointment]] = {}
    for appointment in found.order_by("officer__username", "from_date", "role", "id"):
        by_officer.setdefault(appointment.officer, []).append(appointment)
    return [_shown(officer, held, today) for officer, held in by_officer.items()]


def in_force(officer: Officer, today: date) -> QuerySet[Appointment]:
    """Return the officer's appointments, anywhere, that hold today or will."""
    return Appointment.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=today), officer=officer, ended_at__isnull=True
    )


def is_of_the_centre(officer: Officer) -> bool:
    """Tell whether the officer serves the centre, an area or the platform."""
    return Appointment.objects.filter(
        officer=officer, body__isnull=True, ended_at__isnull=True
    ).exists()


def overlaps(
    *, officer: Officer | None, body: Body, role: str, from_date: date, to_date: date | None
) -> bool:
    """Tell whether the officer holds the role in the body on some of the days."""
    if officer is None:
        return False
    held = Appointment.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=from_date),
        officer=officer,
        body=body,
        role=plain(role),
        ended_at__isnull=True,
    )
    return (held if to_date is None else held.filter(from_date__lte=to_date)).exists()


def administrators(body: Body, today: date) -> QuerySet[Appointment]:
    """Return the appointments by which the body is administered today."""
    return Appointment.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=today),
        body=body,
        role=ADMIN_ROLE,
        from_date__lte=today,
        ended_at__isnull=True,
    )


def is_over(appointment: Appointment, today: date) -> bool:
    """Tell whether the appointment will never count again."""
    past = appointment.to_date is not None and appointment.to_date < today
    return past or appointment.ended_at is not None


def is_invited(officer: Officer) -> bool:
    """Tell whether the officer has set no password yet."""
    return officer.password.startswith(UNUSABLE_PASSWORD_PREFIX) and officer.ended_at is None


def plain(word: str) -> str:
    """Return the word as PostgreSQL can compare it: its texts hold no NUL."""
    return word.replace("\x00", "\ufffd")


def _shown(officer: Officer, held: Iterable[Appointment], today: date) -> OfficerOfBody:
    appointments = tuple(
        AppointmentOfOfficer(
            id=appointment.id,
            role=appointment.role,
            from_date=appointment.from_date,
            to_date=appointment.to_date,
            is_acting=appointment.is_acting,
            order_no=appointment.order_no,
            is_ended=is_over(appointment, today),
        )
        for appointment in held
    )
    return OfficerOfBody(
        username=officer.username,
        name_th=officer.name_th,
        is_ended=officer.ended_at is not None or all(one.is_ended for one in appointments),
        is_invited=is_invited(officer),
        appointments=appointments,
    )
