"""Looking at the servers of the fleet and at each cell's catalogue, as the owner.

One connection to a server tells of all its cells; one short connection to each cell tells of its
catalogue. Servers are looked at side by side, so that one which does not answer delays nobody.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg

from tenants.fleet_health.budget import FOR_OPERATORS
from tenants.provisioning.servers import owner_parameters

ANSWER_SECONDS = 2
_STATEMENT_TIMEOUT_MS = 10_000
_CELLS_AT_ONCE = 4  # of one server: the size of a cell is a look at each of its files

_SERVER = """
SELECT current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int
     + current_setting('reserved_connections')::int,
       count(*) FILTER (WHERE backend_type = 'client backend'),
       current_setting('server_version')
  FROM pg_stat_activity
"""
# The wait that has lasted longest is the one of the statement that began first. A backend that
# waits for its client waits for nobody here.
_CELLS = """
SELECT d.datname, age(d.datfrozenxid), s.numbackends, s.deadlocks, s.conflicts,
       s.sessions_fatal + s.sessions_killed, held.oldest_s, held.oldest_state, waits.told,
       waits.seconds
  FROM pg_database d
  JOIN pg_stat_database s ON s.datid = d.oid
  LEFT JOIN LATERAL (
       SELECT round(extract(epoch FROM clock_timestamp() - xact_start))::int AS oldest_s,
              state AS oldest_state
         FROM pg_stat_activity a
        WHERE a.datid = d.oid AND xact_start IS NOT NULL AND backend_type = 'client backend'
        ORDER BY xact_start LIMIT 1) AS held ON true
  LEFT JOIN LATERAL (
       SELECT wait_event_type || ' ' || wait_event AS told,
              round(extract(epoch FROM clock_timestamp() - query_start))::int AS seconds
         FROM pg_stat_activity a
        WHERE a.datid = d.oid AND state = 'active' AND wait_event IS NOT NULL
          AND wait_event_type <> 'Client' AND backend_type = 'client backend'
        ORDER BY query_start LIMIT 1) AS waits ON true
 WHERE d.datname = ANY (%s)
"""
# What grows with every schema and is changed by DDL alone. Dead rows are what autovacuum has still
# to take away; the size of the catalogue is what every backend reads its part of.
_CATALOGUE = """
SELECT relname, n_live_tup, n_dead_tup, pg_table_size(relid),
       greatest(last_vacuum, last_autovacuum)
  FROM pg_stat_sys_tables
 WHERE schemaname = 'pg_catalog'
   AND relname IN ('pg_class', 'pg_attribute', 'pg_depend', 'pg_index', 'pg_constraint',
                   'pg_type', 'pg_trigger', 'pg_statistic')
"""
_RELATIONS = "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'i', 't', 'S', 'm', 'p', 'I')"
_SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellAddress:
    """A cell's database and where its server is; empty for the default server."""

    name: str
    host: str
    port: int | None

    @property
    def server(self) -> dict[str, str]:
        """Connection parameters that differ from the default server's."""
        server = {"host": self.host} if self.host else {}
        return server | ({"port": str(self.port)} if self.port else {})

    @property
    def server_name(self) -> str:
        """What people call the server."""
        port = f":{self.port}" if self.port else ""
        return f"{self.host}{port}" if self.host or port else "default"


def look_at_servers(cells: Sequence[CellAddress]) -> dict[str, dict[str, Any]]:
    """Return what each server tells of itself and its cells, by the server's name.

    One that cannot be asked has ``"is_reachable": false`` and ``"says"``, and no cells.
    """
    by_server: dict[str, list[CellAddress]] = {}
    for cell in cells:
        by_server.setdefault(cell.server_name, []).append(cell)
    if not by_server:
        return {}
    with ThreadPoolExecutor(max_workers=len(by_server)) as pool:
        looked = pool.map(_look_at, by_server.values())
        return dict(zip(by_server, looked, strict=True))


def _look_at(cells: Sequence[CellAddress]) -> dict[str, Any]:
    try:
        with _connection("postgres", cells[0]) as server:
            row = server.execute(_SERVER).fetchone()
            assert row is not None  # an aggregate has one row
            names = [cell.name for cell in cells]
            rows = server.execute(_CELLS, [names]).fetchall()
    except psycopg.Error as error:
        return {"is_reachable": False, "says": str(error).strip(), "cells": {}}
    most, kept, used, version = row
    known = {found[0]: _activity(found) for found in rows}
    with ThreadPoolExecutor(max_workers=_CELLS_AT_ONCE) as pool:
        there = [cell for cell in cells if cell.name in known]
        names = [cell.name for cell in there]
        catalogues = dict(zip(names, pool.map(_catalogue_of, there), strict=True))
    return {
        "is_reachable": True,
        "version": version,
        "max_connections": most,
        "usable_connections": most - kept - FOR_OPERATORS,
        "connections": used,
        "cells": {
            cell.name: known[cell.name] | catalogues[cell.name]
            if cell.name in known
            else {"says": "its database is missing"}
            for cell in cells
        },
    }


def _activity(row: Sequence[Any]) -> dict[str, Any]:
    _, xid_age, backends, deadlocks, conflicts, lost, oldest, state, wait, waited = row
    return {
        "frozen_xid_age": xid_age,
        "connections": backends,
        "deadlocks": deadlocks,
        "conflicts": conflicts,
        "sessions_lost": lost,
        "oldest_transaction": None if oldest is None else {"seconds": oldest, "state": state},
        "slowest_wait": None if wait is None else {"on": wait, "seconds": waited},
    }


def _catalogue_of(cell: CellAddress) -> dict[str, Any]:
    """Return the size of a cell and of its catalogue, and how much of that is dead."""
    try:
        with _connection(cell.name, cell) as connection:
            tables = connection.execute(_CATALOGUE).fetchall()
            (relations,) = connection.execute(_RELATIONS).fetchone() or (0,)
            (size,) = connection.execute(_SIZE).fetchone() or (0,)
    except psycopg.Error as error:
        return {"says": str(error).strip()}
    return {
        "relations": relations,
        "size_bytes": size,
        "catalogue_bytes": sum(int(row[3]) for row in tables),
        "catalogue_dead_rows": sum(int(row[2]) for row in tables),
        "catalogue_bloat": _bloat(tables),
        "catalogue": {
            name: {
                "live_rows": live,
                "dead_rows": dead,
                "bytes": size_of_one,
                "vacuumed_at": None if vacuumed is None else vacuumed.isoformat(),
            }
            for name, live, dead, size_of_one, vacuumed in sorted(tables)
        },
    }


def _bloat(tables: Sequence[Sequence[Any]]) -> float:
    """Return the largest share of dead rows in a catalogue table that has some rows at all."""
    shares = [dead / (live + dead) for _, live, dead, *_ in tables if live + dead > _FEW_ROWS]
    return round(max(shares, default=0.0), 3)


_FEW_ROWS = 1_000


def _connection(database: str, cell: CellAddress) -> psycopg.Connection[Any]:
    parameters: Mapping[str, Any] = {
        **owner_parameters(database, cell.server),
        "connect_timeout": ANSWER_SECONDS,
        "application_name": "openlaas fleet status",
        "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
    }
    return psycopg.connect(**parameters, autocommit=True)
