"""Giving bodies their books, many at a time: a few statements for a batch, not for a body.

Note [Three steps, each whole]
1. Taken, in the directory: each body of the batch gets its live place, and the state
   ``provisioning``, which lets nobody in. Spare places come first; others are new slots.
2. Made, in the cell, in one transaction: the spare schema of the slot takes the body's name, or the
   schema is made from the recorded DDL; then the first rows, identity included.
3. Opened, in the directory.
Killed between two of them, the next run finds bodies in ``provisioning`` and goes on: step 2 looks
which schemas are there. The name of a slot's spare follows from the slot, so nothing else need be
remembered.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql

from accounting import books_seed
from accounting.fiscal_year import fiscal_year_of
from tenants.directory.models import Cell
from tenants.provisioning.cells import spare_name
from tenants.provisioning.placement import free_slots
from tenants.provisioning.schemas import bare_schema, server_of
from tenants.provisioning.servers import owner_connection
from tenants.releases import kept

# Measured: renames and first rows take 0.8 ms a body in batches of 25, 100 or 400, and 1.5 ms one
# by one. What is made from DDL takes 25 ms, and is shown to the operator sooner.
RENAMED_TOGETHER = 200
MADE_TOGETHER = 20
_BOOKS_LOCK = 0x424F4F4B  # "BOOK": one run at a time makes books in a cell


class BooksOfAnother(Exception):
    """The schema that a body's books would have is another body's: a bug, nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A body's live place, without books yet as far as the directory knows."""

    code: str
    body_id: UUID
    schema_name: str
    slot: int
    generation: int


_CLAIM_BODIES = """
UPDATE body SET state = 'provisioning'
 WHERE code = ANY(%(codes)s) AND state = 'registered'
   AND NOT EXISTS (SELECT 1 FROM place WHERE place.body_id = body.id AND place.use = 'live')
RETURNING id, code, schema_name
"""
_CLAIM_SPARES = """
SELECT slot FROM place WHERE cell_id = %(cell)s AND use = 'spare'
 ORDER BY slot LIMIT %(count)s FOR UPDATE SKIP LOCKED
"""
_GIVE_SPARES = """
UPDATE place SET use = 'live', body_id = given.body_id, schema_name = given.schema_name,
                 taken_at = %(now)s
  FROM unnest(%(slots)s::int[], %(bodies)s::uuid[], %(schemas)s::text[])
       AS given (slot, body_id, schema_name)
 WHERE place.cell_id = %(cell)s AND place.slot = given.slot
"""
_TAKE_NEW = """
INSERT INTO place (id, cell_id, slot, schema_name, use, body_id, generation, taken_at)
SELECT gen_random_uuid(), %(cell)s, given.slot, given.schema_name, 'live', given.body_id, 1, %(now)s
  FROM unnest(%(slots)s::int[], %(bodies)s::uuid[], %(schemas)s::text[])
       AS given (slot, body_id, schema_name)
"""
_UNFINISHED = """
SELECT body.code, body.id, place.schema_name, place.slot, place.generation
  FROM body JOIN place ON place.body_id = body.id AND place.use = 'live'
 WHERE body.code = ANY(%(codes)s) AND body.state = 'provisioning' AND place.cell_id = %(cell)s
 ORDER BY place.slot
"""
_OPEN = """
UPDATE body SET state = 'open', provisioned_at = %(now)s
 WHERE id = ANY(%(bodies)s) AND state = 'provisioning'
"""


def give_books(
    *,
    cell: Cell,
    codes: Sequence[str],
    now: datetime,
    after_batch: Callable[[list[str]], None] = lambda _codes: None,
) -> list[str]:
    """Give books in this cell to those of the bodies that have none; return their codes.

    Bodies that a killed run left without books are finished first, where it placed them.

    Args:
        cell: where.
        codes: bodies without a live place, or with one in this cell.
        now: decides the fiscal years opened: the current one and the one before.
        after_batch: called with the codes of each batch when they can be entered.

    Raises:
        NoRoom: the cell is full; what was done so far stays.
    """
    made: list[str] = []
    with owner_connection(cell.name, server_of(cell)) as connection:
        for taken in _batches(cell, list(codes), now):
            _make(connection, taken, now)
            _open(taken, now)
            made += [one.code for one in taken]
            after_batch([one.code for one in taken])
    return made


