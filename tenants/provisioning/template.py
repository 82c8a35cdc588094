"""The template cell: built once per release by Django's own migrations, its DDL recorded."""

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.commands import migrate
from psycopg import sql

import accounting
from tenants.backend.base import tenant_alias
from tenants.provisioning.servers import (
    CELL_LOGIN_ROLE,
    TEMPLATE_DATABASE,
    TEMPLATE_SCHEMA,
    database_exists,
    owner_connection,
    owner_parameters,
)
from tenants.routers import TENANT

_BOOKS = Path(accounting.__file__).parent
SHARED_SCHEMA = _BOOKS / "shared_schema"
CHART_FILE = _BOOKS / "data" / "chart_of_accounts.csv"
_NOT_STRUCTURE = ("SELECT", "SHOW", "SET SEARCH_PATH")


class TemplateIsOfAnotherRelease(Exception):
    """The template was built by other migrations than this program's."""


def release_name() -> str:
    """Return a name that changes whenever what a body's schema is made of changes."""
    digest = hashlib.sha256()
    sources = [*(_BOOKS / "migrations").glob("*.py"), *SHARED_SCHEMA.glob("*.sql"), CHART_FILE]
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def ensure_template(address: dict[str, str] | None = None) -> str:
    """Build the template cell of a server when it is not there; return its release's name.

    It is built under another name and renamed when it is complete, so that a half-built template
    is never taken for one.

    Raises:
        TemplateIsOfAnotherRelease: one is there, made by other migrations.
    """
    name = release_name()
    with owner_connection("postgres", address) as server:
        if database_exists(server, TEMPLATE_DATABASE):
            _check_release(name, address)
            return name
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
    """Return the DDL of a body's schema, as recorded when the cell's template was built."""
    found = cell.execute("SELECT ddl FROM shared.release ORDER BY recorded_at DESC").fetchone()
    assert found is not None  # a cell without a release was never finished
    ddl: str = found[0]
    return ddl


def _check_release(name: str, address: dict[str, str] | None) -> None:
    with owner_connection(TEMPLATE_DATABASE, address) as template:
        (found,) = template.execute("SELECT name FROM shared.release").fetchone() or ("?",)
    if found != name:
        raise TemplateIsOfAnotherRelease(
            f"the cells hold release {found}, this program is release {name}"
        )


def _build(database: str, name: str, address: dict[str, str] | None) -> None:
    with owner_connection(database, address) as template:
        template.execute(_sql_file("shared.sql"))
        template.execute(
            sql.SQL(
                "REVOKE ALL ON DATABASE {} FROM PUBLIC; GRANT CONNECT ON DATABASE {} TO {}"
            ).format(
                sql.Identifier(database), sql.Identifier(database), sql.Identifier(CELL_LOGIN_ROLE)
            )
        )
        _load_chart(template)
        template.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(TEMPLATE_SCHEMA)))
    ddl = _migrate_and_record(owner_parameters(database, address))
    with owner_connection(database, address) as template:
        template.execute("INSERT INTO shared.release (name, ddl) VALUES (%s, %s)", [name, ddl])
        template.execute("VACUUM ANALYZE")


def _migrate_and_record(parameters: dict[str, str]) -> str:
    """Let Django migrate the template schema; return every statement that changed something."""
    recorded: list[str] = []
    connection = tenant_alias()

    def record(
        execute: Callable[..., Any],
        query: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django's signature
        context: Any,
    ) -> Any:
        # Before it runs: rendering it afterwards would forget the cursor's result.
        text = context["cursor"].mogrify(query, params) if params else query
        result = execute(query, params, many, context)
        if not query.lstrip().upper().startswith(_NOT_STRUCTURE):
            recorded.append(text)
        return result

    with (
        connection.administrative_door(parameters, schema=TEMPLATE_SCHEMA),
        connection.execute_wrapper(record),
    ):
        with connection.cursor() as cursor:
            cursor.execute(_sql_file("lean_migrations.sql"))
        # Django's own command: the name "migrate" is django-tenants', for all its schemas.
        call_command(
            migrate.Command(), "accounting", database=TENANT, interactive=False, verbosity=0
        )
        with connection.cursor() as cursor:
            cursor.execute(_sql_file("guards.sql"))
    return ";\n".join(statement.rstrip().rstrip(";") for statement in recorded) + ";\n"


def _load_chart(template: psycopg.Connection[Any]) -> None:
    columns = [
        "code",
        "name_th",
        "name_en",
        "type",
        "normal_side",
        "is_contra",
        "parent",
        "level",
        "postable",
        "fs_line",
        "description_th",
        "retired_from_fiscal_year",
    ]
    copy = sql.SQL("COPY shared.account ({}) FROM STDIN").format(
        sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (
        CHART_FILE.open(encoding="utf-8", newline="") as lines,
        template.transaction(),
        template.cursor() as cursor,
        cursor.copy(copy) as rows,
    ):
        for row in csv.DictReader(lines):
            rows.write_row([row[column] or None for column in columns])


def _sql_file(name: str) -> str:
    return (SHARED_SCHEMA / name).read_text(encoding="utf-8")
