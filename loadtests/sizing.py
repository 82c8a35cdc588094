"""From demand per action to cores, cells and baht: arithmetic alone, each number with its kind.

A number is `measured` (a run showed it), `modelled` (it follows from a measured one by a law that
is written here) or `assumed` (data/load_model.csv, sizing.csv, prices.csv: change them there).

Note [A sum of cells]
A cell is what was measured: so many app processes with a PostgreSQL of their own. Cells share no
body's rows, so the nation's system is a sum of them, and no law is stretched over a larger one.
What cells do share (the control plane, the proxy, the network) the sum says nothing about.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from loadtests import model
from loadtests.scaling import Between

_DATA = Path(__file__).parent / "data"
_MS, _GB = 1000, 1e9
APP, DATABASE, REDIS, PROXY = "app", "database", "redis", "proxy"
TIERS = (APP, DATABASE, REDIS, PROXY)


class Kind(StrEnum):
    """Where a number comes from."""

    MEASURED = "measured"
    MODELLED = "modelled"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its limits and its kind."""

    low: float
    base: float
    high: float
    kind: Kind

    @classmethod
    def of(cls, between: Between, kind: Kind) -> "Figure":
        """Return a measured or fitted number as a figure."""
        return cls(low=between.low, base=between.base, high=between.high, kind=kind)

    def times(self, other: "Figure") -> "Figure":
        """Return the product, which is modelled unless both are assumed."""
        both = {self.kind, other.kind}
        return Figure(
            low=self.low * other.low,
            base=self.base * other.base,
            high=self.high * other.high,
            kind=Kind.ASSUMED if both == {Kind.ASSUMED} else Kind.MODELLED,
        )

    def over(self, other: "Figure") -> "Figure":
        """Return the quotient; its low end has the divisor's high one."""
        turned = Figure(
            low=1 / other.high, base=1 / other.base, high=1 / other.low, kind=other.kind
        )
        return self.times(turned)


def added(figures: Sequence[Figure]) -> Figure:
    """Return the sum, which is modelled unless all are assumed."""
    is_assumed = all(one.kind is Kind.ASSUMED for one in figures)
    return Figure(
        low=sum(one.low for one in figures),
        base=sum(one.base for one in figures),
        high=sum(one.high for one in figures),
        kind=Kind.ASSUMED if is_assumed else Kind.MODELLED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was measured.

    Attributes:
        demand_ms: processor time of an action, by tier.
        per_s: actions a second at saturation, by the law at the largest size that was measured.
        workers: app processes of that size.
    """

    demand_ms: Mapping[str, Figure]
    per_s: Figure
    workers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one day takes.

    Attributes:
        rate_per_s: actions a second at its peak.
        cores: by tier, each at most as busy as sizing.csv has it.
        cells: of the measured size, at most as busy as that too; whole ones.
        times_measured: the rate, as a multiple of what one measured cell does.
        baht_per_body_year: of machines and disks alone.
    """

    day: str
    rate_per_s: Figure
    cores: Mapping[str, Figure]
    all_cores: Figure
    cells: Figure
    times_measured: Figure
    baht_per_body_year: Figure


@cache
def assumed(file: str) -> Mapping[str, Figure]:
    """Return the numbers of `sizing` or `prices`, by name."""
    with (_DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["name"]: Figure(
                low=float(row["low"]),
                base=float(row["base"]),
                high=float(row["high"]),
                kind=Kind(row["kind"]),
            )
            for row in csv.DictReader(lines)
        }


def rates() -> dict[str, Figure]:
    """Return the peaks that are sized for: sessions over the seconds between two actions.

    The base case's uncertainty is shown as the high case's own row, not as limits of each row.
    """
    found = {}
    for day, name, case in (
        ("normal day", "normal", "base"),
        ("month-end", "monthend", "base"),
        ("year-end", "yearend", "base"),
        ("year-end, high case", "yearend", "high"),
    ):
        sessions = model.results(model.read("input", case))[f"sessions_{name}_peak"]
        found[day] = _exactly(sessions / model.read("input", case)["seconds_between_actions"])
    return found


def table(cell: Cell) -> list[Row]:
    """Return a row for each day."""
    demand = dict(cell.demand_ms)
    demand.setdefault(PROXY, assumed("sizing")["proxy_ms_per_action"])
    return [_row(day, rate, demand, cell) for day, rate in rates().items()]


def _row(day: str, rate: Figure, demand: Mapping[str, Figure], cell: Cell) -> Row:
    busy = assumed("sizing")["busy_share"]
    cores = {tier: rate.times(_over_ms(ms)).over(busy) for tier, ms in demand.items()}
    cells = rate.over(cell.per_s.times(busy))
    return Row(
        day=day,
        rate_per_s=rate,
        cores=cores,
        all_cores=added(list(cores.values())),
        cells=Figure(
            low=math.ceil(cells.low),
            base=math.ceil(cells.base),
            high=math.ceil(cells.high),
            kind=cells.kind,
        ),
        times_measured=rate.over(cell.per_s),
        baht_per_body_year=_baht_per_body_year(cores),
    )


def _baht_per_body_year(cores: Mapping[str, Figure]) -> Figure:
    """Return the cost of the machines, and of the disks, for each of the nation's bodies."""
    told, prices = assumed("sizing"), assumed("prices")
    copies = told["database_copies"]
    paid = [figure.times(copies) if tier == DATABASE else figure for tier, figure in cores.items()]
    of_a_core = added([prices["vcpu_hour"], told["memory_gb_per_core"].times(prices["gb_hour"])])
    machines = added(paid).times(of_a_core).times(told["hours_per_year"])
    lines = _exactly(model.results(model.read("input"))["journal_lines_per_year"])
    kept_gb = lines.times(told["bytes_per_line"]).times(told["years_kept"]).over(_exactly(_GB))
    months = prices["storage_gb_month"].times(_exactly(12))
    disks = kept_gb.times(copies).times(months)
    given = model.read("input")
    bodies = _exactly(given["laos"] + given["units"])
    return added([machines, disks]).times(prices["baht_for_usd"]).over(bodies)


def _over_ms(demand: Figure) -> Figure:
    return Figure(
        low=demand.low / _MS, base=demand.base / _MS, high=demand.high / _MS, kind=demand.kind
    )


def _exactly(value: float) -> Figure:
    """Return a number of the nation's model; its case has its own row."""
    return Figure(low=value, base=value, high=value, kind=Kind.ASSUMED)
