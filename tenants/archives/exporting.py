"""Exporting the live books of a body."""

from pathlib import Path
from uuid import UUID

from accounting.attachments import store
from tenants.archives.facts import facts_of
from tenants.archives.writing import Written, write_archive
from tenants.directory.queries import body_with_books
from tenants.provisioning.servers import owner_connection


class NoBooks(Exception):
    """There is no such body, or it has no books."""


def export_body(code: str, path: Path, *, as_folder: bool = False) -> Written:
    """Write the live books of a body into a new file, beside its traffic.

    Raises:
        NoBooks: there is no such body with books.
        FileExistsError: something is at ``path``.
        NotThisBody: the schema holds another body's books, or no whole books.
        InvariantBroken: the content of an attachment is not there, or damaged.
    """
    body, facts = body_with_books(code), facts_of(code)
    if body is None or facts is None:
        raise NoBooks(f"{code} has no books")
    body_id = UUID(facts.id)
    with owner_connection(body.cell, body.server) as cell:
        return write_archive(
            cell=cell,
            schema_name=body.schema_name,
            facts=facts,
            path=path,
            content=lambda sha256: store.content(body_id=body_id, sha256=sha256),
            as_folder=as_folder,
        )
