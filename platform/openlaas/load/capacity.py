"""Measures what the capacity model is made of: demand by action, throughput by size.

Four series, each on web processes of its own over the same databases: app processes, each held to
a part of a core; requests at once; bodies active; and one action at a time. Rounds are interleaved
(every size once, then every size again), so that a slow minute spoils no size alone.
"""

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from loadtests import mix
from loadtests.saturation import driver_was_full, is_saturated
from openlaas.load import caps
from openlaas.load.ground import Ground, OwnSystem, Servers, own_servers, served_by
from openlaas.load.running import Driving, Run, run
from openlaas.load.tiers import GENERATOR
from openlaas.load.web_side import APP
from openlaas.stack.paths import Announce

PROCESSES, CONNECTIONS, BODIES, ACTION = "processes", "connections", "bodies", "action"
SERIES = (PROCESSES, CONNECTIONS, BODIES, ACTION)
PROCESS_SIZES, CONNECTION_SIZES = (1, 2, 3, 4), (1, 2, 4, 8, 16)
EACH_CORES, STEP_SECONDS, ROUNDS = 0.2, 20.0, 3
WARM_UP_SECONDS = 2.0  # of each measurement, after the processes were warmed once
# Few enough for every process to have met them all when it is measured: else those that have done
# more would be warmer. What it costs that all are active the series of bodies shows.
BODIES_EACH = 100
_OVER = 1.3  # times what a size is expected to do is offered
_MORE = 1.5  # times as much again where that was not too much
_TRIES = 5
_ONE_AT_A_TIME_PER_S = 200.0  # about what one connection does; where it is more, more is offered
_CALM_PER_S, _HEAVY_PER_S, _IDLE_PER_S = 40.0, 8.0, 0.2
_HEAVY = frozenset({mix.SIGN_IN, mix.PRINT})  # hash a password, set a paper
_CHAINS: Mapping[str, frozenset[str]] = {
    "issue a receipt, print it": frozenset({mix.ISSUE, mix.PRINT}),
    "receipts by their three people": frozenset(
        {mix.ISSUE, mix.HAND_OVER, mix.RECEIVE_SLIP, mix.SUM_UP, mix.CHECK}
    ),
    "vouchers by their six people": frozenset(
        {mix.DRAW_UP, mix.REQUEST, mix.RECEIVE, mix.EXAMINE, mix.ENDORSE, mix.APPROVE}
    ),
}
IDLE = "nearly nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person asked for.

    Attributes:
        seconds: of each measurement, warming up left out.
        rounds: measurements of each size.
        each_cores: an app process is held to so many.
    """

    own: OwnSystem
    driving: Driving
    seconds: float = STEP_SECONDS
    rounds: int = ROUNDS
    each_cores: float = EACH_CORES


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One run of one size.

    Attributes:
        size: processes, connections or bodies; of an action 1.
        what: the action, or empty for the year-end's mix.
        others_cores: that others' work on the machine took meanwhile.
        did: how often each action was done; one whose desk was empty did another instead.
        cores: that each tier used on average.
        busy: how much of what it was given each tier used.
        is_full: clearly less was done than was offered.
        bodies_active: bodies that were asked for in the run.
        void: why it says nothing about the system.
    """

    series: str
    size: int
    round: int
    offered_per_s: float
    done_per_s: float
    cores: Mapping[str, float]
    busy: Mapping[str, float]
    is_full: bool
    bodies_active: int
    p95_ms: float
    failed: int
    what: str = ""
    others_cores: float = 0.0
    did: Mapping[str, int] = field(default_factory=dict)
    void: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """Return it for the report; `Measurement(**told)` reads it again."""
        return asdict(self)


Keep = Callable[[Sequence[Measurement]], None]
Codes = list[str] | None


