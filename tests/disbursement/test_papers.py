"""The ฎีกา, the cheque report and the certificate as papers, searched for what they must say."""

import csv
import os
from importlib import resources
from pathlib import Path

import pypdfium2
import pytest

DAY = "2026-11-02"


def text_of(content: bytes) -> str:
    assert content.startswith(b"%PDF")
    document = pypdfium2.PdfDocument(content)
    return "".join(page.get_textpage().get_text_range() for page in document)


def kept(name: str, content: bytes) -> None:
    """Keep a paper among the build's artefacts, to be looked at."""
    folder = Path(os.environ.get("OPENLAAS_BUILD", "build")) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.pdf").write_bytes(content)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def paid(office):
    made = office.voucher(budget_line=office.line("12740.00", project=""))
    report = office.paid(office.led_to(made, "approve"), cheque_nos=["10012345"])
    return {"voucher": office.again(made), "report": report}


def test_the_voucher_says_what_the_form_says(office, paid):
    content = office.get(f"documents/{paid['voucher']['id']}/pdf").content
    kept("dika", content)
    text = squeezed(text_of(content))
    rows = csv.DictReader(
        (resources.files("accounting") / "data" / "form_dika_layout.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    labels = [
        part.strip()
        for row in rows
        if row["block"] in {"amounts", "sign 1", "sign 4", "sign 5"}
        for part in row["field_th"].replace(" + ตัวอักษร", "").split(";")
    ]
    labels += ["แผนงาน", "งาน", "ประเภทรายจ่าย", "เลขที่ผู้เบิก", "วันที่จัดทำ", "เลขที่คลังรับ", "วันที่คลังรับ"]
    labels += ["ได้ตรวจสอบแล้วมีเงินคงเหลือเพียงพอที่จะเบิกจ่ายได้", "คงเหลือยกมา", "คงเหลือยกไป"]
    labels += ["ผู้ตรวจฎีกา", "อนุมัติให้เบิกจ่ายได้จำนวน3,210.00บาท", "เลขที่เช็ค", "ผู้ลงนามในเช็ค/ใบถอน"]
    labels += ["การจ่ายเงินเป็นไปตามรายงานการจัดทำเช็ค/ใบถอนเลขที่"]
    assert [label for label in labels if squeezed(label) not in text] == []
    voucher = paid["voucher"]
    for told in (
        *("3,000.00", "210.00", "3,210.00", "30.00", "3,180.00", "12,740.00", "9,530.00"),
        *("แผนงานบริหารงานทั่วไป", "ค่าสาธารณูปโภค", "สามพันหนึ่งร้อยแปดสิบบาทถ้วน", "จ่ายเงินแล้ว"),
        *(voucher["requester_no"], voucher["treasury_no"], "2พฤศจิกายน2569", "10012345"),
    ):
        assert squeezed(told) in text, told
    assert len(pypdfium2.PdfDocument(content)) == 1


def test_the_same_voucher_gives_the_same_bytes(office, paid):
    path = f"documents/{paid['voucher']['id']}/pdf"
    assert office.get(path).content == office.get(path).content


def test_the_report_of_cheques(office, paid):
    content = office.get(f"documents/{paid['report']['id']}/pdf").content
    kept("cheque-report", content)
    text = squeezed(text_of(content))
    for told in ("รายงานการจัดทำเช็ค/ใบถอน", "10012345", "3,180.00", paid["report"]["number"]):
        assert squeezed(told) in text, told
    assert "ผู้ลงนามในเช็ค/ใบถอน" in text


def test_the_certificate(office, paid):
    page = office.get("withholding-tax/certificates").json()
    (one,) = [item for item in page["items"] if item["voucher"] == paid["voucher"]["id"]]
    number = one["certificate_no"].replace("/", "-")
    assert office.get(f"withholding-tax/certificates/{number}").json() == one
    content = office.get(f"withholding-tax/certificates/{number}/pdf").content
    kept("certificate", content)
    text = squeezed(text_of(content))
    for told in ("มาตรา50ทวิ", "3,000.00", "30.00", "0107564000014", "ภ.ง.ด.53", "สามสิบบาทถ้วน"):
        assert squeezed(told) in text, told
    assert office.get("withholding-tax/certificates/99999-69").status_code == 404


def test_a_draft_and_a_returned_voucher_print_too(office):
    made = office.voucher(budget_line=office.line())
    assert squeezed("มูลค่าสินค้า") in squeezed(text_of(pdf(office, made)))
    office.led_to(made, "receive")
    office.done(f"vouchers/{made['id']}/return", {"note": "เอกสารไม่ครบ"}, "FIN_DIRECTOR")
    assert squeezed("คืนหน่วยงานผู้เบิก") in squeezed(text_of(pdf(office, made)))


def pdf(office, made) -> bytes:
    return office.get(f"documents/{made['id']}/pdf").content


def test_the_banks_file_of_a_report_of_transfers(office):
    other = office.vendor(name="ร้านอื่น", bank_code="034", bank_account_no="02001234567")
    made = [
        office.voucher(budget_line=office.line()),
        office.voucher(budget_line=office.line(), payee=other),
    ]
    report = office.paid(*[office.led_to(one, "approve") for one in made], method="transfer")
    path = f"cheque-reports/{report['id']}/bank-file?company_id=LAO1"
    for product, account in (("direct", "01234567890"), ("standard", "02001234567")):
        content = office.get(f"{path}&product={product}").content.decode("cp874")
        header, detail, end = content.split("\r\n")
        assert (len(header), len(detail), end) == (498, 498, "")
        assert header[12:38] == "0000001" + "0000000000000318000"
        assert detail[16:27] == account
    draft = office.voucher(budget_line=office.line())
    said = {
        "paid_on": DAY,
        "bank_account": office.bank_account,
        "vouchers": [office.led_to(draft, "approve")["treasury_no"]],
    }
    report = office.done("cheque-reports", said, "FIN_OFFICER")
    answer = office.get(f"cheque-reports/{report['id']}/bank-file")
    assert answer.status_code == 409
    assert answer.json()["refusals"][0]["code"] == "not_to_transfer"


def test_no_file_is_made_while_anything_is_wrong_and_all_of_it_is_told(office):
    nowhere = office.vendor(name="ร้านไม่มีบัญชี", bank_code=None, bank_account_no=None)
    made = [
        office.voucher(budget_line=office.line()),
        office.voucher(budget_line=office.line(), payee=nowhere),
    ]
    report = office.paid(*[office.led_to(one, "approve") for one in made], method="transfer")
    path = f"cheque-reports/{report['id']}/bank-file"
    answer = office.get(path)
    assert answer.status_code == 409
    assert [(one["code"], one["pointer"]) for one in answer.json()["refusals"]] == [
        ("no_company_id", ""),
        ("unknown_bank", "/transfers/1"),
        ("no_bank_account", "/transfers/1"),
    ]
    assert all(one["message_th"] and one["message_en"] for one in answer.json()["refusals"])


def test_a_product_that_pays_nobody_has_no_file(office):
    voucher = office.led_to(office.voucher(budget_line=office.line()), "approve")
    report = office.paid(voucher, method="transfer")
    path = f"cheque-reports/{report['id']}/bank-file?company_id=LAO1"
    assert office.get(f"{path}&product=direct").status_code == 200
    answer = office.get(f"{path}&product=standard")
    assert [one["code"] for one in answer.json()["refusals"]] == ["nobody_to_pay"]
