"""What a driven run leaves: latencies by action, errors by kind, each second, and the driver."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadtests.scheduled import histogram
from loadtests.scheduled.histogram import Histogram

# A run says nothing about the system when its driver was the bottleneck.
MOST_PROCESSOR_SHARE = 0.8  # of the one core that it can use
MOST_LAG_P99_MS = 20.0  # between an arrival's moment and when the driver came to it


@dataclass(slots=True)
class Told:
    """What became of the requests of one action.

    Attributes:
        done: latencies of those that did what was asked.
        refused: latencies of those that were shed (503, 429), counted from the moment sent to:
            an answer that says "later" is judged by how quickly it says so.
        failed: the rest, by what was wrong.
        refused_silently: refusals that did not say when to come back.
    """

    done: Histogram = field(default_factory=Histogram)
    refused: Histogram = field(default_factory=Histogram)
    failed: Counter[str] = field(default_factory=Counter)
    refused_silently: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return what `Told.read` reads."""
        return {
            "done": self.done.as_json(),
            "refused": self.refused.as_json(),
            "failed": dict(self.failed),
            "refused_silently": self.refused_silently,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Told":
        """Return what was written."""
        return cls(
            done=histogram.read(document["done"]),
            refused=histogram.read(document["refused"]),
            failed=Counter(document["failed"]),
            refused_silently=int(document["refused_silently"]),
        )


@dataclass(slots=True)
class Second:
    """One second of the run: what was due in it, and what was answered in it."""

    due: int = 0
    done: int = 0
    refused: int = 0
    failed: int = 0
    lag_ms: float = 0.0  # the longest
    latencies: Histogram = field(default_factory=Histogram)

    def as_json(self) -> list[float]:
        """Return due, done, refused, failed, p50, p95, lag."""
        p50, p95 = self.latencies.percentile(50), self.latencies.percentile(95)
        counts = [self.due, self.done, self.refused, self.failed]
        return [*counts, round(p50, 2), round(p95, 2), round(self.lag_ms, 2)]


SECOND = ("due", "done", "refused", "failed", "p50_ms", "p95_ms", "lag_ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """How the driver itself fared.

    Attributes:
        processor_seconds: of its process while it drove.
        lag_p99_ms: how late it came to an arrival, at the 99th percentile.
        retried: requests sent again with the same key because the connection was cut.
    """

    seconds: float
    processor_seconds: float
    requests: int
    lag_p99_ms: float
    lag_max_ms: float
    connections: int
    retried: int

    @property
    def processor_share(self) -> float:
        """Of one core."""
        return self.processor_seconds / self.seconds if self.seconds else 0.0

    @property
    def ms_per_request(self) -> float:
        """Processor time of the driver for each request."""
        return self.processor_seconds * 1000 / self.requests if self.requests else 0.0

    def void(self) -> Iterable[str]:
        """Yield why the run says nothing about the system."""
        if self.processor_share > MOST_PROCESSOR_SHARE:
            yield (
                f"the driver used {self.processor_share:.0%} of its core; at more than"
                f" {MOST_PROCESSOR_SHARE:.0%} it is the bottleneck"
            )
        if self.lag_p99_ms > MOST_LAG_P99_MS:
            yield (
                f"the driver came {self.lag_p99_ms:.0f} ms late to one arrival in a hundred; more"
                f" than {MOST_LAG_P99_MS:.0f} ms, and the load was not the one that was planned"
            )


def errors_by_kind(streams: Iterable[Mapping[str, Told]]) -> dict[str, int]:
    """Return how many requests failed, by action and kind, the most first."""
    counted: Counter[str] = Counter()
    for actions in streams:
        for key, told in actions.items():
            for kind, count in told.failed.items():
                counted[f"{key}: {kind}"] += count
    return dict(counted.most_common())
