"""Making a cell's outbox tell the entries of a body's books, after these came from elsewhere."""

from psycopg import sql

from tenants.directory.models import Place
from tenants.moving.outbox import may_be_deleted_of
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection

# Note [The outbox is told anew]
# What the centre was told of the body must be what its live books say: events of entries that are
# not there (any more) go, those that are missing come. The outbox is append-only, but for events of
# a body that says so for the length of a transaction (tenants/moving/outbox.py). Whoever folds the
# outbox must fold this body's anew (its epoch grew).
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


def tell_outbox_again(place: Place) -> int:
    """Let the outbox of the place's cell tell the body's entries; return how many events went."""
    assert place.body is not None
    facts = {"body_code": place.body.code, "generation": place.generation}
    schema = sql.Identifier(place.schema_name)
    with owner_connection(place.cell.name, server_of(place.cell)) as cell, cell.transaction():
        may_be_deleted_of(cell, place.body.code)
        gone = cell.execute(sql.SQL(_TO_GO).format(schema=schema), facts).rowcount
        cell.execute(sql.SQL(_TO_COME).format(schema=schema), facts)
    return gone
