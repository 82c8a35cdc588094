"""Recording a release: the template is copied, migrated, listened to, and put in its place.

Killed at any moment it is begun anew: until the last rename the template is what it was, and what
was recorded is in the template, from where the control plane takes it.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tenants.provisioning.national import NATIONAL_TABLES, bringing_to_the_file
from tenants.provisioning.recorder import Recording, record_migrations
from tenants.provisioning.servers import (
    TEMPLATE_DATABASE,
    TEMPLATE_SCHEMA,
    owner_connection,
)
from tenants.provisioning.sources import (
    SHARED_SCHEMA,
    changes_of_shared,
    release_name,
    rewritten,
    source_digests,
)
from tenants.releases import kept, linter, structure

_NEXT = f"{TEMPLATE_DATABASE}_next"
_OLD = f"{TEMPLATE_DATABASE}_old"
_CHANGE = "shared_schema/changes/"
_RELATIONS = """
SELECT count(*) FROM pg_class c LEFT JOIN pg_class owner ON owner.reltoastrelid = c.oid
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_class toasted ON toasted.reltoastrelid = i.indrelid
 WHERE coalesce(owner.relnamespace, toasted.relnamespace, c.relnamespace) = %s::regnamespace
   AND c.relkind IN ('r', 'i', 't', 'S', 'm', 'p')
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'"


class UnableToRecordRelease(Exception):
    """This program's files do not make a release that the fleet may be brought to."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


@dataclass(frozen=True, slots=True)
class _Next:
    """What was said to the copy of the template."""

    shared: dict[str, tuple[str, ...]]  # by change
    body: Recording


def bring_template_to_this_release() -> list[kept.Release]:
    """Record this program's release in the template when it lacks it; return all it knows.

    A program whose release the template has come through already is an older one: nothing is done,
    the newer shape serves it too.

    Raises:
        UnableToRecordRelease: an earlier release's files were changed, or the linter refuses.
    """
    with owner_connection(TEMPLATE_DATABASE) as template:
        known = kept.all_of(template)
    name = release_name()
    if name in {release.name for release in known}:
        return known
    before = known[-1]
    if changed := rewritten(before.sources, source_digests()):
        raise UnableToRecordRelease(
            [
                f"{file} belongs to an earlier release and was changed or is missing: add a"
                " migration, or a file in shared_schema/changes, instead"
                for file in changed
            ]
        )
    with owner_connection() as server:
        for leftover in (_NEXT, _OLD):
            server.execute(_drop(leftover))
        copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        server.execute(
            sql.SQL(copy).format(sql.Identifier(_NEXT), sql.Identifier(TEMPLATE_DATABASE))
        )
        release = _record(name, before)
        _put_in_place(server)
    return [*known, release]


def _record(name: str, before: kept.Release) -> kept.Release:
    """Migrate the copy; keep in it what was said to it."""
    shared = _shared_statements(before)
    with owner_connection(_NEXT) as template, template.transaction():
        for statement in (one for said in shared.values() for one in said):
            template.execute(statement.encode())
    said = _Next(shared, record_migrations(_NEXT, known=before.migrations))
    with owner_connection(_NEXT) as template:
        template.execute(kept.mark(name, schema=TEMPLATE_SCHEMA).encode())
        if reasons := _refused(template, said, before):
            raise UnableToRecordRelease(reasons)
        release = _release(name, before, said, template)
        kept.keep(template, release)
        template.execute("VACUUM ANALYZE")
    return release


def _release(
    name: str, before: kept.Release, said: _Next, template: psycopg.Connection[Any]
) -> kept.Release:
    grants = (SHARED_SCHEMA / "grants.sql").read_text(encoding="utf-8")
    body = tuple(said.body.statements)
    return kept.Release(
        name=name,
        number=before.number + 1,
        previous=before.name,
        migrations=(*before.migrations, *said.body.ends),
        shared_statements=tuple(one for words in said.shared.values() for one in words),
        body_statements=body,
        grants_again=_grants_again(before.grants, grants, body),
        # New schemas go the way of all others, so that their columns stand in the same order.
        ddl=before.ddl + kept.as_text(body),
        grants=grants,
        sources=source_digests(),
        structure=structure.of_template(template, grants),
    )


def _grants_again(before: str, now: str, body: tuple[str, ...]) -> str:
    """Return the rights that a schema's role must be given anew, with the step; mostly none."""
    if before != now:
        return f"REVOKE ALL ON ALL TABLES IN SCHEMA {{schema}} FROM {{role}};\n{now}"
    makes_tables = any(
        one.upper().startswith("CREATE TABLE")
        for statement in body
        for one in linter.parted(statement)
    )
    return now if makes_tables else ""


def _shared_statements(before: kept.Release) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {
        name: (text,)
        for name, text in changes_of_shared().items()
        if f"{_CHANGE}{name}" not in before.sources
    }
    now = source_digests()
    for table in NATIONAL_TABLES:
        if before.sources.get(table.file) != now[table.file]:
            said[table.file] = (bringing_to_the_file(table),)
    return said


def _refused(template: psycopg.Connection[Any], said: _Next, before: kept.Release) -> list[str]:
    (relations,) = template.execute(_RELATIONS, [TEMPLATE_SCHEMA]).fetchone() or (0,)
    tables = [name for (name,) in template.execute(_TABLES, [TEMPLATE_SCHEMA])]
    found = [
        *linter.refusals(_pieces(said), earlier=before.migrations),
        *linter.refusal_of_rows_read(said.body.questions, tables),
        *linter.refusal_of_size(relations),
    ]
    return [f"{one.migration}: {one.statement[:200]}: {one.reason}".lstrip(": ") for one in found]


def _pieces(said: _Next) -> list[linter.Piece]:
    loader = MigrationLoader(None)
    pieces = [
        linter.Piece(name=name, statements=words, of_shared=True)
        for name, words in said.shared.items()
    ]
    start = 0
    for name, end in said.body.ends.items():
        migration = loader.get_migration("accounting", name)
        pieces.append(
            linter.Piece(
                name=name,
                statements=tuple(said.body.statements[start:end]),
                contracts_after=getattr(migration, "contracts_after", ""),
            )
        )
        start = end
    return pieces


def _put_in_place(server: psycopg.Connection[Any]) -> None:
    """Rename both in one transaction: there is a template at every moment."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    template, coming, old = map(sql.Identifier, (TEMPLATE_DATABASE, _NEXT, _OLD))
    with server.transaction():
        server.execute(rename.format(template, old))
        server.execute(rename.format(coming, template))
    server.execute(_drop(_OLD))


def _drop(database: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
