"""Taking a place in a cell for a schema; which cell a new body goes to is placement_policy's."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count

from tenants.directory.models import Body, Cell, Place, PlaceUse


class NoRoom(Exception):
    """That cell, or every open cell, is full; make another one."""


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
        (slot,) = free_slots(cell.name, 1)
        place: Place = Place.objects.create(
            cell=cell,
            slot=slot,
            schema_name=schema_name,
            use=use,
            body=body,
            generation=generation,
            taken_at=now,
        )
    return place


def free_slots(cell_name: str, count: int) -> list[int]:
    """Return so many slots of a cell that no place holds, and lock the cell until COMMIT.

    Raises:
        NoRoom: there are fewer.
    """
    slots = all_free_slots(cell_name)
    if len(slots) < count:
        raise NoRoom(f"{cell_name} has {len(slots)} free places")
    return slots[:count]


def all_free_slots(cell_name: str) -> list[int]:
    """Return the slots of a cell that no place holds, and lock the cell until COMMIT.

    Those above the highest in use come first: a slot's role may have rights in an old schema.
    """
    cell = Cell.objects.select_for_update().get(name=cell_name)
    taken = set(Place.objects.filter(cell=cell).values_list("slot", flat=True))
    highest = max(taken, default=0)
    between = [slot for slot in range(1, highest) if slot not in taken]
    return [*range(highest + 1, cell.capacity + 1), *between]


def _cell_with_most_room(cell_name: str | None) -> Cell:
    cells = Cell.objects.filter(is_open=True, **({"name": cell_name} if cell_name else {}))
    # Locked in order of name, so that two operators never wait for each other.
    locked = list(cells.order_by("name").select_for_update())
    held = dict(Place.objects.values_list("cell").annotate(held=Count("id")))
    with_room = [cell for cell in locked if held.get(cell.name, 0) < cell.capacity]
    if not with_room:
        raise NoRoom
    return min(with_room, key=lambda cell: (held.get(cell.name, 0), cell.name))
