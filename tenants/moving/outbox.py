"""A body's events in its cell's outbox: read from where it lives, carried along when it moves.

Note [When an outbox is drained]
Events are numbered by body, generation and event, without gaps. Whoever folds them into the
control plane keeps a cursor there for each body and generation, asks for the events after it, and
applies event n+1 only after n, in one transaction with the cursor: an event counts once, wherever
it is read. A body's outbox is drained when the cursor stands at the head of its chain. A move need
not wait for that: it carries all events into the new cell before the directory names it, and takes
them out of the old one afterwards. So the cell of the live place always holds every event, and
no other cell holds one for longer than the end of a move.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from tenants.directory.models import Place
from tenants.directory.records import BodyRecord
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection

_EVENTS = """
SELECT event_no, kind, recorded_at, payload FROM shared.outbox
 WHERE body_code = %s AND generation = %s AND event_no > %s ORDER BY event_no LIMIT %s
"""
_ALLOWED = "SELECT set_config('openlaas.outbox_carried', %s, true)"
_TAKE_AWAY = "DELETE FROM shared.outbox WHERE body_code = %s AND generation = %s"

# Note [The outbox is told anew]
# What the centre was told of the body must be what its live books say: events of entries that are
# not there (any more) go, those that are missing come. The outbox is append-only, but for events of
# a body that says so for the length of a transaction (``may_be_deleted_of``). The centre reads the
# figures of books in another place anew, from their lines (tenants/rollups/consumer.py).
_TO_GO = """
DELETE FROM shared.outbox o WHERE o.body_code = %(body_code)s AND o.generation = %(generation)s
   AND NOT EXISTS (SELECT 1 FROM {schema}.journal_entry e
                    WHERE e.event_no = o.event_no AND e.recorded_at = o.recorded_at)
"""
_TO_COME = """
INSERT INTO shared.outbox (body_code, generation, event_no, kind, recorded_at, payload)
SELECT %(body_code)s, %(generation)s, e.event_no, 'journal_entry', e.recorded_at,
       jsonb_build_object(
         'number', e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')
                   || '/' || lpad((e.fiscal_year %% 100)::text, 2, '0'),
         'entry_date', e.entry_date, 'fiscal_year', e.fiscal_year,
         'lines', (SELECT jsonb_agg(jsonb_build_array(account, debit::text, credit::text)
                                    ORDER BY line_no)
                     FROM {schema}.journal_line l WHERE l.event_no = e.event_no))
  FROM {schema}.journal_entry e
    ON CONFLICT (body_code, generation, event_no) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a body's books."""

    event_no: int
    kind: str
    recorded_at: datetime
    payload: dict[str, Any]


def events_after(body: BodyRecord, event_no: int, *, limit: int) -> list[Event]:
    """Return the next events of the body's live books after one, in order, from where they live."""
    facts = [body.code, body.generation, event_no, limit]
    with owner_connection(body.cell, body.server) as cell:
        names = Event.__dataclass_fields__
        rows = cell.execute(_EVENTS, facts).fetchall()
    return [Event(**dict(zip(names, row, strict=True))) for row in rows]


def may_be_deleted_of(cell: psycopg.Connection[Any], code: str) -> None:
    """Let this transaction delete the body's events, which are append-only otherwise."""
    cell.execute(_ALLOWED, [code])


def take_away(cell: psycopg.Connection[Any], *, code: str, generation: int) -> int:
    """Take a body's events out of a cell in which it does not live; return how many there were."""
    with cell.transaction():
        may_be_deleted_of(cell, code)
        return cell.execute(_TAKE_AWAY, [code, generation]).rowcount


def tell_again(place: Place) -> int:
    """Let the outbox of the place's cell tell the entries of its books, and no others.

    Return how many events of the same body and generation went.
    """
    assert place.body is not None  # whoever has books is somebody
    facts = {"body_code": place.body.code, "generation": place.generation}
    schema = sql.Identifier(place.schema_name)
    with owner_connection(place.cell.name, server_of(place.cell)) as cell, cell.transaction():
        may_be_deleted_of(cell, place.body.code)
        gone = cell.execute(sql.SQL(_TO_GO).format(schema=schema), facts).rowcount
        cell.execute(sql.SQL(_TO_COME).format(schema=schema), facts)
    return gone
