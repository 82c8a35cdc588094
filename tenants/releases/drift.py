"""Whether schemas are still what their release made them: by hash, one query for a cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tenants.directory.records import slot_role
from tenants.provisioning.servers import BODY_ROLE, owner_connection
from tenants.releases import kept, queries, structure


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A schema that is not what it should be.

    Attributes:
        code: the body's; empty for a spare schema or ``shared``.
        release: the one that the schema says it is at.
        differences: in words, by name.
    """

    cell: str
    schema: str
    code: str
    release: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLooked:
    """What came of looking into a cell; ``error`` when it does not answer."""

    cell: str
    schemas: int
    drifts: tuple[Drift, ...]
    error: str = ""


def drift_of_fleet(*, code: str | None = None) -> Iterator[CellLooked]:
    """Compare schemas with what their release recorded, cell by cell.

    Args:
        code: only this body's schemas.

    Raises:
        NotTheOwner: this process was not given DATABASE_URL.
    """
    for (name, host, port), held in queries.places_of_cells().items():
        chosen = [place for place in held if code is None or place.code == code]
        if code is not None and not chosen:
            continue
        server = {"host": host} if host else {}
        server |= {"port": str(port)} if port else {}
        try:
            with owner_connection(name, server) as cell:
                drifts = tuple(_drifts(cell, name, chosen))
        except psycopg.OperationalError as error:
            yield CellLooked(cell=name, schemas=0, drifts=(), error=str(error))
        else:
            yield CellLooked(cell=name, schemas=len(chosen) + 1, drifts=drifts)


def _drifts(
    cell: psycopg.Connection[Any], name: str, held: list[queries.HeldPlace]
) -> Iterator[Drift]:
    meant = {release.name: release.structure for release in kept.all_of(cell)}
    bodies = {
        (at, is_closed): structure.closed(said["body"]) if is_closed else said["body"]
        for at, said in meant.items()
        for is_closed in (False, True)
    }
    body_hashes = {key: structure.hash_of(said) for key, said in bodies.items()}
    newest = kept.newest_name(cell)
    roles = {one.schema: slot_role(one.slot) for one in held}
    truth = kept.truth(cell, list(roles))
    found = structure.hashes(cell, {**roles, structure.SHARED: BODY_ROLE})
    for one in held:
        schema = one.schema
        at = truth.get(schema, "")
        if schema not in found:
            words: tuple[str, ...] = ("the schema is missing",)
        elif at not in meant:
            words = (f"it says it is at release {at or '?'}, which the cell does not know",)
        elif found[schema] == body_hashes[at, one.is_closed]:
            continue
        else:
            said = structure.lines(cell, {schema: roles[schema]})[schema]
            words = tuple(structure.differences(bodies[at, one.is_closed], said))
        yield Drift(cell=name, schema=schema, code=one.code, release=at, differences=words)
    if found.get(structure.SHARED) != structure.hash_of(meant[newest]["shared"]):
        said = structure.lines(cell, {structure.SHARED: BODY_ROLE})[structure.SHARED]
        words = tuple(structure.differences(meant[newest]["shared"], said))
        yield Drift(cell=name, schema=structure.SHARED, code="", release=newest, differences=words)
