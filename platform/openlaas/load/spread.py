"""Does throughput hold when all bodies are at work? What is a body kept to its process worth?

Three ways: few bodies, all bodies, all bodies with every request at whichever process is next. Each
is offered more than it bears; what is done then is compared.

Note [Warm is what is compared]
PostgreSQL reads a schema's catalogue when a connection touches it first: two to three times the
cost of a request, once for as long as the connection lives. An office asks every 17 seconds in the
nation's busiest hour, two hundred times in it. Twenty seconds after a start nearly every request
would be such a first one. So the processes are warmed until nearly every request comes to a
connection that knows the body, and the share that did is told beside every figure. The first two
ways take turns, so that a slow minute spoils neither alone; the third comes after them, for it
leaves the connections knowing other bodies.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from loadtests import mix
from loadtests.saturation import is_saturated
from loadtests.scheduled.outcome import errors_by_kind
from openlaas.bench.report import Report
from openlaas.load.days import FAILED_GATE, GOOD, VOID
from openlaas.load.ground import Ground, OwnSystem, own_ground
from openlaas.load.running import Driving, Run, run
from openlaas.stack.paths import Announce

FEW, ALL, UNSTICKY = "few", "all", "unsticky"
STEP_SECONDS, FIRST_PER_S = 20.0, 400.0
FEW_BODIES, ROUNDS = 100, 3
LEAST_SHARE = 0.8  # of what is done with few bodies
_OVER = 1.3  # times what was done before is offered
_TRIES = 5
WARM_SHARE = 0.95  # of the connections taken that knew the body
_WARMING_SECONDS, _WARMING_TRIES = 45.0, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person asked for.

    Attributes:
        seconds: of each measurement, warming up left out.
        first_per_s: actions a second that are offered first.
    """

    own: OwnSystem
    driving: Driving
    seconds: float = STEP_SECONDS
    first_per_s: float = FIRST_PER_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of sharing out the work; no bodies stand for all."""

    name: str
    bodies: tuple[str, ...] = ()
    sticky: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one way did in one round."""

    way: str
    round: int
    offered_per_s: float
    done_per_s: float
    ms_per_action: float
    bodies_active: int
    warm_share: float
    failed: int
    errors: dict[str, int]
    is_full: bool
    void: tuple[str, ...]


def spread(asked: Asked, *, announce: Announce) -> tuple[Report, list[str], int]:
    """Measure on a system of its own; return the report, the reasons, and the exit code.

    Raises:
        StackError: it could not be run.
    """
    with own_ground(asked.own, announce=announce) as ground:
        found = _measured(ground, asked, announce)
    reasons = reasons_of(found)
    void = [f"{one.way}, round {one.round + 1}: {why}" for one in found for why in one.void]
    code = VOID if void else FAILED_GATE if reasons else GOOD
    told = [f"void: {one}" for one in void] + [f"gate: {one}" for one in reasons]
    return _report(asked, found, told), told, code