@dataclass(slots=True)
class _Measuring:
    """Measurements under way on databases that are up."""

    servers: Servers
    asked: Asked
    announce: Announce
    keep: Keep
    found: list[Measurement] = field(default_factory=list)

    def processes(self) -> None:
        """Measure each number of app processes at saturation."""
        for number in range(self.asked.rounds):
            for size in PROCESS_SIZES:
                few = self._first(size * BODIES_EACH)
                with self._web(size, few) as ground:
                    per_s = self._expected(size)
                    self._full(ground, PROCESSES, size, number, per_s=per_s, bodies=few)

    def connections(self) -> None:
        """Measure so many requests at once, on two processes that may use the whole machine."""
        few = self._first(2 * BODIES_EACH)
        with served_by(self.servers, nodes=2, app_cores=None) as ground:
            self._warm(ground, _CALM_PER_S, few)
            for number in range(self.asked.rounds):
                for size in CONNECTION_SIZES:
                    seen = [each.done_per_s for each in self.found if each.series == CONNECTIONS]
                    per_s = max(seen[-1:], default=_ONE_AT_A_TIME_PER_S)
                    # The driver shares them out among its targets; each has at least one.
                    one = replace(ground, targets=ground.targets[: min(size, 2)])
                    self._full(
                        one, CONNECTIONS, size, number, per_s=per_s, connections=size, bodies=few
                    )

    def bodies(self) -> None:
        """Measure with few bodies active and with all, on one process: each body keeps to one."""
        with self._web(1, self._first(BODIES_EACH)) as ground:
            for number in range(self.asked.rounds):
                for size in body_sizes(len(self.servers.bodies)):
                    chosen, per_s = self._first(size), self._expected(1)
                    self._full(ground, BODIES, size, number, per_s=per_s, bodies=chosen)

    def actions(self) -> None:
        """Measure the demand of one action at a time, at a rate that is no burden."""
        weights = mix.year_end()
        alone = {key: {key: 1.0} for key in weights if not mix.actions()[key].takes}
        chains = {name: {key: weights[key] for key in keys} for name, keys in _CHAINS.items()}
        few = self._first(2 * BODIES_EACH)
        with served_by(self.servers, nodes=2, app_cores=None) as ground:
            self._warm(ground, _CALM_PER_S, few)
            self._calm(ground, IDLE, {mix.WHO_AM_I: 1.0}, _IDLE_PER_S, few)
            for name, chosen in (alone | chains).items():
                per_s = _HEAVY_PER_S if _HEAVY & chosen.keys() else _CALM_PER_S
                self._calm(ground, name, chosen, per_s, few)

    @contextlib.contextmanager
    def _web(self, processes: int, warmed: Codes) -> Iterator[Ground]:
        """Start so many processes, each held to its part of a core, warmed with some bodies."""
        with (
            served_by(self.servers, nodes=processes, app_cores=None) as ground,
            contextlib.ExitStack() as held,
        ):
            each = self.asked.each_cores
            for number, head in enumerate(ground.roots()[APP]):
                held.enter_context(caps.capped(f"{APP}-{number}", cores=each, roots=[head]))
            capped = replace(ground, quotas={APP: processes * each})
            self._warm(capped, self._expected(processes), warmed)
            yield capped

    def _first(self, count: int) -> Codes:
        """Return so many bodies, those with a budget first; none stands for all."""
        if count >= len(self.servers.bodies):
            return None
        others = [code for code in self.servers.bodies if code not in self.servers.budgets]
        return [*self.servers.budgets, *others][:count]

    def _warm(self, ground: Ground, per_s: float, bodies: Codes) -> None:
        """Let processes that have just started meet the bodies: a first touch costs four times."""
        self._run(ground, mix.year_end(), per_s, self.asked.driving, bodies)

    def _expected(self, processes: int) -> float:
        """Return what so many processes may do, by what was seen of processes so far."""
        seen = [one for one in self.found if one.series == PROCESSES and one.is_full]
        if seen:
            return seen[-1].done_per_s / seen[-1].size * processes
        return _CALM_PER_S * processes

    def _full(
        self,
        ground: Ground,
        series: str,
        size: int,
        number: int,
        *,
        per_s: float,
        connections: int = 0,
        bodies: Codes = None,
    ) -> None:
        """Offer more than a size bears, more each time until it is too much; keep the last."""
        driving = self.asked.driving
        if connections:
            driving = replace(driving, connections=connections)
        offered, made = per_s * _OVER, None
        for _ in range(_TRIES):
            seen = self._run(ground, mix.year_end(), offered, driving, bodies)
            made = _made(seen, series, size, number, offered)
            if made.is_full:
                break
            offered *= _MORE
        assert made is not None  # it was tried at least once
        self._keep(made)

    def _calm(
        self, ground: Ground, name: str, weights: dict[str, float], per_s: float, bodies: Codes
    ) -> None:
        seen = self._run(ground, weights, per_s, self.asked.driving, bodies)
        self._keep(_made(seen, ACTION, 1, 0, per_s, what=name))

    def _run(
        self,
        ground: Ground,
        weights: dict[str, float],
        per_s: float,
        driving: Driving,
        bodies: Codes,
    ) -> Run:
        whole = driving.warm_up_seconds + self.asked.seconds
        stream: dict[str, Any] = {"name": "work", "stages": [[whole, per_s, per_s]], "mix": weights}
        if bodies:
            stream["bodies"] = bodies
        return run(ground, [stream], driving)

    def _keep(self, made: Measurement) -> None:
        self.found.append(made)
        self.keep(self.found)
        of_app = made.cores.get(APP, 0.0)
        words = f"{made.series} {made.what or made.size}: {made.done_per_s:,.1f} a second"
        told = [words, f"{of_app:.2f} cores of the app", *made.void]
        self.announce(", ".join(told if made.is_full or made.what else [*told, "not full"]))


