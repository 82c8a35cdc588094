"""What every bench stands on: servers of its own, bodies with accountants, the peer's tenants."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openlaas.bench import commands, folder, offices, peer
from openlaas.bench.offices import Office
from openlaas.bench.processor_time import tree_seconds
from openlaas.stack import environment, paths
from openlaas.stack.paths import Announce, Places
from openlaas.stack.servers import embedded_servers


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What runs while samples are taken.

    Attributes:
        told: the environment of a web process.
        owner_url: the server, as the one who may do everything.
        peer_told: the environment of the peer's processes.
        tenants: the peer's, each with its ``host`` and a ``token``.
        foreign_load: what the machine was busy with before the bench began.
    """

    places: Places
    told: Mapping[str, str]
    owner_url: str
    offices: Sequence[Office]
    peer_told: Mapping[str, str]
    tenants: Sequence[dict[str, str]]
    today: date
    foreign_load: float

    def postgres_seconds(self) -> float:
        """Return the processor time of the server with all its backends."""
        number = (self.places.run / "postgres.pid").read_text(encoding="utf-8").split()[0]
        return tree_seconds(int(number))


@contextlib.contextmanager
def ground(
    wished: Path, *, bodies: int, peer_bodies: int, peer_entries: int = 0, announce: Announce
) -> Iterator[Ground]:
    """Start the servers of a folder for the length of a `with`, and make what is missing.

    This process becomes a web process: from here on Django is set up with such a one's rights.

    Raises:
        StackError: something could not be started or made.
    """
    foreign_load = os.getloadavg()[0]
    var = folder.take_folder(wished, announce=announce)
    with embedded_servers(var, environ={}, announce=announce) as servers:
        build = {"OPENLAAS_BUILD": str(var / "build")}  # the invitations, which nobody will use
        operators = environment.for_operators(commands.inherited(), {**servers, **build})
        offices.provision_bodies(bodies, operators=operators, announce=announce)
        owner_url = servers[environment.DATABASE]
        peer_told, tenants = peer.make_peer(
            peer_bodies, entries=peer_entries, owner_url=owner_url, announce=announce
        )
        told = offices.become_web_process(servers)
        announce("Signing in an accountant of each body")
        accountants = offices.sign_in_accountants(bodies)
        from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

        yield Ground(
            places=paths.prepare_places(var, announce=announce),
            told=told,
            owner_url=owner_url,
            offices=accountants,
            peer_told=peer_told,
            tenants=tenants,
            today=timezone.localdate(),
            foreign_load=foreign_load,
        )
