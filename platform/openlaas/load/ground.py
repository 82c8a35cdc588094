"""What a run of load stands on: a deployment somewhere, or a system of our own made for it."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openlaas import database_urls
from openlaas.load import people
from openlaas.load.waits import Places
from openlaas.load.web_side import WebSide, web_side
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    import psycopg

DATABASE, REDIS = "database", "redis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is driven, and what of it can be watched from here.

    Attributes:
        officers: the officers file.
        budgets: what vouchers are drawn on, by body.
        bodies: codes of the bodies that have officers.
        roots: tells the processes at the head of each tier; none of a deployment elsewhere.
    """

    targets: list[str]
    officers: Path
    budgets: Mapping[str, Mapping[str, str]]
    bodies: Sequence[str]
    roots: Callable[[], Mapping[str, list[int]]] = dict
    quotas: Mapping[str, float] = field(default_factory=dict)
    waits: Places = field(default_factory=Places)
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSystem:
    """How large a system of our own is wished, and whether a proxy stands before it."""

    var: Path
    bodies: int
    budgets: int = 20
    nodes: int = 0
    app_cores: float | None = None
    haproxy: bool = False
    with_pages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The databases of a system of our own with its officers; the web side is started on them."""

    places: Any
    officers: Path
    bodies: Sequence[str]
    budgets: Mapping[str, Mapping[str, str]]
    owner: Callable[[], "psycopg.Connection[tuple[Any, ...]]"]

    def heads(self) -> dict[str, list[int]]:
        """Return the processes at the head of the tiers that are no web processes."""
        found = {}
        for name, tier in (("postgres", DATABASE), ("valkey", REDIS)):
            with contextlib.suppress(OSError, ValueError):
                text = (self.places.run / f"{name}.pid").read_text(encoding="utf-8")
                found[tier] = [int(text.split()[0])]
        return found


@contextlib.contextmanager
def own_servers(wished: OwnSystem, *, announce: Announce) -> Iterator[Servers]:
    """Start servers with so many bodies and officers for the length of a `with`.

    This process becomes a web process: from here on Django is set up with such a one's rights.

    Raises:
        StackError: something could not be started or made.
    """
    from openlaas.bench.fleet import fleet  # noqa: PLC0415 - it takes a while to import

    with fleet(wished.var, bodies=wished.bodies, announce=announce) as found:
        from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

        announce(f"Making {len(people.ROLES)} officers for each of {wished.bodies:,} bodies")
        officers = wished.var / "load" / "officers.json"
        with found.owner(database_urls.CONTROL_DATABASE) as control:
            codes = people.make_people(
                control,
                officers,
                bodies=wished.bodies,
                with_pages=wished.with_pages,
                now=timezone.now(),
            )
        budgets = _budgets(codes, wished.budgets, today=timezone.localdate(), announce=announce)
        yield Servers(
            places=found.places,
            officers=officers,
            bodies=codes,
            budgets=budgets,
            owner=lambda: found.owner("postgres"),
        )


@contextlib.contextmanager
def served_by(
    servers: Servers, *, nodes: int, app_cores: float | None, haproxy: bool = False
) -> Iterator[Ground]:
    """Start a web side on servers for the length of a `with`."""
    with web_side(
        servers.places,
        environment=dict(os.environ),
        nodes=nodes,
        app_cores=app_cores,
        haproxy=haproxy,
    ) as web:
        yield Ground(
            targets=web.targets,
            officers=servers.officers,
            budgets=servers.budgets,
            bodies=servers.bodies,
            roots=lambda: _roots(servers, web),
            quotas=web.quotas,
            waits=Places(
                owner=servers.owner,
                nodes=web.nodes,
                proxy_socket=web.proxy_socket,
                redis_url=os.environ.get("REDIS_URL", ""),
            ),
            is_ours=True,
        )


@contextlib.contextmanager
def own_ground(wished: OwnSystem, *, announce: Announce) -> Iterator[Ground]:
    """Start all of a system of our own for the length of a `with`."""
    with (
        own_servers(wished, announce=announce) as servers,
        served_by(
            servers, nodes=wished.nodes, app_cores=wished.app_cores, haproxy=wished.haproxy
        ) as ground,
    ):
        yield ground


def remote_ground(targets: list[str], officers: Path) -> Ground:
    """Return a deployment elsewhere: an address and officers are all that is needed."""
    from loadtests.officers import desks_of, read_officers  # noqa: PLC0415 - as the others
    from loadtests.scouting import budgets_of  # noqa: PLC0415

    staff = desks_of(read_officers(officers))
    return Ground(
        targets=targets,
        officers=officers,
        budgets={body: asdict(one) for body, one in budgets_of(targets[0], staff).items()},
        bodies=list(staff),
        waits=Places(nodes=targets),
    )


def _roots(servers: Servers, web: WebSide) -> dict[str, list[int]]:
    return {**web.roots, **servers.heads()}


def _budgets(
    codes: Sequence[str], count: int, *, today: date, announce: Announce
) -> dict[str, dict[str, str]]:
    """Put a budget in force in some local bodies; units have none of their own."""
    from openlaas.bench.documents import desks_of  # noqa: PLC0415 - Django is set up now
    from openlaas.bench.offices import Office  # noqa: PLC0415
    from tenants.directory.queries import bodies_with_books  # noqa: PLC0415

    chosen = {code for code in codes if "-" not in code}
    places = [body for body in bodies_with_books() if body.code in chosen][:count]
    announce(f"Putting a budget in force in {len(places)} bodies, unless it is")
    offices = [
        Office(code=body.code, schema=body.schema_name, role=body.role, cell=body.cell, token="")
        for body in places
    ]
    return {
        desks.office.code: {"unit": "01", "line": desks.line, "payee": desks.payee}
        for desks in desks_of(offices, today=today)
    }