def measured(
    asked: Asked,
    *,
    announce: Announce,
    keep: Keep,
    series: Collection[str] = SERIES,
    earlier: Sequence[Measurement] = (),
) -> list[Measurement]:
    """Take measurements on a system of its own; `keep` gets those there are after each.

    Args:
        asked: how.
        announce: told what is under way.
        keep: keeps what there is.
        series: of SERIES; these are measured.
        earlier: what was measured before; its other series are kept as they are.

    Raises:
        StackError: it could not be run.
    """
    others = [one for one in earlier if one.series not in series]
    with own_servers(asked.own, announce=announce) as servers:
        measuring = _Measuring(servers, asked, announce, keep, others)
        steps = {
            PROCESSES: measuring.processes,
            CONNECTIONS: measuring.connections,
            BODIES: measuring.bodies,
            ACTION: measuring.actions,
        }
        for name, measure in steps.items():
            if name in series:
                measure()
    return measuring.found


def body_sizes(bodies: int) -> list[int]:
    """Return the numbers of bodies that are measured: 1, 10, 100 … and all."""
    sizes, size = [], 1
    while size < bodies:
        sizes.append(size)
        size *= 10
    return [*sizes, bodies]


def _made(
    seen: Run, series: str, size: int, number: int, offered: float, *, what: str = ""
) -> Measurement:
    done = seen.done_per_s
    return Measurement(
        series=series,
        size=size,
        round=number,
        offered_per_s=offered,
        done_per_s=done,
        cores=dict(seen.used),
        busy={name: share for name, share in seen.busy.items() if name != GENERATOR},
        is_full=is_saturated(offered_per_s=offered, done_per_s=done),
        bodies_active=int(seen.outcome["bodies_active"]),
        p95_ms=round(seen.all_done().percentile(95), 2),
        failed=seen.answered("failed"),
        what=what,
        others_cores=seen.others,
        did={key: told.done.total for key, told in seen.streams["work"].items() if told.done.total},
        void=driver_was_full(seen.driver.processor_share),
    )
