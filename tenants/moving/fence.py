"""Letting nobody write into a place any more: in the cell, whatever the directory said before.

Note [How it is certain that nobody still writes]
The directory keeps new requests out, but some were let in a moment before. So the place's role
loses its right to write, and that is committed. PostgreSQL takes the lock of a table first and
looks at the rights afterwards, with everything that was committed by then in sight. A statement
whose lock comes after the REVOKE is therefore refused; one whose lock came before it is seen in
pg_locks, and its transaction is waited for. No lock is taken here, so nobody waits for us.
"""

import time
from typing import Any

import psycopg
from psycopg import sql

from tenants.directory.models import Place
from tenants.directory.records import slot_role
from tenants.provisioning.schemas import grants

_PAUSE_SECONDS = 0.002
_WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
 WHERE locktype = 'relation' AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                'AccessExclusiveLock')
   AND relation IN (SELECT oid FROM pg_class
                     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s))
"""


class WritersDoNotEnd(Exception):
    """A transaction that was writing when the place was closed goes on for too long."""


def close_to_writers(
    cell: psycopg.Connection[Any], place: Place, *, patience_seconds: float
) -> None:
    """Take the right to write away from the place's role, and outwait whoever was writing.

    Raises:
        WritersDoNotEnd: one of them did not end in time; the right is taken away all the same.
    """
    cell.execute(
        sql.SQL(
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA {} FROM {}"
        ).format(sql.Identifier(place.schema_name), sql.Identifier(slot_role(place.slot)))
    )
    waited_for = _writers(cell, place)
    deadline = time.monotonic() + patience_seconds
    while waited_for and (waited_for := waited_for & _writers(cell, place)):
        if time.monotonic() > deadline:
            raise WritersDoNotEnd(f"{len(waited_for)} in {place.schema_name}")
        time.sleep(_PAUSE_SECONDS)


def open_to_writers(cell: psycopg.Connection[Any], place: Place) -> None:
    """Give the place's role its rights back."""
    cell.execute(grants(place, cell))


def _writers(cell: psycopg.Connection[Any], place: Place) -> set[str]:
    return {name for (name,) in cell.execute(_WRITERS, [place.schema_name])}
