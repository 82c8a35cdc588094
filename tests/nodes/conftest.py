"""A real HAProxy with the product's configuration, before servers that do as they are asked."""

import contextlib
import http.client
import json
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from openlaas.nodes import description as descriptions
from openlaas.nodes import haproxy
from openlaas.nodes.configuration import configuration
from openlaas.nodes.description import IMPORTS, REPORTS, WEB, Description, Node
from openlaas.nodes.runtime import Proxy
from openlaas.stack import paths, processes
from openlaas.stack.children import Child
from openlaas.stack.ports import free_ports


@dataclass
class Answered:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def node(self) -> str:
        return self.headers.get("X-OpenLAAS-Node", "")

    @property
    def json(self):
        return json.loads(self.content)


class StandIn(ThreadingHTTPServer):
    """A process behind the proxy: tells what it was sent; what is to be held, at the gate."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, name: str, gate: threading.Event) -> None:
        self.name = name
        self.seen: list[str] = []
        self.gate = gate
        self.small_gate = threading.Event()
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def node(self) -> Node:
        kind = self.name.split("-")[0]
        return Node(name=self.name, kind=kind, address="127.0.0.1", port=self.server_port)

    def get_request(self):
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def handle_error(self, request, client_address) -> None:
        """Say nothing of those who hung up."""

    def die(self) -> None:
        """End as a killed process does: every connection is cut, none is taken."""
        self.shutdown()
        self.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandIn

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        asked = urlsplit(self.path)
        if asked.path != "/healthz":
            self.server.seen.append(f"{self.command} {self.path}")
        gates = {"hold": self.server.gate, "hold-alone": self.server.small_gate}
        if asked.query in gates:
            gates[asked.query].wait(60)
        told = {"node": self.server.name, "headers": dict(self.headers)}
        content = json.dumps(told).encode()
        self.send_response(200)
        if asked.path.startswith("/static/"):
            self.send_header("Cache-Control", "max-age=315360000, public, immutable")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_HEAD = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@dataclass
class Running:
    """The proxy, and what is behind it."""

    port: int
    metrics: int
    proxy: Proxy
    description: Description
    nodes: dict[str, StandIn] = field(default_factory=dict)
    log: Path = Path()

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        return ask(self.port, path, method, body, **headers)

    @contextlib.contextmanager
    def held(self, *requests: str) -> Iterator[list[Answered]]:
        """Have requests, `GET /path`, held by the nodes or in their queues for a `with`.

        They come one after the other; after the `with` their answers are there, in this order.
        """
        gate = next(iter(self.nodes.values())).gate
        gate.clear()
        answers: dict[int, Answered] = {}

        def one(place: int, method: str, path: str) -> None:
            answers[place] = self.ask(path, method)

        threads, found = [], list[Answered]()
        for place, words in enumerate(requests):
            threads.append(threading.Thread(target=one, args=(place, *words.split())))
            threads[-1].start()
            self.under_way(place + 1)
        try:
            yield found
        finally:
            gate.set()
            for thread in threads:
                thread.join()
        found += [answers[place] for place in range(len(requests))]

    def under_way(self, count: int) -> None:
        """Wait until so many requests are with the nodes or in their queues."""
        assert processes.wait_until(
            lambda: sum(s.under_way + s.waiting for s in self.proxy.seats()) == count, seconds=20
        )


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        answer = connection.getresponse()
        return Answered(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="openlaas-") as name:  # short: it holds a socket
        yield Path(name).resolve()


def described(
    folder: Path, nodes: list[Node], *, queue_seconds: int = 60, **entrance: object
) -> Description:
    """The description that operators are given, for this machine."""
    port, metrics = free_ports(2)
    usual = descriptions.read()
    here = replace(
        usual.entrance,
        http=(f"127.0.0.1:{port}",),
        metrics=f"127.0.0.1:{metrics}",
        socket=str(folder / "s"),
        log="stdout",
        account="",
        connections=1000,
    )
    # A request that is just ending counts as load: the bound has a test of its own.
    pools = {
        name: replace(pool, balance_percent=1000, queue_seconds=queue_seconds)
        for name, pool in usual.pools.items()
    }
    entrance_here = replace(here, **entrance)
    limits = replace(usual.limits, body_requests=60)  # that are reached sooner
    return replace(usual, entrance=entrance_here, pools=pools, limits=limits, nodes=tuple(nodes))


@contextlib.contextmanager
def running(folder: Path, description: Description) -> Iterator[Running]:
    """Run the proxy before whatever its description names, until all of it is seen to be well."""
    file = folder / "haproxy.cfg"
    file.write_text(configuration(description), encoding="utf-8")
    places = paths.prepare_places(folder / "var", announce=lambda _line: None)
    child = Child(haproxy.program(file), places)
    child.start()
    proxy = Proxy(Path(description.entrance.socket))
    try:
        found = processes.wait_until(
            lambda: (folder / "s").exists() and all(s.is_ready for s in proxy.seats()), seconds=10
        )
        assert found, child.last_words()
        (address,) = description.entrance.http
        yield Running(
            port=int(address.rsplit(":", 1)[1]),
            metrics=int(description.entrance.metrics.rsplit(":", 1)[1]),
            proxy=proxy,
            description=description,
        )
    finally:
        child.stop()


@contextlib.contextmanager
def standing_in() -> Iterator[list[StandIn]]:
    """Three processes for pages and API, one for reports, one for imports."""
    names = (f"{WEB}-1", f"{WEB}-2", f"{WEB}-3", f"{REPORTS}-1", f"{IMPORTS}-1")
    gate = threading.Event()
    servers = [StandIn(name, gate) for name in names]
    yield servers
    gate.set()
    for server in servers:
        server.die()


@pytest.fixture
def stand_ins() -> Iterator[list[StandIn]]:
    with standing_in() as servers:
        yield servers


@pytest.fixture
def fresh(folder: Path, stand_ins: list[StandIn]) -> Iterator[Running]:
    """A proxy whose processes the test may end."""
    description = described(folder, [server.node for server in stand_ins])
    with running(folder, description) as found:
        found.nodes = {server.name: server for server in stand_ins}
        yield found


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """A proxy for tests that leave it as it was, each with bodies of its own."""
    with tempfile.TemporaryDirectory(prefix="openlaas-") as name, standing_in() as servers:
        folder = Path(name).resolve()
        description = described(folder, [server.node for server in servers])
        with running(folder, description) as found:
            found.nodes = {server.name: server for server in servers}
            found.log = folder / "var" / "log" / "haproxy.log"
            yield found
