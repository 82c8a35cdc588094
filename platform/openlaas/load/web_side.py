"""The web side of a run on a system of our own: one function starts it, however it is made up."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openlaas.bench import served
from openlaas.load import caps
from openlaas.stack.children import Child
from openlaas.stack.paths import Places
from openlaas.stack.supervisor import Wishes, web_program

APP, PROXY = "app", "proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSide:
    """What answers.

    Attributes:
        targets: where requests go; with several, each body keeps to one of them.
        nodes: the web processes' own addresses, for their counters.
        roots: the processes at the head of each tier.
        quotas: cores that a tier is held to.
        proxy_socket: HAProxy's stats socket.
    """

    targets: list[str]
    nodes: list[str]
    roots: Mapping[str, list[int]]
    quotas: Mapping[str, float]
    proxy_socket: Path | None = None


@contextlib.contextmanager
def web_side(
    places: Places,
    *,
    environment: Mapping[str, str],
    nodes: int,
    app_cores: float | None,
) -> Iterator[WebSide]:
    """Run the web processes for the length of a `with`.

    Args:
        places: of the servers; logs go there.
        environment: of a web process.
        nodes: so many processes with a port each, between which the driver chooses by the body as
            a proxy's hashing does; none: one server with two workers, as `openlaas up` has it.
        app_cores: all of them together are held to so many cores.
    """
    count = max(1, nodes)
    ports = served.free_ports(count)
    wishes = Wishes(var=places.var, port=ports[0], workers=1 if nodes else 2)
    programs = (
        served.app_programs("load", ports, places, environment=environment)
        if nodes
        else [replace(web_program(wishes, process_environment=environment), name="load")]
    )
    with contextlib.ExitStack() as stack:
        started = served.served(programs, ports, places, ready_path="/readyz", host="localhost")
        children = stack.enter_context(started)
        heads = _heads(children)
        quotas = {}
        if app_cores is not None:
            stack.enter_context(caps.capped(APP, cores=app_cores, roots=heads))
            quotas[APP] = app_cores
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        yield WebSide(targets=addresses, nodes=addresses, roots={APP: heads}, quotas=quotas)


def _heads(children: list[Child]) -> list[int]:
    return [child.pid for child in children if child.pid]
