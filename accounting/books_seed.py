"""The first rows of a new body's books, as SQL for the message that makes its schema."""

import hashlib
from uuid import UUID

from psycopg import sql


def genesis_hash(*, body_code: str, generation: int) -> str:
    """Return the hash that the first entry of a body's books follows."""
    return hashlib.sha256(f"OpenLAAS {body_code} generation {generation}".encode()).hexdigest()


def first_rows(*, body_code: str, body_id: UUID, generation: int) -> str:
    """Return INSERTs, to be run with the new schema first in the search_path."""
    statement = sql.SQL(
        "INSERT INTO body_identity VALUES ({code}, {id}, {generation});"
        " INSERT INTO journal_head (event_no, hash, recorded_at) VALUES (0, {hash}, now());"
    ).format(
        code=sql.Literal(body_code),
        id=sql.Literal(str(body_id)),
        generation=sql.Literal(generation),
        hash=sql.Literal(genesis_hash(body_code=body_code, generation=generation)),
    )
    return statement.as_string()
