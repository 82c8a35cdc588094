"""The releases that a cell keeps in ``shared.release``: what brought it where it is.

Note [A schema says itself which release it is at]
The comment on a schema is the name of its release. It commits with the change that it names,
whoever made, copied or renamed the schema, and one query tells it for a whole cell. Whatever the
control plane says, this is what is so. Django's own record is the template's alone: a row and a
comment on its table in each schema took half of the time of a step.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

_COLUMNS = (
    "name, number, previous, migrations, shared_statements, body_statements, grants_again, ddl,"
    " grants, sources, structure"
)
_TRUTH = """
SELECT n.nspname, coalesce(obj_description(n.oid, 'pg_namespace'), '')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relname = 'journal_head' AND c.relkind = 'r'
   AND (%(schemas)s::text[] IS NULL OR n.nspname = ANY (%(schemas)s::text[]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release: the step that leads to it, and what a new body is made of at it.

    Attributes:
        number: 1, 2, … in the order of recording.
        previous: the name of the one before; empty for the first.
        migrations: Django's, in the order applied, of all releases so far.
        shared_statements: the step of ``shared``, once for each cell.
        body_statements: the step of a body's schema, with no schema's name in it.
        grants_again: rights that the step gives, ``{schema}`` and ``{role}`` left open; often none.
        ddl: what makes a new schema.
        grants: the rights of a new schema's role, left open in the same way.
        sources: SHA-256 of the files it came from.
        structure: what a schema then consists of; see ``structure``.
    """

    name: str
    number: int
    previous: str
    migrations: tuple[str, ...]
    shared_statements: tuple[str, ...]
    body_statements: tuple[str, ...]
    grants_again: str
    ddl: str
    grants: str
    sources: dict[str, str]
    structure: dict[str, dict[str, str]]

    @property
    def sha256(self) -> str:
        """The hash of the step: whoever replays it compares it."""
        said = [self.previous, self.shared_statements, self.body_statements, self.grants_again]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def mark(name: str, *, schema: str) -> str:
    """Return the statement by which a schema says its release."""
    words = sql.SQL("COMMENT ON SCHEMA {} IS {};\n")
    return words.format(sql.Identifier(schema), sql.Literal(name)).as_string()


def as_text(statements: Iterable[str]) -> str:
    """Return statements as one text to be sent."""
    return "".join(f"{statement.rstrip().rstrip(';')};\n" for statement in statements)


def grants_for(text: str, *, schema: str, role: str) -> str:
    """Return a release's grants for one schema and its role."""
    names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
    return sql.SQL(text).format(**names).as_string()


def all_of(cell: psycopg.Connection[Any]) -> list[Release]:
    """Return every release that the cell or template has come through, in order."""
    rows = cell.execute(f"SELECT {_COLUMNS} FROM shared.release ORDER BY number")  # noqa: S608 - our own words
    return [_release(row) for row in rows]


def newest(cell: psycopg.Connection[Any]) -> Release:
    """Return the release that the cell's ``shared`` is at."""
    found = cell.execute(
        f"SELECT {_COLUMNS} FROM shared.release ORDER BY number DESC LIMIT 1"  # noqa: S608 - our own words
    ).fetchone()
    assert found is not None  # a cell without a release was never finished
    return _release(found)


def at_which(cell: psycopg.Connection[Any], schema: str) -> Release:
    """Return the release that a schema says it is at; the cell's own while it does not know it.

    The cell may be ahead of it: then its newest grants name tables that the schema has not got.
    """
    name = truth(cell, [schema]).get(schema, "")
    return named(cell, name) or newest(cell)


def named(cell: psycopg.Connection[Any], name: str) -> Release | None:
    """Return a release that the cell has come through; None when it has not."""
    query = f"SELECT {_COLUMNS} FROM shared.release WHERE name = %s"  # noqa: S608 - our own words
    found = cell.execute(query, [name]).fetchone()
    return _release(found) if found else None


def newest_name(cell: psycopg.Connection[Any]) -> str:
    """Return its name, without the rest."""
    query = "SELECT name FROM shared.release ORDER BY number DESC LIMIT 1"
    (name,) = cell.execute(query).fetchone() or ("",)
    return str(name)


def keep(cell: psycopg.Connection[Any], release: Release) -> None:
    """Write a release down in a cell or template."""
    places = ", ".join(["%s"] * 12)
    cell.execute(
        f"INSERT INTO shared.release ({_COLUMNS}, sha256) VALUES ({places})",  # noqa: S608 - our own words
        [
            release.name,
            release.number,
            release.previous,
            Jsonb(release.migrations),
            Jsonb(release.shared_statements),
            Jsonb(release.body_statements),
            release.grants_again,
            release.ddl,
            release.grants,
            Jsonb(release.sources),
            Jsonb(release.structure),
            release.sha256,
        ],
    )


def truth(cell: psycopg.Connection[Any], schemas: list[str] | None = None) -> dict[str, str]:
    """Return the release that each schema says it is at, of the whole cell in one query."""
    return dict(cell.execute(_TRUTH, {"schemas": schemas}).fetchall())


def _release(row: tuple[Any, ...]) -> Release:
    name, number, previous, migrations, shared, body, again, ddl, grants, sources, structure = row
    return Release(
        name=name,
        number=number,
        previous=previous,
        migrations=tuple(migrations),
        shared_statements=tuple(shared),
        body_statements=tuple(body),
        grants_again=again,
        ddl=ddl,
        grants=grants,
        sources=sources,
        structure=structure,
    )
