"""From a figure of the trial balance to the document and back, and undoing an entry."""

import re

import pytest
from playwright.sync_api import expect

CASH, TAX = "1101010101.001", "4401010103.001"


@pytest.fixture
def accountant(body, officer_of):
    return officer_of(body)


@pytest.fixture
def post(api, body, accountant, entry):
    """Post an entry of two lines behind the browser; give its number."""

    def through_api(amount, **changed):
        lines = [{"account": CASH, "debit": amount}, {"account": TAX, "credit": amount}]
        path = f"bodies/{body.code}/journal-entries"
        answer = api.post(path, entry(lines=lines, **changed), token=accountant.token)
        assert answer.status_code == 201, answer.content
        return answer.json()["number"]

    return through_api


def test_every_figure_leads_to_its_lines_and_back(page, body, accountant, post, sign_in, shoot):
    post("100.00", entry_date="2026-10-05", description="รับเงินภาษีป้าย")
    post("20.50", entry_date="2026-11-10", description="รับเงินค่าปรับ")
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/trial-balance?fiscal_year=2570&month=2026-11")
    row = page.locator("tr", has_text=CASH)
    shoot(page, "balance")

    row.get_by_role("link", name="20.50", exact=True).click()  # 2 of at most 4 clicks
    expect(page.locator("h1")).to_have_text("เงินสดในมือ")
    expect(page.locator(".brought")).to_contain_text("100.00")
    line = page.locator("tbody tr").nth(1)
    expect(line).to_contain_text("รับเงินค่าปรับ")
    expect(line).to_contain_text("120.50")
    expect(page.locator("#from")).to_have_value("01/11/2569")
    shoot(page, "ledger")
    line.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("JV-00002/70")

    page.locator(".crumbs a").click()
    expect(page.locator("#from")).to_have_value("01/11/2569")
    page.locator(".crumbs a").click()
    expect(page).to_have_url(re.compile(r"trial-balance\?fiscal_year=2570&month=2026-11$"))

    row.get_by_role("link", name="100.00", exact=True).click()  # the opening: the days before
    expect(page.locator("#to")).to_have_value("31/10/2569")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("รับเงินภาษีป้าย")


def test_a_ledger_is_chosen_by_words_or_by_code(page, body, accountant, post, sign_in, shoot):
    post("7.00")
    sign_in(page, accountant)
    page.keyboard.press("Alt+KeyL")
    page.fill("#q", "เงินสดในมือ")
    page.fill("#from", "๑/๑๐/๒๕๖๙")
    page.fill("#to", "31/10/69")
    page.get_by_role("button", name="แสดง").click()
    shoot(page, "choice")
    page.get_by_role("link", name="เงินสดในมือ", exact=True).click()
    expect(page.locator("tfoot")).to_contain_text("7.00")

    page.fill("#q", f"{TAX} รายได้ภาษีป้าย")
    page.get_by_role("button", name="แสดง").click()
    expect(page.locator("h1")).to_have_text("รายได้ภาษีป้าย")
    expect(page.locator("#to")).to_have_value("31/10/2569")

    page.fill("#to", "30/02/2569")
    page.get_by_role("button", name="แสดง").click()
    expect(page.locator("#to_error")).to_be_visible()
    expect(page.locator("#to")).to_have_value("30/02/2569")


def test_a_long_ledger_goes_on_where_the_page_before_ended(
    page, api, body, accountant, entry, sign_in
):
    entries = [
        {**entry("1.00", description=f"รายการที่ {n}"), "idempotency_key": f"element-{n}"}
        for n in range(1, 54)
    ]
    asked = {"entries": entries, "atomic": True}
    api.post(f"bodies/{body.code}/journal-entries/bulk", asked, token=accountant.token)
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/ledger/{CASH}?from=2026-10-01&to=2026-10-31")
    expect(page.locator("tbody tr")).to_have_count(51)
    page.get_by_role("link", name="หน้าถัดไป").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").last).to_contain_text("53.00")
    page.get_by_role("link", name="กลับไปหน้าแรกของบัญชี").click()
    expect(page.locator(".brought")).to_be_visible()


