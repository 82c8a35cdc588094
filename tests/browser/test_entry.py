"""Posting a journal entry: by keyboard, without JavaScript, on a slow line, and never twice."""

import re

import pytest
from playwright.sync_api import expect

POSTED = re.compile(r"/journal/JV-\d+-\d\d\?posted=1$")
CASH, TAX = "1101010101.001", "4401010103.001"


@pytest.fixture
def form(page, body, officer_of, sign_in):
    """A page with the empty form, its accountant signed in."""
    sign_in(page, officer_of(body))
    page.goto(f"/b/{body.code}/journal/new")
    return page


def test_an_entry_is_posted_by_keyboard_alone(form, body, shoot):
    keys = form.keyboard
    keys.type("รับเงินภาษีป้าย")
    keys.press("Enter")
    keys.type("เงินสดในมือ")
    expect(_options(form)).to_have_count(1)
    keys.press("Enter")
    expect(_field(form, 0, "account")).to_have_value(f"{CASH} เงินสดในมือ")
    keys.type("1050.75")
    keys.press("Enter")
    expect(_field(form, 0, "debit")).to_have_value("1,050.75")
    expect(_field(form, 0, "memo")).to_be_focused()  # a debit needs no credit
    keys.press("Enter")
    keys.type("ภาษีป้าย")
    expect(_options(form).first).to_contain_text("รายได้ภาษีป้าย")
    shoot(form, "search")
    keys.press("Enter")
    keys.press("Enter")
    keys.press("=")
    expect(form.locator("[data-balanced]")).to_be_visible()
    shoot(form, "balanced")
    keys.press("Control+Enter")

    expect(form).to_have_url(POSTED)
    main = form.locator("main")
    expect(main).to_contain_text("หนึ่งพันห้าสิบบาทเจ็ดสิบห้าสตางค์")
    expect(main).to_contain_text("นางสาวสมหญิง ใจดี")
    number = form.locator("h1").inner_text()
    shoot(form, "posted")

    keys.press("Alt+KeyJ")
    row = form.locator("tr", has_text=number)
    expect(row).to_contain_text("รับเงินภาษีป้าย")
    expect(row).to_contain_text("1,050.75")
    keys.press("Alt+KeyB")
    expect(form.locator("tr", has_text=CASH)).to_contain_text("1,050.75")
    expect(form.locator("tr", has_text=TAX)).to_contain_text("1,050.75")
    expect(form.locator(".balanced")).to_be_visible()
    shoot(form, "trial-balance")


def test_enter_on_the_last_field_adds_a_line_and_arrows_move(form):
    last = form.locator("[data-line]").count() - 1
    _field(form, last, "memo").focus()
    form.keyboard.press("Enter")
    expect(form.locator("[data-line]")).to_have_count(last + 2)
    expect(_field(form, last + 1, "account")).to_be_focused()

    _field(form, 1, "debit").focus()
    form.keyboard.press("ArrowDown")
    expect(_field(form, 2, "debit")).to_be_focused()
    form.keyboard.press("ArrowUp")
    form.keyboard.press("ArrowUp")
    expect(_field(form, 0, "debit")).to_be_focused()
    form.keyboard.press("Control+Delete")
    expect(form.locator("[data-line]")).to_have_count(last + 1)


def test_accounts_are_found_by_code_and_chosen_with_arrows(form):
    account = _field(form, 0, "account")
    account.focus()
    form.keyboard.type("110103010")
    expect(_options(form)).not_to_have_count(0)
    expect(account).to_have_attribute("aria-expanded", "true")
    second = _options(form).nth(1)
    code = second.get_attribute("data-code")
    form.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(account).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    form.keyboard.press("Tab")
    expect(account).to_have_value(re.compile(f"^{re.escape(code)} "))
    expect(_field(form, 0, "debit")).to_be_focused()


