"""What is refused, at exactly the limit and one satang over, and what is undone."""

from concurrent.futures import ThreadPoolExecutor

import pytest

DAY = "2026-11-02"
ACCOUNT = "5104020106.001"


def test_a_request_holds_no_more_than_there_is(office):
    line = office.line("9530.00")
    said = {
        "requested_on": DAY,
        "budget_line": line,
        "amount": "9530.01",
        "description": "เกินหนึ่งสตางค์",
        "fund_source": "BUDGET",
    }
    made = office.done("purchase-requests", said, "UNIT_CLERK")
    answer = office.post(f"purchase-requests/{made['id']}/approve", {"on": DAY}, "EXECUTIVE")
    (refusal,) = answer.json()["refusals"]
    assert answer.status_code == 409
    assert refusal["code"] == "budget_not_enough"
    assert refusal["message_en"].endswith("available 9,530.00, asked 9,530.01, short 0.01")
    assert refusal["rule"]
    assert refusal["regulation"]
    assert office.columns(line)["available"] == "9530.00"
    office.request(line, "9530.00")
    assert office.columns(line)["available"] == "0.00"


def test_a_request_names_the_fund_source_of_its_line(office):
    said = {
        "requested_on": DAY,
        "budget_line": office.line(),
        "amount": "1.00",
        "description": "ผิดแหล่งเงิน",
        "fund_source": "ACCUM",
    }
    assert office.refused("purchase-requests", said, "UNIT_CLERK", 422) == ["other_fund_source"]


def test_a_cancelled_request_frees_what_it_held(office):
    line = office.line("100.00")
    approved = office.request(line, "100.00")
    path = f"purchase-requests/{approved['id']}/cancel"
    assert office.refused(path, {"on": DAY}, "SUPPLY", 422) == ["required"]
    office.done(path, {"on": DAY, "note": "ไม่ซื้อแล้ว"}, "SUPPLY")
    assert office.columns(line) == {
        "available": "100.00",
        "reserved": "0.00",
        "obligated": "0.00",
        "disbursed": "0.00",
    }


@pytest.mark.parametrize(
    ("changes", "status", "codes"),
    [
        ({"amount": "5000.01"}, 409, ["over_request"]),
        ({"signed_on": "2026-11-01"}, 409, ["before_request"]),
        ({"e_gp_no": "6803929850"}, 422, ["bad_e_gp_no"]),
        ({"vendor": "00000000-0000-7000-8000-000000000000"}, 422, ["unknown_vendor"]),
        (
            {"purchase_request": "00000000-0000-7000-8000-000000000000"},
            422,
            ["unknown_purchase_request"],
        ),
    ],
)
def test_a_contract_stands_on_its_request(office, changes, status, codes):
    said = {
        "purchase_request": office.request(office.line(), "5000.00")["id"],
        "vendor": office.vendor(),
        "amount": "5000.00",
        "signed_on": DAY,
        "e_gp_no": "68039298502",
    }
    assert office.refused("contracts", {**said, **changes}, "SUPPLY", status) == codes


def test_an_annex_makes_a_contract_smaller_and_never_below_what_was_accepted(office):
    line = office.line("5000.00")
    contract = office.contract(line, "5000.00")
    office.inspection(contract, "2000.00")
    path = f"contracts/{contract['number'].replace('/', '-')}/annexes"
    annex = {"signed_on": DAY, "note": "ลดเนื้องาน"}
    assert office.refused(path, {**annex, "amount": "1999.99"}, "SUPPLY") == ["below_accepted"]
    assert office.refused(path, {**annex, "amount": "5000.01"}, "SUPPLY") == ["over_contract"]
    amended = office.done(path, {**annex, "amount": "2500.00"}, "SUPPLY")
    assert (amended["amount"], amended["state"]) == ("2500.00", "amended")
    assert office.columns(line)["available"] == "2500.00"
    ended = office.done(f"contracts/{contract['id']}/terminate", {"note": "ทิ้งงาน"}, "EXECUTIVE")
    assert ended["state"] == "terminated"
    assert office.columns(line)["obligated"] == "2000.00"


def test_an_annex_that_leaves_nothing_to_deliver_completes_the_contract(office):
    line = office.line("5000.00")
    contract = office.contract(line, "5000.00")
    office.inspection(contract, "2000.00")
    annex = {"amount": "2000.00", "signed_on": DAY, "note": "ลดเนื้องาน"}
    ended = office.done(f"contracts/{contract['id']}/annexes", annex, "SUPPLY")
    assert (ended["amount"], ended["state"], ended["next"]) == ("2000.00", "completed", [])
    columns = office.columns(line)
    assert (columns["available"], columns["obligated"]) == ("3000.00", "2000.00")
    assert office.refused(f"contracts/{contract['id']}/annexes", annex, "SUPPLY") == ["wrong_step"]


