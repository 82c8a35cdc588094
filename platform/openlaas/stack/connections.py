"""Whether PostgreSQL has the connections that the processes may come to hold."""

from collections.abc import Mapping

import psycopg

from openlaas.stack.errors import StackError
from tenants.fleet_health.budget import CONNECTIONS_OF_A_PROCESS, ConnectionBudget

NODES, WORKERS, OF_A_PROCESS = "OPENLAAS_NODES", "OPENLAAS_WORKERS", "OPENLAAS_POOL_CONNECTIONS"
_DEFAULT_WORKERS = 2
_SETTINGS = """
SELECT sum(setting::int) FILTER (WHERE name = 'max_connections'),
       sum(setting::int) FILTER (WHERE name <> 'max_connections')
  FROM pg_settings
 WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
"""


class TooManyConnections(StackError):
    """The processes could ask the server for more connections than it has."""


def budget_of(
    connection: psycopg.Connection[tuple[object, ...]],
    environ: Mapping[str, str],
    *,
    workers: int | None = None,
) -> ConnectionBudget:
    """Return the budget of a deployment, as its environment tells, on a server.

    Without OPENLAAS_POOL_CONNECTIONS each process gets the usual number, or its fair share where
    there are too many processes for that.

    Args:
        connection: to the server.
        environ: of the processes.
        workers: web processes of this node, where they are known better than by OPENLAAS_WORKERS.

    Raises:
        StackError: a variable is no number.
    """
    row = connection.execute(_SETTINGS).fetchone()
    assert row is not None  # an aggregate has one row
    asked = _number(environ, OF_A_PROCESS, 0)

    def with_share(of_a_process: int) -> ConnectionBudget:
        return ConnectionBudget(
            max_connections=int(str(row[0])),
            kept_by_server=int(str(row[1])),
            nodes=_number(environ, NODES, 1),
            workers=workers or _number(environ, WORKERS, _DEFAULT_WORKERS),
            of_a_process=of_a_process,
        )

    usual = with_share(CONNECTIONS_OF_A_PROCESS)
    return with_share(asked or min(CONNECTIONS_OF_A_PROCESS, usual.fair_share))


def share_of_a_process(url: str, environ: Mapping[str, str], *, workers: int) -> int:
    """Return how many connections to the cells each process may hold.

    Raises:
        TooManyConnections: the server has not enough for them all.
        StackError: the server does not answer, or a variable is no number.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            budget = budget_of(connection, environ, workers=workers)
    except psycopg.Error as error:
        raise StackError(f"PostgreSQL does not answer: {error}") from error
    if not budget.is_kept:
        raise TooManyConnections(f"{budget.told()}. {budget.advice()}.")
    return budget.of_a_process


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) < 1:
        raise StackError(f"{name} must be a number from 1 up; it is {text!r}")
    return int(text)