def test_all_errors_come_at_once_beside_their_fields_and_what_was_typed_stays(form, body, shoot):
    form.fill("#entry_date", "31/02/2569")
    _fill(form, 0, account="9999999999.999", debit="1,5", memo="ค่าเช่าตลาด")
    _fill(form, 2, account="1101010000.000", debit="5", credit="5")
    form.get_by_role("button", name="บันทึกรายการ").click()

    expect(form.locator("#errors")).to_contain_text("ต้องแก้ 6 แห่ง")
    assert _errors(form) == {
        "entry_date": "ไม่มีวันที่นี้ในปฏิทิน",
        "description": "ต้องระบุคำอธิบายรายการ",
        "account 1": "ไม่พบบัญชีนี้ ให้พิมพ์รหัสหรือชื่อแล้วเลือกจากรายการ",
        "debit 1": "ให้พิมพ์เป็นตัวเลข เช่น 1,234.50",
        "account 3": ("บัญชี 1101010000.000: เป็นบัญชีหมวด บันทึกรายการไม่ได้ ให้เลือกบัญชีย่อย"),
        "debit 3": "ให้ใส่จำนวนเงินด้านเดียว เดบิตหรือเครดิต",
    }
    expect(form.locator("#entry_date")).to_have_value("31/02/2569")
    expect(form.locator("#entry_date")).to_be_focused()
    expect(_field(form, 0, "debit")).to_have_value("1,5")
    expect(_field(form, 0, "memo")).to_have_value("ค่าเช่าตลาด")
    expect(_field(form, 2, "account")).to_have_value("1101010000.000")
    shoot(form, full_page=True)

    form.goto(f"/b/{body.code}/journal")
    expect(form.locator("main")).to_contain_text("ยังไม่มีรายการ")


def test_an_entry_that_does_not_balance_is_refused_with_the_difference(form):
    _balanced(form, debit="100", credit="90.50")
    form.keyboard.press("Control+Enter")
    expect(form.locator("#errors")).to_contain_text("ต่างกัน 9.50 บาท")


def test_thai_digits_and_short_years_are_understood(form):
    today = form.locator("#entry_date").input_value()
    day, month, year = today.split("/")
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    _balanced(form, debit="๑,๒๓๔.๕๐", credit="1,234.5")
    form.fill("#entry_date", f"{int(day)}/{int(month)}/{year[2:]}".translate(thai))
    form.keyboard.press("Control+Enter")
    expect(form).to_have_url(POSTED)
    expect(form.locator("main")).to_contain_text("หนึ่งพันสองร้อยสามสิบสี่บาทห้าสิบสตางค์")


def test_a_double_click_posts_once(form, body):
    _balanced(form)
    form.locator("[data-post]").dblclick()
    expect(form).to_have_url(POSTED)
    assert _numbers(form, body) == 1


def test_a_form_sent_many_times_at_once_posts_once(form, body):
    _balanced(form)
    addresses = form.evaluate(
        """async () => {
            const form = document.querySelector("[data-entry-form]");
            const body = new URLSearchParams(new FormData(form));
            const send = () => fetch(form.action, {method: "POST", body});
            return (await Promise.all(Array.from({length: 6}, send))).map((answer) => answer.url);
        }"""
    )
    assert len(set(addresses)) == 1
    assert POSTED.search(addresses[0])
    assert _numbers(form, body) == 1


def test_a_form_changed_after_it_was_posted_asks_before_posting_anew(form, body):
    _balanced(form)
    used = form.locator("[name=key]").input_value()
    form.keyboard.press("Control+Enter")
    expect(form).to_have_url(POSTED)

    form.goto(f"/b/{body.code}/journal/new")
    _balanced(form, debit="200", credit="200")
    form.evaluate("key => { document.querySelector('[name=key]').value = key }", used)
    form.keyboard.press("Control+Enter")
    expect(form.get_by_role("alert")).to_contain_text("ฟอร์มนี้บันทึกไปแล้วครั้งหนึ่ง")
    expect(_field(form, 0, "debit")).to_have_value("200.00")
    form.keyboard.press("Control+Enter")
    expect(form).to_have_url(POSTED)
    assert _numbers(form, body) == 2


def test_what_was_typed_survives_a_closed_tab(form, body):
    _balanced(form, debit="321", credit="321")
    form.wait_for_timeout(600)
    context = form.context
    form.close()

    again = context.new_page()
    again.goto(f"/b/{body.code}/journal/new")
    again.get_by_role("button", name="นำกลับมา").click()
    expect(_field(again, 0, "debit")).to_have_value("321.00")
    again.keyboard.press("Control+Enter")
    expect(again).to_have_url(POSTED)
    again.goto(f"/b/{body.code}/journal/new")
    expect(again.get_by_role("button", name="นำกลับมา")).to_be_hidden()


