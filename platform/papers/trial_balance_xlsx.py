"""The trial balance as a workbook (XLSX): real numbers, and totals that Excel adds up itself."""

from io import BytesIO

from papers import sheets
from papers.sheets import AMOUNT, FIRST_ROW
from papers.trial_balance import COLUMNS, TrialBalance

SHEET = "งบทดลอง"
_PLAIN = ("รหัสบัญชี", "ชื่อบัญชี")
_PAIRS = ("ยอดยกมา", "เคลื่อนไหว", "ยอดคงเหลือ")
_WIDTHS = (17, 52, *(18,) * len(COLUMNS))


def workbook(report: TrialBalance) -> bytes:
    """Return the file; sums are formulas, and beside them what they differ from ours by."""
    file = BytesIO()
    with sheets.new_book(file) as book:
        sheet = book.add_worksheet(SHEET)
        facts = {
            "fiscal_year": str(report.fiscal_year),
            "month": f"{report.month:%Y-%m}" if report.month else "",
            "as_of": report.as_of.isoformat(),
        }
        sheets.tell(book, title=SHEET, source=report.source, facts=facts)
        sheets.lay_out(sheet, _WIDTHS, frozen_columns=len(_PLAIN))
        titles = (report.source.body_words, SHEET, report.period_words)
        sheets.write_heads(book, sheet, titles, plain=_PLAIN, pairs=_PAIRS)
        text = sheets.style(book, border=4)
        amount = sheets.style(book, border=4, num_format=AMOUNT)
        for place, row in enumerate(report.rows, start=FIRST_ROW):
            # Texts stay texts, whatever they begin with.
            sheet.write_string(place, 0, row["account"], text)
            sheet.write_string(place, 1, row["name_th"], text)
            for column, name in enumerate(COLUMNS, start=len(_PLAIN)):
                # Excel knows no other number; 15 digits hold every amount that the books allow.
                sheet.write_number(place, column, float(row[name]), amount)
        total = FIRST_ROW + len(report.rows)
        ours = [report.totals[name] for name in COLUMNS]
        sheets.write_totals(book, sheet, row=total, first=len(_PLAIN), ours=ours)
        sheets.write_foot(book, sheet, total + 3, 1, report.source.complete_words)
    return file.getvalue()
