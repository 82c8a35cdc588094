"""The year-end's mix, as far as plain django-tenants and DRF can do it too: ours beside it.

The peer has three requests: a list of fifty entries with lines, a trial balance, a posting. So
the mix of actions.csv is asked of both by these: whatever looks is a list, a report is a trial
balance, whatever saves or moves a document is a posting; signing in and paper are left out.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from rich.table import Table

from accounting.fiscal_year import fiscal_year_of
from loadtests import mix
from loadtests.chances import chances
from openlaas.bench import filling, http_load, peer, samples, served
from openlaas.bench.ground import Ground
from openlaas.bench.ground import ground as standing_on
from openlaas.bench.http_load import Request
from openlaas.bench.report import Report
from openlaas.bench.samples import Sample, Samples, mean_ms, rate, ratio
from openlaas.bench.tables import figures_table, ratios_table, works_table
from openlaas.stack.paths import Announce

LIST, TRIAL_BALANCE, POSTING = "list", "trial balance", "posting"
_STANDS_FOR = {
    "look": LIST,
    "report": TRIAL_BALANCE,
    **dict.fromkeys(("post", "save", "approve"), POSTING),
}
_PATHS = {
    LIST: "journal-entries?limit=50&lines=true",
    TRIAL_BALANCE: "trial-balance?fiscal_year={year}",
    POSTING: "journal-entries",
}
_REQUESTS = 8_000  # of each work, sent round and round
_PROCESSES = 2
SLO_P95_MS = 1_000.0
OURS, PEER = "mix", "mix_peer"
RATIOS: dict[str, tuple[str, str, float | None]] = {"mix_per_peer": (OURS, PEER, None)}
FIGURES: dict[str, float | None] = {"mix_p95_ms": SLO_P95_MS, "mix_peer_p95_ms": SLO_P95_MS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench mix` for."""

    var: Path
    seconds: float = 5
    rounds: int = 5
    bodies: int = 1_000
    peer_bodies: int = 50
    entries: int = 60
    connections: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """Whoever is asked about: a body of ours or a tenant of the peer."""

    host: str
    prefix: str
    authorization: str
    process: int


def bench_mixed(wishes: Wishes, *, announce: Announce) -> tuple[Report, Samples]:
    """Ask both for the mix, in turns; return the report and what it was made of.

    Raises:
        StackError: something could not be started, or an answer was neither 200 nor 201.
    """
    with contextlib.ExitStack() as stack:
        ground = stack.enter_context(
            standing_on(
                wishes.var,
                bodies=wishes.bodies,
                peer_bodies=wishes.peer_bodies,
                peer_entries=wishes.entries,
                announce=announce,
            )
        )
        filling.fill(
            ground.offices, entries=wishes.entries, lines=2, today=ground.today, say=announce
        )
        works = {
            OURS: stack.enter_context(_ours(wishes, ground)),
            PEER: stack.enter_context(_peers(wishes, ground)),
        }
        announce("Warming up")
        for work in works.values():
            samples.until_steady(work)
        taken = samples.interleaved(
            works,
            rounds=wishes.rounds,
            after_each=lambda name, sample: announce(_told_of(name, sample)),
        )
    return _report(wishes, ground, taken), taken


def tables(wishes: Wishes, found: Report, taken: Samples) -> list[Table]:
    """Return what a person reads."""
    meaning = {
        OURS: f"API: the mix over {wishes.bodies:,} bodies",
        PEER: f"peer: the same over {wishes.peer_bodies} tenants, plain django-tenants and DRF",
    }
    return [
        works_table("The year-end's mix", meaning, taken),
        ratios_table(found, {name: least for name, (_, _, least) in RATIOS.items()}),
        figures_table(found, FIGURES),
    ]


def shares() -> dict[str, float]:
    """Return how much of the mix is asked by each of the three requests."""
    weights: defaultdict[str, float] = defaultdict(float)
    for key, weight in mix.year_end().items():
        kind = mix.actions()[key].kind
        if kind in _STANDS_FOR:
            weights[_STANDS_FOR[kind]] += weight
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


