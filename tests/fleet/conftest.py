"""A fleet of its own, on servers of its own: full cells are made and commands are killed in it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.lifecycle.conftest import findings_of, posting_to  # noqa: F401 - the same clients

CAPACITY = 12
FIRST = 50  # bodies given books at first: five cells of twelve


@dataclass(frozen=True)
class Fleet:
    """Commands on the fleet, and looks behind them."""

    environment: dict[str, str]

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "openlaas.cli", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> dict[str, object]:
        process = self.start(*words, "--json")
        output, errors = process.communicate()
        assert process.returncode == 0, output + errors
        return json.loads(output)

    def provision(self, *words: str) -> dict[str, object]:
        return self.run("fleet", "provision", "--capacity", str(CAPACITY), *words)

    def kill(self, process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def connect(self, database: str = "openlaas_control") -> psycopg.Connection:
        url = make_conninfo(self.environment["DATABASE_URL"], dbname=database)
        return psycopg.connect(url, autocommit=True)

    def control(self, query: str, *facts: object) -> list[tuple[object, ...]]:
        with self.connect() as control:
            found = control.execute(query, facts)
            return found.fetchall() if found.description else []

    def databases(self) -> set[str]:
        return {name for (name,) in self.control("SELECT datname::text FROM pg_database")}

    def cells(self) -> list[str]:
        return [name for (name,) in self.control("SELECT name FROM cell ORDER BY name")]


@pytest.fixture(scope="session")
def fleet(owner_environment) -> Iterator[Fleet]:
    from openlaas.stack import environment
    from openlaas.stack.servers import embedded_servers

    inherited = {"PATH", "HOME", "LANG", "PYTHONPATH"}
    given = {name: value for name, value in owner_environment.items() if name in inherited}
    wanted = {"REDIS_URL": os.environ["REDIS_URL"]}  # nothing is asked of it here
    with (
        tempfile.TemporaryDirectory(prefix="openlaas-fleet-") as build,
        embedded_servers(small=True, fsync=False, environ=wanted) as servers,
    ):
        given |= {"OPENLAAS_BUILD": build}
        fleet = Fleet(environment.for_operators(given, servers))
        process = fleet.start("prepare", "--cells", "2", "--capacity", str(CAPACITY))
        said = process.communicate()
        assert process.returncode == 0, said
        fleet.run("fleet", "simulate-units")
        yield fleet


class Sound:
    """What must hold at any moment, whoever was killed when."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    def check(self) -> None:
        """See that every open body has whole books, in the place of which the directory tells."""
        rows = self.fleet.control(
            "SELECT body.code, body.id, place.cell_id, place.schema_name, place.slot, body.state"
            "  FROM body LEFT JOIN place ON place.body_id = body.id AND place.use = 'live'"
            " WHERE body.state NOT IN ('registered', 'provisioning')"
        )
        by_cell: dict[str, list[tuple[object, ...]]] = {}
        for row in rows:
            by_cell.setdefault(row[2], []).append(row)
        for cell, bodies in by_cell.items():
            with self.fleet.connect(cell) as connection:
                for code, body_id, _, schema, slot, _ in bodies:
                    self._check_books(connection, code, body_id, schema, slot)
        self._check_spares()

    def _check_books(self, connection, code, body_id, schema, slot) -> None:
        name = sql.Identifier(schema)
        found = connection.execute(
            sql.SQL(
                "SELECT body_code, body_id, generation, (SELECT count(*) FROM {s}.journal_head),"
                " (SELECT count(*) FROM {s}.period), (SELECT count(*) FROM {s}.fiscal_year),"
                " has_table_privilege({role}, {table}, 'INSERT'),"
                " has_schema_privilege({role}, {schema}, 'USAGE')"
                " FROM {s}.body_identity"
            ).format(
                s=name,
                role=sql.Literal(f"openlaas_slot_{slot:04d}"),
                table=sql.Literal(f"{schema}.journal_entry"),
                schema=sql.Literal(schema),
            )
        ).fetchall()
        assert found == [(code, body_id, 1, 1, 24, 2, True, True)]

    def _check_spares(self) -> None:
        """See that every spare that may be given away is there, empty."""
        for cell in self.fleet.cells():
            query = "SELECT schema_name FROM place WHERE cell_id = %s AND use = 'spare'"
            with self.fleet.connect(cell) as connection:
                for (schema,) in self.fleet.control(query, cell):
                    identity = sql.SQL("SELECT * FROM {}.body_identity")
                    found = connection.execute(identity.format(sql.Identifier(schema)))
                    assert found.fetchall() == []


@pytest.fixture(scope="session")
def sound(fleet: Fleet) -> Sound:
    return Sound(fleet)


@pytest.fixture
def folder_of_servers() -> Iterator[Path]:
    # Not tmp_path: pytest makes it root's alone, and root's servers run as somebody else.
    with tempfile.TemporaryDirectory(prefix="openlaas-server-") as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve() / "var"
