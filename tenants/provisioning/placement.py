"""Which cell a body's books go to, and taking the place there."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max

from tenants.directory.models import Body, Cell, Place, PlaceUse


class NoRoom(Exception):
    """Every open cell is full; make another one."""


def take_place(
    *,
    body: Body,
    schema_name: str,
    use: PlaceUse,
    generation: int,
    now: datetime,
    cell_name: str | None = None,
) -> Place:
    """Reserve a place for a schema of the body: in the named cell, or where most room is.

    Raises:
        NoRoom: that cell, or every open cell, is full.
    """
    with transaction.atomic():
        cell = _cell_with_most_room(cell_name)
        highest = Place.objects.filter(cell=cell).aggregate(slot=Max("slot"))["slot"] or 0
        place: Place = Place.objects.create(
            cell=cell,
            slot=highest + 1,
            schema_name=schema_name,
            use=use,
            body=body,
            generation=generation,
            taken_at=now,
        )
    return place


def _cell_with_most_room(cell_name: str | None) -> Cell:
    cells = Cell.objects.filter(is_open=True, **({"name": cell_name} if cell_name else {}))
    # Locked in order of name, so that two operators never wait for each other.
    locked = list(cells.order_by("name").select_for_update())
    held = dict(Place.objects.values_list("cell").annotate(held=Count("id")))
    with_room = [cell for cell in locked if held.get(cell.name, 0) < cell.capacity]
    if not with_room:
        raise NoRoom
    return min(with_room, key=lambda cell: (held.get(cell.name, 0), cell.name))
