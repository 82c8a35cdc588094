"""Every reason at its boundary and just beside it; an ordinary body has none."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tenants.rollups.outliers import IMPOSSIBLE, YearFacts, closing_lag, gravity_of, reasons

D = Decimal
ORDINARY = YearFacts(
    months_ended=6,
    months_closed=5,
    is_unit=False,
    budget=D(1000),
    disbursed=D(450),
    collected=D(600),
    collected_percent=D("55.00"),
    collected_median=D("50.00"),
    spent_percent=D("45.00"),
    spent_median=D("44.00"),
    collected_last_year=D(1100),
    cash=D(100),
    deposits=D(0),
)
NO_BUDGET = {"budget": D(0), "disbursed": D(0), "spent_percent": None}


def test_an_ordinary_body_has_no_reason():
    assert reasons(ORDINARY) == []


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"disbursed": D("1000.00")}, []),
        ({"disbursed": D("1000.01")}, ["spent_over_budget"]),
        ({"cash": D(0)}, []),
        ({"cash": D("-0.01")}, ["cash_below_nothing"]),
        ({"deposits": D("-0.01")}, ["deposits_below_nothing"]),
        ({"months_closed": 4}, []),
        ({"months_closed": 3}, ["closing_late"]),
        ({"months_closed": 0}, ["no_month_closed"]),
        ({"months_closed": 0, "months_ended": 2}, []),
        ({"months_closed": 0, "months_ended": 3}, ["no_month_closed"]),
        ({**NO_BUDGET}, ["no_budget"]),
        ({**NO_BUDGET, "months_ended": 2}, []),
        ({**NO_BUDGET, "is_unit": True}, []),
        ({"disbursed": D(0), "spent_percent": D(0)}, ["nothing_spent"]),
        ({"disbursed": D(0), "spent_percent": D(0), "months_ended": 5}, []),
        ({"spent_percent": D("22.00")}, []),
        ({"spent_percent": D("21.99")}, ["spending_below_peers"]),
        ({"spent_percent": D("21.99"), "months_ended": 5}, []),
        ({"spent_percent": D("21.99"), "spent_median": None}, []),
        ({"collected_percent": D("25.00")}, []),
        ({"collected_percent": D("24.99")}, ["revenue_below_peers"]),
        ({"collected_percent": D("24.99"), "months_ended": 2}, []),
        ({"collected_percent": None}, []),
        ({"collected": D("2199.99")}, []),
        ({"collected": D("2200.00")}, ["revenue_jump"]),
        ({"collected": D("2200.00"), "collected_last_year": None}, []),
        ({"collected": D("2200.00"), "collected_last_year": D(0)}, []),
    ],
)
def test_each_threshold_is_where_it_is_said_to_be(facts, codes):
    found = reasons(replace(ORDINARY, **facts))
    assert [one.code for one in found] == codes
    for one in found:
        assert one.message_th
        assert one.message_en
        assert one.gravity > 0


def test_what_cannot_be_comes_first_and_outweighs_all_others():
    found = reasons(
        replace(
            ORDINARY,
            months_ended=12,
            months_closed=0,
            collected_percent=D(1),
            collected=D(9999),
            spent_percent=D(1),
            deposits=D(-1),
        )
    )
    assert [one.code for one in found] == [
        *("deposits_below_nothing", "no_month_closed", "revenue_below_peers", "revenue_jump"),
        "spending_below_peers",
    ]
    assert gravity_of(found) > IMPOSSIBLE > gravity_of(found[1:])


def test_reasons_name_their_figures_in_both_languages():
    (one,) = reasons(replace(ORDINARY, disbursed=D("1234567.50")))
    for message in (one.message_th, one.message_en):
        assert "1,234,567.50" in message
        assert "1,000.00" in message


@pytest.mark.parametrize(("ended", "closed", "lag"), [(0, 0, 0), (6, 2, 4), (2, 5, 0)])
def test_only_months_that_ended_are_late(ended, closed, lag):
    assert closing_lag(months_ended=ended, months_closed=closed) == lag
