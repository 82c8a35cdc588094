"""The stock: a template cell full of spare schemas, from which full cells are copied.

Making a schema is 25 to 40 statements' work for each of its relations; copying a cell of a thousand
is copying files, and all the processor has to do is wait for the disk. A stock is worth its making
as soon as two cells are made from it: the first ones are copies, the last one is the stock itself.
Its name tells the release and how many schemas it holds,
and it has that name only when it is whole.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import psycopg
from psycopg import sql

from tenants.provisioning import cells, roles
from tenants.provisioning.schemas import bare_schema
from tenants.provisioning.server_list import Address
from tenants.provisioning.servers import (
    database_exists,
    locked,
    owner_connection,
)
from tenants.provisioning.template import release_name
from tenants.releases import kept

_PREFIX = "openlaas_stock"
# Of one transaction: its locks, some 60 for each schema, are a small part of the server's.
SCHEMAS_TOGETHER = 25
_COLD = "VACUUM (FREEZE, ANALYZE) pg_class, pg_attribute, pg_index, pg_type, pg_depend, pg_shdepend"


def stock_name(count: int) -> str:
    """Return the name of this release's stock of so many schemas."""
    return f"{_PREFIX}_{release_name()[:8]}_{count:04d}"


def ensure_stock(
    address: Address, count: int, *, after_each: Callable[[int], None] = lambda _count: None
) -> str:
    """Make a server's stock unless it is there, and drop those of other sizes or releases.

    Args:
        address: the server.
        count: how many spare schemas it holds, in slots 1 to ``count``.
        after_each: called from other threads with the number of schemas made.
    """
    name, building = stock_name(count), f"{_PREFIX}_building"
    with owner_connection("postgres", address) as server, locked(server, _PREFIX):
        _drop_others(server, name)
        if database_exists(server, name):
            return name
        roles.ensure_slot_roles(server, count)
        cells.make_database(server, building)
        make_spare_schemas(building, address, range(1, count + 1), after_each=after_each)
        with owner_connection(building, address) as stock:
            # A copy takes the files as they are: its first readers should not have to tidy up.
            stock.execute(_COLD)
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(building), sql.Identifier(name)
            )
        )
    return name


def drop_stock(address: Address) -> None:
    """Drop a server's stock, which takes as much disk as a cell."""
    with owner_connection("postgres", address) as server, locked(server, _PREFIX):
        _drop_others(server, "")


def make_spare_schemas(
    database: str,
    address: Address,
    slots: range | list[int],
    *,
    after_each: Callable[[int], None] = lambda _count: None,
) -> None:
    """Make the spare schemas of slots that have none, whole transactions at a time."""
    with owner_connection(database, address) as cell:
        query = r"SELECT nspname FROM pg_namespace WHERE nspname ~ '^spare_\d{4}$'"
        there = {name for (name,) in cell.execute(query)}
        release = kept.newest(cell)
    missing = [slot for slot in slots if cells.spare_name(slot) not in there]
    batches = [
        missing[first : first + SCHEMAS_TOGETHER]
        for first in range(0, len(missing), SCHEMAS_TOGETHER)
    ]

    def make(batches: list[list[int]]) -> None:
        with owner_connection(database, address) as cell:
            for batch in batches:
                _make(cell, batch, release)
                after_each(len(batch))

    workers = min(cpu_count() or 1, len(batches)) or 1
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(make, [batches[number::workers] for number in range(workers)]))


def _make(
    cell: psycopg.Connection[tuple[object, ...]], slots: list[int], release: kept.Release
) -> None:
    schemas = [bare_schema(cells.spare_name(slot), slot, release) for slot in slots]
    cell.execute("\n".join(["BEGIN;", *schemas, "COMMIT"]))


def _drop_others(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    query = "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, %s)"
    for (found,) in server.execute(query, [_PREFIX]).fetchall():
        if found != name:
            cells.drop_database(server, str(found))
