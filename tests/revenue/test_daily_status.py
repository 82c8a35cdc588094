"""The daily report: cash book = vault = report, three signatures, and a day that stays closed."""

DAY, NEXT = "2026-10-05", "2026-10-06"


def test_the_figures_are_what_the_books_say(office):
    office.receipt(amount="500.00", received_on=DAY)
    office.receipt(amount="300.00", received_on=NEXT)
    office.done("FIN_OFFICER", "bankings", {"banked_on": NEXT, "amount": "450.00"})
    office.credit("interest", "7.00", credited_on=NEXT)
    status = office.get(f"reports/daily-status?date={NEXT}")
    assert status["cash"] == {
        "brought_forward": "500.00",
        "received": "300.00",
        "banked": "450.00",
        "paid": "0.00",
        "carried_forward": "350.00",
    }
    assert status["banks"] == [
        {
            "account": "1101030102.001",
            "name_th": "เงินฝากออมทรัพย์ที่สถาบันการเงิน",
            "brought_forward": "0.00",
            "deposited": "457.00",
            "paid": "0.00",
            "carried_forward": "457.00",
        }
    ]
    assert status["cheques_not_collected"] == {"count": 0, "amount": "0.00"}
    assert status["report"] is None
    before = office.get("reports/daily-status?date=2026-11-30")
    assert before["cash"]["brought_forward"] == "350.00", "months before come from the balances"


def test_cash_is_not_banked_twice(office):
    office.receipt(amount="10.00")
    said = {"banked_on": DAY, "amount": "10.01"}
    answer = office.post("FIN_OFFICER", "bankings", said)
    (refusal,) = answer.json()["refusals"]
    assert (refusal["code"], "0.01" in refusal["message_th"]) == ("not_enough_cash", True)
    office.done("FIN_OFFICER", "bankings", {"banked_on": DAY, "amount": "10.00"})
    assert office.refused("FIN_OFFICER", "bankings", {"banked_on": DAY, "amount": "0.01"}) == {
        "not_enough_cash"
    }


def test_a_day_closes_when_book_vault_and_report_are_one_figure_signed_by_three(office):
    summary = office.summarised("100.00")
    report = office.reported("99.99")
    path = f"daily-reports/{report['id']}"
    assert office.refused("CASH_COMMITTEE#1", f"{path}/sign") == {"vault_differs"}
    office.done("FIN_OFFICER", f"{path}/recount", {"counted": "100.00"})
    for number in (1, 2):
        assert office.done(f"CASH_COMMITTEE#{number}", f"{path}/sign")["state"] == "draft"
    assert office.refused("CASH_COMMITTEE#2", f"{path}/sign") == {"signed_already"}
    assert office.refused("FIN_OFFICER", f"{path}/close") == {"wrong_step"}
    assert office.done("CASH_COMMITTEE#3", f"{path}/sign")["state"] == "signed"
    assert office.refused("FIN_OFFICER", f"{path}/close") == {"unfinished_document"}
    office.done("FIN_DIRECTOR", f"remittance-summaries/{summary['id']}/check")
    assert office.done("FIN_OFFICER", f"{path}/close")["state"] == "closed"


def test_what_changed_after_the_signatures_is_counted_and_signed_again(office):
    report = office.signed("0.00")
    office.credit("interest", "1.00")
    office.receipt(amount="1.00", method="transfer")
    slip = office.done("COLLECTOR", "remittances", {"collected_on": DAY})
    office.done("FIN_OFFICER", f"remittances/{slip['id']}/receive", {"counted": "0.00"})
    summary = office.done("FIN_OFFICER", "remittance-summaries", {"collected_on": DAY})
    office.done("FIN_DIRECTOR", f"remittance-summaries/{summary['id']}/check")
    path = f"daily-reports/{report['id']}"
    assert office.refused("FIN_OFFICER", f"{path}/close") == {"report_out_of_date"}
    office.done("FIN_OFFICER", f"{path}/recount", {"counted": "0.00"})
    assert office.refused("FIN_OFFICER", f"{path}/close") == {"wrong_step"}
    for number in (1, 2, 3):
        office.done(f"CASH_COMMITTEE#{number}", f"{path}/sign")
    closed = office.done("FIN_OFFICER", f"{path}/close")
    assert closed["figures"]["banks"][0]["carried_forward"] == "2.00"


