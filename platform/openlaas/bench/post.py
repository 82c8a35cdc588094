"""How many postings a second: through the API, by bare PostgreSQL, and by the peer."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from accounting.fiscal_year import fiscal_year_of
from loadtests.entries import balanced_entry
from openlaas.bench import (
    documents,
    http_load,
    limit,
    peer,
    post_report,
    recording,
    samples,
    served,
)
from openlaas.bench.ground import Ground
from openlaas.bench.ground import ground as standing_on
from openlaas.bench.offices import Office
from openlaas.bench.report import Report
from openlaas.bench.samples import Sample, Samples
from openlaas.stack.binaries import reachable_binaries
from openlaas.stack.children import Child
from openlaas.stack.paths import Announce

THREADS = 4  # blocking threads of an app process, and its connections to a cell
FEW_BODIES = 20
_SEED = 2569


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench post` for."""

    var: Path
    seconds: float = 5
    rounds: int = 5
    bodies: int = 1000
    peer_bodies: int = 50
    processes: int = 2
    connections: int = 16
    warm_up_seconds: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the samples are taken of."""

    wishes: Wishes
    ground: Ground
    messages: recording.Messages
    read_round_trips: int
    desks: Sequence[documents.Desks]

    def connections(self) -> int:
        """Return how many connections the app holds to a cell, which the limit gets too."""
        return self.wishes.processes * THREADS


def bench_post(wishes: Wishes, *, announce: Announce) -> tuple[Report, Samples]:
    """Measure, in rounds; return the report and what it was made of.

    Raises:
        StackError: something could not be started, or a posting was refused.
    """
    with contextlib.ExitStack() as stack:
        ground = stack.enter_context(
            standing_on(
                wishes.var, bodies=wishes.bodies, peer_bodies=wishes.peer_bodies, announce=announce
            )
        )
        bench = _bench(wishes, ground)
        works = {
            **stack.enter_context(_api_works(bench)),
            **_limit_works(bench),
            **stack.enter_context(_peer_work(bench)),
        }
        announce("Warming up")
        _warm_up(works)
        taken = samples.interleaved(
            works,
            rounds=wishes.rounds,
            after_each=lambda name, sample: announce(_told_of(name, sample)),
        )
    return post_report.report(bench, taken), taken


def _bench(wishes: Wishes, ground: Ground) -> Bench:
    from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

    office = ground.offices[0]
    entry = balanced_entry(Random(_SEED), entry_date=ground.today)  # noqa: S311 - no secret
    key = f"recorded-for-the-bench-{timezone.now():%Y%m%d%H%M%S%f}"
    messages = recording.recorded_posting(office, entry, key=key)
    paths_read = ("journal-entries", f"trial-balance?fiscal_year={fiscal_year_of(ground.today)}")
    reads = [recording.recorded_read(office, path) for path in paths_read]
    return Bench(
        wishes=wishes,
        ground=ground,
        messages=messages,
        read_round_trips=max(len(read.to_books) for read in reads),
        desks=documents.desks_of(_some(ground.offices, FEW_BODIES), today=ground.today),
    )


@contextlib.contextmanager
def _api_works(bench: Bench) -> Iterator[dict[str, Callable[[], Sample]]]:
    """Serve the app twice: bodies kept to processes and connections, and not."""
    processes = bench.wishes.processes
    ports = served.free_ports(2 * processes)
    kept, strewn = ports[:processes], ports[processes:]
    unsticky = {**bench.ground.told, "OPENLAAS_POOL_STICKY": "false"}
    with (
        _running("kept", kept, bench, bench.ground.told) as app,
        _running("strewn", strewn, bench, unsticky) as strewn_app,
    ):
        many = _requests(bench, bench.ground.offices)
        few = _requests(bench, _some(bench.ground.offices, FEW_BODIES))
        # A balancer that bounds a process's load lets a body that is busy alone spill to all.
        ((_, hot),) = _requests(bench, bench.ground.offices[:1])
        one = [(number, hot) for number in range(processes)]
        anywhere = [(number % processes, request) for number, (_, request) in enumerate(many)]
        turned = [(number + 1) % processes for number, _ in anywhere]
        anywhere += [(owner, request) for owner, (_, request) in zip(turned, many, strict=True)]
        yield {
            "api_many": _http_work(bench, http_load.lanes(many, kept), app),
            "api_few": _http_work(bench, http_load.lanes(few, kept), app),
            "api_one": _http_work(bench, http_load.lanes(one, kept), app),
            "api_strewn": _http_work(bench, http_load.lanes(anywhere, strewn), strewn_app),
            **documents.works(
                bench.desks,
                processes=processes,
                drive=lambda made: _http_work(bench, http_load.lanes(made, kept), app)(),
                drive_once=lambda steps: _http_work(
                    bench,
                    http_load.lanes(steps, kept),
                    app,
                    expected=http_load.OK,
                    once=True,
                )(),
            ),
        }


@contextlib.contextmanager
def _running(
    name: str, ports: list[int], bench: Bench, told: Mapping[str, str]
) -> Iterator[list[Child]]:
    programs = served.app_programs(name, ports, bench.ground.places, environment=told)
    with served.served(
        programs, ports, bench.ground.places, ready_path="/readyz", host="localhost"
    ) as app:
        yield app


@contextlib.contextmanager
def _peer_work(bench: Bench) -> Iterator[dict[str, Callable[[], Sample]]]:
    ports = served.free_ports(bench.wishes.processes)
    programs = peer.peer_programs(ports, bench.ground.places, environment=bench.ground.peer_told)
    tenants = bench.ground.tenants
    random = Random(_SEED)  # noqa: S311 - no secret
    requests = [
        http_load.posting(
            random,
            host=tenant["host"],
            path="/api/v1/journal-entries",
            authorization=f"Token {tenant['token']}",
            entry_date=bench.ground.today,
        )
        for tenant in tenants
    ]
    # Any of its processes serves any tenant, as under the load balancers that people use.
    lanes = [{"port": port, "requests": random.sample(requests, len(requests))} for port in ports]
    host = tenants[0]["host"]
    with served.served(
        programs, ports, bench.ground.places, ready_path=peer.READY_PATH, host=host
    ) as app:
        yield {"peer": _http_work(bench, lanes, app)}


def _limit_works(bench: Bench) -> dict[str, Callable[[], Sample]]:
    from django.conf import settings  # noqa: PLC0415 - Django was not set up at import

    program = reachable_binaries(bench.ground.places, announce=lambda _line: None).postgres
    program = program.with_name("pgbench")

    def work(chosen: Sequence[Office], *files: str) -> Callable[[], Sample]:
        today = bench.ground.today
        scripts = limit.scripts(bench.messages, chosen, today=today, files=files)
        connections = bench.connections()
        pgbench = limit.Pgbench(program, settings.CELL_PARAMETERS, scripts, connections)
        return lambda: pgbench.run(
            bench.wishes.seconds,
            warm_up_seconds=bench.wishes.warm_up_seconds,
            processor_seconds=bench.ground.postgres_seconds,
        )

    return {
        "limit_many": work(bench.ground.offices, limit.LIMIT),
        "limit_one": work(bench.ground.offices[:1], limit.LIMIT),
        "least_many": work(bench.ground.offices, limit.LEAST),
        **{
            f"limit_{name}": work([one.office for one in bench.desks], *files)
            for name, files in documents.LIMITS.items()
        },
    }


def _http_work(
    bench: Bench,
    lanes: list[dict[str, Any]],
    app: list[Child],
    *,
    expected: str = http_load.CREATED,
    once: bool = False,
) -> Callable[[], Sample]:
    return served.asking(
        app,
        bench.ground.postgres_seconds,
        lanes,
        seconds=bench.wishes.seconds,
        connections=bench.wishes.connections,
        expected=expected,
        once=once,
    )


def _requests(bench: Bench, chosen: Sequence[Office]) -> list[tuple[int, http_load.Request]]:
    """Render one posting of each body, shuffled, with the process that the body belongs to."""
    random = Random(_SEED)  # noqa: S311 - no secret
    return [
        (
            served.process_of(office.code, bench.wishes.processes),
            http_load.posting(
                random,
                host="localhost",
                path=f"/api/v1/bodies/{office.code}/journal-entries",
                authorization=f"Bearer {office.token}",
                entry_date=bench.ground.today,
            ),
        )
        for office in random.sample(chosen, len(chosen))
    ]


def _some(chosen: Sequence[Office], count: int) -> list[Office]:
    return Random(_SEED).sample(chosen, min(count, len(chosen)))  # noqa: S311 - no secret


def _warm_up(works: Mapping[str, Callable[[], Sample]]) -> None:
    """Let every connection touch what it will touch: a first touch costs several times a later."""
    for name, work in works.items():
        if not name.startswith(("limit", "least")):  # pgbench connects anew and warms up by itself
            samples.until_steady(work)


def _told_of(name: str, sample: Sample) -> str:
    return (
        f"{name:12} {sample.per_second:7.0f}/s   processor ms: app {sample.app_ms:.2f},"
        f" PostgreSQL {sample.postgres_ms:.2f}, driver {sample.driver_ms:.2f}"
        f"   p50 {sample.p50_ms:.1f} ms, p95 {sample.p95_ms:.1f} ms"
    )
