"""Which instance a database belongs to: a mark inside the template, so inside whatever is copied.

A cell is found by its database's name alone when a run was killed before the directory knew it.
Another instance on the same server gives its cells the same names: by the mark they are told apart.
"""

from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from tenants.directory.models import Instance

_SAYS = "openlaas instance "
_MARK = "SELECT obj_description(to_regnamespace('shared'), 'pg_namespace')"


class NotOurs(Exception):
    """A database has the name of a cell of ours and is none: it is left as it is."""


def instance_id() -> UUID:
    """Return what tells this instance from every other; made with its control plane."""
    instance, _ = Instance.objects.get_or_create(is_the_only=True)
    found: UUID = instance.id
    return found


def mark(template: psycopg.Connection[Any]) -> None:
    """Mark a template as ours, unless it is marked.

    Raises:
        NotOurs: it is another instance's.
    """
    if _said(template) is None:
        words = sql.SQL("COMMENT ON SCHEMA shared IS {}")
        template.execute(words.format(sql.Literal(f"{_SAYS}{instance_id()}")))
    require_ours(template)


def require_ours(database: psycopg.Connection[Any]) -> None:
    """See that a database was copied from a template of ours.

    Raises:
        NotOurs: it was not.
    """
    if (said := _said(database)) != f"{_SAYS}{instance_id()}":
        name = database.info.dbname
        raise NotOurs(f"the database {name} says {said or 'nothing'}: rename it, or drop it")


def _said(database: psycopg.Connection[Any]) -> str | None:
    ((said,),) = database.execute(_MARK).fetchall()
    return None if said is None else str(said)
