"""Vouchers take two people; drafts keep themselves through whatever happens to the line."""

import re

import pytest
from playwright.sync_api import expect

CASH, TAX = "1101010101.001", "4401010103.001"
POSTED = re.compile(r"/journal/JV-\d+-\d\d\?posted=1$")


@pytest.fixture
def accountant(body, officer_of):
    return officer_of(body)


@pytest.fixture
def director(body, officer_of):
    return officer_of(body, "FIN_DIRECTOR")


@pytest.fixture
def page_of(open_context, sign_in):
    """Open a browser of an officer's own."""

    def open_page(officer, **options):
        page = open_context(**options).new_page()
        sign_in(page, officer)
        return page

    return open_page


@pytest.mark.parametrize("has_javascript", [True, False])
def test_a_voucher_goes_from_its_preparer_over_its_checker_to_the_books(
    page_of, body, accountant, director, officer_of, shoot, has_javascript
):
    preparer = page_of(accountant, java_script_enabled=has_javascript)
    preparer.goto(f"/b/{body.code}/journal/new")
    _type(preparer, description="โอนเงินฝากธนาคาร", amount="2500")
    preparer.get_by_role("button", name="เก็บร่าง").click()
    expect(preparer.get_by_role("status").first).to_contain_text("ผู้อื่นตรวจได้แล้ว")
    expect(preparer.locator(".state")).to_have_text("ร่าง")
    expect(preparer.get_by_role("button", name="ตรวจแล้ว")).to_have_count(0)
    shoot(preparer, "kept", full_page=True)

    checker = page_of(director, java_script_enabled=has_javascript)
    expect(checker.locator(".todo")).to_have_text("ตรวจ")
    shoot(checker, "home")
    checker.get_by_role("link", name="โอนเงินฝากธนาคาร").click()
    checker.get_by_role("button", name="ตรวจแล้ว ถูกต้อง").click()
    expect(checker.locator(".state")).to_have_text("ตรวจแล้ว")
    checker.locator("summary", has_text="ส่งคืน").click()
    checker.locator("#note-return").locator("..").get_by_role("button").click()
    expect(checker.locator("#note-return-error")).to_have_text("ต้องระบุเหตุผล")
    checker.fill("#note-return", "ขาดเลขที่เช็ค")
    shoot(checker, "return")
    checker.locator("#note-return").locator("..").get_by_role("button").click()
    expect(checker.locator(".history")).to_contain_text("ขาดเลขที่เช็ค")

    preparer.goto(f"/b/{body.code}/vouchers")
    expect(preparer.locator(".todo")).to_have_text("ทำต่อ")
    preparer.get_by_role("link", name="โอนเงินฝากธนาคาร").click()
    preparer.get_by_role("link", name="แก้ไขร่าง").click()
    expect(_field(preparer, 0, "account")).to_have_value(f"{CASH} เงินสดในมือ")
    expect(_field(preparer, 0, "debit")).to_have_value("2,500.00")
    preparer.fill("#reference", "เช็คเลขที่ 10023")
    preparer.get_by_role("button", name="เก็บร่าง").click()

    checker.goto(f"/b/{body.code}/vouchers")
    checker.get_by_role("link", name="โอนเงินฝากธนาคาร").click()
    expect(checker.locator("main")).to_contain_text("เช็คเลขที่ 10023")
    checker.get_by_role("button", name="ตรวจแล้ว ถูกต้อง").click()

    poster = page_of(officer_of(body), java_script_enabled=has_javascript)
    expect(poster.locator(".todo")).to_have_text("บันทึกบัญชี")
    poster.get_by_role("link", name="โอนเงินฝากธนาคาร").click()
    poster.get_by_role("button", name="บันทึกบัญชี").click()
    expect(poster.locator(".state")).to_have_text("บันทึกบัญชีแล้ว")
    expect(poster.locator(".history li")).to_have_count(5)
    shoot(poster, "posted", full_page=True)
    poster.get_by_role("link", name="เปิดรายการในสมุดรายวัน").click()
    expect(poster.locator("h1")).to_have_text("JV-00001/70")
    poster.goto(f"/b/{body.code}/vouchers/posted")
    expect(poster.locator("tbody")).to_contain_text("JV-00001/70")


