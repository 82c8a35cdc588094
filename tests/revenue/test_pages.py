"""Pages of money in: every list, form and document opens; what is searched is found."""

import pytest
from django.test import Client
from django.utils import timezone

DAY = "2026-10-05"


@pytest.fixture
def page(office):
    """Open a page as an officer of a role."""
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def fetch(role: str, path: str):
        officer = office.officer(role)
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        answer = client.get(f"/b/{office.body.code}/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    return fetch


def test_every_kind_has_its_list_its_form_and_its_document(office, page):
    made = {
        "receivables": ("COLLECTOR", office.receivable()),
        "bank-credits": ("FIN_OFFICER", office.credit("interest", "3.00")),
        "receipts": ("COLLECTOR", office.receipt(amount="40.00")),
        "bankings": (
            "FIN_OFFICER",
            office.done("FIN_OFFICER", "bankings", {"banked_on": DAY, "amount": "40.00"}),
        ),
        "daily-reports": ("FIN_OFFICER", office.reported("0.00")),
        "remittances": (
            "COLLECTOR",
            office.done("COLLECTOR", "remittances", {"collected_on": DAY}),
        ),
    }
    slip = made["remittances"][1]
    office.done("FIN_OFFICER", f"remittances/{slip['id']}/receive", {"counted": "40.00"})
    summary = office.done("FIN_OFFICER", "remittance-summaries", {"collected_on": DAY})
    made["remittance-summaries"] = ("FIN_OFFICER", summary)
    for path, (role, document) in made.items():
        assert f"/{path}/{document['id']}" in page(role, path)
        assert "data-flow-form" in page(role, f"{path}/new")
        words = page("INT_AUDIT", f"{path}/{document['id']}")
        assert document["history"][0]["officer_name_th"] in words
        assert "<form" not in words.partition("<main")[2], "an auditor reads"
    assert "data-flow-form" in page("SUPPLY", "forfeitures/new")


def test_accounts_and_what_is_open_are_found_while_typing(office, page):
    office.receivable("750.00")
    office.receipt(lines=[{"revenue": "2112010101.001", "amount": "60.00"}])
    assert "4401030106.001" in page("COLLECTOR", "receipts/search/revenue?q=4401030106")
    assert "5104010112.001" not in page("COLLECTOR", "receipts/search/revenue?q=5104010112")
    found = page("COLLECTOR", "receipts/search/receivable?q=ป้าย")
    assert "750.00" in found
    assert "60.00" in page("SUPPLY", "forfeitures/search/deposit?q=2112")


def test_a_receipt_names_the_slip_that_stands_and_none_that_was_given_up(office, page):
    receipt = office.receipt(amount="7.00", received_on="2026-10-07")
    said = {"collected_on": "2026-10-07"}
    given_up = office.done("COLLECTOR", "remittances", said)
    at = f"receipts/{receipt['id']}"
    assert given_up["id"] in page("INT_AUDIT", at)
    office.done("COLLECTOR", f"remittances/{given_up['id']}/cancel", {"note": "ผิดวัน"})
    assert "/remittances/" not in page("INT_AUDIT", at)
    standing = office.done("COLLECTOR", "remittances", said)
    assert standing["id"] in page("INT_AUDIT", at)
