"""The nation's books made: beside the bare copies of the same cells, and plain django-tenants.

Note [What is compared]
Ours is `openlaas fleet provision`, from the register loaded to everybody's books open, places
listed and administrators invited. The limit is CREATE DATABASE … TEMPLATE of one of the cells just
made, as many at once as ours copies, on the same server: what no way of making them can save.
The peer is what django-tenants does for each tenant: its own creation and migrations of a schema,
of dozens, times the number of bodies. Its schemas are smaller than ours (see loadtests/peers).
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from rich.table import Table

from openlaas.bench import commands, folder, peer
from openlaas.bench.report import Report
from openlaas.bench.tables import figures_table, ratios_table
from openlaas.stack import environment, steps
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce
from openlaas.stack.room import require_room
from openlaas.stack.servers import embedded_servers

CELLS_AT_ONCE = 4  # as tenants.provisioning.jobs copies them
_COPIES_MEASURED = 4
_CONTROL = "openlaas_control"
FIGURES: dict[str, float | None] = dict.fromkeys(
    (
        *("bodies", "wall_s", "bodies_per_s", "cells", "relations", "relations_per_body"),
        *("disk_gb", "files", "bare_s", "peer_schema_s", "peer_s"),
    )
) | {"wall_s": 900}
RATIOS: dict[str, float | None] = {"wall_per_bare": None, "peer_per_ours": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench provision` for."""

    var: Path
    bodies: int = 22_000
    capacity: int = 1_000
    peer_bodies: int = 50


def bench_provision(wishes: Wishes, *, announce: Announce) -> Report:
    """Make the bodies in a folder of their own, which is kept; then the limit and the peer.

    Raises:
        StackError: no room, the folder has bodies already, or something could not be made.
    """
    load = os.getloadavg()[0]
    require_room(wishes.var, bodies=wishes.bodies)
    var = folder.take_folder(wishes.var, announce=announce)
    with embedded_servers(var, environ={}, announce=announce) as servers:
        build = {"OPENLAAS_BUILD": str(var / "build")}
        operators = environment.for_operators(commands.inherited(), {**servers, **build})
        owner_url = servers[environment.DATABASE]
        _run(operators, "prepare", "--capacity", str(wishes.capacity))
        _run(operators, "fleet", "simulate-units")
        if _open_bodies(owner_url):
            raise StackError(
                f"{var} has bodies already; they can be measured once. Choose another with --var"
            )
        announce(f"Provisioning {wishes.bodies:,} bodies")
        started = time.monotonic()
        told = _provision(operators, wishes)
        wall = time.monotonic() - started
        announce(f"{told['made']:,} bodies in {wall:.1f} s; counting relations and files")
        found = _found(owner_url, var)
        announce(f"Copying {_COPIES_MEASURED} of the cells again, and nothing else")
        bare = _bare_seconds(owner_url, cells=int(found["cells"]))
        announce(f"Making {wishes.peer_bodies} schemas of the peer")
        peer_schema = _peer_seconds(owner_url, wishes.peer_bodies, announce)
    return _report(
        wishes, load, wall=wall, made=told["made"], found=found, bare=bare, peer=peer_schema
    )


def tables(found: Report) -> list[Table]:
    """Return what a person reads."""
    return [figures_table(found, FIGURES), ratios_table(found, RATIOS)]


def _run(operators: Mapping[str, str], *words: str) -> str:
    return commands.run(*steps.openlaas_command(*words), environment=operators)


def _provision(operators: Mapping[str, str], wishes: Wishes) -> dict[str, Any]:
    words = ("--first", str(wishes.bodies), "--capacity", str(wishes.capacity), "--json")
    told: dict[str, Any] = json.loads(_run(operators, "fleet", "provision", *words))
    if told["made"] != wishes.bodies:
        raise StackError(f"{wishes.bodies:,} bodies were wanted, and {told} was made")
    return told


