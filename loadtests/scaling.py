"""The Universal Scalability Law, fitted to what was measured, with how sure the fit is. Pure.

Source: N. J. Gunther, Guerrilla Capacity Planning (2007), chapter 6: with N workers throughput is
X(N) = c N / (1 + s (N - 1) + k N (N - 1)); c is one worker's, s the share of the work that only one
can do at a time (contention), k the price of two agreeing with each other (coherency).
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.optimize import curve_fit

MOST_ERROR = 0.15  # of a prediction at a point that the fit has not seen
_PARAMETERS = 3
_DRAWS = 200
_PERCENTILES = (5.0, 95.0)


class TooFewSizes(ValueError):
    """There are fewer different sizes than the law has parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One measurement: so many workers, so much done in a second."""

    workers: float
    per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A fitted law.

    Attributes:
        one_per_s: c, what one worker does in a second.
        contention: s, 0 for none.
        coherency: k, 0 for none.
        measured_to: the most workers that were measured.
    """

    one_per_s: float
    contention: float
    coherency: float
    measured_to: float

    def per_s(self, workers: float) -> float:
        """Return the throughput of so many workers."""
        others = workers - 1
        shared = 1 + self.contention * others + self.coherency * workers * others
        return self.one_per_s * workers / shared

    @property
    def peak_workers(self) -> float:
        """The number of workers beyond which more do less; infinite without coherency."""
        if self.coherency <= 0:
            return math.inf
        return math.sqrt(max(0.0, 1 - self.contention) / self.coherency)

    def times_measured(self, workers: float) -> float:
        """Return how many times what was measured a number of workers is."""
        return workers / self.measured_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A figure with the 5th and 95th percentile of its bootstrap."""

    low: float
    base: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A law and what is known of its sureness.

    Attributes:
        laws: fitted to as many draws of the measurements.
        r_squared: the share of the measurements' scatter that the law explains.
    """

    law: Law
    laws: Sequence[Law]
    r_squared: float

    def per_s(self, workers: float) -> Between:
        """Return the predicted throughput of so many workers."""
        return _between(self.law.per_s(workers), [law.per_s(workers) for law in self.laws])

    def parameters(self) -> dict[str, Between]:
        """Return c, s and k by their names in `Law`."""
        return {
            name: _between(getattr(self.law, name), [getattr(law, name) for law in self.laws])
            for name in ("one_per_s", "contention", "coherency")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """A prediction at a size that the fit has not seen, beside what was measured there.

    Attributes:
        times_measured: the size, as a multiple of the largest that the fit has seen.
        error: of the prediction, as a share of what was measured (mean of the rounds).
    """

    workers: float
    predicted_per_s: float
    measured_per_s: float
    times_measured: float
    error: float

    @property
    def is_close(self) -> bool:
        """Whether the error is less than what a capacity model may have."""
        return self.error < MOST_ERROR

    def told(self) -> dict[str, float | bool]:
        """Return it for a report."""
        return {**asdict(self), "is_close": self.is_close}


def fit(points: Sequence[Point], *, seed: int = 1) -> Fit:
    """Fit the law, and again to draws with replacement of the rounds of each size.

    c is above 0; s and k are at least 0 and at most 1. With one round a size the draws are all
    alike: their limits then say nothing, and stand on the fit itself.

    Raises:
        TooFewSizes: fewer than three different sizes.
    """
    sizes = _by_size(points)
    if len(sizes) < _PARAMETERS:
        message = f"the law has {_PARAMETERS} parameters; {len(sizes)} sizes were measured"
        raise TooFewSizes(message)
    law, random = _law(points), np.random.default_rng(seed)
    laws = []
    for _ in range(_DRAWS):
        drawn = [
            rounds[place]
            for rounds in sizes.values()
            for place in random.integers(len(rounds), size=len(rounds))
        ]
        laws.append(_law(drawn))
    return Fit(law=law, laws=laws, r_squared=_r_squared(law, points))


def held_out(points: Sequence[Point], workers: float) -> HeldOut:
    """Fit the law without one size, and predict that size.

    Raises:
        TooFewSizes: fewer than three others.
        ValueError: that size was not measured.
    """
    there = [point.per_s for point in points if point.workers == workers]
    if not there:
        message = f"{workers:g} was not measured"
        raise ValueError(message)
    others = [point for point in points if point.workers != workers]
    if len(_by_size(others)) < _PARAMETERS:
        message = f"without {workers:g} there are fewer than {_PARAMETERS} sizes"
        raise TooFewSizes(message)
    law, measured = _law(others), sum(there) / len(there)
    predicted = law.per_s(workers)
    return HeldOut(
        workers=workers,
        predicted_per_s=predicted,
        measured_per_s=measured,
        times_measured=law.times_measured(workers),
        error=abs(predicted - measured) / measured,
    )


def _by_size(points: Sequence[Point]) -> dict[float, list[Point]]:
    sizes: dict[float, list[Point]] = {}
    for point in points:
        sizes.setdefault(point.workers, []).append(point)
    return sizes


def _law(points: Sequence[Point]) -> Law:
    workers = np.array([point.workers for point in points], dtype=float)
    per_s = np.array([point.per_s for point in points], dtype=float)
    each = float((per_s / workers).max())

    def of(n: np.ndarray, times: float, contention: float, coherency: float) -> np.ndarray:
        # In units of the best worker seen, so that all three parameters are about as large.
        shared = 1 + contention * (n - 1) + coherency * n * (n - 1)
        return np.asarray(each * times * n / shared)

    found, _ = curve_fit(
        of,
        workers,
        per_s,
        p0=(1.0, 0.05, 0.001),
        bounds=((1e-6, 0.0, 0.0), (100.0, 1.0, 1.0)),
        # A share of error counts as much at one worker as at many.
        sigma=per_s,
    )
    times, contention, coherency = map(float, found)
    return Law(
        one_per_s=each * times,
        contention=contention,
        coherency=coherency,
        measured_to=float(workers.max()),
    )


def _r_squared(law: Law, points: Sequence[Point]) -> float:
    mean = sum(point.per_s for point in points) / len(points)
    scatter = sum((point.per_s - mean) ** 2 for point in points)
    left = sum((point.per_s - law.per_s(point.workers)) ** 2 for point in points)
    return 1 - left / scatter if scatter else 1.0


def _between(base: float, drawn: Sequence[float]) -> Between:
    low, high = (float(value) for value in np.percentile(drawn, _PERCENTILES))
    return Between(low=min(low, base), base=base, high=max(high, base))
