"""What tables a body's schema has, and of what types: told by an archive, compared on the way in.

The schema is found by what depends on its namespace, so that the cost is the schema's own: a cell
may hold a hundred thousand relations beside it.
"""

import re
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tenants.provisioning.tables import Table, tables_of

OUTBOX = Table(
    name="outbox",
    columns=("body_code", "event_no", "kind", "recorded_at", "payload", "generation"),
    key=("event_no",),
)
_TIMES = "timestamp with time zone"
_RFC_3339 = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS {0}"""
_COLUMNS = """
SELECT t.relname, c.attname, format_type(c.atttypid, c.atttypmod), NOT c.attnotnull
  FROM pg_depend d
  JOIN pg_class t ON t.oid = d.objid AND t.relkind = 'r'
  JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
                     AND c.attgenerated = ''
 WHERE d.refclassid = 'pg_namespace'::regclass AND d.classid = 'pg_class'::regclass
   AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = %(schema)s)
   AND (%(table)s::text IS NULL OR t.relname = %(table)s)
 ORDER BY t.relname, c.attnum
"""
# What PostgreSQL calls a type, and how JSON Schema describes its text.
_TEXTS: dict[str, dict[str, Any]] = {
    "smallint": {"pattern": "^-?[0-9]+$"},
    "integer": {"pattern": "^-?[0-9]+$"},
    "bigint": {"pattern": "^-?[0-9]+$"},
    "numeric": {"pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
    "boolean": {"enum": ["t", "f"]},
    "date": {"format": "date"},
    _TIMES: {"format": "date-time"},
    "uuid": {"format": "uuid"},
    "jsonb": {"contentMediaType": "application/json"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its type in PostgreSQL's words, and whether it may be missing."""

    name: str
    type: str
    may_be_null: bool


Shape = dict[str, tuple[Column, ...]]  # by table


def shape_of(cell: psycopg.Connection[Any], schema_name: str, table: str | None = None) -> Shape:
    """Return the columns of each table of a schema, or of the one named."""
    shape: dict[str, list[Column]] = {}
    facts = {"schema": schema_name, "table": table}
    for name, column, type_, may_be_null in cell.execute(_COLUMNS, facts):
        found = Column(name=column, type=type_, may_be_null=may_be_null)
        shape.setdefault(name, []).append(found)
    return {name: tuple(columns) for name, columns in shape.items()}


def archived_tables(cell: psycopg.Connection[Any], schema_name: str) -> list[tuple[str, Table]]:
    """Return what an archive holds of a body: its tables, and its part of the outbox, by schema."""
    own = [(schema_name, table) for table in tables_of(cell, schema_name)]
    return sorted([*own, ("shared", OUTBOX)], key=lambda found: found[1].name)


def json_schema(cell: psycopg.Connection[Any], schema_name: str) -> dict[str, Any]:
    """Return the JSON Schema of an archive's tables: a row is its columns' texts, or null.

    ``x-file`` is where the rows are, ``x-order`` the key they are sorted by, and ``x-type`` what
    PostgreSQL calls a column's type.
    """
    shape = shape_of(cell, schema_name) | shape_of(cell, "shared", OUTBOX.name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The tables of an OpenLAAS archive",
        "$defs": {
            table.name: {
                "type": "object",
                "x-file": f"tables/{table.name}.csv",
                "x-order": list(table.key),
                "properties": {column.name: _described(column) for column in shape[table.name]},
                "required": list(table.columns),
                "additionalProperties": False,
            }
            for _, table in archived_tables(cell, schema_name)
        },
    }


def rows_of(
    schema: str, table: Table, columns: tuple[Column, ...], *, body_code: str, books: str
) -> str:
    """Return the query of a body's rows in the order of the table's key; times as RFC 3339.

    Args:
        schema: where the table is.
        table: which.
        columns: all of its.
        body_code: whose rows, of a table that has those of many bodies.
        books: the schema of the books, whose generation counts there.
    """
    shown = sql.SQL(", ").join(
        sql.SQL(_RFC_3339 if column.type == _TIMES else "{0}").format(sql.Identifier(column.name))
        for column in columns
    )
    whose = sql.SQL(
        "WHERE body_code = {} AND generation = (SELECT generation FROM {}.body_identity)"
    ).format(sql.Literal(body_code), sql.Identifier(books))
    query = sql.SQL("SELECT {} FROM {}.{} {} ORDER BY {}").format(
        shown,
        sql.Identifier(schema),
        sql.Identifier(table.name),
        whose if table is OUTBOX else sql.SQL(""),
        sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )
    return query.as_string()


def _described(column: Column) -> dict[str, Any]:
    text = dict(_TEXTS.get(column.type.partition("(")[0], {}))
    if length := re.fullmatch(r"character varying\((\d+)\)", column.type):
        text["maxLength"] = int(length[1])
    kind: Any = ["string", "null"] if column.may_be_null else "string"
    return {"type": kind, "x-type": column.type, **text}
