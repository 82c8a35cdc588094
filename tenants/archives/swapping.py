"""Putting restored books in the place of the live ones. The live ones are kept; nothing is deleted.

In order, each step once or again without harm, so that a run that was killed is run again:

1. The body is read_only: whoever asks the directory from now on writes nothing.
2. The live books take no more writes from anybody: whoever asked before is refused by the database.
   Those that come to live take them (again).
3. One transaction of the control plane: live becomes kept, beside becomes live, the epoch grows.
4. The cell's outbox tells the entries of the books that are live now, and no others.
5. The body is open again, if it was.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from psycopg import sql

from tenants.archives.outbox import tell_outbox_again
from tenants.directory.models import Body, BodyState, Place, PlaceUse
from tenants.directory.records import slot_role
from tenants.provisioning.schemas import grants, server_of
from tenants.provisioning.servers import owner_connection

# What the body says meanwhile: by it a run that was killed is known, and how far it came.
BEGUN_TH = "กำลังสลับสมุดบัญชีเป็นชุดที่กู้คืน"
SWITCHED_TH = "สลับสมุดบัญชีเป็นชุดที่กู้คืนแล้ว กำลังแจ้งส่วนกลาง"

_WRITES_END = """
SELECT 1 FROM {schema}.journal_head FOR UPDATE;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA {schema} FROM {role}
"""


class NothingBeside(Exception):
    """The body has no books beside its live ones, or not those that were named."""


class CannotSwap(Exception):
    """The body is in a state that somebody else set for a reason of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """Which books are live now and which are kept; how many events the centre must forget."""

    code: str
    live_schema: str
    kept_schema: str
    epoch: int
    events_taken_back: int


def swap(code: str, *, schema_name: str | None = None) -> Swapped:
    """Make the books beside a body's live ones the live ones; killed anywhere, run it again.

    Args:
        code: the body.
        schema_name: which books, when there are several beside, or kept ones to go back to; else
            the last that were brought in.

    Raises:
        NothingBeside: there are no such books.
        CannotSwap: the body is neither open, read_only nor in maintenance.
    """
    if not Body.objects.filter(code=code, state_message_th=SWITCHED_TH).exists():
        try:
            live, beside = _announce(code, schema_name)
        except NothingBeside:
            # Perhaps a run was killed after the switch, of a body that was not open.
            tell_outbox_again(Place.objects.get(body__code=code, use=PlaceUse.LIVE))
            raise
        _end_writes(live)
        _allow_writes(beside)
        _switch(code, live, beside)
    body = Body.objects.get(code=code)
    place = body.places.get(use=PlaceUse.LIVE)
    taken_back = tell_outbox_again(place)
    kept = body.places.filter(use=PlaceUse.KEPT).order_by("-taken_at").first()
    _finish(code)
    return Swapped(
        code=code,
        live_schema=place.schema_name,
        kept_schema=kept.schema_name if kept else "",
        epoch=Body.objects.get(code=code).epoch,
        events_taken_back=taken_back,
    )


def place_beside(code: str, schema_name: str | None = None) -> Place:
    """Return the books beside the live ones that are meant, or kept ones by their name.

    Raises:
        NothingBeside: there are none.
    """
    places = Place.objects.filter(body__code=code).order_by("-taken_at")
    if schema_name is None:
        places = places.filter(use=PlaceUse.BESIDE)
    else:
        places = places.filter(schema_name=schema_name, use__in=[PlaceUse.BESIDE, PlaceUse.KEPT])
    place: Place | None = places.first()
    if place is None:
        raise NothingBeside(f"{code} has no books {schema_name or ''} beside its live ones")
    return place


def _announce(code: str, schema_name: str | None) -> tuple[Place, Place]:
    """Step 1: let nobody write who asks from now on; return the live place and the one beside."""
    with transaction.atomic():
        body = Body.objects.select_for_update().get(code=code)
        live, beside = body.places.get(use=PlaceUse.LIVE), place_beside(code, schema_name)
        if body.state == BodyState.OPEN:
            Body.objects.filter(pk=body.pk).update(
                state=BodyState.READ_ONLY, state_message_th=BEGUN_TH, epoch=F("epoch") + 1
            )
        elif body.state not in {BodyState.READ_ONLY, BodyState.MAINTENANCE}:
            raise CannotSwap(f"{code} is {body.state}")
    return live, beside


def _end_writes(live: Place) -> None:
    """Step 2: wait for a posting under way, and let none of those come that asked before step 1."""
    statement = sql.SQL(_WRITES_END).format(
        schema=sql.Identifier(live.schema_name), role=sql.Identifier(slot_role(live.slot))
    )
    with owner_connection(live.cell.name, server_of(live.cell)) as cell, cell.transaction():
        cell.execute(statement.as_string())


def _allow_writes(beside: Place) -> None:
    """Step 2, the other half: kept books lost their rights when they were swapped away."""
    with owner_connection(beside.cell.name, server_of(beside.cell)) as cell:
        cell.execute(grants(beside, cell))


def _switch(code: str, live: Place, beside: Place) -> None:
    """Step 3: one transaction changes what the two places are used for."""
    with transaction.atomic():
        body = Body.objects.select_for_update().get(code=code)
        Place.objects.filter(pk=live.pk, use=PlaceUse.LIVE).update(use=PlaceUse.KEPT)
        Place.objects.filter(pk=beside.pk).update(use=PlaceUse.LIVE)
        words = SWITCHED_TH if body.state_message_th == BEGUN_TH else body.state_message_th
        Body.objects.filter(pk=body.pk).update(state_message_th=words, epoch=F("epoch") + 1)


def _finish(code: str) -> None:
    """Step 5: open the body again if step 1 closed it."""
    Body.objects.filter(code=code, state_message_th=SWITCHED_TH).update(
        state=BodyState.OPEN, state_message_th="", epoch=F("epoch") + 1
    )
