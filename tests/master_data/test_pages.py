"""Master data on the department's pages: pasted from a spreadsheet, seen by two, read by all."""

import re
import uuid
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from portal.middleware import LANGUAGE_COOKIE

AT = "/central/master"


@pytest.fixture(scope="module")
def browsers(place, officer_of):
    """Two officers of the department, and one of a province."""
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def signed_in(role):
        browser = Client(SERVER_NAME="localhost")
        browser.cookies[COOKIE], _ = open_sign_in(
            officer_id=officer_of(place, role).id, kind="portal", now=timezone.now()
        )
        return browser

    return [signed_in(role) for role in ("DLA", "DLA", "PROVINCE")]


@pytest.fixture
def form(type_row):
    key = str(uuid.uuid4())

    def filled(*rows, **changed):
        names = list(type_row())
        told = rows or (type_row(),)
        lines = [names, *([str(row[name]) for name in names] for row in told)]
        pasted = "\r\n".join("\t".join(line) for line in lines)
        return {
            "key": key,
            "kind": "budget-codes",
            "title": "เพิ่มประเภทรายจ่าย",
            "letter": "มท 0808.2/ว 99",
            "rows": pasted,
            **changed,
        }

    return filled


def test_a_pasted_version_is_proposed_approved_and_shown(browsers, form, a_code):
    author, other, governor = browsers
    for _ in range(2):  # a double click proposes once
        assert author.post(AT, form(title=f"ชุด {a_code}")).status_code == 302
    page = author.get(AT).content.decode()
    assert page.count(f"ชุด {a_code}") == 1
    (path,) = re.findall(rf'href="([^"]*/versions/\d+)">ชุด {a_code}', page)
    assert "ผู้เสนออนุมัติเองไม่ได้" in author.get(path).content.decode()
    assert author.post(f"{path}/approve", {}).status_code == 422
    assert "/approve" not in governor.get(path).content.decode()
    assert governor.post(f"{path}/approve", {}).status_code == 403
    assert f'action="{path}/approve"' in other.get(path).content.decode()
    assert other.post(f"{path}/approve", {}).status_code == 302
    assert "อนุมัติแล้ว" in governor.get(path).content.decode()
    of_year = [
        governor.get(f"{AT}/budget-codes?fiscal_year={year}&q={a_code}").content.decode()
        for year in (2570, 2572)
    ]
    assert all(f"<td>{a_code}</td>" not in one for one in of_year)  # it begins in 2575


def test_all_that_is_wrong_with_a_form_is_said_with_its_row(browsers, form, type_row):
    author, *_ = browsers
    wrong = form(type_row(), type_row(parent="510000"), type_row(name_th=""), letter="")
    page = author.post(AT, wrong)
    content = page.content.decode()
    assert page.status_code == 422
    assert "แถวที่ 3 name_th: ต้องระบุ" in content
    assert content.count('class="field-error"') == 1  # the letter's
    assert type_row()["code"] in content  # what was pasted is there still
    for changed in ({"rows": ""}, {"rows": "act\tscheme"}):
        assert author.post(AT, form(key=str(uuid.uuid4()), **changed)).status_code == 422
    assert author.post(AT, form(key=str(uuid.uuid4()), kind="nothing")).status_code == 404


def test_a_quotation_mark_that_nothing_closes_is_told(browsers, form):
    author, *_ = browsers
    page = author.post(AT, form(rows='act,code\n"' + "ก,\n" * 50_000))
    assert page.status_code == 422
    assert "เครื่องหมายคำพูด" in page.content.decode()


def test_what_does_not_fit_what_holds_is_said_with_its_row(browsers, form, type_row):
    author, *_ = browsers
    page = author.post(AT, form(type_row(), type_row(parent="510000")))
    assert page.status_code == 422
    assert "แถวที่ 2 parent" in page.content.decode()


def test_a_version_is_withdrawn_with_a_reason(browsers, form, a_code):
    author, other, _ = browsers
    author.post(AT, form(title=f"ถอน {a_code}"))
    (path,) = re.findall(
        rf'href="([^"]*/versions/\d+)">ถอน {a_code}', author.get(AT).content.decode()
    )
    assert other.post(f"{path}/withdraw", {"reason": ""}).status_code == 422
    assert other.post(f"{path}/withdraw", {"reason": "พิมพ์ผิด"}).status_code == 302
    assert "พิมพ์ผิด" in author.get(path).content.decode()


def test_what_holds_is_read_by_all_who_watch_and_as_a_workbook(browsers):
    *_, governor = browsers
    assert governor.post(AT, {}).status_code == 403
    for kind in ("budget-codes", "accounts", "holidays", "useful-lives"):
        assert governor.get(f"{AT}/{kind}").status_code == 200
        sent = governor.get(f"{AT}/{kind}.xlsx")
        assert sent.status_code == 200
        assert load_workbook(BytesIO(sent.content)).worksheets[0].max_row > 2
    page = governor.get(f"{AT}/accounts?q=1101010101.001").content.decode()
    assert page.count("<tr><td>") == 1
    assert governor.get(f"{AT}/nothing").status_code == 404
    assert governor.get(f"{AT}/nothing.xlsx").status_code == 404
    assert governor.get(f"{AT}/versions/999999999").status_code == 404


def test_english_readers_are_told_in_english(browsers):
    author, *_ = browsers
    author.cookies[LANGUAGE_COOKIE] = "en"
    try:
        page = author.get(AT).content.decode()
    finally:
        del author.cookies[LANGUAGE_COOKIE]
    assert "Master data" in page
    assert "ข้อมูลหลัก" not in page
