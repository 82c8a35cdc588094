"""Row-level tenancy: one schema, the body's code first in every index, and a policy on each table.

The tables are the product's own, told from the template: each gets a column with the body's code,
each index gets it in front, and PostgreSQL shows a session the rows of its body only.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import sql

from openlaas.bench.fleet import Fleet
from openlaas.bench.shapes.schemas import structure_change
from openlaas.bench.shapes.shape import (
    Tenant,
    first_rows,
    grants,
    new_database,
    posting_words,
    tenants_of,
)
from tenants.directory.records import slot_role
from tenants.provisioning.servers import TEMPLATE_SCHEMA
from tenants.provisioning.tables import tables_of
from tenants.provisioning.template import SHARED_SCHEMA

_DATABASE, _SCHEMA = "shapes_rows", "books"
_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
 WHERE t.relnamespace = %s::regnamespace AND t.relkind = 'r'
"""
_TABLE = """
CREATE TABLE {table} (LIKE {like} INCLUDING ALL EXCLUDING INDEXES);
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS body_code varchar(12);
ALTER TABLE {table} ALTER COLUMN body_code SET DEFAULT current_setting('openlaas.body'),
    ALTER COLUMN body_code SET NOT NULL, ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} USING (body_code = current_setting('openlaas.body'))
"""
_KEY = re.compile(r"ON CONFLICT \(")


class Rows:
    """All bodies' rows in the same tables."""

    def __init__(self, ground: Fleet, name: str, count: int, now: datetime) -> None:
        self.name = name
        self._ground, self._now = ground, now
        self.tenants: Sequence[Tenant] = tenants_of(count, database=_DATABASE, schema=_SCHEMA)

    @property
    def databases(self) -> Sequence[str]:
        """The only one."""
        return [_DATABASE]

    def prepare(self) -> None:
        """Make the tables, their indexes, guards and policies."""
        new_database(self._ground, _DATABASE)
        owner: Any = self._ground.owner(_DATABASE)
        owner.execute(f"CREATE SCHEMA {_SCHEMA}")
        owner.execute(f"SET search_path = {_SCHEMA}, shared")
        self._tables = [table.name for table in tables_of(owner, TEMPLATE_SCHEMA)]
        for table in self._tables:
            names = {
                "table": sql.Identifier(_SCHEMA, table),
                "like": sql.Identifier(TEMPLATE_SCHEMA, table),
            }
            owner.execute(sql.SQL(_TABLE).format(**names).as_string())
        for (index,) in owner.execute(_INDEXES, [TEMPLATE_SCHEMA]).fetchall():
            here = index.replace(f" ON {TEMPLATE_SCHEMA}.", f" ON {_SCHEMA}.")
            owner.execute(here.replace(" (", " (body_code, ", 1))
        owner.execute((SHARED_SCHEMA / "guards.sql").read_text(encoding="utf-8"))
        owner.execute(grants(_SCHEMA, slot_role(1)))
        self._owner = owner

    def add(self, tenant: Tenant) -> None:
        """Insert the first rows."""
        self._for(tenant, f"BEGIN; {first_rows(tenant, self._now)}; COMMIT")

    def posting(self, tenant: Tenant) -> tuple[str, bytes]:
        """Post with the same statements, the body told by a setting."""
        words = _KEY.sub("ON CONFLICT (body_code, ", posting_words(tenant, self._now.date()))
        opening = (
            "BEGIN; SELECT set_config('openlaas.body', {code}, true),"
            " set_config('search_path', {path}, true), set_config('role', {role}, true),"
            " set_config('statement_timeout', '5000', true),"
            " set_config('lock_timeout', '3000', true); "
        )
        facts = {
            "code": sql.Literal(tenant.code),
            "path": sql.Literal(f"{_SCHEMA}, shared"),
            "role": sql.Literal(slot_role(1)),
        }
        return _DATABASE, f"{sql.SQL(opening).format(**facts).as_string()}{words}; COMMIT".encode()

    def copies(self, tenant: Tenant) -> list[tuple[str, str]]:
        """Copy the body's rows of each table."""
        code = sql.Literal(tenant.code)
        pairs = []
        for table in tables_of(self._owner, _SCHEMA):
            names = {
                "table": sql.Identifier(_SCHEMA, table.name),
                "columns": sql.SQL(", ").join(map(sql.Identifier, table.columns)),
                "code": code,
            }
            out = "COPY (SELECT {columns} FROM {table} WHERE body_code = {code}) TO STDOUT"
            into = "COPY {table} ({columns}) FROM STDIN"
            pairs.append(
                (
                    sql.SQL(out).format(**names).as_string(),
                    sql.SQL(into).format(**names).as_string(),
                )
            )
        return pairs

    def take_away(self, tenant: Tenant) -> None:
        """Delete the body's rows, the guards that forbid it switched off."""
        words = sql.SQL("DELETE FROM {} WHERE body_code = {}")
        for table in self._tables:
            where = sql.Identifier(_SCHEMA, table)
            statement = words.format(where, sql.Literal(tenant.code)).as_string()
            self._for(tenant, f"SET session_replication_role = replica; {statement}")

    def add_empty(self, tenant: Tenant) -> None:
        """Do nothing: the tables are there."""

    def change_structure(self) -> None:
        """Change the tables once, for all."""
        self._owner.execute(structure_change(_SCHEMA))

    def _for(self, tenant: Tenant, text: str) -> None:
        setting = sql.SQL("SET openlaas.body = {}").format(sql.Literal(tenant.code)).as_string()
        self._owner.execute(f"{setting}; {text}")
