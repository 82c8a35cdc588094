"""What is asked of every shape of tenancy, and what they have in common."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

from accounting import books_seed
from accounting.fiscal_year import fiscal_year_of
from openlaas.bench import limit
from openlaas.bench.fleet import Fleet
from tenants.backend.prelude import Manner, opening
from tenants.directory.records import slot_role
from tenants.provisioning.servers import CELL_LOGIN_ROLE, TEMPLATE_DATABASE
from tenants.provisioning.template import SHARED_SCHEMA, recorded_ddl

ROLES = 1000  # as in the product: one for each place of a cell, shared by all databases
_GRANTS = (SHARED_SCHEMA / "grants.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A body in a shape: what the product's opening needs to know of it."""

    number: int
    code: str
    schema_name: str
    cell: str
    server: dict[str, str]

    @property
    def role(self) -> str:
        """One of the thousand."""
        return slot_role((self.number - 1) % ROLES + 1)


class Shape(Protocol):
    """A way to keep the books of many bodies apart."""

    name: str
    tenants: Sequence[Tenant]

    def prepare(self) -> None:
        """Make what is made once, whatever the number of bodies."""

    def add(self, tenant: Tenant) -> None:
        """Give a body its empty books."""

    def posting(self, tenant: Tenant) -> tuple[str, bytes]:
        """Return the database and the one message that posts an entry of a body."""

    def copies(self, tenant: Tenant) -> list[tuple[str, str]]:
        """Return each table's COPY out of the body's books, and the COPY into it."""

    def take_away(self, tenant: Tenant) -> None:
        """Remove a body's books."""

    def add_empty(self, tenant: Tenant) -> None:
        """Make what a body's rows can be copied into."""

    def change_structure(self) -> None:
        """Add a column and an index for every body."""

    @property
    def databases(self) -> Sequence[str]:
        """The databases that it takes."""


def tenants_of(count: int, *, database: str, schema: str = "") -> list[Tenant]:
    """Return so many bodies; ``{}`` in the database's or schema's name is the body's number."""
    return [
        Tenant(
            number=number,
            code=f"{number:07d}",
            schema_name=(schema or "b_{}").format(f"{number:07d}"),
            cell=database.format(f"{number:04d}"),
            server={},
        )
        for number in range(1, count + 1)
    ]


def new_database(ground: Fleet, name: str, *, template: str = TEMPLATE_DATABASE) -> None:
    """Make a database like a template, which the login role may enter."""
    with ground.owner("postgres") as owner:
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        owner.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        let_in(owner, name)


def let_in(owner: psycopg.Connection[Any], name: str) -> None:
    """Let the login role, and nobody else, into a database."""
    login = sql.Identifier(CELL_LOGIN_ROLE)
    owner.execute(
        sql.SQL("REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO {1}")
        .format(sql.Identifier(name), login)
        .as_string()
        .encode()
    )


def ddl_of(ground: Fleet) -> str:
    """Return the tables of a body's books as the product makes them."""
    with ground.owner(TEMPLATE_DATABASE) as template:
        return recorded_ddl(template)


def schema_message(tenant: Tenant, ddl: str, rows: str) -> bytes:
    """Return the one message that makes a body's schema, as the product sends it."""
    schema, role = sql.Identifier(tenant.schema_name), sql.Identifier(tenant.role)
    begin = sql.SQL("BEGIN; CREATE SCHEMA {0}; SET LOCAL search_path = {0}, shared;")
    grants = sql.SQL(_GRANTS).format(schema=schema, role=role).as_string()
    text = "\n".join([begin.format(schema).as_string(), ddl, rows, ";", grants, "COMMIT"])
    return text.encode()


def grants(schema: str, role: str) -> bytes:
    """Return the statements that let a role into a schema."""
    names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
    return sql.SQL(_GRANTS).format(**names).as_string().encode()


def first_rows(tenant: Tenant, now: datetime) -> str:
    """Return what puts a new body's first rows into its books."""
    year = fiscal_year_of(now.date())
    return books_seed.first_rows(
        body_code=tenant.code,
        body_id=uuid.UUID(int=tenant.number),
        generation=1,
        fiscal_years=(year - 1, year),
        opened_at=now,
    )


def posting_words(tenant: Tenant, today: date) -> str:
    """Return the statements of a posting; see least.sql."""
    path = Path(limit.__file__).with_name(limit.LEAST)
    words = re.sub(r"^\s*--.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    facts = {"year": str(fiscal_year_of(today)), "day": str(today), "month": f"{today:%Y-%m}-01"}
    for name, value in {**facts, "body": tenant.code}.items():
        words = words.replace(f"<{name}>", value)
    return words.strip()


def opened(tenant: Tenant, words: str) -> bytes:
    """Return a message that begins as the product's messages do."""
    return f"{opening(tenant, Manner()).text}{words}; COMMIT".encode()