def test_books_closed_meanwhile_keep_what_was_typed(form, body):
    from tenants.directory.models import Body

    _balanced(form, debit="77", credit="77")
    Body.objects.filter(code=body.code).update(state="read_only")
    try:
        form.keyboard.press("Control+Enter")
        expect(form.get_by_role("alert")).to_contain_text("ข้อมูลที่พิมพ์ยังอยู่")
        expect(_field(form, 0, "debit")).to_have_value("77.00")
    finally:
        Body.objects.filter(code=body.code).update(state="open")


def test_without_javascript_an_entry_is_posted_all_the_same(
    open_context, body, officer_of, sign_in, shoot
):
    page = open_context(java_script_enabled=False).new_page()
    sign_in(page, officer_of(body))
    page.goto(f"/b/{body.code}/journal/new")
    _fill(page, 0, account=CASH, debit="500")
    lines = page.locator("[data-line]").count()
    page.get_by_role("button", name="เพิ่มบรรทัด").click()
    expect(page.locator("[data-line]")).to_have_count(lines + 4)
    expect(_field(page, 0, "account")).to_have_value(CASH)

    page.fill("#description", "รับค่าธรรมเนียม")
    _fill(page, lines, account=TAX.replace(".", ""), credit="499")
    page.get_by_role("button", name="บันทึกรายการ").click()
    expect(page.locator("#errors")).to_contain_text("ต่างกัน 1.00 บาท")
    shoot(page, "refused")
    _fill(page, lines, credit="500")
    page.get_by_role("button", name="บันทึกรายการ").click()
    expect(page).to_have_url(POSTED)
    expect(page.locator("main")).to_contain_text("ห้าร้อยบาทถ้วน")


def test_on_a_slow_line_the_keys_wait_for_the_search(form):
    line = form.context.new_cdp_session(form)
    line.send("Network.enable")
    conditions = {"offline": False, "latency": 300, "downloadThroughput": 2e5}
    line.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": 2e5})
    keys = form.keyboard
    keys.type("รับเงินสด")
    keys.press("Enter")
    keys.type("เงินสดในมือ")
    keys.press("Enter")  # long before the answer
    expect(_field(form, 0, "account")).to_have_value(f"{CASH} เงินสดในมือ")
    expect(_field(form, 0, "debit")).to_be_focused()
    keys.type("10")
    _fill(form, 1, account=TAX, credit="10")
    keys.press("Control+Enter")
    expect(form).to_have_url(POSTED)


def test_only_an_accountant_gets_the_form(page, body, officer_of, sign_in, shoot):
    sign_in(page, officer_of(body, "EXECUTIVE"))
    response = page.goto(f"/b/{body.code}/journal/new")
    assert response.status == 403
    expect(page.locator("h1")).to_have_text("บทบาทของท่านทำรายการนี้ไม่ได้")
    expect(page.locator("header")).to_contain_text("นายก อปท.")
    shoot(page)


def _field(page, line, name):
    return page.locator("[data-line]").nth(line).locator(f"[name={name}]")


def _options(page):
    return page.locator(".options:visible [data-code]")


def _fill(page, line, **texts):
    for name, text in texts.items():
        _field(page, line, name).fill(text)


def _balanced(page, debit="100", credit="100"):
    page.fill("#description", "รับเงินรายได้")
    _fill(page, 0, account=CASH, debit=debit)
    _fill(page, 1, account=TAX, credit=credit)


def _errors(page):
    """Return the errors shown, by the field that names them as its description."""
    fields = page.locator("[aria-invalid=true]")
    found = {}
    for index in range(fields.count()):
        field = fields.nth(index)
        described_by = field.get_attribute("aria-describedby")
        line = field.evaluate("field => field.closest('[data-line]')?.rowIndex")
        name = field.get_attribute("name") + (f" {line}" if line else "")
        found[name] = page.locator(f"#{described_by}").inner_text()
    return found


def _numbers(page, body):
    page.goto(f"/b/{body.code}/journal")
    return page.locator(".entry-list tbody tr").count()
