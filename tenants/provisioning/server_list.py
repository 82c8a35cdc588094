"""The PostgreSQL servers that hold cells: the default one, and those that were added.

A server is known by the connection parameters that differ from the default's, as ``cell`` has them.
The owner's user and password are the same on all; web processes' passwords are set by us.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import psycopg
from psycopg import sql

from tenants.directory.models import LARGEST_CELL, Cell, Server
from tenants.provisioning import roles
from tenants.provisioning.instance import NotOurs
from tenants.provisioning.servers import (
    CONTROL_ROLE,
    TEMPLATE_DATABASE,
    owner_connection,
    owner_parameters,
)
from tenants.provisioning.template import ensure_template
from tenants.releases.along import bring_along

_OLDEST_VERSION = 180_000
_ANSWER_SECONDS = "2"
Address = dict[str, str]  # empty: the default server


class UnableToAddServer(Exception):
    """The server does not answer the owner, or cannot hold cells; the message says why."""


def address_of(host: str, port: int | None) -> Address:
    """Return the connection parameters of a server that differ from the default's."""
    return ({"host": host} if host else {}) | ({"port": str(port)} if port else {})


def added_servers() -> list[Address]:
    """Return the servers beside the default one, in the order in which they were added."""
    return [address_of(one.host, one.port) for one in Server.objects.order_by("id")]


def answering_servers() -> list[Address]:
    """Return the servers that answer the owner now, the default one first."""
    return [{}, *(address for address in added_servers() if _answers(address))]


def servers_for_new_cells(count: int, answering: Sequence[Address]) -> list[Address]:
    """Return a server for each of so many cells: the open one with the fewest cells each time."""
    cells = Counter(Cell.objects.values_list("host", "port"))
    added = Server.objects.filter(is_open=True).order_by("id").values_list("host", "port")
    servers: list[tuple[str, int | None]] = [("", None), *added]
    servers = [server for server in servers if address_of(*server) in answering]
    chosen = []
    for _ in range(count):
        server = min(servers, key=lambda server: cells[server])  # of equals, the first
        cells[server] += 1
        chosen.append(address_of(*server))
    return chosen


def add_server(*, host: str, port: int | None, now: datetime) -> bool:
    """Make roles and template on a server and list it; tell whether it was not listed before.

    Safe to run again: the list comes last.

    Raises:
        UnableToAddServer: it does not answer the owner, is too old, is the default one, or holds
            the template of another instance.
    """
    address = address_of(host, port)
    try:
        with owner_connection("postgres", address) as server:
            _check(server)
    except psycopg.OperationalError as error:
        raise UnableToAddServer(str(error).strip()) from error
    try:
        prepare_server(address)
    except NotOurs as error:
        raise UnableToAddServer(str(error)) from error
    _, is_new = Server.objects.get_or_create(host=host, port=port, defaults={"added_at": now})
    return is_new


def prepare_server(address: Address) -> str:
    """Bring roles, passwords and the template of an added server to this release; give its name."""
    passwords = roles.derived_passwords()
    passwords.pop(CONTROL_ROLE, None)  # the control plane is elsewhere
    with owner_connection("postgres", address) as server:
        roles.ensure_login_roles(server, passwords)
        roles.ensure_slot_roles(server, LARGEST_CELL)
    ensure_template(address)
    return bring_along(TEMPLATE_DATABASE, address)


def _check(server: psycopg.Connection[tuple[object, ...]]) -> None:
    if server.info.server_version < _OLDEST_VERSION:
        raise UnableToAddServer(f"it is PostgreSQL {server.info.server_version // 10_000}, not 18")
    with owner_connection() as default:
        query = sql.SQL("SELECT system_identifier FROM pg_control_system()")
        if server.execute(query).fetchone() == default.execute(query).fetchone():
            raise UnableToAddServer("it is the default server itself")


def _answers(address: Address) -> bool:
    parameters = owner_parameters("postgres", {**address, "connect_timeout": _ANSWER_SECONDS})
    try:
        psycopg.connect(**parameters).close()  # type: ignore[arg-type]
    except psycopg.OperationalError:
        return False
    return True
