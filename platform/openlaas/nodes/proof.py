"""Processes killed, drained, added, removed and rolled while clients post and read.

The posting clients and the checks of the books are those of `openlaas prove crashes`; others read.
Only what a killed process had under way may fail, and is sent again with its key.
"""

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from openlaas.bench.offices import Office
from openlaas.bench.processor_time import tree_seconds
from openlaas.bench.report import Report
from openlaas.crashes import checks, running, traffic
from openlaas.crashes.history import History
from openlaas.crashes.running import Stack
from openlaas.nodes import control, haproxy
from openlaas.nodes.description import WEB
from openlaas.nodes.readers import Readers
from openlaas.stack import processes
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce
from tenants.fleet_health.budget import THREADS_OF_A_PROCESS

_SETTLING_SECONDS = 60
_DRAIN_SECONDS = 30
_BACK_SECONDS = 60
_FINDINGS_TOLD = 50
# 422: a posting that is meant to be refused; 409: sent again while the first is still under way,
# which the clients tell from other conflicts.
_ALL_WELL = ("200", "201", "422", "409")
STEADY, KILLED = "nothing", "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How large the proof is, and the folder of its servers.

    Attributes:
        nodes: processes for pages and API.
        posting, reading: clients of each sort.
        kills: processes killed, one after the other.
        seconds: between two things that are done, and after the last.
    """

    var: Path
    nodes: int = 4
    bodies: int = 40
    posting: int = 8
    reading: int = 6
    kills: int = 5
    seconds: float = 5.0
    seed: int = 2569


@dataclass(slots=True)
class Phase:
    """What was done, and what became of the requests meanwhile, by status or "no answer".

    Attributes:
        moved: bodies whose requests mostly went to another process than while nothing was done.
        strayed: the share of reads that did not go to their body's process.
    """

    name: str
    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    moved: int = 0
    strayed: float = 0.0

    @property
    def failed(self) -> int:
        """Requests that were not answered as they should have been."""
        return sum(n for answer, n in self.answers.items() if answer not in _ALL_WELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What happened, and every promise that was broken."""

    wishes: Wishes
    phases: tuple[Phase, ...]
    history: History
    hit_rates: dict[str, float]
    proxy_seconds: float  # of processor time
    findings: tuple[checks.Finding, ...]


def prove(wishes: Wishes, *, announce: Announce) -> Proof:
    """Run the proof on servers of its own; the folder stays when a promise was broken.

    Raises:
        StackError: the system did not come up, or a process did not come back.
    """
    history, phases = History(), list[Phase]()
    words = ("--haproxy", "--nodes", str(wishes.nodes))
    with running.running_stack(wishes.var, announce=announce, served_by=words) as stack:
        offices = traffic.offices_of(stack, wishes.bodies, announce=announce)
        embedded = control.Embedded(stack.places)
        announce(
            f"{wishes.posting} clients post to {wishes.bodies} bodies behind {wishes.nodes}"
            f" processes, {wishes.reading} read"
        )
        with _clients(stack, wishes, offices, history) as readers:
            for phase in _phases(stack, wishes, embedded, history, readers):
                phases.append(phase)
                announce(_told(phase))
            proxy_seconds = tree_seconds(_number(stack, haproxy.NAME))
            rates = {n.name: n.hit_rate for n in control.shown(embedded.proxy) if n.hit_rate}
        announce(f"Looking at {len(history.postings):,} postings from outside")
        found = [*checks.findings(history, offices, operators=stack.operators)]
        found += _failures(phases, wishes)
    proof = Proof(
        wishes=wishes,
        phases=tuple(phases),
        history=history,
        hit_rates=rates,
        proxy_seconds=proxy_seconds,
        findings=tuple(found),
    )
    if not found:
        running.remove(stack)
    return proof


def report(proof: Proof) -> Report:
    """Return the proof as figures; a promise kept is a zero."""
    broken = Counter(promise for promise, _ in proof.findings)
    steady = next(phase for phase in proof.phases if phase.name == STEADY)
    figures: dict[str, float] = {
        "requests": sum(phase.answers.total() for phase in proof.phases),
        "kills": proof.wishes.kills,
        "failed_of_the_killed": _failed(proof.phases, killed=True),
        "failed_otherwise": _failed(proof.phases, killed=False),
        "entries_acknowledged": sum(len(p.told) for p in proof.history.postings),
        "keys_sent_again_and_settled": sum(
            p.was_unknown and p.answer_sha256 is not None for p in proof.history.postings
        ),
        "proxy_cpu_ms_per_request": round(
            1000 * proof.proxy_seconds / sum(phase.answers.total() for phase in proof.phases), 3
        ),
        "strayed_reads_percent": round(100 * steady.strayed, 1),
        "hit_rate_percent": round(
            100 * sum(proof.hit_rates.values()) / max(1, len(proof.hit_rates)), 1
        ),
    }
    for phase in proof.phases:
        if phase.name not in {STEADY, KILLED}:
            figures[f"{phase.name}_s"] = round(phase.seconds, 1)
            figures[f"{phase.name}_moved_bodies"] = phase.moved
    figures |= {f"broken_{promise}": broken[promise] for promise in checks.PROMISES}
    wishes = proof.wishes
    return Report(
        name="nodes",
        dataset={
            "nodes": wishes.nodes,
            "bodies": wishes.bodies,
            "clients": wishes.posting + wishes.reading,
            "seed": wishes.seed,
            "phases": [{"name": p.name, "answers": dict(p.answers)} for p in proof.phases],
            "hit_rates": {name: round(rate, 4) for name, rate in proof.hit_rates.items()},
            "findings": [f"{promise}: {detail}" for promise, detail in proof.findings][
                :_FINDINGS_TOLD
            ],
        },
        figures=figures,
    )


