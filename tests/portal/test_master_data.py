"""Divisions, vendors and taxpayers on their pages: what the API lets a role do, and no more."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

TAX_ID, OTHER_ID = "0994000165501", "0107544000108"
VENDOR = {
    "sector": "own",
    "legal_form": "juristic",
    "name": "บริษัท <ร่มไทร> จำกัด",
    "tax_id": TAX_ID,
    "bank_code": "006",
    "bank_account_no": "2010011122",
}
REGISTERS = {
    "divisions": ({"code": "03", "name_th": "สำนักปลัด"}, "CLERK_LAO", "SUPPLY"),
    "vendors": (VENDOR, "SUPPLY", "COLLECTOR"),
    "taxpayers": ({"legal_form": "natural", "name": "นายมานะ อดทน"}, "COLLECTOR", "SUPPLY"),
    "payees": ({"legal_form": "natural", "name": "นางสาวสมหญิง ใจดี"}, "FIN_OFFICER", "UNIT_CLERK"),
}


@pytest.fixture
def of(body, officer_of):
    """Open a role's pages."""
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def open_one(role, of_body=body):
        officer = officer_of(of_body, role)
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        return client

    return open_one


def entered(client, body, slug, said):
    """Enter one through the form; return its address."""
    answer = client.post(f"/b/{body.code}/{slug}/new", {"key": str(uuid.uuid4()), **said})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].partition("?")[0]


@pytest.mark.parametrize("slug", REGISTERS)
def test_a_keeper_enters_changes_retires_and_restores(body, of, slug):
    said, keeper, reader = REGISTERS[slug]
    client, other = of(keeper), of(reader)
    address = entered(client, body, slug, said)
    listed = f"/b/{body.code}/{slug}"
    assert address in other.get(listed).content.decode()

    form = client.get(f"{address}/edit").content.decode()
    version = re.search(r'name="version" value="(\d+)"', form)[1]
    title = "name_th" if slug == "divisions" else "name"
    changed = {**said, title: "ชื่อใหม่", "version": version, "key": str(uuid.uuid4())}
    assert client.post(f"{address}/edit", changed).status_code == 302
    assert "ชื่อใหม่" in other.get(address).content.decode()
    stale = client.post(f"{address}/edit", {**changed, "key": str(uuid.uuid4())})
    assert stale.status_code == 412
    assert "ชื่อใหม่" in stale.content.decode(), "what was typed stays"

    assert client.post(f"{address}/retire").status_code == 302
    assert address not in client.get(listed).content.decode()
    assert address in client.get(f"{listed}?all=1").content.decode()
    again = client.post(f"{address}/retire")
    assert again.status_code == 409
    assert "เลิกใช้แล้ว" in again.content.decode()
    assert client.post(f"{address}/restore").status_code == 302
    assert address in client.get(listed).content.decode()


@pytest.mark.parametrize("slug", REGISTERS)
def test_whoever_keeps_it_not_reads_it_only(body, of, slug):
    said, keeper, reader = REGISTERS[slug]
    address = entered(of(keeper), body, slug, said)
    other = of(reader)
    page = other.get(address).content.decode()
    assert "/edit" not in page
    assert "/retire" not in page
    assert "/new" not in other.get(f"/b/{body.code}/{slug}").content.decode()
    for refused in (
        other.get(f"/b/{body.code}/{slug}/new"),
        other.post(f"/b/{body.code}/{slug}/new", said),
        other.post(f"{address}/edit", {**said, "version": "1"}),
        other.post(f"{address}/retire"),
    ):
        assert refused.status_code == 403
    assert of(keeper).get(address).status_code == 200


def test_all_that_is_wrong_with_a_vendor_is_said_at_once_and_stays_typed(body, of):
    client = of("SUPPLY")
    wrong = {"name": "", "tax_id": "0-9940-00165-50-2", "branch_no": "12", "bank_code": "006"}
    refused = client.post(f"/b/{body.code}/vendors/new", wrong)
    assert refused.status_code == 422
    words = refused.content.decode()
    for field in ("name", "sector", "legal_form", "tax_id", "branch_no", "bank_code"):
        assert f'id="{field}-error"' in words, field
    assert "ต้องแก้ 6 แห่ง" in words
    assert 'value="0-9940-00165-50-2"' in words


