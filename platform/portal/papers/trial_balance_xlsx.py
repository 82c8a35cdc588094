"""The trial balance as a workbook (XLSX): real numbers, and totals that Excel adds up itself."""

from io import BytesIO
from typing import Any

import xlsxwriter

from portal.papers.trial_balance import COLUMNS, TrialBalance

FONT, SIZE = "TH Sarabun New", 16  # what official letters are written in; offices have it
SHEET = "งบทดลอง"
_HEAD_ROW, FIRST_ROW = 4, 6  # counted from 0: three lines of title stand above
_PAIRS = ("ยอดยกมา", "เคลื่อนไหว", "ยอดคงเหลือ")
_AMOUNT = "#,##0.00;[Red]-#,##0.00;-"
_A4 = 9


def workbook(report: TrialBalance) -> bytes:
    """Return the file; sums are formulas, and beside them what they differ from ours by."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.formats[0].set_font_name(FONT)
    book.formats[0].set_font_size(SIZE)
    sheet = book.add_worksheet(SHEET)
    _tell(book, report)
    _lay_out(sheet)
    _write_heads(book, sheet, report)
    _write_rows(book, sheet, report)
    _write_totals(book, sheet, report)
    book.close()
    return file.getvalue()


def _style(book: Any, **more: Any) -> Any:
    return book.add_format({"font_name": FONT, "font_size": SIZE, **more})


def _tell(book: Any, report: TrialBalance) -> None:
    """Keep in the file's properties what the figures are worth."""
    book.set_properties(
        {
            "title": f"งบทดลอง {report.body_name_th}",
            "company": report.body_name_th,
            "comments": f"as_of {report.as_of}; complete_to {report.complete_to.isoformat()}",
        }
    )
    told = {
        "body_code": report.body_code,
        "fiscal_year": str(report.fiscal_year),
        "month": f"{report.month:%Y-%m}" if report.month else "",
        "as_of": report.as_of.isoformat(),
        "complete_to": report.complete_to.isoformat(),
    }
    for name, value in told.items():
        book.set_custom_property(name, value, "text")


def _lay_out(sheet: Any) -> None:
    sheet.set_column(0, 0, 17)
    sheet.set_column(1, 1, 52)
    sheet.set_column(2, 1 + len(COLUMNS), 18)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.repeat_rows(_HEAD_ROW, FIRST_ROW - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&Cหน้า &P / &N")


def _write_heads(book: Any, sheet: Any, report: TrialBalance) -> None:
    title = _style(book, bold=True, align="center")
    last = 1 + len(COLUMNS)
    sheet.merge_range(0, 0, 0, last, f"{report.body_name_th} จังหวัด{report.province_th}", title)
    sheet.merge_range(1, 0, 1, last, "งบทดลอง", title)
    sheet.merge_range(2, 0, 2, last, report.period_words, title)
    head = _style(book, bold=True, align="center", valign="vcenter", border=1, bg_color="#E8EEF5")
    sheet.merge_range(_HEAD_ROW, 0, _HEAD_ROW + 1, 0, "รหัสบัญชี", head)
    sheet.merge_range(_HEAD_ROW, 1, _HEAD_ROW + 1, 1, "ชื่อบัญชี", head)
    for place, pair in enumerate(_PAIRS):
        column = 2 + 2 * place
        sheet.merge_range(_HEAD_ROW, column, _HEAD_ROW, column + 1, pair, head)
        sheet.write_string(_HEAD_ROW + 1, column, "เดบิต", head)
        sheet.write_string(_HEAD_ROW + 1, column + 1, "เครดิต", head)


def _write_rows(book: Any, sheet: Any, report: TrialBalance) -> None:
    """Write texts as texts, whatever they begin with, and amounts as numbers."""
    text, amount = _style(book, border=4), _style(book, border=4, num_format=_AMOUNT)
    for place, row in enumerate(report.rows):
        sheet.write_string(FIRST_ROW + place, 0, row["account"], text)
        sheet.write_string(FIRST_ROW + place, 1, row["name_th"], text)
        for column, name in enumerate(COLUMNS, start=2):
            # Excel knows no other number; 15 digits hold every amount that the books allow.
            sheet.write_number(FIRST_ROW + place, column, float(row[name]), amount)


def _write_totals(book: Any, sheet: Any, report: TrialBalance) -> None:
    """Let Excel add up; the line below says what its sum and ours differ by."""
    total = FIRST_ROW + len(report.rows)
    words = _style(book, bold=True, top=1, bottom=6)
    amount = _style(book, bold=True, top=1, bottom=6, num_format=_AMOUNT)
    quiet, small = _style(book, font_color="#55606D"), {"num_format": _AMOUNT}
    sheet.write_string(total, 0, "", words)
    sheet.write_string(total, 1, "รวม", words)
    sheet.write_string(total + 1, 1, "ผลต่างจากยอดรวมในระบบ", quiet)
    for column, name in enumerate(COLUMNS, start=2):
        letter, ours = chr(ord("A") + column), report.totals[name]
        cells = f"{letter}{FIRST_ROW + 1}:{letter}{total}" if report.rows else "0"
        sheet.write_formula(total, column, f"=SUM({cells})", amount, float(ours))
        difference = f"=ROUND({letter}{total + 1}-{ours},2)"
        sheet.write_formula(total + 1, column, difference, _style(book, **small), 0)
    sheet.write_string(total + 3, 1, report.complete_words, quiet)
