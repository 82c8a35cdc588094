"""Where the mean request of a run spent its time, from its moment due to its answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from loadtests import saturation
from loadtests.saturation import Step
from openlaas.load.running import Run
from openlaas.load.tiers import GENERATOR

HELD_BY = {
    "pool": "a tenant connection",
    "cell": "answers of the cells",
    "control": "answers of the control plane",
    "cpu": "its own work",
    "interpreter": "the interpreter's lock or a core",
}
# What PostgreSQL's backends were seen waiting for, by how the name of it begins; the first counts.
_IN_POSTGRES = (
    ("on a core", "PostgreSQL's own work"),
    ("Lock:", "locks of rows"),
    ("LWLock: WAL", "WAL"),
    ("IO: WAL", "WAL"),
    ("IPC: Sync", "a standby"),
    ("LWLock:", "PostgreSQL's inner locks"),
    ("IO:", "disks"),
    ("Client:", "the app, which has not sent or read all of it"),
)
_OTHER = "something else in PostgreSQL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Milliseconds of the mean request.

    Attributes:
        queued_ms: before it came into the app: in the driver, the proxy's queue, sockets.
        held_ms: in the app, by what it waited for or did.
    """

    queued_ms: float
    held_ms: Mapping[str, float]


def spent(*, mean_ms: float, app_ms: Mapping[str, float], activity: Mapping[str, float]) -> Spent:
    """Divide a request's time.

    The time that cells took to answer is divided as the active backends were seen: working, or
    waiting for what. Those of the control plane are among them, so that its share is a little off.

    Args:
        mean_ms: from the moment due to the answer.
        app_ms: by the app's own parts (`openlaas.waits.PARTS`).
        activity: how many active backends were seen, by what they waited for.
    """
    held = {words: app_ms.get(part, 0.0) for part, words in HELD_BY.items()}
    in_app_ms = sum(held.values())
    seen = sum(activity.values())
    if seen:
        whole = held.pop(HELD_BY["cell"])
        for name, count in activity.items():
            words = f"{HELD_BY['cell']}: {_in_postgres(name)}"
            held[words] = held.get(words, 0.0) + whole * count / seen
    return Spent(
        queued_ms=max(0.0, mean_ms - in_app_ms) if in_app_ms else 0.0,
        held_ms={name: value for name, value in held.items() if value > 0},
    )


def step_of(run: Run, *, offered_per_s: float) -> Step:
    """Return a run at one rate as a step of the search for the end of growth.

    A driver that came late is not void here: at saturation something is due at every moment, and
    who is late because no core was free has found the machine full. One that used up its own core
    is: then it offered less than it was told to.
    """
    done, app = run.all_done(), run.waits.app
    total = app.total() if app else None
    parts = app.part_names() if app else []
    found = spent(
        mean_ms=done.sum_ms / done.total if done.total else 0.0,
        app_ms={part: total.each_ms(part) for part in parts} if total and total.requests else {},
        activity=run.waits.activity,
    )
    return Step(
        offered_per_s=offered_per_s,
        done_per_s=run.done_per_s,
        busy={name: share for name, share in run.busy.items() if name != GENERATOR},
        queued_ms=found.queued_ms,
        held_ms=found.held_ms,
        others_cores=run.others,
        void=saturation.driver_was_full(run.driver.processor_share),
        failed=run.answered("failed"),
    )


def _in_postgres(name: str) -> str:
    return next((words for start, words in _IN_POSTGRES if name.startswith(start)), _OTHER)
