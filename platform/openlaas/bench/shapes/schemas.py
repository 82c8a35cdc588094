"""Schemas in one database: a cell when they are a thousand, and what cells avoid when more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import sql

from openlaas.bench.fleet import Fleet
from openlaas.bench.shapes.shape import (
    Tenant,
    ddl_of,
    first_rows,
    new_database,
    opened,
    posting_words,
    schema_message,
    tenants_of,
)
from tenants.provisioning.tables import tables_of


class Schemas:
    """A schema of its own for each body, all in one database."""

    def __init__(self, ground: Fleet, name: str, count: int, now: datetime) -> None:
        self.name = name
        self._ground, self._now = ground, now
        self._database = f"shapes_{name}"
        self.tenants: Sequence[Tenant] = tenants_of(count, database=self._database)
        self._ddl = ddl_of(ground)

    @property
    def databases(self) -> Sequence[str]:
        """The only one."""
        return [self._database]

    def prepare(self) -> None:
        """Make the database."""
        new_database(self._ground, self._database)
        self._owner: Any = self._ground.owner(self._database)

    def add(self, tenant: Tenant) -> None:
        """Make a schema with the product's message."""
        self._owner.execute(schema_message(tenant, self._ddl, first_rows(tenant, self._now)))

    def posting(self, tenant: Tenant) -> tuple[str, bytes]:
        """Post as the product's bare limit does."""
        return self._database, opened(tenant, posting_words(tenant, self._now.date()))

    def copies(self, tenant: Tenant) -> list[tuple[str, str]]:
        """Copy each table whole."""
        return copies_of(self._owner, tenant.schema_name)

    def take_away(self, tenant: Tenant) -> None:
        """Drop the schema."""
        self._owner.execute(
            sql.SQL("SET client_min_messages = warning; DROP SCHEMA {} CASCADE")
            .format(sql.Identifier(tenant.schema_name))
            .as_string()
        )

    def add_empty(self, tenant: Tenant) -> None:
        """Make the schema without rows."""
        self._owner.execute(schema_message(tenant, self._ddl, ""))

    def change_structure(self) -> None:
        """Change each schema in a transaction of its own."""
        for tenant in self.tenants:
            self._owner.execute(structure_change(tenant.schema_name))


def copies_of(owner: Any, schema: str) -> list[tuple[str, str]]:
    """Return COPY out of and into each table of a schema."""
    pairs = []
    for table in tables_of(owner, schema):
        columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
        where = sql.Identifier(schema, table.name)
        target = sql.SQL("COPY {} ({})").format(where, columns).as_string()
        pairs.append((f"{target} TO STDOUT", f"{target} FROM STDIN"))
    return pairs


def structure_change(schema: str) -> str:
    """Return one transaction that adds a column and an index."""
    return (
        sql.SQL(
            "BEGIN; ALTER TABLE {0}.journal_entry ADD COLUMN shapes_note varchar(20);"
            " CREATE INDEX shapes_index ON {0}.journal_entry (entry_date, kind); COMMIT"
        )
        .format(sql.Identifier(schema))
        .as_string()
    )
