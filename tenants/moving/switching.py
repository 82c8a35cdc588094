"""Putting one place of a body's books where another was: begun, closed, switched, finished.

Killed at any moment, it can be run again: until the directory switches, everything is undone and
done anew; afterwards only what is left over is taken away. Nobody ever sees a place that is not
whole, because only the switch, one transaction of the control plane, makes it the live one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from psycopg import sql

from accounting.errors import Refusal
from tenants.directory.models import Body, Place, PlaceUse
from tenants.lifecycle import recording, states
from tenants.lifecycle.models import What
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import StateChange, lets, refusal
from tenants.moving import fence, outbox
from tenants.moving.models import Move, Purpose
from tenants.provisioning import roles
from tenants.provisioning.placement import take_place
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection

Clock = Callable[[], datetime]
AfterStep = Callable[[str], None]
PATIENCE_SECONDS = 5.0  # for transactions that were writing when the place was closed


@dataclass(slots=True, kw_only=True)
class Switch:
    """A change of place under way, and how it is told of.

    Attributes:
        clock: the time of now.
        after_step: called with the name of each step that is done.
        closed_since: by the monotonic clock, when writing was refused.
    """

    move: Move
    clock: Clock
    after_step: AfterStep
    closed_since: float = 0.0

    @property
    def body(self) -> Body:
        """Whose books they are."""
        return self.move.body

    @property
    def old(self) -> Place:
        """The place that the books have, or had."""
        return Place.objects.select_related("cell", "body").get(
            cell_id=self.move.from_cell, schema_name=self.move.from_schema
        )

    @property
    def new(self) -> Place:
        """The place that they get."""
        return Place.objects.select_related("cell", "body").get(
            cell_id=self.move.to_cell, schema_name=self.move.to_schema
        )


def unfinished(code: str) -> Move | None:
    """Return the move that a command left behind when it was killed."""
    moves = Move.objects.select_related("body")
    return moves.filter(body__code=code, finished_at=None).first()


def live_place(body: Body) -> Place | None:
    """Return where the body's books are; None while it has none."""
    if body.state in {"registered", "provisioning"}:
        return None
    places = Place.objects.select_related("cell", "body")
    return places.filter(body=body, use=PlaceUse.LIVE).first()


def begin(
    *,
    body: Body,
    purpose: Purpose,
    cell: str | None,
    reason: str,
    moved_by: str,
    now: datetime,
) -> Move:
    """Take the new place and note the move; in the caller's transaction.

    Raises:
        NoRoom: the cell, or every open cell, is full.
    """
    old = live_place(body)
    assert old is not None  # the caller has refused otherwise
    place = take_place(
        body=body,
        schema_name=_free_name(body),
        use=PlaceUse.MAKING,
        generation=old.generation + (purpose == Purpose.GENERATION),
        now=now,
        cell_name=cell,
    )
    return Move.objects.create(
        body=body,
        purpose=purpose,
        reason=reason,
        from_cell=old.cell_id,
        from_schema=old.schema_name,
        to_cell=place.cell_id,
        to_schema=place.schema_name,
        begun_at=now,
        moved_by=moved_by[:80],
    )


def _free_name(body: Body) -> str:
    """Return a schema's name that no place has, in any cell."""
    taken = set(
        Place.objects.filter(schema_name__startswith=body.schema_name).values_list(
            "schema_name", flat=True
        )
    )
    numbers = iter(range(2, 1_000_000))
    name = str(body.schema_name)
    while name in taken:
        name = f"{body.schema_name}_p{next(numbers)}"
    return name


def start_clean(switch: Switch) -> None:
    """Undo what a killed attempt left: let writers in again, take the unfinished schema away."""
    old, new = switch.old, switch.new
    _reopen(switch, old)
    with owner_connection("postgres", server_of(new.cell)) as server:
        roles.ensure_slot_roles(server, new.slot)
    _drop(new)
    if switch.move.purpose == Purpose.MOVE:
        _take_events(new)


def _reopen(switch: Switch, old: Place) -> None:
    move = switch.move
    if move.closed_at is None:
        return
    with owner_connection(old.cell_id, server_of(old.cell)) as cell:
        fence.open_to_writers(cell, old)
    with transaction.atomic():
        body = recording.locked_body(move.body.code)
        _restore_state(move, body)
        recording.forget(body)
        move.closed_at = None
        move.save(update_fields=["closed_at"])