def _batches(cell: Cell, codes: list[str], now: datetime) -> Iterator[list[Taken]]:
    """Yield places taken: those that a killed run took, then as many as go in one transaction."""
    unfinished = _ask(_UNFINISHED, {"codes": codes, "cell": cell.name})
    for first in range(0, len(unfinished), MADE_TOGETHER):
        yield [_taken(*row) for row in unfinished[first : first + MADE_TOGETHER]]
    rest = sorted(set(codes) - {row[0] for row in unfinished}, key=codes.index)
    while rest:
        spares = _ask(
            "SELECT count(*) FROM place WHERE cell_id = %(cell)s AND use = 'spare'",
            {"cell": cell.name},
        )
        size = min(spares[0][0], RENAMED_TOGETHER) or MADE_TOGETHER
        batch, rest = rest[:size], rest[size:]
        if taken := _take(cell, batch, now):
            yield taken


def _take(cell: Cell, codes: list[str], now: datetime) -> list[Taken]:
    """Give each body a live place in the cell: a spare one, else a new one; whole or not at all."""
    facts: dict[str, Any] = {"cell": cell.name, "codes": codes, "now": now}
    with transaction.atomic():
        claimed = _ask(_CLAIM_BODIES, facts)
        # In the order asked for, so that a place tells when its body came.
        bodies = sorted(claimed, key=lambda row: codes.index(row[1]))
        spares = [slot for (slot,) in _ask(_CLAIM_SPARES, {**facts, "count": len(bodies)})]
        slots = list(spares)
        if len(slots) < len(bodies):
            slots += free_slots(cell.name, len(bodies) - len(slots))
        for statement, part in (
            (_GIVE_SPARES, slice(0, len(spares))),
            (_TAKE_NEW, slice(len(spares), None)),
        ):
            given = {
                "slots": slots[part],
                "bodies": [row[0] for row in bodies[part]],
                "schemas": [row[2] for row in bodies[part]],
            }
            if given["slots"]:
                _tell(statement, {**facts, **given})
    return [
        Taken(code=code, body_id=body_id, schema_name=schema, slot=slot, generation=1)
        for (body_id, code, schema), slot in zip(bodies, slots, strict=True)
    ]


def _make(connection: psycopg.Connection[Any], places: list[Taken], now: datetime) -> None:
    """Make the books of places that have none, in one transaction of the cell."""
    names = [name for place in places for name in (place.schema_name, spare_name(place.slot))]
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_BOOKS_LOCK])
        query = "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)"
        there = {name for (name,) in connection.execute(query, [names])}
        _check_identities(connection, [place for place in places if place.schema_name in there])
        missing = [place for place in places if place.schema_name not in there]
        from_spares = [place for place in missing if spare_name(place.slot) in there]
        words = [_renamed(place) + _rows(place, now) for place in from_spares]
        if len(from_spares) < len(missing):
            release = kept.newest(connection)
            words += [
                bare_schema(place.schema_name, place.slot, release) + _rows(place, now)
                for place in missing
                if place not in from_spares
            ]
        if words:
            connection.execute("\n".join(words))


def _renamed(place: Taken) -> str:
    spare, schema = sql.Identifier(spare_name(place.slot)), sql.Identifier(place.schema_name)
    statements = "ALTER SCHEMA {} RENAME TO {}; SET LOCAL search_path = {}, shared;\n"
    return sql.SQL(statements).format(spare, schema, schema).as_string()


def _rows(place: Taken, now: datetime) -> str:
    year = fiscal_year_of(timezone.localdate(now))
    rows = books_seed.first_rows(
        body_code=place.code,
        body_id=place.body_id,
        generation=place.generation,
        fiscal_years=(year - 1, year),
        opened_at=now,
    )
    return f"{rows};"


def _check_identities(connection: psycopg.Connection[Any], places: list[Taken]) -> None:
    """See that the schemas that are there already are those of their bodies."""
    for place in places:
        query = sql.SQL("SELECT body_code, body_id FROM {}.body_identity")
        found = connection.execute(query.format(sql.Identifier(place.schema_name))).fetchone()
        if found != (place.code, place.body_id):
            raise BooksOfAnother(f"{place.schema_name} is {found}, not {place.code}")


def _open(places: list[Taken], now: datetime) -> None:
    _tell(_OPEN, {"bodies": [place.body_id for place in places], "now": now})


def _taken(code: str, body_id: UUID, schema_name: str, slot: int, generation: int) -> Taken:
    return Taken(
        code=code, body_id=body_id, schema_name=schema_name, slot=slot, generation=generation
    )


def _ask(query: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(query, facts)
        return list(cursor.fetchall())


def _tell(statement: str, facts: dict[str, Any]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, facts)
