"""The program behind `openlaas up`: everything started in order, watched, and stopped in order."""

import contextlib
import errno
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from openlaas.nodes import haproxy, wanted
from openlaas.nodes.crew import Crew
from openlaas.nodes.description import WEB
from openlaas.stack import backups, connections, environment, paths, processes, steps
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import PortInUse, StackError
from openlaas.stack.paths import Announce, Places
from openlaas.stack.ports import free_ports
from openlaas.stack.servers import Servers, Tuning, exclusive, start_servers
from tenants.fleet_health.budget import THREADS_OF_A_PROCESS

LONGEST_WAIT_SECONDS = 30  # before what keeps ending is started again
_POLL_SECONDS = 0.2
_WEB_READY_SECONDS = 60
_SETTLED_SECONDS = 60  # a child that ran this long starts over with the shortest backoff
_DEATHS_BEFORE_READY = 3
_HTTP_OK = 200
# Papers and imports take what officers at work leave of the cores, and no moment before: with
# niceness alone, a posting that wakes up waits for the paper that is being printed.
_BEHIND_THE_OTHERS = ("chrt", "--idle", "0")
_EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 (only compared with)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas up` for.

    Attributes:
        nodes: so many app processes with a port each, behind HAProxy; none: one web server.
        backups: the folder where the embedded server's WAL is kept.
    """

    var: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    nodes: int = 0
    with_demo: bool = True
    servers_only: bool = False
    longest_wait_seconds: int = LONGEST_WAIT_SECONDS
    backups: Path | None = None

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the portal: by a name, for passkeys need one."""
        host = "localhost" if self.host in {_EVERY_ADDRESS, "127.0.0.1"} else self.host
        return f"http://{host}:{self.port}/"


def up(wishes: Wishes, *, announce: Announce, inherited: Mapping[str, str] = os.environ) -> None:
    """Run the stack until Ctrl-C or SIGTERM, then stop it cleanly and return.

    Raises:
        StackError: it cannot start; whatever had been started is stopped again.
    """
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        stack.enter_context(_stop_signals(announce))
        places = paths.prepare_places(wishes.var, announce=announce)
        stack.enter_context(exclusive(places))
        servers = start_with_port_checked(wishes, places, announce=announce, inherited=inherited)
        stack.callback(servers.stop)
        if wishes.servers_only:
            announce("The servers are ready; Ctrl-C stops them. A command finds them by:")
            for name, value in servers.environment.items():
                announce(f"export {name}='{value}'")
            watch(wishes, servers, [], announce=announce)
        else:
            _serve(wishes, servers, announce=announce, inherited=inherited)


def start_with_port_checked(
    wishes: Wishes, places: Places, *, announce: Announce, inherited: Mapping[str, str]
) -> Servers:
    """End what a killed supervisor left, see that our port is free, start the servers."""
    if wishes.nodes:
        haproxy.executable()  # before minutes are spent on what would not be served
    left = {path.stem for kind in ("web-*", "side-*") for path in places.run.glob(f"{kind}.pid")}
    for name in ("web", "worker", "rollups", haproxy.NAME, *sorted(left)):
        leftover = Program(name=name, command=(), environment={}, folder=places.var)
        Child(leftover, places).end_leftover()
    if not wishes.servers_only:
        require_free_port(wishes.host, wishes.port)
    tuning = Tuning()
    if wishes.backups is not None:
        backups.prepare_folder(wishes.backups, places.account)
        tuning = Tuning(postgres_settings=backups.wal_settings(wishes.backups))
    return start_servers(places, tuning=tuning, environ=inherited, announce=announce)


def require_free_port(host: str, port: int) -> None:
    """Refuse to start when another program listens where our web server must.

    Raises:
        PortInUse: another program does.
        StackError: the system allows no one to listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(
                    f"Port {port} of {host} is used by another program. Stop that one, or choose"
                    f" another port: PORT={port + 1} make run"
                ) from None
            raise StackError(
                f"Cannot listen on port {port} of {host}: {error.strerror}."
            ) from error


def web_program(wishes: Wishes, *, process_environment: Mapping[str, str]) -> Program:
    """Return how the web server is started."""
    return Program(
        name="web",
        command=(
            *(sys.executable, "-m", "granian", "openlaas.wsgi:application"),
            *("--interface", "wsgi", "--host", wishes.host, "--port", str(wishes.port)),
            *("--workers", str(wishes.workers), "--blocking-threads", str(THREADS_OF_A_PROCESS)),
            *("--respawn-failed-workers", "--workers-kill-timeout", "10"),
        ),
        environment=process_environment,
        folder=paths.REPOSITORY,
    )


def node_program(
    var: Path, node: wanted.WantedNode, *, process_environment: Mapping[str, str]
) -> Program:
    """Return how an app process behind the proxy of this machine is started."""
    one = Wishes(var=var, host=wanted.LOOPBACK, port=node.port, workers=1)
    behind = {**process_environment, environment.BEHIND_PROXY: "true"}
    program = web_program(one, process_environment=behind)
    first = () if node.kind == WEB else _BEHIND_THE_OTHERS
    return replace(program, name=node.name, command=(*first, *program.command))


def worker_program(places: Places, *, process_environment: Mapping[str, str]) -> Program:
    """Return how the worker is started; it keeps the beat too, for there is only one of it."""
    return Program(
        name="worker",
        command=(
            *(sys.executable, "-m", "celery", "--app", "openlaas.celery", "worker", "--beat"),
            *("--schedule", str(places.run / "beat-schedule"), "--concurrency", "1"),
            *("--loglevel", "info", "--without-mingle", "--without-gossip"),
        ),
        environment=process_environment,
        folder=paths.REPOSITORY,
    )


def rollups_program(places: Places, *, operators: Mapping[str, str]) -> Program:
    """Return how the consumer of the centre's figures is started; it has the owner's rights."""
    return Program(
        name="rollups",
        command=(sys.executable, "-m", "openlaas.cli", "rollups", "consume"),
        environment=operators,
        folder=paths.REPOSITORY,
    )


def watch(
    wishes: Wishes,
    servers: Servers,
    programs: list[Child],
    *,
    announce: Announce,
    crew: Crew | None = None,
) -> None:
    """Start again whatever ends, less and less eagerly, until a signal stops us."""
    longest = wishes.longest_wait_seconds
    while True:
        if crew is not None:
            crew.follow(announce=announce)
        for child in [*servers.children, *programs, *(crew.settled if crew else [])]:
            revive(child, servers, announce=announce, now=time.monotonic(), longest=longest)
        time.sleep(_POLL_SECONDS)


def revive(
    child: Child,
    servers: Servers,
    *,
    announce: Announce,
    now: float,
    longest: int = LONGEST_WAIT_SECONDS,
) -> None:
    """Plan the restart of a child that ended, or carry it out when its time has come."""
    if child.is_running():
        return
    if not child.retry_at:
        child.clear_group()
        if now - child.started_at > _SETTLED_SECONDS:
            child.restarts = 0
        wait_seconds = backoff_seconds(child.restarts, longest=longest)
        child.retry_at, child.restarts = now + wait_seconds, child.restarts + 1
        announce(f"{child.death()}\nStarting {child.program.name} again in {wait_seconds} s")
    elif now >= child.retry_at:
        try:
            if child in servers.children:
                servers.restart(child, announce=announce)
            else:
                child.start()
            announce(f"{child.program.name} runs again (process {child.pid})")
        except StackError as error:
            announce(str(error))


def backoff_seconds(restarts: int, *, longest: int = LONGEST_WAIT_SECONDS) -> int:
    """Return how long to wait before the next restart of a child that was restarted so often."""
    return min(1 << min(restarts, 10), longest)


def _serve(
    wishes: Wishes, servers: Servers, *, announce: Announce, inherited: Mapping[str, str]
) -> None:
    places = servers.places
    operators = environment.for_operators(inherited, servers.environment)
    share = connections.share_of_a_process(
        operators[environment.DATABASE], inherited, workers=_web_processes(wishes)
    )
    steps.prepare(places, environment=operators, announce=announce)
    if wishes.with_demo:
        steps.make_demonstration(places, environment=operators, announce=announce)
    steps.collect_static_files(places, environment=operators, announce=announce)
    told = environment.for_processes(inherited, servers.environment)
    told[connections.OF_A_PROCESS] = str(share)
    worker = Child(worker_program(places, process_environment=told), places)
    crew = _crew(wishes, places, told) if wishes.nodes else None
    web = Child(web_program(wishes, process_environment=told), places)
    rollups = Child(rollups_program(places, operators=operators), places)
    programs = [worker, rollups] if crew else [web, worker, rollups]
    try:
        for child in programs:
            child.start()
        if crew:
            crew.start(_first_nodes(wishes), announce=announce)
        _wait_for_web(wishes, servers, programs, announce=announce, crew=crew)
        announce(f"OpenLAAS is ready: {wishes.url}")
        if wishes.with_demo:
            steps.show_links(places, url=wishes.url, environment=operators, announce=announce)
        announce(f"Logs are in {places.log}. Ctrl-C stops everything.")
        watch(wishes, servers, programs, announce=announce, crew=crew)
    finally:
        if crew:
            programs = [*crew.dismissed(), *programs]
        for child in programs:
            child.ask_to_stop()
        for child in programs:
            child.stop()


def _web_processes(wishes: Wishes) -> int:
    """Return how many may come to hold connections, those included that may be added later."""
    if not wishes.nodes:
        return wishes.workers
    return _first_nodes(wishes).most


def _first_nodes(wishes: Wishes) -> wanted.Wanted:
    *ports, metrics_port = free_ports(wishes.nodes + 2)
    return wanted.first(web=wishes.nodes, ports=ports, metrics_port=metrics_port)


def _crew(wishes: Wishes, places: Places, told: Mapping[str, str]) -> Crew:
    def program_of(node: wanted.WantedNode) -> Program:
        return node_program(wishes.var, node, process_environment=told)

    return Crew(places, host=wishes.host, port=wishes.port, program_of=program_of)


def _wait_for_web(
    wishes: Wishes,
    servers: Servers,
    programs: list[Child],
    *,
    announce: Announce,
    crew: Crew | None = None,
) -> None:
    # Without a body that has books, which the demonstration makes, nothing is ready to be used.
    path = "/readyz" if wishes.with_demo else "/healthz"

    def is_ready() -> bool:
        every = [*programs, *(crew.settled if crew else [])]
        for child in every:
            if not child.is_running() and child.restarts >= _DEATHS_BEFORE_READY:
                raise child.death()
        for child in [*servers.children, *every]:
            revive(child, servers, announce=announce, now=time.monotonic())
        return _answer(wishes, path) == _HTTP_OK and (crew is None or crew.is_whole())

    announce("Starting the web server and the worker")
    if not processes.wait_until(is_ready, seconds=_WEB_READY_SECONDS):
        web = [*(crew.settled if crew else []), *programs][0]
        raise StackError(
            f"The web server does not report itself ready after {_WEB_READY_SECONDS} s ({path}"
            f" answers {_answer(wishes, path) or 'nothing'}). The end of {web.log}:\n"
            f"{web.last_words()}"
        )


def _answer(wishes: Wishes, path: str) -> int | None:
    connection = http.client.HTTPConnection(wishes.host, wishes.port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        status: int = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    else:
        return status
    finally:
        connection.close()


@contextlib.contextmanager
def _stop_signals(announce: Announce) -> Iterator[None]:
    # The first signal interrupts whatever we wait for; the next ones find us stopping already.
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def note(_number: int, _frame: FrameType | None) -> None:
        announce("Stopping already; each program is finishing what it has begun")

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, note)
        announce("Stopping")
        raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
