"""What the control plane knows of releases and of the places on their way to them.

Each function is one statement on the control plane, set-based.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from tenants.control import CONTROL
from tenants.directory.models import PlaceUse
from tenants.releases.models import PlaceState, Release, ReleaseState

USES_MIGRATED = (
    PlaceUse.LIVE,
    PlaceUse.SPARE,
    PlaceUse.EARLIER,
    PlaceUse.BESIDE,
    PlaceUse.KEPT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayPlace:
    """A place on its way: where it is, and which role its schema is for."""

    place_id: Any
    cell: str
    host: str
    port: int | None
    schema: str
    slot: int
    attempts: int

    @property
    def server(self) -> dict[str, str]:
        """Connection parameters that differ from the default server's."""
        host = {"host": self.host} if self.host else {}
        return host | ({"port": str(self.port)} if self.port else {})


def newest_release() -> Release | None:
    """Return the release recorded last."""
    found: Release | None = Release.objects.order_by("-number").first()
    return found


def releases() -> list[dict[str, Any]]:
    """Return every release: number, name, state, wave, times; newest first."""
    names = (
        *("number", "name", "state", "wave", "halted_because"),
        *("recorded_at", "started_at", "finished_at", "migrations"),
    )
    rows = Release.objects.order_by("-number").values_list(*names)
    return [dict(zip(names, row, strict=True)) for row in rows]


def counts(release: str) -> list[dict[str, Any]]:
    """Return ``[{"wave", "state", "places"}]`` of a release."""
    rows = _rows(
        "SELECT wave, state, count(*) FROM place_release WHERE release_id = %(release)s"
        " GROUP BY wave, state ORDER BY wave, state",
        {"release": release},
    )
    return [{"wave": wave, "state": state, "places": places} for wave, state, places in rows]


def pending(release: str) -> set[UUID]:
    """Return the places that wait for a release."""
    rows = _rows(
        "SELECT place_id FROM place_release WHERE release_id = %(release)s AND state = 'pending'",
        {"release": release},
    )
    return {place for (place,) in rows}


def parked(release: str | None = None, *, limit: int = 100) -> list[dict[str, Any]]:
    """Return the parked places with their errors, by body's code; of every release for None."""
    rows = _rows(
        """
        SELECT coalesce(b.code, ''), p.schema_name, p.cell_id, p.use, r.release_id, r.attempts,
               r.error, r.at
          FROM place_release r JOIN place p ON p.id = r.place_id
          LEFT JOIN body b ON b.id = p.body_id
         WHERE r.state = 'parked' AND (%(release)s::text IS NULL OR r.release_id = %(release)s)
         ORDER BY b.code, p.schema_name LIMIT %(limit)s
        """,
        {"release": release, "limit": limit},
    )
    names = ("code", "schema", "cell", "use", "release", "attempts", "error", "at")
    return [dict(zip(names, row, strict=True)) for row in rows]


def overview() -> dict[str, Any]:
    """Return what `fleet status` tells of releases: the newest, and its places by state."""
    release = newest_release()
    if release is None:
        return {"release": None, "state": None, "places": {}, "parked": 0}
    places: dict[str, int] = {}
    for row in counts(release.name):
        places[row["state"]] = places.get(row["state"], 0) + row["places"]
    return {
        "release": release.name,
        "state": release.state,
        "wave": release.wave,
        "halted_because": release.halted_because,
        "places": places,
        "parked": places.get(PlaceState.PARKED, 0),
    }


def waiting(release: str, wave: int, *, code: str | None = None) -> list[WayPlace]:
    """Return the pending places of a wave, or of one body, in the order to take them.

    Bodies of one cell stand together, so that a connection's caches serve many.
    """
    rows = _rows(
        """
        SELECT r.place_id, c.name, c.host, c.port, p.schema_name, p.slot, r.attempts
          FROM place_release r JOIN place p ON p.id = r.place_id JOIN cell c ON c.name = p.cell_id
          LEFT JOIN body b ON b.id = p.body_id
         WHERE r.release_id = %(release)s AND r.state = 'pending'
           AND (r.wave = %(wave)s OR %(code)s::text IS NOT NULL)
           AND (%(code)s::text IS NULL OR b.code = %(code)s)
         ORDER BY c.name, p.schema_name
        """,
        {"release": release, "wave": wave, "code": code},
    )
    names = WayPlace.__dataclass_fields__
    return [WayPlace(**dict(zip(names, row, strict=True))) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """A schema of a cell, as the control plane knows it.

    Attributes:
        state: of the newest release, empty for a place that no release has met.
        code: the body's; empty for a spare.
        is_closed: books that were left behind: their role has lost the right to write.
    """

    schema: str
    slot: int
    state: str
    code: str
    is_closed: bool


def places_of_cells() -> dict[tuple[str, str, int | None], list[HeldPlace]]:
    """Return each cell's schemas: ``{(cell, host, port): [...]}``."""
    rows = _rows(
        """
        SELECT c.name, c.host, c.port, p.schema_name, p.slot, coalesce(r.state, ''),
               coalesce(b.code, ''), p.use IN ('earlier', 'kept')
          FROM cell c LEFT JOIN place p ON p.cell_id = c.name AND p.use = ANY (%(uses)s)
          LEFT JOIN place_release r ON r.place_id = p.id
          LEFT JOIN body b ON b.id = p.body_id
         ORDER BY c.name, p.schema_name
        """,
        {"uses": list(USES_MIGRATED)},
    )
    names = HeldPlace.__dataclass_fields__
    found: dict[tuple[str, str, int | None], list[HeldPlace]] = {}
    for cell, host, port, *facts in rows:
        held = found.setdefault((cell, host, port), [])
        if facts[0] is not None:  # a cell without any place
            held.append(HeldPlace(**dict(zip(names, facts, strict=True))))
    return found


def is_done(release: Release) -> bool:
    """Tell whether the fleet has come to the release."""
    return bool(release.state == ReleaseState.DONE)


def _rows(query: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[CONTROL].cursor() as cursor:
        cursor.execute(query, facts)
        return list(cursor.fetchall())
