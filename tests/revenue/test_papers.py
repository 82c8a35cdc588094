"""Papers of money in: what they say can be searched, and they are the same bytes again."""

import re

import pypdfium2
import pytest

DAY = "2026-10-05"


def _text(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    assert answer["Content-Type"] == "application/pdf"
    found = "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(answer.content)
    )
    # A mark that stands apart from its letter on the page is found apart from it.
    return re.sub(r"\s+", "", found)


@pytest.fixture
def pdf(office):
    def fetch(reference: str):
        token = office.officer("INT_AUDIT").token
        path = f"bodies/{office.body.code}/documents/{reference}/pdf"
        return office.api.get(path, token=token)

    return fetch


def test_a_receipt_says_who_paid_what_in_figures_and_words(office, pdf):
    receipt = office.receipt(amount="1050.75", received_on=office.today)
    text = _text(pdf(receipt["id"]))
    for words in ("ใบเสร็จรับเงิน", "RCPT-00001/70", "นายมานะอดทน", "1,050.75"):
        assert words in text
    assert "หนึ่งพันห้าสิบบาทเจ็ดสิบห้าสตางค์" in text.replace("ํา", "ำ")
    assert pdf("RCPT-00001-70").content == pdf(receipt["id"]).content
    office.done("FIN_DIRECTOR", f"receipts/{receipt['id']}/cancel", {"note": "เขียนผิด"})
    assert "ยกเลิกเขียนผิด" in _text(pdf(receipt["id"]))


def test_a_bank_credit_is_printed_as_the_receipt_it_is(office, pdf):
    credit = office.credit("agent_tax", "1000.00", account="4401010104.001", deducted="30.00")
    text = _text(pdf(credit["id"]))
    for words in ("ใบเสร็จรับเงิน", "RCPT-00001/70", "กรมบัญชีกลาง", "-30.00", "970.00"):
        assert words in text


def test_slip_summary_and_daily_report(office, pdf):
    slip = office.received("123.45")
    text = _text(pdf(slip["id"]))
    for words in ("ใบนำส่งเงิน", "RCPT-00001/70", "4401030106.001", "123.45", "00001/70"):
        assert words.replace("ำ", "") in text.replace("ํา", "ำ").replace("ำ", "")
    summary = office.done("FIN_OFFICER", "remittance-summaries", {"collected_on": DAY})
    office.done("FIN_DIRECTOR", f"remittance-summaries/{summary['id']}/check")
    assert "1ฉบับ" in _text(pdf(summary["id"]))
    office.done("FIN_OFFICER", "bankings", {"banked_on": DAY, "amount": "100.00"})
    report = office.signed("23.45")
    text = _text(pdf(report["id"]))
    for words in ("รายงานสถานะการเงินประจ", "23.45", "100.00", "คณะกรรมการเก็บรักษาเงิน"):
        assert words in text
    assert text.count("นางสาวสมหญิงใจดี") == 4, "who counted, and three of the committee"
