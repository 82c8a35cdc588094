"""Putting restored books in the place of the live ones, which are kept: nothing is deleted."""

from dataclasses import dataclass

from django.db import transaction

from accounting.errors import Refusal
from tenants.directory.models import Body, BodyState, Place, PlaceUse
from tenants.lifecycle import recording, states
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import refusal
from tenants.moving import begun, fence, switching
from tenants.moving.begun import AfterStep, Clock, Switch
from tenants.moving.models import Move, Purpose
from tenants.moving.switching import PATIENCE_SECONDS
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection

# Other states were set by somebody for a reason that other books may not undo.
_MAY_BE = (BodyState.OPEN, BodyState.READ_ONLY, BodyState.MAINTENANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """Which books are live now and which are kept; how many events the centre must forget."""

    code: str
    live_schema: str
    kept_schema: str
    epoch: int
    events_taken_back: int


def swap_books(
    *,
    code: str,
    schema_name: str | None,
    swapped_by: str,
    reason: str,
    clock: Clock,
    after_step: AfterStep = lambda _step: None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Swapped:
    """Make the books beside a body's live ones the live ones; killed, the same command goes on.

    Args:
        code: the body.
        schema_name: which books, when there are several beside, or kept ones to go back to; else
            the last that were brought in.
        swapped_by: who, for the history.
        reason: why.
        clock: the time of now.
        after_step: called with ``begun closed fenced allowed switched finished``.
        patience_seconds: how long transactions that are writing are waited for.

    Raises:
        UnableToChangeBody: at least one rule refuses.
        WritersDoNotEnd: it was undone; the body serves as before.
    """
    with recording.alone_with(code):
        move = _begun(
            code=code, schema_name=schema_name, reason=reason, swapped_by=swapped_by, clock=clock
        )
        switch = Switch(move=move, clock=clock, after_step=after_step)
        after_step("begun")
        if move.switched_at is None:
            with switching.carried(switch):
                _exchange(switch, patience_seconds=patience_seconds)
        taken_back = switching.finish(switch)
    return Swapped(
        code=code,
        live_schema=move.to_schema,
        kept_schema=move.from_schema,
        epoch=Body.objects.get(code=code).epoch,
        events_taken_back=taken_back,
    )


def _exchange(switch: Switch, *, patience_seconds: float) -> None:
    old, new = switch.old, switch.new
    switching.close(switch, patience_seconds=patience_seconds)
    with owner_connection(new.cell_id, server_of(new.cell)) as cell:
        fence.open_to_writers(cell, new)  # kept books had lost that right
    switch.after_step("allowed")
    switching.switch_over(switch, before=str(old), after=str(new), rows_copied=None)


def _begun(
    *, code: str, schema_name: str | None, reason: str, swapped_by: str, clock: Clock
) -> Move:
    """Return the swap that a killed command has begun, or begin one."""
    left = begun.unfinished(code)
    if left is not None:
        if left.purpose != Purpose.SWAP or schema_name not in {None, left.to_schema}:
            raise UnableToChangeBody([begun.unfinished_refusal(code)])
        return left
    with transaction.atomic():
        body, now = recording.locked_body(code), clock()
        new = _books_meant(body, schema_name)
        refusals = [*recording.reason_refusals(reason)]
        if new is None:
            refusals.append(_nothing_beside(code, schema_name))
        if (state := states.state_of(body, now=now)) not in _MAY_BE:
            refusals.append(_not_in(state))
        if new is None or refusals:
            raise UnableToChangeBody(refusals)
        return begun.begin(
            body=body, purpose=Purpose.SWAP, new=new, reason=reason, moved_by=swapped_by, now=now
        )


def _books_meant(body: Body, schema_name: str | None) -> Place | None:
    """Return the last books beside the live ones, or those of that name, beside or kept."""
    places = body.places.order_by("-taken_at")
    if schema_name is None:
        places = places.filter(use=PlaceUse.BESIDE)
    else:
        places = places.filter(schema_name=schema_name, use__in=[PlaceUse.BESIDE, PlaceUse.KEPT])
    found: Place | None = places.first()
    return found


def _nothing_beside(code: str, schema_name: str | None) -> Refusal:
    name = f" {schema_name}" if schema_name else ""
    return refusal(
        "nothing_beside",
        f"{code} ไม่มีสมุด{name} เทียบกับสมุดที่ใช้งาน",
        f"{code} has no books{name} beside its live ones",
    )


def _not_in(state: str) -> Refusal:
    return refusal(
        "state_forbids_swap",
        f"หน่วยงานอยู่ในสถานะ {state} สลับสมุดไม่ได้",
        f"the body is {state}: its books are not swapped",
    )
