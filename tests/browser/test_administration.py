"""Closing months, opening own accounts, inviting and appointing officers."""

import re

import pytest
from playwright.sync_api import expect

CASH_IN_BANK = "1101030101.001"


@pytest.fixture
def page_of(open_context, sign_in):
    """Open a browser of an officer's own."""

    def open_page(officer, **options):
        page = open_context(**options).new_page()
        sign_in(page, officer)
        return page

    return open_page


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_month_is_closed_once_nothing_is_unfinished_and_reopened_with_a_reason(
    page_of, api, body, officer_of, entry, shoot, has_javascript
):
    accountant = officer_of(body)
    path = f"bodies/{body.code}/general-vouchers"
    drafted = api.post(
        path, entry("7.00", entry_date="2026-10-05", description="ค้างตรวจ"), token=accountant.token
    )
    assert drafted.status_code == 201, drafted.content
    page = page_of(officer_of(body, "FIN_DIRECTOR"), java_script_enabled=has_javascript)
    page.goto(f"/b/{body.code}/periods?fiscal_year=2570")
    month = page.locator("#m2026-10")
    month.get_by_role("button", name="ปิดงวด").click()
    expect(month.get_by_role("alert")).to_contain_text("ค้างตรวจ")
    shoot(page, "refused", full_page=True)
    month.get_by_role("link", name="ค้างตรวจ").click()
    page.locator("summary", has_text="ยกเลิก").click()
    page.fill("#note-cancel", "ทำซ้ำ")
    page.locator("#note-cancel").locator("..").get_by_role("button").click()

    page.goto(f"/b/{body.code}/periods?fiscal_year=2570")
    month.get_by_role("button", name="ปิดงวด").click()
    expect(month.locator(".state")).to_have_text("ปิดแล้ว")
    refused = api.post(
        f"bodies/{body.code}/journal-entries",
        entry("1.00", entry_date="2026-10-06"),
        token=accountant.token,
    )
    assert refused.json()["refusals"][0]["code"] == "period_closed"

    month.locator("summary").click()
    month.get_by_role("button", name="เปิดอีกครั้ง").click()
    expect(page.locator(".field-error")).to_have_text("ต้องระบุเหตุผล")
    page.fill("#reason-2026-10", "ได้รับใบเสร็จล่าช้า")
    month.get_by_role("button", name="เปิดอีกครั้ง").click()
    expect(month.locator(".state")).to_have_text("เปิดบันทึก")
    shoot(page, "reopened")


def test_only_the_director_of_finance_closes(page_of, body, officer_of):
    page = page_of(officer_of(body))
    page.goto(f"/b/{body.code}/periods")
    expect(page.locator(".month")).to_have_count(12)
    expect(page.get_by_role("button", name="ปิดงวด")).to_have_count(0)


def test_an_own_account_is_opened_and_posted_to(page_of, body, officer_of, shoot):
    page = page_of(officer_of(body))
    page.goto(f"/b/{body.code}/accounts")
    page.fill("#parent", "1101000000.000")
    page.get_by_role("button", name="เปิดบัญชี").click()
    expect(page.locator("#name_th_error")).to_be_visible()
    page.fill("#name_th", "ธ.กรุงไทย สาขาท่าช้าง")
    page.get_by_role("button", name="เปิดบัญชี").click()
    expect(page.locator("#parent_error")).to_contain_text("บัญชีหมวด")
    page.fill("#parent", CASH_IN_BANK)
    page.get_by_role("button", name="เปิดบัญชี").dblclick()
    expect(page.get_by_role("status")).to_contain_text(f"{CASH_IN_BANK}.01")
    expect(page.locator("tbody tr")).to_have_count(1)
    shoot(page)

    page.goto(f"/b/{body.code}/journal/new")
    page.fill("#description", "ฝากธนาคาร")
    line = page.locator("[data-line]").first
    line.locator("[name=account]").focus()
    page.keyboard.type("ท่าช้าง")
    expect(page.locator(".options:visible [data-code]")).to_have_count(1)
    page.keyboard.press("Enter")
    line.locator("[name=debit]").fill("10")
    second = page.locator("[data-line]").nth(1)
    second.locator("[name=account]").fill("1101010101.001")
    second.locator("[name=credit]").fill("10")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("posted=1"))
    page.get_by_role("link", name="ธ.กรุงไทย สาขาท่าช้าง").click()
    expect(page.locator("tfoot")).to_contain_text("10.00")


