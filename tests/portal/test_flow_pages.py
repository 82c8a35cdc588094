"""Pages of every kind of document, on a desk of general vouchers made for the test."""

import re
import sys
from types import ModuleType

import pytest
from django.test import Client, override_settings
from django.utils import timezone

KEY = "0b8f2c52-4a5e-4d0e-9a53-1c8d3f0f6a11"


@pytest.fixture(scope="module")
def desk():
    from accounting.chart.queries import accounts
    from accounting.documents.workflow import Words
    from accounting.general_vouchers.kind import VOUCHERS
    from portal.flow.desk import ACCOUNTS, Column, Desk, Fact, Field, Found, Grid, Table

    def search(words, limit):
        import json

        found = json.loads(accounts(fiscal_year=2570, postable=True, q=words, limit=limit))
        return [
            Found(value=one["code"], code=one["code"], name=one["name_th"], beside="9,530.00")
            for one in found["items"]
        ]

    return Desk(
        kind=VOUCHERS,
        slug="trials",
        module=ACCOUNTS,
        plural=Words("ใบทดลอง", "Trials"),
        facts=lambda shown: [
            Fact(label=Words("อ้างอิง", "Ref"), value=shown["entry"].get("reference"))
        ],
        tables=lambda shown: [
            Table(
                label=Words("รายการ", "Lines"),
                columns=[
                    Column(label=Words("บัญชี", "Account"), name="account"),
                    Column(label=Words("เดบิต", "Debit"), name="debit", kind="money"),
                ],
                rows=shown["entry"].get("lines", []),
            )
        ],
        fields=[
            Field(name="entry_date", label=Words("วันที่", "Day"), kind="day"),
            Field(name="description", label=Words("คำอธิบาย", "Words")),
        ],
        grids=[
            Grid(
                name="lines",
                label=Words("บรรทัด", "Lines"),
                total="debit",
                fields=[
                    Field(name="account", label=Words("บัญชี", "Account"), search=search),
                    Field(name="debit", label=Words("เดบิต", "Debit"), kind="money"),
                    Field(name="credit", label=Words("เครดิต", "Credit"), kind="money"),
                ],
            )
        ],
        as_typed=lambda shown: shown["entry"],
        paper="voucher_pdf",
    )


@pytest.fixture(scope="module", autouse=True)
def addresses(desk):
    from django.conf import settings
    from django.urls import get_resolver

    from portal.flow.urls import urls

    module = ModuleType("addresses_of_the_trial")
    module.urlpatterns = [*get_resolver(settings.ROOT_URLCONF).url_patterns, *urls(desk)]
    sys.modules[module.__name__] = module
    with override_settings(ROOT_URLCONF=module.__name__):
        yield
    del sys.modules[module.__name__]


@pytest.fixture
def pages(body, officer_of):
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    class Pages:
        at = f"/b/{body.code}/trials"

        def of(self, role="ACCOUNTANT"):
            officer = officer_of(body, role)
            token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
            client = Client(SERVER_NAME="localhost")
            client.cookies[COOKIE] = token
            return client

    return Pages()


def form(**changed):
    return {
        "key": KEY,
        "entry_date": "05/10/2569",
        "description": "ซื้อวัสดุ",
        "lines-account": ["1101010101.001 เงินสดในมือ", "4401010104.001", ""],
        "lines-account_value": ["1101010101.001", "", ""],
        "lines-debit": ["๑,๒๓๔.๕๐", "", ""],
        "lines-credit": ["", "1234.5", ""],
        **changed,
    }


def made(pages, client, **changed):
    answer = client.post(f"{pages.at}/new", form(**changed))
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].partition("?")[0]


def test_a_document_goes_its_way_through_its_pages(pages):
    accountant, director = pages.of(), pages.of("FIN_DIRECTOR")
    assert "จัดทำใหม่" in accountant.get(pages.at).content.decode()
    assert "จัดทำใหม่" not in director.get(pages.at).content.decode()
    address = made(pages, accountant)

    words = accountant.get(f"{address}?done=kept").content.decode()
    assert "1,234.50" in words
    assert "1101010101.001" in words
    assert "ผู้อำนวยการกองคลัง" in words, "whose turn it is"
    assert f"{address}/check" not in words, "whoever made it does not check it"
    assert f"{address}/check" in director.get(address).content.decode()

    assert director.post(f"{address}/check", {"version": "1"}).status_code == 302
    done = accountant.post(f"{address}/post", {"version": "2"})
    assert done["Location"].endswith("?done=post")
    words = accountant.get(address).content.decode()
    assert "JV-00001/70" in words
    assert "เจ้าหน้าที่บัญชี" in words, "the position below each signature"
    assert "JV-00001/70" in accountant.get(f"{pages.at}?state=posted").content.decode()
    assert "JV-00001/70" not in accountant.get(f"{pages.at}?state=draft").content.decode()


