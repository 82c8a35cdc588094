"""One run: the driver in a process of its own, everything else watched beside it."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loadtests import gates
from loadtests.gates import Actions
from loadtests.profiles import Streams, length_of
from loadtests.scheduled import histogram
from loadtests.scheduled.histogram import Histogram
from loadtests.scheduled.outcome import SECOND, Driver, Told
from openlaas.load.ground import Ground
from openlaas.load.tiers import GENERATOR, Tiers, busy, cores_here, sampled
from openlaas.load.waits import Waits, watched
from openlaas.stack import paths
from openlaas.stack.errors import StackError

_WHOM_TO_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")  # a deployment's own authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Driving:
    """How a run is driven.

    Attributes:
        connections: shared by all officers, at most.
        warm_up_seconds: at its start, not counted.
        pages: the share of the looking that asks for pages.
        sticky: a body's requests all go to one process, where there are several targets.
    """

    seed: int = 1
    connections: int = 1024
    connections_each: bool = False
    warm_up_seconds: float = 5.0
    pages: float = 0.0
    sticky: bool = True
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run showed.

    Attributes:
        streams: what became of the requests, by stream and action.
        used: the cores that each tier used on average, the generator among them.
        busy: how much of what it was given each tier used.
        others: the cores that others' work on this machine took.
    """

    streams: Mapping[str, Actions]
    driver: Driver
    outcome: Mapping[str, Any]
    tiers: Tiers
    waits: Waits
    used: Mapping[str, float] = field(default_factory=dict)
    busy: Mapping[str, float] = field(default_factory=dict)
    others: float = 0.0

    @property
    def window_seconds(self) -> float:
        """The seconds that count: after warming up, until nothing more was due."""
        return float(self.outcome["seconds"]) - float(self.outcome["warm_up_seconds"])

    def answered(self, column: str) -> int:
        """Return how many were `done`, `refused` or `failed` in the seconds that count."""
        first, last = int(self.outcome["warm_up_seconds"]), int(self.outcome["seconds"])
        place = SECOND.index(column)
        return sum(int(second[place]) for second in self.outcome["series"][first:last])

    @property
    def done_per_s(self) -> float:
        """What was done in a second."""
        return self.answered("done") / self.window_seconds

    def all_done(self) -> Histogram:
        """Return the latencies of all that was done."""
        return histogram.together(gates.done(actions) for actions in self.streams.values())

    def ms_per_action(self) -> dict[str, float]:
        """Return each tier's processor time for each request that was answered."""
        answered = sum(self.answered(column) for column in ("done", "refused", "failed"))
        each = self.window_seconds * 1000 / max(1, answered)
        return {name: cores * each for name, cores in self.used.items()}

    @property
    def system_ms_per_action(self) -> float:
        """The same of all tiers together, the generator left out."""
        return sum(ms for name, ms in self.ms_per_action().items() if name != GENERATOR)

    def busiest(self) -> tuple[str, float]:
        """Return the tier that used most of what it was given, and how much."""
        shares = {name: share for name, share in self.busy.items() if name != GENERATOR}
        if not shares:
            return "", 0.0
        name = max(shares, key=shares.__getitem__)
        return name, shares[name]


def run(ground: Ground, streams: Streams, driving: Driving) -> Run:
    """Drive streams against a ground; return what was seen.

    Raises:
        StackError: the driver could not run.
    """
    plan = {
        "targets": ground.targets,
        "officers": str(ground.officers),
        "budgets": ground.budgets,
        "streams": streams,
        "seconds": length_of(streams),
        "run": uuid.uuid4().hex[:12],
        **{name: getattr(driving, name) for name in Driving.__slots__},
    }
    heads: list[int] = []

    def roots() -> dict[str, list[int]]:
        return {**ground.roots(), GENERATOR: heads}

    with (
        watched(ground.waits) as waits,
        sampled(roots, quotas=ground.quotas) as tiers,
    ):
        outcome = _drive(plan, heads)
    start = outcome["started"] + outcome["warm_up_seconds"]
    end = outcome["started"] + outcome["seconds"]
    used, others = tiers.used(start, end), tiers.others(start, end)
    shares = busy(used, cores=max(0.0, cores_here() - others), quotas=ground.quotas)
    return Run(
        streams={
            name: {key: Told.read(told) for key, told in actions.items()}
            for name, actions in outcome["streams"].items()
        },
        driver=Driver(**outcome["driver"]),
        outcome=outcome,
        tiers=tiers,
        waits=waits,
        used=used if ground.is_ours else {},
        busy=shares if ground.is_ours else {},
        others=others,
    )


def _drive(plan: Mapping[str, Any], heads: list[int]) -> dict[str, Any]:
    roots = [str(paths.REPOSITORY), str(paths.REPOSITORY / "platform")]
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(roots)}
    told |= {name: os.environ[name] for name in _WHOM_TO_TRUST if name in os.environ}
    command = [sys.executable, "-m", "loadtests.scheduled.driving"]
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        env=told,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as driver:
        heads.append(driver.pid)
        try:
            said, wrong = driver.communicate(json.dumps(plan))
        except BaseException:
            driver.terminate()
            raise
    if driver.returncode != 0:
        raise StackError(f"the driver could not run:\n{wrong[-3000:]}")
    outcome: dict[str, Any] = json.loads(said)
    return outcome
