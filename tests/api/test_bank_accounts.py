"""The register of bank accounts, through the API and its page."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone


@pytest.fixture
def office(api, body, officer_of):
    class Office:
        code = body.code
        officers = {role: officer_of(body, role) for role in ("FIN_OFFICER", "INT_AUDIT")}

        def ask(self, method, path="", content=None, role="FIN_OFFICER", **headers):
            send = getattr(api, method)
            arguments = [] if method == "get" else [content or {}]
            at = f"bodies/{self.code}/bank-accounts{path}"
            return send(at, *arguments, token=self.officers[role].token, **headers)

        def page(self, role="FIN_OFFICER"):
            from portal.doors import COOKIE
            from tenants.officers.sign_in import open_sign_in

            token, _ = open_sign_in(
                officer_id=self.officers[role].id, kind="portal", now=timezone.now()
            )
            client = Client(SERVER_NAME="localhost")
            client.cookies[COOKIE] = token
            return client

    return Office()


def bank(**changed):
    return {
        "bank_code": "006",
        "number": "2010011122",
        "branch": "จันทบุรี",
        "kind": "savings",
        "name_th": "ทต.ท่าช้าง",
        "account": "1101030102.001",
        **changed,
    }


def codes(response):
    return [refusal["code"] for refusal in response.json()["refusals"]]


def test_a_bank_account_is_registered_changed_retired_and_restored(office):
    made = office.ask("post", content=bank())
    assert made.status_code == 201, made.content
    assert made.json()["id"] == "006-2010011122"
    assert made.json()["account_name_th"] == "เงินฝากออมทรัพย์ที่สถาบันการเงิน"
    at = "/006-2010011122"
    other = {"branch": "ท่าช้าง", "name_th": "บัญชีหลัก", "account": "1101030102.001"}
    changed = office.ask("put", at, other, **{"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["branch"]) == (200, "ท่าช้าง"), changed.content
    assert office.ask("put", at, other, **{"If-Match": made["ETag"]}).status_code == 412
    assert office.ask("put", at, other).status_code == 428
    assert office.ask("post", f"{at}/retire").json()["is_active"] is False
    assert codes(office.ask("post", f"{at}/retire")) == ["retired"]
    assert codes(office.ask("put", at, other, **{"If-Match": '"3"'})) == ["retired"]
    assert office.ask("get", "?active=true").json()["items"] == []
    assert office.ask("post", f"{at}/restore").json()["is_active"] is True
    assert codes(office.ask("post", f"{at}/restore")) == ["active"]
    listed = office.ask("get", "?q=2010", role="INT_AUDIT").json()
    assert [one["id"] for one in listed["items"]] == ["006-2010011122"]
    assert office.ask("get", at).json() == listed["items"][0]


def test_the_id_that_the_bank_gave_the_office_is_kept_until_another_is_sent(office):
    made = office.ask("post", content=bank())
    assert made.json()["company_id"] is None
    at = f"/{made.json()['id']}"
    other = {"branch": "ท่าช้าง", "name_th": "บัญชีหลัก", "account": "1101030102.001"}
    bad = office.ask("put", at, {**other, "company_id": "LAO-1"}, **{"If-Match": made["ETag"]})
    assert codes(bad) == ["bad_company_id"]
    kept = office.ask("put", at, {**other, "company_id": "LAO1"}, **{"If-Match": made["ETag"]})
    assert kept.json()["company_id"] == "LAO1", kept.content
    again = office.ask("put", at, other, **{"If-Match": kept["ETag"]})
    assert again.json()["company_id"] == "LAO1", again.content


def test_every_reason_is_told_at_once(office):
    refused = office.ask(
        "post", content=bank(bank_code="999", number="12-3", account="5104010112.001")
    )
    assert refused.status_code == 422
    assert codes(refused) == ["unknown_bank", "bad_number", "account_of_another_kind"]
    assert codes(office.ask("post", content=bank(account="1101030000.000"))) == ["unknown_account"]
    current = bank(kind="current")
    assert codes(office.ask("post", content=current)) == ["account_of_another_kind"]
    assert office.ask("post", content=bank(kind=None)).status_code == 422


def test_a_number_is_registered_once(office):
    office.ask("post", content=bank())
    again = office.ask("post", content=bank(name_th="อีกชื่อ"))
    assert (again.status_code, codes(again)) == (409, ["registered_already"])


def test_an_own_account_below_is_as_good(office, api, body, officer_of):
    own = api.post(
        f"bodies/{body.code}/accounts",
        {"parent": "1101030102.001", "name_th": "กรุงไทย"},
        token=officer_of(body).token,
    ).json()["code"]
    made = office.ask("post", content=bank(account=own))
    assert made.json()["account"] == own


def test_auditors_read_only_and_strangers_find_nothing(office, api, other_body, officer_of):
    office.ask("post", content=bank())
    assert office.ask("post", content=bank(), role="INT_AUDIT").status_code == 403
    stranger = officer_of(other_body, "FIN_OFFICER").token
    at = f"bodies/{office.code}/bank-accounts"
    assert api.get(at, token=stranger).status_code == 404
    mine = f"bodies/{other_body.code}/bank-accounts"
    assert api.get(f"{mine}/006-2010011122", token=stranger).status_code == 404
    assert office.ask("get", "/x").status_code == 404


def test_the_page_registers_and_keeps_what_was_typed(office):
    page, at = office.page(), f"/b/{office.code}/bank-accounts"
    typed = {**bank(number="๒๐๑-๐-๐๑๑๑๒-๒", account=""), "key": str(uuid4())}
    wrong = page.post(at, {**typed, "kind": "", "branch": "สาขาที่พิมพ์ไว้"})
    assert wrong.status_code == 422
    assert 'value="สาขาที่พิมพ์ไว้"' in wrong.content.decode()
    assert page.post(at, typed)["Location"].endswith("?done=006-2010011122")
    assert page.post(at, typed).status_code == 302, "sent twice, registered once"
    taken = page.post(at, {**typed, "key": str(uuid4())})
    assert taken.status_code == 422
    assert "ขึ้นทะเบียนแล้ว" in taken.content.decode()
    shown = page.get(at).content.decode()
    assert "ธนาคารกรุงไทย" in shown
    (step,) = re.findall(r'action="([^"]*retire)"', shown)
    assert page.post(step).status_code == 302
    assert "เลิกใช้แล้ว" in page.get(at).content.decode()
    auditor = office.page("INT_AUDIT")
    assert "<select" not in auditor.get(at).content.decode()
    assert auditor.post(at, typed).status_code == 403
    assert auditor.post(step).status_code == 403
