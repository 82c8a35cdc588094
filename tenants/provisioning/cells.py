"""Making cells: copies of the template or of the stock, each a database of its own.

Note [A copy is whole]
CREATE DATABASE appears in the server's catalogue when every file is copied and synced, or never;
a command killed half-way leaves nothing, or a server process that finishes the copy. So a database
that is there is whole, and what it holds can be read from it (``adopt``). Only DROP DATABASE can
leave a database that is none: its connection limit is -2, and all that may be done is to drop it
again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone
from psycopg import sql

from tenants.directory.models import Cell, Place, PlaceUse
from tenants.provisioning import roles
from tenants.provisioning.instance import NotOurs, require_ours
from tenants.provisioning.server_list import Address, address_of
from tenants.provisioning.servers import (
    CELL_LOGIN_ROLE,
    TEMPLATE_DATABASE,
    database_exists,
    locked,
    owner_connection,
)

SPARE = "spare_"
_MAKING, _EMPTIED = "_making", "_emptied"
_CELL = re.compile(r"openlaas_cell_(\d{2,})")
_SPARES = r"SELECT nspname FROM pg_namespace WHERE nspname ~ '^spare_\d{4}$' ORDER BY nspname"


def cell_name(number: int) -> str:
    """Return the database name of the n-th cell."""
    return f"openlaas_cell_{number:02d}"


def spare_name(slot: int) -> str:
    """Return the name of the spare schema in a slot."""
    return f"{SPARE}{slot:04d}"


def ensure_cells(*, count: int, capacity: int, now: datetime) -> list[str]:
    """Make the first ``count`` cells that are not there yet, on the default server.

    Returns:
        Their names; of those that are on another server too.
    """
    names = [cell_name(number) for number in range(1, count + 1)]
    listed = {cell.name: address_of(cell.host, cell.port) for cell in Cell.objects.all()}
    with owner_connection() as server:
        roles.ensure_slot_roles(server, capacity)
        for name in names:
            if name not in listed:
                _refuse_of_others(server, name, {})
            if not listed.get(name):
                make_database(server, name)
    for name in set(names) - set(listed):
        list_cell(name, {}, capacity=capacity, now=now)
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a database is made from: a copy of another one, or that one itself, renamed."""

    database: str = TEMPLATE_DATABASE
    is_used_up: bool = False


THE_TEMPLATE = Source()


def make_cell(name: str, address: Address, *, slots: int, source: Source = THE_TEMPLATE) -> None:
    """Make the database of a cell unless it is there, and the roles of so many slots.

    The directory does not know it before list_cell.

    Raises:
        NotOurs: a database of that name is there, and is none of ours.
    """
    with owner_connection("postgres", address) as server:
        _refuse_of_others(server, name, address)
        roles.ensure_slot_roles(server, slots)
        make_database(server, name, source=source)


