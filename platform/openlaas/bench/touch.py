"""What a connection pays for a body it has not served: time at first, and memory from then on.

Note [One connection]
One app process, one thread, one connection to a cell; a page of each body in turn, then all again.
The first pass is cold, the second warm. Memory is what the backends do not share with others.
"""

import contextlib
import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from rich.table import Table

from openlaas.bench import limit, peer, recording, served
from openlaas.bench.ground import Ground
from openlaas.bench.ground import ground as standing_on
from openlaas.bench.report import Report
from openlaas.bench.tables import figures_table, ratios_table
from openlaas.stack.children import Program
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

_PATH = "journal-entries?limit=50"
_OWN_BACKENDS = """
SELECT pid FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND datname = %(database)s AND pid <> pg_backend_pid()
"""
FIGURES: dict[str, float | None] = dict.fromkeys(
    (
        *("cold_ms", "warm_ms", "kb_per_body"),
        *("limit_cold_ms", "limit_warm_ms", "limit_kb_per_body"),
        *("peer_cold_ms", "peer_warm_ms", "peer_kb_per_body"),
    )
)
RATIOS: dict[str, float | None] = dict.fromkeys(
    ("cold_per_warm", "limit_cold_per_warm", "peer_cold_per_warm", "peer_cold_per_ours")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench touch` for."""

    var: Path
    rounds: int = 3
    bodies: int = 120  # a connection keeps the plans of 128
    peer_bodies: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """One round: medians of the first and the second pass, and memory for each body."""

    cold_ms: float
    warm_ms: float
    kb_per_body: float


def bench_touch(wishes: Wishes, *, announce: Announce) -> Report:
    """Measure, in rounds of new connections.

    Raises:
        StackError: something could not be started, or an answer was no 200.
    """
    with standing_on(
        wishes.var, bodies=wishes.bodies, peer_bodies=wishes.peer_bodies, announce=announce
    ) as ground:
        ways: dict[str, Callable[[], Touched]] = {
            "": lambda: _through_the_api(ground),
            "limit_": lambda: _bare(ground),
            "peer_": lambda: _through_the_peer(ground),
        }
        found: dict[str, list[Touched]] = {name: [] for name in ways}
        for number in range(wishes.rounds):
            for name in list(ways) if number % 2 == 0 else list(ways)[::-1]:
                touched = ways[name]()
                found[name].append(touched)
                announce(f"{name or 'api_':7} {touched}")
    return _report(wishes, ground, found)


def tables(found: Report) -> list[Table]:
    """Return what a person reads."""
    return [figures_table(found, FIGURES), ratios_table(found, RATIOS)]


def _through_the_api(ground: Ground) -> Touched:
    told = {**ground.told, "OPENLAAS_POOL_SLOTS": "1"}
    (port,) = served.free_ports(1)
    programs = served.app_programs("touch", [port], ground.places, environment=told)
    asked = [
        ("localhost", f"/api/v1/bodies/{office.code}/{_PATH}", f"Bearer {office.token}")
        for office in ground.offices
    ]
    with _served(programs, port, ground, ready_path="/readyz", host="localhost"):
        return _touched(
            asked, _asking(port), database=ground.offices[0].cell, owner_url=ground.owner_url
        )


def _through_the_peer(ground: Ground) -> Touched:
    (port,) = served.free_ports(1)
    programs = peer.peer_programs([port], ground.places, environment=ground.peer_told)
    asked = [
        (tenant["host"], f"/api/v1/{_PATH}", f"Token {tenant['token']}")
        for tenant in ground.tenants
    ]
    host = ground.tenants[0]["host"]
    with _served(programs, port, ground, ready_path=peer.READY_PATH, host=host):
        return _touched(asked, _asking(port), database=peer.DATABASE, owner_url=ground.owner_url)


def _bare(ground: Ground) -> Touched:
    """Ask by one bare connection what the API asks: nothing prepared, nothing decided."""
    from django.conf import settings  # noqa: PLC0415 - Django was not set up at import

    offices = [office for office in ground.offices if office.cell == ground.offices[0].cell]
    recorded = {office.code: recording.recorded_new_read(office, _PATH) for office in offices[:1]}
    recording.forget_connections()
    (first,) = limit.reading_scripts(recorded, offices[:1])
    said = first.text.replace("\\;", ";")
    messages = [limit.moved(said, offices[0], office) for office in offices]
    parameters: dict[str, Any] = {**settings.CELL_PARAMETERS, "dbname": offices[0].cell}
    with psycopg.connect(**parameters, autocommit=True) as connection:
        return _touched(
            messages,
            lambda message: connection.execute(message.encode()),
            database=offices[0].cell,
            owner_url=ground.owner_url,
        )


@contextlib.contextmanager
def _served(
    programs: list[Program], port: int, ground: Ground, *, ready_path: str, host: str
) -> Iterator[None]:
    """Serve with one thread: the peer has a connection for each."""
    alone = [
        replace(
            program,
            command=tuple(
                "1" if before == "--blocking-threads" else word
                for before, word in zip(("", *program.command), program.command, strict=False)
            ),
        )
        for program in programs
    ]
    with served.served(alone, [port], ground.places, ready_path=ready_path, host=host):
        yield


def _asking(port: int) -> Callable[[tuple[str, str, str]], object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(asked: tuple[str, str, str]) -> None:
        host, path, authorization = asked
        connection.request("GET", path, headers={"Host": host, "Authorization": authorization})
        response = connection.getresponse()
        said = response.read()
        if response.status != http.client.OK:
            raise StackError(f"{path} was answered with {response.status}: {said[:500]!r}")

    return ask


def _touched(
    asked: Sequence[Any], ask: Callable[[Any], object], *, database: str, owner_url: str
) -> Touched:
    def timed(one: Any) -> float:
        started = time.perf_counter()
        ask(one)
        return (time.perf_counter() - started) * 1000

    timed(asked[0])  # the process's own first time
    before = _private_kilobytes(database, owner_url)
    cold = [timed(one) for one in asked[1:]]
    warm = [timed(one) for one in asked[1:]]
    kept = _private_kilobytes(database, owner_url) - before
    return Touched(cold_ms=median(cold), warm_ms=median(warm), kb_per_body=kept / (len(asked) - 1))


def _private_kilobytes(database: str, owner_url: str) -> int:
    """Return what a database's backends share with nobody."""
    with psycopg.connect(make_conninfo(owner_url)) as owner:
        found = owner.execute(_OWN_BACKENDS, {"database": database}).fetchall()
    lines = [
        line.split()
        for (backend,) in found
        for line in Path(f"/proc/{backend}/smaps_rollup").read_text(encoding="ascii").splitlines()
    ]
    return sum(int(words[1]) for words in lines if words[0] == "Private_Dirty:")


def _report(wishes: Wishes, ground: Ground, found: dict[str, list[Touched]]) -> Report:
    figures = {
        f"{name}{figure}": round(median(getattr(one, figure) for one in rounds), 3)
        for name, rounds in found.items()
        for figure in ("cold_ms", "warm_ms", "kb_per_body")
    }
    ratios = {
        f"{name}cold_per_warm": round(median(one.cold_ms / one.warm_ms for one in rounds), 3)
        for name, rounds in found.items()
    }
    pairs = zip(found["peer_"], found[""], strict=True)
    ratios["peer_cold_per_ours"] = round(median(p.cold_ms / o.cold_ms for p, o in pairs), 3)
    return Report(
        name="touch",
        dataset={
            "bodies": wishes.bodies,
            "peer_bodies": wishes.peer_bodies,
            "page": _PATH,
            "rounds": wishes.rounds,
            "limit_by": "psycopg, one message a page, nothing prepared",
            "load_average_before": round(ground.foreign_load, 2),
        },
        figures=figures,
        ratios=ratios,
    )