@contextlib.contextmanager
def _ours(wishes: Wishes, ground: Ground) -> Iterator[Callable[[], Sample]]:
    ports = served.free_ports(_PROCESSES)
    programs = served.app_programs("mix", ports, ground.places, environment=ground.told)
    offices = [
        _Office(
            host="localhost",
            prefix=f"/api/v1/bodies/{office.code}",
            authorization=f"Bearer {office.token}",
            process=served.process_of(office.code, _PROCESSES),
        )
        for office in ground.offices
    ]
    with served.served(
        programs, ports, ground.places, ready_path="/readyz", host="localhost"
    ) as app:
        yield _work(wishes, ground, offices, ports, app)


@contextlib.contextmanager
def _peers(wishes: Wishes, ground: Ground) -> Iterator[Callable[[], Sample]]:
    ports = served.free_ports(_PROCESSES)
    programs = peer.peer_programs(ports, ground.places, environment=ground.peer_told)
    offices = [
        _Office(
            host=tenant["host"],
            prefix="/api/v1",
            authorization=f"Token {tenant['token']}",
            process=number % _PROCESSES,
        )
        for number, tenant in enumerate(ground.tenants)
    ]
    with served.served(
        programs, ports, ground.places, ready_path=peer.READY_PATH, host=offices[0].host
    ) as app:
        yield _work(wishes, ground, offices, ports, app)


def _work(
    wishes: Wishes, ground: Ground, offices: Sequence[_Office], ports: list[int], app: list[Any]
) -> Callable[[], Sample]:
    random, parts = chances("mix"), shares()
    names = random.choices(list(parts), weights=list(parts.values()), k=_REQUESTS)
    asked = [
        (office.process, _request(office, name, ground, random))
        for office, name in zip(cycle(offices), names, strict=False)  # each office in turn
    ]
    return served.asking(
        app,
        ground.postgres_seconds,
        http_load.lanes(asked, ports),
        seconds=wishes.seconds,
        connections=wishes.connections,
        expected=(http_load.OK, http_load.CREATED),
    )


def _request(office: _Office, name: str, ground: Ground, random: Random) -> Request:
    year = fiscal_year_of(ground.today)
    path = f"{office.prefix}/{_PATHS[name].format(year=year)}"
    if name == POSTING:
        return http_load.posting(
            random,
            host=office.host,
            path=path,
            authorization=office.authorization,
            entry_date=ground.today,
        )
    return http_load.reading(host=office.host, path=path, authorization=office.authorization)


def _report(wishes: Wishes, ground: Ground, taken: Samples) -> Report:
    figures = {}
    for name in (OURS, PEER):
        figures[f"{name}_per_s"] = rate(taken, name)
        figures[f"{name}_p95_ms"] = median(sample.p95_ms for sample in taken[name])
        for tier in ("app", "postgres"):
            figures[f"{name}_cpu_ms_{tier}"] = mean_ms(taken, name, tier)
    return Report(
        name="mix",
        dataset={
            "bodies": wishes.bodies,
            "peer_bodies": wishes.peer_bodies,
            "entries_of_each": wishes.entries,
            "shares": {name: round(share, 3) for name, share in shares().items()},
            "app_processes": _PROCESSES,
            "connections": wishes.connections,
            "seconds": wishes.seconds,
            "rounds": wishes.rounds,
            "load_average_before": round(ground.foreign_load, 2),
            "scatter": {name: round(samples.scatter(taken, name), 3) for name in taken},
        },
        figures={name: round(value, 3) for name, value in figures.items()},
        ratios={
            name: round(ratio(taken, above, below), 3) for name, (above, below, _) in RATIOS.items()
        },
    )


def _told_of(name: str, sample: Sample) -> str:
    return (
        f"{name:10} {sample.per_second:7.0f}/s   app {sample.app_ms:.2f} ms,"
        f" PostgreSQL {sample.postgres_ms:.2f} ms   p95 {sample.p95_ms:.0f} ms"
    )
