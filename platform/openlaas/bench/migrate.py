"""One release over many bodies in use: how long, who is refused, and what the bare loop takes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from openlaas.bench import commands, http_load, next_release, served
from openlaas.bench.ground import Ground
from openlaas.bench.ground import ground as standing_on
from openlaas.bench.offices import Office
from openlaas.bench.report import Report
from openlaas.stack import environment, paths, steps
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

_PROCESSES = 2
_SEED = 2569
_KILLS = (0.2, 0.45, 0.7)  # of the places done
_COUNTING_SECONDS = 0.012
_LOOK_SECONDS = 0.5  # how often; each look counts 22,000 rows beside the traffic that is measured
_STEP = (
    "ALTER TABLE {table} ADD COLUMN {name} varchar(40);"
    " CREATE INDEX {name}_index ON {table} (entry_date, {name})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench migrate` for.

    Attributes:
        bodies: at least so many; all that the folder has are migrated.
        offices: bodies that are posted to meanwhile, the parked one among them.
        quiet_seconds: how long the foreground is measured alone.
    """

    var: Path
    bodies: int = 1000
    peer_bodies: int = 200
    offices: int = 100
    per_s: float = 20
    quiet_seconds: float = 30


@dataclass(slots=True)
class _Bench:
    wishes: Wishes
    ground: Ground
    name: str  # of the column, new in each run
    say: Announce

    @property
    def operators(self) -> dict[str, str]:
        """The environment of an operator's command of the next release."""
        told = {**self.ground.told, environment.DATABASE: self.ground.owner_url}
        roots = (str(paths.REPOSITORY), str(paths.REPOSITORY / "platform"))
        told["PYTHONPATH"] = os.pathsep.join(roots)
        return next_release.environment_of(self.folder, told)

    @property
    def folder(self) -> Path:
        return self.wishes.var / "release"

    def control(self, query: str, facts: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the control plane as the owner."""
        with self.connect("openlaas_control") as connection:
            return connection.execute(query.encode(), facts).fetchall()

    def connect(self, database: str) -> psycopg.Connection[Any]:
        conninfo = make_conninfo(self.ground.owner_url, dbname=database)
        return psycopg.connect(conninfo, autocommit=True)

    def run(self, *words: str) -> float:
        """Run a command of the next release; return how long it took, in seconds."""
        started = time.monotonic()
        commands.run(*steps.openlaas_command(*words), environment=self.operators)
        return time.monotonic() - started


def bench_migrate(wishes: Wishes, *, announce: Announce) -> Report:
    """Migrate under traffic, killed three times; then the bare loop's and the peer's time.

    Raises:
        StackError: something could not be started, or did not come out as promised.
    """
    with standing_on(
        wishes.var, bodies=wishes.bodies, peer_bodies=wishes.peer_bodies, announce=announce
    ) as ground:
        bench = _Bench(wishes, ground, f"bench_{time.time_ns() // 10**9}", announce)
        announce("Measuring the bare loop, on a copy of each cell")
        bare_per_body = _bare_seconds_per_body(bench)
        next_release.add_migration(
            bench.folder,
            bench.name,
            _STEP.format(table="journal_entry", name=bench.name),
        )
        record_s = bench.run("prepare", "--no-migrate")
        with _traffic(bench) as measured:
            announce(f"{wishes.per_s:g} postings a second, {wishes.quiet_seconds:g} s alone")
            quiet = measured(lambda: time.sleep(wishes.quiet_seconds))
            announce("The same beside a process that only counts, half of the time")
            beside = measured(lambda: _count_half_the_time(wishes.quiet_seconds))
            parked = _spoil_one(bench)
            found: dict[str, float] = {}
            busy = measured(lambda: found.update(_migrate(bench)))
            after = measured(lambda: time.sleep(2 + wishes.offices / wishes.per_s))
        noop_s = bench.run("fleet", "migrate")
        deploy_s = bench.run("prepare")
        _see_that_all_is_well(bench, parked)
        announce("Migrating the peer's tenants")
        peer_s = _peer_seconds_per_body(bench) if wishes.peer_bodies else 0.0
        facts = {**found, "bare_per_body": bare_per_body, "peer_per_body": peer_s}
        facts |= {"record_s": record_s, "noop_s": noop_s, "deploy_s": deploy_s}
        return _report(bench, facts, _Traffics(quiet, beside, busy, after))


# --- ours ----------------------------------------------------------------------------------------


def _migrate(bench: _Bench) -> dict[str, float]:
    """Migrate the fleet, killed three times on the way; return what it took."""
    started, starts = time.monotonic(), 0
    for share in _KILLS:
        starts += 1
        run = _begin(bench)
        with bench.connect("openlaas_control") as control:
            while (done := _done_share(control)) < share and run.poll() is None:
                time.sleep(_LOOK_SECONDS)
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
            bench.say(f"Killed at {done:.0%}")
        run.wait()
    if _begin(bench).wait() != 0:
        raise StackError("the last run of `openlaas fleet migrate` failed")
    return {"wall_s": time.monotonic() - started, "starts": starts + 1.0}


def _begin(bench: _Bench) -> subprocess.Popen[bytes]:
    words = steps.openlaas_command("fleet", "migrate", "--halt-above", "1")
    return subprocess.Popen(  # noqa: S603 - words of ours
        words, env=bench.operators, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )


def _done_share(control: psycopg.Connection[Any]) -> float:
    (share,) = control.execute(
        "SELECT count(*) FILTER (WHERE r.state = 'done')::float / greatest(count(*), 1)"
        " FROM release one LEFT JOIN place_release r ON r.release_id = one.name"
        " WHERE one.number = (SELECT max(number) FROM release)"
    ).fetchone() or (0.0,)
    return float(share)


def _spoil_one(bench: _Bench) -> Office:
    """Give a body that is posted to, and is in a large wave, what makes the step fail there."""
    bench.run("fleet", "migrate", "--wave", "training")  # which plans the waves
    waves = dict(
        bench.control(
            "SELECT b.code, r.wave FROM place_release r JOIN place p ON p.id = r.place_id"
            " JOIN body b ON b.id = p.body_id"
        )
    )
    chosen = max(bench.ground.offices[: bench.wishes.offices], key=lambda one: waves[one.code])
    with bench.connect(chosen.cell) as cell:
        text = "ALTER TABLE {}.journal_entry ADD COLUMN {} integer"
        cell.execute(
            sql.SQL(text).format(sql.Identifier(chosen.schema), sql.Identifier(bench.name))
        )
    return chosen


def _see_that_all_is_well(bench: _Bench, parked: Office) -> None:
    rows = bench.control(
        "SELECT b.code, r.state FROM place_release r JOIN place p ON p.id = r.place_id"
        " JOIN body b ON b.id = p.body_id WHERE r.state <> 'done'"
    )
    if rows != [(parked.code, "parked")]:
        raise StackError(f"not as promised: {rows[:10]}, and {parked.code} was to be parked")
    with bench.connect(parked.cell) as cell:  # the next run finds it sound
        text = "ALTER TABLE {}.journal_entry DROP COLUMN {}"
        cell.execute(
            sql.SQL(text).format(sql.Identifier(parked.schema), sql.Identifier(bench.name))
        )
    bench.run("fleet", "migrate", "--retry-parked")


# --- what it is compared with --------------------------------------------------------------------


def _bare_seconds_per_body(bench: _Bench) -> float:
    """Say the same statements in a loop, one schema after another, in copies of the cells.

    A copy just written lies in memory; most of 22,000 schemas do not. So its pages are forgotten
    first: the loop finds them where the command finds those of the fleet.
    """
    seconds, schemas = 0.0, 0
    cells = bench.control("SELECT name FROM cell ORDER BY name LIMIT 2")
    for (name,) in cells:
        with bench.connect("postgres") as server:
            server.execute(_drop("bench_bare"))
            copy = "CREATE DATABASE bench_bare TEMPLATE {} STRATEGY FILE_COPY"
            server.execute(sql.SQL(copy).format(sql.Identifier(name)))
            _forget_pages(server, "bench_bare")
        with bench.connect("bench_bare") as bare:
            held = bare.execute(r"SELECT nspname FROM pg_namespace WHERE nspname ~ '^b_'")
            names = [schema for (schema,) in held]
            started = time.monotonic()
            for schema in names:
                bare.execute(
                    _STEP.format(table=f"{schema}.journal_entry", name=bench.name).encode()
                )
            seconds, schemas = seconds + time.monotonic() - started, schemas + len(names)
        with bench.connect("postgres") as server:
            server.execute(_drop("bench_bare"))
    return seconds / schemas


def _forget_pages(server: psycopg.Connection[Any], database: str) -> None:
    """Let the machine forget a database's files, which are all on the disk after a checkpoint."""
    server.execute("CHECKPOINT")
    query = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = %s"
    folder, oid = server.execute(query, [database]).fetchone() or ("", 0)
    for file in Path(folder, "base", str(oid)).iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _peer_seconds_per_body(bench: _Bench) -> float:
    folder = bench.wishes.var / "peer-release"
    text = _STEP.format(table="ledger_journalentry", name=bench.name)
    next_release.add_migration(folder, bench.name, text, product=next_release.PEER)
    told = next_release.environment_of(folder, bench.ground.peer_told)
    command = (sys.executable, "-m", "django", "migrate_schemas", "--tenant", "--verbosity", "0")
    started = time.monotonic()
    commands.run(*command, environment=told)
    return (time.monotonic() - started) / len(bench.ground.tenants)


def _drop(database: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))


