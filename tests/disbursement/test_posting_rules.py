"""Posting rules of the disbursement side, through the API: accounts, sides, amounts, budget."""

import pytest
from django.test import override_settings

PAYABLE, STATE_PAYABLE = "2101010102.001", "2101010101.001"
BANK = "1101030101.001"
EXPENSE = "5104020106.001"


def debit(account: str, amount: str) -> tuple[str, str, str]:
    return account, amount, "0.00"


def credit(account: str, amount: str) -> tuple[str, str, str]:
    return account, "0.00", amount


def columns(available: str, reserved: str, obligated: str, disbursed: str) -> dict[str, str]:
    return {
        "available": available,
        "reserved": reserved,
        "obligated": obligated,
        "disbursed": disbursed,
    }


def paid_inspection(office, contract, amount: str, **voucher: object) -> dict:
    """Accept what a contract delivered, and pay it by a voucher and a cheque."""
    inspection = office.inspection(contract, amount)
    made = office.voucher(
        budget_line=contract["budget_line"],
        payee=contract["vendor"],
        gross=amount,
        source={"kind": "inspection", "id": inspection["id"]},
        **voucher,
    )
    approved = office.led_to(made, "approve")
    office.paid(approved)
    return office.again(made)


def test_ex01_and_ex02_a_contract_obligates_and_its_inspection_sets_up_the_debt(office):
    line = office.line("10000.00")
    contract = office.contract(line, "3210.00", requested="4000.00")
    assert contract["number"].startswith("CT-")
    assert contract["journal_entries"] == []
    assert office.columns(line) == columns("6790.00", "0.00", "3210.00", "0.00")
    inspection = office.inspection(contract, "3210.00", vat="210.00")
    assert office.entries(inspection) == [
        ("EX02", "JV", [debit(EXPENSE, "3210.00"), credit(PAYABLE, "3210.00")])
    ]
    assert office.columns(line) == columns("6790.00", "0.00", "3210.00", "0.00")
    assert office.get(f"contracts/{contract['id']}").json()["state"] == "completed"


def test_ex02_owes_a_government_seller_in_an_account_of_its_own(office):
    seller = office.vendor(sector="government", name="การไฟฟ้าส่วนภูมิภาค")
    contract = office.contract(office.line(), "5000.00", vendor=seller)
    inspection = office.inspection(contract, "5000.00")
    assert office.entries(inspection) == [
        ("EX02", "JV", [debit(EXPENSE, "5000.00"), credit(STATE_PAYABLE, "5000.00")])
    ]


def test_ex03_and_ex04_equipment_in_parts(office):
    held, asset = "1206010102.001", "1206010101.001"
    contract = office.contract(office.line(), "30000.00")
    first = office.inspection(contract, "10000.00", account=held)
    second = office.inspection(contract, "12000.00", account=held)
    last = office.inspection(contract, "8000.00", account=held, asset=asset)
    assert office.entries(first) == [
        ("EX03", "JV", [debit(held, "10000.00"), credit(PAYABLE, "10000.00")])
    ]
    assert office.entries(second)[0][0] == "EX03"
    assert office.entries(last) == [
        (
            "EX04",
            "JV",
            [debit(asset, "30000.00"), credit(held, "22000.00"), credit(PAYABLE, "8000.00")],
        )
    ]


def test_ex05_and_ex06_works_by_instalments(office):
    works, road = "1211010101.001", "1208010101.001"
    contract = office.contract(office.line(), "500000.00")
    first = office.inspection(contract, "300000.00", account=works)
    last = office.inspection(contract, "200000.00", account=works, asset=road)
    assert office.entries(first) == [
        ("EX05", "JV", [debit(works, "300000.00"), credit(PAYABLE, "300000.00")])
    ]
    assert office.entries(last) == [
        ("EX05", "JV", [debit(works, "200000.00"), credit(PAYABLE, "200000.00")]),
        ("EX06", "JV", [debit(road, "500000.00"), credit(works, "500000.00")]),
    ]


def test_ex18_spends_the_accumulated_fund_as_any_other_money(office):
    line = office.line(fund_source="ACCUM")
    contract = office.contract(line, "7000.00", fund_source="ACCUM")
    inspection = office.inspection(contract, "7000.00")
    assert office.entries(inspection) == [
        ("EX18", "JV", [debit(EXPENSE, "7000.00"), credit(PAYABLE, "7000.00")])
    ]


