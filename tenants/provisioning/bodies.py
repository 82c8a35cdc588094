"""Giving a body its books: a place in a cell, then its schema in one message, then the directory.

Killed at any moment, it can be run again. A place is taken in the directory first (state
``provisioning``, which lets nobody in); the schema comes into being whole, with its identity row,
or not at all; only then does the directory open the body.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from tenants.directory.models import Body, BodyState, Place, PlaceUse
from tenants.provisioning.placement import take_place
from tenants.provisioning.schemas import make_books


class NoSuchBody(Exception):
    """The register has no body of that code."""


def codes_of_province(province_code: str) -> list[str]:
    """Return the codes of a province's local bodies, training bodies left out."""
    bodies = Body.objects.filter(province_id=province_code, parent=None, is_training=False)
    return list(bodies.order_by("code").values_list("code", flat=True))


def provision(
    *,
    codes: Iterable[str],
    now: datetime,
    after_each: Callable[[str], None] = lambda _code: None,
    cell: str | None = None,
) -> list[str]:
    """Give books to each body that has none; return the codes of those that got them now.

    Args:
        codes: bodies of the register; those with books are passed over.
        now: decides the fiscal years opened: the current one and the one before.
        after_each: called with each code when it is done, also for those passed over.
        cell: place them there; else each goes where most room is.

    Raises:
        NoSuchBody: a code is not in the register; nothing was done for any.
        NoRoom: every open cell is full; what was done so far stays.
    """
    codes = list(codes)
    waiting = _bodies_without_books(codes)
    made = []
    for code in codes:
        if code in waiting:
            make_books(_take_place(code, cell, now), now=now)
            Body.objects.filter(code=code).update(state=BodyState.OPEN, provisioned_at=now)
            made.append(code)
        after_each(code)
    return made


def _bodies_without_books(codes: list[str]) -> set[str]:
    states = dict(Body.objects.filter(code__in=codes).values_list("code", "state"))
    if unknown := sorted(set(codes) - set(states)):
        raise NoSuchBody(", ".join(unknown))
    return {
        code
        for code, state in states.items()
        if state in {BodyState.REGISTERED, BodyState.PROVISIONING}
    }


def _take_place(code: str, cell_name: str | None, now: datetime) -> Place:
    """Reserve the body's live place, or find the one that an interrupted run reserved."""
    with transaction.atomic():
        body: Body = Body.objects.select_for_update().get(code=code)
        taken: Place | None = body.places.filter(use=PlaceUse.LIVE).first()
        if taken is not None:
            return taken
        Body.objects.filter(code=code).update(state=BodyState.PROVISIONING)
        return take_place(
            body=body,
            schema_name=body.schema_name,
            use=PlaceUse.LIVE,
            generation=1,
            now=now,
            cell_name=cell_name,
        )


def first_codes(count: int) -> list[str]:
    """Return the first codes of the register; for benches that need many bodies."""
    bodies = Body.objects.filter(parent=None, is_training=False)
    return list(bodies.order_by("code").values_list("code", flat=True)[:count])
