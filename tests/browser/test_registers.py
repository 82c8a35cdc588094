"""A vendor is entered, found and changed with the keyboard alone."""

from playwright.sync_api import expect


def test_an_officer_is_entered_as_payee_and_chosen_in_a_voucher(
    open_context, spending_office, sign_in, shoot
):
    office = spending_office
    cashier, clerk = open_context().new_page(), open_context().new_page()
    sign_in(cashier, office.officers["FIN_OFFICER"])
    cashier.goto(f"/b/{office.body.code}/vendors")
    cashier.get_by_role("link", name="ทะเบียนบุคลากรและผู้รับเงินอื่น").click()
    cashier.goto(f"{cashier.url}/new")
    cashier.fill("#name", "นางสาวมาลี ศรีสุข")
    cashier.select_option("#legal_form", "natural")
    cashier.fill("#bank_account_no", "201-0-01112-2")
    cashier.keyboard.press("Control+Enter")
    expect(cashier.locator("#bank_code-error")).to_contain_text("เว้นว่างทั้งสองช่องแล้วจ่ายเป็นเช็ค")
    cashier.select_option("#bank_code", "006")
    cashier.locator("#name").press("Control+Enter")
    expect(cashier.locator("h1")).to_have_text("นางสาวมาลี ศรีสุข")
    expect(cashier.locator("main")).to_contain_text("2010011122")
    shoot(cashier, "payee", full_page=True)

    sign_in(clerk, office.officers["UNIT_CLERK"])
    clerk.goto(f"/b/{office.body.code}/dika/new")
    clerk.locator("#payee").press_sequentially("มาลี")
    clerk.locator(".combo:has(#payee) [role=option]").first.click()
    expect(clerk.locator("#payee_value, [name=payee_value]").first).to_have_value(
        cashier.url.partition("?")[0].rpartition("/")[2]
    )


def test_a_vendor_is_entered_and_changed_by_keyboard(page, body, officer_of, sign_in, shoot):
    sign_in(page, officer_of(body, "SUPPLY"))
    page.goto(f"/b/{body.code}/vendors/new")
    page.locator("#name").focus()
    page.keyboard.type("บริษัท ร่มไทร จำกัด")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#errors")).to_contain_text("ต้องแก้ 3 แห่ง")
    expect(page.locator("#tax_id-error")).to_be_visible()
    expect(page.locator("#name")).to_have_value("บริษัท ร่มไทร จำกัด")
    shoot(page, "refused", full_page=True)
    page.locator("#sector").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("0-9940-00165-50-1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("บริษัท ร่มไทร จำกัด")
    expect(page.locator("main")).to_contain_text("0994000165501")
    shoot(page, "entered", full_page=True)

    page.get_by_role("link", name="ทะเบียนผู้ขายและเจ้าหนี้").first.click()
    page.fill("#q", "09940")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="บริษัท ร่มไทร จำกัด").click()
    page.get_by_role("link", name="แก้ไข").click()
    expect(page.locator("#sector")).to_have_value("own")
    page.locator("#address").focus()
    page.keyboard.type("12 ถนนพระยาตรัง")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("12 ถนนพระยาตรัง")
    page.get_by_role("button", name="เลิกใช้").click()
    expect(page.locator(".state")).to_have_text("เลิกใช้แล้ว")


def test_what_was_typed_before_the_script_came_is_searched_and_keeps_the_focus(
    open_context, spending_office, sign_in
):
    office, held = spending_office, []
    clerk = open_context().new_page()
    sign_in(clerk, office.officers["FIN_OFFICER"])

    def hold(route):
        held.append(route)

    clerk.route("**/portal/flow*.js", hold)
    clerk.goto(f"/b/{office.body.code}/receivables/new", wait_until="commit")
    clerk.locator("#revenue").press_sequentially("51040201")
    while not held:
        clerk.wait_for_timeout(10)
    held[0].continue_()
    expect(clerk.locator(".combo:has(#revenue) [role=option]").first).to_be_visible()
    expect(clerk.locator("#revenue")).to_be_focused()
    expect(clerk.locator("#revenue")).to_have_value("51040201")
