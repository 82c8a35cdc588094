"""The peer: plain django-tenants with Django REST framework, on the bench's PostgreSQL server."""

import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from openlaas.bench import commands
from openlaas.bench.served import app_programs
from openlaas.stack import paths
from openlaas.stack.children import Program
from openlaas.stack.paths import Announce, Places

READY_PATH = "/healthz"
_PACKAGE = "loadtests.peers.plain_django_tenants"
DATABASE = "peer_plain_django_tenants"  # and the name of the role that owns it


def make_peer(
    count: int, *, entries: int, owner_url: str, announce: Announce
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Make the peer's database and tenants, each with at least so many entries.

    Returns:
        The environment of its processes, and for each tenant its `host` and a `token`.
    """
    announce(f"Making {count} tenants of the peer, unless they are there (1-2 s each)")
    environment = {
        **commands.inherited(),
        "PEER_DATABASE_URL": _own_database(owner_url),
        "DJANGO_SETTINGS_MODULE": f"{_PACKAGE}.settings",
        "PYTHONPATH": str(paths.REPOSITORY),
    }
    command = (sys.executable, "-m", f"{_PACKAGE}.make_tenants", str(count), str(entries))
    return environment, json.loads(commands.run(*command, environment=environment))


def peer_programs(
    ports: list[int], places: Places, *, environment: Mapping[str, str]
) -> list[Program]:
    """Return its web servers, started as ours are."""
    programs = app_programs("peer", ports, places, environment=environment)
    return [
        replace(
            program,
            command=tuple(
                word.replace("openlaas.wsgi", f"{_PACKAGE}.wsgi") for word in program.command
            ),
        )
        for program in programs
    ]


def _own_database(owner_url: str) -> str:
    """Return the URL of a database that a role of its own owns, with a new password."""
    password = secrets.token_hex(16)
    name = sql.Identifier(DATABASE)
    with psycopg.connect(owner_url, autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE]).fetchone()
        if known is None:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        change = sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password))
        server.execute(change)
        known = server.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if known is None:
            server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
    parameters = conninfo_to_dict(owner_url)
    host, port = quote(str(parameters["host"]), safe=""), parameters["port"]
    return f"postgresql://{DATABASE}:{password}@/{DATABASE}?host={host}&port={port}"
