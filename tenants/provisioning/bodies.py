"""Giving a body its books: a place in a cell, then its schema in one message, then the directory.

Killed at any moment, it can be run again. A place is taken in the directory first (state
``provisioning``, which lets nobody in); the schema comes into being whole, with its identity row,
or not at all; only then does the directory open the body.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import psycopg
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from psycopg import sql

from accounting import books_seed
from accounting.fiscal_year import fiscal_year_of
from tenants.directory.models import Body, BodyState, Cell
from tenants.directory.records import slot_role
from tenants.provisioning.servers import owner_connection
from tenants.provisioning.template import SHARED_SCHEMA, recorded_ddl

_GRANTS = (SHARED_SCHEMA / "grants.sql").read_text(encoding="utf-8")


class NoRoom(Exception):
    """Every open cell is full; make another one."""


class NoSuchBody(Exception):
    """The register has no body of that code."""


def codes_of_province(province_code: str) -> list[str]:
    """Return the codes of a province's local bodies, training bodies left out."""
    bodies = Body.objects.filter(province_id=province_code, parent=None, is_training=False)
    return list(bodies.order_by("code").values_list("code", flat=True))


def provision(
    *,
    codes: Iterable[str],
    now: datetime,
    after_each: Callable[[str], None] = lambda _code: None,
    cell: str | None = None,
) -> list[str]:
    """Give books to each body that has none; return the codes of those that got them now.

    Args:
        codes: bodies of the register; those with books are passed over.
        now: decides the fiscal years opened: the current one and the one before.
        after_each: called with each code when it is done, also for those passed over.
        cell: place them there; else each goes where most room is.

    Raises:
        NoSuchBody: a code is not in the register; nothing was done for any.
        NoRoom: every open cell is full; what was done so far stays.
    """
    codes = list(codes)
    waiting = _bodies_without_books(codes)
    made = []
    for code in codes:
        if code in waiting:
            body = _take_place(code, cell)
            _make_schema(body, now)
            Body.objects.filter(code=code).update(state=BodyState.OPEN, provisioned_at=now)
            made.append(code)
        after_each(code)
    return made


def _bodies_without_books(codes: list[str]) -> set[str]:
    states = dict(Body.objects.filter(code__in=codes).values_list("code", "state"))
    if unknown := sorted(set(codes) - set(states)):
        raise NoSuchBody(", ".join(unknown))
    return {
        code
        for code, state in states.items()
        if state in {BodyState.REGISTERED, BodyState.PROVISIONING}
    }


def _take_place(code: str, cell_name: str | None) -> Body:
    """Reserve a place for the body, or find the one that an interrupted run reserved."""
    with transaction.atomic():
        body: Body = Body.objects.select_for_update().get(code=code)
        if body.cell_id is None:
            cell = _cell_with_most_room(cell_name)
            highest = Body.objects.filter(cell=cell).aggregate(slot=Max("slot"))["slot"] or 0
            body.cell, body.slot, body.state = cell, highest + 1, BodyState.PROVISIONING
            body.save(update_fields=["cell", "slot", "state"])
    return body


def _cell_with_most_room(cell_name: str | None) -> Cell:
    cells = Cell.objects.filter(is_open=True, **({"name": cell_name} if cell_name else {}))
    held = dict(
        Body.objects.filter(slot__isnull=False).values_list("cell").annotate(held=Count("id"))
    )
    # Locked in order of name, so that two operators never wait for each other.
    with_room = [
        cell
        for cell in cells.order_by("name").select_for_update()
        if held.get(cell.name, 0) < cell.capacity
    ]
    if not with_room:
        raise NoRoom
    return min(with_room, key=lambda cell: (held.get(cell.name, 0), cell.name))


def _make_schema(body: Body, now: datetime) -> None:
    """Replay the recorded DDL as one message; a schema that is there already is the body's."""
    assert body.cell is not None
    assert body.slot is not None
    server = {"host": body.cell.host} if body.cell.host else {}
    with owner_connection(body.cell.name, server) as cell:
        if _is_there(cell, body):
            return
        schema = sql.Identifier(body.schema_name)
        opening = sql.SQL("BEGIN; CREATE SCHEMA {}; SET LOCAL search_path = {}, shared;").format(
            schema, schema
        )
        grants = sql.SQL(_GRANTS).format(schema=schema, role=sql.Identifier(slot_role(body.slot)))
        year = fiscal_year_of(timezone.localdate(now))
        rows = books_seed.first_rows(
            body_code=body.code,
            body_id=body.id,
            generation=1,
            fiscal_years=(year - 1, year),
            opened_at=now,
        )
        message = [opening.as_string(), recorded_ddl(cell), rows, ";", grants.as_string(), "COMMIT"]
        cell.execute("\n".join(message))


def _is_there(cell: psycopg.Connection[tuple[object, ...]], body: Body) -> bool:
    query = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    if cell.execute(query, [body.schema_name]).fetchone() is None:
        return False
    identity = sql.SQL("SELECT body_code FROM {}.body_identity").format(
        sql.Identifier(body.schema_name)
    )
    found = cell.execute(identity).fetchone()
    assert found == (body.code,)  # schemas are made whole, in one transaction
    return True


def first_codes(count: int) -> list[str]:
    """Return the first codes of the register; for benches that need many bodies."""
    bodies = Body.objects.filter(parent=None, is_training=False)
    return list(bodies.order_by("code").values_list("code", flat=True)[:count])