def test_a_voucher_changed_while_it_was_read_is_not_checked_unseen(
    page_of, body, accountant, director
):
    preparer = page_of(accountant)
    preparer.goto(f"/b/{body.code}/journal/new")
    _type(preparer, description="ค่าน้ำ", amount="10")
    preparer.get_by_role("button", name="เก็บร่าง").click()
    checker = page_of(director)
    checker.get_by_role("link", name="ค่าน้ำ").click()

    preparer.get_by_role("link", name="แก้ไขร่าง").click()
    preparer.fill("#description", "ค่าน้ำ ที่แก้แล้ว")
    preparer.get_by_role("button", name="เก็บร่าง").click()
    expect(preparer.locator(".done")).to_be_visible()
    checker.get_by_role("button", name="ตรวจแล้ว ถูกต้อง").click()

    expect(checker.get_by_role("alert")).to_contain_text("เอกสารถูกแก้หลังจากที่ท่านเปิดดู")
    expect(checker.locator("main")).to_contain_text("ค่าน้ำ ที่แก้แล้ว")
    expect(checker.locator(".state")).to_have_text("ร่าง")


def test_two_who_change_one_draft_see_both(page_of, body, accountant, officer_of, shoot):
    one, other = page_of(accountant), page_of(officer_of(body))
    one.goto(f"/b/{body.code}/journal/new")
    _type(one, description="ค่าไฟฟ้า", amount="10")
    one.get_by_role("button", name="เก็บร่าง").click()
    expect(one.locator(".done")).to_be_visible()
    path = one.url.partition("?")[0]
    other.goto(f"{path}/edit")
    one.goto(f"{path}/edit")
    one.fill("#reference", "บิลเดือนตุลาคม")
    expect(one.locator("[data-keeping]")).to_contain_text("บันทึกร่างแล้ว")

    other.fill("#reference", "บิลเดือนกันยายน")
    expect(other.locator("[data-keeping]")).to_contain_text("ร่างนี้ถูกแก้จากที่อื่น")
    other.get_by_role("button", name="เก็บร่าง").click()
    expect(other.locator("#conflict")).to_be_visible()
    expect(other.locator(".theirs")).to_contain_text("บิลเดือนตุลาคม")
    expect(other.locator("#reference")).to_have_value("บิลเดือนกันยายน")
    shoot(other, full_page=True)
    other.get_by_role("button", name="เก็บร่าง").click()
    expect(other.locator("main")).to_contain_text("บิลเดือนกันยายน")


def test_what_is_typed_keeps_itself_and_is_finished_on_another_computer(
    page_of, body, accountant, shoot
):
    page = page_of(accountant)
    page.goto(f"/b/{body.code}/journal/new")
    page.fill("#description", "ค่าจ้างเหมา")
    expect(page.locator("[data-keeping]")).to_have_text(re.compile(r"บันทึกร่างแล้ว \d\d:\d\d"))
    _type(page, description="ค่าจ้างเหมาบริการ", amount="700")
    shoot(page, "kept")
    page.wait_for_timeout(400)
    page.close()  # what was typed last goes off with the tab

    elsewhere = page_of(accountant)
    expect(elsewhere.locator(".todo")).to_have_text("ทำต่อ")
    elsewhere.get_by_role("link", name="ค่าจ้างเหมาบริการ").click()
    elsewhere.get_by_role("link", name="แก้ไขร่าง").click()
    expect(_field(elsewhere, 1, "credit")).to_have_value("700.00")
    elsewhere.wait_for_load_state()  # the value came with the page, the keys come with its script
    elsewhere.keyboard.press("Control+Enter")
    expect(elsewhere).to_have_url(POSTED)
    elsewhere.goto(f"/b/{body.code}/vouchers")
    expect(elsewhere.locator("main")).to_contain_text("ไม่มีงานรอท่าน")
    elsewhere.goto(f"/b/{body.code}/vouchers/posted")
    expect(elsewhere.locator("tbody tr")).to_have_count(1)


