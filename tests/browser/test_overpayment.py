"""What a ฎีกา paid too much (EX16): set up as a receivable on its page, and back by a receipt."""

import re

from playwright.sync_api import expect

BACK, PHONE = "1103020110.001", "5104020106.001"
PAYEE = "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)"
DONE = re.compile(r"[?&]done=")


def test_what_was_paid_too_much_is_set_up_and_comes_back(
    spending_office, open_context, sign_in, shoot
):
    office = spending_office
    line = office.line("12740.00")
    paid = office.led_to(office.voucher(budget_line=line), "approve")
    office.paid(paid)
    home, pages = f"/b/{office.body.code}", {}
    for role in ("FIN_OFFICER", "ACCOUNTANT", "COLLECTOR"):
        pages[role] = open_context().new_page()
        sign_in(pages[role], office.officers[role])

    debt = _set_up(pages["FIN_OFFICER"], home, paid["requester_no"], shoot)
    _record(pages["ACCOUNTANT"], debt)
    assert office.columns(line)["available"] == "9530.00", "not before the money is here"
    _receive(pages["COLLECTOR"], home, shoot)
    assert office.columns(line)["available"] == "9740.00"
    accountant = pages["ACCOUNTANT"]
    accountant.goto(debt)
    left = accountant.locator("dl.facts div", has=accountant.locator("dt", has_text="คงค้าง"))
    expect(left.locator("dd")).to_have_text("0.00")


def _set_up(page, home, voucher, shoot):
    """Fill the form in, too much at first; return where the receivable is."""
    page.goto(f"{home}/receivables/new")
    page.fill("#recorded_on", "3/11/2569")
    page.fill("#due_on", "30/11/2569")
    page.fill("#debtor", PAYEE)
    for field, account in (("account", BACK), ("revenue", PHONE)):
        page.locator(f"#{field}").press_sequentially(account)
        page.locator(f".combo:has(#{field}) [role=option]").first.click()
    page.fill("#amount", "3,210.01")
    page.fill("#purpose", "จ่ายค่าโทรศัพท์เกิน")
    page.fill("#voucher", voucher)
    page.locator("[data-post]").click()
    expect(page.locator("#amount-error")).to_contain_text("3,210.00")
    shoot(page, "refused", full_page=True)
    page.fill("#amount", "210.00")
    page.locator("[data-post]").click()
    expect(page).to_have_url(DONE)
    expect(page.locator("main")).to_contain_text(voucher)
    return page.url.partition("?")[0]


def _record(page, debt):
    page.goto(debt)
    page.locator("form[action$='/record'] button").click()
    expect(page).to_have_url(DONE)
    _posted(page, "EX16", ((BACK, "210.00", ""), (PHONE, "", "210.00")))


def _receive(page, home, shoot):
    """Make the receipt that settles it."""
    page.goto(f"{home}/receipts/new")
    page.fill("#received_on", "5/11/2569")
    page.fill("#payer", PAYEE)
    page.select_option("#method", "cash")
    page.locator("#lines-0-receivable").press_sequentially("โทรคมนาคม")
    page.locator(".combo:has(#lines-0-receivable) [role=option]").first.click()
    page.fill("#lines-0-amount", "210.00")
    shoot(page, "receipt-typed", full_page=True)
    page.locator("[data-post]").click()
    expect(page.locator("h1")).to_contain_text("RCPT-00001/70")
    _posted(page, "EX16", (("1101010101.001", "210.00", ""), (BACK, "", "210.00")))
    shoot(page, "receipt", full_page=True)
    paper = page.get_by_role("link", name="PDF").get_attribute("href")
    assert page.request.get(paper).body().startswith(b"%PDF")


def _posted(page, rule, lines):
    """The page shows the entry of the rule: accounts, sides and amounts."""
    entry = page.locator("table.entry-lines", has_text=rule)
    for place, (account, debit, credit) in enumerate(lines):
        cells = entry.locator("tbody tr").nth(place).locator("td")
        expect(cells.nth(0)).to_contain_text(account)
        expect(cells.nth(1)).to_have_text(debit)
        expect(cells.nth(2)).to_have_text(credit)
