"""Money out by its people: request to inspection, ฎีกา, six signatures, cheque, certificate."""

import re
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

ACCOUNT = "5104020106.001"
DONE = re.compile(r"[?&]done=")


@pytest.fixture
def page_of(open_context, sign_in, officer_of, body):
    """Open a browser of an officer of a role, one for each."""
    pages = {}

    def open_page(role):
        if role not in pages:
            pages[role] = open_context().new_page()
            sign_in(pages[role], officer_of(body, role))
        return pages[role]

    return open_page


@pytest.fixture
def ready(body, as_owner, api, officer_of):
    """A division, a seller, a bank account, and 12,740 baht on a line."""
    from accounting.budget import operations as budget
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    clerk, cashier = officer_of(body, "CLERK_LAO"), officer_of(body, "FIN_OFFICER")
    path, seller = f"bodies/{body.code}", "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)"
    api.post(f"{path}/divisions", {"code": "03", "name_th": "สำนักปลัด"}, token=clerk.token)
    said = {"sector": "own", "legal_form": "juristic", "name": seller, "tax_id": "0107564000014"}
    assert api.post(f"{path}/vendors", said, token=cashier.token).status_code == 201
    with as_owner(body) as owner:
        owner.execute(
            "INSERT INTO bank_account (id, bank_code, number, branch, kind, name_th, account)"
            " VALUES ('006-1', '006', '1230045678', 'ท่าช้าง', 'current', 'กรุงไทย', '1101030101.001')"
        )
    officer = Officer(id=uuid.uuid4(), name_th="สภา", roles=frozenset({"COUNCIL"}))
    year = timezone.localdate().year + 543 + (timezone.localdate().month >= 10)
    key = budget.LineKey(
        fund_source="BUDGET",
        plan="00110",
        task="00111",
        project="",
        expenditure_type="340500",
        name="ค่าบริการสื่อสารและโทรคมนาคม",
    )
    with tenant_transaction(body):
        (line,) = budget.open_lines(fiscal_year=year, keys=[key])
        change = budget.Change(line_id=line.id, kind="approve", amount=Decimal("12740.00"))
        budget.change_lines(
            document_id=uuid.uuid4(),
            changes=[change],
            day=date(year - 544, 10, 1),
            officer=officer,
        )
    return year


def test_money_goes_from_the_request_to_the_certificate(page_of, body, ready, shoot):
    today = timezone.localdate()
    day, home = f"{today:%d/%m}/{today.year + 543}", f"/b/{body.code}"
    inspection = _buy(page_of, home, day, shoot)
    clerk = _ask_for_the_money(page_of, inspection, ready, shoot)
    cashier = _pay(page_of, home, day, clerk, shoot)
    clerk.get_by_role("link", name="CHQ-00001").click()
    expect(clerk.locator("h1")).to_contain_text("CHQ-00001")
    cashier.goto(clerk.url)
    cashier.get_by_role("button", name="ผู้รับเงินลงนามรับ").click()
    expect(cashier.locator(".state").first).to_have_text("ผู้รับเงินรับแล้ว")
    shoot(cashier, "cheque", full_page=True)

    cashier.goto(f"{home}/certificates")
    expect(cashier.locator("main")).to_contain_text("30.00")
    shoot(cashier, "certificates", full_page=True)
    address = cashier.locator("table a").first.get_attribute("href")
    assert cashier.request.get(address).body().startswith(b"%PDF")
    _remit_the_tax(cashier, home, today, shoot)


def _remit_the_tax(cashier, home, today, shoot):
    """Make the month's return and remit it: the step asks for a day and a bank account."""
    cashier.goto(f"{home}/withholding-returns/new")
    cashier.select_option("#form", "PND53")
    cashier.fill("#month", f"{today:%m}/{today.year + 543}")
    _keep(cashier)
    cashier.locator("summary", has_text="นำส่งภาษี").click()
    cashier.get_by_role("button", name="นำส่งภาษี").click()
    expect(cashier.locator("#paid_on-error")).to_be_visible()
    expect(cashier.locator("#bank_account-error")).to_be_visible()
    shoot(cashier, "remit-refused", full_page=True)
    cashier.fill("#paid_on", f"{today:%d/%m}/{today.year + 543}")
    bank = cashier.locator("#bank_account")
    bank.press_sequentially("กรุง", delay=60)
    expect(bank).to_have_attribute("aria-expanded", "true")
    bank.press("Enter")
    expect(bank).to_have_value(re.compile("1230045678"))
    cashier.keyboard.press("Control+Enter")
    expect(cashier.locator(".state").first).to_have_text("นำส่งแล้ว")
    file = cashier.get_by_role("link", name="ไฟล์ส่งสรรพากร").get_attribute("href")
    (line,) = cashier.request.get(file).text().splitlines()
    assert "30.00" in line.split("|")
    told = cashier.locator("dl.facts div")
    expect(told.filter(has_text="รายการในไฟล์").locator("dd")).to_have_text("1")
    expect(told.filter(has_text="ภาษีในไฟล์รวม").locator("dd")).to_have_text("30.00")


def _from_home(page, home, words, shoot=None):
    """Open from the first page what waits there."""
    page.goto(f"{home}/")
    if shoot:
        shoot(page, "waits", full_page=True)
    page.locator("section[aria-labelledby=waiting]").get_by_role("link", name=words).first.click()