# --- the foreground ------------------------------------------------------------------------------

Traffic = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Traffics:
    """What became of the postings: alone; beside mere counting; beside the migration; after it."""

    quiet: Traffic
    beside: Traffic
    busy: Traffic
    after: Traffic

    @property
    def failed(self) -> int:
        """Postings that were not answered with 201, whenever."""
        return sum(
            int(count)
            for traffic in (self.quiet, self.beside, self.busy, self.after)
            for status, count in traffic["statuses"].items()
            if status != http_load.CREATED
        )


def _count_half_the_time(seconds: float) -> None:
    """Use half of a core for nothing, a few milliseconds at a time: what any other work costs.

    A migration that takes as much of the machine, and waits for nothing that a posting waits for,
    could not be felt less.
    """
    ends = time.monotonic() + seconds
    while (now := time.monotonic()) < ends:
        while time.monotonic() < now + _COUNTING_SECONDS:
            pass
        time.sleep(_COUNTING_SECONDS)


@contextlib.contextmanager
def _traffic(bench: _Bench) -> Iterator[Callable[[Callable[[], object]], Traffic]]:
    """Serve the release before; yield what measures postings for as long as something takes."""
    ground, ports = bench.ground, served.free_ports(_PROCESSES)
    programs = served.app_programs("migrate", ports, ground.places, environment=ground.told)
    with served.served(programs, ports, ground.places, ready_path="/readyz", host="localhost"):

        def measured(meanwhile: Callable[[], object]) -> Traffic:
            with _paced(_plan(bench, ports)) as outcome:
                meanwhile()
            return outcome

        bench.say("Warming up")
        measured(lambda: time.sleep(4 * bench.wishes.offices / bench.wishes.per_s))
        yield measured