def test_nothing_is_accepted_beyond_the_contract(office):
    contract = office.contract(office.line(), "5000.00")
    office.inspection(contract, "4999.99")
    said = {
        "contract": contract["id"],
        "accepted_on": DAY,
        "lines": [{"account": ACCOUNT, "amount": "0.02"}],
    }
    made = office.done("inspections", said, "INSPECTION")
    answer = office.post(f"inspections/{made['id']}/accept", {}, "INSPECTION").json()
    assert [one["code"] for one in answer["refusals"]] == ["over_contract"]
    assert "0.02 is 0.01 over the 0.01 left" in answer["refusals"][0]["message_en"]


def test_the_debt_of_an_inspection_is_paid_once(office):
    contract = office.contract(office.line(), "321.00")
    inspection = office.inspection(contract, "321.00")
    said = {
        "budget_line": contract["budget_line"],
        "gross": "321.00",
        "vat": "21.00",
        "deductions": [],
        "source": {"kind": "inspection", "id": inspection["id"]},
    }
    first = office.voucher(**said)
    again = {
        "fiscal_year": 2570,
        "unit": "03",
        "payee": office.vendor(),
        "description": "ซ้ำ",
        **said,
    }
    refused = office.refused("vouchers", again, "UNIT_CLERK")
    assert refused == ["paid_by_another_voucher"]
    less = {**again, "gross": "320.99"}
    assert "not_what_is_owed" in office.refused("vouchers", less, "UNIT_CLERK", 422)
    office.done(f"vouchers/{first['id']}/cancel", {"note": "ทำใหม่"}, "UNIT_CLERK")
    office.done("vouchers", again, "UNIT_CLERK")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"deductions": [{"kind": "wht", "amount": "30.01"}]}, ["withholding_tax_differs"]),
        ({"vat": "3210.01"}, ["vat_over_gross", "withholding_tax_differs"]),
        ({"unit": "99"}, ["unknown_unit"]),
        ({"fiscal_year": 2569}, ["other_fiscal_year"]),
        ({"payee": "00000000-0000-7000-8000-000000000000"}, ["unknown_payee"]),
        ({"source": {"kind": "inspection"}}, ["required", "unknown_source"]),
        ({"gross": "3210.001", "people": [{}], "nothing": 1}, None),
    ],
)
def test_a_voucher_is_refused_with_every_reason(office, changes, codes):
    said = {
        "fiscal_year": 2570,
        "unit": "03",
        "budget_line": office.line(),
        "payee": office.vendor(),
        "description": "ค่าโทรศัพท์",
        "gross": "3210.00",
        "vat": "210.00",
        "source": {"kind": "utility"},
        "deductions": [{"kind": "wht", "amount": "30.00"}],
    }
    found = office.refused("vouchers", {**said, **changes}, "UNIT_CLERK", 422)
    if codes is None:
        assert {"too_many_decimals", "unknown_field", "required"} <= set(found)
    else:
        assert found == codes


def test_a_voucher_without_an_obligation_is_refused_at_receive(office):
    line = office.line("3209.99")
    made = office.voucher(budget_line=line)
    office.done(f"vouchers/{made['id']}/request", {"on": DAY}, "UNIT_HEAD")
    refused = office.refused(f"vouchers/{made['id']}/receive", {"on": DAY}, "FIN_OFFICER")
    assert refused == ["budget_not_enough"]
    assert office.again(made)["treasury_no"] is None


def test_a_returned_voucher_frees_its_hold_and_keeps_its_numbers(office):
    line = office.line("3210.00")
    made = office.led_to(office.voucher(budget_line=line), "examine")
    back = office.done(f"vouchers/{made['id']}/return", {"note": "ขาดใบเสร็จ"}, "FIN_DIRECTOR")
    assert office.columns(line)["available"] == "3210.00"
    assert [one["signed_on"] for one in back["signatures"]] == [None] * 6
    again = office.led_to(back, "approve")
    assert again["treasury_no"] == made["treasury_no"]
    assert again["requester_no"] == made["requester_no"]
    assert office.columns(line)["disbursed"] == "3210.00"


