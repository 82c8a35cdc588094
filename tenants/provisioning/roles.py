"""The database roles: two that log in, one for each place in a cell."""

from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from tenants.directory.records import slot_role
from tenants.provisioning.servers import BODY_ROLE, CELL_LOGIN_ROLE, CONTROL_ROLE, locked

# Note [The login role inherits nothing]
# openlaas_login may take a body's role (SET TRUE) and has none of its rights before it does
# (INHERIT FALSE): a query that was sent without the prelude ends in an error.
_LOGIN = "CREATE ROLE {name} LOGIN NOINHERIT"
_GROUP = "CREATE ROLE {name} NOLOGIN"


def ensure_login_roles(connection: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """Make the roles that web and worker processes log in with, and set their passwords.

    A server that has no control plane gets no role for it: ``passwords`` names none.
    """
    _ensure(connection, BODY_ROLE, _GROUP)
    _ensure(connection, CELL_LOGIN_ROLE, _LOGIN)
    if CONTROL_ROLE in passwords:
        _ensure(connection, CONTROL_ROLE, _LOGIN)
    for role, password in passwords.items():
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        )
    connection.execute(
        sql.SQL("ALTER ROLE {} SET search_path = ''").format(sql.Identifier(CELL_LOGIN_ROLE))
    )


def ensure_slot_roles(connection: psycopg.Connection[Any], highest_slot: int) -> None:
    """Make the roles of all places up to ``highest_slot`` that are not there yet."""
    with locked(connection, "openlaas_slot_roles"):
        _make_slot_roles(connection, highest_slot)


def _make_slot_roles(connection: psycopg.Connection[Any], highest_slot: int) -> None:
    query = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'openlaas_slot_%'"
    present = {name for (name,) in connection.execute(query)}
    missing = [
        role for slot in range(1, highest_slot + 1) if (role := slot_role(slot)) not in present
    ]
    statement = sql.SQL(
        "CREATE ROLE {role} NOLOGIN; GRANT {body} TO {role};"
        " GRANT {role} TO {login} WITH INHERIT FALSE, SET TRUE; "
    )
    text = "".join(
        statement.format(
            role=sql.Identifier(role),
            body=sql.Identifier(BODY_ROLE),
            login=sql.Identifier(CELL_LOGIN_ROLE),
        ).as_string()
        for role in missing
    )
    if text:
        with connection.transaction():
            connection.execute(text)


def derived_passwords() -> dict[str, str]:
    """Return the passwords that the settings gave web processes, by role."""
    given = (settings.CONTROL_PARAMETERS, settings.CELL_PARAMETERS)
    return {parameters["user"]: parameters.get("password", "") for parameters in given}


def _ensure(connection: psycopg.Connection[Any], role: str, template: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        connection.execute(sql.SQL(template).format(name=sql.Identifier(role)))
