"""The centre over 22,000 bodies: how soon it answers, and how fresh it is.

Beside each answer stands its limit; beside the overview stands what asking every body's schema in
turn would take: measured over some bodies, and multiplied, which the report says.
"""

import contextlib
import http.client
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

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
from openlaas.centre.nation import OFFICER, Nation, is_real, make_nation
from openlaas.stack import paths, steps
from openlaas.stack.children import Child, Program
from openlaas.stack.paths import Announce

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

        year = fiscal_year_of(timezone.localdate())
        nation = make_nation(
            fleet,
            bodies=wishes.bodies,
            through=wishes.through,
            fiscal_year=year,
            announce=announce,
        )
        tokens = _watchers()
        port = served.free_ports(1)
        programs = served.app_programs("central", port, fleet.places, environment=_told())
        with served.served(
            programs, port, fleet.places, ready_path="/readyz", host="localhost"
        ) as app:
            works = {
                name: _work(wishes, fleet, app, port, asked)
                for name, asked in _requests(tokens, year).items()
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
            fresh = _freshness(wishes, fleet, port[0], tokens["DLA"], year)
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


def _watchers() -> dict[str, tuple[str, str, str]]:
    """Return a token of each role, with the province and the district of its body."""
    from django.utils import timezone  # noqa: PLC0415 - Django was not set up at import

    from tenants.directory.models import Body  # noqa: PLC0415
    from tenants.officers import appointments, sign_in  # noqa: PLC0415
    from tenants.officers.appointments import NewStaffMember  # noqa: PLC0415
    from tenants.officers.models import Officer  # noqa: PLC0415

    now = timezone.now()
    body = Body.objects.exclude(district=None).order_by("code").first()
    assert body is not None  # the register has some
    found = {}
    for role, area in (("DLA", {}), ("PROVINCE", {"province_code": body.province_id})):
        name = f"bench-{role.lower()}"
        officer = Officer.objects.filter(username=name).first()
        if officer is None:
            member = NewStaffMember(
                username=name,
                password=secrets.token_urlsafe(12),
                name_th="ก",
                roles=(role,),
                **area,
            )
            first = now.date().replace(year=now.year - 1, day=1)
            ids = appointments.register_staff(staff=[member], from_date=first, now=now)
            officer_id = ids[name]
        else:
            officer_id = officer.id
        token, _ = sign_in.open_sign_in(officer_id=officer_id, kind="api", now=now)
        found[role] = (token, body.province_id, str(body.district_id))
    return found


def _requests(
    tokens: Mapping[str, tuple[str, str, str]], year: int
) -> dict[str, http_load.Request]:
    found = {}
    for name, (role, path) in _ASKED.items():
        token, province, district = tokens[role]
        filled = path.format(year=year, province=province, district=district)
        found[name] = http_load.reading(
            host="localhost", path=f"/api/v1/central/{filled}", authorization=f"Bearer {token}"
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


def _freshness(
    wishes: Wishes, fleet: Fleet, port: int, watcher: tuple[str, str, str], year: int
) -> _Fresh:
    """Post at a steady rate and look at the nation's figure; each answer is looked for there."""
    answered: list[float] = []
    ends = threading.Event()
    posting = threading.Thread(target=_post, args=(wishes, answered, ends))
    with _consumer(fleet), contextlib.closing(_connection(port)) as connection:
        look = _looker(connection, watcher[0], year)
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


def _post(wishes: Wishes, answered: list[float], ends: threading.Event) -> None:
    """Post to one body after the other, each entry at its moment."""
    from django.utils import timezone  # noqa: PLC0415

    from accounting.journal.drafts import read_entry  # noqa: PLC0415 - Django is set up now
    from accounting.journal.operations import post_entry  # noqa: PLC0415
    from accounting.officers import Officer  # noqa: PLC0415
    from loadtests.chances import chances  # noqa: PLC0415
    from loadtests.entries import balanced_entry  # noqa: PLC0415
    from tenants.directory.queries import bodies_with_books  # noqa: PLC0415
    from tenants.transactions import tenant_transaction  # noqa: PLC0415

    random, today = chances("fresh"), timezone.localdate()
    officer = Officer(id=OFFICER, name_th="นางสาวสมหญิง ใจดี", roles=frozenset({"ACCOUNTANT"}))
    bodies = [body for body in bodies_with_books() if is_real(body.schema_name)]
    started = time.monotonic()
    for number in range(10**9):
        due = started + number / wishes.per_second
        if ends.wait(max(0.0, due - time.monotonic())):
            return
        draft = read_entry(balanced_entry(random, entry_date=today))
        with tenant_transaction(bodies[number % len(bodies)]):
            post_entry(draft=draft, officer=officer)
        answered.append(time.monotonic())


def _peer_ms(fleet: Fleet) -> float:
    """Return the milliseconds that asking one body's schema takes, as its owner on one connection.

    Schemas that were asked once already: the first time costs several times as much.
    """
    from tenants.directory.queries import bodies_with_books  # noqa: PLC0415 - Django is set up now

    bodies = [body for body in bodies_with_books() if is_real(body.schema_name)][:_PEER_BODIES]
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
