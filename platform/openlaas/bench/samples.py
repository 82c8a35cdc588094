"""Samples of the same work, taken in turns with the others, and their medians."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One window of one kind of work; `…_ms` is processor time per request, by tier."""

    per_second: float
    app_ms: float
    postgres_ms: float
    driver_ms: float
    p50_ms: float = 0.0
    p95_ms: float = 0.0


Samples = dict[str, list[Sample]]

_WARM_UPS_LEAST = 4  # a body's plans are made at its first and second posting on a connection
_WARM_UPS_MOST = 20
_STEADY = 0.95


def until_steady(work: Callable[[], Sample]) -> None:
    """Do the work until it has stopped getting cheaper.

    The tables of bodies just made are analysed in the background for a minute or two; each time
    all plans kept on them are made anew. Steady is what costs about as much as twice before.
    """
    costs: list[float] = []
    while len(costs) < _WARM_UPS_MOST:
        sample = work()
        costs.append(sample.app_ms + sample.postgres_ms)
        if len(costs) >= _WARM_UPS_LEAST and min(costs[-2:]) > _STEADY * min(costs[:-2]):
            return


def interleaved(
    works: Mapping[str, Callable[[], Sample]],
    *,
    rounds: int,
    after_each: Callable[[str, Sample], None],
) -> Samples:
    """Take a sample of each work in turn, round after round, every other round backwards.

    So whatever changes slowly, in the machine or in the growing tables, touches all alike.
    """
    samples: Samples = {name: [] for name in works}
    for number in range(rounds):
        names = list(works) if number % 2 == 0 else list(works)[::-1]
        for name in names:
            sample = works[name]()
            samples[name].append(sample)
            after_each(name, sample)
    return samples


def rate(samples: Samples, name: str) -> float:
    """Return the median of what was done in a second."""
    return median(sample.per_second for sample in samples[name])


def ratio(samples: Samples, name: str, other: str) -> float:
    """Return the median over the rounds of one rate over the other."""
    pairs = zip(samples[name], samples[other], strict=True)
    return median(one.per_second / two.per_second for one, two in pairs)


def scatter(samples: Samples, name: str) -> float:
    """Return the distance between the quartiles over the median: 0.1 is quiet, 0.5 is noise."""
    return spread(sample.per_second for sample in samples[name])


def spread(values: Iterable[float]) -> float:
    """Return the distance between the quartiles over the median; zero of a single value."""
    values = list(values)
    if len(values) < 2:  # noqa: PLR2004 - a pair
        return 0.0
    first, middle, third = quantiles(values, n=4, method="inclusive")
    return (third - first) / middle


def p50_ms(samples: Samples, name: str) -> float:
    """Return the median over the rounds of the median waiting time of one request."""
    return median(sample.p50_ms for sample in samples[name])


def mean_ms(samples: Samples, name: str, tier: str) -> float:
    """Return the median of a tier's processor time per request."""
    spent: list[float] = [getattr(sample, f"{tier}_ms") for sample in samples[name]]
    return median(spent)
