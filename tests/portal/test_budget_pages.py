"""The remaining budget on screen and as a workbook, and a line with all that happened to it."""

import io
import uuid

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from tests.budget.office import LINE, ROAD, Office


@pytest.fixture(scope="module")
def office(_unused_bodies, api):
    office = Office(next(_unused_bodies), api)
    office.in_force(lines=[{**LINE, "name": "<b>โทรศัพท์</b>"}, ROAD])
    return office


@pytest.fixture(scope="module")
def get(office, officer_of):
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    officer = officer_of(office.body, "FIN_DIRECTOR")
    token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = token
    return lambda path: client.get(f"/b/{office.body.code}/{path}")


def test_the_page_shows_every_line_and_the_sums(get):
    page = get("budget?fiscal_year=2570").content.decode()
    assert "500,000.00" in page
    assert "512,740.00" in page
    assert "&lt;b&gt;โทรศัพท์" in page
    assert "ก่อสร้างถนน" not in get("budget?fiscal_year=2570&fund_source=ACCUM").content.decode()
    assert "ปีนี้ยังไม่มีรายการงบประมาณ" in get("budget?fiscal_year=2569").content.decode()


def test_the_workbook_adds_up(get):
    answer = get("budget.xlsx?fiscal_year=2570")
    assert "remaining-budget-" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows if row[4] == 12740.0] == ["งานบริหารทั่วไป"]
    (road,) = [row for row in rows if row[4] == 500000.0]
    assert road[3] == "ถนนสายบ้านใต้ ก่อสร้างถนน คสล."
    assert road[-1] == 500000.0
    assert any(str(cell).startswith("=SUM(") for row in rows for cell in row)


def test_a_line_tells_what_happened_to_it(get, office):
    road = office.lines("q=ถนน")[0]
    page = get(f"budget/{road['id']}").content.decode()
    assert "กว้าง 4 เมตร ยาว 200 เมตร" in page
    assert "อนุมัติ" in page
    assert get(f"budget/{uuid.uuid4()}").status_code == 404