def test_rv09_recognises_the_grant_with_the_expense(office):
    line = office.line(fund_source="GRANT_SPEC")
    contract = office.contract(line, "7000.00", fund_source="GRANT_SPEC")
    inspection = office.inspection(contract, "7000.00")
    assert office.entries(inspection) == [
        ("EX02", "JV", [debit(EXPENSE, "7000.00"), credit(PAYABLE, "7000.00")]),
        ("RV09", "JV", [debit("2103010102.001", "7000.00"), credit("4403010104.001", "7000.00")]),
    ]


@pytest.mark.parametrize(
    ("account", "revenue"),
    [("2111020199.999", "4403010106.001"), ("2111020199.001", "4403010107.001")],
)
def test_dp05_spends_a_deposit_in_two_pairs(office, account, revenue):
    held = office.deposit(account, "7000.00")
    line = office.line(fund_source="DEPOSIT")
    contract = office.contract(line, "7000.00", fund_source="DEPOSIT")
    inspection = office.inspection(contract, "7000.00", deposit=held)
    assert office.entries(inspection) == [
        (
            "DP05",
            "JV",
            [
                debit(EXPENSE, "7000.00"),
                credit(PAYABLE, "7000.00"),
                debit(account, "7000.00"),
                credit(revenue, "7000.00"),
            ],
        )
    ]


def test_a_deposit_that_has_less_pays_nothing(office):
    held = office.deposit("2111020199.999", "6999.99")
    line = office.line(fund_source="DEPOSIT")
    contract = office.contract(line, "7000.00", fund_source="DEPOSIT")
    said = {
        "contract": contract["id"],
        "accepted_on": "2026-11-02",
        "lines": [{"account": EXPENSE, "amount": "7000.00"}],
        "deposit": held,
    }
    made = office.done("inspections", said, "INSPECTION")
    path = f"inspections/{made['id']}/accept"
    assert office.refused(path, {}, "INSPECTION") == ["deposit_not_enough"]


def test_ex07_pays_a_seller_with_every_deduction(office):
    line = office.line("200000.00")
    contract = office.contract(line, "100000.00")
    paid = paid_inspection(
        office,
        contract,
        "100000.00",
        vat="7000.00",
        deductions=[
            {"kind": "wht", "amount": "930.00"},
            {"kind": "fine", "amount": "500.00"},
            {"kind": "retention", "amount": "5000.00"},
            {"kind": "guarantee", "amount": "1000.00"},
        ],
    )
    assert office.entries(paid) == [
        (
            "EX07",
            "PV",
            [
                debit(PAYABLE, "100000.00"),
                credit(BANK, "92570.00"),
                credit("2102040106.001", "930.00"),
                credit("4401040110.001", "500.00"),
                credit("2112010102.001", "5000.00"),
                credit("2112010101.001", "1000.00"),
            ],
        )
    ]
    assert office.columns(line) == columns("100000.00", "0.00", "0.00", "100000.00")


def test_ex07_keeps_a_persons_tax_and_a_government_sellers_apart(office):
    person = office.vendor(legal_form="natural", name="นายสมชาย ใจดี")
    contract = office.contract(office.line(), "10000.00", vendor=person)
    paid = paid_inspection(
        office, contract, "10000.00", vat=None, deductions=[{"kind": "wht", "amount": "100.00"}]
    )
    assert credit("2102040103.001", "100.00") in office.entries(paid)[0][2]
    state = office.vendor(sector="government", name="การประปาส่วนภูมิภาค")
    contract = office.contract(office.line(), "5000.00", vendor=state)
    paid = paid_inspection(
        office, contract, "5000.00", vat=None, deductions=[{"kind": "wht", "amount": "50.00"}]
    )
    ((rule, _, lines),) = office.entries(paid)
    assert rule == "EX07"
    assert lines == [
        debit(STATE_PAYABLE, "5000.00"),
        credit(BANK, "4950.00"),
        credit("2102040105.001", "50.00"),
    ]