def close(switch: Switch, *, patience_seconds: float) -> None:
    """Let nobody write: first by the directory, then by the cell, which has the last word.

    Reading goes on. What was being written is either committed when this returns, or is refused.

    Raises:
        WritersDoNotEnd: a transaction goes on for too long.
    """
    move, old, now = switch.move, switch.old, switch.clock()
    switch.closed_since = time.monotonic()
    with transaction.atomic():
        body = recording.locked_body(move.body.code)
        move.state_before, move.until_before = body.state, body.state_until
        move.message_th_before = body.state_message_th
        move.message_en_before = body.state_message_en
        move.closed_at = now
        move.save()
        before = states.state_of(body, now=now)
        during = StateChange(state="moving")
        if not lets(before).read:  # whoever is kept out of everything stays out, without an end
            during = StateChange(
                state=before,
                message_th=body.state_message_th,
                message_en=body.state_message_en,
            )
        states.set_state(body, during)
        recording.forget(body)
    switch.after_step("closed")
    with owner_connection(old.cell_id, server_of(old.cell)) as cell:
        fence.close_to_writers(cell, old, patience_seconds=patience_seconds)
    switch.after_step("fenced")


def switch_over(switch: Switch, *, before: object, after: object, rows_copied: int | None) -> None:
    """Make the new place the live one; from here on there is only forward."""
    move, old, new = switch.move, switch.old, switch.new
    is_move = move.purpose == Purpose.MOVE
    with transaction.atomic():
        body = recording.locked_body(move.body.code)
        left_as = PlaceUse.KEPT if is_move else PlaceUse.EARLIER
        left = Place.objects.filter(pk=old.pk, use=PlaceUse.LIVE).update(use=left_as)
        put = Place.objects.filter(pk=new.pk, use=PlaceUse.MAKING).update(use=PlaceUse.LIVE)
        assert (left, put) == (1, 1)  # nobody else changes the places of a body we are alone with
        _restore_state(move, body)
        recording.record(
            body,
            what=What.PLACE if is_move else What.GENERATION,
            before=before,
            after=after,
            reason=move.reason,
            changed_by=move.moved_by,
            now=switch.clock(),
        )
        move.switched_at = switch.clock()
        move.rows_copied = rows_copied
        move.read_only_ms = round((time.monotonic() - switch.closed_since) * 1000)
        move.save()
    switch.after_step("switched")


def finish(switch: Switch) -> None:
    """Take away what the old place must not hold any longer; its tables stay until released."""
    move = switch.move
    if move.purpose == Purpose.MOVE:
        _take_events(switch.old)
    Move.objects.filter(pk=move.pk).update(finished_at=switch.clock())
    switch.after_step("finished")


def give_up(switch: Switch) -> None:
    """Undo a move that has not switched, as if it had never been begun.

    Raises:
        UnableToChangeBody: it has switched; run it again to finish it.
    """
    switch.move.refresh_from_db()
    if switch.move.switched_at is not None:
        raise UnableToChangeBody(
            [
                refusal(
                    "move_has_switched",
                    "ย้ายแล้ว เหลือเพียงเก็บงานให้เสร็จ ให้สั่งคำสั่งเดิมอีกครั้ง",
                    "the books have moved already: run the command again to finish",
                )
            ]
        )
    start_clean(switch)
    with transaction.atomic():
        switch.new.delete()
        switch.move.delete()


def _restore_state(move: Move, body: Body) -> None:
    before = StateChange(
        state=move.state_before,
        message_th=move.message_th_before,
        message_en=move.message_en_before,
        until=move.until_before,
    )
    states.set_state(body, before)


def _drop(place: Place) -> None:
    with owner_connection(place.cell_id, server_of(place.cell)) as cell:
        drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE")
        cell.execute(drop.format(sql.Identifier(place.schema_name)))


def _take_events(place: Place) -> None:
    assert place.body is not None
    with owner_connection(place.cell_id, server_of(place.cell)) as cell:
        outbox.take_away(cell, code=place.body.code, generation=place.generation)


def release(*, code: str) -> list[str]:
    """Take away the copies that moves and swaps left behind; return ``schema in cell`` of each.

    Raises:
        UnableToChangeBody: there is no such body, or a move of it is not finished.
    """
    with recording.alone_with(code):
        body = Body.objects.filter(code=code).first()
        if body is None:
            raise UnableToChangeBody([recording.unknown(code)])
        if unfinished(code) is not None:
            raise UnableToChangeBody([unfinished_refusal(code)])
        released = []
        for place in body.places.select_related("cell").filter(use=PlaceUse.KEPT):
            _drop(place)  # before its row: a slot is given away only when nothing is in it
            released.append(str(place))
            place.delete()
    return released


def unfinished_refusal(code: str) -> Refusal:
    """Return the reason that another command was interrupted."""
    return refusal(
        "move_is_unfinished",
        f"การย้ายหรือเปิดสมุดรุ่นใหม่ของ {code} ยังไม่เสร็จ ให้สั่งคำสั่งเดิมอีกครั้ง หรือยกเลิกด้วย --give-up",
        f"a move or a new generation of {code} is not finished: run it again, or --give-up",
    )
