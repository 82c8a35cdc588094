"""The 20 % test: more is offered step by step until no more is done; is a processor full then?

A system that stops growing while its processors idle waits for something else. See
`loadtests.saturation` for what is asked, and infra/decisions/capacity.md for why.
"""

from dataclasses import asdict, dataclass
from typing import Any

from loadtests import mix
from loadtests.saturation import Step, Verdict, following_rate, verdict
from openlaas.bench.report import Report
from openlaas.load.days import FAILED_GATE, GOOD, VOID
from openlaas.load.ground import Ground, OwnSystem, own_ground
from openlaas.load.running import Driving, run
from openlaas.load.spent import step_of
from openlaas.stack.paths import Announce

FIRST_PER_S, STEP_SECONDS = 40.0, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person asked for.

    Attributes:
        seconds: of each step, warming up left out.
        first_per_s: actions a second of the first step.
    """

    own: OwnSystem
    driving: Driving
    seconds: float = STEP_SECONDS
    first_per_s: float = FIRST_PER_S


def twenty(asked: Asked, *, announce: Announce) -> tuple[Report, list[str], int]:
    """Run the test on a system of its own; return the report, the reasons, and the exit code.

    Raises:
        StackError: it could not be run.
    """
    with own_ground(asked.own, announce=announce) as ground:
        steps = _steps(ground, asked, announce)
    found = verdict(steps)
    code = VOID if found.void else FAILED_GATE if found.reasons else GOOD
    reasons = [f"void: {one}" for one in found.void] + [f"gate: {one}" for one in found.reasons]
    return _report(asked, steps, found), reasons, code


def mix_at(per_s: float, driving: Driving, seconds: float) -> list[dict[str, Any]]:
    """Return the year-end's mix at one rate for so long, after warming up."""
    whole = driving.warm_up_seconds + seconds
    return [{"name": "work", "stages": [[whole, per_s, per_s]], "mix": mix.year_end()}]


def _steps(ground: Ground, asked: Asked, announce: Announce) -> list[Step]:
    steps: list[Step] = []
    while (per_s := following_rate(steps, first_per_s=asked.first_per_s)) is not None:
        seen = run(ground, mix_at(per_s, asked.driving, asked.seconds), asked.driving)
        steps.append(step_of(seen, offered_per_s=per_s))
        tier, share = steps[-1].busiest()
        announce(
            f"{per_s:,.0f} a second offered, {seen.done_per_s:,.0f} done,"
            f" busiest: {tier} {share:.0%}"
        )
    return steps


def _report(asked: Asked, steps: list[Step], found: Verdict) -> Report:
    judged = found.judged or max(steps, key=lambda step: step.done_per_s)
    tier, share = judged.busiest()
    return Report(
        name="twenty",
        dataset={
            "bodies": asked.own.bodies,
            "nodes": asked.own.nodes,
            "app_cores": asked.own.app_cores,
            "seed": asked.driving.seed,
            "step_seconds": asked.seconds,
            "busiest_tier": tier,
            "wait": judged.wait(),
            "gates_failed": found.reasons,
            "void": found.void,
            "steps": [asdict(step) for step in steps],
        },
        figures={
            "saturation_per_s": round(judged.done_per_s, 2),
            "busiest_tier_cpu": round(share, 4),
            "offered_per_s": round(judged.offered_per_s, 2),
            "steps": len(steps),
            "others_cores": round(judged.others_cores, 3),
            "failed": sum(step.failed for step in steps),
        },
    )