def test_ex12_advances_to_a_contractor_and_ex07_recovers_them(office):
    line = office.line("100000.00")
    contract = office.contract(line, "100000.00")
    advance = office.voucher(
        budget_line=line,
        gross="15000.00",
        vat=None,
        deductions=[],
        source={"kind": "advance", "id": contract["id"]},
    )
    office.paid(office.led_to(advance, "approve"))
    assert office.entries(office.again(advance)) == [
        ("EX12", "PV", [debit("1103020111.001", "15000.00"), credit(BANK, "15000.00")])
    ]
    assert office.columns(line) == columns("0.00", "0.00", "85000.00", "15000.00")
    paid = paid_inspection(
        office,
        contract,
        "100000.00",
        vat=None,
        deductions=[
            {"kind": "wht", "amount": "1000.00"},
            {"kind": "advance", "amount": "15000.00"},
        ],
    )
    assert office.entries(paid) == [
        (
            "EX07",
            "PV",
            [
                debit(PAYABLE, "100000.00"),
                credit(BANK, "84000.00"),
                credit("2102040106.001", "1000.00"),
                credit("1103020111.001", "15000.00"),
            ],
        )
    ]
    assert office.columns(line) == columns("0.00", "0.00", "0.00", "100000.00")


PEOPLE = [
    {
        "tax_id": "1100501234561",
        "title": "นาย",
        "first_name": "สมชาย",
        "last_name": "ใจดี",
        "base": "30000.00",
        "tax": "300.00",
    },
    {
        "tax_id": "3110100123457",
        "title": "นาง",
        "first_name": "สมศรี",
        "last_name": "มีสุข",
        "base": "20000.00",
        "tax": "0.00",
    },
]


def test_ex09_to_ex11_payroll_with_its_return(new_office):
    office = new_office()
    line = office.line("100000.00", expenditure_type="220100")
    made = office.voucher(
        budget_line=line,
        payee=None,
        gross="50000.00",
        vat=None,
        description="เงินเดือนพนักงาน",
        source={"kind": "payroll", "account": "5101010101.001"},
        deductions=[
            {"kind": "wht", "amount": "300.00"},
            {"kind": "social_security", "amount": "1500.00"},
            {"kind": "cooperative", "amount": "4000.00"},
            {"kind": "pension_fund", "amount": "900.00"},
            {"kind": "provident_fund", "amount": "600.00"},
        ],
        people=PEOPLE,
    )
    approved = office.led_to(made, "approve")
    staff = "2102040110.001"
    assert office.entries(approved) == [
        ("EX09", "JV", [debit("5101010101.001", "50000.00"), credit(staff, "50000.00")])
    ]
    office.paid(approved)
    assert office.entries(office.again(made))[1] == (
        "EX10",
        "PV",
        [
            debit(staff, "50000.00"),
            credit(BANK, "42700.00"),
            credit("2102040104.001", "300.00"),
            credit("2111020199.004", "1500.00"),
            credit("2111020199.005", "4000.00"),
            credit("2111020199.002", "900.00"),
            credit("2111020199.003", "600.00"),
        ],
    )
    assert office.columns(line) == columns("50000.00", "0.00", "0.00", "50000.00")
    filed = office.done(
        "withholding-tax/returns", {"form": "PND1", "month": "2026-11"}, "FIN_OFFICER"
    )
    text = office.get(f"withholding-tax/returns/{filed['id']}/file").content.decode()
    assert text.splitlines() == [
        "401N|1|1100501234561|นาย|สมชาย|ใจดี|02/11/2569|30000.00|300.00|1",
        "401N|2|3110100123457|นาง|สมศรี|มีสุข|02/11/2569|20000.00|0.00|1",
    ]
    assert office.get("withholding-tax/certificates").json()["items"] == []
    with office.as_owner(office.body) as owner:  # what was deducted is held for others by now
        (kept,) = owner.execute(
            "SELECT id FROM open_item WHERE account = '2111020199.005'"
        ).fetchone()
    over = office.voucher(
        budget_line=None,
        gross="4000.00",
        vat=None,
        deductions=[],
        source={"kind": "deposit", "id": str(kept)},
    )
    assert over["requester_no"].startswith("70-03-00000-5000000-")
    office.paid(office.led_to(over, "approve"))
    assert office.entries(office.again(over)) == [
        ("EX11", "PV", [debit("2111020199.005", "4000.00"), credit(BANK, "4000.00")])
    ]


