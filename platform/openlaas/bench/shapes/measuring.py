"""Measuring one shape after another, their postings in turns, and dropping them all at the end."""

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from rich.table import Table

from openlaas.bench.fleet import Fleet, fleet
from openlaas.bench.report import Report
from openlaas.bench.shapes.posting import Posted, post_for
from openlaas.stack.binaries import reachable_binaries
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    from openlaas.bench.shapes.shape import Shape, Tenant

_TOUCHED = 50  # bodies of the memory's measurement
_COPIED = 10  # bodies of the export's and the restore's


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench shapes` for.

    Attributes:
        bodies: of a cell, and of the tables of row-level tenancy.
        one_database: schemas all in one database.
        databases: databases, one for each body.
        active: bodies that are posted to, in every shape.
    """

    var: Path
    bodies: int = 1000
    one_database: int = 5000
    databases: int = 200
    active: int = 200
    seconds: float = 5
    rounds: int = 3


Figures = dict[str, float]


def bench_shapes(wishes: Wishes, *, announce: Announce) -> Report:
    """Make the shapes, measure them, drop them.

    Raises:
        StackError: something could not be started, made or posted.
    """
    room = {"max_connections": str(wishes.databases + 100)}
    with fleet(wishes.var, bodies=1, announce=announce, postgres_settings=room) as ground:
        shapes = _shapes(ground, wishes)
        with _dropped_afterwards(ground):
            figures = {shape.name: _made(ground, shape, announce) for shape in shapes}
            posted = _post_in_turns(ground, shapes, wishes, announce)
            for shape in shapes:
                figures[shape.name] |= _measured(ground, shape)
                announce(f"{shape.name}: {figures[shape.name]}")
    return _report(wishes, ground, figures, posted)


def tables(found: Report) -> list[Table]:
    """Return what a person reads."""
    names = ("cells", "one_database", "databases", "rows")
    table = Table(title="Shapes of tenancy: figures, and each over that of cells in the same run")
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    for figure in found.dataset["figures"]:
        cells = []
        for name in names:
            value = found.figures.get(f"{name}_{figure}")
            ratio = found.ratios.get(f"{name}_{figure}_per_cells")
            told = "-" if value is None else f"{value:,.2f}"
            cells.append(told if ratio is None else f"{told} ({ratio:.2f})")
        table.add_row(figure.replace("_", " "), *cells)
    return [table]


def _shapes(ground: Fleet, wishes: Wishes) -> list["Shape"]:
    from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

    from openlaas.bench.shapes.databases import Databases  # noqa: PLC0415
    from openlaas.bench.shapes.rows import Rows  # noqa: PLC0415
    from openlaas.bench.shapes.schemas import Schemas  # noqa: PLC0415

    now = timezone.localtime()
    return [
        Schemas(ground, "cells", wishes.bodies, now),
        Schemas(ground, "one_database", wishes.one_database, now),
        Databases(ground, "databases", wishes.databases, now),
        Rows(ground, "rows", wishes.bodies, now),
    ]


@contextmanager
def _dropped_afterwards(ground: Fleet) -> Iterator[None]:
    """Drop the databases of the shapes, also those that a killed run has left."""
    with ground.owner("postgres") as owner:
        from openlaas.bench.shapes.shape import ROLES  # noqa: PLC0415 - set up by now
        from tenants.provisioning.roles import ensure_slot_roles  # noqa: PLC0415

        ensure_slot_roles(owner, ROLES)
    _drop(ground)
    try:
        yield
    finally:
        _drop(ground)


def _drop(ground: Fleet) -> None:
    with ground.owner("postgres") as owner:
        found = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'shapes%'")
        for (name,) in found.fetchall():
            words = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(str(name)))
            owner.execute(words)


def _made(ground: Fleet, shape: "Shape", announce: Announce) -> Figures:
    announce(f"{shape.name}: making {len(shape.tenants):,} bodies")
    shape.prepare()
    empty = sum(_sizes(ground, shape))  # what is there whatever the number of bodies
    last = max(len(shape.tenants) // 10, 1)
    with _in_haste(ground):
        for tenant in shape.tenants[:-last]:
            shape.add(tenant)
    # The last tenth tells what a body costs among so many.
    started = time.perf_counter()
    for tenant in shape.tenants[-last:]:
        shape.add(tenant)
    seconds = time.perf_counter() - started
    size = sum(_sizes(ground, shape)) - empty
    return {
        "bodies": len(shape.tenants),
        "provision_ms": seconds * 1000 / last,
        "kb_on_disk": size / 1024 / len(shape.tenants),
    }


@contextmanager
def _in_haste(ground: Fleet) -> Iterator[None]:
    """Let commits be lost for as long as nothing is measured."""
    _set(ground, "SET synchronous_commit = 'off'")
    try:
        yield
    finally:
        _set(ground, "RESET synchronous_commit")


def _set(ground: Fleet, statement: str) -> None:
    with ground.owner("postgres") as owner:
        owner.execute(f"ALTER SYSTEM {statement}".encode())
        owner.execute("SELECT pg_reload_conf()")


def _sizes(ground: Fleet, shape: "Shape") -> list[int]:
    query = "SELECT pg_database_size(datname) FROM pg_database WHERE datname = ANY (%s)"
    with ground.owner("postgres") as owner:
        return [int(str(size)) for (size,) in owner.execute(query, [list(shape.databases)])]


def _post_in_turns(
    ground: Fleet, shapes: Sequence["Shape"], wishes: Wishes, announce: Announce
) -> dict[str, list[Posted]]:
    """Post into each shape in turn, round after round, every other round backwards."""
    from django.conf import settings  # noqa: PLC0415 - set up by now

    def work(shape: "Shape", *, anew: bool) -> Callable[[], Posted]:
        step = max(len(shape.tenants) // wishes.active, 1)
        active = shape.tenants[::step][: wishes.active]
        parameters = {**settings.CELL_PARAMETERS}
        return lambda: post_for(
            wishes.seconds, shape, active, ground=ground, parameters=parameters, anew=anew
        )

    works = {shape.name: work(shape, anew=False) for shape in shapes}
    works["databases_anew"] = work(shapes[2], anew=True)
    # Rows of all bodies in one table: its plans are good once somebody has counted them. Tables of
    # one body are small enough to do without.
    works["rows"]()
    with ground.owner(shapes[-1].databases[0]) as owner:
        owner.execute("ANALYZE")
    posted: dict[str, list[Posted]] = {name: [] for name in works}
    for number in range(wishes.rounds):
        for name in list(works) if number % 2 == 0 else list(works)[::-1]:
            posted[name].append(works[name]())
            announce(f"{name:15} {posted[name][-1]}")
    return posted


def _measured(ground: Fleet, shape: "Shape") -> Figures:
    figures = _memory(ground, shape)
    figures |= _copied(ground, shape, shape.tenants[:_COPIED])
    dumped = _dumped_ms(ground, shape)
    figures |= {} if dumped is None else {"pg_dump_ms": dumped}
    started = time.perf_counter()
    shape.change_structure()
    seconds = time.perf_counter() - started
    return figures | {"change_all_s": seconds, "change_ms": seconds * 1000 / len(shape.tenants)}


def _memory(ground: Fleet, shape: "Shape") -> Figures:
    """Return what serving a body costs in memory, in as few backends as the shape allows."""
    from django.conf import settings  # noqa: PLC0415 - set up by now

    connections: dict[str, Any] = {}
    held = []
    for tenant in shape.tenants[:_TOUCHED]:
        database, message = shape.posting(tenant)
        if database not in connections:
            parameters: Any = {**settings.CELL_PARAMETERS, "dbname": database}
            connections[database] = psycopg.connect(**parameters, autocommit=True)
        connections[database].execute(message)
        held.append(sum(_private_kilobytes(one) for one in connections.values()))
    for connection in connections.values():
        connection.close()
    grown = (held[-1] - held[0]) / (len(held) - 1) if len(held) > 1 else 0.0
    return {"first_backend_mb": held[0] / 1024, "kb_a_body_more": grown}


def _private_kilobytes(connection: psycopg.Connection[Any]) -> int:
    path = Path(f"/proc/{connection.info.backend_pid}/smaps_rollup")
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return sum(int(words[1]) for words in lines if words[0] == "Private_Dirty:")


def _copied(ground: Fleet, shape: "Shape", tenants: Sequence["Tenant"]) -> Figures:
    """Copy bodies out, take them away, put them back: medians."""
    export, restore = [], []
    for tenant in tenants:
        started = time.perf_counter()
        pairs = shape.copies(tenant)
        with ground.owner(tenant.cell) as owner:
            kept = [(into, _copied_out(owner, out)) for out, into in pairs]
        export.append(time.perf_counter() - started)
        started = time.perf_counter()
        shape.take_away(tenant)
        shape.add_empty(tenant)
        with ground.owner(tenant.cell) as owner:
            owner.execute("SET session_replication_role = replica")
            for into, content in kept:
                with owner.cursor().copy(into.encode()) as copy:
                    copy.write(content)
        restore.append(time.perf_counter() - started)
    return {
        "export_ms": statistics.median(export) * 1000,
        "restore_ms": statistics.median(restore) * 1000,
    }


def _copied_out(owner: psycopg.Connection[Any], out: str) -> bytes:
    with owner.cursor().copy(out.encode()) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _dumped_ms(ground: Fleet, shape: "Shape") -> float | None:
    """Return how long pg_dump takes for one body; None where it cannot take one body alone."""
    if shape.name == "rows":
        return None
    program = reachable_binaries(ground.places, announce=lambda _line: None).postgres
    tenant = shape.tenants[0]
    url = make_conninfo(ground.owner_url, dbname=tenant.cell)
    command = [str(program.with_name("pg_dump")), f"--schema={tenant.schema_name}", url]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - PostgreSQL's own
    if done.returncode != 0:
        raise StackError(f"pg_dump failed: {done.stderr.decode()[-500:]}")
    return (time.perf_counter() - started) * 1000


def _report(
    wishes: Wishes,
    ground: Fleet,
    figures: dict[str, Figures],
    posted: dict[str, list[Posted]],
) -> Report:
    for name, windows in posted.items():
        figures.setdefault(name, {})["postings_per_s"] = statistics.median(
            window.per_second for window in windows
        )
        figures[name]["posting_ms"] = statistics.median(window.postgres_ms for window in windows)
    ratios = {
        f"{name}_{figure}_per_cells": round(value / figures["cells"][figure], 3)
        for name, own in figures.items()
        if name != "cells"
        for figure, value in own.items()
        if figures["cells"].get(figure)
    }
    for name, windows in posted.items():  # within each round first: a slow minute spoils no side
        pairs = list(zip(windows, posted["cells"], strict=True))
        for figure, key in (("per_second", "postings_per_s"), ("postgres_ms", "posting_ms")):
            each = [getattr(one, figure) / getattr(other, figure) for one, other in pairs]
            if name != "cells":
                ratios[f"{name}_{key}_per_cells"] = round(statistics.median(each), 3)
    return Report(
        name="shapes",
        dataset={
            "figures": list(dict.fromkeys(key for own in figures.values() for key in own)),
            "active_bodies": wishes.active,
            "posting": "least.sql, one message, durable, four processes",
            "rounds": wishes.rounds,
            "load_average_before": round(ground.foreign_load, 2),
        },
        figures={
            f"{name}_{figure}": round(value, 3)
            for name, own in figures.items()
            for figure, value in own.items()
        },
        ratios=ratios,
    )
