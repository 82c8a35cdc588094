"""Receipts: numbered without a gap, hand-written ones once each, cancelled, reversed."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connections

FEE = "4401030106.001"
CASH = "1101010101.001"


def test_numbers_have_no_gap_whatever_is_refused_or_cancelled(office):
    first = office.receipt(received_on=office.today)
    refused = office.said(lines=[{"revenue": "5104010112.001", "amount": "1.00"}])
    assert office.refused("COLLECTOR", "receipts", refused, 422) == {"no_receipt_for_account"}
    closed = office.said(received_on="2020-01-01")
    assert office.refused("COLLECTOR", "receipts", closed) == {"period_missing"}
    office.done("FIN_DIRECTOR", f"receipts/{first['id']}/cancel", {"note": "ผู้ชำระเปลี่ยนใจ"})
    second = office.receipt()
    assert [first["number"], second["number"]] == ["RCPT-00001/70", "RCPT-00002/70"]
    shown = office.get("receipts/RCPT-00001-70")
    assert (shown["state"], shown["number"]) == ("cancelled", "RCPT-00001/70")


def test_a_bank_credit_takes_its_receipt_from_the_same_series(office):
    numbers = [
        office.receipt()["number"],
        office.credit("general_grant", "5.00", account="4403010101.001")["number"],
        office.receipt()["number"],
    ]
    assert numbers == ["RCPT-00001/70", "RCPT-00002/70", "RCPT-00003/70"]


def test_a_cancelled_receipt_leaves_nothing_in_the_books(office):
    receipt = office.receipt(received_on=office.today)
    cancelled = office.done("FIN_DIRECTOR", f"receipts/{receipt['id']}/cancel", {"note": "ซ้ำ"})
    assert office.lines(cancelled) == [
        ("RV01", "RV", [(CASH, "Dr", "100.00"), (FEE, "Cr", "100.00")]),
        ("RV01", "RV", [(CASH, "Cr", "100.00"), (FEE, "Dr", "100.00")]),
    ]
    assert cancelled["history"][-1]["note"] == "ซ้ำ"
    assert cancelled["next"] == []


def test_a_receipt_of_another_day_or_remitted_is_reversed_and_not_cancelled(office):
    said = {"note": "ผิดคน"}
    old = office.receipt()
    assert office.refused("FIN_DIRECTOR", f"receipts/{old['id']}/cancel", said) == {"another_day"}
    remitted = office.receipt(received_on=office.today)
    office.done("COLLECTOR", "remittances", {"collected_on": office.today})
    path = f"receipts/{remitted['id']}"
    assert office.refused("FIN_DIRECTOR", f"{path}/cancel", said) == {"wrong_step"}
    reversed_ = office.done("FIN_DIRECTOR", f"{path}/reverse", said)
    assert reversed_["state"] == "reversed"
    assert len(reversed_["journal_entries"]) == 2
    early = {**said, "on": "2026-10-04"}
    assert office.refused("FIN_DIRECTOR", f"receipts/{old['id']}/reverse", early, 422) == {
        "before_the_original"
    }


def test_an_entry_of_a_receipt_is_undone_by_the_receipt_alone(office):
    receipt = office.receipt()
    number = receipt["journal_entry"].replace("/", "-")
    said = {"entry_date": "2026-10-06", "reason": "ลองดู"}
    refused = office.refused("ACCOUNTANT", f"journal-entries/{number}/reversal", said)
    assert refused == {"made_by_a_document"}


def test_a_reversed_receipt_opens_again_what_it_settled_and_closes_what_it_held(office):
    item = office.receivable("500.00")["open_item"]["id"]
    receipt = office.receipt(
        lines=[
            {"receivable": item, "amount": "200.00"},
            {"revenue": "2112010101.001", "amount": "50.00"},
        ]
    )
    deposit = receipt["lines"][0]["deposit"] or receipt["lines"][1]["deposit"]
    office.done("FIN_DIRECTOR", f"receipts/{receipt['id']}/reverse", {"note": "ผิดราย"})
    opens = {one["id"]: one["open"] for one in office.get("open-receivables")["items"]}
    assert opens == {item: "500.00"}
    assert office.get(f"deposits/{deposit}")["open"] == "0.00"


def test_what_was_forfeited_is_not_given_back_by_reversing_its_receipt(office):
    receipt = office.receipt(lines=[{"revenue": "2112010101.001", "amount": "50.00"}])
    deposit = receipt["lines"][0]["deposit"]
    said = {"forfeited_on": "2026-10-05", "deposit": deposit, "amount": "20.00", "reason": "ทิ้งงาน"}
    drafted = office.done("SUPPLY", "forfeitures", said)
    office.done("EXECUTIVE", f"forfeitures/{drafted['id']}/approve")
    path = f"receipts/{receipt['id']}/reverse"
    assert office.refused("FIN_DIRECTOR", path, {"note": "คืน"}) == {"deposit_not_enough"}


def test_a_receipt_of_a_paper_book_is_keyed_in_once(office):
    said = office.said(book_no="12", receipt_no="34", booked_on="2026-10-07")
    keyed = office.done("COLLECTOR", "receipts", said)
    assert (keyed["number"], keyed["received_on"]) == ("12/34", "2026-10-05")
    assert keyed["document_date"] == "2026-10-07"
    assert office.refused("COLLECTOR", "receipts", said) == {"keyed_already"}
    assert office.receipt()["number"] == "RCPT-00001/70", "the system's own series has no gap"
    half = office.said(book_no="12")
    assert office.refused("COLLECTOR", "receipts", half, 422) == {"required"}
    other_day = office.said(booked_on="2026-10-07")
    assert office.refused("COLLECTOR", "receipts", other_day, 422) == {"only_hand_written"}
    early = office.said(book_no="12", receipt_no="35", booked_on="2026-10-01")
    assert office.refused("COLLECTOR", "receipts", early, 422) == {"before_received"}


def test_everything_wrong_is_told_at_once_in_both_languages(office):
    said = {
        "received_on": "2569-10-05",
        "payer": " ",
        "method": "เงินสด",
        "lines": [{"revenue": "44", "amount": "-1.00"}, {"amount": "0.001"}, 7],
        "ผู้รับ": "x",
    }
    answer = office.post("COLLECTOR", "receipts", said)
    assert answer.status_code == 422
    refusals = {(one["pointer"], one["code"]) for one in answer.json()["refusals"]}
    assert refusals == {
        ("/ผู้รับ", "unknown_field"),
        ("/received_on", "buddhist_year"),
        ("/payer", "required"),
        ("/method", "unknown_choice"),
        ("/lines/0/revenue", "unknown_account"),
        ("/lines/0/amount", "negative_amount"),
        ("/lines/1/revenue", "required"),
        ("/lines/1/amount", "too_many_decimals"),
        ("/lines/2", "not_an_object"),
    }
    assert all(one["message_th"] and one["message_en"] for one in answer.json()["refusals"])


def test_the_last_baht_of_a_receivable_is_paid_once(office, full_size):
    item = office.receivable("1.00")["open_item"]["id"]
    said = office.said(lines=[{"receivable": item, "amount": "1.00"}])
    office.officer("COLLECTOR")
    with ThreadPoolExecutor(8) as many:
        tries = range(1000 if full_size else 16)
        answers = list(many.map(lambda _: _posted(office, said), tries))
    assert sorted({answer.status_code for answer in answers} - {503}) == [201, 409]
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert office.get("open-receivables?open=true")["items"] == []
    assert office.receipt()["number"] == "RCPT-00002/70"


def test_the_database_itself_keeps_an_item_from_being_overdrawn(office, as_owner):
    item = office.receivable("1.00")["open_item"]["id"]
    office.receipt(lines=[{"receivable": item, "amount": "1.00"}])
    with as_owner(office.body) as owner:
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("UPDATE open_item SET settled = 1.01 WHERE id = %s", [item])
        for change in (
            "UPDATE open_item_movement SET amount = 2",
            "DELETE FROM open_item_movement",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation):
                owner.execute(change)


def _posted(office, said):
    """Post from a thread, which leaves no connection behind."""
    try:
        return office.post("COLLECTOR", "receipts", said)
    finally:
        connections.close_all()
