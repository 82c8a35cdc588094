"""How large the demo's amounts are: yearly revenue by kind of body, and believable variation."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

_SATANG = Decimal("0.01")
_HUNDRED = Decimal(100)
_FULL_SIZE = 1000

# Yearly revenue in baht of an average body: orders of magnitude known to the trade, taken from no
# publication. A body varies by 15 % either way, so that the kinds keep their order.
_YEARLY_REVENUE = {
    "SPEC": Decimal(1_800_000_000),
    "PAO": Decimal(900_000_000),
    "CITY": Decimal(620_000_000),
    "TOWN": Decimal(230_000_000),
    "TMUN": Decimal(72_000_000),
    "SAO": Decimal(38_000_000),
    "HOSPITAL": Decimal(24_000_000),
    "PAWNSHOP": Decimal(5_000_000),
    "SCHOOL": Decimal(5_000_000),
    "WATERWORKS": Decimal(6_000_000),
    "HEALTH_UNIT": Decimal(4_000_000),
    "BUS_PIER": Decimal(3_500_000),
    "OTHER": Decimal(2_500_000),
    "CHILD_CENTRE": Decimal(1_800_000),
}
# Many small amounts and few large ones; the mean is 1.
_SKEW = tuple(Decimal(n) / 20 for n in (3, 4, 5, 6, 8, 10, 12, 16, 24, 36, 96))


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of one body: what every amount is a share of.

    Attributes:
        revenue: Yearly revenue in baht.
        count: Journal entries a fiscal year.
    """

    revenue: Decimal
    count: int

    def share(self, percent: str) -> Decimal:
        """Give so many percent of a year's revenue, in baht."""
        return to_satang(self.revenue * Decimal(percent) / _HUNDRED)

    def now_and_then(self, percent: str) -> Decimal:
        """Give the usual size of an event of which busier books see more, in baht.

        It is so many percent of a year's revenue up to a thousand entries a year, and less in
        proportion above, so that busy books are finer and not richer.
        """
        return to_satang(self.share(percent) * _FULL_SIZE / max(self.count, _FULL_SIZE))

    def each(self, percent: str, documents: int, most_percent: str) -> Decimal:
        """Spread a percentage of revenue over documents, none above the second percentage."""
        return min(self.share(percent) / max(documents, 1), self.share(most_percent))


def usual_revenue(kind: str) -> Decimal:
    """Give the yearly revenue of an average body or unit of this kind, in baht."""
    return _YEARLY_REVENUE[kind]


def scale_of(*, kind: str, count: int, rng: Random) -> Scale:
    """Draw the size of a body of this kind (of local body or of affiliated unit).

    Raises:
        KeyError: the kind is none of the register's or of the affiliated unit types.
    """
    return Scale(revenue=vary(rng, _YEARLY_REVENUE[kind], 15, step=1000), count=count)


def to_satang(amount: Decimal) -> Decimal:
    """Round to two decimals, half up."""
    return amount.quantize(_SATANG, ROUND_HALF_UP)


def vary(rng: Random, mean: Decimal, percent: int, *, step: int = 1) -> Decimal:
    """Draw an amount within so many percent of the mean, in multiples of `step` baht."""
    drawn = mean * (_HUNDRED + rng.randint(-percent, percent)) / _HUNDRED
    return max(Decimal(step), drawn.quantize(Decimal(1)) // step * step).quantize(_SATANG)


def skewed(rng: Random, mean: Decimal, *, step: int = 1) -> Decimal:
    """Draw an amount as bills come: mostly below the mean, now and then far above."""
    return vary(rng, mean * rng.choice(_SKEW), 10, step=step)


def percent_of(amount: Decimal, percent: str) -> Decimal:
    """Give so many percent of an amount, rounded to the satang."""
    return to_satang(amount * Decimal(percent) / _HUNDRED)
