"""Making cells: copies of the template, each a database of its own."""

from datetime import datetime

from psycopg import sql

from tenants.directory.models import Cell
from tenants.provisioning import roles
from tenants.provisioning.servers import (
    CELL_LOGIN_ROLE,
    TEMPLATE_DATABASE,
    database_exists,
    owner_connection,
)


def cell_name(number: int) -> str:
    """Return the database name of the n-th cell."""
    return f"openlaas_cell_{number:02d}"


def ensure_cells(*, count: int, capacity: int, now: datetime) -> list[str]:
    """Make the first ``count`` cells that are not there yet; return all their names.

    FILE_COPY, because a cell is copied whole; the default strategy writes every page to the WAL.
    """
    names = [cell_name(number) for number in range(1, count + 1)]
    with owner_connection() as server:
        roles.ensure_slot_roles(server, capacity)
        for name in names:
            if not database_exists(server, name):
                server.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                        sql.Identifier(name), sql.Identifier(TEMPLATE_DATABASE)
                    )
                )
            server.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
            server.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.Identifier(CELL_LOGIN_ROLE)
                )
            )
            Cell.objects.get_or_create(
                name=name, defaults={"capacity": capacity, "created_at": now}
            )
    return names
