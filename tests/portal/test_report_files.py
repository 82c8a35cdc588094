"""Ledgers, vouchers and differences as workbooks and papers: figures, words, and the same again."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest

from papers import difference_xlsx, ledger_pdf, ledger_xlsx, voucher_pdf
from papers.difference_xlsx import Difference
from papers.ledger import Ledger
from papers.provenance import Provenance
from papers.sheets import FIRST_ROW
from papers.signatures import place, signed_for, signed_in_position
from papers.voucher import Voucher, VoucherLine, posted_at_once, signatures

MOMENT = datetime(2026, 11, 22, 7, 5, 9, 123456, tzinfo=UTC)
SOURCE = Provenance(
    body_code="5110101",
    body_name_th="เทศบาลตำบลบ้านกลาง",
    province_th="ลำพูน",
    complete_to=MOMENT,
    as_known_at=datetime(2026, 11, 30, 9, 0, 59, 999999, tzinfo=UTC),
)
KNOWN = "(ตามที่ระบบทราบเมื่อ 30 พฤศจิกายน 2569 เวลา 16:00:59 น.)"
OPENING = {"balance_debit": "0.00", "balance_credit": "50.25"}


def _lines(count: int):
    balance = Decimal("-50.25")
    for n in range(count):
        debit = Decimal(n) + Decimal("0.75")
        balance += debit
        yield {
            "entry_date": f"2026-10-{n % 28 + 1:02d}",
            "number": f"JV-{n + 1:05d}/70",
            "description": ("ค่าที่ดินและสิ่งปลูกสร้าง", "=1+1", "น้ำมันเชื้อเพลิง ฎีกา")[n % 3],
            "memo": "ทั้งสิ้น ญี่ปุ่น" if n % 2 else None,
            "debit": f"{debit:.2f}",
            "credit": "0.00",
            "balance_debit": f"{max(balance, Decimal(0)):.2f}",
            "balance_credit": f"{max(-balance, Decimal(0)):.2f}",
        }


def _ledger(count: int) -> Ledger:
    return Ledger(
        source=SOURCE,
        account="1101010101.001",
        name_th="เงินสดในมือ",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        opening=OPENING,
        lines=_lines(count),
    )


def test_a_ledger_is_a_sheet_of_days_and_numbers_that_adds_itself_up():
    count = 40
    file = io.BytesIO(ledger_xlsx.workbook(_ledger(count)))
    sheet = openpyxl.load_workbook(file)["บัญชีแยกประเภท"]
    assert sheet["A2"].value == "บัญชีแยกประเภท 1101010101.001 เงินสดในมือ"
    assert sheet["A3"].value == "ตั้งแต่วันที่ 1 ตุลาคม 2569 ถึงวันที่ 31 ตุลาคม 2569"
    opening, first = (sheet[FIRST_ROW + n] for n in (1, 2))
    assert (opening[2].value, opening[6].value, opening[7].value) == ("ยอดยกมา", 0, 50.25)
    assert first[0].value == datetime(2026, 10, 1, tzinfo=UTC).replace(tzinfo=None)
    assert sheet[FIRST_ROW + 3][2].data_type == "s", "=1+1 stays a text"
    for row in sheet.iter_rows(min_row=FIRST_ROW + 2, max_row=FIRST_ROW + 1 + count, min_col=5):
        assert all(isinstance(cell.value, int | float) for cell in row)
    *_, last = _lines(count)
    closing, totals = (sheet[FIRST_ROW + count + n] for n in (2, 3))
    assert closing[2].value == "ยอดยกไป"
    assert Decimal(str(closing[6].value)) == Decimal(last["balance_debit"])
    assert totals[4].value == f"=SUM(E{FIRST_ROW + 1}:E{FIRST_ROW + count + 2})"
    assert KNOWN in sheet.cell(FIRST_ROW + count + 6, 3).value


def test_a_workbook_keeps_what_its_figures_are_worth():
    book = openpyxl.load_workbook(io.BytesIO(ledger_xlsx.workbook(_ledger(1))))
    told = {one.name: one.value for one in book.custom_doc_props.props}
    assert told["account"] == "1101010101.001"
    assert told["from"] == "2026-10-01"
    assert told["complete_to"] == MOMENT.isoformat()
    assert told["as_known_at"] == SOURCE.as_known_at.isoformat()


@pytest.mark.parametrize("count", [0, 1, 200])
def test_a_ledger_on_paper_is_found_by_its_words(count):
    file = pypdfium2.PdfDocument(ledger_pdf.paper(_ledger(count)))
    text = "".join(_words(page) for page in file)
    assert "เทศบาลตำบลบ้านกลางจังหวัดลำพูน" in text
    assert "ยอดยกมา50.25เครดิต" in text
    assert "รวมและยอดยกไป" in text
    assert _squeezed(KNOWN) in text
    if count:
        assert "ค่าที่ดินและสิ่งปลูกสร้าง" in text
    assert all(f"หน้า{number}จาก{len(file)}" in _words(page) for number, page in enumerate(file, 1))


def test_papers_are_the_same_again():
    assert ledger_pdf.paper(_ledger(30)) == ledger_pdf.paper(_ledger(30))
    assert voucher_pdf.paper(_voucher()) == voucher_pdf.paper(_voucher())


def _step(action: str, name: str, *, is_acting: bool = False) -> dict[str, object]:
    at = MOMENT.isoformat()
    return {"action": action, "officer_name_th": name, "is_acting": is_acting, "at": at}


HISTORY = (
    _step("draft", "นางสาวสมหญิง ใจดี"),
    _step("check", "นายคนก่อน ตรวจแล้ว"),
    _step("return", "นายคนก่อน ตรวจแล้ว"),
    _step("check", "นายสมชาย กล้าหาญ", is_acting=True),
)


def _voucher(history=HISTORY) -> Voucher:
    return Voucher(
        body_words=SOURCE.body_words,
        number="JV-00001/70",
        day="5 ตุลาคม 2569",
        reference="เช็คเลขที่ 10023",
        description="โอนเงินฝากธนาคารเพื่อจ่ายเงินเดือน #strong[x]",
        state=["ถูกกลับรายการด้วย JV-00002/70"],
        lines=[
            VoucherLine(
                account="1101010101.001", name_th="เงินสดในมือ", debit="21.00", credit="", memo="ก"
            ),
            VoucherLine(
                account="4401010103.001", name_th="รายได้", debit="", credit="21.00", memo=""
            ),
        ],
        amount="21.00",
        signatures=signatures(history),
        made_at=MOMENT,
        hash="ab" * 32,
    )


def test_a_voucher_on_paper_says_who_did_what():
    (page,) = pypdfium2.PdfDocument(voucher_pdf.paper(_voucher()))
    text = _words(page)
    for words in (
        *("ใบผ่านรายการบัญชีทั่วไป", "JV-00001/70", "5 ตุลาคม 2569", "เช็คเลขที่ 10023", "#strong[x]"),
        *("ถูกกลับรายการด้วย JV-00002/70", "ยี่สิบเอ็ดบาทถ้วน", "ผู้จัดทำ", "ผู้ตรวจสอบ", "ผู้บันทึกบัญชี"),
        *("นางสาวสมหญิง ใจดี", "นายสมชาย กล้าหาญ", "รักษาราชการแทน", "เวลา 14:05:09 น.", "abab"),
    ):
        assert _squeezed(words) in text
    assert "นายคนก่อน" not in text, "what was sent back counts as not checked"


@pytest.mark.parametrize(
    ("order", "printed"),
    [
        ("123/2569 (2026-10-01)", "ตามคำสั่ง 123/2569 ตั้งแต่วันที่ 1 ตุลาคม 2569"),
        ("คำสั่งที่ 7/2569 (2026-10-01)", "ตามคำสั่งที่ 7/2569 ตั้งแต่วันที่ 1 ตุลาคม 2569"),
        ("ตามหนังสือเก่า", "ตามคำสั่ง ตามหนังสือเก่า"),
    ],
)
def test_who_acts_for_another_is_printed_with_both_positions_and_the_order(order, printed):
    position = "หัวหน้าหน่วยงานผู้เบิก รักษาราชการแทน ผู้อำนวยการกองคลัง"
    step = {**_step("check", "ก", is_acting=True), "position_th": position, "acting_order": order}
    assert place(signed_for("ผู้ตรวจสอบ", step))["small"].split("\n")[:2] == [position, printed]
    titled = place(signed_in_position("ผู้ตรวจสอบ", step))
    assert (titled["title"], titled["small"].split("\n")[0]) == (position, printed)


def test_nobody_is_named_as_checker_of_what_nobody_checked():
    unchecked = (_step("draft", "ก"), _step("post_unchecked", "ข"))
    for found in (signatures(unchecked), posted_at_once("ข", MOMENT)):
        assert [one.title for one in found] == ["ผู้จัดทำ", "ไม่มีผู้อื่นตรวจ", "ผู้บันทึกบัญชี"]
        assert [bool(one.name_th) for one in found] == [True, False, True]
    assert [one.name_th for one in signatures(HISTORY[:1])] == ["นางสาวสมหญิง ใจดี", "", ""]


def test_a_difference_lists_documents_and_what_they_moved():
    document = {
        "number": "JV-00002/70",
        "entry_date": "2026-10-05",
        "description": "=1+1",
        "reference": None,
        "posted_at": MOMENT.isoformat(),
        "posted_by": "ก",
        "total": "7.50",
    }
    account = {"account": "1101010101.001", "name_th": "เงินสด", "debit": "7.50", "credit": "0.00"}
    told = Difference(
        source=SOURCE,
        fiscal_year=2570,
        month=None,
        known_from=datetime(2026, 11, 1, tzinfo=UTC),
        documents=[document],
        accounts=[account],
    )
    book = openpyxl.load_workbook(io.BytesIO(difference_xlsx.workbook(told)))
    listed, moved = book["เอกสาร"], book["บัญชี"]
    assert listed["A2"].value == "รายการที่ทำให้งบทดลองต่างกัน ปีงบประมาณ 2570"
    assert "บันทึกหลัง 1 พฤศจิกายน 2569 เวลา 07:00:00 น." in listed["A3"].value
    row = [cell.value for cell in listed[FIRST_ROW + 1]]
    assert (row[0], row[2], row[6]) == ("JV-00002/70", "=1+1", 7.5)
    assert [cell.value for cell in moved[FIRST_ROW + 1]][2:] == [7.5, 0]


def _words(page: object) -> str:
    return _squeezed(page.get_textpage().get_text_range())


def _squeezed(text: str) -> str:
    """Leave out what only the layout put there."""
    return "".join(text.split())
