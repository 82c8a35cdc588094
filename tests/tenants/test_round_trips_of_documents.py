"""What each use case of the daily books costs the databases, counted on the wire."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounting.closing.operations import open_fiscal_year
from openlaas.demo import making
from openlaas.demo.amounts import scale_of
from openlaas.workdays import budget_side, opening
from openlaas.workdays.by_books import BooksHands
from openlaas.workdays.desks import officers_at, tokens_at
from openlaas.workdays.office import CURRENT, SAVINGS, Office

DAY = date(2026, 10, 1)
DAYS = [
    (DAY + timedelta(days=n)).isoformat() for n in range(7)
]  # each use case is warmed up six times
OTHER_YEARS = (2566, 2567, 2568, 2569, 2571, 2572, 2573)  # one ordinance each
_TAXED = "5000.00"

# Messages of each use case to the body's cell, COMMIT included. One more is a question that waits.
COSTS = {
    "receipts": 5,
    "remittances": 6,
    "remittances receive": 5,
    "remittance-summaries": 8,
    "remittance-summaries check": 7,
    "bank-credits": 4,
    "bank-credits check": 7,
    "bankings": 7,
    "daily-reports": 6,
    "daily-reports sign": 4,
    "daily-reports close": 7,
    "ordinances": 5,
    "ordinances propose": 3,
    "ordinances council-approve": 3,
    "ordinances agree": 3,
    "ordinances sign": 3,
    "ordinances put-in-force": 6,
    "budget-transfers": 6,
    "budget-transfers approve": 7,
    "purchase-requests": 4,
    "purchase-requests approve": 5,
    "contracts": 7,
    "inspections": 4,
    "inspections accept": 9,
    "vouchers": 9,
    "vouchers request": 6,
    "vouchers receive": 8,
    "vouchers examine": 3,
    "vouchers endorse": 3,
    "vouchers approve": 4,
    "cheque-reports": 8,
    "cheque-reports approve": 7,
    "cheque-reports first sign": 3,
    "cheque-reports pay": 13,
    "cheques collect": 3,
    "cheques clear": 3,
    "certificates": 1,
}


class Counter:
    """Does each use case seven times through the API, and counts the messages of the last."""

    def __init__(self, body: Any, api: Any, cost_of: Callable[..., tuple[int, int]]) -> None:
        self.body, self.api, self.cost_of = body, api, cost_of
        self.tokens = tokens_at(body, now=timezone.now())
        self.costs: dict[str, int] = {}

    def post(self, path: str, said: object, by: str) -> dict[str, Any]:
        answer = self.api.post(f"bodies/{self.body.code}/{path}", said, token=self.tokens[by])
        assert answer.status_code in {200, 201}, answer.content.decode()[:2000]
        return answer.json()

    def get(self, path: str, by: str = "FIN_OFFICER") -> list[dict[str, Any]]:
        answer = self.api.get(f"bodies/{self.body.code}/{path}", token=self.tokens[by])
        return answer.json()["items"]

    def make(self, path: str, by: str, sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Make seven documents; return them."""
        made, waiting = [], iter(sent)
        self.costs[path], _ = self.cost_of(lambda: made.append(self.post(path, next(waiting), by)))
        return made

    def take(
        self, path: str, ids: list[str], action: str, by: str, sent: list[object] | None = None,
        name: str = "",
    ) -> None:  # fmt: skip
        """Take the step of seven documents."""
        waiting, said = iter(ids), iter(sent or [{}] * len(ids))
        work = lambda: self.post(f"{path}/{next(waiting)}/{action}", next(said), by)  # noqa: E731
        self.costs[name or f"{path} {action}"], _ = self.cost_of(work)


@pytest.fixture
def office(unused_bodies_of_demo) -> Office:
    """A body with its registers, a budget in force, and money in the bank."""
    body = next(unused_bodies_of_demo)
    making.register_officers(codes=[body.code], now=timezone.now())
    hands = BooksHands(body, officers_at(body))
    rng = Random(1)
    office = Office(
        hands, kind=body.kind, scale=scale_of(kind=body.kind, count=1000, rng=rng), rng=rng
    )
    office.body = body
    with hands.day():
        for year in OTHER_YEARS:
            open_fiscal_year(year=year, opened_at=timezone.now())
        opening.open_office(office, DAY)
        budget_side.put_in_force(office, DAY)
    return office


def ids_of(made: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in made]


def count_money_in(office: Office, at: Counter) -> None:
    receipts = at.make(
        "receipts",
        "COLLECTOR",
        [
            {
                "received_on": day,
                "payer": "นายมานะ อดทน",
                "method": "cash",
                "lines": [{"revenue": "4401030106.001", "amount": "100.00"}],
            }
            for day in DAYS
        ],
    )
    assert len(receipts) == len(DAYS)
    of_days = [{"collected_on": day} for day in DAYS]
    slips = at.make("remittances", "COLLECTOR", of_days)
    counted = [{"counted": "100.00"}] * len(DAYS)
    at.take("remittances", ids_of(slips), "receive", "FIN_OFFICER", counted)
    summaries = at.make("remittance-summaries", "FIN_OFFICER", of_days)
    at.take("remittance-summaries", ids_of(summaries), "check", "FIN_DIRECTOR")
    advices = at.make(
        "bank-credits",
        "FIN_OFFICER",
        [
            {
                "credited_on": day,
                "kind": "allocated_tax",
                "payer": "กรม",
                "bank_account": office.banks[SAVINGS],
                "lines": [{"account": "4402010102.001", "amount": "1000.00"}],
            }
            for day in DAYS
        ],
    )
    at.take("bank-credits", ids_of(advices), "check", "ACCOUNTANT")
    at.make(
        "bankings",
        "FIN_OFFICER",
        [
            {"banked_on": day, "bank_account": office.banks[SAVINGS], "amount": "100.00"}
            for day in DAYS
        ],
    )
    reports = at.make(
        "daily-reports",
        "FIN_OFFICER",
        [{"date": day, "counted": f"{office.cash:.2f}"} for day in DAYS],
    )
    for member in ("CASH_COMMITTEE", "CASH_COMMITTEE-2", "CASH_COMMITTEE-3"):
        at.take("daily-reports", ids_of(reports), "sign", member)
    at.take("daily-reports", ids_of(reports), "close", "FIN_OFFICER")


