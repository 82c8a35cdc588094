"""Exporting the books of a body: the live ones, or those of an earlier generation."""

from pathlib import Path
from uuid import UUID

from accounting.attachments import store
from tenants.archives.facts import facts_of
from tenants.archives.writing import Written, write_archive
from tenants.directory.queries import body_with_books
from tenants.provisioning.servers import owner_connection


class NoBooks(Exception):
    """There is no such body, or it has no books."""


def export_body(name: str, path: Path, *, as_folder: bool = False) -> Written:
    """Write books of a body into a new file, beside its traffic.

    Args:
        name: the body's code, for its live books; ``5901401_1`` for those of its first generation.
        path: where nothing is yet.
        as_folder: write a folder instead of a zip file.

    Raises:
        NoBooks: there is no such body with books.
        FileExistsError: something is at ``path``.
        NotThisBody: the schema holds another body's books, or no whole books.
        InvariantBroken: the content of an attachment is not there, or damaged.
    """
    body = body_with_books(name)
    facts = facts_of(body.code) if body else None
    if body is None or facts is None:
        raise NoBooks(f"{name} has no books")
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