def test_dp02_gives_a_guarantee_back_once(office):
    held = office.deposit("2112010101.001", "5000.00")
    back = {
        "budget_line": None,
        "gross": "5000.00",
        "vat": None,
        "deductions": [],
        "source": {"kind": "deposit", "id": held},
    }
    first, second = office.voucher(**back), office.voucher(**back)
    office.paid(office.led_to(first, "approve"))
    assert office.entries(office.again(first)) == [
        ("DP02", "PV", [debit("2112010101.001", "5000.00"), credit(BANK, "5000.00")])
    ]
    answer = office.post(f"vouchers/{second['id']}/request", {}, "UNIT_HEAD")
    assert [one["code"] for one in answer.json()["refusals"]] == ["over_source"]


@pytest.mark.parametrize(
    ("rule", "account"),
    [
        ("EX19", "5210010121.002"),
        ("EX20", "5210010121.999"),
        ("EX21", "1102010102.003"),
    ],
)
def test_ex19_to_ex21_money_between_the_body_and_its_units(office, rule, account):
    line = office.line(expenditure_type="110400")
    made = office.voucher(
        budget_line=line,
        gross="9000.00",
        vat=None,
        deductions=[],
        source={"kind": "subsidy", "account": account},
    )
    approved = office.led_to(made, "approve")
    assert approved["journal_entries"] == []
    office.paid(approved)
    assert office.entries(office.again(made)) == [
        (rule, "PV", [debit(account, "9000.00"), credit(BANK, "9000.00")])
    ]


def test_a_type_of_support_knows_its_account(office):
    made = office.voucher(
        budget_line=office.line(expenditure_type="110400"),
        vat=None,
        deductions=[],
        source={"kind": "subsidy"},
    )
    assert made["account"] == "5210010121.002"


def test_ex17_a_stale_cheque_owes_the_net_again_and_another_one_pays_it(office):
    line = office.line("10000.00")
    made = office.voucher(budget_line=line)
    office.paid(office.led_to(made, "approve"))
    cheque = office.again(made)["payment"]["cheque"].replace("/", "-")
    late = {"on": "2027-05-03"}
    assert office.refused(f"cheques/{cheque}/collect", late, "FIN_OFFICER") == ["stale_cheque"]
    cancelled = office.done(
        f"cheques/{cheque}/cancel", {"note": "เกินหกเดือน", "on": "2027-05-03"}, "FIN_DIRECTOR"
    )
    assert office.entries(cancelled) == [
        ("EX17", "JV", [debit(BANK, "3180.00"), credit(PAYABLE, "3180.00")])
    ]
    reopened = office.again(made)
    assert reopened["state"] == "approved"
    refused = office.refused(f"vouchers/{made['id']}/cancel", {"note": "x"}, "EXECUTIVE")
    assert refused == ["paid_before"]
    office.paid(reopened, on="2027-05-03")
    assert office.entries(office.again(made))[-1] == (
        "EX07",
        "PV",
        [debit(PAYABLE, "3180.00"), credit(BANK, "3180.00")],
    )
    certificates = office.get("withholding-tax/certificates?limit=1000").json()["items"]
    assert len([one for one in certificates if one["voucher"] == made["id"]]) == 1
    assert office.columns(line) == columns("6790.00", "0.00", "0.00", "3210.00")


def test_gf01_needs_the_account_that_no_published_chart_has(office):
    line = office.line(fund_source="STATE_DIRECT")
    made = office.voucher(budget_line=line, deductions=[])
    approved = office.led_to(made, "approve")
    said = {"paid_on": "2026-11-02", "vouchers": [made["requester_no"]], "method": "gfmis"}
    report = office.done("cheque-reports", said, "FIN_OFFICER")
    path = f"cheque-reports/{report['id']}"
    office.done(f"{path}/approve", {}, "EXECUTIVE")
    office.done(f"{path}/sign", {}, "CLERK_LAO")
    refused = office.refused(f"{path}/sign", {}, "EXECUTIVE")
    assert refused == ["account_not_configured"]
    accounts = {("GF01", 2): "4403010101.001"}
    with override_settings(POSTING_RULE_ACCOUNTS=accounts):
        office.done(f"{path}/sign", {}, "EXECUTIVE")
    assert office.entries(office.again(approved))[-1] == (
        "GF01",
        "JV",
        [debit(PAYABLE, "3210.00"), credit("4403010101.001", "3210.00")],
    )
