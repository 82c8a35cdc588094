"""When a run of load is good enough: the limits, and every reason why it is not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Limits, none of which may be reached; those of the year-end acceptance by default."""

    p95_ms: float = 1_000
    p99_ms: float = 3_000
    error_share: float = 0.001


ACCEPTANCE = Gates()


def failures(figures: Mapping[str, float], gates: Gates = ACCEPTANCE) -> Iterator[str]:
    """Yield each reason to fail the run; a run in which nothing was done fails too."""
    if not figures["actions"]:
        yield "nothing was done"
        return
    for name, limit in (("p95_ms", gates.p95_ms), ("p99_ms", gates.p99_ms)):
        if figures[name] >= limit:
            yield f"{name} is {figures[name]:.0f}, the limit is {limit:.0f}"
    share = figures["errors"] / figures["actions"]
    if share >= gates.error_share:
        yield (
            f"{figures['errors']:.0f} of {figures['actions']:.0f} actions failed"
            f" ({share:.2%}), the limit is {gates.error_share:.2%}"
        )