def count_budget(office: Office, at: Counter) -> None:
    line = {
        "fund_source": "BUDGET",
        "plan": "00110",
        "task": "00111",
        "expenditure_type": "340500",
        "name": "ค่าบริการสื่อสาร",
        "amount": "1000.00",
    }
    ordinances = at.make(
        "ordinances",
        "BUDGET_OFFICER",
        [
            {
                "fiscal_year": year,
                "title": "งบประมาณรายจ่าย",
                "revenue_estimates": [{"account": "4401010104.001", "amount": "1000.00"}],
                "lines": [line],
            }
            for year in OTHER_YEARS
        ],
    )
    supervisor = "DISTRICT" if office.kind == "SAO" else "PROVINCE"
    for action, by in (
        *(("propose", "BUDGET_OFFICER"), ("council-approve", "COUNCIL"), ("agree", supervisor)),
        *(("sign", "EXECUTIVE"), ("put-in-force", "BUDGET_OFFICER")),
    ):
        at.take("ordinances", ids_of(ordinances), action, by)
    source, target = office.line(DAY, "320100"), office.line(DAY, "330100")
    transfers = at.make(
        "budget-transfers",
        "BUDGET_OFFICER",
        [
            {
                "fiscal_year": 2570,
                "from": source.id,
                "to": target.id,
                "amount": "10.00",
                "transferred_on": day,
                "reason": "ไม่พอจ่าย",
            }
            for day in DAYS
        ],
    )
    at.take("budget-transfers", ids_of(transfers), "approve", "EXECUTIVE")


def count_money_out(office: Office, at: Counter) -> None:
    on = DAYS[-1]
    seller = next(one for one in office.sellers if one.is_firm)
    line, dated = office.line(DAY, "330100"), [{"on": on}] * len(DAYS)
    asked = {
        "requested_on": on,
        "budget_line": line.id,
        "amount": _TAXED,
        "description": "วัสดุ",
        "fund_source": "BUDGET",
    }
    requests = ids_of(at.make("purchase-requests", "UNIT_CLERK", [asked] * len(DAYS)))
    at.take("purchase-requests", requests, "approve", "EXECUTIVE", dated)
    signed = {"vendor": seller.id, "amount": _TAXED, "signed_on": on}
    contracts = at.make(
        "contracts", "SUPPLY", [{**signed, "purchase_request": one} for one in requests]
    )
    delivered = [{"account": "5104010104.001", "amount": _TAXED}]
    inspections = at.make(
        "inspections",
        "SUPPLY",
        [{"contract": one, "accepted_on": on, "lines": delivered} for one in ids_of(contracts)],
    )
    at.take("inspections", ids_of(inspections), "accept", "INSPECTION")
    claim = {
        "fiscal_year": 2570,
        "unit": "01",
        "budget_line": line.id,
        "payee": seller.id,
        "description": "ค่าวัสดุ",
        "gross": _TAXED,
        "deductions": [{"kind": "wht", "amount": "50.00"}],
        "made_on": on,
    }
    vouchers = ids_of(
        at.make(
            "vouchers",
            "UNIT_CLERK",
            [{**claim, "source": {"kind": "inspection", "id": one}} for one in ids_of(inspections)],
        )
    )
    for action, by in (
        *(("request", "UNIT_HEAD"), ("receive", "FIN_OFFICER"), ("examine", "FIN_DIRECTOR")),
        *(("endorse", "CLERK_LAO"), ("approve", "EXECUTIVE")),
    ):
        at.take("vouchers", vouchers, action, by, dated)
    after = (DAY + timedelta(days=8)).isoformat()  # the days before are closed to the banks
    paid = {"paid_on": after, "bank_account": office.banks[CURRENT]}
    reports = ids_of(
        at.make("cheque-reports", "FIN_OFFICER", [{**paid, "vouchers": [one]} for one in vouchers])
    )
    at.take("cheque-reports", reports, "approve", "EXECUTIVE")
    at.take("cheque-reports", reports, "sign", "EXECUTIVE", name="cheque-reports first sign")
    at.take("cheque-reports", reports, "sign", "CLERK_LAO", name="cheque-reports pay")
    cheques = ids_of(at.get("cheques?state=signed"))
    at.take("cheques", cheques, "collect", "FIN_OFFICER", [{"on": after}] * len(DAYS))
    at.take("cheques", cheques, "clear", "ACCOUNTANT", [{"on": after}] * len(DAYS))
    path = "withholding-tax/certificates?limit=1"
    at.costs["certificates"], _ = at.cost_of(lambda: at.get(path))


def test_use_cases_of_the_daily_books_take_few_messages(office, api, cost_of_body):
    at = Counter(office.body, api, cost_of_body(office.body))
    count_money_in(office, at)
    count_budget(office, at)
    count_money_out(office, at)
    assert at.costs == COSTS
