"""A fleet to measure on: servers of the bench's own, with so many bodies, and who may do what."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from openlaas import database_urls
from openlaas.bench import commands, folder, offices
from openlaas.bench.processor_time import tree_seconds
from openlaas.stack import environment, paths
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, Places
from openlaas.stack.servers import embedded_servers


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What runs while a fleet is measured.

    Attributes:
        operators: the environment of an operator's command.
        owner_url: the server, as the one who may do everything.
        foreign_load: what the machine was busy with before the bench began.
    """

    places: Places
    operators: Mapping[str, str]
    owner_url: str
    foreign_load: float

    def owner(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """Connect to a database as its owner, in autocommit."""
        return psycopg.connect(make_conninfo(self.owner_url, dbname=database), autocommit=True)

    def postgres_seconds(self) -> float:
        """Return the processor time of the server with all its backends."""
        number = (self.places.run / "postgres.pid").read_text(encoding="utf-8").split()[0]
        return tree_seconds(int(number))


@contextlib.contextmanager
def fleet(
    wished: Path,
    *,
    bodies: int,
    announce: Announce,
    postgres_settings: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
) -> Iterator[Fleet]:
    """Start the servers of a folder for the length of a `with`, with at least so many bodies.

    This process becomes a web process: from here on Django is set up with such a one's rights.

    Args:
        wished: the folder; one that has bodies enough is taken as it is.
        bodies: how many there must be; those missing are the first of the register.
        announce: is told what takes long.
        postgres_settings: of the server, beside its usual ones.
        told: what else this process is told through its environment.

    Raises:
        StackError: something could not be started or made.
    """
    foreign_load = os.getloadavg()[0]
    var = folder.take_folder(wished, announce=announce)
    started = embedded_servers(
        var, environ={}, announce=announce, postgres_settings=postgres_settings
    )
    with started as servers:
        build = {"OPENLAAS_BUILD": str(var / "build")}
        operators = environment.for_operators(commands.inherited(), {**servers, **build})
        owner_url = servers[environment.DATABASE]
        if _bodies_of(owner_url) < bodies:
            offices.provision_bodies(bodies, operators=operators, announce=announce)
            if (found := _bodies_of(owner_url)) < bodies:
                raise StackError(f"{bodies:,} bodies were wished, {found:,} could be made")
        os.environ.update(told or {})
        offices.become_web_process(servers)
        yield Fleet(
            places=paths.prepare_places(var, announce=announce),
            operators=operators,
            owner_url=owner_url,
            foreign_load=foreign_load,
        )


def _bodies_of(owner_url: str) -> int:
    """Return how many bodies have books here."""
    control = make_conninfo(owner_url, dbname=database_urls.CONTROL_DATABASE)
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(control) as connection:
        found = connection.execute("SELECT count(*) FROM place WHERE use = 'live'").fetchone()
        return int(found[0]) if found else 0
    return 0  # there is no control plane yet