def _buy(page_of, home, day, shoot):
    """Request, approve, contract, inspect; return where the inspection is."""
    request = page_of("UNIT_CLERK")
    request.goto(f"{home}/purchase-requests/new")
    request.fill("#requested_on", day)
    _choose(request, "budget_line", "3405")
    request.select_option("#fund_source", "BUDGET")
    request.fill("#amount", "3,210.00")
    request.fill("#description", "ค่าบริการอินเทอร์เน็ต")
    shoot(request, "request", full_page=True)
    _keep(request)
    _from_home(page_of("EXECUTIVE"), home, "ค่าบริการอินเทอร์เน็ต", shoot)
    _take(page_of("EXECUTIVE"), request, "อนุมัติให้ซื้อหรือจ้าง")

    contract = page_of("SUPPLY")
    _from_home(contract, home, "ค่าบริการอินเทอร์เน็ต")
    contract.get_by_role("link", name="บันทึกสัญญาหรือใบสั่ง").click()
    expect(contract.locator("#amount")).to_have_value("3,210.00")
    expect(contract.locator("#signed_on")).to_have_value(day)
    _choose(contract, "vendor", "โทรคมนาคม")
    contract.fill("#e_gp_no", "68039298502")
    shoot(contract, "contract", full_page=True)
    _keep(contract)
    expect(contract.locator("h1")).to_contain_text("CT-00001")
    expect(contract.get_by_role("link", name="PR-00001")).to_be_visible()

    inspector = page_of("INSPECTION")
    _from_home(inspector, home, "ค่าบริการอินเทอร์เน็ต")
    inspector.get_by_role("link", name="ตรวจรับ", exact=True).last.click()
    expect(inspector.locator("#contract")).to_have_value(re.compile("CT-00001"))
    _choose(inspector, "lines-0-account", ACCOUNT)
    inspector.fill("#lines-0-amount", "3,210.00")
    inspector.fill("#lines-0-vat", "210.00")
    _keep(inspector)
    inspector.get_by_role("button", name="ตรวจรับถูกต้องครบถ้วน").click()
    expect(inspector.locator("main")).to_contain_text("EX02")
    shoot(inspector, "inspection", full_page=True)
    return inspector.url.partition("?")[0]


def _ask_for_the_money(page_of, inspection, ready, shoot):
    """Draw the voucher up and lead it through its six signatures; return its page."""
    clerk = page_of("UNIT_CLERK")
    clerk.goto(inspection)
    clerk.get_by_role("link", name="จัดทำฎีกาเบิกเงิน").click()
    expect(clerk.locator("#fiscal_year")).to_have_value(str(ready))
    expect(clerk.locator("#gross")).to_have_value("3,210.00")
    expect(clerk.locator("#budget_line")).to_have_value(re.compile("340500"))
    _choose(clerk, "unit", "ปลัด")
    shoot(clerk, "voucher-begun", full_page=True)
    clerk.select_option("#deductions-0-kind", "wht")
    clerk.fill("#deductions-0-amount", "30.01")
    clerk.locator("[data-post]").click()
    expect(clerk.locator("main")).to_contain_text("1.00% × 3,000.00 = 30.00")
    shoot(clerk, "refused", full_page=True)
    clerk.fill("#deductions-0-amount", "30.00")
    _keep(clerk)
    expect(clerk.locator("h1")).to_contain_text(f"{ready % 100}-03-00111-5340500-00001")

    for role, step in (
        ("UNIT_HEAD", "ขอเบิกเงินรายจ่าย"),
        ("FIN_OFFICER", "คลังรับ ตรวจสอบเงินคงเหลือ"),
        ("FIN_DIRECTOR", "ตรวจฎีกา และเสนอปลัด"),
        ("CLERK_LAO", "เห็นควรอนุมัติ เสนอนายก"),
        ("EXECUTIVE", "อนุมัติให้เบิกจ่าย"),
    ):
        _take(page_of(role), clerk, step)
    clerk.reload()
    expect(clerk.locator("main")).to_contain_text(f"00001/{ready % 100}")
    expect(clerk.locator("main")).to_contain_text("9,530.00")
    shoot(clerk, "approved", full_page=True)
    return clerk


def _pay(page_of, home, day, clerk, shoot):
    """Report, approve, sign twice; return the cashier's page."""
    cashier = page_of("FIN_OFFICER")
    _from_home(cashier, home, "ค่าบริการอินเทอร์เน็ต")
    expect(cashier.get_by_role("button", name="จัดทำรายงาน")).to_have_count(0)
    cashier.get_by_role("link", name="จัดทำรายงานการจัดทำเช็ค/ใบถอน").click()
    expect(cashier.locator("#paid_on")).to_have_value(day)
    expect(cashier.locator("#lines-0-voucher")).to_have_value(re.compile("00001/"))
    _choose(cashier, "bank_account", "กรุงไทย")
    cashier.select_option("#method", "cheque")
    cashier.fill("#lines-0-cheque_no", "10012345")
    _keep(cashier)
    _take(page_of("EXECUTIVE"), cashier, "อนุมัติ")
    _take(page_of("EXECUTIVE"), cashier, "ลงนามในเช็ค/ใบถอน")
    _take(page_of("CLERK_LAO"), cashier, "ลงนามในเช็ค/ใบถอน")
    clerk.reload()
    expect(clerk.locator(".state").first).to_have_text("จ่ายเงินแล้ว")
    expect(clerk.locator("main")).to_contain_text("EX07")
    shoot(clerk, "paid", full_page=True)
    return cashier


def _choose(page, field, words):
    """Type into a searched field and take the first thing found."""
    page.locator(f"#{field}").press_sequentially(words)
    page.locator(f".combo:has(#{field}) [role=option]").first.click()


def _keep(page):
    page.locator("[data-post]").click()
    expect(page).to_have_url(DONE)


def _take(page, shown, step):
    """Take a step of the document that another officer's page shows."""
    page.goto(shown.url.partition("?")[0])
    page.get_by_role("button", name=step, exact=True).click()
    expect(page).to_have_url(DONE)
