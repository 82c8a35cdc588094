"""How soon what was acknowledged is in a figure that only grows. Pure."""

from bisect import bisect_left
from collections.abc import Sequence

Seen = tuple[int, float]  # what the figure said, and when


def seconds_until_shown(
    seen: Sequence[Seen], answered: Sequence[float], *, since: float
) -> list[float]:
    """Return how long after its answer each was there.

    The nth that was answered is there when the figure counts n more than before the first.

    Args:
        seen: the figure from look to look, counted from before the first answer.
        answered: when each was acknowledged, in that order.
        since: answers before it are left out.
    """
    counts = [count for count, _ in seen]
    found = []
    for place, at in enumerate(answered, start=1):
        look = bisect_left(counts, place)
        if at >= since and look < len(seen):
            found.append(max(seen[look][1] - at, 0.0))
    return found


def share_of(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share of the values does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
