"""A database of its own for each body."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import sql

from openlaas.bench.fleet import Fleet
from openlaas.bench.shapes.schemas import copies_of, structure_change
from openlaas.bench.shapes.shape import (
    Tenant,
    ddl_of,
    first_rows,
    grants,
    let_in,
    new_database,
    opened,
    posting_words,
    schema_message,
    tenants_of,
)

_TEMPLATE = "shapes_database_template"
_SCHEMA = "books"


class Databases:
    """Each body's books in a database that is a copy of an empty one."""

    def __init__(self, ground: Fleet, name: str, count: int, now: datetime) -> None:
        self.name = name
        self._ground, self._now = ground, now
        self.tenants: Sequence[Tenant] = tenants_of(
            count, database="shapes_database_{}", schema=_SCHEMA
        )

    @property
    def databases(self) -> Sequence[str]:
        """One for each body."""
        return [tenant.cell for tenant in self.tenants]

    def prepare(self) -> None:
        """Make the empty books that are copied, without the rows that no body needs twice."""
        new_database(self._ground, _TEMPLATE)
        with self._ground.owner(_TEMPLATE) as owner:
            owner.execute("SET client_min_messages = warning; DROP SCHEMA template_body CASCADE")
            owner.execute(schema_message(self.tenants[0], ddl_of(self._ground), ""))
            owner.execute("VACUUM ANALYZE")
        self._owner: Any = self._ground.owner("postgres")

    def add(self, tenant: Tenant) -> None:
        """Copy the database and put the first rows in."""
        self.add_empty(tenant)
        with self._ground.owner(tenant.cell) as owner:
            owner.execute(f"SET search_path = {_SCHEMA}, shared; {first_rows(tenant, self._now)}")

    def posting(self, tenant: Tenant) -> tuple[str, bytes]:
        """Post as the product's bare limit does."""
        return tenant.cell, opened(tenant, posting_words(tenant, self._now.date()))

    def copies(self, tenant: Tenant) -> list[tuple[str, str]]:
        """Copy each table whole."""
        with self._ground.owner(tenant.cell) as owner:
            return copies_of(owner, _SCHEMA)

    def take_away(self, tenant: Tenant) -> None:
        """Drop the database."""
        name = sql.Identifier(tenant.cell)
        self._owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def add_empty(self, tenant: Tenant) -> None:
        """Copy the database."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        names = sql.Identifier(tenant.cell), sql.Identifier(_TEMPLATE)
        self._owner.execute(words.format(*names))
        let_in(self._owner, tenant.cell)
        with self._ground.owner(tenant.cell) as owner:
            owner.execute(grants(_SCHEMA, tenant.role))

    def change_structure(self) -> None:
        """Connect to each database in turn."""
        for tenant in self.tenants:
            with self._ground.owner(tenant.cell) as owner:
                owner.execute(structure_change(_SCHEMA))
