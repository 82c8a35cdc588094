"""Officers as tests make them: when first asked for, and those who watch over bodies."""

import uuid
from collections.abc import Callable
from datetime import date

# Whose bodies they watch over; the department those of the nation, an operator none.
AREAS = {
    "PROVINCE": "province",
    "OAG": "province",
    "DISTRICT": "district",
    "DLA": "",
    "OPERATOR": "",
}


def watch(officer_id: uuid.UUID, body: object, role: str) -> None:
    """Appoint an officer over the area of a body."""
    from django.utils import timezone

    from tenants.officers.models import Appointment

    area = AREAS[role]
    place = {f"{area}_id": getattr(body, f"{area}_code")} if area else {}
    Appointment.objects.create(
        officer_id=officer_id,
        role=role,
        from_date=date(2020, 1, 1),
        created_at=timezone.now(),
        **place,
    )


class OnDemand(dict):
    """What is made of its key when it is first asked for."""

    def __init__(self, make: Callable[[str], object]) -> None:
        self._make = make

    def __missing__(self, key: str) -> object:
        self[key] = self._make(key)
        return self[key]
