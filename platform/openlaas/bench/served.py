"""The app as it is served: processes behind a proxy that keeps each body to one of them."""

import contextlib
import http.client
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from openlaas.bench import http_load
from openlaas.bench.processor_time import tree_seconds
from openlaas.bench.samples import Sample
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Places
from openlaas.stack.ports import free_ports
from openlaas.stack.supervisor import Wishes, web_program

__all__ = ["app_programs", "asking", "free_ports", "process_of", "processor_seconds", "served"]

_READY_SECONDS = 60
_HTTP_OK = 200


def process_of(body_code: str, processes: int) -> int:
    """Return which app process a body belongs to, as HAProxy's consistent hashing would decide.

    The pool inside the process takes the same hash's lowest bits for its slots. Taking them here
    too would leave each process with a part of its slots only.
    """
    return (zlib.crc32(body_code.encode()) >> 16) % processes


@contextlib.contextmanager
def served(
    programs: list[Program], ports: list[int], places: Places, *, ready_path: str, host: str
) -> Iterator[list[Child]]:
    """Run web servers for the length of a `with`, once each answers 200 to this path and host."""
    children = [Child(program, places) for program in programs]
    try:
        for child in children:
            child.end_leftover()
            child.start()
        for child, port in zip(children, ports, strict=True):
            _wait_until_ready(child, port, ready_path, host)
        yield children
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop()


def app_programs(
    name: str, ports: list[int], places: Places, *, environment: Mapping[str, str]
) -> list[Program]:
    """Return one process per port, each started as `openlaas up` starts its web server."""
    programs = []
    for port in ports:
        wishes = Wishes(var=places.var, port=port, workers=1)
        program = web_program(wishes, process_environment=environment)
        programs.append(replace(program, name=f"{name}-{ports.index(port) + 1}"))
    return programs


def asking(
    app: list[Child],
    postgres_seconds: Callable[[], float],
    lanes: list[dict[str, Any]],
    **how: Any,
) -> Callable[[], Sample]:
    """Return the work of asking an app over HTTP, the processors of both tiers read meanwhile.

    Args:
        app: its processes.
        postgres_seconds: tells the processor time that its PostgreSQL has taken so far.
        lanes: what is asked; see `http_load.drive`.
        how: what else `http_load.drive` is told.
    """

    def both() -> tuple[float, float]:
        return processor_seconds(app), postgres_seconds()

    return lambda: http_load.drive(lanes, processor_seconds=both, **how)


def processor_seconds(children: list[Child]) -> float:
    """Return the processor time that the programs have taken so far."""
    return sum(tree_seconds(child.pid) for child in children if child.pid)


def _wait_until_ready(child: Child, port: int, path: str, host: str) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if not child.is_running():
            raise child.death()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": host})
            if connection.getresponse().status == _HTTP_OK:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise StackError(f"{child.program.name} is not ready after {_READY_SECONDS} s: {child.log}")
