"""The documents of the budget are made by their forms, and decided on their pages."""

import re
import uuid

import pypdfium2
import pytest
from django.test import Client

from tests.budget.office import Office

VERSION = re.compile(r'name="version" value="([0-9]+)"')
FORM = {
    "fiscal_year": "2570",
    "title": "เทศบัญญัติงบประมาณ 2570",
    "revenue_estimates-account": ["4401010104.001", ""],
    "revenue_estimates-account_value": ["", ""],
    "revenue_estimates-amount": ["600,000", ""],
    "lines-task": ["00111", "00312", ""],
    "lines-task_value": ["", "", ""],
    "lines-expenditure_type": ["340500", "421000", ""],
    "lines-expenditure_type_value": ["", "", ""],
    "lines-project": ["", "ถนนสายบ้านใต้", ""],
    "lines-name": ["ค่าโทรศัพท์", "ก่อสร้างถนน", ""],
    "lines-amount": ["๑๒,๗๔๐", "500000", ""],
    "lines-explanation": ["", "กว้าง 4 เมตร", ""],
}


class Pages:
    """The officers of a body at their pages."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def of(self, role: str) -> Client:
        from django.utils import timezone

        from portal.doors import COOKIE
        from tenants.officers.models import Officer
        from tenants.officers.sign_in import open_sign_in

        officer = Officer.objects.get(username=self.office.usernames[role])
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        return client

    def at(self, slug: str) -> str:
        return f"/b/{self.office.body.code}/{slug}"

    def made(self, slug: str, typed: dict[str, object], role: str = "BUDGET_OFFICER") -> str:
        """Make a document by its form; return its address."""
        answer = self.of(role).post(f"{self.at(slug)}/new", {"key": uuid.uuid4(), **typed})
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"].partition("?")[0]

    def take(self, role: str, address: str, action: str) -> None:
        version = VERSION.search(self.words(role, address))[1]
        typed = {"key": uuid.uuid4(), "version": version}
        answer = self.of(role).post(f"{address}/{action}", typed)
        assert answer.status_code == 302, answer.content.decode()

    def words(self, role: str, address: str) -> str:
        return self.of(role).get(address).content.decode()


@pytest.fixture(scope="module")
def pages(_unused_bodies, api):
    return Pages(Office(next(_unused_bodies), api))


@pytest.fixture(scope="module")
def in_force(pages):
    """An ordinance in force, made and led there by its pages alone."""
    address = pages.made("ordinances", FORM)
    for role, action in (
        ("BUDGET_OFFICER", "propose"),
        ("COUNCIL", "council-approve"),
        ("PROVINCE", "agree"),
        ("EXECUTIVE", "sign"),
        ("BUDGET_OFFICER", "put-in-force"),
    ):
        assert f"{address}/{action}" in pages.words(role, address), action
        pages.take(role, address, action)
    return address


def test_an_ordinance_shows_its_money_and_whose_turn_it_was(pages, in_force):
    words = pages.words("INT_AUDIT", in_force)
    for told in ("512,740.00", "600,000.00", "ถนนสายบ้านใต้", "มีผลใช้บังคับ", "ท้องถิ่นจังหวัด"):
        assert told in words, told
    assert "512,740.00" in pages.words("COUNCIL", f"{pages.at('ordinances')}?state=in_force")


def test_an_ordinance_is_a_paper_with_its_five_signatures(pages, in_force):
    document = in_force.rpartition("/")[2]
    address = f"{pages.at('documents')}/{document}.pdf"
    assert address in pages.words("INT_AUDIT", in_force)
    file = pypdfium2.PdfDocument(pages.of("INT_AUDIT").get(address).content)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in file)
    for told in ("512,740.00", "600,000.00", "งานบริหารทั่วไป", "ถนนสายบ้านใต้", "นายPROVINCE"):
        assert told in text, told
    assert "ร่าง" not in text
    report = pages.of("INT_AUDIT").get(f"{pages.at('budget.pdf')}?fiscal_year=2570").content
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(report))
    assert "512,740.00" in text
    assert "กันไป" not in text, "a column of nothing"


def test_errors_stand_beside_the_fields_and_nothing_typed_is_lost(pages):
    typed = {**FORM, "key": uuid.uuid4(), "title": "", "lines-task": ["99999", "00312", ""]}
    answer = pages.of("BUDGET_OFFICER").post(f"{pages.at('ordinances')}/new", typed)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="title-error"' in words
    assert 'id="lines-0-task-error"' in words
    assert 'value="ถนนสายบ้านใต้"' in words


def test_a_draft_comes_back_into_its_form(pages):
    address = pages.made("ordinances", FORM)
    words = pages.words("BUDGET_OFFICER", f"{address}/edit")
    for told in ('value="2570"', 'value="12,740.00"', 'value="กว้าง 4 เมตร"', 'value="00312"'):
        assert told in words, told


def test_a_search_shows_what_remains(pages, in_force):
    officer = pages.of("BUDGET_OFFICER")
    found = officer.get(f"{pages.at('budget-transfers')}/search/from?q=โทรศัพท์").content.decode()
    assert "ค่าโทรศัพท์" in found
    assert "12,740.00" in found
    tasks = officer.get(f"{pages.at('ordinances')}/search/task?q=0031").content.decode()
    assert "งานก่อสร้างโครงสร้างพื้นฐาน" in tasks
    revenue = officer.get(f"{pages.at('ordinances')}/search/account?q=44010101").content.decode()
    assert "4401010103.001" in revenue


def test_a_transfer_and_a_new_item_by_their_form(pages, in_force):
    office = pages.office
    phone, road = (office.lines(f"q={word}")[0]["id"] for word in ("โทรศัพท์", "ถนน"))
    typed = {
        "fiscal_year": "2570",
        "from": "ถนน",
        "from_value": road,
        "to": "โทรศัพท์",
        "to_value": phone,
        "amount": "1000.50",
        "reason": "ไม่พอ",
    }
    address = pages.made("budget-transfers", typed)
    words = pages.words("EXECUTIVE", address)
    assert "ข้อ 26" in words
    assert "ก่อสร้างถนน ถนนสายบ้านใต้" in words
    pages.take("EXECUTIVE", address, "approve")
    assert "498,999.50" in pages.words("EXECUTIVE", address)
    new = {"new_task": "00312", "new_expenditure_type": "421000", "new_name": "สะพาน"}
    address = pages.made("budget-transfers", {**typed, **new, "to": "", "to_value": ""})
    typed = {"key": uuid.uuid4(), "version": "1"}
    refused = pages.of("EXECUTIVE").post(f"{address}/approve", typed)
    assert refused.status_code == 409
    assert "ข้อ 27" in refused.content.decode()
    pages.take("COUNCIL", address, "council-approve")
    assert [one["name"] for one in office.lines("q=สะพาน")] == ["สะพาน"]


def test_an_explanation_and_an_appropriation_by_their_forms(pages, in_force):
    road = pages.office.lines("q=ถนน")[0]["id"]
    typed = {
        "budget_line": "ถนน",
        "budget_line_value": road,
        "explanation": "กว้าง 6 เมตร",
        "reason": "แบบใหม่",
        "changes_item": "yes",
    }
    address = pages.made("explanation-changes", typed)
    pages.take("COUNCIL", address, "council-approve")
    assert "กว้าง 6 เมตร" in pages.words("INT_AUDIT", f"{pages.at('budget')}/{road}")
    typed = {
        "fiscal_year": "2570",
        "title": "ใช้จ่ายเงินสะสม",
        "effective_on": "02/11/2569",
        "authority": "มติสภา 1/2569",
        "lines-fund_source": ["ACCUM"],
        "lines-task": ["00312"],
        "lines-task_value": ["00312"],
        "lines-expenditure_type": ["421000"],
        "lines-expenditure_type_value": ["421000"],
        "lines-project": ["สะพานบ้านเหนือ"],
        "lines-name": ["ก่อสร้างสะพาน"],
        "lines-amount": ["90000"],
        "lines-explanation": [""],
    }
    address = pages.made("appropriations", typed)
    assert "ข้อ 97" in pages.words("COUNCIL", address)
    pages.take("COUNCIL", address, "council-approve")
    report = pages.words("INT_AUDIT", f"{pages.at('budget')}?fiscal_year=2570&fund_source=ACCUM")
    assert "90,000.00" in report