def test_numbers_are_kept_plain_however_they_are_typed(body, of):
    said = {**VENDOR, "tax_id": "๐-๙๙๔๐-๐๐๑๖๕-๕๐-๑", "bank_account_no": "201-0-01112-2"}
    client = of("SUPPLY")
    address = entered(client, body, "vendors", said)
    words = client.get(address).content.decode()
    assert TAX_ID in words
    assert "2010011122" in words
    assert "&lt;ร่มไทร&gt;" in words


def test_one_sending_enters_one_vendor(body, of):
    client, key = of("SUPPLY"), str(uuid.uuid4())
    at = f"/b/{body.code}/vendors/new"
    first, second = (client.post(at, {"key": key, **VENDOR}) for _ in range(2))
    assert first["Location"] == second["Location"]
    other = client.post(at, {"key": str(uuid.uuid4()), **VENDOR})
    assert "มีเลขประจำตัวผู้เสียภาษีและสาขานี้ในทะเบียนแล้ว" in other.content.decode()


def test_a_register_is_searched_and_read_page_by_page(body, of, as_owner):
    client, at = of("COLLECTOR"), f"/b/{body.code}/taxpayers"
    with as_owner(body) as owner:
        owner.execute(
            "INSERT INTO party (id, kind, legal_form, name, branch_no, tax_id)"
            " SELECT uuidv7(), 'taxpayer', 'natural', 'ผู้เสียภาษี ' || n, '00000', NULL"
            " FROM generate_series(1, 30) AS n"
        )
    first = client.get(at).content.decode()
    assert "ผู้เสียภาษี 30<" in first
    assert "ผู้เสียภาษี 5<" not in first
    after = re.search(r"after=([0-9a-f-]{36})", first)[1]
    second = client.get(f"{at}?after={after}").content.decode()
    assert "ผู้เสียภาษี 5<" in second
    assert "ผู้เสียภาษี 30<" not in second
    found = client.get(f"{at}?q=ภาษี 17").content.decode()
    assert found.count("<tbody><tr>") == 1
    assert found.count("</tr>") == 2
    for nowhere in ("?after=x", "/x", f"/{uuid.uuid4()}", "?after=%00"):
        assert client.get(f"{at}{nowhere}").status_code == 404, nowhere
    assert client.get(f"/b/{body.code}/divisions?after=%00").status_code == 404


def test_a_taxpayer_shows_what_is_open_and_the_papers_that_name_it(api, body, officer_of, of):
    collector, accountant = officer_of(body, "COLLECTOR"), officer_of(body, "ACCOUNTANT")
    client = of("COLLECTOR")
    address = entered(client, body, "taxpayers", REGISTERS["taxpayers"][0])
    party = address.rpartition("/")[2]
    said = {
        "recorded_on": "2026-10-05",
        "due_on": "2026-10-01",
        "debtor": "นายมานะ อดทน",
        "debtor_id": party,
        "account": "1102050194.004",
        "revenue": "4401010104.001",
        "amount": "900.00",
        "purpose": "ภาษีป้าย",
    }
    path = f"bodies/{body.code}/receivables"
    debt = api.post(path, said, token=collector.token).json()["id"]
    before = client.get(address).content.decode()
    assert f"/receivables/{debt}" in before
    assert "/open-items/" not in before
    assert api.post(f"{path}/{debt}/record", {}, token=accountant.token).status_code == 200
    words = client.get(address).content.decode()
    item = words.partition("/open-items/")[2].partition('"')[0]
    assert "900.00" in words
    assert client.get(f"/b/{body.code}/open-items/{item}").status_code == 200
    back = client.get(f"/b/{body.code}/receivables/{debt}").content.decode()
    assert address in back, "the paper leads to whom it names"
    # A payee may stand in either register: the address of the other leads there.
    assert client.get(f"/b/{body.code}/vendors/{party}")["Location"] == address


def test_another_bodys_party_is_nobody_here(body, other_body, of):
    address = entered(of("SUPPLY"), body, "vendors", VENDOR)
    party = address.rpartition("/")[2]
    stranger = of("SUPPLY", other_body)
    assert stranger.get(f"/b/{other_body.code}/vendors/{party}").status_code == 404
    assert stranger.post(f"/b/{other_body.code}/vendors/{party}/retire").status_code == 404
    assert stranger.get(address).status_code == 404
