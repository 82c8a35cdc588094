"""Bringing along a database that is no cell: the template of another server."""

from tenants.provisioning.servers import (
    TEMPLATE_DATABASE,
    TEMPLATE_SCHEMA,
    owner_connection,
)
from tenants.releases import kept
from tenants.releases.shared_step import SharedStepFailed, bring_shared


def bring_along(
    database: str, server: dict[str, str] | None = None, *, schema: str = TEMPLATE_SCHEMA
) -> str:
    """Bring a database's ``shared`` and one of its schemas to the default template's release.

    Nobody works in it: the schema's step is one transaction, with no limit of time. Its role gets
    no rights; those are given with a place. Safe to run again. Return the release's name.

    Raises:
        SharedStepFailed: the database, or the schema, is at a release that is not known.
    """
    with owner_connection(TEMPLATE_DATABASE) as template:
        releases = kept.all_of(template)
    newest = releases[-1].name
    with owner_connection(database, server) as connection:
        bring_shared(connection, releases)
        at = kept.truth(connection, [schema]).get(schema, "")
        names = [release.name for release in releases]
        if at not in names:
            raise SharedStepFailed(f"{schema} of {database} is at release {at or '?'}")
        with connection.transaction():
            connection.execute("SELECT set_config('search_path', %s, true)", [f"{schema}, shared"])
            for release in releases[names.index(at) + 1 :]:
                connection.execute(kept.as_text(release.body_statements).encode())
            connection.execute(kept.mark(newest, schema=schema).encode())
    return newest
