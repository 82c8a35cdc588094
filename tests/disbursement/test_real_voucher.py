"""The real ฎีกา of fiscal year 2569, to the satang, through the API."""

import pytest


@pytest.fixture(scope="module")
def told(new_office):
    """Take the printed voucher from its request to the remittance of its tax."""
    office = new_office()
    with office.as_owner(office.body) as owner:  # what the office had taken in by then
        owner.execute(
            "INSERT INTO document_series (series, fiscal_year, last_no)"
            " VALUES ('DIKA', 2569, 565), ('DIKA 03-00111-5340500', 2569, 9)"
        )
    line = office.line("12740.00", fiscal_year="2569")
    made = office.voucher(fiscal_year=2569, budget_line=line, made_on="2026-04-29")
    requested = office.done(f"vouchers/{made['id']}/request", {"on": "2026-04-29"}, "UNIT_HEAD")
    received = office.done(f"vouchers/{made['id']}/receive", {"on": "2026-05-05"}, "FIN_OFFICER")
    columns = {"received": office.columns(line)}
    for action, role in (("examine", "FIN_DIRECTOR"), ("endorse", "CLERK_LAO")):
        office.done(f"vouchers/{made['id']}/{action}", {"on": "2026-05-06"}, role)
    approved = office.done(f"vouchers/{made['id']}/approve", {"on": "2026-05-07"}, "EXECUTIVE")
    columns["approved"] = office.columns(line)
    report = office.paid(approved, on="2026-05-08", cheque_nos=["10012345"])
    paid = office.again(made)
    filed = office.done(
        "withholding-tax/returns", {"form": "PND53", "month": "2026-05"}, "FIN_OFFICER"
    )
    remitted = office.done(
        f"withholding-tax/returns/{filed['id']}/remit",
        {"paid_on": "2026-06-05", "bank_account": office.bank_account},
        "FIN_OFFICER",
    )
    return {
        "office": office,
        "made": made,
        "requested": requested,
        "received": received,
        "approved": approved,
        "report": report,
        "paid": paid,
        "columns": columns,
        "filed": filed,
        "remitted": remitted,
    }


def test_its_numbers(told):
    assert told["made"]["requester_no"] == "69-03-00111-5340500-00010"
    assert told["made"]["state"] == "draft"
    assert told["requested"]["treasury_no"] is None
    assert told["received"]["treasury_no"] == "00566/69"
    assert told["received"]["received_on"] == "2026-05-05"


def test_its_amounts(told):
    assert told["made"]["gross"] == "3210.00"
    assert told["made"]["net"] == "3180.00"


def test_what_was_left_of_the_money(told):
    assert told["received"]["funds"] == [
        {"fund_source": "BUDGET", "brought_forward": "12740.00", "carried_forward": "9530.00"}
    ]
    assert told["columns"] == {
        "received": {
            "available": "9530.00",
            "reserved": "3210.00",
            "obligated": "0.00",
            "disbursed": "0.00",
        },
        "approved": {
            "available": "9530.00",
            "reserved": "0.00",
            "obligated": "0.00",
            "disbursed": "3210.00",
        },
    }


def test_its_entries(told):
    assert told["office"].entries(told["paid"]) == [
        (
            "EX02",
            "JV",
            [("5104020106.001", "3210.00", "0.00"), ("2101010102.001", "0.00", "3210.00")],
        ),
        (
            "EX07",
            "PV",
            [
                ("2101010102.001", "3210.00", "0.00"),
                ("1101030101.001", "0.00", "3180.00"),
                ("2102040106.001", "0.00", "30.00"),
            ],
        ),
    ]
    assert told["office"].entries(told["remitted"]) == [
        (
            "EX08",
            "PV",
            [("2102040106.001", "30.00", "0.00"), ("1101030101.001", "0.00", "30.00")],
        )
    ]


def test_its_six_boxes_each_with_its_date(told):
    boxes = told["paid"]["signatures"]
    assert [(one["box"], one["action"], one["signed_on"]) for one in boxes] == [
        (1, "request", "2026-04-29"),
        (2, "receive", "2026-05-05"),
        (3, "examine", "2026-05-06"),
        (4, "propose", "2026-05-06"),
        (5, "endorse", "2026-05-06"),
        (6, "approve", "2026-05-07"),
    ]
    assert all(one["officer_name_th"] and one["position_th"] for one in boxes)


def test_its_cheque_and_its_report(told):
    assert told["paid"]["state"] == "paid"
    assert told["paid"]["payment"]["report_number"] == told["report"]["number"] == "00001/69"
    assert told["paid"]["payment"]["cheque_no"] == "10012345"
    assert told["report"]["amount"] == "3180.00"


def test_its_certificate_and_its_return(told):
    office = told["office"]
    (certificate,) = office.get("withholding-tax/certificates").json()["items"]
    assert certificate["certificate_no"] == "00001/69"
    assert (certificate["base"], certificate["tax"]) == ("3000.00", "30.00")
    assert told["filed"]["due_on"] == "2026-06-07"
    assert told["remitted"]["state"] == "remitted"
    text = office.get(f"withholding-tax/returns/{told['filed']['id']}/file").content.decode()
    assert text.startswith("1|0107564000014|00000|บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)|")
    assert text.endswith("|08/05/2569|ค่าสินค้าหรือบริการ|1.00|3000.00|30.00|1\r\n")
