"""Keeping spare schemas ready in each cell, so that a new body gets its books by a renaming.

A spare is listed as ``making`` before its schema is made and as ``spare`` afterwards, so a run that
is killed leaves nothing that could be given away before it is whole.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from tenants.directory.models import Cell, Place, PlaceUse
from tenants.provisioning import cells, stock
from tenants.provisioning.placement import all_free_slots
from tenants.provisioning.schemas import server_of

_MADE_TOGETHER = 50


def keep_spares(
    *, count: int, now: datetime, after_each: Callable[[int], None] = lambda _count: None
) -> dict[str, int]:
    """Let each open cell have so many spare schemas, as far as it has room; return the new ones.

    Args:
        count: spares of each cell; those above it stay.
        now: the time that is noted.
        after_each: called with how many were made, from other threads.
    """
    made = {}
    for cell in Cell.objects.filter(is_open=True).order_by("name"):
        made[cell.name] = _finish(cell, after_each)
        missing = count - Place.objects.filter(cell=cell, use=PlaceUse.SPARE).count()
        while missing > 0 and _list(cell, min(missing, _MADE_TOGETHER), now):
            made[cell.name] += _finish(cell, after_each)
            missing = count - Place.objects.filter(cell=cell, use=PlaceUse.SPARE).count()
    return made


def _list(cell: Cell, count: int, now: datetime) -> bool:
    """List spares to be made, in as many free slots as there are; tell whether there were any."""
    with transaction.atomic():
        slots = all_free_slots(cell.name)[:count]
        Place.objects.bulk_create(
            Place(
                cell=cell,
                slot=slot,
                schema_name=cells.spare_name(slot),
                use=PlaceUse.MAKING,
                taken_at=now,
            )
            for slot in slots
        )
    return bool(slots)


def _finish(cell: Cell, after_each: Callable[[int], None]) -> int:
    """Make the schemas that are listed and not there, by this run or by one that was killed."""
    making = Place.objects.filter(
        cell=cell, use=PlaceUse.MAKING, body=None, schema_name__startswith=cells.SPARE
    )
    slots = list(making.order_by("slot").values_list("slot", flat=True))
    if slots:
        stock.make_spare_schemas(cell.name, server_of(cell), slots, after_each=after_each)
        making.filter(slot__in=slots).update(use=PlaceUse.SPARE)
    return len(slots)