def _plan(bench: _Bench, ports: list[int]) -> dict[str, Any]:
    random = Random(_SEED)  # noqa: S311 - no secret
    requests = [
        (
            served.process_of(office.code, _PROCESSES),
            http_load.posting(
                random,
                host="localhost",
                path=f"/api/v1/bodies/{office.code}/journal-entries",
                authorization=f"Bearer {office.token}",
                entry_date=bench.ground.today,
            ),
        )
        for office in bench.ground.offices[: bench.wishes.offices]
    ]
    lanes = http_load.lanes(requests, ports)
    return {"per_s": bench.wishes.per_s, "run": uuid.uuid4().hex, "lanes": lanes}


@contextlib.contextmanager
def _paced(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Send the plan's requests for the length of a `with`; what came of them is there after it."""
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(paths.REPOSITORY / "platform")}
    outcome: dict[str, Any] = {}
    with subprocess.Popen(
        (sys.executable, "-m", "openlaas.bench.paced"),
        env=told,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdin is not None
        driver.stdin.write(json.dumps(plan) + "\n")
        driver.stdin.flush()
        try:
            yield outcome
        finally:
            said, _ = driver.communicate()
    outcome.update(json.loads(said))


# --- what was found ------------------------------------------------------------------------------


def _report(bench: _Bench, facts: Mapping[str, float], told: _Traffics) -> Report:
    quiet, beside, busy = told.quiet, told.beside, told.busy
    ((bodies,),) = bench.control("SELECT count(*) FROM place_release")
    per_body = facts["wall_s"] / bodies
    figures = {
        "bodies": bodies,
        "wall_s": facts["wall_s"],
        "process_starts": facts["starts"],  # within wall_s; about a second each
        "bodies_per_s": 1 / per_body,
        "failed_requests": told.failed,
        "postings_meanwhile": busy["asked"],
        "p95_without_ms": quiet["p95_ms"],
        "p95_beside_half_a_core_ms": beside["p95_ms"],
        "p95_with_ms": busy["p95_ms"],
        "p50_without_ms": quiet["p50_ms"],
        "p50_with_ms": busy["p50_ms"],
        "p99_with_ms": busy["p99_ms"],
        "bare_ms_per_body": facts["bare_per_body"] * 1000,
        "peer_ms_per_body": facts["peer_per_body"] * 1000,
        "record_s": facts["record_s"],
        "noop_s": facts["noop_s"],
        "noop_deploy_s": facts["deploy_s"],
    }
    return Report(
        name="migrate",
        dataset={
            "bodies": bodies,
            "peer_bodies": bench.wishes.peer_bodies,
            "statements": _STEP,
            "kills": len(_KILLS),
            "parked": 1,
            "postings_per_s": bench.wishes.per_s,
            "bodies_posted_to": bench.wishes.offices,
            "bare": "the same statements by one psycopg connection, copies of the first two cells",
            "statuses": dict(busy["statuses"]),
            "load_average_before": round(bench.ground.foreign_load, 2),
        },
        figures={name: round(value, 3) for name, value in figures.items()},
        ratios={
            "wall_per_bare": round(per_body / facts["bare_per_body"], 3),
            "p95_with_per_without": round(busy["p95_ms"] / quiet["p95_ms"], 3),
            "p95_beside_half_a_core_per_without": round(beside["p95_ms"] / quiet["p95_ms"], 3),
            "peer_per_wall": round(facts["peer_per_body"] / per_body, 3),
        },
    )
