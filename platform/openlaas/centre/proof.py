"""Post while the consumer is killed, doubled, and without a cell; then figures against the books.

First the system works as it should, and it is measured how soon what was acknowledged is in the
nation's figures. Then the consumer that `openlaas up` keeps is killed again and again, beside a
second one that is not; a transaction stays open in every cell all the time, and one cell lets
nobody in for a minute. At the end every figure is recomputed from the books.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from loadtests.chances import chances
from openlaas.bench import commands
from openlaas.bench.report import Report
from openlaas.centre.freshness import seconds_until_shown, share_of
from openlaas.crashes import checks, running, traffic
from openlaas.crashes.history import History
from openlaas.crashes.running import Stack
from openlaas.stack import paths, steps
from openlaas.stack.children import Child, Program
from openlaas.stack.paths import Announce

CELLS = ("openlaas_cell_01", "openlaas_cell_02")
_SETTLING_SECONDS = 120
_SAMPLE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 2.0  # of a consumer's life, beside its start
_FINDINGS_TOLD = 50
_SHOWN = "SELECT coalesce(sum(entries), 0) FROM area_entries WHERE level = 'N'"
_IDLE = """
INSERT INTO shared.notice (body_code, about) VALUES ('0000000', 'entry')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How large the proof is, and the folder of its servers.

    Attributes:
        documents: entries that are acknowledged at least, while the consumer is killed.
        steady_seconds: of work before the first kill, in which freshness is measured.
        stopped_seconds: how long a cell lets nobody in.
    """

    var: Path
    documents: int = 20_000
    kills: int = 200
    bodies: int = 40
    clients: int = 16
    steady_seconds: float = 60.0
    stopped_seconds: float = 60.0
    seed: int = 2569


@dataclass(slots=True)
class Proof:
    """What happened, and every promise that was broken."""

    wishes: Wishes
    history: History = field(default_factory=History)
    kills: int = 0
    fresh_seconds: list[float] = field(default_factory=list)
    per_second: float = 0.0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        """How many entries clients were told of."""
        return sum(len(posting.told) for posting in list(self.history.postings))


def prove(wishes: Wishes, *, announce: Announce) -> Proof:
    """Run the proof on servers of its own; the folder stays when a promise was broken.

    Raises:
        StackError: the system did not come up.
    """
    done = Proof(wishes=wishes)
    began = time.monotonic()
    with running.running_stack(wishes.var, announce=announce) as stack:
        prepare = steps.openlaas_command("prepare", "--cells", str(len(CELLS)))
        commands.run(*prepare, environment=stack.operators)
        offices = traffic.offices_of(stack, wishes.bodies, announce=announce)
        at_work = traffic.clients_at_work(
            stack,
            offices,
            done.history,
            clients=wishes.clients,
            seed=wishes.seed,
            settling_seconds=_SETTLING_SECONDS,
        )
        with _transactions_left_open(stack.operators), at_work:
            announce(f"{wishes.clients} clients post to {wishes.bodies} bodies")
            _measure(done)
            announce(
                f"at {done.per_second:.0f}/s fresh after {share_of(done.fresh_seconds, 0.95):.1f} s"
            )
            with _second_consumer(stack):
                away = max(office.cell for office in offices)
                _kill(stack, done, away, announce=announce)
        done.findings += _compare(stack, done)
        done.findings += [": ".join(one) for one in checks.of_the_clients(done.history)]
    done.seconds = time.monotonic() - began
    if not done.findings:
        running.remove(stack)
    return done


def report(done: Proof) -> Report:
    """Return the proof as figures."""
    fresh = done.fresh_seconds
    return Report(
        name="rollups",
        dataset={
            "bodies": done.wishes.bodies,
            "clients": done.wishes.clients,
            "seed": done.wishes.seed,
            "answers": dict(done.history.outcomes),
            "findings": done.findings[:_FINDINGS_TOLD],
        },
        figures={
            "kills_of_the_consumer": done.kills,
            "entries_acknowledged": done.acknowledged,
            "seconds": round(done.seconds, 1),
            "steady_entries_per_second": round(done.per_second, 1),
            "fresh_after_s_p50": round(share_of(fresh, 0.5), 2),
            "fresh_after_s_p95": round(share_of(fresh, 0.95), 2),
            "findings": len(done.findings),
        },
    )


def _shown() -> int:
    """Return how many entries the nation's figures count."""
    from tenants.rollups.kept import rows  # noqa: PLC0415 - needs Django's settings

    ((count,),) = rows(_SHOWN)
    return int(count)