def ways(bodies: Sequence[str]) -> tuple[Way, ...]:
    """Return the three ways; the few are taken from all over the list."""
    few = tuple(bodies[:: max(1, len(bodies) // FEW_BODIES)][:FEW_BODIES])
    return (Way(name=FEW, bodies=few), Way(name=ALL), Way(name=UNSTICKY, sticky=False))


def reasons_of(found: Sequence[Seen]) -> list[str]:
    """Return every reason why the figures are not good."""
    reasons = [
        f"{one.way}, round {one.round + 1}: {one.failed} requests failed"
        for one in found
        if one.failed
    ]
    share = ratio(found, ALL, FEW)
    if share < LEAST_SHARE:
        reasons.append(
            f"over all bodies {share:.2f} times as much was done as over few;"
            f" the limit is {LEAST_SHARE}"
        )
    return reasons


def ratio(found: Sequence[Seen], way: str, other: str) -> float:
    """Return how many times as much one way did as the other, the median of the rounds'."""
    pairs = zip(_done(found, way), _done(found, other), strict=True)
    return median(mine / others if others else 0.0 for mine, others in pairs)


def _measured(ground: Ground, asked: Asked, announce: Announce) -> list[Seen]:
    found: list[Seen] = []
    *sticky, unsticky = ways(ground.bodies)
    for turns in (tuple(sticky), (unsticky,)):
        for way in turns:
            _warm(ground, asked, way, announce)
        for number in range(ROUNDS):
            for way in turns:
                before = _done(found, way.name)
                per_s = before[-1] * _OVER if before else asked.first_per_s
                found.append(_full(ground, asked, way, number, per_s))
                announce(_told(found[-1]))
    return found


def _warm(ground: Ground, asked: Asked, way: Way, announce: Announce) -> None:
    """Drive until the connections know the bodies; the third way's never will."""
    asked = replace(asked, seconds=_WARMING_SECONDS)
    before = 0.0
    for _ in range(_WARMING_TRIES):
        warm = _run(ground, asked, way, asked.first_per_s).waits.warm_share
        announce(f"warming up, {way.name}: {warm:.0%} of the connections knew the body")
        if warm >= WARM_SHARE or warm <= before:
            break
        before = warm


def _told(seen: Seen) -> str:
    return (
        f"{seen.way}: {seen.done_per_s:,.1f} a second of {seen.offered_per_s:,.0f},"
        f" {seen.bodies_active:,} bodies, {seen.warm_share:.0%} warm"
    )


def _full(ground: Ground, asked: Asked, way: Way, number: int, per_s: float) -> Seen:
    """Offer more until it is clearly too much; return what was done then."""
    offered, seen = per_s, _run(ground, asked, way, per_s)
    for _ in range(_TRIES):
        if is_saturated(offered_per_s=offered, done_per_s=seen.done_per_s):
            break
        offered *= _OVER
        seen = _run(ground, asked, way, offered)
    is_full = is_saturated(offered_per_s=offered, done_per_s=seen.done_per_s)
    return Seen(
        way=way.name,
        round=number,
        offered_per_s=offered,
        done_per_s=seen.done_per_s,
        ms_per_action=seen.system_ms_per_action,
        bodies_active=int(seen.outcome["bodies_active"]),
        warm_share=round(seen.waits.warm_share, 4),
        failed=seen.answered("failed"),
        errors=errors_by_kind(seen.streams.values()),
        is_full=is_full,
        void=() if is_full else ("more could have been done than was offered",),
    )


def _run(ground: Ground, asked: Asked, way: Way, per_s: float) -> Run:
    driving = replace(asked.driving, sticky=way.sticky)
    whole = driving.warm_up_seconds + asked.seconds
    stream: dict[str, Any] = {
        "name": "work",
        "stages": [[whole, per_s, per_s]],
        "mix": mix.year_end(),
    }
    if way.bodies:
        stream["bodies"] = list(way.bodies)
    return run(ground, [stream], driving)


def _done(found: Sequence[Seen], way: str) -> list[float]:
    return [one.done_per_s for one in found if one.way == way]


def _report(asked: Asked, found: Sequence[Seen], told: list[str]) -> Report:
    figures: dict[str, float] = {}
    for way in (FEW, ALL, UNSTICKY):
        cost = median(one.ms_per_action for one in found if one.way == way)
        figures[f"{way}_per_s"] = round(median(_done(found, way)), 1)
        figures[f"{way}_cpu_ms_per_action"] = round(cost, 3)
        figures[f"{way}_warm_share"] = min(one.warm_share for one in found if one.way == way)
    figures["bodies_active"] = max(one.bodies_active for one in found if one.way == ALL)
    return Report(
        name="spread",
        dataset={
            "bodies": asked.own.bodies,
            "few": FEW_BODIES,
            "nodes": asked.own.nodes,
            "seconds": asked.seconds,
            "seed": asked.driving.seed,
            "told": told,
            "seen": [asdict(one) for one in found],
        },
        figures=figures,
        ratios={
            "all_per_few": round(ratio(found, ALL, FEW), 3),
            "unsticky_per_sticky": round(ratio(found, UNSTICKY, ALL), 3),
        },
    )
