"""App servers that could carry our work: how a process of each is started.

ASGI servers (uvicorn, granian's own) are left out: our views are synchronous, so that each request
would be handed to a thread after all, at the price of an event loop before it.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from openlaas.bench.processor_time import tree_of
from openlaas.stack import paths
from openlaas.stack.children import Program
from openlaas.stack.paths import Places
from openlaas.stack.supervisor import Wishes, web_program
from tenants.fleet_health.budget import THREADS_OF_A_PROCESS

_THREADS = "--blocking-threads"
# The driver keeps its connections as a proxy does. gunicorn would close idle ones after two
# seconds, which the driver would count as failures of requests that were just being sent.
_GUNICORN_KEEP_ALIVE_SECONDS = 75
_KILOBYTES_PER_MEGABYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An app server as it could be started.

    Attributes:
        key: begins the names of its figures in the report.
        says: what a person reads.
        program: one process's, of the folder of the servers, a port and its environment.
    """

    key: str
    says: str
    program: Callable[[Path, int, Mapping[str, str]], Program]


def programs(
    way: Way, ports: Sequence[int], places: Places, *, environment: Mapping[str, str]
) -> list[Program]:
    """Return one process for each port, named by the way and its number from 1."""
    return [
        replace(way.program(places.var, port, environment), name=f"{way.key}-{number}")
        for number, port in enumerate(ports, start=1)
    ]


def megabytes(head: int) -> float:
    """Return the resident memory (RSS, MB) of a server's process with its descendants.

    What they share counts for each of them. Those that have just ended count nothing.
    """
    return sum(_resident_kilobytes(one) for one in tree_of(head)) / _KILOBYTES_PER_MEGABYTE


def _granian(threads: int) -> Callable[[Path, int, Mapping[str, str]], Program]:
    def program(var: Path, port: int, environment: Mapping[str, str]) -> Program:
        ours = _as_we_start_it(var, port, environment)
        return replace(ours, command=with_threads(ours.command, threads))

    return program


def _as_we_start_it(var: Path, port: int, environment: Mapping[str, str]) -> Program:
    wishes = Wishes(var=var, port=port, workers=1)
    return web_program(wishes, process_environment=environment)


def _gunicorn(_var: Path, port: int, environment: Mapping[str, str]) -> Program:
    return Program(
        name="gunicorn",
        command=(
            *(sys.executable, "-m", "gunicorn", "openlaas.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "1"),
            *("--threads", str(THREADS_OF_A_PROCESS)),
            *("--keep-alive", str(_GUNICORN_KEEP_ALIVE_SECONDS)),
            *("--graceful-timeout", "10", "--no-control-socket"),
        ),
        environment=environment,
        folder=paths.REPOSITORY,
    )


def with_threads(command: Sequence[str], threads: int) -> tuple[str, ...]:
    """Return the command that starts granian, with another number of threads.

    Raises:
        ValueError: it says nothing of threads, so that it would be measured as it is.
    """
    place = tuple(command).index(_THREADS) + 1
    return (*command[:place], str(threads), *command[place + 1 :])


def _resident_kilobytes(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:"))


OURS = Way(
    key="ours",
    says=f"granian, {THREADS_OF_A_PROCESS} threads, as we start it",
    program=_as_we_start_it,
)
WAYS = (
    OURS,
    Way(key="granian_2", says="granian, 2 threads", program=_granian(2)),
    Way(key="granian_8", says="granian, 8 threads", program=_granian(8)),
    Way(
        key="gunicorn",
        says=f"gunicorn gthread, {THREADS_OF_A_PROCESS} threads",
        program=_gunicorn,
    ),
)
