"""Starting a body's books anew: the old books stay to be read, beside the new ones."""

from typing import Any

import psycopg
from django.db import transaction
from psycopg import sql

from accounting.errors import Refusal
from tenants.directory.models import Body, Place
from tenants.lifecycle import recording
from tenants.lifecycle.models import Succession
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import refusal
from tenants.moving import begun, switching
from tenants.moving.begun import AfterStep, Clock, Switch
from tenants.moving.models import Move, Purpose
from tenants.moving.switching import PATIENCE_SECONDS
from tenants.provisioning.placement import NoRoom
from tenants.provisioning.schemas import make_books, server_of
from tenants.provisioning.servers import owner_connection

_REPORTED = """
SELECT (SELECT event_no FROM {schema}.journal_head),
       (SELECT count(*) FROM {schema}.document WHERE state IN ('draft', 'checked')),
       (SELECT array_agg(year ORDER BY year) FROM {schema}.fiscal_year WHERE state = 'closed')
"""


def new_generation(
    *,
    code: str,
    reason: str,
    changed_by: str,
    clock: Clock,
    after_step: AfterStep = lambda _step: None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> int:
    """Give a body new, empty books; return their generation.

    The old ones can be read for good, as books of an earlier generation. The new chain begins at
    a hash of its own, its events and numbers at one. Killed, the same command goes on.

    Raises:
        UnableToChangeBody: at least one rule refuses.
        NoRoom: every open cell is full.
        WritersDoNotEnd: it was undone; the body serves as before.
    """
    with recording.alone_with(code):
        move = _begun(code=code, reason=reason, changed_by=changed_by, clock=clock)
        switch = Switch(move=move, clock=clock, after_step=after_step)
        after_step("begun")
        if move.switched_at is None:
            with switching.carried(switch):
                _begin_anew(switch, patience_seconds=patience_seconds)
        switching.finish(switch)
        return int(switch.new.generation)


def _begin_anew(switch: Switch, *, patience_seconds: float) -> None:
    old, new = switch.old, switch.new
    make_books(new, now=switch.clock())
    switch.after_step("made")
    switching.close(switch, patience_seconds=patience_seconds)
    if refusals := _books_refusals(old):  # somebody may have written while they were being made
        raise UnableToChangeBody(refusals)
    switching.switch_over(switch, before=old.generation, after=new.generation, rows_copied=None)


def _begun(*, code: str, reason: str, changed_by: str, clock: Clock) -> Move:
    """Return what a killed command has begun, or begin it."""
    left = begun.unfinished(code)
    if left is not None:
        if left.purpose != Purpose.GENERATION:
            raise UnableToChangeBody([begun.unfinished_refusal(code)])
        return left
    with transaction.atomic():
        body = recording.locked_body(code)
        refusals = [*_refusals(body), *recording.reason_refusals(reason)]
        if refusals:
            raise UnableToChangeBody(refusals)
        return _begin(body, reason=reason, changed_by=changed_by, clock=clock)


def _begin(body: Body, *, reason: str, changed_by: str, clock: Clock) -> Move:
    """Take a place in the body's own cell, or elsewhere when that is full."""
    old, now = begun.live_place(body), clock()
    assert old is not None  # it was refused otherwise
    wishes: dict[str, Any] = {"body": body, "generation": old.generation + 1, "now": now}
    try:
        new = begun.take_new_place(cell=old.cell_id, **wishes)
    except NoRoom:
        new = begun.take_new_place(cell=None, **wishes)
    return begun.begin(
        body=body,
        purpose=Purpose.GENERATION,
        new=new,
        reason=reason,
        moved_by=changed_by,
        now=now,
    )


def _refusals(body: Body) -> list[Refusal]:
    place = begun.live_place(body)
    if place is None:
        return [refusal("no_books", f"{body.code} ยังไม่มีสมุดบัญชี", f"{body.code} has no books yet")]
    refusals = _books_refusals(place)
    if body.state == "archived" or Succession.objects.filter(body=body).exists():
        refusals.append(
            refusal(
                "body_is_archived",
                "สมุดของหน่วยงานนี้เก็บถาวรแล้ว เปิดรุ่นใหม่ไม่ได้",
                "the body is archived: it gets no new books",
            )
        )
    return refusals


def _books_refusals(place: Place) -> list[Refusal]:
    """Return why these books must not be left behind."""
    with owner_connection(place.cell_id, server_of(place.cell)) as cell:
        event_no, waiting, closed_years = _facts(cell, place)
    refusals = []
    if event_no == 0:
        refusals.append(
            refusal(
                "books_are_empty",
                "สมุดปัจจุบันยังไม่มีรายการ ไม่ต้องเริ่มใหม่",
                "nothing was posted into the books: there is nothing to start anew",
            )
        )
    if waiting:
        refusals.append(
            refusal(
                "documents_are_waiting",
                f"มีเอกสารที่ยังไม่ผ่านรายการ {waiting} ฉบับ ผ่านรายการหรือยกเลิกก่อน",
                f"{waiting} documents are not posted: post or cancel them first",
            )
        )
    if closed_years:
        years = ", ".join(map(str, closed_years))
        refusals.append(
            refusal(
                "year_is_closed",
                f"ปิดปีงบประมาณ {years} แล้ว สมุดที่รายงานแล้วเริ่มใหม่ไม่ได้",
                f"fiscal year {years} is closed: books that were reported are not started anew",
            )
        )
    return refusals


def _facts(cell: psycopg.Connection[Any], place: Place) -> tuple[int, int, list[int] | None]:
    query = sql.SQL(_REPORTED).format(schema=sql.Identifier(place.schema_name))
    found = cell.execute(query).fetchone()
    assert found is not None  # three scalars
    return found[0], found[1], found[2]
