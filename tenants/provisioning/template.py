"""The template cell: built once by Django's own migrations, what they said recorded.

``tenants.releases`` brings it, and the cells copied from it, to every release after.
"""

from typing import Any

import psycopg
from psycopg import sql

from tenants.provisioning import instance
from tenants.provisioning.national import NATIONAL_TABLES, load
from tenants.provisioning.recorder import record_migrations
from tenants.provisioning.servers import (
    CELL_LOGIN_ROLE,
    TEMPLATE_DATABASE,
    TEMPLATE_SCHEMA,
    database_exists,
    owner_connection,
)
from tenants.provisioning.sources import (
    SHARED_SCHEMA,
    changes_of_shared,
    release_name,
    source_digests,
)
from tenants.releases import kept, structure

__all__ = [
    "SHARED_SCHEMA",
    "ensure_template",
    "recorded_ddl",
    "release_name",
]


def ensure_template(address: dict[str, str] | None = None) -> str:
    """Build a server's template cell when it is not there; return the name of its release.

    It is built under another name and renamed when it is complete, so that a half-built template
    is never taken for one.

    Raises:
        NotOurs: the template there is another instance's.
    """
    with owner_connection("postgres", address) as server:
        if database_exists(server, TEMPLATE_DATABASE):
            with owner_connection(TEMPLATE_DATABASE, address) as template:
                instance.mark(template)  # one that was made before there were marks
                return kept.newest(template).name
        name = release_name()
        building = f"{TEMPLATE_DATABASE}_building"
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building))
        )
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
        _build(building, name, address)
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(building), sql.Identifier(TEMPLATE_DATABASE)
            )
        )
    return name


def recorded_ddl(cell: psycopg.Connection[Any]) -> str:
    """Return the DDL of a body's schema at the newest release of the cell, as it was recorded."""
    return kept.newest(cell).ddl


def _build(database: str, name: str, address: dict[str, str] | None) -> None:
    with owner_connection(database, address) as template:
        template.execute(_sql_file("shared.sql"))
        for change in changes_of_shared().values():
            template.execute(change.encode())
        template.execute(
            sql.SQL(
                "REVOKE ALL ON DATABASE {} FROM PUBLIC; GRANT CONNECT ON DATABASE {} TO {}"
            ).format(
                sql.Identifier(database), sql.Identifier(database), sql.Identifier(CELL_LOGIN_ROLE)
            )
        )
        instance.mark(template)
        for table in NATIONAL_TABLES:
            load(template, table)
        template.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(TEMPLATE_SCHEMA)))
        template.execute(kept.mark(name, schema=TEMPLATE_SCHEMA).encode())
    recording = record_migrations(database, address, after=_sql_file("guards.sql").rstrip())
    with owner_connection(database, address) as template:
        grants = _sql_file("grants.sql")
        kept.keep(
            template,
            kept.Release(
                name=name,
                number=1,
                previous="",
                migrations=tuple(recording.ends),
                shared_statements=(),
                body_statements=(),
                grants_again="",
                ddl=kept.as_text(recording.statements),
                grants=grants,
                sources=source_digests(),
                structure=structure.of_template(template, grants),
            ),
        )
        template.execute("VACUUM ANALYZE")


def _sql_file(name: str) -> str:
    return (SHARED_SCHEMA / name).read_text(encoding="utf-8")