@contextmanager
def _owner(owner_url: str, database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(make_conninfo(owner_url, dbname=database), autocommit=True) as connection:
        yield connection


def _open_bodies(owner_url: str) -> int:
    with _owner(owner_url, _CONTROL) as control:
        row = control.execute("SELECT count(*) FROM body WHERE state = 'open'").fetchone()
    assert row is not None  # a count
    return int(row[0])


def _found(owner_url: str, var: Path) -> dict[str, float]:
    """Return what is there now: cells with bodies, their relations, disk and files."""
    with _owner(owner_url, _CONTROL) as control:
        query = "SELECT DISTINCT cell_id FROM place WHERE use = 'live' ORDER BY 1"
        cells = [name for (name,) in control.execute(query)]
    relations = 0
    for name in cells:
        with _owner(owner_url, name) as cell:
            row = cell.execute("SELECT count(*) FROM pg_class").fetchone()
            assert row is not None  # a count
            relations += row[0]
    size, files = _size_of(var / "postgres")
    return {"cells": len(cells), "relations": relations, "disk_gb": size / 1e9, "files": files}


def _size_of(path: Path) -> tuple[int, int]:
    """Return the bytes on disk and the number of files below a folder; WAL is among them."""
    size = files = 0
    waiting = [os.fspath(path)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    files += 1
    return size, files


def _bare_seconds(owner_url: str, *, cells: int) -> float:
    """Return how long it takes to copy all the cells and do nothing else, from a few copies."""
    count = min(_COPIES_MEASURED, cells)
    with _owner(owner_url, _CONTROL) as control:
        row = control.execute(
            "SELECT cell_id FROM place WHERE use = 'live' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
    assert row is not None  # the bodies were just made
    names = [f"bench_copy_{number}" for number in range(count)]

    def copy(name: str) -> None:
        words = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        with _owner(owner_url, "postgres") as server:
            server.execute(sql.SQL(words).format(sql.Identifier(name), sql.Identifier(row[0])))

    with _owner(owner_url, "postgres") as server:
        server.execute("CHECKPOINT")  # what ours left behind is not the copies' to write
        started = time.monotonic()
        with ThreadPoolExecutor(CELLS_AT_ONCE) as threads:
            list(threads.map(copy, names))
        seconds = time.monotonic() - started
        for name in names:
            server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    return seconds * cells / count


def _peer_seconds(owner_url: str, count: int, announce: Announce) -> float:
    """Return what a schema costs the peer, its program's own start left out."""
    with _owner(owner_url, "postgres") as server:
        name = sql.Identifier(peer.DATABASE)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def seconds(wanted: int) -> float:
        started = time.monotonic()
        peer.make_peer(wanted, entries=0, owner_url=owner_url, announce=announce)
        return time.monotonic() - started

    seconds(1)  # the tables that all tenants share
    start = seconds(1)
    return max(seconds(1 + count) - start, 0.0) / count


def _report(
    wishes: Wishes,
    load: float,
    *,
    wall: float,
    made: int,
    found: Mapping[str, float],
    bare: float,
    peer: float,
) -> Report:
    figures = {
        "bodies": made,
        "wall_s": round(wall, 1),
        "bodies_per_s": round(made / wall, 1),
        "cells": found["cells"],
        "relations": found["relations"],
        "relations_per_body": round(found["relations"] / made, 1),
        "disk_gb": round(found["disk_gb"], 2),
        "files": found["files"],
        "bare_s": round(bare, 1),
        "peer_schema_s": round(peer, 3),
        "peer_s": round(peer * made, 0),
    }
    return Report(
        name="provision",
        dataset={
            "capacity": wishes.capacity,
            "cells_at_once": CELLS_AT_ONCE,
            "copies_measured": min(_COPIES_MEASURED, int(found["cells"])),
            "peer_bodies": wishes.peer_bodies,
            "extrapolated": "bare_s from the copies measured, peer_s from the peer's schemas",
            "free_gb_left": round(shutil.disk_usage(wishes.var).free / 1e9, 1),
            "load_average_before": round(load, 2),
        },
        figures=figures,
        ratios={
            "wall_per_bare": round(wall / bare, 3),
            "peer_per_ours": round(peer * made / wall, 1),
        },
    )
