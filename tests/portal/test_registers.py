"""Fiscal years, the books of original entry, and what is open, as officers see them."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

DAY = "2026-10-05"
GUARANTEE, FEE = "2112010101.001", "4401030106.001"


@pytest.fixture
def of(body, officer_of):
    """Open a role's pages."""
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def open_one(role):
        officer = officer_of(body, role)
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        return client

    return open_one


@pytest.fixture
def guarantee(api, body, officer_of):
    """A guarantee of 500 baht and a fee of 20, received by one receipt."""
    said = {
        "received_on": DAY,
        "payer": "ห้างหุ้นส่วนจำกัด <ก่อสร้าง>",
        "method": "cash",
        "lines": [
            {"revenue": GUARANTEE, "amount": "500.00"},
            {"revenue": FEE, "amount": "20.00"},
        ],
    }
    collector = officer_of(body, "COLLECTOR")
    answer = api.post(f"bodies/{body.code}/receipts", said, token=collector.token)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_the_next_fiscal_year_is_opened_once_by_the_director(body, of):
    at = f"/b/{body.code}/fiscal-years"
    auditor, director = of("INT_AUDIT"), of("FIN_DIRECTOR")
    assert f"{at}/open" not in auditor.get(at).content.decode()
    assert auditor.post(f"{at}/open").status_code == 403
    assert "เปิดปีงบประมาณ 2571" in director.get(at).content.decode()
    opened = director.post(f"{at}/open", {"year": "2571"})
    assert opened["Location"].endswith("done=2571")
    words = director.get(at).content.decode()
    assert "1 ตุลาคม 2570" in words
    assert f"{at}/open" not in words, "one year ahead is enough"
    refused = director.post(f"{at}/open", {"year": "2572"})
    assert refused.status_code == 409
    assert "ปีงบประมาณ 2571 เปิดไว้แล้วและยังไม่เริ่ม" in refused.content.decode()
    assert "ตุลาคม 2570" in director.get(f"/b/{body.code}/periods?fiscal_year=2571").content.decode()


def test_opening_a_year_is_a_recorded_act(body, of, as_owner):
    of("FIN_DIRECTOR").post(f"/b/{body.code}/fiscal-years/open", {"year": "2571"})
    with as_owner(body) as owner:
        found = owner.execute("SELECT subject FROM audit_event WHERE action = 'fiscal_year_opened'")
        assert found.fetchall() == [("2571",)]


def test_a_guarantee_stands_in_its_register_with_its_receipt(body, of, guarantee):
    director = of("FIN_DIRECTOR")
    words = director.get(f"/b/{body.code}/deposits?q=2112").content.decode()
    assert "&lt;ก่อสร้าง&gt;" in words
    assert "500.00" in words
    assert "&lt;ก่อสร้าง&gt;" not in director.get(f"/b/{body.code}/deposits?q=9999").content.decode()
    assert "500.00" not in director.get(f"/b/{body.code}/open-receivables").content.decode()
    item = words.partition("/open-items/")[2].partition('"')[0]
    one = director.get(f"/b/{body.code}/open-items/{item}").content.decode()
    assert f"/receipts/{guarantee['id']}" in one
    missing = director.get(f"/b/{body.code}/open-items/{guarantee['id']}")
    assert missing.status_code == 404


def test_the_cash_receipts_book_shows_what_was_received(body, of, guarantee):
    director = of("FIN_DIRECTOR")
    book = f"/b/{body.code}/books"
    words = director.get(f"{book}?fiscal_year=2570&month=2026-10").content.decode()
    assert "RV-00001/70" in words
    assert "500.00" in words
    assert GUARANTEE in words
    for elsewhere in ("?fiscal_year=2570&month=2026-11", "/general", "?fiscal_year=2570&after=1"):
        assert "RV-00001/70" not in director.get(f"{book}{elsewhere}").content.decode(), elsewhere
    for nowhere in ("/nothing", "?after=x", f"?after={2**31}"):
        assert director.get(f"{book}{nowhere}").status_code == 404


def test_the_receipt_waits_on_the_first_page_of_collectors(body, of, guarantee):
    at = f"/b/{body.code}/"
    address = f"/receipts/{guarantee['id']}"
    assert address in of("COLLECTOR").get(at).content.decode()
    assert address not in of("FIN_OFFICER").get(at).content.decode()


def test_a_month_names_what_is_unfinished_and_leads_to_it(body, of, guarantee):
    words = of("FIN_DIRECTOR").get(f"/b/{body.code}/periods?fiscal_year=2570").content.decode()
    assert f"/receipts/{guarantee['id']}" in words
    assert "ใบเสร็จรับเงิน" in words


def test_no_year_is_opened_two_ahead(body):
    from datetime import date

    from accounting.closing import operations
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    director = Officer(id=uuid.uuid4(), name_th="นายมานะ อดทน", roles=frozenset({"FIN_DIRECTOR"}))
    today = {"today": date(2026, 11, 2), "officer": director, "at": timezone.now()}
    with tenant_transaction(body):
        assert operations.open_next_year(**today) == 2571
    with pytest.raises(operations.UnableToOpenYear), tenant_transaction(body):
        operations.open_next_year(**today)