def test_a_form_sent_twice_makes_one_document(pages):
    accountant = pages.of()
    assert made(pages, accountant) == made(pages, accountant)
    other = accountant.post(f"{pages.at}/new", form(description="อื่น"))
    assert other.status_code == 409
    assert 'value="อื่น"' in other.content.decode()


def test_a_step_with_a_reason_keeps_the_reason_when_it_is_refused(pages):
    accountant = pages.of()
    address = made(pages, accountant)
    refused = accountant.post(f"{address}/cancel", {"version": "1", "note": " "})
    assert refused.status_code == 409
    assert "ต้องระบุเหตุผล" in refused.content.decode()
    stale = accountant.post(f"{address}/cancel", {"version": "7", "note": "ซ้ำกับใบก่อน"})
    assert stale.status_code == 412
    assert 'value="ซ้ำกับใบก่อน"' in stale.content.decode()
    early = accountant.post(f"{address}/post", {"version": "1"})
    assert early.status_code == 409
    assert "ทำขั้นตอนนี้ไม่ได้" in early.content.decode()
    assert accountant.post(f"{address}/change", {"version": "1"}).status_code == 404
    assert accountant.post(f"{address}/nothing", {"version": "1"}).status_code == 404


def test_a_draft_comes_back_into_its_form_and_is_changed(pages):
    accountant = pages.of()
    address = made(pages, accountant)
    words = accountant.get(f"{address}/edit").content.decode()
    assert 'value="05/10/2569"' in words
    assert 'value="1,234.50"' in words
    document = address.rpartition("/")[2]
    change = form(document=document, version="1", key=KEY.replace("0", "1"), description="แก้แล้ว")
    assert accountant.post(f"{address}/edit", change).status_code == 302
    assert "แก้แล้ว" in accountant.get(address).content.decode()
    stale = accountant.post(f"{address}/edit", {**change, "key": KEY.replace("0", "2")})
    assert stale.status_code == 412
    assert pages.of("FIN_DIRECTOR").get(f"{address}/edit").status_code == 302, "shown, not changed"


def test_lines_are_added_without_a_script(pages):
    answer = pages.of().post(f"{pages.at}/new", form(add_lines="1"))
    assert answer.status_code == 200
    lines = re.findall(r'name="lines-debit"', answer.content.decode())
    assert len(lines) == 3 + 3 + 1, "and the empty one for the script"


def test_a_search_answers_with_what_remains_beside(pages):
    accountant = pages.of()
    found = accountant.get(f"{pages.at}/search/account?q=1101010101").content.decode()
    assert 'data-value="1101010101.001"' in found
    assert "9,530.00" in found
    assert accountant.get(f"{pages.at}/search/nothing?q=1").status_code == 404


@pytest.mark.parametrize("path", ["/x y", "/00000000-0000-7000-8000-000000000000", "?state=none"])
def test_what_is_not_there_is_not_found(pages, path):
    assert pages.of().get(f"{pages.at}{path}").status_code == 404


def test_only_who_drafts_gets_the_form(pages):
    assert pages.of("COLLECTOR").get(f"{pages.at}/new").status_code == 403


def test_the_menu_shows_the_module_of_the_page(pages, desk, body, officer_of):
    from dataclasses import replace

    from portal.doors import Visit
    from portal.flow.desk import REVENUE
    from portal.flow.menu import modules
    from tenants.officers.access import access_by_token

    token = officer_of(body).token
    access = access_by_token(
        token=token, kind="api", body_code=body.code, asked="", now=timezone.now()
    )
    visit = Visit(access=access, body=body)
    shown = modules(visit.path, visit.access.roles, (replace(desk, module=REVENUE),), "trials")
    assert [(m["title"], m["is_here"]) for m in shown] == [
        *[("งบประมาณ", False), ("รายรับ", True)],
        *[("รายจ่าย", False), ("บัญชี", False)],
    ]
    assert modules(visit.path, visit.access.roles, (), "home")[-1]["is_here"], (
        "a page of no module shows the accounts"
    )