def test_nothing_dated_on_a_closed_day_enters_cash_until_it_is_opened_again(
    office, entry, as_owner
):
    report = office.signed("0.00")
    path = f"daily-reports/{report['id']}"
    office.done("FIN_OFFICER", f"{path}/close")
    assert office.refused("COLLECTOR", "receipts", office.said()) == {"day_closed"}
    by_voucher = entry(entry_date=DAY)
    assert office.refused("ACCOUNTANT", "journal-entries", by_voucher) == {"day_closed"}
    office.receipt(received_on=NEXT)
    no_cash = {
        "entry_date": DAY,
        "description": "ปรับปรุง",
        "lines": [
            {"account": "5104010112.001", "debit": "1.00"},
            {"account": "2101010102.001", "credit": "1.00"},
        ],
    }
    office.done("ACCOUNTANT", "journal-entries", no_cash)
    office.done("FIN_DIRECTOR", f"{path}/reopen", {"note": "พบใบเสร็จตกหล่น"})
    office.receipt()
    with as_owner(office.body) as owner:
        told = owner.execute(
            "SELECT action, subject, reason FROM audit_event ORDER BY at"
        ).fetchall()
    assert told == [("day_closed", DAY, None), ("day_reopened", DAY, "พบใบเสร็จตกหล่น")]


def test_a_day_has_one_report_and_months_show_no_days(office):
    office.done("FIN_OFFICER", f"daily-reports/{office.signed('0.00')['id']}/close")
    again = {"date": DAY, "counted": "0.00"}
    assert office.refused("FIN_OFFICER", "daily-reports", again) == {"reported_already"}
    periods = office.get("periods?fiscal_year=2570")
    listed = periods["items"] if isinstance(periods, dict) else periods
    assert len(listed) == 12


def test_the_books_of_original_entry(office):
    receipt = office.receipt(amount="40.00")
    office.receivable("9.00")
    banked = office.done("FIN_OFFICER", "bankings", {"banked_on": DAY, "amount": "40.00"})
    (entry,) = office.get("books/cash-receipts?fiscal_year=2570")["items"]
    assert entry["number"] == receipt["journal_entry"] == "RV-00001/70"
    assert (entry["cash"], entry["bank"], entry["rule"]) == ("40.00", "0.00", "RV01")
    assert entry["reference"] == receipt["number"]
    assert entry["document_id"] == receipt["id"]
    general = office.get("books/general?fiscal_year=2570&limit=1")
    assert [one["rule"] for one in general["items"]] == ["RV04"]
    rest = office.get(f"books/general?fiscal_year=2570&cursor={general['next']}")
    assert [(one["rule"], one["cash"], one["bank"]) for one in rest["items"]] == [
        ("RV02", "-40.00", "40.00")
    ]
    assert rest["items"][0]["document_id"] == banked["id"]
    assert rest["next"] is None
    assert office.get("books/cash-payments?fiscal_year=2570")["items"] == []


def test_a_day_does_not_close_while_the_bank_has_money_that_the_book_has_not(office):
    said = {"credited_on": DAY, "kind": "interest", "lines": [{"amount": "3.00"}]}
    drafts = [office.done("FIN_OFFICER", "bank-credits", said)["id"] for _ in "ab"]
    report = office.signed("0.00")
    path = f"daily-reports/{report['id']}"
    answer = office.post("FIN_OFFICER", f"{path}/close")
    assert answer.status_code == 409
    told = answer.json()["refusals"]
    assert [one["code"] for one in told] == ["unfinished_document"] * 2, "each is named"
    assert all("ดอกเบี้ย" in one["message_th"] for one in told)
    for draft in drafts:
        office.done("FIN_OFFICER", f"bank-credits/{draft}/cancel", {"note": "เขียนผิด"})
    assert office.done("FIN_OFFICER", f"{path}/close")["state"] == "closed"