def test_a_cancelled_voucher_restores_the_budget_and_reverses_its_debt(office):
    line = office.line("3210.00")
    made = office.led_to(office.voucher(budget_line=line), "approve")
    said = {"on": DAY, "note": "เบิกผิด"}
    cancelled = office.done(f"vouchers/{made['id']}/cancel", said, "EXECUTIVE")
    assert office.columns(line) == {
        "available": "3210.00",
        "reserved": "0.00",
        "obligated": "0.00",
        "disbursed": "0.00",
    }
    entries = office.entries(cancelled)
    assert [one[2] for one in entries] == [
        [(ACCOUNT, "3210.00", "0.00"), ("2101010102.001", "0.00", "3210.00")],
        [(ACCOUNT, "0.00", "3210.00"), ("2101010102.001", "3210.00", "0.00")],
    ]
    assert cancelled["treasury_no"] == made["treasury_no"], "a number stays used"


def test_a_voucher_stands_in_one_report_and_a_cheque_is_used_once(office):
    one, two = (
        office.led_to(office.voucher(budget_line=office.line()), "approve") for _ in range(2)
    )
    said = {"paid_on": DAY, "bank_account": office.bank_account, "cheque_nos": ["20000001"]}
    office.done("cheque-reports", {**said, "vouchers": [one["id"]]}, "FIN_OFFICER")
    refused = office.refused("cheque-reports", {**said, "vouchers": [one["id"]]}, "FIN_OFFICER")
    assert refused == ["in_another_report"]
    office.paid(two, cheque_nos=["20000002"])
    third = office.led_to(office.voucher(budget_line=office.line()), "approve")
    again = {**said, "vouchers": [third["id"]], "cheque_nos": ["20000002"]}
    assert office.refused("cheque-reports", again, "FIN_OFFICER") == ["cheque_used"]
    draft = office.voucher(budget_line=office.line())
    not_yet = {**said, "vouchers": [draft["id"]], "cheque_nos": ["20000003"]}
    assert office.refused("cheque-reports", not_yet, "FIN_OFFICER") == ["voucher_not_approved"]


def test_a_tax_is_returned_once(new_office):
    office = new_office()
    office.paid(office.led_to(office.voucher(budget_line=office.line()), "approve"))
    said = {"form": "PND53", "month": "2026-11"}
    first = office.done("withholding-tax/returns", said, "FIN_OFFICER")
    assert (first["amount"], first["due_on"]) == ("30.00", "2026-12-07")
    refused = office.refused("withholding-tax/returns", said, "FIN_OFFICER")
    assert refused == ["nothing_withheld"]
    office.done(f"withholding-tax/returns/{first['id']}/cancel", {"note": "ผิดเดือน"}, "ACCOUNTANT")
    second = office.done("withholding-tax/returns", said, "FIN_OFFICER")
    assert second["amount"] == "30.00"


def test_treasury_numbers_have_no_gap_and_no_double_when_many_come_at_once(new_office):
    office = new_office()
    line = office.line()
    made = [office.voucher(budget_line=line) for _ in range(12)]
    for one in made:
        office.done(f"vouchers/{one['id']}/request", {"on": DAY}, "UNIT_HEAD")

    def receive(one):
        from django.db import connections

        try:
            return office.done(f"vouchers/{one['id']}/receive", {"on": DAY}, "FIN_OFFICER")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        received = list(pool.map(receive, made))
    numbers = sorted(one["treasury_no"] for one in received)
    assert numbers == [f"{no:05d}/70" for no in range(1, 13)]
    assert sorted(one["requester_no"][-5:] for one in received) == [
        f"{no:05d}" for no in range(1, 13)
    ]


def test_a_voucher_is_named_by_either_of_its_numbers(office):
    made = office.led_to(office.voucher(budget_line=office.line()), "receive")
    path = f"vouchers/{made['treasury_no'].replace('/', '-')}"
    assert office.get(path).json()["id"] == made["id"]
    assert office.get(f"vouchers/{made['requester_no']}").json()["id"] == made["id"]
    assert office.done(f"{path}/examine", {"on": DAY}, "FIN_DIRECTOR")["state"] == "examined"
    returned = office.done(f"{path}/return", {"note": "แก้ชื่อ"}, "FIN_DIRECTOR")
    said = {
        name: returned[name]
        for name in ("fiscal_year", "unit", "budget_line", "payee", "gross", "vat", "source")
    }
    changed = office.api.put(
        f"{office.path}/{path}",
        {**said, "deductions": returned["deductions"], "description": "ค่าโทรศัพท์ ต.ค."},
        token=office.officers["UNIT_CLERK"].token,
        **{"If-Match": office.get(path)["ETag"]},
    )
    assert changed.json()["description"] == "ค่าโทรศัพท์ ต.ค.", changed.content.decode()
    assert office.get("vouchers/99999-70").status_code == 404
    answer = office.post("vouchers/99999-70/endorse", {}, "CLERK_LAO")
    assert answer.status_code == 404
