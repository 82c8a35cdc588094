"""The linter over the migrations as they are written, with no database: for `make check`."""

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tenants.backend.base import LeanSchemaEditor
from tenants.backend.errors import NoTenantTransaction
from tenants.provisioning.servers import TEMPLATE_SCHEMA
from tenants.provisioning.sources import changes_of_shared
from tenants.releases import linter
from tenants.routers import TENANT

_APP = "accounting"
_ASKS = (
    "asks the database what to say, so nobody can tell what that will be: say it with RunSQL, and"
    " state_operations beside it"
)


class _WrittenDown(LeanSchemaEditor):
    """Writes down what it would say; it has no connection, not even to merge parameters."""

    def execute(self, sql_text: Any, params: Any = ()) -> None:
        """Keep the statement."""
        said = str(sql_text)
        if params:
            said %= tuple(sql.Literal(value).as_string() for value in params)
        self.collected_sql.append(said)


def refusals_of_migrations(plan: str) -> tuple[int, list[linter.Refusal]]:
    """Return how many migrations and changes there are after the first, and what is refused.

    Which migrations a deployment has had is not known here: whatever one takes away must be unused
    since one before it. `openlaas prepare` asks whether that one was of an earlier release.

    Args:
        plan: the text of infra/decisions/table-plan.md.
    """
    pieces = [
        linter.Piece(name=name, statements=(text,), of_shared=True)
        for name, text in changes_of_shared().items()
    ]
    refused = linter.refusals(pieces, earlier=())
    count = len(pieces)
    earlier: list[str] = []
    for migration, statements in _migrations():
        if earlier:  # the first makes everything
            count += 1
            refused += _refused(migration, statements, earlier, plan)
        earlier.append(migration.name)
    return count, refused


def _refused(
    migration: Migration, statements: list[str] | None, earlier: list[str], plan: str
) -> list[linter.Refusal]:
    if statements is None:
        return [linter.Refusal(migration=migration.name, statement="", reason=_ASKS)]
    piece = linter.Piece(
        name=migration.name,
        statements=tuple(statements),
        contracts_after=getattr(migration, "contracts_after", ""),
    )
    return [
        *linter.refusals([piece], earlier=earlier),
        *linter.tables_outside_plan([piece], plan),
    ]


def _migrations() -> Iterator[tuple[Migration, list[str] | None]]:
    """Yield each migration of the books with the SQL it would say; None when it asks first."""
    loader = MigrationLoader(None)
    connection: Any = connections[TENANT]
    leaves = [node for node in loader.graph.leaf_nodes() if node[0] == _APP]
    state = loader.project_state([])
    connection.schema_name = TEMPLATE_SCHEMA  # our router asks; nothing is sent anywhere
    try:
        for node in loader.graph.forwards_plan(leaves[0]):
            migration = loader.graph.nodes[node]
            # Not atomic: a transaction would be one with a database.
            editor = _WrittenDown(connection, collect_sql=True, atomic=False)
            try:
                with editor:
                    migration.apply(state.clone(), editor, collect_sql=True)
            except NoTenantTransaction:
                yield migration, None
            else:
                said = [line for line in editor.collected_sql if not line.startswith("--")]
                yield migration, said
            state = migration.mutate_state(state)
    finally:
        connection.schema_name = "public"
