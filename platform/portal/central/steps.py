"""Classes of a map: where one shade ends and the next begins. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MOST_CLASSES = 6  # shades of charts.css; more could not be told apart
_DIGITS = 3  # that count, of a bound which we choose: exactly what a legend has room for


@dataclass(frozen=True, slots=True)
class Steps:
    """The lower bounds of all classes but the first, which holds everything below them.

    Raises:
        ValueError: bounds that do not rise, or more of them than there are shades.
    """

    bounds: tuple[Decimal, ...] = ()

    def __post_init__(self) -> None:
        if any(low >= high for low, high in zip(self.bounds, self.bounds[1:], strict=False)):
            raise ValueError(f"bounds do not rise: {self.bounds}")
        if len(self.bounds) >= MOST_CLASSES:
            raise ValueError(f"more classes than shades: {self.bounds}")

    def class_of(self, value: Decimal) -> int:
        """Return which class holds a figure, 0 the lowest; a bound belongs to the class above."""
        return bisect_right(self.bounds, value)


def quantiles(values: Sequence[Decimal], classes: int = 5) -> Steps:
    """Return steps that put about as many figures into each class.

    Bounds are rounded to three digits. There are fewer classes where many figures are the same;
    where all are, there is one.
    """
    ordered = sorted(values)
    if not ordered:
        return Steps()
    found = {_rounded(ordered[len(ordered) * step // classes]) for step in range(1, classes)}
    return Steps(tuple(sorted(bound for bound in found if ordered[0] < bound <= ordered[-1])))


def _rounded(value: Decimal) -> Decimal:
    if value == 0:
        return value
    last = Decimal(1).scaleb(value.adjusted() - _DIGITS + 1)
    return value.quantize(max(last, Decimal("0.01")), rounding=ROUND_HALF_UP)
