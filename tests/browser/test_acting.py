"""Who acts for another: both positions and the order stand on the page and on the paper."""

from datetime import date

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.disbursement.office import DAY

FIRST_DAY = date(2020, 10, 1)
POSITION = "หัวหน้าหน่วยงานผู้เบิก รักษาราชการแทน {}"
ORDER = "ตามคำสั่ง {} ตั้งแต่วันที่ 1 ตุลาคม 2563"
DIRECTOR, EXECUTIVE = "123/2563", "124/2563"


@pytest.fixture
def office(spending_office, officer_of):
    """An office whose head of a division acts for its director of finance and its executive."""
    from tenants.officers import appointments

    for role, order in (("FIN_DIRECTOR", DIRECTOR), ("EXECUTIVE", EXECUTIVE)):
        appointments.appoint(
            officer_id=spending_office.officers["UNIT_HEAD"].id,
            role=role,
            body_code=spending_office.body.code,
            from_date=FIRST_DAY,
            now=timezone.now(),
            is_acting=True,
            order_no=order,
        )
    spending_office.officers["ANOTHER_HEAD"] = officer_of(spending_office.body, "UNIT_HEAD")
    return spending_office


def examined(office):
    """A ฎีกา that another head asked for, up to its examination."""
    made = office.voucher(budget_line=office.line())
    path = f"vouchers/{made['id']}"
    office.done(f"{path}/request", {"on": DAY}, "ANOTHER_HEAD")
    office.done(f"{path}/receive", {"on": DAY}, "FIN_OFFICER")
    return f"dika/{made['id']}", f"dika/{made['id']}.pdf", "ตรวจฎีกา และเสนอปลัด", DIRECTOR


def reported(office):
    """A report of cheques to be approved."""
    voucher = office.led_to(office.voucher(budget_line=office.line()), "approve")
    said = {
        "paid_on": DAY,
        "bank_account": office.bank_account,
        "vouchers": [voucher["requester_no"]],
    }
    made = office.done("cheque-reports", said, "FIN_OFFICER")
    at = f"cheque-reports/{made['id']}"
    return at, f"{at}.pdf", "อนุมัติ", EXECUTIVE


def summed_up(office):
    """A summary of slips to be checked."""
    line = {"revenue": "4401030106.001", "amount": "10.00"}
    receipt = {"received_on": DAY, "payer": "นายมานะ", "method": "cash", "lines": [line]}
    office.done("receipts", receipt, "COLLECTOR")
    slip = office.done("remittances", {"collected_on": DAY}, "COLLECTOR")
    office.done(f"remittances/{slip['id']}/receive", {"counted": "10.00"}, "FIN_OFFICER")
    made = office.done("remittance-summaries", {"collected_on": DAY}, "FIN_OFFICER")
    at = f"remittance-summaries/{made['id']}"
    return at, f"documents/{made['id']}.pdf", "ตรวจสอบ", DIRECTOR


def drafted(office):
    """A general voucher to be checked."""
    lines = [
        {"account": "1101010101.001", "debit": "5.00"},
        {"account": "4401010103.001", "credit": "5.00"},
    ]
    said = {"entry_date": DAY, "description": "ปรับปรุงรายการ", "lines": lines}
    made = office.done("general-vouchers", said, "ACCOUNTANT")
    at = f"vouchers/{made['id']}"
    return at, f"{at}.pdf", "ตรวจแล้ว ถูกต้อง", DIRECTOR


@pytest.mark.parametrize("make", [examined, reported, summed_up, drafted])
def test_the_page_and_the_paper_say_for_whom_and_by_which_order(
    office, open_context, sign_in, shoot, make
):
    at, paper, step, order = make(office)
    position = POSITION.format("ผู้อำนวยการกองคลัง" if order == DIRECTOR else "นายก อปท.")
    page = open_context().new_page()
    sign_in(page, office.officers["UNIT_HEAD"])
    home = f"/b/{office.body.code}"
    page.goto(f"{home}/{at}")
    expect(page.locator(".acting").first).to_contain_text(position)
    expect(page.locator(".acting").first).to_contain_text(ORDER.format(order))
    page.get_by_role("button", name=step, exact=True).click()
    page.wait_for_url("**done=**")
    signed = page.locator("ol.history li").last
    expect(signed).to_contain_text(position)
    expect(signed).to_contain_text(ORDER.format(order))
    shoot(page, make.__name__, full_page=True)

    printed = _text(page.request.get(f"{home}/{paper}").body())
    assert _squeezed(position) in printed
    assert _squeezed(ORDER.format(order)) in printed


def _text(content):
    pages = pypdfium2.PdfDocument(content)
    return _squeezed("".join(one.get_textpage().get_text_range() for one in pages))


def _squeezed(text):
    """Leave out what a line's end and a mark apart from its letter put between them."""
    return "".join(text.split()).replace("ํา", "ำ")
