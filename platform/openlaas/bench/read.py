"""How quickly pages are read: through the API, by bare PostgreSQL, and by the peer."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from accounting.fiscal_year import fiscal_year_of
from openlaas.bench import filling, http_load, limit, peer, recording, samples, served
from openlaas.bench.ground import Ground
from openlaas.bench.ground import ground as standing_on
from openlaas.bench.offices import Office
from openlaas.bench.report import Report
from openlaas.bench.samples import Sample, Samples, mean_ms, rate, ratio
from openlaas.bench.tables import figures_table, ratios_table, works_table
from openlaas.stack.binaries import reachable_binaries
from openlaas.stack.children import Child
from openlaas.stack.paths import Announce

ENTRIES = 600  # of each body and tenant: two hundred accounts, twelve months
LARGE_ENTRIES, LARGE_LINES = 10_000, 100  # a million lines
_PROCESSES, _THREADS = 2, 4
_WARM_UP_SECONDS = 2

_ROWS, _LIST = "journal-entries?limit=50", "journal-entries?limit=50&lines=true"
_TRIAL = "trial-balance?fiscal_year={year}"
_LEDGER = "ledger/1101010101.001?from={year_ce}-10-01&to={year_ce}-10-31&limit=50"
RATIOS: dict[str, tuple[str, str, float | None]] = {
    "list_per_limit": ("list", "list_limit", None),
    "list_per_peer": ("list", "list_peer", 5.0),
    "list_without_lines_per_peer": ("rows", "rows_peer", None),
    "trial_balance_per_limit": ("trial_balance", "trial_balance_limit", None),
    "trial_balance_per_peer": ("trial_balance", "trial_balance_peer", None),
}
FIGURES: dict[str, float | None] = {
    "list_p50_ms": 8.0,
    "trial_balance_p50_ms": 8.0,
    "million_lines_list_p50_ms": 8.0,
    "million_lines_list_of_5000_lines_p50_ms": None,
    "million_lines_trial_balance_p50_ms": 200.0,
    "million_lines_ledger_p50_ms": None,
}
_MEANING = {
    "list": "API: list of 50 entries with lines, {bodies} bodies",
    "list_limit": "limit: the same SQL by pgbench, one message",
    "list_peer": "peer: plain django-tenants and DRF, lines prefetched",
    "rows": "API: list of 50 entries without lines",
    "rows_peer": "peer: the same fields, totals added up by SQL",
    "trial_balance": "API: trial balance of 200 accounts",
    "trial_balance_limit": "limit: the same SQL by pgbench, one message",
    "trial_balance_peer": "peer: plain django-tenants and DRF, from monthly balances",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench read` for."""

    var: Path
    seconds: float = 3
    rounds: int = 5
    bodies: int = 40
    peer_bodies: int = 20
    entries: int = ENTRIES
    large_entries: int = LARGE_ENTRIES
    connections: int = 16


def bench_read(wishes: Wishes, *, announce: Announce) -> tuple[Report, Samples]:
    """Fill books, then read them, in rounds; return the report and what it was made of.

    Raises:
        StackError: something could not be started, or an answer was no 200.
    """
    with contextlib.ExitStack() as stack:
        ground = stack.enter_context(
            standing_on(
                wishes.var,
                bodies=wishes.bodies + 1,
                peer_bodies=wishes.peer_bodies,
                peer_entries=wishes.entries,
                announce=announce,
            )
        )
        *usual, large = ground.offices
        today = ground.today
        filling.fill(usual, entries=wishes.entries, lines=2, today=today, say=announce)
        filling.fill(
            [large], entries=wishes.large_entries, lines=LARGE_LINES, today=today, say=announce
        )
        app_works, app_alone = stack.enter_context(_api_works(wishes, ground, usual, large))
        works = {
            **app_works,
            **_limit_works(wishes, ground, usual),
            **stack.enter_context(_peer_works(wishes, ground)),
            **app_alone,
        }
        announce("Warming up")
        for name in (*app_works, "list_peer", "rows_peer", "trial_balance_peer"):
            works[name]()
        taken = samples.interleaved(
            works,
            rounds=wishes.rounds,
            after_each=lambda name, sample: announce(_told_of(name, sample)),
        )
    return _report(wishes, ground, taken), taken


def tables(wishes: Wishes, found: Report, taken: Samples) -> list[Table]:
    """Return what a person reads."""
    meaning = {name: words.format(bodies=wishes.bodies) for name, words in _MEANING.items()}
    least = {name: bound for name, (_, _, bound) in RATIOS.items()}
    return [
        works_table("Readings", meaning, taken),
        ratios_table(found, least),
        figures_table(found, FIGURES),
    ]


def _path(template: str, ground: Ground) -> str:
    year = fiscal_year_of(ground.today)
    return template.format(year=year, year_ce=year - 544)


