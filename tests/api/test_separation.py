"""Where a formal acting order waived the separation of duties: listed for auditors."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone


@pytest.fixture
def exceptions_of():
    """Take two steps of a document as one officer who acts under an order."""
    from accounting.documents import operations as documents
    from accounting.documents.workflow import Step, Words, Workflow
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    flow = Workflow(
        kind="TEST",
        name=Words("ใบทดลอง", "trial"),
        drafts=frozenset({"COLLECTOR"}),
        states={"draft": Words("ร่าง", "draft"), "issued": Words("ออกแล้ว", "issued")},
        steps=(
            Step(
                action="issue",
                name=Words("ออก", "Issue"),
                comes_from=("draft",),
                leads_to="issued",
                roles=frozenset({"FIN_OFFICER"}),
                differs_from=("draft",),
            ),
        ),
    )

    def make(body, many):
        officer = Officer(
            id=uuid4(),
            name_th="นายสมชาย ใจดี",
            roles=frozenset({"COLLECTOR", "FIN_OFFICER"}),
            orders={"FIN_OFFICER": "12/2570 (2026-10-01)"},
        )
        for number in range(many):
            contents = documents.Contents(
                fiscal_year=2570,
                document_date=date(2026, 10, 5),
                description=f"ใบที่ {number}",
                amount=0,
                content={},
            )
            with tenant_transaction(body):
                drafted = documents.draft(workflow=flow, contents=contents, officer=officer)
                documents.take_step(
                    workflow=flow, document=drafted, action="issue", officer=officer
                )

    return make


def test_they_are_listed_the_latest_first(api, body, officer_of, exceptions_of):
    exceptions_of(body, 3)
    token = officer_of(body, "INT_AUDIT").token
    at = f"bodies/{body.code}/audit/separation-exceptions"
    page = api.get(f"{at}?limit=2", token=token).json()
    rest = api.get(f"{at}?limit=2&cursor={page['next']}", token=token).json()
    assert [one["description"] for one in page["items"]] == ["ใบที่ 2", "ใบที่ 1"]
    assert [one["description"] for one in rest["items"]] == ["ใบที่ 0"]
    assert rest["next"] is None
    (one,) = rest["items"]
    assert (one["action"], one["separation"]) == ("issue", "draft")
    assert one["acting_order"] == "12/2570 (2026-10-01)"
    assert one["position_th"] == "เจ้าหน้าที่จัดเก็บรายได้ รักษาราชการแทน เจ้าหน้าที่การเงิน"
    assert api.get(f"{at}?cursor=bm90aGluZw==", token=token).status_code == 400


def test_the_page_lists_them_and_auditors_find_it_in_the_menu(body, officer_of, exceptions_of):
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    exceptions_of(body, 1)
    auditor = officer_of(body, "INT_AUDIT")
    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE], _ = open_sign_in(
        officer_id=auditor.id, kind="portal", now=timezone.now()
    )
    at = f"/b/{body.code}/separation"
    words = client.get(at).content.decode()
    assert "ตามคำสั่ง 12/2570 ตั้งแต่วันที่ 1 ตุลาคม 2569" in words
    assert "ใบที่ 0" in words
    assert at in client.get(f"/b/{body.code}/").content.decode()
    assert client.get(f"{at}?before=x").status_code == 404


def test_an_acting_appointment_reaches_the_books_with_its_order(api, body, officer_of, entry):
    from tenants.officers import appointments

    officer = officer_of(body, "SUPPLY")
    appointments.appoint(
        officer_id=officer.id,
        role="ACCOUNTANT",
        body_code=body.code,
        from_date=date(2026, 10, 1),
        order_no="คำสั่งที่ 12/2570",
        is_acting=True,
        now=timezone.now(),
    )
    drafted = api.post(f"bodies/{body.code}/general-vouchers", entry(), token=officer.token).json()
    (step,) = drafted["history"]
    assert step["acting_order"] == "คำสั่งที่ 12/2570 (2026-10-01)"
    assert step["position_th"] == "เจ้าหน้าที่พัสดุ รักษาราชการแทน เจ้าหน้าที่บัญชี"
    assert step["is_acting"]
