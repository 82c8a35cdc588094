"""An ordinance from its first keystroke to money that can be spent, by the five who decide."""

import pytest
from playwright.sync_api import expect

from tests.budget.office import Office


class Person:
    """An officer as the page's sign-in knows them."""

    def __init__(self, username: str, password: str) -> None:
        self.username, self.password = username, password


@pytest.fixture
def page_of(body, api, open_context, sign_in):
    """Open a browser of an officer's own, by role."""
    office = Office(body, api)

    def open_page(role, **options):
        page = open_context(**options).new_page()
        sign_in(page, Person(office.usernames[role], office.password))
        return page

    return open_page


def test_an_ordinance_comes_into_force(page_of, body, shoot):
    officer = page_of("BUDGET_OFFICER")
    officer.goto(f"/b/{body.code}/ordinances/new")
    officer.fill("#fiscal_year", "2570")
    officer.fill("#title", "เทศบัญญัติงบประมาณรายจ่าย 2570")
    choose(officer, "revenue_estimates-account", "4401010104")
    typed(officer, "revenue_estimates-amount").fill("600000")
    choose(officer, "lines-task", "00111")
    choose(officer, "lines-expenditure_type", "340500")
    typed(officer, "lines-name").fill("ค่าบริการสื่อสารและโทรคมนาคม")
    typed(officer, "lines-amount").fill("12740")
    shoot(officer, "form", full_page=True)
    officer.keyboard.press("Control+Enter")
    expect(officer.locator(".state")).to_have_text("ร่าง")
    address = officer.url.partition("?")[0]

    officer.get_by_role("button", name="เสนอสภาท้องถิ่น").click()
    expect(officer.locator(".state")).to_have_text("เสนอสภาแล้ว")
    for role, button, state in (
        ("COUNCIL", "สภาท้องถิ่นเห็นชอบ", "สภาเห็นชอบแล้ว"),
        ("PROVINCE", "ผู้กำกับดูแลเห็นชอบ", "ผู้กำกับดูแลเห็นชอบแล้ว"),
        ("EXECUTIVE", "ลงนามและประกาศใช้", "ประกาศใช้แล้ว"),
    ):
        page = page_of(role)
        page.goto(address)
        page.locator("form button", has_text=button).first.click()
        expect(page.locator(".state")).to_have_text(state)
    officer.goto(address)
    officer.get_by_role("button", name="บังคับใช้").click()
    expect(officer.locator(".state")).to_have_text("มีผลใช้บังคับ")
    expect(officer.locator(".history li")).to_have_count(6)
    shoot(officer, "in-force", full_page=True)

    officer.goto(f"/b/{body.code}/budget?fiscal_year=2570")
    expect(officer.locator("tbody")).to_contain_text("12,740.00")
    shoot(officer, "remaining", full_page=True)
    officer.get_by_role("link", name="ค่าบริการสื่อสารและโทรคมนาคม").click()
    expect(officer.locator("h1")).to_have_text("ค่าบริการสื่อสารและโทรคมนาคม")


def typed(page, name):
    """Return the field of that name in the first line."""
    return page.locator(f"[data-lines] input[name={name}]").first


def choose(page, name, words) -> None:
    """Type into a searched field and take the first that is found, by keyboard."""
    field = typed(page, name)
    field.press_sequentially(words)
    expect(field.locator("..").locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
