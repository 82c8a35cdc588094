"""The remaining budget as a workbook (XLSX): real numbers, and totals that Excel adds up itself."""

from io import BytesIO

from papers import sheets
from papers.remaining_budget import COLUMNS, RemainingBudget
from papers.sheets import AMOUNT, FIRST_ROW, HEAD_ROW

SHEET = "งบประมาณคงเหลือ"
_PLAIN = {
    "task_th": "งาน",
    "category_th": "หมวด",
    "expenditure_type_th": "ประเภท",
    "told": "โครงการ/รายการ",
}
_WIDTHS = (26, 22, 30, 40, *(16,) * len(COLUMNS))


def workbook(report: RemainingBudget) -> bytes:
    """Return the file; sums are formulas, and beside them what they differ from ours by."""
    file = BytesIO()
    with sheets.new_book(file) as book:
        sheet = book.add_worksheet(SHEET)
        facts = {"fiscal_year": str(report.fiscal_year)}
        sheets.tell(book, title=SHEET, source=report.source, facts=facts)
        sheets.lay_out(sheet, _WIDTHS, frozen_columns=len(_PLAIN))
        title = sheets.style(book, bold=True, align="center")
        words = (report.source.body_words, SHEET, report.period_words)
        last = len(_PLAIN) + len(COLUMNS) - 1
        for place, told in enumerate(words):
            sheet.merge_range(place, 0, place, last, told, title)
        head = sheets.style(book, bold=True, align="center", bg_color="#E8EEF5", border=1)
        for column, told in enumerate([*_PLAIN.values(), *COLUMNS.values()]):
            sheet.write_string(HEAD_ROW, column, told, head)
            sheet.write_string(HEAD_ROW + 1, column, "", head)
        text = sheets.style(book, border=4)
        amount = sheets.style(book, border=4, num_format=AMOUNT)
        for place, row in enumerate(report.rows, start=FIRST_ROW):
            shown = {**row, "told": " ".join(filter(None, (row["project"], row["name"])))}
            for column, name in enumerate(_PLAIN):
                sheet.write_string(place, column, shown[name] or "", text)
            for column, name in enumerate(COLUMNS, start=len(_PLAIN)):
                sheet.write_number(place, column, float(row[name]), amount)
        total = FIRST_ROW + len(report.rows)
        ours = [report.totals[name] for name in COLUMNS]
        sheets.write_totals(book, sheet, row=total, first=len(_PLAIN), ours=ours)
        sheets.write_foot(book, sheet, total + 3, 1, report.source.complete_words)
    return file.getvalue()
