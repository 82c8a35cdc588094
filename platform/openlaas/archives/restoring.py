"""One body as it was at a moment, brought back beside its live books. Nothing is deleted.

The server is recovered elsewhere to the moment, the body exported from there, and the archive
brought in beside the live books: verified by the same program and checks as any other archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from accounting.attachments import store
from openlaas.stack import backups, retention
from openlaas.stack.binaries import Binaries
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce
from tenants.archives.comparing import Difference, difference
from tenants.archives.exporting import NoBooks
from tenants.archives.facts import BodyFacts, facts_of
from tenants.archives.loading import Imported, import_archive
from tenants.archives.writing import write_archive
from tenants.directory.models import Cell, Place, PlaceUse
from tenants.directory.queries import body_with_books
from tenants.directory.records import BodyRecord
from tenants.provisioning.servers import CONTROL_DATABASE, owner_connection, owner_parameters

_LIVE_PLACE = """
SELECT place.cell_id, place.schema_name FROM place JOIN body ON body.id = place.body_id
 WHERE body.code = %s AND place.use = 'live'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Where the restored books are, the archive they came by, and how they differ from the live."""

    imported: Imported
    archive: Path
    difference: Difference


def restore_body(
    code: str,
    *,
    moment: datetime,
    folder: Path,
    binaries: Binaries,
    now: datetime,
    announce: Announce,
    cell: str | None = None,
) -> Restored:
    """Bring a body's books as of a moment back, beside its live ones.

    Args:
        code: the body.
        moment: what was committed until then is in them.
        folder: the backup folder of the server that holds the body's cell.
        binaries: PostgreSQL's programs, of the server's version.
        now: when they are brought in.
        announce: is told each step.
        cell: where the body's books were then, if that was another cell of this server.

    Raises:
        NoBooks: there is no such body with books, now or then.
        StackError: no backup reaches the moment.
        ArchiveRefused: what was recovered is not whole, or of another release.
    """
    body, facts = body_with_books(code), facts_of(code)
    if body is None or facts is None:
        raise NoBooks(f"{code} has no books")
    if moment >= now:
        raise StackError(f"{moment} has not passed yet")
    with owner_connection("postgres", body.server) as server:
        backups.archive_until_now(server)
        left_out = _other_cells(server, cell or body.cell)
    archive = folder / "restored" / f"{code}-{moment:%Y%m%dT%H%M%S.%f%z}.zip"
    archive.unlink(missing_ok=True)  # of an earlier run to the same moment
    then = backups.cluster_as_of(
        folder,
        moment,
        owner=owner_parameters("postgres", body.server),
        binaries=binaries,
        announce=announce,
        left_out=left_out,
    )
    with retention.nothing_expires(folder), then as parameters:
        announce(f"Exporting {code} as of then")
        _export_then(parameters, replace(body, cell=cell or body.cell), facts, archive)
    announce(f"Bringing {archive.name} in beside the live books")
    imported = import_archive(archive, use=PlaceUse.BESIDE, now=now, expected_code=code)
    return Restored(imported=imported, archive=archive, difference=_difference(imported))


def _difference(imported: Imported) -> Difference:
    """Tell the books brought in and the live ones of the same body apart."""
    places = Place.objects.select_related("cell")
    return difference(
        live=places.get(body__code=imported.code, use=PlaceUse.LIVE),
        restored=places.get(cell_id=imported.cell, schema_name=imported.schema_name),
    )


def _export_then(
    parameters: Mapping[str, str], body: BodyRecord, facts: BodyFacts, archive: Path
) -> None:
    """Export the body from the server of then. What hangs on documents is in the store of today."""
    cell, schema_name = _place_then(parameters, body)
    body_id = UUID(facts.id)
    with _connected(parameters, cell) as connection:
        write_archive(
            cell=connection,
            schema_name=schema_name,
            facts=facts,
            path=archive,
            content=lambda sha256: store.content(body_id=body_id, sha256=sha256),
        )


def _place_then(parameters: Mapping[str, str], body: BodyRecord) -> tuple[str, str]:
    """Return where the directory of then had the body, or where it is today.

    A server that holds cells alone has no directory; the body was there if its schema was.
    """
    try:
        with _connected(parameters, CONTROL_DATABASE) as control:
            found = control.execute(_LIVE_PLACE, [body.code]).fetchone()
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise
        return body.cell, body.schema_name
    if found is None:
        raise NoBooks(f"{body.code} had no books at that moment")
    cell, schema_name = found
    if cell != body.cell:
        raise StackError(f"{body.code} was in {cell} then: restore it with --cell {cell}")
    return str(cell), str(schema_name)


def _other_cells(server: psycopg.Connection[Any], wanted: str) -> list[int]:
    """Return the numbers of the server's databases that are cells, but for the one wanted."""
    others = list(Cell.objects.exclude(name=wanted).values_list("name", flat=True))
    query = "SELECT oid::int8 FROM pg_database WHERE datname = ANY(%s)"
    return [oid for (oid,) in server.execute(query, [others])]


def _connected(parameters: Mapping[str, str], database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(**{**parameters, "dbname": database}, autocommit=True)  # type: ignore[arg-type]
