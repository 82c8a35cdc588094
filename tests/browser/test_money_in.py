"""A day of money in: collector, cashier and bookkeeper are three, and three sign its end."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

FEE = "4401030106.001"


@pytest.fixture
def page_of(open_context, sign_in, officer_of, body):
    """Open a browser of an officer of a role."""

    def open_page(role):
        page = open_context().new_page()
        sign_in(page, officer_of(body, role))
        return page

    return open_page


def test_money_goes_from_the_receipt_over_slip_and_summary_to_the_signed_report(
    page_of, body, shoot
):
    today = timezone.localdate()
    day = f"{today:%d/%m}/{today.year + 543}"
    home = f"/b/{body.code}"

    collector = page_of("COLLECTOR")
    _type_receipt(collector, f"{home}/receipts/new", day, "1,234.50")
    shoot(collector, "typing", full_page=True)
    collector.locator("[data-post]").click()
    expect(collector.locator("h1")).to_contain_text("RCPT-00001")
    expect(collector.get_by_text("RV01").first).to_be_visible()
    shoot(collector, "receipt", full_page=True)
    receipt = collector.url.partition("?")[0]
    _made(collector, f"{home}/remittances/new", "#collected_on", day)
    shoot(collector, "slip", full_page=True)
    slip = collector.url.partition("?")[0]

    cashier = page_of("FIN_OFFICER")
    cashier.goto(slip)
    _step(cashier, "นับและรับเงิน", counted="1,234.00")
    expect(cashier.locator("main")).to_contain_text("ขาด 0.50 บาท")
    cashier.fill("#counted", "1,234.50")
    cashier.locator("details.step[open] button").click()
    expect(cashier.locator("main")).to_contain_text("รับเงินแล้ว")
    _made(cashier, f"{home}/remittance-summaries/new", "#collected_on", day)
    summary = cashier.url.partition("?")[0]

    bookkeeper = page_of("FIN_DIRECTOR")
    bookkeeper.goto(summary)
    bookkeeper.get_by_role("button", name="ตรวจสอบ").click()
    expect(bookkeeper.locator("main")).to_contain_text("ตรวจแล้ว")
    shoot(bookkeeper, "summary", full_page=True)

    cashier.goto(f"{home}/daily-reports/new")
    cashier.fill("#date", day)
    cashier.fill("#counted", "1,234.50")
    cashier.locator("[data-post]").click()
    expect(cashier).to_have_url(re.compile(r"/daily-reports/[0-9a-f-]{36}"))
    report = cashier.url.partition("?")[0]
    for _ in range(3):
        member = page_of("CASH_COMMITTEE")
        member.goto(report)
        member.get_by_role("button", name="ลงนามกรรมการเก็บรักษาเงิน").click()
        expect(member).to_have_url(re.compile(r"done=sign"))
    cashier.goto(report)
    cashier.get_by_role("button", name="ปิดวัน").click()
    expect(cashier.locator("main")).to_contain_text("ปิดวันแล้ว")
    shoot(cashier, "closed", full_page=True)

    _walk_up_and_down(cashier, receipt, report, shoot)

    _type_receipt(collector, f"{home}/receipts/new", day, "1")
    collector.locator("[data-post]").click()
    expect(collector.locator("#errors")).to_contain_text("ปิดรายงานสถานะการเงินประจำวันแล้ว")


def _walk_up_and_down(page, receipt, report, shoot):
    """From the receipt to the day's report, each paper naming the one above, and down again."""
    page.goto(receipt)
    above = page.locator("dl.facts div")
    for name in ("ใบนำส่งเงิน", "ใบสำคัญสรุปใบนำส่งเงิน", "รายงานสถานะการเงินประจำวัน"):
        shoot(page, f"below-{name}", full_page=True)
        above.filter(has=page.locator("dt", has_text=name)).get_by_role("link").click()
        expect(page.locator("h1")).to_contain_text(name)
    expect(page).to_have_url(report)
    for slug in ("remittance-summaries", "remittances", "receipts"):
        page.locator(f"table a[href*='/{slug}/']").click()
        expect(page).to_have_url(re.compile(f"/{slug}/[0-9a-f-]{{36}}$"))
    expect(page).to_have_url(receipt)


def _type_receipt(page, address, day, amount):
    page.goto(address)
    page.fill("#received_on", day)
    page.fill("#payer", "นายมานะ อดทน")
    page.select_option("#method", "cash")
    page.locator("[name=lines-revenue]").first.fill(FEE)
    page.locator("[name=lines-amount]").first.fill(amount)


def _made(page, address, field, day):
    page.goto(address)
    page.fill(field, day)
    page.locator("[data-post]").click()
    expect(page).to_have_url(re.compile(r"/[0-9a-f-]{36}(\?|$)"))


def _step(page, name, **typed):
    page.locator("summary", has_text=name).click()
    for field, value in typed.items():
        page.fill(f"#{field}", value)
    page.locator("details.step[open] button").click()
