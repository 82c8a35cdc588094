"""Cash and debts: what every month before left, of areas and their parts."""

from decimal import Decimal

import pytest

CASH, RECEIVABLE = "1101010101.001", "1102010102.001"
DEPOSIT, PAYABLE, LOAN = "2111020199.001", "2102040199.001", "2206010202.001"
NAMES = ("cash", "receivables", "held", "borrowed", "owed", "liabilities")


@pytest.fixture(scope="module")
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture
def position(api, place, officer_of):
    """Return what an officer is told, of the year or to the end of a month."""
    tokens = {role: officer_of(place, role).token for role in ("DLA", "PROVINCE", "DISTRICT")}

    def ask(role="DLA", **asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        answer = api.get(f"central/position?fiscal_year=2570&{query}", token=tokens[role])
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


@pytest.fixture
def owed(place, entering, officer):
    """Enter what makes the place hold, owe and borrow; in October and in November."""
    from accounting.journal.drafts import read_entry
    from accounting.journal.operations import post_entry

    def enter(day, *sides):
        lines = [
            {"account": account, side: amount}
            for debit, credit, amount in sides
            for account, side in ((debit, "debit"), (credit, "credit"))
        ]
        raw = {"entry_date": day, "description": "ยอดของเดือน", "lines": lines}
        with entering(place):
            post_entry(draft=read_entry(raw), officer=officer)

    return enter


def amounts(of):
    return {name: Decimal(of["figures"]["position"][name]) for name in NAMES}


def moved(after, before):
    return {name: after[name] - before[name] for name in NAMES}


def test_balances_are_of_all_months_to_the_one_asked_for(place, position, owed, consume):
    consume(place)
    month = {"month": "2026-10"}
    told = position()
    before, october = amounts(told), amounts(position(**month))
    step_before = november(told)
    owed("2026-10-05", (CASH, DEPOSIT, "500.25"), (CASH, LOAN, "1000.00"), (RECEIVABLE, CASH, "50"))
    owed("2026-11-05", (DEPOSIT, CASH, "100.25"), (CASH, PAYABLE, "7"))
    consume(place)
    assert moved(amounts(position(**month)), october) == {
        "cash": Decimal("1450.25"),
        "receivables": 50,
        "held": Decimal("500.25"),
        "borrowed": 1000,
        "owed": 0,
        "liabilities": Decimal("1500.25"),
    }
    now = position()
    assert moved(amounts(now), before) == {
        "cash": 1357,
        "receivables": 50,
        "held": 400,
        "borrowed": 1000,
        "owed": 7,
        "liabilities": 1407,
    }
    ends = {one["month"]: one for one in now["months"]}
    assert len(ends) == 12
    assert [one["month"] for one in position(**month)["months"]] == ["2026-10-01"]
    assert november(now) - step_before == Decimal(1357) - Decimal("1450.25")
    assert ends["2027-09-01"]["cash"] == now["figures"]["position"]["cash"]


def november(told):
    """Return by how much the cash of an area grew in November."""
    ends = {one["month"]: Decimal(one["cash"]) for one in told["months"]}
    return ends["2026-11-01"] - ends["2026-10-01"]


def test_parts_and_groups_make_the_whole(place, position, owed, consume):
    owed("2026-10-06", (CASH, DEPOSIT, "0.01"), (CASH, LOAN, "3"), (RECEIVABLE, PAYABLE, "11"))
    consume(place)
    for role in ("DLA", "PROVINCE"):
        told = position(role)
        for name, whole in amounts(told).items():
            parts = [Decimal(one["figures"]["position"][name]) for one in told["parts"]]
            assert sum(parts) == whole, (role, name)
    told = position("DISTRICT")
    balances = {one["account_group"]: Decimal(one["balance"]) for one in told["groups"]}
    whole = amounts(told)
    assert (
        sum(amount for group, amount in balances.items() if group[0] == "2")
        == (whole["liabilities"])
    )
    assert balances["1101"] == whole["cash"]
    assert whole["liabilities"] == whole["held"] + whole["borrowed"] + whole["owed"]
    nation = position()["figures"]["position"]
    assert nation["bodies_total"] > told["figures"]["position"]["bodies_total"] > 0
