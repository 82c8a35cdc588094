"""Emptying a cell: every body's live books to another one, each by a move of its own.

There is nothing to remember beside the bodies' own moves: killed, the same command finds who still
lives there, and the cell that the others went to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db.models import Count

from accounting.errors import Refusal
from tenants.directory.models import Cell, Place, PlaceUse
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import refusal
from tenants.moving.begun import Clock
from tenants.moving.copying import CopyDiffers, StructureDiffers
from tenants.moving.fence import WritersDoNotEnd
from tenants.moving.models import Move, Purpose
from tenants.moving.operations import Moved, move_body
from tenants.provisioning import cells
from tenants.provisioning.server_list import Address, added_servers, address_of
from tenants.releases.shared_step import SharedStepFailed

# What undoes one body's move and says nothing of the others.
_UNDONE = (CopyDiffers, StructureDiffers, WritersDoNotEnd, SharedStepFailed, psycopg.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """A body that could not be moved, and why."""

    code: str
    reasons: tuple[str, ...]


def move_cell(
    *,
    cell: str,
    to_cell: str,
    moved_by: str,
    reason: str,
    clock: Clock,
    after_each: Callable[[Moved | Stayed], None] = lambda _one: None,
) -> tuple[list[Moved], list[Stayed]]:
    """Move every body of a cell to another one; no new body is placed in the first any more.

    Args:
        cell: the one to be emptied.
        to_cell: where its bodies go.
        moved_by: who, for their histories.
        reason: why.
        clock: the time of now.
        after_each: called with what came of each body.

    Raises:
        UnableToChangeBody: there is no such cell; nothing was moved.
    """
    if refusals := [*_unknown(cell), *_unknown(to_cell)]:
        raise UnableToChangeBody(refusals)
    Cell.objects.filter(name=cell).update(is_open=False)
    moved: list[Moved] = []
    stayed: list[Stayed] = []
    for code in _bodies_of(cell, to_cell):
        one = _tried(code, to_cell, moved_by=moved_by, reason=reason, clock=clock)
        if isinstance(one, Moved):
            moved.append(one)
        else:
            stayed.append(one)
        after_each(one)
    return moved, stayed


def _tried(code: str, cell: str, *, moved_by: str, reason: str, clock: Clock) -> Moved | Stayed:
    """Move one body; whatever keeps it is told, and keeps no other."""
    try:
        return move_body(code=code, cell=cell, moved_by=moved_by, reason=reason, clock=clock)
    except UnableToChangeBody as error:
        words = tuple(f"{one.message_th} / {one.message_en}" for one in error.refusals)
        return Stayed(code=code, reasons=words)
    except _UNDONE as error:
        return Stayed(code=code, reasons=(f"{type(error).__name__}: {error}",))


def left_in(cell: str) -> dict[str, int]:
    """Return how many places of each use a cell still holds: earlier, kept and restored books."""
    uses = Place.objects.filter(cell_id=cell).exclude(use=PlaceUse.SPARE).values_list("use")
    return dict(uses.annotate(held=Count("id")).order_by("use"))


def cell_on(address: Address, *, leaving: str, now: datetime) -> str:
    """Return the cell of a server for the bodies of one that is emptied; made when none has room.

    One that some of them went to already comes first, so that a run goes on where another ended.

    Raises:
        UnableToChangeBody: there is no such cell or server.
    """
    source = Cell.objects.filter(name=leaving).first()
    if source is None:
        raise UnableToChangeBody([*_unknown(leaving)])
    if address and address not in added_servers():
        words = ("no_such_server", "ไม่มีเครื่องแม่ข่ายนี้", "there is no such server: add it first")
        raise UnableToChangeBody([refusal(*words)])
    wanted = Place.objects.filter(cell=source, use=PlaceUse.LIVE).count()
    gone_to = set(Move.objects.filter(from_cell=leaving).values_list("to_cell", flat=True))
    held = dict(Place.objects.values_list("cell").annotate(held=Count("id")))
    fit = [
        cell
        for cell in Cell.objects.filter(is_open=True).exclude(name=leaving).order_by("name")
        if address_of(cell.host, cell.port) == address
        and cell.capacity - held.get(cell.name, 0) >= wanted
    ]
    if fit:
        return str(min(fit, key=lambda cell: (cell.name not in gone_to, cell.name)).name)
    (name,) = cells.new_cell_names(1)
    cells.make_cell(name, address, slots=source.capacity)
    cells.list_cell(name, address, capacity=source.capacity, now=now)
    return name


def _bodies_of(cell: str, to_cell: str) -> list[str]:
    """Return who lives in a cell, after those whose move was killed at its very end."""
    unfinished = Move.objects.filter(from_cell=cell, to_cell=to_cell, finished_at=None)
    begun = unfinished.filter(purpose=Purpose.MOVE).values_list("body__code", flat=True)
    live = Place.objects.filter(cell_id=cell, use=PlaceUse.LIVE)
    here = live.order_by("body__code").values_list("body__code", flat=True)
    return list(dict.fromkeys([*begun.order_by("body__code"), *here]))


def _unknown(cell: str) -> Iterator[Refusal]:
    if not Cell.objects.filter(name=cell).exists():
        yield refusal("no_such_cell", f"ไม่มีเซลล์ {cell}", f"there is no cell {cell}")
