"""Where a figure lies between the least and the most that a drawing has room for. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

_LINES = 4  # about so many across a drawing: enough to read by, few enough to see the figures


@dataclass(frozen=True, slots=True)
class Scale:
    """From the least figure to the most; zero is always on it, so lengths can be compared."""

    least: Decimal
    most: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> "Scale":
        """Return the scale that just holds the figures; 0 to 1 when all are nothing."""
        known = [Decimal(0), *values]
        least, most = min(known), max(known)
        return cls(least, most) if least < most else cls(Decimal(0), Decimal(1))

    def share(self, value: Decimal) -> Decimal:
        """Return where the figure lies: 0 for the least, 1 for the most."""
        return (value - self.least) / (self.most - self.least)

    def widened(self) -> "Scale":
        """Return the scale that ends with a round figure at both ends."""
        ticks = list(self.ticks())
        return Scale(ticks[0], ticks[-1])

    def ticks(self) -> Iterator[Decimal]:
        """Yield round figures from the least or below it to the most or above it."""
        step = _round_step((self.most - self.least) / _LINES)
        first = self.least // step - (1 if self.least % step else 0)
        for number in count():
            tick = (first + number) * step
            yield tick
            if tick >= self.most:
                return


def _round_step(rough: Decimal) -> Decimal:
    """Return the next of 1, 2, 5, 10, 20 ... that is not below the rough one."""
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
