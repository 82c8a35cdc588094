"""Every posting rule of money in, through the API: rule, book, accounts, sides and amounts."""

import pytest

CASH, SAVINGS, CURRENT = "1101010101.001", "1101030102.001", "1101030101.001"
FEE = "4401030106.001"


@pytest.mark.parametrize(
    ("rule", "account"),
    [
        ("RV01", FEE),
        ("RV01", "4401010104.001"),
        ("RV06", "2103010103.002"),
        ("RV17", "2109010199.001"),
        ("RV17", "4401100103.001"),
        ("DP01", "2112010101.001"),
        ("DP01", "2112010199.001"),
        ("DP01", "2208010101.001"),
        ("DP04", "2111020199.999"),
    ],
)
def test_cash_is_booked_by_what_it_is_for(one_office, rule, account):
    receipt = one_office.receipt(lines=[{"revenue": account, "amount": "1234.50"}])
    assert one_office.lines(receipt) == [
        (rule, "RV", [(CASH, "Dr", "1234.50"), (account, "Cr", "1234.50")])
    ]
    assert receipt["total"] == "1234.50"
    assert receipt["journal_entry"] == receipt["journal_entries"][0]["number"]


@pytest.mark.parametrize(
    ("method", "account"), [("cheque", CASH), ("transfer", SAVINGS), ("qr", SAVINGS)]
)
def test_money_comes_where_its_method_brings_it(one_office, method, account):
    receipt = one_office.receipt(amount="55.00", method=method, reference="0012345")
    assert one_office.lines(receipt) == [
        ("RV01", "RV", [(account, "Dr", "55.00"), (FEE, "Cr", "55.00")])
    ]


def test_a_receipt_of_several_kinds_of_money_makes_an_entry_of_each_rule(one_office):
    receipt = one_office.receipt(
        lines=[
            {"revenue": FEE, "amount": "20.00"},
            {"revenue": "2112010101.001", "amount": "500.00", "memo": "สัญญา 1/2570"},
            {"revenue": "4401010104.001", "amount": "80.00"},
        ]
    )
    assert one_office.lines(receipt) == [
        ("DP01", "RV", [(CASH, "Dr", "500.00"), ("2112010101.001", "Cr", "500.00")]),
        (
            "RV01",
            "RV",
            [(CASH, "Dr", "100.00"), (FEE, "Cr", "20.00"), ("4401010104.001", "Cr", "80.00")],
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "rule", "account"),
    [
        ("allocated_tax", "RV03", "4402010102.001"),
        ("allocated_tax", "RV03", "4402010116.001"),
        ("general_grant", "RV03", "4403010101.001"),
        ("specific_grant", "RV08", "2103010102.001"),
        ("own_revenue", "RV01", FEE),
        ("unidentified", "RV12", "2116010199.001"),
        ("interest", "RV13", "4401070101.001"),
        ("donation", "RV17", "2109010199.001"),
        ("deposit", "DP04", "2111020199.001"),
        ("guarantee", "DP01", "2112010101.001"),
    ],
)
def test_money_in_the_bank_is_booked_by_its_kind(one_office, kind, rule, account):
    credit = one_office.credit(kind, "250000.00", account=account)
    assert one_office.lines(credit) == [
        (rule, "RV", [(SAVINGS, "Dr", "250000.00"), (account, "Cr", "250000.00")])
    ]
    has_receipt = kind not in {"unidentified", "interest"}
    assert bool(credit["number"]) == has_receipt, "a receipt is issued for whom it came from"


def test_an_agent_keeps_its_discount_and_the_tax_is_gross(one_office):
    credit = one_office.credit("agent_tax", "1000.00", account="4401010104.001", deducted="30.00")
    assert one_office.lines(credit) == [
        (
            "RV07",
            "RV",
            [
                (SAVINGS, "Dr", "970.00"),
                ("4401010198.001", "Dr", "30.00"),
                ("4401010104.001", "Cr", "1000.00"),
            ],
        )
    ]


@pytest.mark.parametrize(
    ("rule", "account", "revenue"),
    [
        ("RV04", "1102050194.004", "4401010104.001"),
        ("RV04", "1102050194.003", "4401010103.001"),
        ("RV10", "1102050193.001", "4403010104.001"),
        ("RV10", "1102050193.001", "4403010103.001"),
        ("RV14", "1102050102.001", "4401090101.001"),
        ("RV14", "1102050102.001", "4401060101.001"),
        ("RV14", "1102050102.001", FEE),
    ],
)
def test_a_receivable_is_revenue_before_it_is_money(one_office, rule, account, revenue):
    receivable = one_office.receivable("700.00", account=account, revenue=revenue)
    assert one_office.lines(receivable) == [
        (rule, "JV", [(account, "Dr", "700.00"), (revenue, "Cr", "700.00")])
    ]
    assert receivable["open_item"]["open"] == "700.00"


