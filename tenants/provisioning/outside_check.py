"""What a body's books cannot tell of themselves: the outbox agrees with them.

A body's role may write into the cell's outbox and not read it, so this is the owner's to check.
"""

from typing import Any, Protocol

import psycopg
from psycopg import sql

from accounting.journal.verification import FINDINGS_PER_CHECK, Finding

# Lines are compared without their order, which the outbox does not promise.
_OUTBOX = """
SELECT event_no, CASE WHEN told.event_no IS NULL THEN 'the outbox does not hold the entry'
                      WHEN entry.event_no IS NULL THEN 'the outbox tells an entry that is not there'
                      ELSE 'the outbox tells the entry otherwise' END
  FROM (SELECT e.event_no, e.recorded_at, e.fiscal_year, e.entry_date::text AS entry_date,
               e.kind || '-' || lpad(e.no::text, greatest(5, length(e.no::text)), '0')
               || '/' || lpad((e.fiscal_year %% 100)::text, 2, '0') AS number,
               (SELECT jsonb_agg(said ORDER BY said)
                  FROM (SELECT jsonb_build_array(account, debit::text, credit::text) AS said
                          FROM {schema}.journal_line l WHERE l.event_no = e.event_no) AS line)
                   AS lines
          FROM {schema}.journal_entry e) AS entry
  FULL JOIN (SELECT o.event_no, o.kind, o.recorded_at, payload->>'number' AS number,
                    payload->>'fiscal_year' AS fiscal_year, payload->>'entry_date' AS entry_date,
                    (SELECT jsonb_agg(said ORDER BY said)
                       FROM jsonb_array_elements(payload->'lines') AS said) AS lines
               FROM shared.outbox o
              WHERE body_code = %(body_code)s AND generation = %(generation)s) AS told
       USING (event_no)
 WHERE (entry.event_no, entry.recorded_at, entry.number, entry.fiscal_year::text, entry.entry_date,
        entry.lines, 'journal_entry')
       IS DISTINCT FROM
       (told.event_no, told.recorded_at, told.number, told.fiscal_year, told.entry_date,
        told.lines, told.kind)
 ORDER BY 1 LIMIT %(limit)s
"""


class Books(Protocol):
    """Whose entries the outbox should tell, and where they are."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def schema_name(self) -> str: ...  # noqa: D102
    @property
    def generation(self) -> int: ...  # noqa: D102


def outbox_findings(cell: psycopg.Connection[Any], body: Books) -> list[Finding]:
    """Return entries that the outbox lacks or tells otherwise, and what it tells of none."""
    query = sql.SQL(_OUTBOX).format(schema=sql.Identifier(body.schema_name))
    facts = {
        "body_code": body.code,
        "generation": body.generation,
        "limit": FINDINGS_PER_CHECK,
    }
    return [
        Finding(check="outbox", event_no=event_no, detail=detail)
        for event_no, detail in cell.execute(query, facts)
    ]
