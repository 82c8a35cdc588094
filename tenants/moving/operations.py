"""Moving a body's live books to another cell."""

from dataclasses import dataclass

from django.db import transaction

from accounting.errors import Refusal
from tenants.directory.models import Body, Cell, Place
from tenants.lifecycle import recording
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import refusal
from tenants.moving import begun, copying, switching
from tenants.moving.begun import AfterStep, Clock, Switch
from tenants.moving.models import Move, Purpose
from tenants.moving.switching import PATIENCE_SECONDS
from tenants.provisioning.schemas import make_schema, server_of
from tenants.provisioning.servers import owner_connection
from tenants.provisioning.tables import Table
from tenants.releases import kept
from tenants.releases.shared_step import bring_shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move did; ``read_only_ms`` is how long nobody could write."""

    code: str
    from_cell: str
    to_cell: str
    rows: int
    read_only_ms: int


def move_body(
    *,
    code: str,
    cell: str,
    moved_by: str,
    reason: str,
    clock: Clock,
    after_step: AfterStep = lambda _step: None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Moved:
    """Move a body's live books to a cell; the old copy stays until it is released.

    A failure undoes everything; a kill leaves what the same command, run again, goes on from.

    Args:
        code: the body's.
        cell: where its books go.
        moved_by: who, for the history.
        reason: why.
        clock: the time of now.
        after_step: called with ``begun made ahead closed fenced copied compared switched
            finished``.
        patience_seconds: how long transactions that are writing are waited for.

    Raises:
        UnableToChangeBody: at least one rule refuses.
        StructureDiffers: the cells hold other releases.
        CopyDiffers, WritersDoNotEnd: it was undone; the body serves as before.
    """
    with recording.alone_with(code):
        move = _begun(code=code, cell=cell, moved_by=moved_by, reason=reason, clock=clock)
        switch = Switch(move=move, clock=clock, after_step=after_step)
        after_step("begun")
        if move.switched_at is None:
            with switching.carried(switch):
                _carry(switch, patience_seconds=patience_seconds)
        switching.finish(switch)
    return Moved(
        code=code,
        from_cell=move.from_cell,
        to_cell=move.to_cell,
        rows=move.rows_copied or 0,
        read_only_ms=move.read_only_ms or 0,
    )


def give_up_move(*, code: str, clock: Clock) -> None:
    """Undo a move, swap or new generation that was interrupted before it switched.

    Raises:
        UnableToChangeBody: there is none, or it has switched.
    """
    with recording.alone_with(code):
        move = begun.unfinished(code)
        if move is None:
            words = ("nothing_to_give_up", "ไม่มีการย้ายที่ค้างอยู่", "no move is unfinished")
            raise UnableToChangeBody([refusal(*words)])
        switch = Switch(move=move, clock=clock, after_step=lambda _step: None)
        with switching.schemas_held(switch):
            switching.give_up(switch)


def _begun(*, code: str, cell: str, moved_by: str, reason: str, clock: Clock) -> Move:
    """Return the move that a killed command has begun, or begin one."""
    left = begun.unfinished(code)
    if left is not None:
        if (left.purpose, left.to_cell) != (Purpose.MOVE, cell):
            raise UnableToChangeBody([begun.unfinished_refusal(code)])
        return left
    with transaction.atomic():
        body = recording.locked_body(code)
        refusals = [*_refusals(body, cell), *recording.reason_refusals(reason)]
        if refusals:
            raise UnableToChangeBody(refusals)
        old, now = begun.live_place(body), clock()
        assert old is not None  # it was refused otherwise
        new = begun.take_new_place(body=body, generation=old.generation, cell=cell, now=now)
        return begun.begin(
            body=body, purpose=Purpose.MOVE, new=new, reason=reason, moved_by=moved_by, now=now
        )


def _refusals(body: Body, cell_name: str) -> list[Refusal]:
    refusals = []
    place = begun.live_place(body)
    if place is None:
        refusals.append(
            refusal("no_books", f"{body.code} ยังไม่มีสมุดบัญชี", f"{body.code} has no books yet")
        )
    cell = Cell.objects.filter(name=cell_name).first()
    if cell is None:
        words = ("no_such_cell", f"ไม่มีเซลล์ {cell_name}", f"there is no cell {cell_name}")
        return [*refusals, refusal(*words)]
    if place is not None and place.cell_id == cell_name:
        words = ("is_there", f"สมุดอยู่ที่ {cell_name} แล้ว", f"the books are in {cell_name} already")
        refusals.append(refusal(*words))
    if not cell.is_open:
        words = ("cell_is_closed", f"{cell_name} ไม่รับสมุดเพิ่ม", f"{cell_name} takes no more books")
        refusals.append(refusal(*words))
    if Place.objects.filter(cell=cell).count() >= cell.capacity:
        words = ("cell_is_full", f"{cell_name} เต็มแล้ว", f"{cell_name} is full")
        refusals.append(refusal(*words))
    return refusals


def _carry(switch: Switch, *, patience_seconds: float) -> None:
    """Copy, compare and switch; most of it while the body serves."""
    old, new = switch.old, switch.new
    with (
        owner_connection(old.cell_id, server_of(old.cell)) as source,
        owner_connection(new.cell_id, server_of(new.cell)) as target,
    ):
        make_schema(new, _release_to_copy(source, target, old))
        switch.after_step("made")
        tables = copying.same_tables(source, target, old, new)
        rows, cut = _copy_ahead(source, target, tables, old, new)
        switch.after_step("ahead")
        switching.close(switch, patience_seconds=patience_seconds)
        left = copying.parts_left(tables, old, new, cut)
        with copying.snapshot(source):
            with copying.loading(target, new, tables):
                rows += copying.copy(source, target, left)
            switch.after_step("copied")
            with copying.snapshot(target):
                copying.compare(source, target, left)
                copying.compare_counts(source, target, copying.whole_tables(tables, old, new))
        copying.same_tables(source, target, old, new)
    switch.after_step("compared")
    switching.switch_over(
        switch,
        before=f"{old.schema_name} in {old.cell_id}",
        after=f"{new.schema_name} in {new.cell_id}",
        rows_copied=rows,
    )


def _release_to_copy(
    source: copying.Connection, target: copying.Connection, old: Place
) -> kept.Release:
    """Return the release that the books are at, which the other cell has come through by now.

    A cell that the fleet's migration has not come to yet is brought along, as it would do first.

    Raises:
        SharedStepFailed: the other cell cannot be brought there.
    """
    release = kept.at_which(source, old.schema_name)
    if kept.named(target, release.name) is None:
        bring_shared(target, kept.all_of(source))
    return release


def _copy_ahead(
    source: copying.Connection,
    target: copying.Connection,
    tables: list[Table],
    old: Place,
    new: Place,
) -> tuple[int, copying.Cut]:
    """Copy and compare what is there already; return how many rows, and where they end."""
    with copying.snapshot(source):
        cut = copying.cut_of(source, old)
        ahead = copying.parts_ahead(tables, old, new, cut)
        with copying.loading(target, new, tables):
            copying.empty(target, new, tables)  # the DDL brings the record of migrations along
            rows = copying.copy(source, target, ahead)
        with copying.snapshot(target):
            copying.compare(source, target, ahead)
    copying.analyse(target, new, tables)
    return rows, cut