@contextlib.contextmanager
def _api_works(
    wishes: Wishes, ground: Ground, usual: Sequence[Office], large: Office
) -> Iterator[tuple[dict[str, Callable[[], Sample]], dict[str, Callable[[], Sample]]]]:
    """Serve the app; yield the works of many connections, and those of one alone."""
    ports = served.free_ports(_PROCESSES)
    programs = served.app_programs("read", ports, ground.places, environment=ground.told)
    with served.served(
        programs, ports, ground.places, ready_path="/readyz", host="localhost"
    ) as app:

        def work(
            offices: Sequence[Office], template: str, connections: int
        ) -> Callable[[], Sample]:
            requests = [
                (
                    served.process_of(office.code, _PROCESSES),
                    http_load.reading(
                        host="localhost",
                        path=f"/api/v1/bodies/{office.code}/{_path(template, ground)}",
                        authorization=f"Bearer {office.token}",
                    ),
                )
                for office in offices
            ]
            return _http_work(
                wishes, ground, http_load.lanes(requests, ports), app, connections=connections
            )

        many = wishes.connections
        yield (
            {
                "list": work(usual, _LIST, many),
                "rows": work(usual, _ROWS, many),
                "trial_balance": work(usual, _TRIAL, many),
            },
            {
                "list_alone": work(usual, _LIST, 1),
                "trial_balance_alone": work(usual, _TRIAL, 1),
                "million_lines_list": work([large], _ROWS, 1),
                "million_lines_list_of_5000_lines": work([large], _LIST, 1),
                "million_lines_trial_balance": work([large], _TRIAL, 1),
                "million_lines_ledger": work([large], _LEDGER, 1),
            },
        )


@contextlib.contextmanager
def _peer_works(wishes: Wishes, ground: Ground) -> Iterator[dict[str, Callable[[], Sample]]]:
    ports = served.free_ports(_PROCESSES)
    programs = peer.peer_programs(ports, ground.places, environment=ground.peer_told)
    host = ground.tenants[0]["host"]
    with served.served(
        programs, ports, ground.places, ready_path=peer.READY_PATH, host=host
    ) as app:

        def work(template: str) -> Callable[[], Sample]:
            requests = [
                http_load.reading(
                    host=tenant["host"],
                    path=f"/api/v1/{_path(template, ground)}",
                    authorization=f"Token {tenant['token']}",
                )
                for tenant in ground.tenants
            ]
            lanes = [{"port": port, "requests": requests} for port in ports]
            return _http_work(wishes, ground, lanes, app, connections=wishes.connections)

        yield {
            "list_peer": work(_LIST),
            "rows_peer": work(_ROWS),
            "trial_balance_peer": work(_TRIAL),
        }


def _limit_works(
    wishes: Wishes, ground: Ground, usual: Sequence[Office]
) -> dict[str, Callable[[], Sample]]:
    from django.conf import settings  # noqa: PLC0415 - Django was not set up at import

    program = reachable_binaries(ground.places, announce=lambda _line: None).postgres
    program = program.with_name("pgbench")

    def work(template: str) -> Callable[[], Sample]:
        path = _path(template, ground)
        recorded = {office.code: recording.recorded_new_read(office, path) for office in usual}
        scripts = limit.reading_scripts(recorded, usual)
        pgbench = limit.Pgbench(program, settings.CELL_PARAMETERS, scripts, _PROCESSES * _THREADS)
        return lambda: pgbench.run(
            wishes.seconds,
            warm_up_seconds=_WARM_UP_SECONDS,
            processor_seconds=ground.postgres_seconds,
        )

    return {"list_limit": work(_LIST), "trial_balance_limit": work(_TRIAL)}


def _http_work(
    wishes: Wishes,
    ground: Ground,
    lanes: list[dict[str, object]],
    app: list[Child],
    *,
    connections: int,
) -> Callable[[], Sample]:
    return served.asking(
        app,
        ground.postgres_seconds,
        lanes,
        seconds=wishes.seconds,
        connections=connections,
        expected=http_load.OK,
    )


def _report(wishes: Wishes, ground: Ground, taken: Samples) -> Report:
    return Report(
        name="read",
        dataset={
            "bodies": wishes.bodies,
            "entries_of_each": wishes.entries,
            "accounts": 200,
            "large_body_lines": wishes.large_entries * LARGE_LINES,
            "peer_bodies": wishes.peer_bodies,
            "app_processes": _PROCESSES,
            "connections": wishes.connections,
            "limit_by": "pgbench, one message a reading, its plans not prepared",
            "seconds": wishes.seconds,
            "rounds": wishes.rounds,
            "load_average_before": round(ground.foreign_load, 2),
            "scatter": {name: round(samples.scatter(taken, name), 3) for name in taken},
        },
        figures={name: round(value, 3) for name, value in _figures(taken).items()},
        ratios={
            name: round(ratio(taken, above, below), 3) for name, (above, below, _) in RATIOS.items()
        },
    )


def _figures(taken: Samples) -> Mapping[str, float]:
    figures = {f"{name}_per_s": rate(taken, name) for name in _MEANING}
    for name in ("list", "trial_balance"):
        figures[f"{name}_p50_ms"] = samples.p50_ms(taken, f"{name}_alone")
        for tier in ("app", "postgres"):
            figures[f"{name}_cpu_ms_{tier}"] = mean_ms(taken, name, tier)
    for name in ("list", "list_of_5000_lines", "trial_balance", "ledger"):
        figures[f"million_lines_{name}_p50_ms"] = samples.p50_ms(taken, f"million_lines_{name}")
    return figures


def _told_of(name: str, sample: Sample) -> str:
    return (
        f"{name:28} {sample.per_second:7.0f}/s   app {sample.app_ms:.2f} ms,"
        f" PostgreSQL {sample.postgres_ms:.2f} ms   p50 {sample.p50_ms:.1f} ms"
    )