def test_a_lost_connection_loses_nothing(page_of, body, accountant, shoot):
    page = page_of(accountant)
    page.goto(f"/b/{body.code}/journal/new")
    sign = page.locator("[data-keeping]")
    page.fill("#description", "ค่าเช่า")
    expect(sign).to_contain_text("บันทึกร่างแล้ว")

    page.context.set_offline(True)
    _type(page, description="ค่าเช่าอาคาร", amount="1200")
    expect(sign).to_contain_text("ยังไม่ได้ส่ง จะลองใหม่")
    page.get_by_role("button", name="บันทึกรายการ").click()
    expect(sign).to_contain_text("ยังไม่ได้ส่ง จะลองใหม่")
    expect(page.locator("#description")).to_have_value("ค่าเช่าอาคาร")
    shoot(page, "offline")
    page.context.set_offline(False)
    expect(sign).to_contain_text("บันทึกร่างแล้ว")

    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(POSTED)
    page.goto(f"/b/{body.code}/vouchers/posted")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_tab_closed_without_a_line_is_taken_up_where_it_was(page_of, body, accountant):
    page = page_of(accountant)
    context = page.context
    page.goto(f"/b/{body.code}/journal/new")
    page.fill("#description", "ค่าซ่อม")
    expect(page.locator("[data-keeping]")).to_contain_text("บันทึกร่างแล้ว")
    context.set_offline(True)
    _type(page, description="ค่าซ่อมรถ", amount="90")
    page.wait_for_timeout(500)
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"/b/{body.code}/journal/new")
    again.get_by_role("button", name="นำกลับมา").click()
    expect(_field(again, 0, "debit")).to_have_value("90.00")
    again.locator("[data-post]").dblclick()
    expect(again).to_have_url(POSTED)
    again.goto(f"/b/{body.code}/vouchers/posted")
    expect(again.locator("tbody tr")).to_have_count(1)
    again.goto(f"/b/{body.code}/vouchers/draft")
    expect(again.locator("main")).to_contain_text("ไม่มีใบผ่านรายการในสถานะนี้")


def test_an_answer_lost_on_the_way_is_no_conflict(page_of, body, accountant):
    page = page_of(accountant)
    page.goto(f"/b/{body.code}/journal/new")
    lost = []

    def lose_twice(route):
        if len(lost) < 2:
            lost.append(route.fetch())  # the server did its work
            route.abort()
        else:
            route.continue_()

    page.route("**/vouchers/save", lose_twice)
    sign = page.locator("[data-keeping]")
    page.fill("#description", "ค่าโทรศัพท์")
    expect(sign).to_contain_text("ยังไม่ได้ส่ง")
    page.fill("#description", "ค่าโทรศัพท์เดือนตุลาคม")
    expect(sign).to_contain_text("บันทึกร่างแล้ว", timeout=20_000)
    page.wait_for_timeout(2000)
    page.goto(f"/b/{body.code}/vouchers/draft")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("ค่าโทรศัพท์เดือนตุลาคม")


def test_a_maintenance_window_is_waited_out(page_of, body, accountant):
    from tenants.directory.models import Body

    page = page_of(accountant)
    page.goto(f"/b/{body.code}/journal/new")
    Body.objects.filter(code=body.code).update(state="maintenance")
    try:
        page.fill("#description", "ค่าวัสดุ")
        sign = page.locator("[data-keeping]")
        expect(sign).to_contain_text("ข้อมูลที่พิมพ์ยังอยู่")
    finally:
        Body.objects.filter(code=body.code).update(state="open")
    expect(sign).to_contain_text("บันทึกร่างแล้ว")


def test_a_cancelled_voucher_stays_on_the_register(page_of, body, accountant):
    page = page_of(accountant)
    page.goto(f"/b/{body.code}/journal/new")
    _type(page, description="พิมพ์ผิด", amount="1")
    page.get_by_role("button", name="เก็บร่าง").click()
    page.locator("summary", has_text="ยกเลิก").click()
    page.fill("#note-cancel", "ทำซ้ำ")
    page.locator("#note-cancel").locator("..").get_by_role("button").click()
    expect(page.locator(".state")).to_have_text("ยกเลิก")
    page.goto(f"/b/{body.code}/vouchers/cancelled")
    expect(page.locator("tbody")).to_contain_text("พิมพ์ผิด")


def _field(page, line, name):
    return page.locator("[data-line]").nth(line).locator(f"[name={name}]")


def _type(page, *, description, amount):
    page.fill("#description", description)
    for line, account, side in ((0, CASH, "debit"), (1, TAX, "credit")):
        _field(page, line, "account").fill(account)
        _field(page, line, side).fill(amount)
