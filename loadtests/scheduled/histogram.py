"""Latencies counted by size, a hundredth apart: small however many, and can be added up."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

_STEP = math.log(1.01)
_LEAST_MS = 0.01


class Histogram:
    """Counts of latencies; what is read from it is at most one hundredth too high."""

    __slots__ = ("counts", "most_ms", "sum_ms")

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.sum_ms = 0.0
        self.most_ms = 0.0

    def add(self, latency_ms: float) -> None:
        """Count a latency."""
        place = math.ceil(math.log(latency_ms / _LEAST_MS) / _STEP) if latency_ms > _LEAST_MS else 0
        self.counts[place] += 1
        self.sum_ms += latency_ms
        self.most_ms = max(self.most_ms, latency_ms)

    @property
    def total(self) -> int:
        """How many were counted."""
        return self.counts.total()

    def percentile(self, percent: float) -> float:
        """Return the latency (ms) that so many percent do not exceed; zero of nothing."""
        total = self.total
        if not total:
            return 0.0
        wanted, met = math.ceil(total * percent / 100), 0
        for place, count in sorted(self.counts.items()):
            met += count
            if met >= wanted:
                return min(_LEAST_MS * math.exp(place * _STEP), self.most_ms)
        return self.most_ms

    def within(self, limit_ms: float) -> int:
        """Return how many took no longer."""
        place = math.floor(math.log(limit_ms / _LEAST_MS) / _STEP + 1e-9)
        return sum(count for each, count in self.counts.items() if each <= place)

    def told(self) -> dict[str, float]:
        """Return its figures."""
        total = self.total
        return {
            "count": total,
            "mean_ms": round(self.sum_ms / total, 3) if total else 0.0,
            **{
                f"p{name}_ms": round(self.percentile(float(name)), 3) for name in ("50", "95", "99")
            },
            "p999_ms": round(self.percentile(99.9), 3),
            "max_ms": round(self.most_ms, 3),
        }

    def as_json(self) -> dict[str, object]:
        """Return what `read` makes a histogram of."""
        return {"counts": dict(self.counts), "sum_ms": self.sum_ms, "most_ms": self.most_ms}


def read(document: Mapping[str, object]) -> Histogram:
    """Return the histogram that was written as JSON."""
    made = Histogram()
    counts = document["counts"]
    assert isinstance(counts, dict)  # as_json wrote it
    made.counts = Counter({int(place): int(count) for place, count in counts.items()})
    made.sum_ms, made.most_ms = float(str(document["sum_ms"])), float(str(document["most_ms"]))
    return made


def together(histograms: Iterable[Histogram]) -> Histogram:
    """Add histograms up."""
    whole = Histogram()
    for one in histograms:
        whole.counts.update(one.counts)
        whole.sum_ms += one.sum_ms
        whole.most_ms = max(whole.most_ms, one.most_ms)
    return whole
