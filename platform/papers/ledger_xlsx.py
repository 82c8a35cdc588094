"""A ledger as a workbook (XLSX) of any length: days are days, amounts are numbers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from papers import sheets
from papers.ledger import TITLE, Ledger
from papers.sheets import AMOUNT, DAY, FIRST_ROW

_PLAIN = ("วันที่", "เลขที่", "รายการ", "หมายเหตุ")
_PAIRS = ("เคลื่อนไหว", "ยอดคงเหลือ")
_WIDTHS = (16, 16, 52, 30, 18, 18, 18, 18)
_MOVED, _LEFT = ("debit", "credit"), ("balance_debit", "balance_credit")
_AMOUNTS = (*_MOVED, *_LEFT)


def workbook(ledger: Ledger) -> bytes:
    """Return the file; 50,000 lines take some seconds, and hardly more memory than the file."""
    file = BytesIO()
    with sheets.new_book(file, row_by_row=True) as book:
        sheet = book.add_worksheet(TITLE)
        facts = {
            "account": ledger.account,
            "from": ledger.first.isoformat(),
            "to": ledger.last.isoformat(),
        }
        sheets.tell(book, title=f"{TITLE} {ledger.account}", source=ledger.source, facts=facts)
        sheets.lay_out(sheet, _WIDTHS)
        titles = (ledger.source.body_words, ledger.account_words, ledger.period_words)
        sheets.write_heads(book, sheet, titles, plain=_PLAIN, pairs=_PAIRS)
        _write_rows(book, sheet, ledger)
    return file.getvalue()


def _write_rows(book: Any, sheet: Any, ledger: Ledger) -> None:
    """Write what was brought forward, every line, what is carried forward, and the sums."""
    text = sheets.style(book, border=4)
    day = sheets.style(book, border=4, num_format=DAY, align="left")
    amount = sheets.style(book, border=4, num_format=AMOUNT)

    def write(row: int, on: date, words: Sequence[str], amounts: Mapping[str, str]) -> None:
        sheet.write_datetime(row, 0, on, day)
        for column, word in enumerate(words, start=1):
            sheet.write_string(row, column, word, text)
        for column, name in enumerate(_AMOUNTS, start=len(_PLAIN)):
            if name in amounts:
                sheet.write_number(row, column, float(amounts[name]), amount)
            else:
                sheet.write_blank(row, column, None, amount)

    balance, moved, row = ledger.opening, [Decimal(0), Decimal(0)], FIRST_ROW
    write(row, ledger.first, ("", "ยอดยกมา", ""), balance)
    for row, line in enumerate(ledger.lines, start=FIRST_ROW + 1):
        words = (line["number"], line["description"], line["memo"] or "")
        write(row, date.fromisoformat(line["entry_date"]), words, line)
        moved = [total + Decimal(line[name]) for total, name in zip(moved, _MOVED, strict=True)]
        balance = {name: line[name] for name in _LEFT}
    write(row + 1, ledger.last, ("", "ยอดยกไป", ""), balance)
    ours = [f"{total:.2f}" for total in moved]
    sheets.write_totals(book, sheet, row=row + 2, first=len(_PLAIN), ours=ours)
    sheets.write_foot(book, sheet, row + 5, 2, ledger.source.complete_words)