def test_a_promised_grant_is_no_other_revenue_and_is_settled_when_it_comes(one_office):
    said = {
        "recorded_on": "2026-10-05",
        "due_on": "2026-10-01",
        "debtor": "สถ.",
        "account": "1102050193.001",
        "revenue": "4401090101.001",
        "amount": "5.00",
        "purpose": "เงินอุดหนุนเฉพาะกิจ",
    }
    refused = one_office.refused("COLLECTOR", "receivables", said, 422)
    assert refused == {"revenue_of_another_kind"}
    promised = one_office.receivable(
        "90000.00", account="1102050193.001", revenue="4403010104.001", debtor="สถ."
    )
    item = promised["open_item"]["id"]
    credit = one_office.credit("receivable", "90000.00", receivable=item)
    assert one_office.lines(credit) == [
        ("RV05", "RV", [(SAVINGS, "Dr", "90000.00"), ("1102050193.001", "Cr", "90000.00")])
    ]
    assert one_office.get(f"receivables/{promised['id']}")["open_item"]["open"] == "0.00"


def test_a_receivable_is_paid_in_parts_with_a_surcharge(one_office):
    receivable = one_office.receivable("1000.00")
    item = receivable["open_item"]["id"]
    receipt = one_office.receipt(
        lines=[
            {"receivable": item, "amount": "400.00"},
            {"receivable": item, "revenue": "4401040199.001", "amount": "12.00"},
        ]
    )
    assert one_office.lines(receipt) == [
        (
            "RV05",
            "RV",
            [
                (CASH, "Dr", "412.00"),
                ("1102050194.004", "Cr", "400.00"),
                ("4401040199.001", "Cr", "12.00"),
            ],
        )
    ]
    credit = one_office.credit("receivable", "600.00", receivable=item)
    assert one_office.lines(credit) == [
        ("RV05", "RV", [(SAVINGS, "Dr", "600.00"), ("1102050194.004", "Cr", "600.00")])
    ]
    shown = one_office.get(f"receivables/{receivable['id']}")["open_item"]
    assert (shown["settled"], shown["open"]) == ("1000.00", "0.00")
    assert [m["amount"] for m in shown["movements"]] == ["400.00", "600.00"]


def test_money_of_unknown_origin_is_cleared_by_what_it_was_without_coming_again(one_office):
    unknown = one_office.credit("unidentified", "900.00", payer=None)
    (deposit,) = unknown["deposits"]
    cleared = one_office.credit("allocated_tax", "600.00", account="4402010102.001", clears=deposit)
    assert one_office.lines(cleared) == [
        ("RV03", "JV", [("2116010199.001", "Dr", "600.00"), ("4402010102.001", "Cr", "600.00")])
    ]
    assert cleared["number"].startswith("RCPT-"), "now it is known whom the receipt is for"
    assert one_office.get(f"deposits/{deposit}")["open"] == "300.00"
    said = {
        "credited_on": "2026-10-05",
        "kind": "general_grant",
        "payer": "สถ.",
        "clears": deposit,
        "lines": [{"account": "4403010101.001", "amount": "300.01"}],
    }
    assert one_office.refused("FIN_OFFICER", "bank-credits", said) == {"deposit_not_enough"}


def test_cash_is_banked(one_office):
    one_office.receipt(amount="70.00")
    banked = one_office.done(
        "FIN_OFFICER", "bankings", {"banked_on": "2026-10-05", "amount": "70.00", "slip_no": "7"}
    )
    assert one_office.lines(banked) == [
        ("RV02", "JV", [(SAVINGS, "Dr", "70.00"), (CASH, "Cr", "70.00")])
    ]


def test_a_guarantee_is_forfeited_in_part_and_never_for_more_than_there_is(one_office):
    receipt = one_office.receipt(lines=[{"revenue": "2112010101.001", "amount": "5000.00"}])
    said = {
        "forfeited_on": "2026-10-05",
        "deposit": receipt["lines"][0]["deposit"],
        "amount": "3000.00",
        "reason": "ผู้รับจ้างทิ้งงาน",
    }
    drafted = one_office.done("SUPPLY", "forfeitures", said)
    forfeited = one_office.done("EXECUTIVE", f"forfeitures/{drafted['id']}/approve")
    assert one_office.lines(forfeited) == [
        ("DP03", "JV", [("2112010101.001", "Dr", "3000.00"), ("4401040110.001", "Cr", "3000.00")])
    ]
    more = {**said, "amount": "2000.01"}
    assert one_office.refused("SUPPLY", "forfeitures", more) == {"deposit_not_enough"}
    no_guarantee = one_office.receipt(lines=[{"revenue": "2111020199.999", "amount": "10.00"}])
    other = {**said, "deposit": no_guarantee["lines"][0]["deposit"], "amount": "10.00"}
    assert one_office.refused("SUPPLY", "forfeitures", other, 422) == {"no_guarantee"}


@pytest.mark.parametrize(
    ("counted", "entry"),
    [
        ("90.00", [("1201050119.001", "Dr", "10.00"), (CASH, "Cr", "10.00")]),
        ("115.50", [(CASH, "Dr", "15.50"), ("2116010199.002", "Cr", "15.50")]),
    ],
)
def test_what_is_short_or_over_is_recorded_by_another_than_who_counted(office, counted, entry):
    office.receipt(amount="100.00")
    report = office.reported(counted)
    settled = office.done(
        "FIN_DIRECTOR", f"daily-reports/{report['id']}/settle", {"note": "นับแล้วสองครั้ง"}
    )
    assert office.lines(settled) == [("BK01", "JV", entry)]
    assert settled["figures"]["cash"]["carried_forward"] == counted
    assert office.refused(
        "FIN_DIRECTOR", f"daily-reports/{report['id']}/settle", {"note": "อีกครั้ง"}
    ) == {"no_difference"}
