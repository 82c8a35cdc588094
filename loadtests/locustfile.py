"""What Locust runs: the journeys over all officers of a file, and the gates at the end.

locust -f loadtests/locustfile.py --headless --host URL --officers FILE --figures OUT OfficeUser
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from locust import events
from locust.env import Environment

from loadtests.gates import ACCEPTANCE, Gates, failures
from loadtests.journeys.office import OfficeUser
from loadtests.journeys.receipts import ReceiptUser
from loadtests.journeys.vouchers import VoucherUser
from loadtests.officers import Deck, Officer, Offices, read_officers

__all__ = ["OfficeUser", "ReceiptUser", "VoucherUser"]


@dataclass(slots=True)
class OfficeRun:
    """What the simulated users of one run share."""

    random: Random
    deck: Deck
    officers: list[Officer]
    bodies_active: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)  # why a journey could not be made
    _offices: dict[tuple[str, ...], Offices] = field(default_factory=dict)

    def offices(self, desks: tuple[str, ...]) -> Offices:
        """Return the bodies that have an officer at each of these desks."""
        if desks not in self._offices:
            self._offices[desks] = Offices(self.officers, desks)
        return self._offices[desks]


@events.init_command_line_parser.add_listener
def _add_options(parser: Any) -> None:
    parser.add_argument("--officers", default="build/demo/officers.json", help="Who acts.")
    parser.add_argument("--figures", default="", help="Where the figures are written, as JSON.")
    parser.add_argument("--p95-ms", type=float, default=ACCEPTANCE.p95_ms, help="A gate.")
    parser.add_argument("--p99-ms", type=float, default=ACCEPTANCE.p99_ms, help="A gate.")
    parser.add_argument("--seed", type=int, default=0, help="Another seed, another order.")


@events.init.add_listener
def _deal(environment: Environment, **_: Any) -> None:
    options = environment.parsed_options
    random = Random(options.seed)  # noqa: S311 - no secret
    officers = read_officers(Path(options.officers))
    deck = Deck(officers, random)
    environment.office_run = OfficeRun(random=random, deck=deck, officers=officers)


@events.quitting.add_listener
def _judge(environment: Environment, **_: Any) -> None:
    """Write the figures; let the gates decide the exit code."""
    figures = figures_of(environment)
    if environment.parsed_options.figures:
        path = Path(environment.parsed_options.figures)
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    options = environment.parsed_options
    gates = Gates(p95_ms=options.p95_ms, p99_ms=options.p99_ms)
    reasons = [*environment.office_run.troubles, *failures(figures, gates)]
    for reason in reasons:
        print(f"gate: {reason}", file=sys.stderr)
    environment.process_exit_code = 1 if reasons else 0


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
        "bodies_active": len(environment.office_run.bodies_active),
    }