@pytest.mark.parametrize("has_javascript", [True, False])
def test_an_entry_is_undone_once_with_its_reason(
    open_context, body, accountant, post, sign_in, shoot, has_javascript
):
    page = open_context(java_script_enabled=has_javascript).new_page()
    number = post("90.00", entry_date="2026-10-05", description="รับเงินผิดบัญชี")
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/journal/{number.replace('/', '-')}")
    page.get_by_role("link", name="กลับรายการ", exact=True).click()
    page.fill("#entry_date", "04/10/2569")
    page.get_by_role("button", name="บันทึกรายการกลับ").click()
    expect(page.locator("#reason_error")).to_have_text("ต้องระบุเหตุผล")
    page.fill("#reason", "ลงบัญชีผิด")
    page.get_by_role("button", name="บันทึกรายการกลับ").click()
    expect(page.locator("#entry_date_error")).to_contain_text("ต้องไม่ก่อนวันที่ของรายการเดิม")
    expect(page.locator("#reason")).to_have_value("ลงบัญชีผิด")
    shoot(page, "refused")

    page.fill("#entry_date", "06/10/2569")
    button = page.get_by_role("button", name="บันทึกรายการกลับ")
    button.dblclick() if has_javascript else button.click()
    expect(page).to_have_url(re.compile("posted=1"))
    expect(page.locator(".related")).to_contain_text(number)
    shoot(page, "reversal")
    page.get_by_role("link", name=number).first.click()
    expect(page.locator(".related")).to_contain_text("ถูกกลับรายการด้วย JV-00002/70")
    expect(page.get_by_role("link", name="กลับรายการ", exact=True)).to_have_count(0)
    page.goto(f"/b/{body.code}/journal")
    expect(page.locator(".entry-list tbody tr")).to_have_count(2)


def test_the_history_of_an_entry_proves_it(page, body, accountant, post, sign_in, shoot):
    import hashlib

    number = post("5.00", description="รับเงินค่าธรรมเนียม")
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/journal/{number.replace('/', '-')}")
    page.get_by_role("link", name="ประวัติและหลักฐาน").click()
    before, sealed, head = page.locator(".hash").all_inner_texts()
    text = page.locator(".proof pre").inner_text()
    assert hashlib.sha256((before + text).encode()).hexdigest() == sealed == head
    expect(page.locator(".history")).to_contain_text("โดยไม่มีผู้อื่นตรวจ")
    shoot(page)


def test_the_trial_balance_is_taken_along_as_workbook_and_paper(
    page, body, accountant, post, sign_in, shoot
):
    post("1234.50", entry_date="2026-10-05")
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/trial-balance?fiscal_year=2570&month=2026-10")
    with page.expect_download() as started:
        page.get_by_role("link", name="Excel").click()
    assert started.value.suggested_filename == f"trial-balance-{body.code}-2570-2026-10.xlsx"
    assert started.value.path().read_bytes().startswith(b"PK")
    shoot(page)

    address = page.get_by_role("link", name="PDF").get_attribute("href")
    paper = page.request.get(address)
    assert paper.status == 200, paper.text()
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    assert paper.body().startswith(b"%PDF-1.7")


def test_a_ledger_and_an_entry_are_taken_along_as_they_are_seen(
    page, body, accountant, post, sign_in, shoot
):
    number = post("1234.50", entry_date="2026-10-05").replace("/", "-")
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/ledger/{CASH}?from=2026-10-01&to=2026-10-31")
    with page.expect_download() as started:
        page.get_by_role("link", name="Excel").click()
    name = f"ledger-{body.code}-{CASH}-20261001-20261031.xlsx"
    assert started.value.suggested_filename == name
    ledger = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    page.goto(f"/b/{body.code}/journal/{number}")
    entry = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    for paper in (ledger, entry):
        assert paper.status == 200, paper.text()
        assert paper.headers["content-type"] == "application/pdf"
        assert paper.body().startswith(b"%PDF-1.7")


def test_a_balance_as_known_then_leads_to_what_came_later(
    page, body, accountant, post, sign_in, shoot
):
    post("100.00", entry_date="2026-10-05")
    sign_in(page, accountant)
    page.goto(f"/b/{body.code}/trial-balance?fiscal_year=2570")
    page.fill("#as_of", "๑๐/๑๐/๖๙")
    page.fill("#as_known_at", "01/11/2569 12:00")
    page.get_by_role("button", name="แสดง").click()
    expect(page.locator(".known")).to_contain_text("1 พ.ย. 2569 เวลา")
    expect(page.locator("#as_of")).to_have_value("10/10/2569")
    expect(page.locator("#as_known_at")).to_have_value("01/11/2569 12:00")
    expect(page.locator("main")).not_to_contain_text("100.00")
    shoot(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="รายการที่บันทึกหลังจากนั้น").click()
    assert started.value.suggested_filename == f"difference-{body.code}-2570-year.xlsx"
