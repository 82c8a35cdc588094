"""When requests are sent: Poisson arrivals over stages of rates, officers with pauses. Seeded."""

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

NOBODY = -1  # an arrival that no session has made


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """So many seconds in which the rate goes evenly from one to another, in arrivals a second."""

    seconds: float
    from_per_s: float
    to_per_s: float


def rate_at(stages: Sequence[Stage], moment: float) -> float:
    """Return the rate at a moment after the start; zero after the last stage."""
    for stage in stages:
        if moment < stage.seconds:
            part = moment / stage.seconds
            return stage.from_per_s + part * (stage.to_per_s - stage.from_per_s)
        moment -= stage.seconds
    return 0.0


def poisson(stages: Sequence[Stage], random: Random) -> Iterator[tuple[float, int]]:
    """Yield the moments of a Poisson process whose rate follows the stages.

    By thinning: arrivals of the highest rate, each kept with the chance that its moment's rate has
    of it. So the process is exact, whatever the shape.
    """
    highest = max((max(stage.from_per_s, stage.to_per_s) for stage in stages), default=0.0)
    end = sum(stage.seconds for stage in stages)
    if highest <= 0:
        return
    moment = 0.0
    while (moment := moment + random.expovariate(highest)) < end:
        if random.random() * highest <= rate_at(stages, moment):
            yield moment, NOBODY


def sessions(
    count: int, *, seconds: float, pause: tuple[float, float], random: Random
) -> Iterator[tuple[float, int]]:
    """Yield the moments at which signed-in officers act, and which officer does.

    Each officer begins at a moment of their own within the longest pause, and acts again after a
    pause drawn evenly between the least and the longest, counted from the moment before and not
    from its answer.
    """
    least, longest = pause
    due = [(random.uniform(0, longest), number) for number in range(count)]
    heapq.heapify(due)
    while due and due[0][0] < seconds:
        moment, number = due[0]
        yield moment, number
        heapq.heapreplace(due, (moment + random.uniform(least, longest), number))


def expected(stages: Sequence[Stage]) -> float:
    """Return how many arrivals the stages bring on average."""
    return math.fsum(stage.seconds * (stage.from_per_s + stage.to_per_s) / 2 for stage in stages)
