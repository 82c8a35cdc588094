"""A fleet of its own: eight bodies and a training body, and programs of releases to come."""

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openlaas.bench import next_release, served
from openlaas.stack import environment
from openlaas.stack.servers import embedded_servers
from tenants.releases import kept

REPOSITORY = Path(__file__).parents[2]
TRAINING = "9110001"
SIGN_IN = """
import django, json; django.setup()
from openlaas.bench.offices import sign_in_accountants
print(json.dumps({office.code: office.token for office in sign_in_accountants(20)}))
"""


@dataclass
class Fleet:
    """Servers with bodies, and what an operator of the newest release would type."""

    told: dict[str, str]
    folder: Path
    errors: str = ""

    def run(self, *words: str, expect: int = 0, told: dict[str, str] | None = None) -> str:
        """Run a command of the newest release, or in another environment; return its output."""
        output = self.folder / "output"
        if told is None:
            self._ask("run", words)
            code = int(self.shell.stdout.readline())
        else:
            command = [sys.executable, "-m", "openlaas.cli", *words]
            with (
                output.with_suffix(".stdout").open("w") as out,
                output.with_suffix(".stderr").open("w") as err,
            ):
                done = subprocess.run(command, env=told, stdout=out, stderr=err, check=False)
            code = done.returncode
        said = output.with_suffix(".stdout").read_text()
        errors = output.with_suffix(".stderr").read_text()
        self.errors = " ".join(errors.split())
        assert code == expect, said + errors
        return said

    def begin(self, *words: str) -> int:
        """Start a command and leave it running; return its process's number."""
        return self._ask("begin", words)

    def _ask(self, kind: str, words: tuple[str, ...]) -> int:
        output = self.folder / ("output" if kind == "run" else "begun")
        self.shell.stdin.write(json.dumps([kind, words, str(output)]) + "\n")
        self.shell.stdin.flush()
        return int(self.shell.stdout.readline())

    @cached_property
    def shell(self) -> subprocess.Popen[str]:
        """What forks a process of the newest release for each command."""
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("operator_shell.py"))],
            env=next_release.environment_of(self.folder, self.told),
            cwd=self.folder,  # whose `accounting` comes first
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def record(self, name: str, statements: str, *, more: str = "") -> str:
        """Add a migration and record the release; the bodies stay where they are."""
        next_release.add_migration(self.folder, name, statements, more=more)
        self.run("prepare", "--no-migrate")
        return self.control("SELECT name FROM release ORDER BY number DESC LIMIT 1")[0][0]

    def forget_last_migration(self) -> None:
        """Take the last migration of the folder away again."""
        migrations = self.folder / "next_release" / "migrations"
        max(migrations.glob("[0-9]*.py")).unlink()

    def connect(self, database: str) -> psycopg.Connection:
        url = make_conninfo(self.told["DATABASE_URL"], dbname=database)
        return psycopg.connect(url, autocommit=True)

    def control(self, query: str, facts: object = None) -> list[tuple]:
        with self.connect("openlaas_control") as connection:
            cursor = connection.execute(query, facts)
            return cursor.fetchall() if cursor.description else []

    def bodies(self) -> dict[str, tuple[str, str]]:
        """Cell and schema of each body, by code."""
        rows = self.control(
            "SELECT b.code, p.cell_id, p.schema_name FROM place p JOIN body b ON b.id = p.body_id"
            " WHERE p.use = 'live' ORDER BY b.code"
        )
        return {code: (cell, schema) for code, cell, schema in rows}

    def in_body(self, code: str) -> psycopg.Connection:
        """Connect as the owner, in the body's schema."""
        cell, schema = self.bodies()[code]
        connection = self.connect(cell)
        connection.execute(f'SET search_path = "{schema}", shared')
        return connection

    def truth(self) -> dict[str, str]:
        """The release that each body's schema says it is at, by code."""
        found = {}
        for cell in ("openlaas_cell_01", "openlaas_cell_02"):
            with self.connect(cell) as connection:
                found |= kept.truth(connection)
        return {code: found[schema] for code, (_, schema) in self.bodies().items()}

    def states(self) -> dict[str, tuple[str, int, str]]:
        """State, failed attempts and error of each body, by code."""
        rows = self.control(
            "SELECT b.code, r.state, r.attempts, r.error FROM place_release r"
            " JOIN place p ON p.id = r.place_id JOIN body b ON b.id = p.body_id"
        )
        return {code: (state, attempts, error) for code, state, attempts, error in rows}

    def release_state(self) -> str:
        return self.control("SELECT state FROM release ORDER BY number DESC LIMIT 1")[0][0]

    def until(self, holds: Callable[[], bool], *, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture(scope="session")
def fleet(tmp_path_factory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("release")
    # A copy of the books' own files, which tests change as a release would.
    shutil.copytree(REPOSITORY / "accounting", folder / "accounting")
    with embedded_servers(small=True, fsync=False, environ={}) as servers:
        given = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        roots = (str(REPOSITORY), str(REPOSITORY / "platform"))
        given["PYTHONPATH"] = os.pathsep.join(roots)
        given["OPENLAAS_BUILD"] = str(folder / "build")
        fleet = Fleet(environment.for_operators(given, servers), folder)
        next_release.make_folder(folder)
        try:
            fleet.run("prepare", "--capacity", "20", told=fleet.told)
            fleet.run("fleet", "provision", "--first", "8", "--code", TRAINING)
            yield fleet
        finally:
            fleet.shell.stdin.close()
            fleet.shell.wait(20)
            fleet.shell.stdout.close()


@dataclass
class OldApp:
    """The program as it was before every release of these tests, serving."""

    port: int
    tokens: dict[str, str]
    said: str = ""

    def post(self, code: str, entry: dict[str, object]) -> int:
        """Post an entry; return the status answered."""
        key = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
        return self._ask("POST", "journal-entries", code, json.dumps(entry), key)

    def get(self, path: str, code: str) -> int:
        return self._ask("GET", path, code, None, {})

    def _ask(
        self, method: str, path: str, code: str, sent: str | None, headers: dict[str, str]
    ) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers |= {"Authorization": f"Bearer {self.tokens[code]}", "Host": "localhost"}
        with contextlib.closing(connection):
            connection.request(method, f"/api/v1/bodies/{code}/{path}", sent, headers)
            answer = connection.getresponse()
            self.said = answer.read().decode()
            return answer.status


@pytest.fixture(scope="session")
def old_app(fleet) -> Iterator[OldApp]:
    signed_in = subprocess.run(
        [sys.executable, "-c", SIGN_IN], env=fleet.told, capture_output=True, text=True, check=True
    )
    (port,) = served.free_ports(1)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "openlaas.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "2"),
    ]
    told = environment.for_processes({}, fleet.told)
    log = fleet.folder / "old-app.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=told, stdout=output, stderr=output)
    app = OldApp(port, json.loads(signed_in.stdout))
    try:
        fleet.until(lambda: _answers(app), seconds=30)
        yield app
    finally:
        server.terminate()
        server.wait(20)


def _answers(app: OldApp) -> bool:
    try:
        return app.get("accounts", next(iter(app.tokens))) == 200
    except OSError:
        return False
