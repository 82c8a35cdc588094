"""What is no event of the journal: budget, estimates, documents, periods."""

from datetime import date
from decimal import Decimal

import pytest

from tests.budget.office import Office


@pytest.fixture
def office(body, api, consume) -> Office:
    consume(body)
    return Office(body, api)


def test_an_ordinance_in_force_is_an_estimate_and_a_budget(
    office, body, consume, figures, recompute
):
    office.in_force()
    consume(body)
    assert figures(body, "estimate") == {("2570", "411000"): (Decimal("600000.00"),)}
    nothing = [Decimal(0)] * 9
    assert figures(body, "budget") == {
        ("2570", "BUDGET", "00110", "530000"): (Decimal("12740.00"), *nothing),
        ("2570", "BUDGET", "00310", "540000"): (Decimal("500000.00"), *nothing),
    }
    (documents,) = figures(body, "documents").items()
    assert documents == (
        ("2570", "2026-10-01", "BORD"),
        (1, 0, 0, Decimal("512740.00")),
    )
    assert recompute(body).is_clean


def test_a_month_that_is_closed_and_opened_again(
    body, entering, officer, consume, figures, of_the_nation
):
    from accounting.closing import operations as closing
    from tenants.models import RollupBody, RollupClosing

    consume(body)
    october = ("2570", "2026-10-01")
    assert figures(body, "closing")[october] == (1, 0)
    nation = figures(("N", ""), "closing")[october]
    with entering(body):
        closing.close_period(starts_on=date(2026, 10, 1), officer=officer)
    consume(body)
    assert figures(body, "closing")[october] == (0, 1)
    assert figures(("N", ""), "closing")[october] == (nation[0] - 1, nation[1] + 1)
    mine = RollupClosing.objects.get(starts_on=date(2026, 10, 1), body_id=_id(body))
    assert mine.since is not None
    told = of_the_nation(month=date(2026, 10, 1))
    assert told["bodies_reported"] == nation[1] + 1
    folded = RollupBody.objects.filter(is_counted=True).count()
    assert told["bodies_total"] >= folded > 0
    with entering(body):
        closing.reopen_period(starts_on=date(2026, 10, 1), officer=officer, reason="แก้ไข")
    consume(body)
    assert figures(("N", ""), "closing")[october] == nation


def _id(body):
    from tenants.models import Body

    return Body.objects.get(code=body.code).id


def test_a_day_closed_to_cash_is_known(body, entering, consume):
    from accounting.closing import days
    from tenants.models import RollupBody

    consume(body)
    with entering(body):
        days.close(day=date(2026, 10, 5))
    consume(body)
    assert RollupBody.objects.get(body_id=_id(body)).last_closed_day == date(2026, 10, 5)


def test_a_draft_is_unfinished_until_it_is_cancelled(office, body, consume, figures, recompute):
    made = office.post("ACCOUNTANT", "general-vouchers", voucher())
    assert made.status_code == 201, made.content
    consume(body)
    key = ("2570", "2026-10-01", "JV")
    assert figures(body, "documents") == {key: (1, 1, 0, Decimal("100.00"))}
    assert recompute(body).is_clean


def voucher():
    return {
        "entry_date": "2026-10-05",
        "description": "ปรับปรุงรายการ",
        "lines": [
            {"account": "1101010101.001", "debit": "100.00"},
            {"account": "4401010104.001", "credit": "100.00"},
        ],
    }
