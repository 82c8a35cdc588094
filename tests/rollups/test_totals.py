"""A body's year in one row: moved with the figures it sums, and proved with them."""

from decimal import Decimal

import pytest
from django.db import transaction

from tenants.rollups.figures import negated
from tenants.rollups.kept import rows, run
from tenants.rollups.totals import TOTAL, totals_of

OCTOBER, NOVEMBER = ("2570", "2026-10-01"), ("2570", "2026-11-01")
D = Decimal
BUDGETED = tuple(map(D, ("100", "20", "7", "3", "11", "5", "1", "50", "40", "30")))


def told(**amounts):
    return tuple(D(amounts.get(name, 0)) for name in TOTAL.amounts)


def test_a_total_is_the_sum_of_a_year_by_hand():
    figures = {
        "revenue": {(*OCTOBER, "411000"): (D("10.25"),), (*NOVEMBER, "421000"): (D("4.50"),)},
        "estimate": {("2570", "411000"): (D(200),), ("2571", "411000"): (D(1),)},
        "budget": {("2570", "GENERAL", "00110", "510000"): BUDGETED},
        "closing": {OCTOBER: (D(0), D(1)), NOVEMBER: (D(1), D(0))},
        "month": {
            (*OCTOBER, "1101"): (D(90), D(100)),
            (*NOVEMBER, "1101"): (D(15), D(0)),
            (*OCTOBER, "2111"): (D(2), D(9)),
            (*OCTOBER, "5104"): (D(77), D(0)),
        },
        "entries": {(*OCTOBER, "JV"): (D(3),)},
        "documents": {(*OCTOBER, "JV"): (D(3), D(1), D(0), D(500))},
    }
    year = told(
        collected="14.75",
        estimated=200,
        budget=100 + 20 + 7 - 3 + 11 - 5 - 1,
        disbursed=30,
        opened=1,
        closed=1,
        cash=5,
        deposits=7,
    )
    assert totals_of(figures) == {("2570",): year, ("2571",): told(estimated=1)}
    assert totals_of(negated(figures))["2570",] == tuple(-amount for amount in year)
    assert totals_of({}) == {}


@pytest.fixture
def kept(figures):
    """Return the totals that are kept of a body, and those that its figures come to."""
    from tenants.models import Body
    from tenants.rollups.figures import FIGURES
    from tenants.rollups.kept import figures_of

    def of(body):
        id_ = Body.objects.get(code=body.code).id
        found = figures_of([id_], (*FIGURES, TOTAL.name))[id_]
        return {k: v for k, v in found.pop(TOTAL.name, {}).items() if any(v)}, totals_of(found)

    return of


def test_totals_move_with_the_figures(body, post, consume, kept):
    post(body, "100.00")
    post(body, "7.50", day="2026-11-02")
    consume(body)
    found, expected = kept(body)
    assert found == expected
    row = dict(zip(TOTAL.amounts, found["2570",], strict=True))
    assert (row["collected"], row["cash"], row["opened"]) == (D("107.50"), D("107.50"), 12)


def test_a_share_is_kept_by_the_database_and_is_nothing_of_nothing(body, post, consume):
    from tenants.models import Body

    post(body, "30.00")
    consume(body)
    id_ = Body.objects.get(code=body.code).id
    where = "WHERE fiscal_year = 2570 AND body_id = %s"
    shares = f"SELECT collected_percent, spent_percent FROM rollup_total {where}"
    assert rows(shares, [id_]) == [(None, None)]
    run(
        f"UPDATE rollup_total SET estimated = 90, budget = 0.01, disbursed = 1 {where}",
        [id_],
    )
    assert rows(shares, [id_]) == [(D("33.33"), D("10000.00"))]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE rollup_total SET disbursed = 0.01", "DELETE FROM rollup_total"],
)
def test_a_planted_wrong_total_is_found_and_repaired(
    body, post, consume, recompute, kept, statement
):
    from tenants.models import Body

    post(body, "100.00")
    consume(body)
    before, _ = kept(body)
    run(f"{statement} WHERE body_id = %s", [Body.objects.get(code=body.code).id])
    found = recompute(body)
    assert {one.figure for one in found.drifts} == {"total"}
    assert found.area_drifts == []
    recompute(body, repair=True)
    assert kept(body) == (before, before)
    assert recompute(body).is_clean


def test_a_wrong_figure_is_repaired_with_its_total(body, post, consume, recompute, kept):
    """The total is right before, and right behind: only what is wrong is told, and moved."""
    from tenants.models import Body

    post(body, "100.00")
    consume(body)
    before, _ = kept(body)
    id_ = Body.objects.get(code=body.code).id
    run("UPDATE rollup_revenue SET collected = collected - 5 WHERE body_id = %s", [id_])
    run("UPDATE area_revenue SET collected = collected - 5 WHERE starts_on = '2026-10-01'")
    assert {one.figure for one in recompute(body).drifts} == {"revenue"}
    recompute(body, repair=True)
    assert kept(body) == (before, before)
    assert recompute(body).is_clean


def test_a_filled_table_is_what_folding_made(body, post, consume, kept):
    """The migration's statement and the fold come to the same."""
    import importlib

    post(body, "100.00")
    consume(body)
    before, _ = kept(body)
    fill = importlib.import_module("tenants.migrations.0014_comparison").FILL
    with transaction.atomic(using="default"):
        run("DELETE FROM rollup_total")
        run(fill)
        filled, _ = kept(body)
        transaction.set_rollback(True, using="default")
    assert filled == before
