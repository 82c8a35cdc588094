"""Connections as the owner. Operators' commands only: a web process has no owner URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings

CONTROL_DATABASE = "openlaas_control"
TEMPLATE_DATABASE = "openlaas_template"
TEMPLATE_SCHEMA = "template_body"
CONTROL_ROLE = "openlaas_control"
CELL_LOGIN_ROLE = "openlaas_login"
BODY_ROLE = "openlaas_body"  # what every body's role has in common
_LOCK_SPACE = 0x4C414153  # "LAAS": the first half of our advisory locks' keys


class NotTheOwner(Exception):
    """DATABASE_URL is not set in this process."""


def owner_parameters(database: str, server: dict[str, str] | None = None) -> dict[str, str]:
    """Return libpq parameters of the owner for a database, on the default server or another.

    Raises:
        NotTheOwner: this process was not given DATABASE_URL.
    """
    if not settings.OWNER_PARAMETERS:
        raise NotTheOwner("this command needs DATABASE_URL: the owner's connection")
    return {**settings.OWNER_PARAMETERS, **(server or {}), "dbname": database}


def owner_connection(
    database: str = "postgres", server: dict[str, str] | None = None
) -> psycopg.Connection[Any]:
    """Connect as the owner, in autocommit."""
    return psycopg.connect(**owner_parameters(database, server), autocommit=True)  # type: ignore[arg-type]


def database_exists(connection: psycopg.Connection[Any], name: str) -> bool:
    """Tell whether the server has the database."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return connection.execute(query, [name]).fetchone() is not None


@contextmanager
def locked(connection: psycopg.Connection[Any], name: str) -> Iterator[None]:
    """Let nobody else make or change what the name stands for, until a killed one has finished.

    The lock belongs to the session: a server process that copies on after its client was killed
    keeps it, and the next run waits for the copy instead of stumbling over it.
    """
    key = [_LOCK_SPACE, name]
    connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", key)
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)


@contextmanager
def in_use(connection: psycopg.Connection[Any], name: str) -> Iterator[None]:
    """Keep what the name stands for from being tidied away; others may use it too."""
    key = [_LOCK_SPACE, name]
    connection.execute("SELECT pg_advisory_lock_shared(%s, hashtext(%s))", key)
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock_shared(%s, hashtext(%s))", key)


@contextmanager
def unless_in_use(connection: psycopg.Connection[Any], name: str) -> Iterator[bool]:
    """Tell whether nobody uses what the name stands for, and keep it so; without waiting."""
    key = [_LOCK_SPACE, name]
    query = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
    is_free = connection.execute(query, key).fetchone() == (True,)
    try:
        yield is_free
    finally:
        if is_free:
            connection.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)
