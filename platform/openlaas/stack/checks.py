"""What `openlaas doctor` looks at: the machine, the folder, the servers, roles and cells."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo

from openlaas import database_urls
from openlaas.nodes import haproxy
from openlaas.stack import environment, paths
from openlaas.stack.binaries import wheel_binaries
from openlaas.stack.connections import budget_of
from openlaas.stack.errors import PortInUse, StackError
from openlaas.stack.postgres import NEEDED_TO_CREATE_MEGABYTES, NEEDED_TO_START_MEGABYTES
from openlaas.stack.servers import is_held
from openlaas.stack.supervisor import require_free_port

_OLDEST_PYTHON = (3, 11)
_OLDEST_POSTGRES = 18
_ANSWER_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `is_ok` is None when it could not be looked at, which is no failure."""

    name: str
    is_ok: bool | None
    says: str


def examine(*, var: Path, port: int, inherited: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything in turn; a thing that is wrong does not keep the next from being seen."""
    environ = dict(inherited)
    environment.use_local_stack(environ, var=var)
    is_running = is_held(var)
    yield _python()
    yield from _programs(environ)
    yield from _folder(var)
    yield _supervisor(var, is_running=is_running)
    yield _port(port, is_running=is_running)
    if not environ.get(environment.DATABASE):
        yield Finding(name="database", is_ok=None, says="not made yet; `make run` makes it")
        return
    is_ours = environment.DATABASE not in inherited
    if is_ours and not is_running:
        yield Finding(name="database", is_ok=None, says="not running; `make run` starts it")
        return
    yield from _database(environ[environment.DATABASE], environ)
    yield _queue(environ.get(environment.QUEUE, ""))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(name="python", is_ok=sys.version_info >= _OLDEST_PYTHON, says=version)


def _programs(environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        binaries = wheel_binaries()
    except StackError as error:
        has_others = bool(environ.get(environment.DATABASE) and environ.get(environment.QUEUE))
        yield Finding(name="programs", is_ok=None if has_others else False, says=str(error))
        return
    yield _haproxy()
    for name, program in (("postgres", binaries.postgres), ("valkey", binaries.valkey_server)):
        try:
            answer = subprocess.run(
                [program, "--version"], capture_output=True, text=True, check=True, timeout=10
            )
        except (OSError, subprocess.SubprocessError) as error:
            yield Finding(name=f"program {name}", is_ok=False, says=f"{program}: {error}")
        else:
            yield Finding(name=f"program {name}", is_ok=True, says=answer.stdout.strip())


def _haproxy() -> Finding:
    try:
        return Finding(name="program haproxy", is_ok=True, says=haproxy.executable())
    except StackError as error:
        says = f"{error}; only `openlaas up --haproxy` needs it"
        return Finding(name="program haproxy", is_ok=None, says=says)


def _folder(var: Path) -> Iterator[Finding]:
    known = paths.known_places(var)
    nearest = next(folder for folder in (var, *var.parents) if folder.exists())
    can_write = os.access(nearest, os.W_OK)
    if not can_write:
        yield Finding(name="folder", is_ok=False, says=f"{nearest} cannot be written")
    elif known is None:
        yield Finding(name="folder", is_ok=True, says=f"{var}: not made yet")
    else:
        elsewhere = f"; the servers' files are in {known.servers}" if known.servers != var else ""
        by = f"; the servers run as {known.account.name!r}"
        yield Finding(name="folder", is_ok=True, says=f"{var}{elsewhere}{by}")
    folder = known.servers if known and known.servers.exists() else nearest
    needed = NEEDED_TO_START_MEGABYTES if known else NEEDED_TO_CREATE_MEGABYTES
    free = shutil.disk_usage(folder).free // 2**20
    says = f"{free:,} MB free in {folder}; {needed:,} MB needed"
    yield Finding(name="disk", is_ok=free >= needed, says=says)


def _supervisor(var: Path, *, is_running: bool) -> Finding:
    if is_running:
        number = (var / "run" / "supervisor.lock").read_text(encoding="ascii").strip()
        return Finding(name="supervisor", is_ok=True, says=f"running, process {number}")
    return Finding(name="supervisor", is_ok=None, says="not running")


def _port(port: int, *, is_running: bool) -> Finding:
    try:
        require_free_port("127.0.0.1", port)
    except PortInUse as error:
        if is_running:
            return Finding(
                name="port", is_ok=True, says=f"{port}: in use, by this stack or another"
            )
        return Finding(name="port", is_ok=False, says=str(error))
    except StackError as error:
        return Finding(name="port", is_ok=False, says=str(error))
    return Finding(name="port", is_ok=True, says=f"{port}: free")


def _database(url: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    try:
        with psycopg.connect(url, connect_timeout=_ANSWER_SECONDS, autocommit=True) as connection:
            version = connection.info.server_version
            says = f"PostgreSQL {version // 10_000}.{version % 10_000}"
            yield Finding(name="database", is_ok=version // 10_000 >= _OLDEST_POSTGRES, says=says)
            yield from _roles(connection)
            yield _connections(connection, environ)
            databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        yield from _cells(url, databases)
    except psycopg.Error as error:
        yield Finding(name="database", is_ok=False, says=str(error).strip())


def _roles(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[Finding]:
    roles = {
        name: bool(is_superuser or may_create_roles)
        for name, is_superuser, may_create_roles in connection.execute(
            "SELECT rolname, rolsuper, rolcreaterole FROM pg_roles"
        )
    }
    owner = connection.info.user
    says = "may create roles" if roles.get(owner) else "may not create roles"
    yield Finding(name=f"role {owner}", is_ok=roles.get(owner, False), says=says)
    for role in (database_urls.CONTROL_ROLE, database_urls.CELL_LOGIN_ROLE):
        if role not in roles:
            yield Finding(name=f"role {role}", is_ok=False, says="missing: run `openlaas prepare`")
        else:
            says = "has the owner's rights, and must not" if roles[role] else "present, no owner"
            yield Finding(name=f"role {role}", is_ok=not roles[role], says=says)


def _connections(
    connection: psycopg.Connection[tuple[object, ...]], environ: Mapping[str, str]
) -> Finding:
    try:
        budget = budget_of(connection, environ)
    except StackError as error:
        return Finding(name="connections", is_ok=False, says=str(error))
    says = budget.told() if budget.is_kept else f"{budget.told()}. {budget.advice()}"
    return Finding(name="connections", is_ok=budget.is_kept, says=says)


def _cells(url: str, databases: set[str]) -> Iterator[Finding]:
    if database_urls.CONTROL_DATABASE not in databases:
        says = "missing: run `openlaas prepare`"
        yield Finding(name="control plane", is_ok=False, says=says)
        return
    control_url = make_conninfo(url, dbname=database_urls.CONTROL_DATABASE)
    with psycopg.connect(control_url, connect_timeout=_ANSWER_SECONDS) as control:
        rows = control.execute(
            "SELECT cell.name, cell.host, cell.capacity, count(place.id)"
            " FROM cell LEFT JOIN place ON place.cell_id = cell.name GROUP BY cell.name"
            " ORDER BY cell.name"
        ).fetchall()
    yield Finding(name="control plane", is_ok=bool(rows), says=f"{len(rows)} cells")
    for name, host, capacity, bodies in rows:
        says = f"{bodies:,} of {capacity:,} places" + (f", on {host}" if host else "")
        is_here = None if host else name in databases
        yield Finding(
            name=f"cell {name}",
            is_ok=is_here,
            says=says if is_here is not False else "its database is missing",
        )


def _queue(url: str) -> Finding:
    parts = urlsplit(url)
    try:
        if parts.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(_ANSWER_SECONDS)
            connection.connect(unquote(parts.path))
        else:
            place = (parts.hostname or "127.0.0.1", parts.port or 6379)
            connection = socket.create_connection(place, timeout=_ANSWER_SECONDS)
        connection.close()
    except OSError as error:
        return Finding(name="queue", is_ok=False, says=f"no answer: {error}")
    return Finding(name="queue", is_ok=True, says="reachable")
