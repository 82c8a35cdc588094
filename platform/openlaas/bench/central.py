"""The centre over 22,000 bodies: how soon it answers, and how fresh it is.

Beside each answer stands its limit; beside the overview stands what asking every body's schema in
turn would take: measured over some bodies, and multiplied, which the report says.
"""

import contextlib
import http.client
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from psycopg import sql
from rich.table import Table

from accounting.fiscal_year import fiscal_year_of
from openlaas.bench import fleet as fleets
from openlaas.bench import http_load, samples, served
from openlaas.bench.fleet import Fleet
from openlaas.bench.report import Report
from openlaas.bench.samples import Samples
from openlaas.bench.tables import figures_table
from openlaas.centre.freshness import Seen, seconds_until_shown, share_of
from openlaas.centre.nation import Nation, make_nation
from openlaas.stack import paths, steps
from openlaas.stack.children import Child, Program
from openlaas.stack.paths import Announce

if TYPE_CHECKING:
    from openlaas.centre.at_work import Watching

P50_MS, P95_MS, FRESH_P95_S = 50.0, 100.0, 5.0
_LOOK_SECONDS, _LONGEST_SECONDS = 0.1, 600.0
_PEER_BODIES = 200
_PEER = """
SELECT coalesce(sum(b.credit - b.debit), 0), (SELECT count(*) FROM {schema}.journal_entry)
  FROM {schema}.account_balance b WHERE b.account LIKE '4%%'
"""
# What is asked, by whom: the department, or an officer of a province.
_ASKED = {
    "overview": ("DLA", "overview?fiscal_year={year}"),
    "province": ("DLA", "provinces/{province}?fiscal_year={year}"),
    "own_province": ("PROVINCE", "overview?fiscal_year={year}"),
    "district": ("DLA", "districts/{district}?fiscal_year={year}"),
    "bodies": ("DLA", "bodies?fiscal_year={year}&limit=50"),
    "closing_progress": ("DLA", "closing-progress?fiscal_year={year}"),
    "budget_execution": ("DLA", "budget-execution?fiscal_year={year}"),
    "revenue": ("DLA", "revenue?fiscal_year={year}"),
    "cash_and_debts": ("DLA", "position?fiscal_year={year}"),
    "service_levels": ("DLA", "service-levels"),
    "table_of_revenue": ("DLA", "national-tables?fiscal_year={year}&scheme=revenue"),
    "table_of_expenditure": ("DLA", "national-tables?fiscal_year={year}&scheme=expenditure"),
    "table_of_a_province": ("DLA", "national-tables?fiscal_year={year}&province={province}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench central` for.

    Attributes:
        through: bodies whose figures come from the cells' notices; the others' are copied.
        per_second: entries posted while freshness is measured.
        fresh_seconds: how long it is.
    """

    var: Path
    bodies: int = 22_000
    through: int = 2_000
    seconds: float = 3
    rounds: int = 5
    per_second: float = 50
    fresh_seconds: float = 60


def bench_central(wishes: Wishes, *, announce: Announce) -> tuple[Report, Samples]:
    """Ask the centre over HTTP, then post and look how soon it is there.

    Raises:
        StackError: something could not be started, or an answer was not 200.
    """
    with fleets.fleet(wishes.var, bodies=wishes.through, announce=announce) as fleet:
        from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

        from openlaas.centre import at_work  # noqa: PLC0415 - it needs Django set up

        year = fiscal_year_of(timezone.localdate())
        nation = make_nation(
            fleet,
            bodies=wishes.bodies,
            through=wishes.through,
            fiscal_year=year,
            announce=announce,
        )
        watchers = at_work.sign_in_watchers()
        port = served.free_ports(1)
        programs = served.app_programs("central", port, fleet.places, environment=_told())
        with served.served(
            programs, port, fleet.places, ready_path="/readyz", host="localhost"
        ) as app:
            works = {
                name: _work(wishes, fleet, app, port, asked)
                for name, asked in _requests(watchers, year).items()
            }
            for work in works.values():
                work()  # plans are made, and pages come into memory
            taken = samples.interleaved(
                works,
                rounds=wishes.rounds,
                after_each=lambda name, one: announce(
                    f"{name:22} p50 {one.p50_ms:6.1f}   p95 {one.p95_ms:6.1f} ms"
                ),
            )
            announce(f"{wishes.per_second:.0f} entries a second; how soon are they shown?")
            fresh = _freshness(wishes, fleet, port[0], watchers["DLA"].token, year)
        peer_ms = _peer_ms(fleet)
    return _report(wishes, nation, taken, fresh, peer_ms), taken


def tables(found: Report) -> list[Table]:
    """Return what a person reads."""
    limits: dict[str, float | None] = {}
    for name in _ASKED:
        limits |= {f"{name}_p50_ms": P50_MS, f"{name}_p95_ms": P95_MS}
    limits |= {"freshness_p50_s": None, "freshness_p95_s": FRESH_P95_S, "freshness_max_s": None}
    limits |= {"entries_per_second": None, "peer_overview_s_modelled": None}
    return [figures_table(found, limits)]


def _told() -> dict[str, str]:
    return dict(os.environ)  # this process is a web process by now


def _requests(watchers: "Mapping[str, Watching]", year: int) -> dict[str, http_load.Request]:
    found = {}
    for name, (role, path) in _ASKED.items():
        who = watchers[role]
        filled = path.format(year=year, province=who.province, district=who.district)
        found[name] = http_load.reading(
            host="localhost", path=f"/api/v1/central/{filled}", authorization=f"Bearer {who.token}"
        )
    return found


def _work(
    wishes: Wishes, fleet: Fleet, app: list[Child], port: list[int], asked: http_load.Request
) -> Callable[[], samples.Sample]:
    return served.asking(
        app,
        fleet.postgres_seconds,
        [{"port": port[0], "requests": [asked]}],
        seconds=wishes.seconds,
        connections=1,
        expected=http_load.OK,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    seconds: Sequence[float]
    per_second: float


def _freshness(wishes: Wishes, fleet: Fleet, port: int, token: str, year: int) -> _Fresh:
    """Post at a steady rate and look at the nation's figure; each answer is looked for there."""
    from openlaas.centre import at_work  # noqa: PLC0415 - it needs Django set up

    answered: list[float] = []
    ends = threading.Event()
    posting = threading.Thread(
        target=at_work.post_steadily, args=(wishes.per_second, answered, ends)
    )
    with _consumer(fleet), contextlib.closing(_connection(port)) as connection:
        look = _looker(connection, token, year)
        before = _settled(look)
        started = time.monotonic()
        posting.start()
        seen: list[Seen] = []
        while time.monotonic() - started < wishes.fresh_seconds:
            count = look() - before
            seen.append((count, time.monotonic()))
            time.sleep(_LOOK_SECONDS)
        ends.set()
        posting.join()
        while seen[-1][0] < len(answered) and time.monotonic() < started + _LONGEST_SECONDS:
            seen.append((look() - before, time.monotonic()))
            time.sleep(_LOOK_SECONDS)
    return _Fresh(
        seconds=seconds_until_shown(seen, answered, since=started),
        per_second=len(answered) / wishes.fresh_seconds,
    )


@contextlib.contextmanager
def _consumer(fleet: Fleet) -> Iterator[None]:
    program = Program(
        name="bench-consumer",
        command=steps.openlaas_command("rollups", "consume", "--nightly", "0"),
        environment=dict(fleet.operators),
        folder=paths.REPOSITORY,
        stop_seconds=60,
    )
    child = Child(program, fleet.places)
    child.start()
    try:
        yield
    finally:
        child.stop()


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("localhost", port, timeout=30)


def _looker(connection: http.client.HTTPConnection, token: str, year: int) -> Callable[[], int]:
    def look() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        connection.request("GET", f"/api/v1/central/overview?fiscal_year={year}", headers=headers)
        told: dict[str, Any] = json.loads(connection.getresponse().read())
        return int(told["figures"]["entries"]["entries"])

    return look


def _settled(look: Callable[[], int]) -> int:
    """Return the figure once nothing is on its way any more."""
    before = look()
    while True:
        time.sleep(5)
        now = look()
        if now == before:
            return now
        before = now


def _peer_ms(fleet: Fleet) -> float:
    """Return the milliseconds that asking one body's schema takes, as its owner on one connection.

    Schemas that were asked once already: the first time costs several times as much.
    """
    from openlaas.centre import at_work  # noqa: PLC0415 - it needs Django set up

    bodies = at_work.real_bodies()[:_PEER_BODIES]
    taken = []
    with contextlib.ExitStack() as stack:
        cells = {name: stack.enter_context(fleet.owner(name)) for name in {b.cell for b in bodies}}
        for _ in range(3):
            started = time.perf_counter()
            for body in bodies:
                query = sql.SQL(_PEER).format(schema=sql.Identifier(body.schema_name))
                cells[body.cell].execute(query, ()).fetchall()
            taken.append((time.perf_counter() - started) * 1000 / len(bodies))
    return min(taken)


def _report(
    wishes: Wishes, nation: Nation, taken: Samples, fresh: _Fresh, peer_ms: float
) -> Report:
    figures = {}
    for name, of_work in taken.items():
        figures[f"{name}_p50_ms"] = median(one.p50_ms for one in of_work)
        figures[f"{name}_p95_ms"] = median(one.p95_ms for one in of_work)
    figures["freshness_p50_s"] = share_of(fresh.seconds, 0.5)
    figures["freshness_p95_s"] = share_of(fresh.seconds, 0.95)
    figures["freshness_max_s"] = max(fresh.seconds, default=0.0)
    figures["entries_per_second"] = fresh.per_second
    modelled = peer_ms * nation.bodies / 1000
    figures["peer_overview_s_modelled"] = modelled
    return Report(
        name="central",
        dataset={
            "bodies": nation.bodies,
            "told_of_by_notices": nation.through,
            "copied": nation.bodies - nation.through,
            "peer_bodies_measured": _PEER_BODIES,
            "peer_ms_of_a_body": round(peer_ms, 3),
            "seconds": wishes.seconds,
            "rounds": wishes.rounds,
            "app_processes": 1,
            "connections": 1,
        },
        figures={name: round(value, 3) for name, value in figures.items()},
        ratios={
            "peer_per_overview": round(modelled * 1000 / figures["overview_p50_ms"], 1),
        },
    )