@contextmanager
def _transactions_left_open(operators: Mapping[str, str]) -> Iterator[None]:
    """Leave a transaction open in each cell that has written what the consumer looks for."""
    with ExitStack() as stack:
        for cell in CELLS:
            connection = stack.enter_context(closing(_owner(operators, cell)))
            connection.execute("SET idle_in_transaction_session_timeout = 0")
            connection.execute("BEGIN")
            connection.execute(_IDLE)
        yield


def _measure(done: Proof) -> None:
    """Measure how long after its answer an entry is in the nation's figures.

    Those that are there and not answered yet are a few hundredths of a second's.
    """
    while not done.acknowledged:
        time.sleep(_SAMPLE_SECONDS)
    started = time.monotonic()
    samples: list[tuple[int, float]] = []
    while time.monotonic() - started < done.wishes.steady_seconds:
        samples.append((_shown(), time.monotonic()))
        time.sleep(_SAMPLE_SECONDS)
    answered = sorted(
        posting.answered_at
        for posting in list(done.history.postings)
        for _ in posting.told
        if posting.answered_at
    )
    done.fresh_seconds += seconds_until_shown(samples, answered, since=started)
    done.per_second = len([at for at in answered if at >= started]) / done.wishes.steady_seconds


@contextmanager
def _second_consumer(stack: Stack) -> Iterator[None]:
    """Let a consumer run beside the one that is killed."""
    program = Program(
        name="second-consumer",
        command=steps.openlaas_command("rollups", "consume", "--nightly", "0"),
        environment=stack.operators,
        folder=paths.REPOSITORY,
        stop_seconds=60,
    )
    second = Child(program, stack.places)
    second.start()
    try:
        yield
    finally:
        second.stop()


def _kill(stack: Stack, done: Proof, cell: str, *, announce: Announce) -> None:
    """Kill the consumer until there were kills and entries enough; stop a cell in between."""
    wishes, random = done.wishes, chances(done.wishes.seed)
    stopping = threading.Thread(target=_stop_a_cell, args=(stack.operators, cell, wishes))
    before = done.acknowledged
    while done.kills < wishes.kills or done.acknowledged - before < wishes.documents:
        if done.kills < wishes.kills:
            time.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))
            running.kill_one(stack, "consumer", random)
            done.kills += 1
        else:
            time.sleep(1)
        if done.kills == wishes.kills // 2 and stopping.ident is None:
            announce(f"{cell} lets nobody in for {wishes.stopped_seconds:.0f} s")
            stopping.start()
        if done.kills % 20 == 0:
            announce(f"{done.kills} kills, {done.acknowledged - before:,} entries")
    if stopping.ident is not None:
        stopping.join()


def _stop_a_cell(operators: Mapping[str, str], name: str, wishes: Wishes) -> None:
    """Let nobody into a cell for a while: who was inside is sent out."""
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    cell = sql.Identifier(name)
    with _owner(operators, "postgres") as owner:
        owner.execute(allow.format(cell, sql.SQL("false")))
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        time.sleep(wishes.stopped_seconds)
        owner.execute(allow.format(cell, sql.SQL("true")))


def _owner(operators: Mapping[str, str], database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        make_conninfo(operators["DATABASE_URL"], dbname=database), autocommit=True
    )


def _compare(stack: Stack, done: Proof) -> list[str]:
    """Bring the figures to the end, recompute all of them, and count the entries by ourselves."""
    told = _openlaas(stack, "rollups", "consume", "--once")
    findings = [f"not folded: {told}"] if told["failed"] else []
    found = _openlaas(stack, "rollups", "recompute", "--all")
    findings += [f"drift: {one}" for one in [*found["drifts"], *found["area_drifts"]]]
    if found["passed_by"]:
        findings.append(f"{found['passed_by']} bodies could not be compared")
    shown = _shown()
    if shown != done.acknowledged:
        findings.append(f"the nation counts {shown} entries, clients {done.acknowledged}")
    return findings


def _openlaas(stack: Stack, *words: str) -> dict[str, Any]:
    ran = subprocess.run(  # noqa: S603 - words of ours; it ends with 1 when figures differ
        steps.openlaas_command(*words, "--json"),
        cwd=paths.REPOSITORY,
        env={**os.environ, **stack.operators},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        return {"failed": 1, "drifts": [ran.stderr[-2000:]], "area_drifts": [], "passed_by": 0}
    return told
