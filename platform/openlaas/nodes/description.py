"""The one description of the processes and of the proxy before them: infra/nodes.toml.

Read whole and checked whole: whoever writes it is told everything that is wrong at once.
"""

import tomllib
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openlaas.nodes.reading import Reader
from openlaas.request_classes import RequestClass
from openlaas.stack.errors import StackError
from openlaas.stack.paths import REPOSITORY
from tenants.fleet_health.budget import THREADS_OF_A_PROCESS

FILE = REPOSITORY / "infra" / "nodes.toml"
WEB, REPORTS, IMPORTS = "web", "reports", "imports"
POOLS = (WEB, REPORTS, IMPORTS)
SIDE = "side"  # a process that serves reports and imports, with half of its threads each
# So far are the ports of two kinds apart: another process of a kind moves no other's port.
PORTS_OF_A_KIND = 100
_LARGEST_PORT = 65_535


class BadDescription(StackError):
    """The description cannot be used; the message has every reason, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where the proxy listens, what it tells, and whom it believes.

    Attributes:
        http: addresses for plain HTTP, ``*:80``; with ``https`` they only send there.
        https: addresses for TLS.
        certificate: the file with certificate and key, for ``https``.
        hosts: names that are answered to; none: all.
        trusted_proxies: networks whose X-Forwarded-For and -Proto are believed.
        connections: of clients, at once.
        metrics: address of the Prometheus exporter and the page of statistics.
        socket: of the runtime commands.
        log: where to; ``/dev/log``, ``stdout``, or a server's address.
        logs_everything: not only what went wrong.
        account: user and group after the ports are taken; empty: as started.
        check_host: the Host of a health check; one of the app's OPENLAAS_ALLOWED_HOSTS.
    """

    http: tuple[str, ...]
    https: tuple[str, ...]
    certificate: str
    hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    connections: int
    metrics: str
    socket: str
    log: str
    logs_everything: bool
    account: str
    check_host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long the proxy waits, in seconds, where it is the same for all pools."""

    connect: int
    request: int
    keep_alive: int
    client: int
    check: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one body, and one address, may ask; the answer beyond it is 429. Zero: no limit.

    Attributes:
        body_requests: of a body, in ten seconds.
        body_at_once: of a body, waiting or under way.
        body_heavy_at_once: of those, reports and imports.
        address_requests: of an address, in ten seconds; whole ministries share one.
        request_megabytes: the longest request; beyond it 413.
        large_kilobytes: a longer request goes to the imports' processes: sent slowly, it would
            hold a thread of the others.
    """

    body_requests: int
    body_at_once: int
    body_heavy_at_once: int
    address_requests: int
    request_megabytes: int
    large_kilobytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Processes that serve the same classes.

    Attributes:
        queue_seconds: the longest wait for a free thread; beyond it 503.
        answer_seconds: the longest wait for an answer; beyond it 504.
        balance_percent: a process may have so much of the mean load before its bodies go to the
            next one; 100 would be even, and keep no body at its process.
        queue_length: so many may wait for each process; from a quarter of it on some bodies are
            sent away at once, at its end nearly all. 0: no limit.
    """

    queue_seconds: int
    answer_seconds: int
    balance_percent: int
    queue_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An app process: one of granian's workers, with a port of its own."""

    name: str
    kind: str  # one of POOLS, or SIDE
    address: str
    port: int

    @property
    def threads(self) -> Mapping[str, int]:
        """Its threads, by the pool that it serves with them."""
        if self.kind == SIDE:
            half = THREADS_OF_A_PROCESS // 2
            return {REPORTS: THREADS_OF_A_PROCESS - half, IMPORTS: half}
        return {self.kind: THREADS_OF_A_PROCESS}

    @property
    def number(self) -> int:
        """The number that places it among others when bodies are shared out.

        Of its name, not of its place in the file: a node in between moves no other node's bodies,
        and two proxies share out alike.
        """
        return zlib.crc32(self.name.encode()) & 0x7FFF_FFFF or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All of it."""

    entrance: Entrance
    times: Times
    limits: Limits
    priorities: Mapping[RequestClass, int]
    pools: Mapping[str, Pool]
    nodes: tuple[Node, ...]

    def nodes_of(self, pool: str) -> list[Node]:
        """Return the processes that serve a pool."""
        return [node for node in self.nodes if pool in node.threads]


def read(file: Path = FILE) -> Description:
    """Read the description.

    Raises:
        BadDescription: it cannot be used; every reason is told.
    """
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadDescription(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDescription(f"{file} is no TOML: {error}") from error
    reader = Reader(raw)
    description = _described(reader)
    if reader.wrong:
        told = "\n".join(f"  {each}" for each in reader.wrong)
        raise BadDescription(f"{file} cannot be used:\n{told}")
    return description


def _described(reader: Reader) -> Description:
    description = Description(
        entrance=_entrance(reader),
        times=_times(reader),
        limits=_limits(reader),
        priorities={
            kind: reader.number(f"priorities.{kind}", least=-1000, most=1000)
            for kind in RequestClass
        },
        pools={name: _pool(reader, f"pools.{name}") for name in POOLS},
        nodes=tuple(_nodes(reader)),
    )
    reader.complain_of_the_rest()
    for reason in _whole(description):
        reader.complain(reason)
    return description


def _entrance(reader: Reader) -> Entrance:
    return Entrance(
        http=reader.addresses("entrance.http"),
        https=reader.addresses("entrance.https"),
        certificate=reader.text("entrance.certificate", may_be_empty=True),
        hosts=reader.hosts("entrance.hosts"),
        trusted_proxies=reader.networks("entrance.trusted_proxies"),
        connections=reader.number("entrance.connections", least=100, most=1_000_000),
        metrics=reader.address("entrance.metrics"),
        socket=reader.text("entrance.socket"),
        log=reader.text("entrance.log"),
        logs_everything=reader.truth("entrance.logs_everything"),
        account=reader.text("entrance.account", may_be_empty=True),
        check_host=reader.text("entrance.check_host"),
    )


def _times(reader: Reader) -> Times:
    return Times(
        connect=reader.number("times.connect", least=1, most=60),
        request=reader.number("times.request", least=1, most=120),
        keep_alive=reader.number("times.keep_alive", least=1, most=600),
        client=reader.number("times.client", least=1, most=600),
        check=reader.number("times.check", least=1, most=60),
    )


def _limits(reader: Reader) -> Limits:
    return Limits(
        body_requests=reader.number("limits.body_requests", least=0, most=1_000_000),
        body_at_once=reader.number("limits.body_at_once", least=0, most=1_000_000),
        body_heavy_at_once=reader.number("limits.body_heavy_at_once", least=0, most=1_000_000),
        address_requests=reader.number("limits.address_requests", least=0, most=10_000_000),
        request_megabytes=reader.number("limits.request_megabytes", least=1, most=1_000),
        large_kilobytes=reader.number("limits.large_kilobytes", least=4, most=1_000),
    )


def _pool(reader: Reader, name: str) -> Pool:
    return Pool(
        queue_seconds=reader.number(f"{name}.queue_seconds", least=1, most=300),
        answer_seconds=reader.number(f"{name}.answer_seconds", least=1, most=3_600),
        balance_percent=reader.number(f"{name}.balance_percent", least=101, most=1_000),
        queue_length=reader.number(f"{name}.queue_length", least=0, most=1_000, default=0),
    )


def _nodes(reader: Reader) -> list[Node]:
    found = []
    for machine in reader.tables("machines"):
        at = f"machines.{machine}"
        address = reader.host(f"{at}.address")
        first = reader.number(f"{at}.first_port", least=1, most=_LARGEST_PORT)
        for offset, kind in enumerate((*POOLS, SIDE)):
            count = reader.number(f"{at}.{kind}", least=0, most=PORTS_OF_A_KIND, default=0)
            port = first + offset * PORTS_OF_A_KIND
            found += [
                Node(name=f"{machine}-{kind}-{n + 1}", kind=kind, address=address, port=port + n)
                for n in range(count)
            ]
            if count and port + count - 1 > _LARGEST_PORT:
                reader.complain(f"{at}: the ports of {kind} end after {_LARGEST_PORT}")
    return found


def _whole(description: Description) -> list[str]:
    """Return what is wrong with the parts together."""
    entrance, wrong = description.entrance, []
    if not entrance.http and not entrance.https:
        wrong.append("entrance: it listens nowhere: http or https needs an address")
    if entrance.https and not entrance.certificate:
        wrong.append("entrance.certificate: https needs the file with certificate and key")
    wrong += [
        f"machines: no process serves {pool}; one of them needs {pool} = 1"
        + ("" if pool == WEB else f" or {SIDE} = 1")
        for pool in POOLS
        if not description.nodes_of(pool)
    ]
    places = Counter((node.address, node.port) for node in description.nodes)
    wrong += [f"machines: two processes at {a}:{p}" for (a, p), n in places.items() if n > 1]
    numbers = Counter(node.number for node in description.nodes)
    wrong += [
        f"machines: {node.name} has another's number by chance; rename its machine"
        for node in description.nodes
        if numbers[node.number] > 1
    ]
    return wrong
