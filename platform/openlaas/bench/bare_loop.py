"""The bare loop: a statement said in one schema after another, as a person with psql would.

It runs in copies of cells. A copy just written lies in memory; most of 22,000 schemas do not. So
the pages of the copy are forgotten first: the loop finds them where a command finds those of the
fleet.
"""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_COPY = "bench_bare"
Connect = Callable[[str], psycopg.Connection[Any]]


def seconds_per_body(
    connect: Connect, *, cells: Sequence[str], said_in: Callable[[str], str]
) -> float:
    """Return how long the loop takes for each schema of the cells.

    Args:
        connect: to a database by its name, as the owner.
        cells: whose copies it runs in, one after another.
        said_in: the statements for a schema.
    """
    seconds, schemas = 0.0, 0
    for cell in cells:
        with connect("postgres") as server:
            server.execute(_drop())
            copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
            server.execute(sql.SQL(copy).format(sql.Identifier(_COPY), sql.Identifier(cell)))
            _forget_pages(server)
        with connect(_COPY) as bare:
            held = bare.execute(r"SELECT nspname FROM pg_namespace WHERE nspname ~ '^b_'")
            names = [schema for (schema,) in held]
            started = time.monotonic()
            for schema in names:
                bare.execute(said_in(schema).encode())
            seconds, schemas = seconds + time.monotonic() - started, schemas + len(names)
        with connect("postgres") as server:
            server.execute(_drop())
    return seconds / schemas


def _drop() -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_COPY))


def _forget_pages(server: psycopg.Connection[Any]) -> None:
    """Let the machine forget the copy's files, which are all on the disk after a checkpoint."""
    server.execute("CHECKPOINT")
    query = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = %s"
    folder, oid = server.execute(query, [_COPY]).fetchone() or ("", 0)
    for file in Path(folder, "base", str(oid)).iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