def _failed(phases: tuple[Phase, ...], *, killed: bool) -> int:
    return sum(phase.failed for phase in phases if (phase.name == KILLED) == killed)


def _failures(phases: list[Phase], wishes: Wishes) -> Iterator[checks.Finding]:
    """Yield what failed and should not have.

    A killed process had as many requests as threads under way; as many again may have been sent to
    it before its connections were seen to be closed.
    """
    for phase in phases:
        most = 2 * THREADS_OF_A_PROCESS if phase.name == KILLED else 0
        if phase.failed > most:
            yield "answers", f"{phase.name}: {phase.failed} requests failed: {dict(phase.answers)}"


@contextmanager
def _clients(
    stack: Stack, wishes: Wishes, offices: list[Office], history: History
) -> Iterator[Readers]:
    with traffic.clients_at_work(
        stack,
        offices,
        history,
        clients=wishes.posting,
        seed=wishes.seed,
        settling_seconds=_SETTLING_SECONDS,
    ):
        readers = Readers(offices, port=stack.port, clients=wishes.reading, seed=wishes.seed)
        with readers.at_work():
            yield readers


def _phases(
    stack: Stack, wishes: Wishes, embedded: control.Embedded, history: History, readers: Readers
) -> Iterator[Phase]:
    """Do one thing after the other, each followed by some seconds of work."""
    proxy = embedded.proxy
    quiet: Announce = lambda _line: None  # noqa: E731 - the phases tell it
    added: list[str] = []
    second = f"{WEB}-2"

    def drained() -> None:
        control.drain(proxy, second, seconds=_DRAIN_SECONDS)

    things: list[tuple[str, Callable[[], None]]] = [
        (STEADY, lambda: time.sleep(wishes.seconds)),
        ("drain", drained),
        ("ready", lambda: control.ready(proxy, second)),
        ("add", lambda: added.append(embedded.add(WEB, announce=quiet))),
        ("remove", lambda: embedded.remove(added[0], seconds=_DRAIN_SECONDS, announce=quiet)),
        ("roll", lambda: _rolled(embedded, quiet)),
    ]
    kills = [(KILLED, lambda n=n: _kill(stack, embedded, n)) for n in range(wishes.kills)]
    homes: dict[str, str] = {}
    for name, do in [*things, *kills]:
        answers, began = history.outcomes + readers.answers, time.monotonic()
        readers.forget_where()
        do()
        took = time.monotonic() - began
        time.sleep(wishes.seconds)
        found = history.outcomes + readers.answers
        homes = homes or readers.homes()
        yield Phase(
            name=name,
            answers=found - answers,
            seconds=took,
            moved=sum(homes.get(code, node) != node for code, node in readers.homes().items()),
            strayed=readers.strayed(),
        )


def _rolled(embedded: control.Embedded, announce: Announce) -> None:
    embedded.roll(seconds=_DRAIN_SECONDS, announce=announce)


def _kill(stack: Stack, embedded: control.Embedded, number: int) -> None:
    """Kill a process with all that belongs to it, and wait until it is back."""
    nodes = [node for node in embedded.file.read().nodes if node.kind == WEB]
    node = nodes[number % len(nodes)]
    pid = _number(stack, node.name)
    if not processes.descends_from(pid, stack.supervisor.pid or 0):
        raise StackError(f"process {pid} of {node.name} is none of ours")
    os.killpg(pid, signal.SIGKILL)

    def is_back() -> bool:
        with contextlib.suppress(OSError, ValueError, IndexError):  # while it is being written
            is_new = _number(stack, node.name) != pid
            return is_new and all(seat.is_ready for seat in embedded.proxy.seats_of(node.name))
        return False

    if not processes.wait_until(is_back, seconds=_BACK_SECONDS):
        raise StackError(f"{node.name} did not come back: {stack.supervisor.last_words()}")


def _number(stack: Stack, program: str) -> int:
    """Return the process number of one of the supervisor's programs."""
    return int((stack.places.run / f"{program}.pid").read_text(encoding="utf-8").split()[0])


def _told(phase: Phase) -> str:
    return (
        f"{phase.name}: {phase.seconds:.1f} s, {phase.answers.total():,} requests,"
        f" {phase.failed} failed, {phase.moved} bodies elsewhere"
    )
