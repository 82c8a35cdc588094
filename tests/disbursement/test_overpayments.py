"""เงินรอรับคืน (EX16): what was paid too much is set up and comes back; the line has it again."""

import pytest

BACK = "1103020110.001"
PHONE = "5104020106.001"
CASH = "1101010101.001"


@pytest.fixture(scope="module")
def paid(office):
    """A voucher of 3,210.00 that was paid, and its line."""

    def make(**changes):
        line = office.line("12740.00", **changes)
        voucher = office.led_to(office.voucher(budget_line=line), "approve")
        office.paid(voucher)
        return office.again(voucher), line

    return make


def said(paid, amount="210.00", **changes):
    return {
        "recorded_on": "2026-11-03",
        "due_on": "2026-11-30",
        "debtor": "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)",
        "account": BACK,
        "revenue": PHONE,
        "amount": amount,
        "purpose": "จ่ายค่าโทรศัพท์เกิน",
        "voucher": paid["requester_no"],
        **changes,
    }


def set_up(office, sent):
    made = office.done("receivables", sent, "FIN_OFFICER")
    return office.done(f"receivables/{made['id']}/record", {}, "ACCOUNTANT")


def receipt(office, shown, amount, **changes):
    item = shown["open_item"]["id"]
    sent = {
        "received_on": "2026-11-05",
        "payer": "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)",
        "method": "cash",
        "lines": [{"receivable": item, "amount": amount}],
        **changes,
    }
    return office.done("receipts", sent, "COLLECTOR")


def test_what_comes_back_in_the_same_year_is_available_again(office, paid):
    voucher, line = paid()
    assert office.columns(line)["available"] == "9530.00"
    shown = set_up(office, said(voucher))
    assert office.entries(shown) == [
        ("EX16", "JV", [(BACK, "210.00", "0.00"), (PHONE, "0.00", "210.00")])
    ]
    assert office.columns(line)["available"] == "9530.00", "not before it is here"
    first = receipt(office, shown, "200.00")
    assert office.entries(first) == [
        ("EX16", "RV", [(CASH, "200.00", "0.00"), (BACK, "0.00", "200.00")])
    ]
    told = office.columns(line)
    assert (told["available"], told["disbursed"]) == ("9730.00", "3010.00")
    receipt(office, shown, "10.00")
    assert office.columns(line)["available"] == "9740.00"
    assert office.get(f"receivables/{shown['id']}").json()["open_item"]["open"] == "0.00"


def test_a_receipt_that_is_undone_spends_it_again(office, paid):
    voucher, line = paid()
    shown = set_up(office, said(voucher))
    one = receipt(office, shown, "210.00")
    office.done(f"receipts/{one['id']}/reverse", {"note": "เขียนผิด"}, "FIN_DIRECTOR")
    assert office.columns(line)["available"] == "9530.00"
    assert office.get(f"receivables/{shown['id']}").json()["open_item"]["open"] == "210.00"


def test_a_receipt_is_not_undone_when_its_money_is_spent_again(office, paid):
    voucher, line = paid()
    one = receipt(office, set_up(office, said(voucher)), "210.00")
    office.request(line, "9740.00")
    undo = office.refused(f"receipts/{one['id']}/reverse", {"note": "เขียนผิด"}, "FIN_DIRECTOR")
    assert undo == ["budget_not_enough"]


def test_what_comes_back_in_a_later_year_is_no_budget_of_the_old_one(office, paid):
    voucher, line = paid()
    with office.as_owner(office.body) as owner:  # as if it had been paid the year before
        owner.execute("UPDATE document SET fiscal_year = 2569 WHERE id = %s", [voucher["id"]])
    shown = set_up(office, said(voucher))
    receipt(office, shown, "210.00")
    assert office.columns(line)["available"] == "9530.00"
    with office.as_owner(office.body) as owner:
        owner.execute("UPDATE document SET fiscal_year = 2570 WHERE id = %s", [voucher["id"]])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"voucher": "69-03-00111-5340500-09999"}, "unknown_voucher"),
        ({"voucher": None}, "unknown_voucher"),
        ({"amount": "3210.01"}, "over_payment_not_enough"),
        ({"revenue": "5104010112.001"}, "not_charged"),
        ({"recorded_on": "2026-11-01"}, "before_voucher"),
    ],
)
def test_what_was_not_paid_so_is_not_recovered(office, paid, changes, code):
    voucher, _ = paid()
    answer = office.post("receivables", said(voucher, **changes), "FIN_OFFICER")
    assert answer.status_code == 422, answer.content.decode()
    assert [one["code"] for one in answer.json()["refusals"]] == [code]


def test_no_more_is_recovered_than_was_paid_whoever_asks_second(office, paid):
    voucher, _ = paid()
    drafts = [office.done("receivables", said(voucher, "2000.00"), "FIN_OFFICER") for _ in "ab"]
    office.done(f"receivables/{drafts[0]['id']}/record", {}, "ACCOUNTANT")
    second = office.refused(f"receivables/{drafts[1]['id']}/record", {}, "ACCOUNTANT", 422)
    assert second == ["over_payment_not_enough"]


def test_an_unpaid_voucher_is_not_recovered_but_cancelled(office):
    voucher = office.led_to(office.voucher(budget_line=office.line()), "approve")
    assert office.refused("receivables", said(voucher), "FIN_OFFICER", 422) == ["unknown_voucher"]


def test_the_books_of_all_this_are_whole(office):
    from accounting.journal.verification import verify_books
    from tenants.transactions import tenant_transaction

    with tenant_transaction(office.body, read_only=True):
        assert verify_books().findings == ()
