"""How much processor time each tier took: looked up in /proc, once for all tiers."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openlaas.bench.processor_time import machine_seconds, trees_seconds

GENERATOR = "generator"
_EVERY_SECONDS = 2.0
Roots = Callable[[], Mapping[str, list[int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Processor seconds of each tier since its start, at a moment (monotonic)."""

    at: float
    seconds: Mapping[str, float]
    machine: float = 0.0  # of all that runs on it, whoever's


@dataclass(slots=True)
class Tiers:
    """What the tiers took, sampled while a run went on.

    Attributes:
        quotas: cores that a tier may use at most, where its cgroup says so.
    """

    samples: list[Sample] = field(default_factory=list)
    quotas: Mapping[str, float] = field(default_factory=dict)

    def used(self, start: float, end: float) -> dict[str, float]:
        """Return the cores that each tier used on average between two moments."""
        within = [one for one in self.samples if start <= one.at <= end]
        if len(within) < 2:  # noqa: PLR2004 - a first and a last
            return {}
        first, last = within[0], within[-1]
        taken = last.at - first.at
        return {
            name: max(0.0, seconds - first.seconds.get(name, 0.0)) / taken
            for name, seconds in last.seconds.items()
        }

    def others(self, start: float, end: float) -> float:
        """Return the cores that took what is none of the tiers: others' work on this machine."""
        within = [one for one in self.samples if start <= one.at <= end]
        if len(within) < 2:  # noqa: PLR2004 - a first and a last
            return 0.0
        whole = (within[-1].machine - within[0].machine) / (within[-1].at - within[0].at)
        return max(0.0, whole - sum(self.used(start, end).values()))

    def series(self, *, since: float) -> list[dict[str, float]]:
        """Return the cores that each tier used between each two samples.

        Args:
            since: the moment (monotonic) that `at`, the second sample's, is counted from.
        """
        found = []
        for before, after in zip(self.samples, self.samples[1:], strict=False):
            taken = after.at - before.at
            cores = {
                name: round(max(0.0, seconds - before.seconds.get(name, 0.0)) / taken, 4)
                for name, seconds in after.seconds.items()
            }
            found.append({"at": round(after.at - since, 2), **cores})
        return found


def busy(
    used: Mapping[str, float], *, cores: float, quotas: Mapping[str, float]
) -> dict[str, float]:
    """Return how much of what it was given each tier used, 1 for all of it.

    A tier with a quota was given that. Without one it was given what the others left of the
    machine: where one machine carries all tiers and the generator too, a tier cannot use more.
    """
    whole = sum(used.values())
    shares = {}
    for name, mine in used.items():
        left = cores - (whole - mine)
        given = min(quotas.get(name, left), max(left, 0.01))
        shares[name] = min(1.0, mine / given)
    return shares


@contextlib.contextmanager
def sampled(roots: Roots, *, quotas: Mapping[str, float]) -> Iterator[Tiers]:
    """Sample while a `with` lasts; `roots` tells the processes at the head of each tier."""
    tiers, stop = Tiers(quotas=quotas), threading.Event()

    def look() -> None:
        heads = roots()
        taken = trees_seconds([number for numbers in heads.values() for number in numbers])
        seconds = {
            name: sum(taken.get(number, 0.0) for number in numbers)
            for name, numbers in heads.items()
        }
        now = time.monotonic()
        tiers.samples.append(Sample(at=now, seconds=seconds, machine=machine_seconds()))

    def sample() -> None:
        while not stop.wait(_EVERY_SECONDS):
            look()

    look()
    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield tiers
    finally:
        stop.set()
        thread.join()
        look()


def cores_here() -> float:
    """Return the cores that this machine or container may use."""
    cores = float(len(os.sched_getaffinity(0)))
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        cores = min(cores, int(quota) / int(period))
    with contextlib.suppress(OSError, ValueError):
        folder = Path("/sys/fs/cgroup/cpu")
        allowed = int((folder / "cpu.cfs_quota_us").read_text(encoding="ascii"))
        period_us = int((folder / "cpu.cfs_period_us").read_text(encoding="ascii"))
        cores = min(cores, allowed / period_us) if allowed > 0 else cores
    return cores
