"""Making empty books in the place taken for them: by one message, whole or not at all."""

from datetime import datetime
from typing import Any

import psycopg
from django.utils import timezone
from psycopg import sql

from accounting import books_seed
from accounting.fiscal_year import fiscal_year_of
from tenants.directory.models import Cell, Place
from tenants.directory.records import slot_role
from tenants.provisioning.servers import owner_connection
from tenants.releases import kept


def make_books(place: Place, *, now: datetime) -> None:
    """Make the first books of a generation in a place; what is there already is the body's.

    Args:
        place: taken for a body.
        now: decides the fiscal years opened: the current one and the one before.
    """
    assert place.body is not None
    year = fiscal_year_of(timezone.localdate(now))
    first_rows = books_seed.first_rows(
        body_code=place.body.code,
        body_id=place.body.id,
        generation=place.generation,
        fiscal_years=(year - 1, year),
        opened_at=now,
    )
    with owner_connection(place.cell.name, server_of(place.cell)) as cell:
        if not _is_there(cell, place):
            cell.execute(_schema_of(place, kept.newest(cell), first_rows))


def make_schema(place: Place, release: kept.Release | None = None) -> None:
    """Make the tables of a body's books without any row, for rows that come from elsewhere.

    Args:
        place: whose schema.
        release: the one that the rows are of; else the newest of the cell.

    Raises:
        psycopg.errors.DuplicateSchema: there is one.
    """
    with owner_connection(place.cell.name, server_of(place.cell)) as cell:
        cell.execute(_schema_of(place, release or kept.newest(cell), ""))


def _schema_of(place: Place, release: kept.Release, rows: str) -> str:
    """Return the one message that makes a place's schema, with rows, for its role."""
    schema = bare_schema(place.schema_name, place.slot, release)
    return f"BEGIN;\n{schema}\n{rows}\n;\nCOMMIT"


def bare_schema(name: str, slot: int, release: kept.Release) -> str:
    """Return what makes a schema without rows for the role of a slot, and leaves it current.

    The statements belong into a transaction: they set the search_path for its length.

    Args:
        name: the schema's.
        slot: whose role gets rights in it.
        release: what it is made at, which may be behind the program's.
    """
    schema = sql.Identifier(name)
    opening = sql.SQL("CREATE SCHEMA {}; SET LOCAL search_path = {}, shared;")
    rights = kept.grants_for(release.grants, schema=name, role=slot_role(slot))
    mark = kept.mark(release.name, schema=name)
    return f"{opening.format(schema, schema).as_string()}\n{release.ddl}\n{mark}{rights}"


def grants(place: Place, cell: psycopg.Connection[Any]) -> str:
    """Return what lets the role of the place into its schema, at the release of the schema."""
    text = kept.at_which(cell, place.schema_name).grants
    return kept.grants_for(text, schema=place.schema_name, role=slot_role(place.slot))


def server_of(cell: Cell) -> dict[str, str]:
    """Return the connection parameters of the cell's server that differ from the default's."""
    server = {"host": cell.host} if cell.host else {}
    return server | ({"port": str(cell.port)} if cell.port else {})


def _is_there(cell: psycopg.Connection[tuple[object, ...]], place: Place) -> bool:
    query = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
    if cell.execute(query, [place.schema_name]).fetchone() is None:
        return False
    identity = sql.SQL("SELECT body_code FROM {}.body_identity").format(
        sql.Identifier(place.schema_name)
    )
    found = cell.execute(identity).fetchone()
    assert place.body is not None
    assert found == (place.body.code,)  # schemas are made whole, in one transaction
    return True
