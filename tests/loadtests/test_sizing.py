"""Cores, cells and baht follow from demand, and no number loses its kind."""

import csv
import math
from pathlib import Path

import pytest

from loadtests import model, sizing
from loadtests.sizing import Cell, Figure, Kind, added, assumed

DATA = Path(sizing.__file__).parent / "data"


def measured(base: float, spread: float = 0.0) -> Figure:
    low, high = base * (1 - spread), base * (1 + spread)
    return Figure(low=low, base=base, high=high, kind=Kind.MEASURED)


CELL = Cell(
    demand_ms={"app": measured(2, 0.1), "database": measured(1), "redis": measured(0.1)},
    per_s=measured(200, 0.05),
    workers=4,
)
ROWS = {row.day: row for row in sizing.table(CELL)}


def test_the_peaks_are_those_of_the_nations_model_by_sessions():
    base, high = model.read("result"), model.read("result", "high")
    assert [(day, rate.base) for day, rate in sizing.rates().items()] == [
        ("normal day", pytest.approx(base["sessions_normal_peak"] / 30, rel=1e-3)),
        ("month-end", pytest.approx(base["actions_per_s_monthend_by_sessions"], rel=1e-3)),
        ("year-end", pytest.approx(base["actions_per_s_yearend_by_sessions"], rel=1e-3)),
        ("year-end, high case", pytest.approx(high["actions_per_s_yearend_by_sessions"], rel=1e-3)),
    ]


def test_cores_are_rate_times_demand_at_half_busy():
    row = ROWS["year-end"]
    rate = row.rate_per_s.base
    assert row.cores["app"].base == pytest.approx(rate * 0.002 / 0.5)
    assert row.cores["app"].low == pytest.approx(row.cores["app"].base * 0.9)
    assert row.cores["database"].base == pytest.approx(rate * 0.001 / 0.5)
    assert row.all_cores.base == pytest.approx(sum(one.base for one in row.cores.values()))


def test_a_proxy_that_was_not_measured_is_assumed_and_one_that_was_is_not():
    assert ROWS["year-end"].cores["proxy"].kind is Kind.ASSUMED
    with_proxy = Cell(
        demand_ms={**CELL.demand_ms, "proxy": measured(0.2)}, per_s=CELL.per_s, workers=4
    )
    row = sizing.table(with_proxy)[2]
    assert row.cores["proxy"].kind is Kind.MODELLED
    assert row.cores["proxy"].base == pytest.approx(row.rate_per_s.base * 0.0002 / 0.5)


def test_the_nation_is_a_sum_of_whole_cells_each_as_busy_as_allowed():
    row = ROWS["year-end"]
    assert row.cells.base == math.ceil(row.rate_per_s.base / (200 * 0.5))
    assert row.cells.low <= row.cells.base <= row.cells.high
    assert row.times_measured.base == pytest.approx(row.rate_per_s.base / 200)


def test_what_follows_from_an_assumption_alone_stays_assumed():
    guess, seen = assumed("prices")["vcpu_hour"], measured(3)
    assert guess.times(guess).kind is Kind.ASSUMED
    assert added([guess, guess]).kind is Kind.ASSUMED
    assert guess.times(seen).kind is guess.over(seen).kind is Kind.MODELLED
    assert added([guess, seen]).kind is Kind.MODELLED


def test_a_quotient_is_lowest_where_the_divisor_is_highest():
    found = measured(10, 0.2).over(measured(2, 0.5))
    assert (found.low, found.base, found.high) == pytest.approx((8 / 3, 5, 12))


def test_a_body_pays_its_part_of_machines_and_disks():
    """Computed once more, by hand, from the base numbers."""
    told, prices = assumed("sizing"), assumed("prices")
    row = ROWS["year-end"]
    paid = row.all_cores.base + row.cores["database"].base  # the database twice
    a_core = prices["vcpu_hour"].base + 4 * prices["gb_hour"].base
    machines = paid * a_core * 8766
    lines = model.results(model.read("input"))["journal_lines_per_year"]
    disks = lines * told["bytes_per_line"].base * 5 / 1e9 * 2 * 12 * 0.12
    expected = (machines + disks) * 35 / 22_000
    assert row.baht_per_body_year.base == pytest.approx(expected)
    assert row.baht_per_body_year.low < expected < row.baht_per_body_year.high


@pytest.mark.parametrize("file", ["prices", "sizing"])
def test_every_assumption_has_its_limits_in_order_and_says_where_it_is_from(file):
    with (DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows
    for row in rows:
        assert 0 < float(row["low"]) <= float(row["base"]) <= float(row["high"]), row["name"]
        assert row["kind"] == Kind.ASSUMED
        assert row.get("source") or row.get("basis"), row["name"]