def test_an_officer_is_invited_appointed_and_ended(page_of, open_context, body, officer_of, shoot):
    page = page_of(officer_of(body, "LAO_ADMIN"))
    page.get_by_role("link", name="เจ้าหน้าที่", exact=True).click()
    page.fill("#name_th", "นายวิชัย ตั้งใจ")
    page.get_by_role("button", name="สร้างลิงก์เชิญ").click()
    expect(page.locator("#username_error")).to_be_visible()
    expect(page.locator("#roles_error")).to_be_visible()
    expect(page.locator("#name_th")).to_have_value("นายวิชัย ตั้งใจ")
    username = f"wichai.{body.code}"
    page.fill("#username", username)
    page.get_by_label("เจ้าหน้าที่บัญชี").check()
    page.get_by_role("button", name="สร้างลิงก์เชิญ").click()
    link = page.locator("#link").input_value()
    shoot(page, "invited", full_page=True)
    row = page.locator("tr", has_text=username)
    expect(row).to_contain_text("ยังไม่ได้เปิดลิงก์เชิญ")

    guest = open_context().new_page()
    guest.goto(link)
    guest.fill("#password", "ดอกไม้บานริมคลองหลังวัด")
    guest.fill("#again", "ดอกไม้บานริมคลองหลังวัด")
    guest.get_by_role("button", name="ตั้งรหัสผ่าน").click()
    expect(guest).to_have_url(re.compile(f"/b/{body.code}/$"))

    row.get_by_role("link").click()
    page.select_option("#role", "FIN_DIRECTOR")
    page.fill("#to_date", "30/09/2570")
    page.get_by_role("checkbox", name="รักษาราชการแทน").check()
    page.get_by_role("button", name="แต่งตั้ง", exact=True).click()
    expect(page.locator("#order_no_error")).to_contain_text("คำสั่ง")
    shoot(page, "appoint", full_page=True)
    page.fill("#order_no", "คำสั่งที่ 15/2570")
    page.get_by_role("button", name="แต่งตั้ง", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("แต่งตั้งแล้ว")
    expect(page.locator("tbody")).to_contain_text("คำสั่งที่ 15/2570")
    guest.reload()
    expect(guest.locator(".role-acting")).to_have_text("ผู้อำนวยการกองคลัง (รักษาราชการแทน)")

    page.get_by_role("button", name="ให้สิ้นสุด ผู้อำนวยการกองคลัง").click()
    expect(page.get_by_role("status")).to_have_text("สิ้นสุดการแต่งตั้งแล้ว")
    page.get_by_role("button", name="สร้างลิงก์ตั้งรหัสผ่านใหม่").click()
    expect(page.locator("#link")).to_have_value(re.compile("/sign-in/link/"))
    page.locator("summary", has_text="ให้พ้นจากหน้าที่").click()
    page.get_by_role("button", name="ให้พ้นจากหน้าที่").click()
    expect(page.get_by_role("status")).to_have_text("ให้พ้นจากหน้าที่แล้ว")
    guest.reload()
    expect(guest).to_have_url(re.compile("/sign-in"))


def test_a_form_sent_again_shows_no_second_link(page_of, body, officer_of):
    page = page_of(officer_of(body, "LAO_ADMIN"))
    page.goto(f"/b/{body.code}/officers")
    page.fill("#name_th", "นางแดง ดีงาม")
    page.fill("#username", f"daeng.{body.code}")
    page.get_by_label("เจ้าหน้าที่บัญชี").check()
    page.get_by_role("button", name="สร้างลิงก์เชิญ").click()
    expect(page.locator("#link")).to_be_visible()
    page.reload()
    expect(page.locator("#link")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("ลิงก์แสดงไปแล้วครั้งหนึ่ง")


def test_officers_are_the_administrators_work(page_of, body, officer_of):
    page = page_of(officer_of(body))
    expect(page.get_by_role("link", name="เจ้าหน้าที่", exact=True)).to_have_count(0)
    assert page.goto(f"/b/{body.code}/officers").status == 403
    expect(page.locator("main")).to_contain_text("ผู้ดูแลระบบ")
