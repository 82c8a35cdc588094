"""Where throughput stops growing, and whether a busy processor or a wait stops it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from loadtests.scheduled.outcome import MOST_PROCESSOR_SHARE

LEAST_BUSY = 0.8  # of what the busiest tier was given
LEAST_GROWTH = 1.05  # of throughput, when the offered rate grows by a step
STEP_GROWTH = 1.25  # of the offered rate, from one step to the next
STEPS_WITHOUT_GROWTH = 2  # one alone may be a noisy moment of the machine
_STEPS_AT_MOST = 24
_FULL_SHARE = 0.9  # of the offered rate; chance alone makes arrivals differ by less


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one rate showed.

    Attributes:
        offered_per_s: requests that were due in a second.
        done_per_s: what was done in a second.
        busy: how much of what it was given each tier used, 1 for all of it.
        queued_ms: before a request came into the app, milliseconds a request.
        held_ms: in the app, by what its time went to, milliseconds a request.
        others_cores: that others' work on the machine took meanwhile; nobody was given those.
        void: why the step says nothing about the system.
        failed: requests that were answered wrongly, or not at all.
    """

    offered_per_s: float
    done_per_s: float
    busy: Mapping[str, float]
    queued_ms: float = 0.0
    held_ms: Mapping[str, float] = field(default_factory=dict)
    others_cores: float = 0.0
    void: Sequence[str] = ()
    failed: int = 0

    def busiest(self) -> tuple[str, float]:
        """Return the tier that used most of what it was given, and how much."""
        if not self.busy:
            return "", 0.0
        name = max(self.busy, key=self.busy.__getitem__)
        return name, self.busy[name]

    def held_by(self) -> tuple[str, float]:
        """Return what most of a request's time in the app went to, and its share of that time."""
        whole = sum(self.held_ms.values())
        if not whole:
            return "", 0.0
        name = max(self.held_ms, key=self.held_ms.__getitem__)
        return name, self.held_ms[name] / whole

    def wait(self) -> str:
        """Return, in words, what most of a request's time went to.

        A queue is only where a wait shows: what holds those that are before it is told too.
        """
        name, share = self.held_by()
        held = sum(self.held_ms.values())
        if not name:
            return "what is waited for cannot be read from here"
        if self.queued_ms <= share * held:
            return f"the wait is {name}, {share * held / (held + self.queued_ms):.0%} of a request"
        part = self.queued_ms / (held + self.queued_ms)
        return (
            f"the wait is the queue before the app, {part:.0%} of a request,"
            f" behind requests held by {name}, {share:.0%} of their time in it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the system used its processors before it stopped growing.

    Attributes:
        judged: the step that the verdict is about; none when no step says anything.
        reasons: every reason to fail; none means that it passed.
        void: why the test says nothing about the system.
    """

    judged: Step | None
    reasons: list[str]
    void: list[str]


def following_rate(steps: Sequence[Step], *, first_per_s: float) -> float | None:
    """Return the rate to offer next; None once throughput has stopped growing, or after 24 steps.

    Throughput grows by less than a twentieth while the rate grows by a quarter, twice in a row.
    """
    if not steps:
        return first_per_s
    if len(steps) >= _STEPS_AT_MOST or len(without_growth(steps)) >= STEPS_WITHOUT_GROWTH:
        return None
    return steps[-1].offered_per_s * STEP_GROWTH


def without_growth(steps: Sequence[Step]) -> list[Step]:
    """Return the last steps, as many as did no more than the best before them."""
    best, flat = 0.0, list[Step]()
    for step in steps:
        if best and step.done_per_s < best * LEAST_GROWTH:
            flat.append(step)
        else:
            flat = []
        best = max(best, step.done_per_s)
    return flat


def verdict(steps: Sequence[Step], *, least_busy: float = LEAST_BUSY) -> Verdict:
    """Judge the best of the steps in which throughput no longer grew.

    It was offered more than it did, so that whatever limits it was in full use; if no tier's
    processors were, requests waited for something else, which the reason names.
    """
    if not any(step.done_per_s for step in steps):
        return Verdict(judged=None, reasons=["nothing was done"], void=[])
    flat = without_growth(steps)
    if len(flat) < STEPS_WITHOUT_GROWTH:
        reason = (
            f"throughput still grew at {steps[-1].offered_per_s:,.0f} a second offered:"
            " begin with a higher --rate, or hold the app to fewer --app-cores"
        )
        return Verdict(judged=None, reasons=[reason], void=[])
    judged = max(flat, key=lambda step: step.done_per_s)
    reasons = [] if judged.busiest()[1] >= least_busy else [_named(judged, least_busy)]
    return Verdict(judged=judged, reasons=reasons, void=list(judged.void))


def _named(step: Step, least_busy: float) -> str:
    tier, share = step.busiest()
    return (
        f"throughput stops growing at {step.done_per_s:,.0f} a second while the busiest tier,"
        f" {tier or 'none'}, uses {share:.0%} of its processor time"
        f" (at least {least_busy:.0%} is asked): {step.wait()}"
    )


def is_saturated(*, offered_per_s: float, done_per_s: float) -> bool:
    """Tell whether clearly less was done than was offered, so that the system was full."""
    return done_per_s < _FULL_SHARE * offered_per_s


def driver_was_full(share: float) -> list[str]:
    """Return the reason why a run says nothing, when its driver used up its one core."""
    if share <= MOST_PROCESSOR_SHARE:
        return []
    reason = (
        f"the driver used {share:.0%} of its core and was the bottleneck:"
        " hold the app to fewer --app-cores"
    )
    return [reason]
