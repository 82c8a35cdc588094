"""The trial balance as a workbook and as a paper: the figures, the words, what they are worth."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest

from papers.provenance import Provenance
from papers.sheets import FIRST_ROW
from papers.trial_balance import COLUMNS, TrialBalance
from papers.trial_balance_pdf import paper
from papers.trial_balance_xlsx import workbook

NAMES = (
    "เงินฝากธนาคารกระแสรายวันเพื่อการจ่ายเงินเดือนข้าราชการส่วนท้องถิ่นและลูกจ้างประจำทั้งสิ้น",
    "ค่าที่ดินและสิ่งปลูกสร้าง",
    "=1+1",
    "น้ำมันเชื้อเพลิงและหล่อลื่น",
    "เงินค้ำประกันสัญญา ญี่ปุ่น กตัญญู สิทธิ์ ฎีกา ฐานะ",
)


def _report(count: int = len(NAMES), *, month: date | None = date(2026, 11, 1)) -> TrialBalance:
    rows = [
        {
            "account": f"11010101{n:02d}.001",
            "name_th": NAMES[n % len(NAMES)],
            **dict.fromkeys(COLUMNS, f"{(n + 1) * 1234567}.{n * 7 % 100:02d}"),
        }
        for n in range(count)
    ]
    totals = {name: str(sum((Decimal(row[name]) for row in rows), Decimal(0))) for name in COLUMNS}
    return TrialBalance(
        source=Provenance(
            body_code="5110101",
            body_name_th="เทศบาลตำบลบ้านกลาง",
            province_th="ลำพูน",
            complete_to=datetime(2026, 11, 22, 7, 5, 0, 123456, tzinfo=UTC),
        ),
        fiscal_year=2570,
        month=month,
        as_of=date(2026, 11, 30),
        rows=rows,
        totals=totals,
    )


def test_the_workbook_holds_numbers_and_adds_them_up_itself():
    report = _report()
    formulas = openpyxl.load_workbook(io.BytesIO(workbook(report)))["งบทดลอง"]
    values = openpyxl.load_workbook(io.BytesIO(workbook(report)), data_only=True)["งบทดลอง"]
    last = FIRST_ROW + len(report.rows)
    for column, name in enumerate(COLUMNS, start=3):
        letter = "ABCDEFGH"[column - 1]
        cells = [values.cell(row, column).value for row in range(FIRST_ROW + 1, last + 1)]
        assert all(isinstance(value, int | float) for value in cells)
        exact = sum(Decimal(str(value)) for value in cells)
        assert exact == Decimal(report.totals[name])
        total = formulas.cell(last + 1, column).value
        assert total == f"=SUM({letter}{FIRST_ROW + 1}:{letter}{last})"
        assert Decimal(str(values.cell(last + 1, column).value)) == exact
        assert report.totals[name] in formulas.cell(last + 2, column).value


def test_the_workbook_says_what_it_is_worth():
    book = openpyxl.load_workbook(io.BytesIO(workbook(_report())))
    sheet = book["งบทดลอง"]
    told = {one.name: one.value for one in book.custom_doc_props.props}
    assert told["as_of"] == "2026-11-30"
    assert told["complete_to"] == "2026-11-22T07:05:00.123456+00:00"
    assert sheet.freeze_panes == "C7"
    assert sheet["A7"].font.name == "TH Sarabun New"
    assert sheet["A3"].value == "ประจำเดือน พฤศจิกายน 2569"
    assert sheet.page_setup.orientation == "landscape"


def test_a_name_that_looks_like_a_formula_stays_a_name():
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(_report())))["งบทดลอง"]
    assert sheet["B9"].value == "=1+1"
    assert sheet["B9"].data_type == "s"


@pytest.mark.parametrize("count", [0, 1])
def test_a_short_balance_is_a_workbook_too(count: int):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(_report(count))))["งบทดลอง"]
    assert sheet.cell(FIRST_ROW + count + 1, 2).value == "รวม"


def test_the_paper_is_found_by_its_words_vowels_and_all():
    file = pypdfium2.PdfDocument(paper(_report()))
    text = _words(file[0])
    for name in NAMES:
        assert _squeezed(name) in text
    for words in ("งบทดลอง", "เทศบาลตำบลบ้านกลางจังหวัดลำพูน", "ประจำเดือนพฤศจิกายน2569", "ผู้จัดทำ"):
        assert words in text
    assert "1,234,567.00" in text
    assert "รวมทุกรายการที่บันทึกถึง22พฤศจิกายน2569เวลา14:05:00น." in text


def test_the_paper_lies_and_counts_its_pages():
    file = pypdfium2.PdfDocument(paper(_report(90, month=None)))
    assert len(file) > 2
    assert [round(side) for side in file[0].get_size()] == [842, 595]
    for number, page in enumerate(file, start=1):
        text = _words(page)
        assert f"หน้า{number}จาก{len(file)}" in text
        assert "รหัสบัญชี" in text or number == len(file)
    assert "ปีงบประมาณ2570ณวันที่30พฤศจิกายน2569" in _words(file[0])


def test_the_same_report_is_the_same_file():
    assert paper(_report()) == paper(_report())


def _words(page: object) -> str:
    return _squeezed(page.get_textpage().get_text_range())


def _squeezed(text: str) -> str:
    """Leave out what only the layout put there."""
    return "".join(text.split())
