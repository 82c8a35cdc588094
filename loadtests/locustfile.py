"""What Locust runs: the journeys over all officers of a file, and the gates at the end.

locust -f loadtests/locustfile.py --headless --host URL --officers FILE --figures OUT OfficeUser

With `--processes N` each of the workers has its part of the bodies, so all are worked in.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import WorkerRunner

from loadtests import mix
from loadtests.chances import chances
from loadtests.gates import ACCEPTANCE, Gates, failures
from loadtests.journeys.office import OfficeUser
from loadtests.journeys.receipts import ReceiptUser
from loadtests.journeys.vouchers import VoucherUser
from loadtests.officers import (
    Officer,
    Offices,
    Staff,
    read_officers,
    sessions_of,
    share_of_bodies,
)
from loadtests.working import Working

__all__ = ["OfficeUser", "ReceiptUser", "VoucherUser"]


@dataclass
class OfficeRun:
    """What the simulated users of one process share.

    Attributes:
        part: tells which part of the bodies is this process's, of how many.
        troubles: why a journey could not be made.
    """

    random: Random
    all_officers: list[Officer]
    part: Callable[[], tuple[int, int]]
    users: int
    pause: tuple[float, float] | None = None
    pages: float = 0.0
    troubles: list[str] = field(default_factory=list)
    bodies_elsewhere: set[str] = field(default_factory=set)
    _offices: dict[tuple[str, ...], Offices] = field(default_factory=dict)

    @cached_property
    def officers(self) -> list[Officer]:
        """Return those of this process; known once the workers are counted."""
        part, parts = self.part()
        return share_of_bodies(self.all_officers, part=part, parts=parts)

    @cached_property
    def working(self) -> Working:
        """Return the officers at work."""
        return Working(Staff(self.officers, self.random), self.random, pages=self.pages)

    @cached_property
    def mix(self) -> dict[str, float]:
        """Return the mix; nothing is drawn up where no budget is known."""
        return mix.year_end()

    @cached_property
    def _sessions(self) -> Iterator[tuple[Officer, str]]:
        shares = mix.roles_of(self.mix)
        chosen = sessions_of(self.working.staff, shares, max(1, self.users))
        return (one for _ in iter(int, 1) for one in chosen)

    def next_session(self) -> tuple[Officer, str] | None:
        """Return who signs in next, and the role they work in."""
        return next(self._sessions, None)

    def offices(self, desks: tuple[str, ...]) -> Offices:
        """Return the bodies that have an officer at each of these desks."""
        if desks not in self._offices:
            self._offices[desks] = Offices(self.officers, desks)
        return self._offices[desks]

    def bodies_active(self) -> set[str]:
        """Return the bodies in which something was done, in all processes."""
        return self.working.bodies_active | self.bodies_elsewhere


@events.init_command_line_parser.add_listener
def _add_options(parser: Any) -> None:
    parser.add_argument("--officers", default="build/demo/officers.json", help="Who acts.")
    parser.add_argument("--figures", default="", help="Where the figures are written, as JSON.")
    parser.add_argument("--p95-ms", type=float, default=ACCEPTANCE.p95_ms, help="A gate.")
    parser.add_argument("--p99-ms", type=float, default=ACCEPTANCE.p99_ms, help="A gate.")
    parser.add_argument("--seed", type=int, default=0, help="Another seed, another order.")
    parser.add_argument("--shape", default="", help="Whose shape the load has; see profiles.py.")
    parser.add_argument("--sessions", type=int, default=0, help="Of the profile's peak.")
    parser.add_argument("--pause", type=float, nargs=2, default=None, help="Least and most, s.")
    parser.add_argument("--pages", type=float, default=0.0, help="Share of looks by pages.")


@events.init.add_listener
def _deal(environment: Environment, **_: Any) -> None:
    options = environment.parsed_options
    runner = environment.runner

    def part() -> tuple[int, int]:
        if not isinstance(runner, WorkerRunner):
            return 0, 1
        return max(0, runner.worker_index), max(1, options.processes or 1)

    environment.office_run = OfficeRun(
        random=chances(options.seed),
        all_officers=read_officers(Path(options.officers)),
        part=part,
        users=options.sessions or options.num_users or 1,
        pause=tuple(options.pause) if options.pause else None,
        pages=options.pages,
    )


@events.report_to_master.add_listener
def _tell_master(client_id: str, data: dict[str, Any], **_: Any) -> None:
    run = _OFFICE_RUN_OF_WORKER.get("run")
    if run is not None:
        data["bodies"] = sorted(run.working.bodies_active)
        data["troubles"] = run.troubles


@events.worker_report.add_listener
def _hear_worker(client_id: str, data: dict[str, Any], **_: Any) -> None:
    run = _OFFICE_RUN_OF_WORKER.get("run")
    if run is not None:
        run.bodies_elsewhere.update(data.get("bodies", ()))
        run.troubles = sorted({*run.troubles, *data.get("troubles", ())})


# These two events do not say of which environment they are; a process has one.
_OFFICE_RUN_OF_WORKER: dict[str, OfficeRun] = {}


@events.init.add_listener
def _remember(environment: Environment, **_: Any) -> None:
    _OFFICE_RUN_OF_WORKER["run"] = environment.office_run


@events.quitting.add_listener
def _judge(environment: Environment, **_: Any) -> None:
    """Write the figures; let the gates decide the exit code."""
    if isinstance(environment.runner, WorkerRunner):
        return
    figures = figures_of(environment)
    if environment.parsed_options.figures:
        path = Path(environment.parsed_options.figures)
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    options = environment.parsed_options
    gates = Gates(p95_ms=options.p95_ms, p99_ms=options.p99_ms)
    reasons = [*environment.office_run.troubles, *failures(figures, gates)]
    for reason in reasons:
        print(f"gate: {reason}", file=sys.stderr)
    for failure, count in Counter(_failures(environment)).most_common(10):
        print(f"failed: {' '.join(failure.split())} ({count} times)", file=sys.stderr)
    environment.process_exit_code = 1 if reasons else 0


def _failures(environment: Environment) -> Iterator[str]:
    for error in environment.stats.errors.values():
        yield from [f"{error.name}: {error.error}"] * error.occurrences


def figures_of(environment: Environment) -> dict[str, float]:
    """Return the run's figures by the names that all reports of load use."""
    total = environment.stats.total
    return {
        "actions": total.num_requests,
        "actions_per_s": round(total.total_rps, 2),
        "p50_ms": total.get_response_time_percentile(0.50) or 0,
        "p95_ms": total.get_response_time_percentile(0.95) or 0,
        "p99_ms": total.get_response_time_percentile(0.99) or 0,
        "errors": total.num_failures,
        "error_share": round(total.fail_ratio, 5),
        "bodies_active": len(environment.office_run.bodies_active()),
    }
