"""Every page an officer reaches, as axe-core sees it: nothing of WCAG 2.2 AA is violated.

axe-core (MPL-2.0) comes inside a development dependency. It runs as Playwright's, not as the
page's script: the pages' own policy forbids every script that is not ours.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

CASH, TAX = "1101010101.001", "4401010103.001"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
OF_THE_BODY = (
    *("", "journal", "journal/new", "journal/JV-00001-70", "journal/JV-00002-70"),
    *("journal/JV-00001-70/history", "journal/JV-00003-70/reverse", "journal/JV-09999-70"),
    *("vouchers", "vouchers/draft", "vouchers/cancelled", "accounts", "ledger"),
    *("ledger?q=เงินสด", f"ledger/{CASH}", f"ledger/{CASH}?from=x&as_known_at=x"),
    *("trial-balance", "trial-balance?as_of=x&as_known_at=x", "periods", "officers"),
    *("budget", "fiscal-years", "books", "books/general", "deposits", "open-receivables"),
    *("deposits?q=1&all=1", "receipts", "receipts/new", "dika/new", "ordinances", "cheques"),
    *("purchase-requests/new", "inspections/new", "daily-reports/new", "budget-transfers/new"),
    "trial-balance?fiscal_year=2570&month=2026-10&as_of=20/10/2569&as_known_at=22/11/2569",
)
REGISTERED = {
    "divisions": {"code": "03", "name_th": "สำนักปลัด"},
    "vendors": {
        "sector": "own",
        "legal_form": "juristic",
        "name": "บริษัท ร่มไทร จำกัด",
        "tax_id": "0994000165501",
    },
    "taxpayers": {"legal_form": "natural", "name": "นายมานะ อดทน"},
    "payees": {"legal_form": "natural", "name": "นางสาวสมหญิง ใจดี"},
}


@pytest.fixture
def office(api, body, officer_of, entry):
    """A body with something on every page; its accountant, and one who holds every role here."""
    accountant = officer_of(body)
    at, token = f"bodies/{body.code}", accountant.token
    for amount in ("100.00", "7.50", "20.00"):
        lines = [
            {"account": CASH, "debit": amount, "memo": "บิลเลขที่ 12"},
            {"account": TAX, "credit": amount},
        ]
        answer = api.post(f"{at}/journal-entries", entry(lines=lines), token=token)
        assert answer.status_code == 201, answer.content
    undone = {"entry_date": "2026-10-06", "reason": "ผิดบัญชี"}
    api.post(f"{at}/journal-entries/JV-00001-70/reversal", undone, token=token)
    whole, half = entry("70.00"), {"description": "ยังไม่ครบ"}
    vouchers = [
        api.post(f"{at}/general-vouchers", one, token=token).json()["id"]
        for one in (whole, half, entry("80.00"))
    ]
    director = officer_of(body, "FIN_DIRECTOR")
    api.post(f"{at}/general-vouchers/{vouchers[2]}/check", {}, token=director.token)
    _appoint(accountant, body, "FIN_DIRECTOR", is_acting=True, order_no="คำสั่งที่ 12/2569")
    for role in ("LAO_ADMIN", "COLLECTOR", "UNIT_CLERK", "INSPECTION", "FIN_OFFICER"):
        _appoint(accountant, body, role)
    _appoint(accountant, body, "BUDGET_OFFICER")
    return accountant, vouchers


@pytest.fixture
def look(page):
    """Open a page and tell what axe finds, each with the places where it does."""

    def at(address: str) -> list[str]:
        page.goto(address)
        return found_on(page)

    return at


IS_CLEAR_OF_BAR = """document.activeElement.getBoundingClientRect().bottom
    <= document.querySelector('.totals-bar').getBoundingClientRect().top"""
# The bar of the totals hangs over the lines below; how much of which depends on the window and on
# how long the body's name is. What lies under it is reached by scrolling, as all below the window.
LAY_DOWN_BARS = """for (const bar of document.querySelectorAll('.totals-bar'))
    bar.style.position = 'static'"""


def found_on(page) -> list[str]:
    page.evaluate(LAY_DOWN_BARS)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url}: {one['impact']} {one['id']}: {node['target']} {node['html'][:120]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_every_page_of_a_body_is_accessible(open_context, api, body, office, sign_in, viewport):
    officer, vouchers = office
    page = open_context(**({"viewport": viewport} if viewport else {})).new_page()
    sign_in(page, officer)
    paths = _with_a_deposit(page, body)
    paths += [
        *OF_THE_BODY,
        *(f"vouchers/{one}" for one in vouchers),
        f"vouchers/{vouchers[0]}/edit",
    ]
    paths += _registers(api, body, officer)
    found = []
    for path in [*paths, f"officers/{officer.username}"]:
        page.goto(f"/b/{body.code}/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found += found_on(page)
    assert found == []


def _registers(api, body, officer):
    """Enter one into each register; return its pages."""
    paths = []
    for slug, said in REGISTERED.items():
        answer = api.post(f"bodies/{body.code}/{slug}", said, token=officer.token)
        assert answer.status_code == 201, answer.content
        one = f"{slug}/{answer.json().get('id') or said['code']}"
        paths += [slug, f"{slug}/new", one, f"{one}/edit"]
    return paths


def _with_a_deposit(page, body):
    """Take a guarantee and a slip by their forms; return the receipt, the slip and the deposit."""
    page.goto(f"/b/{body.code}/receipts/new")
    page.fill("#payer", "ห้างหุ้นส่วนจำกัด ก่อสร้าง")
    page.select_option("#method", "cash")
    page.locator("[name=lines-revenue]").first.fill("2112010101.001")
    page.locator("[name=lines-amount]").first.fill("500")
    page.locator("[data-post]").click()
    page.wait_for_selector("h1:has-text('RCPT-00001')")
    receipt = page.url.partition("?")[0].rpartition("/")[2]
    page.goto(f"/b/{body.code}/remittances/new")
    page.locator("[data-post]").click()
    page.wait_for_selector("[data-forget-flow]")
    slip = page.url.partition("?")[0].rpartition("/")[2]
    page.goto(f"/b/{body.code}/deposits")
    deposit = page.locator("td.words a").first.get_attribute("href").rpartition("/")[2]
    return [f"receipts/{receipt}", f"remittances/{slip}", f"open-items/{deposit}"]


def test_the_entrance_and_the_choice_of_a_body_are_accessible(
    page, look, body, other_body, officer_of, sign_in
):
    officer = officer_of(body)
    _appoint(officer, other_body, "INT_AUDIT")
    found = look("/sign-in") + look("/sign-in?left=1") + look("/sign-in/link/none") + look("/x")
    page.goto("/sign-in")
    page.fill("#username", "nobody")
    page.fill("#password", "wrong")
    page.press("#password", "Enter")
    page.wait_for_selector("[role=alert]")
    found += found_on(page)
    sign_in(page, officer)
    found += look("/bodies")
    page.context.add_cookies(
        [{"name": "django_language", "value": "en", "url": page.url.partition("/bodies")[0]}]
    )
    found += look("/bodies") + look(f"/b/{body.code}/journal/new")
    assert found == []


def test_the_entry_form_is_accessible_while_it_is_used(page, body, office, sign_in):
    officer, _vouchers = office
    sign_in(page, officer)
    page.goto(f"/b/{body.code}/journal/new")
    account = page.locator("[data-line]").first.locator("[name=account]")
    account.press_sequentially("เงินสด")
    page.wait_for_selector(".options [data-code]")
    found = found_on(page)
    account.press("Enter")
    page.locator("[data-line]").first.locator("[name=debit]").fill("12.50")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[aria-invalid=true]")
    assert found + found_on(page) == []


def test_the_bar_of_totals_never_hides_the_field_in_use(open_context, body, office, sign_in):
    officer, _vouchers = office
    low = {"width": 1280, "height": 640}
    page = open_context(viewport=low, reduced_motion="reduce").new_page()  # scrolls at once
    sign_in(page, officer)
    page.goto(f"/b/{body.code}/journal/new")
    lines = page.locator("[data-line]")
    assert lines.count() > 3
    for line in range(lines.count()):
        lines.nth(line).locator("[name=credit]").focus()
        assert page.evaluate(IS_CLEAR_OF_BAR)


def test_refused_steps_are_accessible(page, body, office, sign_in):
    officer, vouchers = office
    sign_in(page, officer)
    page.goto(f"/b/{body.code}/vouchers/{vouchers[0]}")
    page.locator("summary", has_text="ยกเลิก").click()
    page.locator("#note-cancel").locator("..").get_by_role("button").click()
    page.wait_for_selector(".field-error")
    found = found_on(page)
    page.goto(f"/b/{body.code}/periods?fiscal_year=2570")
    page.locator("#m2026-10").get_by_role("button", name="ปิดงวด").click()
    page.wait_for_selector("[role=alert]")
    found += found_on(page)
    page.goto(f"/b/{body.code}/journal/JV-00003-70/reverse")
    page.get_by_role("button", name="บันทึกรายการกลับ").click()
    page.wait_for_selector(".field-error")
    assert found + found_on(page) == []


def _appoint(officer, body, role, **more):
    from datetime import date

    from django.utils import timezone

    from tenants.officers import appointments

    appointments.appoint(
        officer_id=officer.id,
        role=role,
        body_code=body.code,
        from_date=date(2020, 1, 1),
        now=timezone.now(),
        **more,
    )
