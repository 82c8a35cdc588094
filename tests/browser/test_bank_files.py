"""Krungthai's files of a report of transfers: what the page tells is what the files say."""

from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.test_accessibility import found_on
from thai import baht


def transferred(office, *payees):
    """Pay a voucher to each by one signed report of transfers."""
    made = [office.voucher(budget_line=office.line(), payee=payee) for payee in payees]
    return office.paid(*[office.led_to(one, "approve") for one in made], method="transfer")


def test_the_page_tells_what_the_files_pay_and_what_is_wrong(
    spending_office, open_context, sign_in, shoot
):
    office = spending_office
    report = transferred(
        office,
        office.vendor(),
        office.vendor(name="ร้านอื่น", bank_code="034", bank_account_no="02001234567"),
        office.vendor(name="ร้านไม่มีบัญชี", bank_code=None, bank_account_no=None),
    )
    page = open_context().new_page()
    sign_in(page, office.officers["FIN_OFFICER"])
    page.goto(f"/b/{office.body.code}/cheque-reports/{report['id']}")
    page.get_by_role("link", name="ไฟล์โอนเงินกรุงไทย").click()
    _says_all_that_is_wrong(page, shoot)
    _keep_the_id(page)
    _give_the_payee_an_account(page)

    page.goto(f"/b/{office.body.code}/cheque-reports/{report['id']}/bank-file")
    expect(page.locator("#errors")).to_have_count(0)
    expect(page.locator("#company_id")).to_have_value("LAO5901401")
    shoot(page, "right", full_page=True)
    paid = {one: _file(page, one) for one in ("direct", "standard")}
    assert {one: rows for one, (rows, _) in paid.items()} == {"direct": 2, "standard": 1}
    total = sum(amount for _, amount in paid.values())
    assert total == Decimal(report["amount"])
    expect(page.locator("#total")).to_have_text(baht.with_separators(total))


def _says_all_that_is_wrong(page, shoot):
    errors = page.locator("#errors")
    expect(errors).to_contain_text("มี 1 รายการที่ต้องแก้")
    expect(errors).to_contain_text("ยังไม่มีรหัสบริษัท")
    wrong = page.locator("tr", has_text="ร้านไม่มีบัญชี").locator(".field-error")
    expect(wrong).to_have_count(2)
    expect(wrong.last).to_contain_text("ไม่มีเลขที่บัญชีธนาคารในทะเบียน ให้เพิ่มในทะเบียนของผู้รับเงิน")
    expect(page.get_by_role("link", name="ดาวน์โหลด")).to_have_count(0)
    assert page.request.get(f"{page.url}/direct.txt").status == 409
    assert found_on(page) == []
    shoot(page, "wrong", full_page=True)


def _keep_the_id(page):
    page.fill("#company_id", "LAO-59")
    page.get_by_role("button", name="เก็บรหัสบริษัท").click()
    expect(page.locator("#company_id_error")).to_contain_text("อักษรอังกฤษและเลข")
    expect(page.locator("#company_id")).to_have_value("LAO-59")
    page.fill("#company_id", "LAO5901401")
    page.get_by_role("button", name="เก็บรหัสบริษัท").click()
    expect(page.get_by_role("status")).to_have_text("บันทึกแล้ว")


def _give_the_payee_an_account(page):
    page.get_by_role("link", name="ร้านไม่มีบัญชี").click()
    page.get_by_role("link", name="แก้ไข").click()
    page.select_option("#bank_code", "006")
    page.fill("#bank_account_no", "111-2-33333-4")
    page.locator("[data-post]").click()
    expect(page.locator("main")).to_contain_text("1112333334")


def _file(page, product):
    """Download a file; return its rows and what they pay, which are the page's."""
    row = page.locator(f"tr[data-product={product}]")
    with page.expect_download() as started:
        row.get_by_role("link").click()
    header, *details = started.value.path().read_text("cp874").splitlines()
    amounts = [Decimal(one[57:74]) / 100 for one in details]
    assert int(header[12:19]) == len(details)
    assert Decimal(header[19:38]) / 100 == sum(amounts)
    assert header[55:71].strip() == "LAO5901401"
    expect(row.locator("[data-rows]")).to_have_text(str(len(details)))
    expect(row.locator("[data-total]")).to_have_text(baht.with_separators(sum(amounts)))
    return len(details), sum(amounts)
