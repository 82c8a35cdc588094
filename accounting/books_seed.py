"""The first rows of a new body's books, as SQL for the message that makes its schema."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from psycopg import sql

from accounting import fiscal_year


def genesis_hash(*, body_code: str, generation: int) -> str:
    """Return the hash that the first entry of a body's books follows."""
    return hashlib.sha256(f"OpenLAAS {body_code} generation {generation}".encode()).hexdigest()


def first_rows(
    *,
    body_code: str,
    body_id: UUID,
    generation: int,
    fiscal_years: Iterable[int],
    opened_at: datetime,
) -> str:
    """Return INSERTs, to be run with the new schema first in the search_path.

    Args:
        body_code: whose books these are.
        body_id: the same body, by what never changes of it.
        generation: 1 for the first books of a body.
        fiscal_years: B.E., opened at once with their twelve periods.
        opened_at: also the time before which nothing was recorded.
    """
    statements = [
        sql.SQL("INSERT INTO body_identity VALUES ({}, {}, {})").format(
            sql.Literal(body_code), sql.Literal(str(body_id)), sql.Literal(generation)
        ),
        sql.SQL("INSERT INTO journal_head (event_no, hash, recorded_at) VALUES (0, {}, {})").format(
            sql.Literal(genesis_hash(body_code=body_code, generation=generation)),
            sql.Literal(opened_at),
        ),
    ]
    for year in fiscal_years:
        statements.append(
            sql.SQL(
                "INSERT INTO fiscal_year (year, state, opened_at) VALUES ({}, 'open', {})"
            ).format(sql.Literal(year), sql.Literal(opened_at))
        )
        statements.append(
            sql.SQL(
                "INSERT INTO period (starts_on, fiscal_year, state)"
                " SELECT month, {}, 'open' FROM unnest({}::date[]) AS month"
            ).format(sql.Literal(year), sql.Literal(fiscal_year.months(year)))
        )
    return sql.SQL("; ").join(statements).as_string()