def _refuse_of_others(server: psycopg.Connection[Any], name: str, address: Address) -> None:
    """See that a database that is there already, and that no directory knows, is a cell of ours."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s AND datconnlimit <> -2"
    if server.execute(query, [name]).fetchone():
        with owner_connection(name, address) as cell:
            require_ours(cell)


def make_database(
    server: psycopg.Connection[Any], name: str, *, source: Source = THE_TEMPLATE
) -> None:
    """Make a database unless it is there, and let only the cells' login role connect.

    FILE_COPY, because all of it is copied; the default strategy writes every page to the WAL.
    """
    words = "CREATE DATABASE {new} TEMPLATE {old} STRATEGY FILE_COPY"
    if source.is_used_up:
        words = "ALTER DATABASE {old} RENAME TO {new}"
    with locked(server, name):
        drop_remains(server, name)
        if not database_exists(server, name):
            server.execute(
                sql.SQL(words).format(new=sql.Identifier(name), old=sql.Identifier(source.database))
            )
        statement = "REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO {1}"
        server.execute(
            sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(CELL_LOGIN_ROLE))
        )


def list_cell(name: str, address: Address, *, capacity: int, now: datetime) -> None:
    """Tell the directory of a cell and of the spare schemas in it, in one transaction."""
    with owner_connection(name, address) as cell:
        slots = [int(schema.removeprefix(SPARE)) for (schema,) in cell.execute(_SPARES)]
    with transaction.atomic():
        listed, is_new = Cell.objects.select_for_update().get_or_create(
            name=name,
            defaults={
                "host": address.get("host", ""),
                "port": address.get("port"),
                "capacity": max([capacity, *slots]),
                "created_at": now,
            },
        )
        known = (
            set()
            if is_new
            else set(Place.objects.filter(cell=listed).values_list("slot", flat=True))
        )
        Place.objects.bulk_create(
            Place(
                cell=listed,
                slot=slot,
                schema_name=spare_name(slot),
                use=PlaceUse.SPARE,
                taken_at=now,
            )
            for slot in slots
            if slot not in known
        )


def refill_empty_cell(name: str, address: Address, *, source: Source, now: datetime) -> None:
    """Put the stock or a copy in the place of a cell that holds nothing; list its spares.

    It is made under another name. The two databases change names in one transaction, while the
    cell's row is locked, so that nobody takes a place there meanwhile. What was exchanged is left
    for drop_exchanged: DROP DATABASE waits for every server process that copies.
    """
    making, emptied = f"{name}{_MAKING}", f"{name}{_EMPTIED}"
    with owner_connection("postgres", address) as server, locked(server, name):
        make_database(server, making, source=source)
        with transaction.atomic():
            cell = Cell.objects.select_for_update().get(name=name)
            if not Place.objects.filter(cell=cell).exists() and _holds_nothing(name, address):
                drop_database(server, emptied)
                with server.transaction():
                    for old, new in ((name, emptied), (making, name)):
                        server.execute(
                            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                                sql.Identifier(old), sql.Identifier(new)
                            )
                        )
    list_cell(name, address, capacity=cell.capacity, now=now)


def drop_exchanged(address: Address) -> None:
    """Drop the databases of a server that refilling cells has left, now or in a killed run."""
    with owner_connection("postgres", address) as server:
        query = "SELECT datname::text FROM pg_database WHERE datname ~ %s"
        pattern = f"^{_CELL.pattern}({_MAKING}|{_EMPTIED})$"
        for (name,) in server.execute(query, [pattern]).fetchall():
            with locked(server, name):
                drop_database(server, name)


def _holds_nothing(name: str, address: Address) -> bool:
    query = """
        SELECT (SELECT count(*) FROM pg_namespace WHERE nspname ~ '^(b|spare)_') = 0
           AND NOT EXISTS (SELECT 1 FROM shared.outbox)
    """
    with owner_connection(name, address) as cell:
        return cell.execute(query).fetchone() == (True,)


def adopt_unlisted_cells(answering: Iterable[Address], *, capacity: int) -> list[str]:
    """List the cells that a run killed after the copy left unlisted; return their names.

    A database that has a cell's name and not our mark is passed over; no cell gets that name.

    Args:
        answering: the servers that are looked at.
        capacity: of the cells found.
    """
    listed = set(Cell.objects.values_list("name", flat=True))
    adopted = []
    for address in answering:
        with owner_connection("postgres", address) as server:
            query = "SELECT datname FROM pg_database WHERE datconnlimit <> -2 ORDER BY datname"
            there = [name for (name,) in server.execute(query)]
        for name in there:
            if _CELL.fullmatch(name) and name not in listed and _is_ours(name, address):
                list_cell(name, address, capacity=capacity, now=timezone.now())
                adopted.append(name)
    return adopted


def _is_ours(name: str, address: Address) -> bool:
    try:
        with owner_connection(name, address) as cell:
            require_ours(cell)
    except NotOurs:
        return False
    return True


def new_cell_names(count: int) -> list[str]:
    """Return names for so many new cells, numbered after the last one."""
    names = Cell.objects.values_list("name", flat=True)
    numbers = [int(found[1]) for name in names if (found := _CELL.fullmatch(name))]
    highest = max(numbers, default=0)
    return [cell_name(number) for number in range(highest + 1, highest + count + 1)]


def drop_remains(server: psycopg.Connection[Any], name: str) -> None:
    """Drop what is left of a database that was being dropped; a whole one stays."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s AND datconnlimit = -2"
    if server.execute(query, [name]).fetchone():
        drop_database(server, name)


def drop_database(server: psycopg.Connection[Any], name: str) -> None:
    """Drop a database, if it is there."""
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
