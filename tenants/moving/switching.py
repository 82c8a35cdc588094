"""Putting one place of a body's books where another was: begun, closed, switched, finished.

A move brings a copy of the books (``operations``), a new generation empty ones
(``lifecycle.generations``), a swap books that are there already, restored or kept (``swapping``).
What is common to them is here.

Killed at any moment, it can be run again: until the directory switches, everything is undone and
done anew; afterwards only what is left over is taken away. Nobody ever sees a place that is not
whole, because only the switch, one transaction of the control plane, makes it the live one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from psycopg import sql

from tenants.directory.models import Body, Place, PlaceUse
from tenants.lifecycle import recording, states
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import StateChange, lets, refusal
from tenants.moving import fence, outbox
from tenants.moving.begun import Switch, unfinished, unfinished_refusal
from tenants.moving.models import Move, Purpose
from tenants.provisioning import roles
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection
from tenants.releases import kept
from tenants.releases.schema_lock import holding
from tenants.releases.states import join_the_way

PATIENCE_SECONDS = 5.0  # for transactions that were writing when the place was closed


@contextmanager
def carried(switch: Switch) -> Iterator[None]:
    """Hold the schemas for the length of a change; undo the change when it fails.

    Nothing is undone of one that has switched, and nothing of one that is killed.
    """
    with schemas_held(switch):
        try:
            start_clean(switch)
            yield
        except BaseException:
            switch.move.refresh_from_db()
            if switch.move.switched_at is None:
                give_up(switch)
            raise


@contextmanager
def schemas_held(switch: Switch) -> Iterator[None]:
    """Let no release's step into the books meanwhile. A place being made is in no step's way."""
    with holding(switch.old, *([switch.new] if switch.is_swap else [])) as switch.held:
        yield
    switch.held = None


def start_clean(switch: Switch) -> None:
    """Undo what a killed attempt left: let writers in again, take the unfinished schema away."""
    old, new = switch.old, switch.new
    _reopen(switch, old)
    if switch.is_swap:
        if new.use == PlaceUse.KEPT:
            _close_in_cell(new, patience_seconds=PATIENCE_SECONDS)
        return
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
    _close_in_cell(old, patience_seconds=patience_seconds)
    switch.after_step("fenced")


def _close_in_cell(place: Place, *, patience_seconds: float) -> None:
    with owner_connection(place.cell_id, server_of(place.cell)) as cell:
        fence.close_to_writers(cell, place, patience_seconds=patience_seconds)


def switch_over(switch: Switch, *, before: object, after: object, rows_copied: int | None) -> None:
    """Make the new place the live one; from here on there is only forward."""
    move, way, old, new = switch.move, switch.way, switch.old, switch.new
    release = _release_of(new)
    assert switch.held is not None  # whoever switches is inside ``carried``
    switch.held.check()
    with transaction.atomic():
        body = recording.locked_body(move.body.code)
        left = Place.objects.filter(pk=old.pk, use=PlaceUse.LIVE).update(use=way.left_as)
        coming = Place.objects.filter(pk=new.pk, use__in=way.comes_from)
        put = coming.update(use=PlaceUse.LIVE)
        assert (left, put) == (1, 1)  # nobody else changes the places of a body we are alone with
        if not way.opens_with_outbox:
            _restore_state(move, body)
        recording.record(
            body,
            what=way.what,
            before=before,
            after=after,
            reason=move.reason,
            changed_by=move.moved_by,
            now=switch.clock(),
        )
        # A copy that was parked fails as its original did; other books have a way of their own.
        like = old.pk if move.purpose == Purpose.MOVE else new.pk
        join_the_way(new.pk, at=release, like=like, now=switch.clock())
        move.switched_at = switch.clock()
        move.rows_copied = rows_copied
        move.read_only_ms = round((time.monotonic() - switch.closed_since) * 1000)
        move.save()
    switch.after_step("switched")


def _release_of(place: Place) -> str:
    with owner_connection(place.cell_id, server_of(place.cell)) as cell:
        return kept.truth(cell, [place.schema_name]).get(place.schema_name, "")


def finish(switch: Switch) -> int:
    """Do what is left: each cell's outbox tells the entries of the live books, and no others.

    The old place's tables stay until they are released. Return how many events of the live books'
    cell the centre must forget.
    """
    move, old, new = switch.move, switch.old, switch.new
    taken_back = outbox.tell_again(new) if switch.way.opens_with_outbox else 0
    is_elsewhere = old.cell_id != new.cell_id
    if is_elsewhere and move.purpose != Purpose.GENERATION:  # earlier books keep their events
        _take_events(old)
    with transaction.atomic():
        if switch.way.opens_with_outbox:
            body = recording.locked_body(move.body.code)
            _restore_state(move, body)
            recording.forget(body)
        Move.objects.filter(pk=move.pk).update(finished_at=switch.clock())
    switch.after_step("finished")
    return taken_back


def give_up(switch: Switch) -> None:
    """Undo a change that has not switched, as if it had never been begun.

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
        if not switch.is_swap:
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
            with holding(place):
                _drop(place)  # before its row: a slot is given away only when nothing is in it
            released.append(str(place))
            place.delete()
    return released
