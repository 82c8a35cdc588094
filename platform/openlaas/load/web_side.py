"""The web side of a run on a system of our own: one function starts it, however it is made up."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from openlaas.bench import served
from openlaas.load import caps
from openlaas.nodes import haproxy as proxy_program
from openlaas.nodes import wanted
from openlaas.nodes.configuration import configuration
from openlaas.nodes.crew import described_here, socket_of
from openlaas.stack.children import Child
from openlaas.stack.paths import Places
from openlaas.stack.ports import free_ports
from openlaas.stack.supervisor import Wishes, node_program, web_program

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
    haproxy: bool = False,
) -> Iterator[WebSide]:
    """Run the web processes for the length of a `with`.

    Args:
        places: of the servers; logs go there.
        environment: of a web process.
        nodes: so many processes with a port each, between which the driver chooses by the body as
            a proxy's hashing does; none: one server with two workers, as `openlaas up` has it.
        app_cores: all of them together are held to so many cores.
        haproxy: they stand behind it, and one process more for papers and imports, as `openlaas
            up --haproxy` has them. Its limits of a body hold; that of an address cannot, where
            all requests come from one.
    """
    if haproxy:
        with _behind_the_proxy(places, environment, web=nodes or 2, app_cores=app_cores) as web:
            yield web
        return
    count = max(1, nodes)
    ports = free_ports(count)
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
        quotas = stack.enter_context(_held(heads, app_cores))
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        yield WebSide(targets=addresses, nodes=addresses, roots={APP: heads}, quotas=quotas)


@contextlib.contextmanager
def _behind_the_proxy(
    places: Places, environment: Mapping[str, str], *, web: int, app_cores: float | None
) -> Iterator[WebSide]:
    entrance, metrics, *ports = free_ports(web + 3)
    wished = wanted.first(web=web, ports=ports, metrics_port=metrics)
    described = described_here(places, wished, host=wanted.LOOPBACK, port=entrance)
    limits = replace(described.limits, address_requests=0)
    file = places.run / "load-haproxy.cfg"
    file.write_text(configuration(replace(described, limits=limits)), encoding="utf-8")
    programs = [
        node_program(places.var, node, process_environment=environment) for node in wished.nodes
    ]
    with contextlib.ExitStack() as stack:
        started = served.served(programs, ports, places, ready_path="/readyz", host="localhost")
        heads = _heads(stack.enter_context(started))
        before = [proxy_program.program(file)]
        proxy = served.served(before, [entrance], places, ready_path="/readyz", host="localhost")
        proxies = _heads(stack.enter_context(proxy))
        yield WebSide(
            targets=[f"http://{wanted.LOOPBACK}:{entrance}"],
            nodes=[f"http://{wanted.LOOPBACK}:{port}" for port in ports],
            roots={APP: heads, PROXY: proxies},
            quotas=stack.enter_context(_held(heads, app_cores)),
            proxy_socket=socket_of(places),
        )


@contextlib.contextmanager
def _held(heads: list[int], cores: float | None) -> Iterator[dict[str, float]]:
    """Hold the app to so many cores, if to any; yield its quota."""
    if cores is None:
        yield {}
        return
    with caps.capped(APP, cores=cores, roots=heads):
        yield {APP: cores}


def _heads(children: list[Child]) -> list[int]:
    return [child.pid for child in children if child.pid]
