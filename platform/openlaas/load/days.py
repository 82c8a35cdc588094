"""A day of the load, from what the person asked for to the report and the exit code."""

from dataclasses import asdict, dataclass
from pathlib import Path

from loadtests.gates import Gates
from loadtests.officers import read_officers
from loadtests.profiles import PROFILES, Day, Wish
from loadtests.scheduled.reading_back import lost
from openlaas.bench.report import Report
from openlaas.load.ground import Ground, OwnSystem, own_ground, remote_ground
from openlaas.load.report import report_of
from openlaas.load.running import Driving, run
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

GOOD, FAILED_GATE, VOID = 0, 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person asked for.

    Attributes:
        target: the deployment; none: a system of our own.
        seconds: of the day's main part; none: the profile's own.
    """

    day: Day
    target: str | None
    officers: Path
    own: OwnSystem
    driving: Driving
    limits: Gates
    seconds: float | None
    rate: float | None
    share: float
    sessions: int


def a_day(asked: Asked, *, announce: Announce) -> tuple[Report, list[str], int]:
    """Run the day; return the report, every reason why it is not good, and the exit code.

    Raises:
        StackError: it could not be run.
    """
    if asked.target is not None:
        return _run(asked, remote_ground([asked.target], asked.officers), announce)
    with own_ground(asked.own, announce=announce) as ground:
        return _run(asked, ground, announce)


def _run(asked: Asked, ground: Ground, announce: Announce) -> tuple[Report, list[str], int]:
    profile = PROFILES[asked.day]
    wish = Wish(
        seconds=asked.seconds or profile.seconds,
        rate=asked.rate,
        share=asked.share,
        sessions=asked.sessions,
        bodies=len(ground.bodies),
        neighbour=ground.bodies[0],
    )
    staff = read_officers(ground.officers)
    if asked.driving.pages and not any(officer.page_token for officer in staff):
        raise StackError(f"--pages: {ground.officers} has no page_token of anybody")
    announce(f"{asked.day.value}: {profile.says}")
    seen = run(ground, profile.streams(wish), asked.driving)
    missing = lost(ground.targets, staff, seen.outcome["acknowledged"])
    reasons = profile.judged(seen.streams, seen.outcome["classes"], asked.limits)
    reasons += [f"acknowledged, and lost: {one}" for one in missing]
    void = list(seen.driver.void())
    dataset = {
        "profile": asked.day.value,
        "target": asked.target or "own system",
        "says": profile.says,
        "bodies": len(ground.bodies),
        "officers": len(staff),
        "limits": asdict(asked.limits),
        "seed": asked.driving.seed,
        "pages": asked.driving.pages,
        **{name: value for name, value in asdict(wish).items() if name != "neighbour"},
    }
    code = VOID if void else FAILED_GATE if reasons else GOOD
    found = report_of(seen, dataset=dataset, reasons=reasons)
    return found, [f"void: {one}" for one in void] + [f"gate: {one}" for one in reasons], code
