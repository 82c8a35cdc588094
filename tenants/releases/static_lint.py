"""The linter over the migrations as they are written, with no database: for `make check`."""

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from tenants.provisioning.sources import changes_of_shared
from tenants.releases import linter
from tenants.routers import TENANT

_APP = "accounting"


def refusals_of_migrations(plan: str) -> tuple[int, list[linter.Refusal]]:
    """Return how many migrations and changes there are after the first, and what is refused.

    Which migrations a deployment has had is not known here: whatever one takes away must be unused
    since one before it. `openlaas prepare` asks whether that one was of an earlier release.

    Args:
        plan: the text of infra/decisions/table-plan.md.
    """
    refused: list[linter.Refusal] = []
    earlier: list[str] = []
    pieces = [
        linter.Piece(name=name, statements=(text,), of_shared=True)
        for name, text in changes_of_shared().items()
    ]
    refused += linter.refusals(pieces, earlier=())
    count = len(pieces)
    for migration, statements in _migrations():
        if earlier:  # the first makes everything
            count += 1
            piece = linter.Piece(
                name=migration.name,
                statements=tuple(statements),
                contracts_after=getattr(migration, "contracts_after", ""),
            )
            refused += linter.refusals([piece], earlier=earlier)
            refused += linter.tables_outside_plan([piece], plan)
        earlier.append(migration.name)
    return count, refused


def _migrations() -> Iterator[tuple[Migration, list[str]]]:
    """Yield each migration of the books, in order, with the SQL it would say."""
    loader = MigrationLoader(None)
    connection: Any = connections[TENANT]
    leaves = [node for node in loader.graph.leaf_nodes() if node[0] == _APP]
    state = loader.project_state([])
    for node in loader.graph.forwards_plan(leaves[0]):
        migration = loader.graph.nodes[node]
        # Not atomic: a transaction would be one with a database.
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        said = [line for line in editor.collected_sql if not line.startswith("--")]
        yield migration, ["\n".join(said)]
