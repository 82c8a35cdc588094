"""Kill after kill while clients post; then the books against what the clients were told."""

import statistics
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from openlaas.bench.report import Report
from openlaas.crashes import checks, running, traffic
from openlaas.crashes.history import History
from openlaas.crashes.running import WORKERS, Stack
from openlaas.stack import processes
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

_BACK_SECONDS = 120
_SETTLING_SECONDS = 120
_LONGEST_PAUSE_SECONDS = 1.5  # between being back and the next kill
_SHARE_OF_HASTY_KILLS = 0.15  # the next one comes while the system still recovers
_FINDINGS_TOLD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How large the proof is, and the folder of its servers."""

    var: Path
    kills: int = 300
    bodies: int = 8
    clients: int = 32
    seed: int = 2569


@dataclass(slots=True)
class Kills:
    """What was killed, and how long it was until a request sent after it was answered."""

    counted: Counter[str] = field(default_factory=Counter)
    under_way: Counter[str] = field(default_factory=Counter)
    back_seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What happened, and every promise that was broken, by its name in checks.PROMISES."""

    wishes: Wishes
    kills: Kills
    history: History
    seconds: float
    recoveries: int
    findings: tuple[checks.Finding, ...]


def prove(wishes: Wishes, *, announce: Announce) -> Proof:
    """Run the proof on servers of its own; the folder stays when a promise was broken.

    Raises:
        StackError: the system did not come up, or not again after a kill.
    """
    history, kills = History(), Kills()
    with running.running_stack(wishes.var, announce=announce) as stack:
        offices = traffic.offices_of(stack, wishes.bodies, announce=announce)
        announce(f"{wishes.clients} clients post to {wishes.bodies} bodies; {wishes.kills} kills")
        began = time.monotonic()
        with traffic.clients_at_work(
            stack,
            offices,
            history,
            clients=wishes.clients,
            seed=wishes.seed,
            settling_seconds=_SETTLING_SECONDS,
        ):
            _kill_all(stack, wishes, history, kills, announce=announce)
        seconds = time.monotonic() - began
        announce(f"Looking at {len(history.postings):,} postings from outside")
        found = tuple(checks.findings(history, offices, operators=stack.operators))
        proof = Proof(
            wishes=wishes,
            kills=kills,
            history=history,
            seconds=seconds,
            recoveries=_recoveries(stack),
            findings=found,
        )
    if not found:
        running.remove(stack)
    return proof


def report(proof: Proof) -> Report:
    """Return the proof as figures; a promise kept is a zero."""
    postings = proof.history.postings
    unknown = [posting for posting in postings if posting.was_unknown]
    broken = Counter(promise for promise, _ in proof.findings)
    figures: dict[str, float] = {
        "kills": proof.kills.counted.total(),
        "postings_under_way_when_killed": proof.kills.under_way.total(),
        "crash_recoveries": proof.recoveries,
        "seconds": round(proof.seconds, 1),
        "keys": len(postings),
        "entries_acknowledged": sum(len(posting.told) for posting in postings),
        "unknown": len(unknown),
        "unknown_and_stored": sum(posting.was_stored for posting in unknown),
        "unknown_and_not_stored": sum(
            not posting.was_stored for posting in unknown if posting.answer_sha256
        ),
    }
    for kind, seconds in proof.kills.back_seconds.items():
        name = kind.replace(" ", "_")
        figures[f"back_after_{name}_median_s"] = round(statistics.median(seconds), 2)
        figures[f"back_after_{name}_most_s"] = round(max(seconds), 2)
    figures |= {f"broken_{promise}": broken[promise] for promise in checks.PROMISES}
    wishes = proof.wishes
    return Report(
        name="crashes",
        dataset={
            "bodies": wishes.bodies,
            "clients": wishes.clients,
            "seed": wishes.seed,
            "kills": dict(proof.kills.counted),
            "answers": dict(proof.history.outcomes),
            "findings": [f"{promise}: {detail}" for promise, detail in proof.findings][
                :_FINDINGS_TOLD
            ],
        },
        figures=figures,
    )


def kinds_in_order(count: int, random: Random) -> list[str]:
    """Return what to kill: app, backend, postmaster in equal shares, in a random order.

    Every second app process is the server itself, which takes its workers along.
    """
    app = ("app worker", "app server")
    kinds = [(app[n // 3 % 2], "backend", "postmaster")[n % 3] for n in range(count)]
    random.shuffle(kinds)
    return kinds


def _kill_all(
    stack: Stack, wishes: Wishes, history: History, kills: Kills, *, announce: Announce
) -> None:
    random = Random(wishes.seed)  # noqa: S311 - no secret
    _wait_until_back(stack, history, since=time.monotonic())
    for number, kind in enumerate(kinds_in_order(wishes.kills, random), start=1):
        time.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))
        running.kill_one(stack, kind, random)
        killed_at, under_way = time.monotonic(), history.under_way
        kills.counted[kind] += 1
        kills.under_way[kind] += under_way
        words = f"kill {number} of {wishes.kills}: {kind}, {under_way} postings under way"
        if random.random() < _SHARE_OF_HASTY_KILLS and number < wishes.kills:
            announce(f"{words}; the next one follows at once")
            continue
        _wait_until_back(stack, history, since=killed_at)
        seconds = time.monotonic() - killed_at
        kills.back_seconds[kind].append(seconds)
        announce(f"{words}; back after {seconds:.1f} s")


def _wait_until_back(stack: Stack, history: History, *, since: float) -> None:
    """Wait until a request sent since then was answered, by an app that has all its workers."""

    def is_back() -> bool:
        return (
            history.last_acknowledged_was_sent_at > since
            and len(stack.victims("app worker")) >= WORKERS
        )

    if not processes.wait_until(is_back, seconds=_BACK_SECONDS):
        raise StackError(
            f"no posting was answered for {_BACK_SECONDS} s after a kill; the supervisor says:\n"
            f"{stack.supervisor.last_words()}"
        )


def _recoveries(stack: Stack) -> int:
    """Return how often PostgreSQL came up again, by its own log."""
    log = (stack.places.log / "postgres.log").read_text(encoding="utf-8", errors="replace")
    return log.count("database system is ready to accept connections") - 1
