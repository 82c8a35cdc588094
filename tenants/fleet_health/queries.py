"""The operator's questions: what the control plane knows of the fleet, beside what servers tell."""

from typing import Any

from django.db import connections

from tenants.fleet_health.servers import CellAddress, look_at_servers
from tenants.releases import queries as releases

_CELLS = """
SELECT c.name, c.host, c.port, c.capacity, c.is_open,
       count(place.id) FILTER (WHERE place.use = 'live') AS bodies,
       count(place.id) FILTER (WHERE place.use = 'spare') AS spare,
       count(place.id) AS places
  FROM cell c LEFT JOIN place ON place.cell_id = c.name
 GROUP BY c.name ORDER BY c.name
"""
_USES = "SELECT use, count(*) FROM place GROUP BY use ORDER BY use"
_STATES = "SELECT state, count(*) FROM body GROUP BY state ORDER BY state"

# A transaction id wears out at two thousand million; autovacuum forces its work long before.
XID_AGE_TO_WATCH = 1_000_000_000
BLOAT_TO_WATCH = 0.5
TRANSACTION_SECONDS_TO_WATCH = 300
WAIT_SECONDS_TO_WATCH = 10


def register_status() -> dict[str, Any]:
    """Return what the control plane alone knows of the fleet: nothing of it asks a cell.

    ``cells`` with what they hold, ``bodies`` by state, ``places`` by use, ``migrations`` see below.
    """
    return _known()[1]


def fleet_status() -> dict[str, Any]:
    """Return all that an operator wants at a glance; what costs, costs by the cell.

    ``cells`` are the directory's rows, each with what its server tells; ``servers`` by name;
    ``bodies`` by state; ``places`` by use; ``migrations`` see below; ``worries`` in plain words.
    """
    addresses, known = _known()
    servers = look_at_servers(addresses)
    cells = [
        cell | servers[cell["server"]]["cells"].get(cell["name"], {}) for cell in known["cells"]
    ]
    told = {
        name: {key: value for key, value in server.items() if key != "cells"}
        for name, server in servers.items()
    }
    status = {"servers": told, **known, "cells": cells}
    return {**status, "worries": worries(status)}


def _known() -> tuple[list[CellAddress], dict[str, Any]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(_CELLS)
        rows = cursor.fetchall()
        cursor.execute(_USES)
        places = dict(cursor.fetchall())
        cursor.execute(_STATES)
        bodies = dict(cursor.fetchall())
    addresses = [CellAddress(name=row[0], host=row[1], port=row[2]) for row in rows]
    names = ("capacity", "is_open", "bodies", "spare", "places")
    cells = [
        {
            "name": address.name,
            "server": address.server_name,
            **dict(zip(names, counted, strict=True)),
        }
        for address, (_, _, _, *counted) in zip(addresses, rows, strict=True)
    ]
    return addresses, {
        "cells": cells,
        "bodies": bodies,
        "places": places,
        "migrations": migrations(),
    }


def migrations() -> dict[str, Any] | None:
    """Return the newest release, its state, and its places by state; None before the first."""
    found = releases.overview()
    if found["release"] is None:
        return None
    return {"release": found["release"], "state": found["state"], **found["places"]}


def worries(status: dict[str, Any]) -> list[str]:
    """Return what an operator should look into, in sentences."""
    said = []
    for name, server in status["servers"].items():
        if not server["is_reachable"]:
            said.append(f"server {name} does not answer: {server['says']}")
        elif server["connections"] > server["usable_connections"]:
            said.append(
                f"server {name} has {server['connections']} connections in use, more than the"
                f" budget of {server['usable_connections']}"
            )
    for cell in status["cells"]:
        said += [f"cell {cell['name']}: {words}" for words in _worries_of(cell)]
    return said


def _worries_of(cell: dict[str, Any]) -> list[str]:
    said = []
    oldest, wait = cell.get("oldest_transaction"), cell.get("slowest_wait")
    if "says" in cell:
        said.append(cell["says"])
    if cell.get("frozen_xid_age", 0) > XID_AGE_TO_WATCH:
        said.append(f"its oldest transaction id is {cell['frozen_xid_age']:,} old: run VACUUM")
    if cell.get("catalogue_bloat", 0) > BLOAT_TO_WATCH:
        said.append(f"{cell['catalogue_bloat']:.0%} of a catalogue table is dead rows: run VACUUM")
    if oldest and oldest["seconds"] > TRANSACTION_SECONDS_TO_WATCH:
        said.append(f"a transaction is {oldest['seconds']} s old and {oldest['state']}")
    if wait and wait["seconds"] > WAIT_SECONDS_TO_WATCH:
        said.append(f"a statement has waited {wait['seconds']} s on {wait['on']}")
    if cell["places"] > cell["capacity"]:
        said.append(f"{cell['places']} places are taken of {cell['capacity']}")
    return said
